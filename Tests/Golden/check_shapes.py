#!/usr/bin/env python3
"""Has golden-writer write every nested shape to depth 3 and checks each as check_golden.py does.

usage: check_shapes.py --writer GOLDEN-WRITER [--limit ROWS]

A shape has up to 5 552 states; with fewer rows they are spread evenly.
"""

import argparse
import subprocess
import sys
import tempfile

from check_golden import Summary


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writer", required=True)
    parser.add_argument("--limit", type=int, default=300)
    arguments = parser.parse_args()
    summary = Summary()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [arguments.writer, "shapes", folder, "--limit", str(arguments.limit)], check=True)
        summary.check_folder(folder)
    return summary.finish("nested shapes")


if __name__ == "__main__":
    sys.exit(main())
