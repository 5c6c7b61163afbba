#!/usr/bin/env python3
"""Random check of `parquet concat`: files of one schema, written by pyarrow and by the command with random
options, are joined; `parquet verify` finds no fault, and pyarrow, DuckDB and Polars read from the joined file
what they read from its parts, one after the other.

usage: check_concat.py PARQUET [--count N] [--seed S] [--start K] [--keep FOLDER]
"""

import argparse
import os
import random
import shlex
import subprocess
import sys
import tempfile

from check_convert import (
    READERS, TIMEOUT, be_quiet, leaves, random_layout_options, read_pyarrow)

import polars
import pyarrow as pa
import pyarrow.parquet as pq

from arrow_tables import random_array, random_table, random_write_options
from compare import difference


# The options that the file's schema depends on.
SHAPING = {
    "version", "use_deprecated_int96_timestamps", "use_compliant_nested_type", "store_schema",
    "coerce_timestamps", "allow_truncated_timestamps", "store_decimal_as_integer",
    "write_time_adjusted_to_utc",
}


def run(words):
    return subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=TIMEOUT)


def write_parts(command, rng, folder):
    """Two to four files of one schema; None where pyarrow does not make them."""
    first = random_table(rng)
    shape = {k: v for k, v in random_write_options(rng, first).items() if k in SHAPING}
    paths = []
    for number in range(rng.randint(2, 4)):
        rows = rng.choice([0, 1, 5, 40, 200])
        table = pa.Table.from_arrays(
            [random_array(rng, f.type, rows, f.nullable) for f in first.schema], schema=first.schema)
        options = {k: v for k, v in random_write_options(rng, first).items() if k not in SHAPING}
        options |= shape
        path = os.path.join(folder, f"part{number}.parquet")
        try:
            pq.write_table(table, path, **options)
            if read_pyarrow(path).num_rows != rows:
                return None
        except (pa.ArrowException, ValueError, TypeError, OSError, OverflowError):
            return None
        if rng.random() < 0.5:
            again = os.path.join(folder, f"again{number}.parquet")
            with pq.ParquetFile(path) as file:
                words = random_layout_options(rng, file.schema)
            made = run([command, "convert", path, again, "--quiet", "--overwrite", *words])
            if made.returncode != 0:
                raise SystemExit(f"convert failed: {made.stderr}")
            path = again
        paths.append(path)
    return paths


def join(tables):
    return pa.concat_tables(t.replace_schema_metadata(tables[0].schema.metadata) for t in tables)


def read(reader, path, names):
    found = reader(path, names)
    return found if isinstance(found, pa.Table) else found.table


def fault(command, rng, folder):
    paths = None
    while paths is None:
        paths = write_parts(command, rng, folder)
    joined = os.path.join(folder, "joined.parquet")
    made = run([command, "concat", joined, *paths, "--quiet", "--overwrite"])
    if made.returncode != 0 or made.stdout:
        return f"status {made.returncode}: {made.stderr}"
    verified = run([command, "verify", joined, "--quiet"])
    if verified.returncode != 0 and run([command, "verify", *paths, "--quiet"]).returncode == 0:
        return f"verify: {verified.stdout}"
    files = [pq.ParquetFile(path) for path in paths]
    with pq.ParquetFile(joined) as file:
        metadata = file.metadata
    groups = [f.metadata.row_group(i) for f in files for i in range(f.metadata.num_row_groups)]
    groups = [g for g in groups if g.num_rows > 0]
    if metadata.num_row_groups != len(groups):
        return f"{metadata.num_row_groups} row groups of {len(groups)}"
    for i, group in enumerate(groups):
        for c in range(metadata.num_columns):
            before, after = group.column(c), metadata.row_group(i).column(c)
            for name in ("compression", "num_values", "is_stats_set", "has_offset_index",
                         "has_column_index"):
                if getattr(before, name) != getattr(after, name):
                    return f"row group {i}, column {c}: {name} was {getattr(before, name)}"
            if (before.statistics is None) != (after.statistics is None) \
                    or before.statistics is not None and not same_statistics(
                        before.statistics, after.statistics):
                return f"row group {i}, column {c}: {before.statistics} | {after.statistics}"
    names = files[0].schema_arrow.names
    for name, reader, cannot in READERS:
        arrow = files[0].schema_arrow
        bad = {column for f in files for column, found in leaves(f.metadata, names).items()
               if any(cannot(*leaf, arrow.field(column).type) for leaf in found)}
        chosen = [column for column in names if column not in bad]
        if not chosen:
            continue
        try:
            expected = [read(reader, path, chosen) for path in paths]
            if None in expected or len({str(t.schema) for t in expected}) > 1:
                continue
        except (Exception, polars.exceptions.PanicException):
            continue
        try:
            found = read(reader, joined, chosen)
        except (Exception, polars.exceptions.PanicException) as error:
            return f"{name} does not read it: {error}"
        if found is None:
            continue
        problem = difference(
            join(expected), found.replace_schema_metadata(expected[0].schema.metadata))
        if problem:
            return f"{name}: {problem}"
    return None


def same_statistics(one, other):
    return all(str(getattr(one, name)) == str(getattr(other, name)) for name in (
        "has_min_max", "min_raw", "max_raw", "null_count", "num_values"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    be_quiet()
    failed = 0
    for number in range(arguments.start, arguments.start + arguments.count):
        with tempfile.TemporaryDirectory() as folder:
            folder = arguments.keep or folder
            os.makedirs(folder, exist_ok=True)
            found = fault(os.path.abspath(arguments.command), random.Random(f"concat-{arguments.seed}-{number}"), folder)
            if found:
                failed += 1
                print(f"FAILED --seed {arguments.seed} --start {number} --count 1: {found}", flush=True)
    print(f"{arguments.count} joined files with seed {arguments.seed}, {failed} differences")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
