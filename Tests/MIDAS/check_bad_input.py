#!/usr/bin/env python3
"""Gives the built command bad MIDAS input and holds it to its contract.

usage: check_bad_input.py PARQUET_COMMAND

Each case: the exit status, one line on standard error that says what is wrong and where, no output file
and nothing else left behind.
"""

import json
import os
import resource
import signal
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HEADER = """Conventions,G,BADC-CSV,1
title,G,uk-daily-temperature-obs
observation_station,G,sampleton
historic_county_name,G,sampleshire
midas_station_id,G,09999
location,G,51.5,-1.25
height,G,42,m
date_valid,G,2001-01-01 00:00:00,2001-12-31 23:59:59
missing_value,G,NA
"""
COLUMNS = "ob_end_time,id_type,id,ob_hour_count,version_num,met_domain_name,src_id,rec_st_ind,t,t_q\n"
GOOD = "2001-02-01 09:00:00,DCNN,0042A,24,1,NCM,9999,1001,7.5,9\n"
OUTPUT = "uk-daily-temperature-obs.parquet"

failures = []
checks = 0


def expect(what, found, expected):
    global checks
    checks += 1
    if found != expected:
        failures.append(f"{what}: {found!r}, expected {expected!r}")


class Case:
    """A fresh folder, and the command run in it."""

    def __init__(self, command, name):
        self.command, self.name = command, name
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def observations(self, rows, end="end data\n", header=HEADER, columns=COLUMNS):
        return self.write("x.csv", header + "data\n" + columns + rows + end)

    def run(self, *arguments, status, says=(), leaves=None, before=None):
        """Runs `parquet midas convert`; `leaves`: the names in the output folder afterwards."""
        words = [self.command, "midas", "convert", *arguments, "--quiet"]
        done = subprocess.run(words, cwd=self.path, capture_output=True, text=True, timeout=60,
                              preexec_fn=before)
        expect(f"{self.name}: status ({done.stderr.strip()})", done.returncode, status)
        expect(f"{self.name}: standard output", done.stdout, "")
        lines = done.stderr.splitlines()
        if says:
            expect(f"{self.name}: lines {lines}", len(lines), 1)
            for part in says:
                expect(f"{self.name}: `{part}` in {lines}", part in done.stderr, True)
            expect(f"{self.name}: begins like an error {lines}",
                   done.stderr.startswith("parquet: "), True)
        output = self.path / "out"
        names = sorted(path.name for path in output.iterdir()) if output.is_dir() else []
        expect(f"{self.name}: left behind", names, leaves or [])
        return self


def headers(case):
    """Files that are none."""
    for name, text, says in [
        ("empty file", "", ["x.csv", "empty"]),
        ("no BADC-CSV", "a,b\n1,2\n", ["x.csv", "line 1", "not BADC-CSV"]),
        ("binary", bytes(range(256)) * 40, ["x.csv", "not BADC-CSV"]),
        ("no data line", HEADER, ["x.csv", "`data`"]),
        ("end before data", HEADER + "end data\n", ["x.csv", "line 10", "`end data`"]),
        ("no column names", HEADER + "data\n", ["x.csv", "columns"]),
        ("a column twice", HEADER + "data\n" + COLUMNS.replace("t_q", "t"), ["x.csv", "two columns"]),
        ("no time", HEADER + "data\n" + COLUMNS.replace("ob_end_time", "when"), ["x.csv", "ob_date"]),
        ("no src_id", HEADER + "data\n" + COLUMNS.replace("src_id", "source"), ["x.csv", "src_id"]),
        ("no title", HEADER.replace("title", "name") + "data\n" + COLUMNS, ["x.csv", "title"]),
        ("a base column's name", HEADER + "data\n" + COLUMNS.replace(",t,", ",station_name,"),
         ["x.csv", "station_name"]),
        ("line without end", HEADER + "x" * (5 << 20), ["x.csv", "line 10", "4 MiB"]),
    ]:
        case(name).write("x.csv", text).run("x.csv", "--output", "out", status=1, says=says)


