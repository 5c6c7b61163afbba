#!/usr/bin/env python3
"""Holds the folders that `parquet convert --partition-by` writes against the rows they were made of, as pyarrow,
DuckDB and Polars read them.

usage: check_partitions.py PARQUET_COMMAND [--count N] [--seed N]

Random tables with keys of every kind that names folders: text with all that Hive escapes, numbers, booleans,
dates, nulls. A second table then goes into the same folder: where it is appended, readers see both; where the first
one is overwritten, exactly the second, or, where the first has folders that lie deeper, the first one to the byte.
"""

import argparse
import datetime
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

WORDS = ["devon", "kent & sussex", "a/b", "x=y", "100%", "%41", "naïve", "日本", "a:b", "q?", "#1", "[z]",
         "tab\there", "don't", "..", "trailing ", "A\\B", "{k}", "2024-01-01", "007", "true", ""]
NULL = "__HIVE_DEFAULT_PARTITION__"


def table(rng, first=0):
    """A table whose identifiers begin with `first`, and columns to partition it by."""
    rows = rng.choice([1, 5, 300, 9000])
    words = rng.sample(WORDS, rng.randint(1, len(WORDS)))
    nulls = rng.choice([0, 0.2])

    def column(make):
        return [None if rng.random() < nulls else make() for _ in range(rows)]

    day = datetime.date(2024, 2, 27)
    columns = {
        "id": pa.array(range(first, first + rows), pa.int64()),
        "word": pa.array(column(lambda: rng.choice(words)), pa.string()),
        "number": pa.array(column(lambda: rng.choice([-5, 0, 7, 2**31 - 1])), pa.int32()),
        "long": pa.array(column(lambda: rng.choice([-2**63, 2**63 - 1, 3])), pa.int64()),
        "flag": pa.array(column(lambda: rng.random() < 0.5), pa.bool_()),
        "day": pa.array(column(lambda: day + datetime.timedelta(rng.randint(-1, 3))), pa.date32()),
        "tags": pa.array(column(lambda: [rng.choice(WORDS) for _ in range(rng.randint(0, 3))]),
                         pa.list_(pa.string())),
    }
    if rng.random() < 0.3:
        columns["word"] = columns["word"].dictionary_encode()
    keys = rng.sample(["word", "number", "long", "flag", "day"], rng.randint(1, 3))
    return pa.table(columns), keys


def folder_text(value):
    if value is None:
        return NULL
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def convert(command, rng, made, keys, folder, *options):
    """Writes a table to the folder; what the run came to."""
    source = folder / "in.parquet"
    pq.write_table(made, source, row_group_size=rng.choice([100, 4000, 1 << 20]))
    options = list(options)
    if rng.random() < 0.5:
        options += ["--file-rows", str(rng.choice([50, 1000]))]
    if rng.random() < 0.5:
        options += ["--open-files", str(rng.choice([1, 3]))]
    if rng.random() < 0.3:
        options += ["--memory", "100000"]
    return subprocess.run(
        [command, "convert", source, folder / "out", "--partition-by", ",".join(keys), "--quiet", *options],
        capture_output=True, text=True)


def check(command, rng, folder):
    made, keys = table(rng)
    run = convert(command, rng, made, keys, folder)
    if run.returncode:
        return f"exit status {run.returncode}: {run.stderr.strip()}"
    target = folder / "out"
    return read(made, keys, target) or check_again(command, rng, folder, made, keys)


