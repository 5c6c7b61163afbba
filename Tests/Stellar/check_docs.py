#!/usr/bin/env python3
"""Runs what docs/adapters/stellar.md shows: its commands, over the sample messages, and its queries over what they make.

usage: check_docs.py PARQUET_COMMAND

Every block of commands must succeed; every one of Python and SQL must run and give rows. The sample must be what its
script makes, the configurations must be ones that the command takes, and the example of a dead letter one that is JSON.
"""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "adapters" / "stellar.md"
SAMPLE = ROOT / "Fixtures" / "stellar"


def run(kind, text, command):
    """What a block shows; raises where it does not run."""
    if kind == "sql":
        return duckdb.sql(text).fetchall()
    if kind == "python":
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(text, str(PAGE), "exec"), {})
        return output.getvalue().splitlines()
    if kind == "sh":
        environment = os.environ | {"PATH": f"{command.parent}:{os.environ['PATH']}"}
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", text], capture_output=True, text=True, env=environment)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return (done.stdout + done.stderr).splitlines()
    if kind == "json" and '"reason"' in text:
        return list(json.loads(text))
    return configuration(kind, text, command)


def configuration(kind, text, command):
    """What the command says of a configuration, which it takes."""
    path = Path(f"configuration.{kind}")
    path.write_text(text)
    done = subprocess.run([command, "stellar", "archive", "--config", path, "--dry-run"], input=b"", capture_output=True)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    return [text]


def main():
    command = Path(sys.argv[1]).resolve()
    blocks = re.findall(r"^```(python|sql|sh|yaml|json)\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["HOME"] = folder
        subprocess.run([sys.executable, SAMPLE / "make_sample.py", folder], check=True)
        if Path("messages.ndjson").read_bytes() != (SAMPLE / "messages.ndjson").read_bytes():
            failures.append("Fixtures/stellar/messages.ndjson is not what make_sample.py makes")
        Path("Fixtures").symlink_to(ROOT / "Fixtures")
        for kind, text in blocks:
            try:
                if len(run(kind, text, command)) < 1:
                    failures.append(f"gives no row: {text}")
            except Exception as error:  # noqa: BLE001 - whatever a reader of the page would meet
                failures.append(f"{type(error).__name__}: {error}: {text}")
    for failure in failures:
        print(failure)
    print(f"stellar.md: {len(blocks)} blocks, {len(failures)} failures")
    return 1 if failures or len(blocks) < 12 else 0


if __name__ == "__main__":
    sys.exit(main())
