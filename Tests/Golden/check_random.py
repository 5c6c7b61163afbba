#!/usr/bin/env python3
"""Has golden-writer make random tables and checks each as check_golden.py does.

usage: check_random.py --writer GOLDEN-WRITER [--count N] [--seed S] [--start K] [--keep FOLDER]

A table that fails is made again alone by --seed S --start K --count 1; --keep leaves it in FOLDER.
"""

import argparse
import os
import subprocess
import sys
import tempfile

from check_golden import Summary

# Tables of one run of golden-writer: few processes, little on disk at a time.
BATCH = 50


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writer", required=True)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--keep")
    parser.add_argument("--only")
    arguments = parser.parse_args()
    summary = Summary(arguments.only and arguments.only.split(","))
    crashed = 0
    end = arguments.start + arguments.count
    for start in range(arguments.start, end, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            folder = arguments.keep or folder
            os.makedirs(folder, exist_ok=True)
            count = min(BATCH, end - start)
            run = subprocess.run(
                [arguments.writer, "random", folder, "--seed", str(arguments.seed),
                 "--start", str(start), "--count", str(count)])
            if run.returncode != 0:
                print(f"golden-writer ended with status {run.returncode} from table {start} on")
                crashed += 1
            for number in range(start, start + count):
                name = f"random-{arguments.seed}-{number}"
                if os.path.exists(os.path.join(folder, name + ".json")):
                    summary.check(folder, name)
    status = summary.finish(f"random tables, seed {arguments.seed}")
    if summary.passed + summary.failed < arguments.count:
        print(f"{arguments.count - summary.passed - summary.failed} tables were not made")
        status = 1
    return 1 if crashed else status


if __name__ == "__main__":
    sys.exit(main())