def check_again(command, rng, folder, made, keys):
    """Writes a second table to the folder of the first."""
    target = folder / "out"
    before = contents(target)
    run = convert(command, rng, made, keys, folder)
    if run.returncode != 1 or "exists already; --overwrite" not in run.stderr:
        return f"not refused: exit status {run.returncode}: {run.stderr.strip()}"
    if contents(target) != before:
        return "what was refused is not as it was"
    if rng.random() < 0.5:
        other, _ = table(rng, first=made.num_rows)
        run = convert(command, rng, other, keys, folder, "--append")
        if run.returncode:
            return f"--append: exit status {run.returncode}: {run.stderr.strip()}"
        after = contents(target)
        if any(after.get(name) != content for name, content in before.items()):
            return "--append: what was there is not as it was"
        word = made.schema.field("word").type
        other = other.set_column(1, "word", other["word"].cast(word))
        problem = read(pa.concat_tables([made, other]), keys, target)
        return problem and f"--append: {problem}"
    other, others = table(rng)
    run = convert(command, rng, other, others, folder, "--overwrite")
    if len(others) < len(keys):
        if run.returncode != 1 or "another partitioning" not in run.stderr:
            return f"--overwrite, {keys} by {others}: exit status {run.returncode}: {run.stderr.strip()}"
        return None if contents(target) == before else "--overwrite: what was refused is not as it was"
    if run.returncode:
        return f"--overwrite: exit status {run.returncode}: {run.stderr.strip()}"
    empty = [path for path in target.rglob("*") if path.is_dir() and not any(path.iterdir())]
    if empty:
        return f"--overwrite: {empty[0]} is empty"
    problem = read(other, others, target)
    return problem and f"--overwrite, {keys} by {others}: {problem}"


def contents(folder):
    """The bytes of every file, hidden ones too."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(made, keys, target):
    """What is wrong with a folder that should hold the table alone."""
    rows = {row["id"]: row for row in made.to_pylist()}
    # By the folders' names alone.
    seen = {}
    for path in sorted(target.rglob("*.parquet")):
        names = dict(part.split("=", 1) for part in path.relative_to(target).parts[:-1])
        if list(names) != keys:
            return f"{path}: folders of {list(names)}, expected {keys}"
        for row in pq.ParquetFile(path).read().to_pylist():
            expected = rows[row["id"]]
            for key in keys:
                if key in row:
                    return f"{path}: the column {key} is in the file"
                if unquote(names[key]) != folder_text(expected[key]):
                    return f"{path}: row {row['id']} has {key} {expected[key]!r}"
            if {**row, **{key: expected[key] for key in keys}} != expected:
                return f"{path}: row {row['id']} is {row}, expected {expected}"
            seen[row["id"]] = seen.get(row["id"], 0) + 1
    if seen != dict.fromkeys(rows, 1):
        return f"{len(seen)} rows of {len(rows)}, at most {max(seen.values())} times"
    return read_by_peers(made, keys, target)


def read_by_peers(made, keys, target):
    """What each peer makes of the keys, given their types."""
    def text(value):
        return folder_text(value) if value is not None else None

    expected = sorted((row["id"], *(text(row[key]) for key in keys)) for row in made.to_pylist())
    schema = pa.schema([(key, pa.string()) for key in keys])
    arrow = ds.dataset(target, format="parquet", partitioning=ds.partitioning(schema, flavor="hive"))
    found = sorted((row["id"], *(row[key] for key in keys))
                   for row in arrow.to_table(columns=["id", *keys]).to_pylist())
    if found != expected:
        return f"pyarrow: {first_difference(found, expected)}"
    columns = ", ".join(f'"{key}"' for key in keys)
    found = sorted(duckdb.sql(
        f"select id, {columns} from read_parquet('{target}/**/*.parquet', hive_partitioning = true,"
        " hive_types_autocast = false)").fetchall())
    if found != expected:
        return f"DuckDB: {first_difference(found, expected)}"
    frame = pl.scan_parquet(f"{target}/**/*.parquet", hive_partitioning=True,
                            try_parse_hive_dates=False,
                            hive_schema={key: pl.String for key in keys})
    found = sorted(frame.select(["id", *keys]).collect().rows())
    if found != expected:
        return f"Polars: {first_difference(found, expected)}"
    return None


def first_difference(found, expected):
    for a, b in zip(found, expected):
        if a != b:
            return f"{a!r}, expected {b!r}"
    return f"{len(found)} rows, expected {len(expected)}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    failures = 0
    for case in range(arguments.count):
        with tempfile.TemporaryDirectory() as folder:
            problem = check(arguments.command, random.Random(f"{arguments.seed} {case}"),
                            Path(folder))
        if problem:
            failures += 1
            print(f"case {case}: {problem}")
    print(f"{arguments.count} tables in folders, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
