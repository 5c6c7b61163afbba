#!/usr/bin/env python3
"""Writes one lineitem table with this engine and with its peers, in turns, one thread each.

Every writer is a process of its own, held to one and the same processor, that has the table in the
memory format it likes best: this engine its column batches, pyarrow a Table (money as decimal128),
Polars a DataFrame, DuckDB a table of an in-memory database. On its turn it writes the table to a file
of the same folder, with statistics, in row groups of the same number of rows. Times are taken inside
the process, around the write alone. Started by `bench --peers`.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROW_GROUP_ROWS = 1 << 20
# The codecs of bench's --codec, as each peer calls them; the level behind a colon is given apart.
PEERS = ["pyarrow", "pyarrow-int-decimal", "duckdb", "polars"]


def split_codec(codec):
    name, _, level = codec.partition(":")
    return name, int(level) if level else None


def pyarrow_writer(source, target, decimals_as_integers):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    table = pq.read_table(source, use_threads=False).combine_chunks()

    def write(codec):
        name, level = split_codec(codec)
        pq.write_table(
            table, target, compression=name, compression_level=level,
            row_group_size=ROW_GROUP_ROWS, write_statistics=True,
            store_decimal_as_integer=decimals_as_integers)

    return write, pa.__version__


def duckdb_writer(source, target):
    import duckdb

    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    connection.execute(f"CREATE TABLE lineitem AS SELECT * FROM read_parquet('{source}')")

    def write(codec):
        name, level = split_codec(codec)
        name = {"none": "uncompressed"}.get(name, name)
        extra = f", COMPRESSION_LEVEL {level}" if level and name == "zstd" else ""
        connection.execute(
            f"COPY lineitem TO '{target}' (FORMAT parquet, COMPRESSION {name}{extra},"
            f" ROW_GROUP_SIZE {ROW_GROUP_ROWS})")

    return write, duckdb.__version__


def polars_writer(source, target):
    import polars as pl

    frame = pl.read_parquet(source).rechunk()

    def write(codec):
        name, level = split_codec(codec)
        name = {"none": "uncompressed", "lz4_raw": "lz4"}.get(name, name)
        frame.write_parquet(
            target, compression=name, compression_level=level, statistics=True,
            row_group_size=ROW_GROUP_ROWS)

    return write, pl.__version__


def serve(peer, source, target):
    """Loads the table, then writes it once for each line of standard input."""
    if peer == "duckdb":
        write, version = duckdb_writer(source, target)
    elif peer == "polars":
        write, version = polars_writer(source, target)
    else:
        write, version = pyarrow_writer(source, target, peer == "pyarrow-int-decimal")
    print("ready", version, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        write(line.split()[-1])
        seconds = time.perf_counter() - start
        print("done", seconds, os.path.getsize(target), flush=True)


class Writer:
    """A writer in a process of its own."""

    def __init__(self, name, command, processor):
        self.name = name
        environment = dict(
            os.environ, OMP_NUM_THREADS="1", ARROW_IO_THREADS="1", POLARS_MAX_THREADS="1",
            RAYON_NUM_THREADS="1")

        def pin():
            if hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(0, {processor})

        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
            preexec_fn=pin)
        self.ready = self.answer("ready")

    def answer(self, word):
        line = self.process.stdout.readline().split()
        if not line or line[0] != word:
            sys.exit(f"peers: {self.name} ended with status {self.process.wait()}")
        return line[1:]

    def write(self, codec):
        print("write", codec, file=self.process.stdin, flush=True)
        seconds, size = self.answer("done")
        return float(seconds), int(size)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def check_equal(source, written):
    """Both engines have done the same work: what ours wrote is the table, says pyarrow."""
    import pyarrow.parquet as pq

    ours = pq.ParquetFile(written, page_checksum_verification=True)
    groups = [ours.metadata.row_group(i).num_rows for i in range(ours.metadata.num_row_groups)]
    if any(rows > ROW_GROUP_ROWS for rows in groups):
        sys.exit(f"peers: row groups of {groups} rows")
    if not ours.read().equals(pq.read_table(source)):
        sys.exit("peers: what this engine wrote is not the table it was given")
    return groups


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve")
    parser.add_argument("--source")
    parser.add_argument("--target")
    parser.add_argument("--bench")
    parser.add_argument("--rows", type=int, default=4 << 20)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--codec", action="append")
    parser.add_argument("--to")
    parser.add_argument("--at-least", type=float, default=0, help="percent of the fastest peer")
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve, arguments.source, arguments.target)
        return

    base = arguments.to or ("/dev/shm" if os.path.isdir("/dev/shm") else None)
    processor = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    with tempfile.TemporaryDirectory(prefix="bench-", dir=base) as folder:
        ours = Writer(
            "swift-parquet",
            [arguments.bench, "--serve", "--rows", str(arguments.rows), "--to", folder], processor)
        rows, byte_count = map(int, ours.ready)
        source = f"{folder}/lineitem-source.parquet"
        writers = [ours]
        for peer in PEERS:
            writers.append(Writer(
                peer,
                [sys.executable, __file__, "--serve", peer, "--source", source, "--target",
                 f"{folder}/lineitem-{peer}.parquet"], processor))
        versions = ", ".join(f"{w.name} {w.ready[0]}" for w in writers[1:])
        print(f"lineitem: {rows} rows, {byte_count} bytes in memory; one thread each, in turns; "
              f"median of {arguments.runs}\n{versions}")
        slow = []
        for codec in arguments.codec or ["snappy"]:
            times = {writer.name: [] for writer in writers}
            sizes = {}
            for writer in writers:  # once to warm up
                writer.write(codec)
            groups = check_equal(source, f"{folder}/lineitem-swift.parquet")
            for _ in range(arguments.runs):
                for writer in writers:
                    seconds, sizes[writer.name] = writer.write(codec)
                    times[writer.name].append(seconds)
            ratio = report(codec, rows, byte_count, groups, times, sizes)
            if ratio * 100 < arguments.at_least:
                slow.append(f"{codec}: {ratio:.2f} times the fastest peer's speed")
        for writer in writers:
            writer.close()
    if slow:
        sys.exit("peers: too slow: " + "; ".join(slow))


def report(codec, rows, byte_count, groups, times, sizes):
    """Prints the table of one codec; this engine's speed in relation to the fastest peer's."""
    middle = {name: statistics.median(seconds) for name, seconds in times.items()}
    best = min(seconds for name, seconds in middle.items() if name != "swift-parquet")
    print(f"\n{codec}, row groups of {groups[0]} rows")
    print(f"{'writer':22}{'seconds':>9}{'spread':>9}{'rows/s':>12}{'MB/s':>9}{'bytes out':>12}"
          f"{'to best peer':>14}")
    for name, seconds in sorted(middle.items(), key=lambda item: item[1]):
        spread = (max(times[name]) - min(times[name])) / seconds
        print(f"{name:22}{seconds:9.3f}{spread:9.0%}{rows / seconds:12.0f}"
              f"{byte_count / seconds / 1e6:9.1f}{sizes[name]:12}{best / seconds:13.2f}x")
    return best / middle["swift-parquet"]


if __name__ == "__main__":
    main()
