#!/usr/bin/env python3
"""Measures a table of very many columns: the memory that writing and reading it takes, and how long its
footer takes to be opened beside pyarrow, in turns.

Started by `bench --wide`. The status is 1 where --limit or --at-most does not hold.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import pyarrow as pa
import pyarrow.parquet as pq


def step(bench, name, folder, columns, rows, groups=None):
    """Runs one step in a process of its own; its peak of memory in KiB."""
    command = [bench, "--wide-step", name, "--columns", str(columns), "--rows", str(rows), "--to", folder]
    if groups:
        command += ["--runs", str(groups)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    print(f"  {text.strip()}", flush=True)
    return int(re.search(r"peak (\d+) KiB", text).group(1))


def last_chunk(metadata):
    chunk = metadata.row_group(metadata.num_row_groups - 1).column(metadata.num_columns - 1)
    return chunk.statistics.min, chunk.statistics.max


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bench", required=True)
    parser.add_argument("--columns", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--limit", type=int, help="bytes that writing, and reading, may take")
    parser.add_argument("--at-most", type=float, help="percent of pyarrow's time")
    arguments = parser.parse_args()
    wrong = []
    base = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(prefix="wide-", dir=base) as folder:
        print(f"{arguments.columns} columns, 100 rows, one row group:")
        for name in ("write", "read"):
            peak = step(arguments.bench, name, folder, arguments.columns, 100)
            if arguments.limit and peak * 1024 > arguments.limit:
                wrong.append(f"{name} takes {peak} KiB")
        print(f"{arguments.columns} columns, ten row groups of ten rows:")
        step(arguments.bench, "write", folder, arguments.columns, 100, groups=10)
        path = f"{folder}/wide.parquet"
        ours = subprocess.Popen(
            [arguments.bench, "--wide-step", "open", "--to", folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        byte_count = int(ours.stdout.readline().split()[1])
        times = {"swift-parquet": [], "pyarrow read_metadata": [], "pyarrow ParquetFile": []}
        for _ in range(arguments.runs):
            print("open", file=ours.stdin, flush=True)
            times["swift-parquet"].append(float(ours.stdout.readline().split()[1]))
            for name, read in (("pyarrow read_metadata", pq.read_metadata),
                               ("pyarrow ParquetFile", lambda p: pq.ParquetFile(p).metadata)):
                start = time.perf_counter()
                last_chunk(read(path))
                times[name].append(time.perf_counter() - start)
        ours.stdin.close()
        ours.wait()
    middle = {name: statistics.median(seconds) for name, seconds in times.items()}
    best = min(seconds for name, seconds in middle.items() if name != "swift-parquet")
    print(f"a footer of {byte_count} bytes: opened, and the last column of the last row group looked at;"
          f" median of {arguments.runs}, in turns, pyarrow {pa.__version__}")
    for name, seconds in middle.items():
        print(f"  {name:24}{seconds * 1000:9.1f} ms{seconds / best:8.2f}x")
    share = middle["swift-parquet"] / best * 100
    if arguments.at_most and share > arguments.at_most:
        wrong.append(f"opening takes {share:.0f} % of pyarrow's time")
    if wrong:
        sys.exit("wide: " + "; ".join(wrong))


if __name__ == "__main__":
    main()
