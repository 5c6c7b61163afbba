"""The same archive converted by this engine and by DuckDB, in turns."""

import os
import subprocess
import sys

from archive import lines_before_rows
from client import pin
from contest import OURS, Contest, Contestant
from cost import run_command
from report import print_contest
from sql import duckdb, start_note

HERE = os.path.dirname(os.path.abspath(__file__))
RATIO = 1.5
PEAK = 300 << 20


def speed(command, archive, folder, thread_counts, runs):
    """Prints what it took; what is missed, in lines."""
    missed = []
    is_compared = False
    for threads in thread_counts:
        ours = _ours(command, archive, folder, threads)
        # The order costs DuckDB nothing or a little; the slower way has no part in the rounds.
        peers = [
            duckdb(
                "", f"{HERE}/hourly_weather.sql", folder, threads, is_ordered, ARCHIVE=archive.path,
                HEADER=archive.header_line_count, STATION_HEADER=lines_before_rows(archive.stations))
            for is_ordered in (True, False)]
        contest = Contest(
            "midas convert", f"{archive.station_years} station-years", threads, "snappy", archive.row_count,
            archive.byte_count, [ours] + peers)

        def after_warm_up():
            nonlocal is_compared
            if is_compared:
                return
            is_compared = True
            print(flush=True)
            # In a process of its own: what this one holds would count for those that it starts.
            if subprocess.run(
                    [sys.executable, f"{HERE}/compare.py", ours.target, peers[0].target]).returncode:
                sys.exit("midas: the engines do not write the same table")

        contest.run(runs, after_warm_up)
        contest.notes.append(start_note(contest))
        print_contest(contest)
        print(f"  {OURS} peaks at {ours.peak / (1 << 20):.1f} MiB", flush=True)
        if contest.ratio < RATIO:
            missed.append(f"{contest.title}: {contest.ratio:.2f} times DuckDB's speed, not {RATIO}")
        if ours.peak > PEAK:
            missed.append(f"{contest.title}: {ours.peak / (1 << 20):.0f} MiB at its peak, not 300")
    return missed


def _ours(command, archive, folder, threads):
    output = os.path.join(folder, "ours")
    target = os.path.join(output, "uk-hourly-weather-obs.parquet")

    def work():
        seconds, processor, peak, status, said = run_command(
            [command, "midas", "convert", archive.path, "--output", output, "--overwrite", "--quiet",
             "--threads", str(threads)], pin(threads))
        if status:
            sys.exit(f"midas: parquet midas convert ended with status {status}: {said}")
        return {"seconds": seconds, "cpu": processor, "peak": peak, "rows": 0, "note": ""}
    return Contestant(OURS, OURS, work, target, "ours")
