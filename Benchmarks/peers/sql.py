"""DuckDB as a contestant that runs a file of SQL."""

import os
import sys

from client import pin
from contest import Contestant
from cost import run_command

RUN_SQL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "run_sql.py")


def duckdb(name, sql, folder, threads, is_ordered, **values):
    """DuckDB by so many threads, in a process that is new each time; what it writes lies in `folder`.

    `sql` is the path of the file, whose $OUTPUT, $THREADS and $ORDERED are set as are those that `values` names. What
    Python and the engine take to start is left out of the seconds, and stands beside them as `start`.
    """
    name = f"duckdb {name} {'ordered' if is_ordered else 'unordered'}".replace("  ", " ")
    target = os.path.join(folder, f"{name}.parquet".replace(" ", "-"))
    values |= {"OUTPUT": target, "THREADS": threads, "ORDERED": str(is_ordered).lower()}

    def work():
        seconds, processor, peak, status, said = run_command(
            [sys.executable, RUN_SQL, sql, *[f"{key}={value}" for key, value in values.items()]], pin(threads))
        if status:
            sys.exit(f"bench: DuckDB ended with status {status}: {said}")
        return {
            "seconds": float(said), "start": seconds - float(said), "cpu": processor, "peak": peak, "rows": 0,
            "note": ""}
    return Contestant(name, "duckdb", work, target)


def start_note(contest):
    """What the peers' times leave out, of the runs that count."""
    starts = [run["start"] for peer in contest.timed("peer") for run in peer.runs]
    return f"of DuckDB its work alone counts, without {max(starts):.2f} s at most for Python and the engine to start"
