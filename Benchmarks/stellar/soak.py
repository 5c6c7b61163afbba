#!/usr/bin/env python3
"""Feeds `parquet stellar archive` as fast as it takes messages, for a long time.

    soak.py COMMAND MESSAGES FOLDER [--minutes N] [--threads N]

MESSAGES is a file of messages that are sent again and again, FOLDER where the archive goes. Files are counted, held
against what the command says of them, and removed. The status is 1 where a row or a file is missing, or the memory of
the last third of the time is more than 3 % above that of the middle third.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow.parquet as pq

GROWTH = 1.03


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("command")
    parser.add_argument("messages")
    parser.add_argument("folder")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    lines = Path(options.messages).read_bytes()
    line_count = lines.count(b"\n")
    os.makedirs(options.folder, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.folder) as root:
        soak(options, lines, line_count, Path(root))


def soak(options, lines, line_count, root):
    metrics = root / "metrics.prom"
    process = subprocess.Popen(
        [options.command, "stellar", "archive", "--local-path", str(root / "archive"), "--threads", options.threads,
         "--metrics-file", str(metrics), "--quiet"], stdin=subprocess.PIPE)
    samples, counted = [], {"files": 0, "rows": 0}
    done = threading.Event()

    def watch():
        while not done.wait(1):
            samples.append((time.monotonic(), resident(process.pid)))
            count(root / "archive", counted)

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.monotonic()
    sent = 0
    while time.monotonic() - start < options.minutes * 60:
        process.stdin.write(lines)
        sent += line_count
    process.stdin.close()
    seconds = time.monotonic() - start
    done.set()
    watcher.join()
    status = process.wait()
    count(root / "archive", counted)
    said = dict(line.split() for line in metrics.read_text().splitlines() if not line.startswith("#"))
    third = seconds / 3
    middle = statistics.median_low(size for at, size in samples if third <= at - start < 2 * third)
    last = statistics.median_low(size for at, size in samples if 2 * third <= at - start < seconds)
    print(f"{seconds / 60:.1f} min, {sent} messages, {sent / seconds:.0f} a second; {counted['files']} files,"
          f" {counted['rows']} rows\nmemory: middle third {middle >> 20} MiB, last third {last >> 20} MiB,"
          f" {last / middle:.3f}; most {max(size for _, size in samples) >> 20} MiB")
    faults = []
    if status != 0:
        faults.append(f"the command ended with {status}")
    if counted["rows"] != sent or int(said["stellar_archive_records_written_total"]) != sent:
        faults.append("rows are missing, or there are too many")
    if counted["files"] != int(said["stellar_archive_files_written_total"]):
        faults.append("files are missing, or there are too many")
    if last > GROWTH * middle:
        faults.append("memory grows")
    if faults:
        sys.exit(f"soak: {'; '.join(faults)}")


def count(folder, counted):
    """Counts the files that are there, and removes them."""
    for path in folder.rglob("*.parquet"):
        counted["files"] += 1
        counted["rows"] += pq.ParquetFile(path).metadata.num_rows
        os.remove(path)


def resident(pid):
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
