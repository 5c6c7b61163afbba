"""The same messages archived by this engine and by DuckDB, in turns."""

import os
import subprocess
import sys

from archive import Archive
from contest import OURS, Contest, Contestant
from report import print_contest
from sql import duckdb, start_note

HERE = os.path.dirname(os.path.abspath(__file__))
RATIO = 1.8
# Messages a second by one thread: an aim, as it is the machine's as much as the engine's.
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
            duckdb(name, f"{HERE}/{sql}", folder, threads, is_ordered, MESSAGES=messages.path)
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
        contest.notes.append(start_note(contest))
        print_contest(contest)
        pace = messages.row_count / ours.median()
        print(f"  {OURS} peaks at {ours.peak / (1 << 20):.1f} MiB, {contest.best_peer.name} at"
              f" {contest.best_peer.peak / (1 << 20):.1f} MiB", flush=True)
        if contest.ratio < RATIO:
            missed.append(f"{contest.title}: {contest.ratio:.2f} times DuckDB's speed, not {RATIO}")
        if threads == 1:
            print(f"  {pace:.0f} messages/s; the aim of {PACE} is {'' if pace >= PACE else 'not '}reached", flush=True)
    return missed
