"""The same archive converted by this engine and by DuckDB, in turns."""

import os
import subprocess
import sys

from archive import lines_before_rows
from client import pin
from contest import OURS, Contest, Contestant
from cost import run_command
from report import print_contest

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
            _duckdb(archive, folder, threads, ordered=True),
            _duckdb(archive, folder, threads, ordered=False)]
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


def _duckdb(archive, folder, threads, ordered):
    name = "duckdb ordered" if ordered else "duckdb unordered"
    target = os.path.join(folder, f"{name}.parquet")

    def work():
        seconds, processor, peak, status, said = run_command(
            [sys.executable, f"{HERE}/run_sql.py", f"{HERE}/hourly_weather.sql",
             f"ARCHIVE={archive.path}", f"OUTPUT={target}", f"THREADS={threads}",
             f"HEADER={archive.header_line_count}",
             f"STATION_HEADER={lines_before_rows(archive.stations)}",
             f"ORDERED={str(ordered).lower()}"], pin(threads))
        if status:
            sys.exit(f"midas: DuckDB ended with status {status}: {said}")
        # What it says itself leaves out the start of Python.
        return {"seconds": float(said), "cpu": processor, "peak": peak, "rows": 0, "note": ""}
    return Contestant(name, "duckdb", work, target)
