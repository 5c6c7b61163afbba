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

import importlib.metadata
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# How engines are run, timed and reported is the same as beside the peers.
sys.path.append(os.path.join(os.path.dirname(HERE), "peers"))

WORKS = ["entropy", "sizes", "speed"]


def parse(arguments):
    import arguments as options

    parser = options.parser("bench --midas", __doc__, WORKS, runs=3, threads=[1])
    parser.add_argument(
        "--station-years", type=options.number, default=2000, help="how large the archive is; 2000")
    parser.add_argument(
        "--archives", default=f"{options.PACKAGE}/.build/bench",
        help="the folder where archives are made and kept for the next time; .build/bench")
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
