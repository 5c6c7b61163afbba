#!/usr/bin/env python3
"""Hourly weather of many stations and years into Parquet: `parquet midas convert` beside DuckDB in speed, and
beside pyarrow in the size of its files. Started by `bench --midas`.

speed     Both turn the same made-up archive into the same table, in turns, each a new process that is held to as
          many processors as it may use threads. Of `parquet` the whole process counts; of DuckDB the work alone,
          without the start of Python and its imports. What they write is compared once, column by column.
sizes     The bytes of `parquet midas convert --compression zstd:3` beside those of pyarrow's zstd at level 3 for
          the same table, of the real data sets and of 50 station-years of the archive.
entropy   Whether the archive's columns are as hard to compress as the real ones: see check_entropy.py.

The real files are those in the folder data/midas of the one that PARQUET_SHARED names.
"""

import argparse
import importlib.metadata
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(os.path.dirname(HERE))
# How engines are run, timed and reported is the same as beside the peers.
sys.path.append(os.path.join(os.path.dirname(HERE), "peers"))

WORKS = ["entropy", "sizes", "speed"]


def parse(arguments):
    from client import processors

    def number(text):
        value = int(text)
        if value < 1:
            raise argparse.ArgumentTypeError(f"{text}: a number from 1 on")
        return value

    def works(text):
        chosen = text.split(",")
        unknown = [word for word in chosen if word not in WORKS]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]}: one of {', '.join(WORKS)}")
        return chosen

    parser = argparse.ArgumentParser(
        prog="bench --midas", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--works", type=works, default=WORKS, help="which of the three; all")
    parser.add_argument(
        "--station-years", type=number, default=2000, help="how large the archive is; 2000")
    parser.add_argument("--runs", type=number, default=3, help="rounds after the first one; 3")
    parser.add_argument(
        "--threads", type=lambda text: [number(part) for part in text.split(",")],
        default=sorted({1, processors()}), help="numbers of threads; 1 and one a processor")
    parser.add_argument(
        "--archives", default=f"{PACKAGE}/.build/bench",
        help="the folder where archives are made and kept for the next time; .build/bench")
    parser.add_argument("--to", help="the folder for what is written; memory where there is room")
    parser.add_argument(
        "--check", action="store_true", help="the status is 1 where a target is missed")
    return parser.parse_args(arguments)


def main():
    settings = parse(sys.argv[1:])
    # After the arguments are read, so that --help needs no more than Python.
    import data
    import machine
    import report
    from archive import Archive
    from speed import speed

    # A run that is ended leaves no files in memory.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("midas: ended by a signal"))
    command = os.path.join(os.path.dirname(settings.bench), "parquet")
    if not os.path.exists(command):
        sys.exit(f"midas: {command} is missing; build the product parquet")
    shared = os.environ.get("PARQUET_SHARED")
    real = os.path.join(shared, "data", "midas") if shared else ""
    if not os.path.isdir(real):
        print("the real files are left out: PARQUET_SHARED names no folder with data/midas")
        real = ""
    print(report.header(machine.describe(), versions()), flush=True)
    missed = []
    with data.folder(settings.to) as folder:
        archive = Archive(settings.bench, settings.archives, settings.station_years)
        if "entropy" in settings.works and real:
            print(f"\nentropy of the archive of {archive.station_years} station-years", flush=True)
            if script("check_entropy.py", archive.path, real):
                missed.append("the archive's entropy is not that of the real files")
        if "sizes" in settings.works:
            sample = Archive(settings.bench, settings.archives, 50)
            if script("sizes.py", command, folder, sample.path, *[real] * bool(real)):
                missed.append("a file has more of the bytes of pyarrow's than it may")
        if "speed" in settings.works:
            missed += speed(command, archive, folder, settings.threads, settings.runs)
    for line in missed:
        print(f"midas: missed: {line}", file=sys.stderr)
    return 1 if missed and settings.check else 0


def script(name, *arguments):
    """The status of a script of this folder, in a process of its own: what a process holds when it starts
    another one counts for that one's peak of memory, so this one stays small."""
    return subprocess.run([sys.executable, f"{HERE}/{name}", *arguments]).returncode


def versions():
    return {name: importlib.metadata.version(name) for name in ("pyarrow", "duckdb")}


if __name__ == "__main__":
    sys.exit(main())
