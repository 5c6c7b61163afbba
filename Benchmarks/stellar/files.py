"""The files of an archive."""

import os
import re
import sys

# stellar-data-FIRST-LAST-SECONDS.parquet, with a number behind it where that name was taken.
NAME = re.compile(r"stellar-data-(\d+)-(\d+)-(\d+)(?:-(\d+))?\.parquet$")


def archived(folder):
    """The files below a folder in the order of their ledgers, which is that of the messages."""
    found = [
        os.path.join(parent, name) for parent, _, names in os.walk(folder) for name in names
        if name.endswith(".parquet")]
    if not found:
        sys.exit(f"stellar: there are no files below {folder}")
    return sorted(found, key=_place)


def _place(path):
    name = NAME.search(path)
    if not name:
        sys.exit(f"stellar: {path} has no name of an archive's file")
    first, last, seconds, number = (int(part or 0) for part in name.groups())
    # A ledger's messages in several files: those that end with the ledger come before those that begin with it, and
    # those of it alone between them.
    return first, last, seconds, number
