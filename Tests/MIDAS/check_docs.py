#!/usr/bin/env python3
"""Runs what docs/adapters/midas.md shows: its queries, over the files that its commands make, and the script that
draws its picture.

usage: check_docs.py PARQUET_COMMAND

Every block of Python and SQL must run and give rows; the picture must be the one beside the page.
"""

import contextlib
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adapters" / "midas.md"


def main():
    command = Path(sys.argv[1]).resolve()
    blocks = re.findall(r"^```(python|sql)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for target, options in [("weather", []), ("folders", ["--partition-by", "dataset,year"])]:
            subprocess.run([command, "midas", "convert", ROOT / "Fixtures" / "midas", "--output", target, "--quiet",
                            *options], check=True)
        for kind, text in blocks:
            try:
                if kind == "sql":
                    shown = duckdb.sql(text).fetchall()
                else:
                    output = io.StringIO()
                    with contextlib.redirect_stdout(output):
                        exec(compile(text, str(PAGE), "exec"), {})
                    shown = output.getvalue().splitlines()
                if len(shown) < 1:
                    failures.append(f"gives no row: {text}")
            except Exception as error:  # noqa: BLE001 - whatever a reader of the page would meet
                failures.append(f"{type(error).__name__}: {error}: {text}")
        picture = Path(folder) / "midas.svg"
        subprocess.run([sys.executable, PAGE.with_name("midas_plots.py"), "weather", picture], check=True)
        if picture.read_bytes() != PAGE.with_name("midas.svg").read_bytes():
            failures.append("docs/adapters/midas.svg is not what midas_plots.py draws")
    for failure in failures:
        print(failure)
    print(f"midas.md: {len(blocks)} queries and a picture, {len(failures)} failures")
    return 1 if failures or len(blocks) < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
