#!/usr/bin/env python3
"""Whether two files hold the same table, whatever the order of their rows.

    compare.py ONE OTHER

The status is 1 where they differ.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers"))

from same_table import require_same_table

if __name__ == "__main__":
    one, other = sys.argv[1:]
    require_same_table([one], [other], "ob_end_time, station_id")
