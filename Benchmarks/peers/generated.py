"""Data that `bench` makes, kept for the next time."""

import os
import subprocess
import sys


def generate(bench, stamp, path, arguments, prepare):
    """Makes `path` by `bench` and its arguments, where the file `stamp` does not say that this very build made it.

    `prepare` is called before.
    """
    # What an older generator made is not what this one would make.
    generator = f"{os.path.getsize(bench)} {os.path.getmtime(bench)}\n"
    if os.path.exists(path) and os.path.exists(stamp) and _text(stamp) == generator:
        return
    print(f"making {path}", flush=True)
    prepare()
    if subprocess.run([bench, *arguments]).returncode:
        sys.exit(f"bench: {path} could not be made")
    with open(stamp, "w", encoding="ascii") as file:
        file.write(generator)


def _text(path):
    with open(path, encoding="ascii") as file:
        return file.read()
