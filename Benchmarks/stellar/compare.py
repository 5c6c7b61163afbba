#!/usr/bin/env python3
"""Whether an archive holds the same table as a file, its rows in the same order.

    compare.py ARCHIVE FILE

ARCHIVE is a folder, whose files are taken in the order of their ledgers. The status is 1 where they differ.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers"))

from same_table import require_same_table

from files import archived

if __name__ == "__main__":
    folder, path = sys.argv[1:]
    require_same_table(archived(folder), [path], "place", counts_distinct=True)
