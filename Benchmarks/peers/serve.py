"""A peer's side: a process that has a table in the peer's own memory format, and does one piece of work
for each line of standard input. Its words stand between tabs, as in PeerServer.swift."""

import sys

from cost import loaded, measured

ROW_GROUP_ROWS = 1 << 20
# The columns of lineitem that the work "filter" reads.
FILTER_COLUMNS = ["l_orderkey", "l_extendedprice"]


def split_codec(codec):
    """The codec of bench's --codec, and its level or None."""
    name, _, level = codec.partition(":")
    return name, int(level) if level else None


def engine(name, threads):
    if name == "pyarrow":
        from serve_pyarrow import PyArrow
        return PyArrow(threads)
    if name == "duckdb":
        from serve_duckdb import DuckDB
        return DuckDB(threads)
    from serve_polars import Polars
    return Polars(threads)


def serve(name, threads):
    """Answers each line by one: what the work took, or why this engine cannot do it.

    An engine's method is named for the work; it gives the number of rows, or something that has as many.
    """
    peer = engine(name, threads)
    print("ready", peer.version, sep="\t", flush=True)
    for line in sys.stdin:
        work, *words = line.rstrip("\n").split("\t")
        try:
            seconds, processor, peak, result = measured(lambda: getattr(peer, work)(*words))
        except (KeyboardInterrupt, SystemExit):
            raise
        # Whatever a peer cannot do is a line of the table. Polars' panics are no Exception.
        except BaseException as error:
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            print("cannot", reason[:300], sep="\t", flush=True)
            continue
        note = ""
        if isinstance(result, str):
            note, result = result, 0
        rows = result if isinstance(result, int) else peer.row_count(result)
        result = None
        if work == "load":
            loaded()
        print("done", seconds, processor, peak, rows, note, sep="\t", flush=True)
