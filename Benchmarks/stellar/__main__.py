#!/usr/bin/env python3
"""Ledger messages into an archive: `parquet stellar archive` beside DuckDB's read_json in speed, and beside pyarrow in
the size of its files. Started by `bench --stellar`.

speed     Both turn the same made-up messages about contract data into the same table of 20 columns, in turns, each a
          new process that is held to as many processors as it may use threads. Of `parquet` the whole process counts;
          of DuckDB the work alone, without the start of Python and its imports. What they write is compared once,
          column by column. Asked for are 1.8 times DuckDB's speed, and 500 000 messages/s by one thread.
memory    The most that `parquet stellar archive --buffer-size 50000` takes, with snappy and with zstd at level 3: less
          than 250 MiB are asked for.
sizes     The bytes of the archive with zstd at level 3, of the same buffers, beside those of pyarrow's file of the same
          rows in the same order with the same codec: at most 0.9 of them are asked for.
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

WORKS = ["speed", "memory", "sizes"]
BUFFER = 50_000
PEAK = 250 << 20


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
        prog="bench --stellar", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bench", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--works", type=works, default=WORKS, help="which of the three; all")
    parser.add_argument("--rows", type=number, default=1_000_000, help="how many messages; 1 000 000")
    parser.add_argument("--runs", type=number, default=3, help="rounds after the first one; 3")
    parser.add_argument(
        "--threads", type=lambda text: [number(part) for part in text.split(",")],
        default=sorted({1, processors()}), help="numbers of threads; 1 and one a processor")
    parser.add_argument(
        "--messages", default=f"{PACKAGE}/.build/bench",
        help="the folder where messages are made and kept for the next time; .build/bench")
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
    from messages import Messages
    from speed import speed

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