def rows(case):
    """Rows that cannot be stored stop the run, or go to the report."""
    good = GOOD.strip().split(",")
    bad = {
        "ragged": "2001-02-01 09:00:00,DCNN\n", "too wide": GOOD.strip() + ",1\n",
        "not a date": GOOD.replace("2001-02-01", "2001-02-30"),
        "a date before nanoseconds": GOOD.replace("2001", "1066"),
        "a date after nanoseconds": GOOD.replace("2001", "9999"),
        "no identifier": GOOD.replace("0042A", "NA"), "not an integer": GOOD.replace("1001", "x"),
        "an unknown station": GOOD.replace(",9999,", ",1234,"), "an open quote": '"' + GOOD,
    }
    columns = {"not a date": "ob_end_time", "a date before nanoseconds": "ob_end_time",
               "a date after nanoseconds": "ob_end_time", "no identifier": "id",
               "not an integer": "rec_st_ind", "an unknown station": "src_id"}
    expect("the good row", len(good), COLUMNS.count(",") + 1)
    for name, row in bad.items():
        one = case(name).observations(GOOD + row + GOOD.replace("0042A", "0043A"))
        column = columns.get(name)
        where = f"line 13" if column is None else column
        one.run("x.csv", "--output", "out", status=1, says=["x.csv", "line 13", where])
        one.run("x.csv", "--output", "out", "--reject", "bad.ndjson", status=0, leaves=[OUTPUT])
        report = [json.loads(line) for line in (one.path / "bad.ndjson").read_text().splitlines()]
        expect(f"{name}: report", [(item["file"], item["line"], item["column"], item["row"])
                                   for item in report], [("x.csv", 13, column, row.strip())])
        one.run("x.csv", "--output", "out", "--reject", "bad.ndjson", "--strict", "--overwrite",
                status=1, leaves=[OUTPUT])


def truncated(case):
    case("cut short").observations(GOOD, end="").run(
        "x.csv", "--output", "out", status=0, leaves=[OUTPUT])
    case("cut short, strict").observations(GOOD, end="").run(
        "x.csv", "--output", "out", "--strict", status=1, says=["x.csv", "`end data`"])
    case("no rows").observations("").run("x.csv", "--output", "out", status=0)


def bad_files_among_good(case):
    one = case("a bad file in a folder").observations(GOOD).write("y.csv", "nothing\n")
    one.run(".", "--output", "out", status=1, says=["y.csv", "not BADC-CSV"])
    one.run(".", "--output", "out", "--reject", "bad.ndjson", status=0, leaves=[OUTPUT])
    report = [json.loads(line) for line in (one.path / "bad.ndjson").read_text().splitlines()]
    expect("a bad file: report", [(item["file"], item["row"]) for item in report],
           [("./y.csv", None)])


def paths(case):
    case("missing input").run("none.csv", "--output", "out", status=1, says=["none.csv", "No such"])
    case("folder without files").write("in/x.txt", "").run(
        "in", "--output", "out", status=1, says=["in", "no .csv file"])
    case("only station files").write(
        "x.csv", HEADER.replace("midas_station_id", "src_id")
        + "data\nid,id_type,met_domain_name,first_year,last_year\n1,WMO,SYNOP,1990,1991\nend data\n",
    ).run("x.csv", "--output", "out", status=1, says=["x.csv", "no file of MIDAS observations"])

    one = case("output is there").observations(GOOD).write(f"out/{OUTPUT}", "mine")
    one.run("x.csv", "--output", "out", status=1, says=[OUTPUT, "exists"], leaves=[OUTPUT])
    expect("output is there: untouched", (one.path / "out" / OUTPUT).read_text(), "mine")
    one.run("x.csv", "--output", "out", "--overwrite", status=0, leaves=[OUTPUT])
    expect("output is there: replaced", (one.path / "out" / OUTPUT).read_bytes()[:4], b"PAR1")

    case("output folder is a file").observations(GOOD).write("out", "x").run(
        "x.csv", "--output", "out", status=1, says=["out", "not a directory"])
    case("a report that is there").observations(GOOD).write("bad.ndjson", "x").run(
        "x.csv", "--output", "out", "--reject", "bad.ndjson", status=1, says=["bad.ndjson"])

    def small_files():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))

    case("disk full").observations(GOOD).run(
        "x.csv", "--output", "out", status=1, says=[OUTPUT], before=small_files)

    one = case("unreadable").observations(GOOD)
    (one.path / "x.csv").chmod(0)
    one.path.chmod(0o777)
    # Where the checkout lies, others than its owner may not come.
    one.command = shutil.copy(one.command, one.path / "parquet")

    def nobody():
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)

    one.run("x.csv", "--output", "out", status=1, says=["x.csv", "Permission denied"], before=nobody)


def command_lines(case):
    one = case("command line").observations(GOOD)
    one.run("x.csv", status=2, says=["--output"])
    one.run("--output", "out", status=2, says=["INPUT"])
    one.run("x.csv", "--output", "out", "--outptu", "y", status=2, says=["--outptu", "--output"])
    one.run("x.csv", "--output", "out", "--compression", "zip", status=2, says=["zip", "snappy"])
    one.run("x.csv", "--output", "out", "--compression", "nothere=zstd", status=2, says=["nothere"])
    one.run("x.csv", "--output", status=2, says=["--output"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    command = str(Path(sys.argv[1]).resolve())
    for part in [headers, rows, truncated, bad_files_among_good, paths, command_lines]:
        part(lambda name: Case(command, name))
    for failure in failures[:40]:
        print(failure, file=sys.stderr)
    print(f"midas, bad input: {checks} checks, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
