"""The same messages archived by this engine and by DuckDB, in turns."""

import os
import subprocess
import sys

from archive import Archive
from client import pin
from contest import OURS, Contest, Contestant
from cost import run_command
from report import print_contest

HERE = os.path.dirname(os.path.abspath(__file__))
RUN_SQL = os.path.join(os.path.dirname(HERE), "midas", "run_sql.py")
RATIO = 1.8
# Messages a second by one thread: the aim.
PACE = 500_000
WAYS = [("structs", "contract_data.sql"), ("extracted", "contract_data_extracted.sql")]


class Ours(Contestant):
    """An archive has several files, which together are what it wrote."""

    def take_turn(self):
        run = self.work()
        self.bytes_out = self.archive.byte_count
        return run


def speed(command, messages, folder, thread_counts, runs):
    """Prints what it took; what is missed, in lines."""
    missed = []
    is_compared = False
    for threads in thread_counts:
        archive = Archive(command, messages, folder, threads, "--compression", "snappy")
        ours = Ours(OURS, OURS, archive.write, kind="ours")
        ours.archive = archive
        # Of DuckDB's ways the slower ones have no part in the rounds.
        peers = [
            _duckdb(messages, folder, threads, name, sql, is_ordered)
            for name, sql in WAYS for is_ordered in (True, False)]
        contest = Contest(
            "stellar archive", f"{messages.row_count} messages", threads, "snappy", messages.row_count,
            messages.byte_count, [ours] + peers)

        def after_warm_up():
            nonlocal is_compared
            if is_compared:
                return
            is_compared = True
            print(flush=True)
            # In a process of its own: what this one holds would count for those that it starts.
            if subprocess.run(
                    [sys.executable, f"{HERE}/compare.py", archive.path, peers[0].target]).returncode:
                sys.exit("stellar: the engines do not write the same table")

        contest.run(runs, after_warm_up)
        starts = [run["start"] for peer in contest.timed("peer") for run in peer.runs]
        contest.notes.append(
            f"of DuckDB its work alone counts, without {max(starts):.2f} s at most for Python and the engine to start")
        print_contest(contest)
        pace = messages.row_count / ours.median()
        print(f"  {OURS} peaks at {ours.peak / (1 << 20):.1f} MiB, {contest.best_peer.name} at"
              f" {contest.best_peer.peak / (1 << 20):.1f} MiB", flush=True)
        if contest.ratio < RATIO:
            missed.append(f"{contest.title}: {contest.ratio:.2f} times DuckDB's speed, not {RATIO}")
        if threads == 1 and pace < PACE:
            missed.append(f"{contest.title}: {pace:.0f} messages/s, not {PACE}")
    return missed


def _duckdb(messages, folder, threads, name, sql, is_ordered):
    name = f"duckdb {name} {'ordered' if is_ordered else 'unordered'}"
    target = os.path.join(folder, f"{name}.parquet".replace(" ", "-"))

    def work():
        seconds, processor, peak, status, said = run_command(
            [sys.executable, RUN_SQL, f"{HERE}/{sql}", f"MESSAGES={messages.path}", f"OUTPUT={target}",
             f"THREADS={threads}", f"ORDERED={str(is_ordered).lower()}"], pin(threads))
        if status:
            sys.exit(f"stellar: DuckDB ended with status {status}: {said}")
        # What it says itself leaves out the start of Python.
        return {
            "seconds": float(said), "start": seconds - float(said), "cpu": processor, "peak": peak, "rows": 0,
            "note": ""}
    return Contestant(name, "duckdb", work, target)
