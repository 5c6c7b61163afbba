#!/usr/bin/env python3
"""Kills and interrupts `parquet midas convert` at random moments, runs it again, and holds what is there then against
what an undisturbed run makes.

usage: check_kills.py PARQUET_COMMAND [--count N] [--seed N]

After each kill every output is absent or whole; after the run that follows, with --resume, every output is the same
to the byte, and nothing else lies beside them. Folders (--partition-by) are written again with --overwrite; some lie
over those of an earlier run, which are whole or gone after the kill, and gone after the run that follows. An
interrupted run (SIGINT, SIGTERM) exits with 130 and leaves nothing but whole outputs, also nothing hidden.
"""

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

HEADER = """Conventions,G,BADC-CSV,1
title,G,{data_set}
midas_station_id,G,{station:05d}
observation_station,G,station-{station}
historic_county_name,G,county-{county}
location,G,51.5,-1.25
height,G,42,m
date_valid,G,{year}-01-01 00:00:00,{year}-12-31 23:59:59
last_revised_date,G,2024-07-01
missing_value,G,NA
coordinate_variable,ob_end_time,t
long_name,max_air_temp,maximum air temperature,degC
data
ob_end_time,id_type,id,ob_hour_count,version_num,met_domain_name,src_id,rec_st_ind,max_air_temp,wind,max_air_temp_q,meto_stmp_time,midas_stmp_etime
"""


def make_archive(folder, rng):
    for data_set in ["uk-daily-temperature-obs", "uk-mean-wind-obs"]:
        for station in range(1, 13):
            for year in range(2000, 2004):
                lines = []
                for row in range(2500):
                    minute = row * 3
                    day = minute // 1440 + 1
                    lines.append(
                        f"{year}-05-{day:02d} {minute // 60 % 24:02d}:{minute % 60:02d}:00,DCNN,{station},1,1,NCM,"
                        f"{station},1001,{rng.gauss(10, 5):.1f},{rng.randint(0, 60)},{rng.choice([0, 9, 109])},NA,NA")
                path = folder / data_set / str(station) / f"{year}.csv"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(HEADER.format(data_set=data_set, station=station, year=year,
                                              county=station % 4)
                                + "\n".join(lines) + "\nend data\n")


def contents(folder):
    """The bytes of every file, by its name; hidden ones apart."""
    files = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
             for path in sorted(folder.rglob("*")) if path.is_file()}
    hidden = [name for name in files if Path(name).name.startswith(".")]
    return {name: files[name] for name in files if name not in hidden}, hidden


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    failures = []
    landed = 0
    with tempfile.TemporaryDirectory() as root:
        root = Path(root)
        archive = root / "archive"
        make_archive(archive, rng)
        kinds = {"years": (["--split", "year", "--threads", "2"], ["--resume"]),
                 "data sets": (["--compression", "zstd:3"], ["--resume"]),
                 "folders": (["--partition-by", "dataset,year,county"], ["--overwrite"]),
                 "folders over others": (["--partition-by", "dataset,year,county", "--overwrite"], [])}
        earlier = root / "earlier"
        subprocess.run([arguments.command, "midas", "convert", archive, "--output", earlier, "--quiet",
                        "--partition-by", "dataset,county,station"], check=True)
        old, _ = contents(earlier)
        expected, seconds = {}, {}
        reports = root / "rejected.ndjson"
        for kind, (options, _) in kinds.items():
            target = root / f"whole {kind}"
            start = time.monotonic()
            subprocess.run([arguments.command, "midas", "convert", archive, "--output", target, "--quiet",
                            *options], check=True)
            seconds[kind] = time.monotonic() - start
            expected[kind], hidden = contents(target)
            if hidden or not expected[kind]:
                failures.append(f"{kind}: {hidden} beside {len(expected[kind])} files")
        stopped = 0
        for case in range(arguments.count):
            kind = list(kinds)[case % len(kinds)]
            target = root / f"interrupted {case}"
            run = subprocess.Popen(
                [arguments.command, "midas", "convert", archive, "--output", target, "--quiet", "--reject", reports,
                 *kinds[kind][0]], stderr=subprocess.PIPE, text=True)
            time.sleep(rng.uniform(0.02, seconds[kind]))
            run.send_signal(rng.choice([signal.SIGINT, signal.SIGTERM]))
            said = run.communicate()[1]
            if run.returncode not in (0, 130) or said:
                failures.append(f"interruption {case}, {kind}: status {run.returncode}, {said!r}")
            stopped += run.returncode == 130
            found, hidden = contents(target) if target.exists() else ({}, [])
            wrong = [name for name, digest in found.items() if expected[kind].get(name) != digest]
            if wrong or hidden or (run.returncode == 130) == reports.exists():
                failures.append(f"interruption {case}, {kind}: {wrong}, {hidden}, a report: {reports.exists()}")
            reports.unlink(missing_ok=True)
        if stopped < arguments.count // 2:
            failures.append(f"only {stopped} of {arguments.count} interruptions came before the end of a run")
        for case in range(arguments.count):
            kind = list(kinds)[case % len(kinds)]
            options, again = kinds[kind]
            target = root / f"killed {case}"
            command = [arguments.command, "midas", "convert", archive, "--output", target, "--quiet", *options]
            before = old if kind == "folders over others" else {}
            if before:
                shutil.copytree(earlier, target)
            run = subprocess.Popen(command)
            time.sleep(rng.uniform(0, seconds[kind]))
            run.send_signal(signal.SIGKILL)
            run.wait()
            landed += run.returncode == -signal.SIGKILL
            if target.exists():
                for name, digest in contents(target)[0].items():
                    if digest not in (expected[kind].get(name), before.get(name)):
                        failures.append(f"case {case}, {kind}: {name} is there and not what it should be")
            second = subprocess.run([*command, *again], capture_output=True, text=True)
            if second.returncode:
                failures.append(f"case {case}, {kind}: the second run: {second.stderr.strip()}")
                continue
            found, hidden = contents(target)
            if found != expected[kind] or hidden:
                failures.append(f"case {case}, {kind}: other files after the second run; beside them {hidden}")
            for name in found:
                pq.ParquetFile(target / name).metadata
    if landed < arguments.count // 2:
        failures.append(f"only {landed} of {arguments.count} kills came before the end of a run")
    for failure in failures:
        print(failure)
    print(f"midas: {landed} of {arguments.count} kills and {stopped} interruptions before the end,"
          f" {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
