"""The made-up messages, made once for each number of them."""

import os
import subprocess
import sys


class Messages:
    def __init__(self, bench, base, rows):
        self.row_count = rows
        self.path = os.path.join(base, f"ledger-messages-{rows}.ndjson")
        # What an older generator made is not what this one would make.
        stamp = f"{self.path}.generator"
        generator = f"{os.path.getsize(bench)} {os.path.getmtime(bench)}\n"
        if not os.path.exists(self.path) or not os.path.exists(stamp) or _text(stamp) != generator:
            print(f"making {self.path}", flush=True)
            os.makedirs(base, exist_ok=True)
            if subprocess.run([bench, "--ledger-messages", self.path, "--rows", str(rows)]).returncode:
                sys.exit("stellar: the messages could not be made")
            with open(stamp, "w", encoding="ascii") as file:
                file.write(generator)
        self.byte_count = os.path.getsize(self.path)


def _text(path):
    with open(path, encoding="ascii") as file:
        return file.read()
