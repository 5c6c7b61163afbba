"""What the settings of an archive do to its speed, its memory and its files."""

import os
import shutil

from archive import Archive
from files import archived

# Beside the defaults, one setting at a time.
VARIANTS = [
    ("the defaults", []),
    ("--buffer-size 1000", ["--buffer-size", "1000"]),
    ("--buffer-size 50000", ["--buffer-size", "50000"]),
    ("--buffer-size 200000", ["--buffer-size", "200000"]),
    ("--compression none", ["--compression", "none"]),
    ("--compression zstd:1", ["--compression", "zstd:1"]),
    ("--compression zstd:3", ["--compression", "zstd:3"]),
    ("--compression gzip", ["--compression", "gzip"]),
    ("--partition-by hour", ["--partition-by", "hour"]),
    ("--write-ahead-log, --write-ahead-log-sync false", ["--write-ahead-log-sync", "false"]),
    ("--write-ahead-log", []),
]


def tuning(command, messages, folder, thread_counts, runs):
    """Prints the fastest of some runs of each variant, in turns."""
    for threads in thread_counts:
        print(f"\n{messages.row_count} messages by {threads} thread{'s' * (threads > 1)}, the fastest of {runs} runs\n"
              f"  {'':50}{'messages/s':>12}{'CPU s':>8}{'peak MiB':>10}{'files':>8}{'MB':>10}", flush=True)
        log = os.path.join(folder, "log")
        variants = [
            (name, Archive(command, messages, folder, threads, *options, *_log(name, log)))
            for name, options in VARIANTS]
        best = {}
        sizes = {}
        for _ in range(runs):
            for name, archive in variants:
                shutil.rmtree(log, ignore_errors=True)
                run = archive.write()
                if name not in best or run["seconds"] < best[name]["seconds"]:
                    best[name] = run
                sizes[name] = len(archived(archive.path)), archive.byte_count
        shutil.rmtree(log, ignore_errors=True)
        for name, run in best.items():
            count, size = sizes[name]
            print(f"  {name:50}{messages.row_count / run['seconds']:12.0f}{run['cpu']:8.2f}"
                  f"{run['peak'] / (1 << 20):10.0f}{count:8}{size / 1e6:10.1f}", flush=True)


def _log(name, path):
    return ["--write-ahead-log", path] if name.startswith("--write-ahead-log") else []
