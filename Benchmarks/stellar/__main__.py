#!/usr/bin/env python3
"""Ledger messages into an archive: `parquet stellar archive` beside DuckDB's read_json in speed, and beside pyarrow in
the size of its files. Started by `bench --stellar`.

speed     Both turn the same made-up messages about contract data into the same table of 20 columns, in turns, each a
          new process that is held to as many processors as it may use threads. Of `parquet` the whole process counts;
          of DuckDB the work alone, without the start of Python and its imports. What they write is compared once,
          column by column. Asked for are 1.8 times DuckDB's speed; the aim is 500 000 messages/s by one thread.
memory    The most that `parquet stellar archive --buffer-size 50000` takes, with snappy and with zstd at level 3: less
          than 250 MiB are asked for.
sizes     The bytes of the archive with zstd at level 3, of the same buffers, beside those of pyarrow's file of the same
          rows in the same order with the same codec: at most 0.9 of them are asked for.
tuning    What buffers, codecs, folders and the log do to speed, memory and files, one setting at a time.
"""

import importlib.metadata
import os
import signal
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
# How engines are run, timed and reported is the same as beside the peers.
sys.path.append(os.path.join(os.path.dirname(HERE), "peers"))

WORKS = ["speed", "memory", "sizes", "tuning"]
BUFFER = 50_000
PEAK = 250 << 20


def parse(arguments):
    import arguments as options

    parser = options.parser("bench --stellar", __doc__, WORKS, runs=3, threads=[1])
    parser.add_argument("--rows", type=options.number, default=1_000_000, help="how many messages; 1 000 000")
    parser.add_argument(
        "--messages", default=f"{options.PACKAGE}/.build/bench",
        help="the folder where messages are made and kept for the next time; .build/bench")
    return parser.parse_args(arguments)


def main():
    settings = parse(sys.argv[1:])
    # After the arguments are read, so that --help needs no more than Python.
    import data
    import machine
    import report
    from messages import Messages
    from speed import speed
    from tuning import tuning

    # A run that is ended leaves no files in memory.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stellar: ended by a signal"))
    command = os.path.join(os.path.dirname(settings.bench), "parquet")
    if not os.path.exists(command):
        sys.exit(f"stellar: {command} is missing; build the product parquet")
    versions = {name: importlib.metadata.version(name) for name in ("pyarrow", "duckdb")}
    print(report.header(machine.describe(), versions), flush=True)
    missed = []
    with data.folder(settings.to) as folder:
        messages = Messages(settings.bench, settings.messages, settings.rows)
        if "speed" in settings.works:
            missed += speed(command, messages, folder, settings.threads, settings.runs)
        if "memory" in settings.works or "sizes" in settings.works:
            missed += buffered(command, messages, folder, settings)
        if "tuning" in settings.works:
            tuning(command, messages, folder, settings.threads, settings.runs)
    for line in missed:
        print(f"stellar: missed: {line}", file=sys.stderr)
    return 1 if missed and settings.check else 0


def buffered(command, messages, folder, settings):
    """Archives that are written by large buffers: the memory it takes, and the size of what comes out."""
    from archive import Archive

    missed = []
    # The one whose size is of interest is the last.
    codecs = ["snappy", "zstd:3"] if "memory" in settings.works else ["zstd:3"]
    if "memory" in settings.works:
        print(f"\nthe most memory that a buffer of {BUFFER} messages takes", flush=True)
    for codec in codecs:
        for threads in settings.threads:
            archive = Archive(
                command, messages, folder, threads, "--compression", codec, "--buffer-size", str(BUFFER))
            run = archive.write()
            if "memory" not in settings.works:
                continue
            print(f"  {codec:8}{threads} thread{'s' * (threads > 1):3}{run['peak'] / (1 << 20):8.1f} MiB"
                  f"{run['seconds']:8.3f} s{'  MISSED' if run['peak'] >= PEAK else ''}", flush=True)
            if run["peak"] >= PEAK:
                missed.append(
                    f"{codec}, {threads} thread{'s' * (threads > 1)}: {run['peak'] / (1 << 20):.0f} MiB at its peak,"
                    f" not less than {PEAK >> 20}")
    if "sizes" in settings.works and subprocess.run(
            [sys.executable, f"{HERE}/sizes.py", archive.path, folder]).returncode:
        missed.append("the archive has more of the bytes of pyarrow's file than it may")
    return missed


if __name__ == "__main__":
    sys.exit(main())
