#!/usr/bin/env python3
"""Random differential of `parquet convert --profile`: a random table of pyarrow, written by a profile, must
come back from pyarrow and DuckDB with the values it had, in the types that docs/profiles.md says; where a value
does not fit, the command must fail and name the column.

usage: check_profiles.py PARQUET [--count N] [--seed S] [--start K]
"""

import argparse
import collections
import os
import random
import re
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet as pq

from arrow_tables import random_table
from check_convert import read_duckdb, read_pyarrow
from compare import difference

PROFILES = ["spark", "hive", "bigquery", "clickhouse"]


class Unfit(Exception):
    """A value that the profile cannot hold."""


def storage(array):
    return array.storage if isinstance(array.type, pa.BaseExtensionType) else array


def time_text(array):
    """Times of day as text, with the decimals of their unit."""
    unit = array.type.unit
    decimals = {"ms": 3, "us": 6, "ns": 9}[unit]
    per = 10**decimals
    values = array.view(pa.int32() if array.type.bit_width == 32 else pa.int64()).to_pylist()

    def text(v):
        seconds, fraction = divmod(v, per)
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{fraction:0{decimals}}"
    return pa.array([None if v is None else text(v) for v in values], pa.string())


def whole_micros(array):
    values = array.view(pa.int64()).to_pylist()
    if any(v is not None and v % 1000 for v in values):
        raise Unfit
    integers = pa.array([None if v is None else v // 1000 for v in values], pa.int64())
    type_ = array.type
    return integers.view(
        pa.time64("us") if pa.types.is_time(type_) else pa.timestamp("us", type_.tz))


def stored(array, profile, logical):
    """A leaf's values as the profile stores them, in the type that pyarrow reads."""
    click = profile == "clickhouse"
    type_ = array.type
    if logical == "UUID" and not click:
        import uuid
        return pa.array(
            [None if v is None else str(uuid.UUID(bytes=v)) for v in storage(array).to_pylist()], pa.string())
    if logical == "JSON" and profile in ("hive", "bigquery"):
        return storage(array).cast(pa.string())
    if pa.types.is_null(type_):
        return pa.nulls(len(array), pa.int32())
    if pa.types.is_float16(type_):
        return array.cast(pa.float32())
    if click:
        return array
    if pa.types.is_uint8(type_) or pa.types.is_uint16(type_):
        return array.cast(pa.int32())
    if pa.types.is_uint32(type_):
        return array.cast(pa.int64())
    if pa.types.is_uint64(type_):
        return array.cast(pa.decimal128(20, 0))
    if pa.types.is_timestamp(type_) and type_.unit == "ns":
        return whole_micros(array)
    if pa.types.is_time(type_):
        if profile != "bigquery":
            return time_text(array)
        return whole_micros(array) if type_.unit == "ns" else array
    digits = 76 if profile == "bigquery" else 38
    if pa.types.is_decimal(type_) and type_.precision > digits:
        raise Unfit
    return array


def expected_column(array, profile, leaves):
    """An array as the profile stores it; `leaves` are the logical types of its leaves, in order."""
    type_ = array.type
    lower = str.lower if profile == "hive" else lambda name: name
    if pa.types.is_struct(type_):
        children = [expected_column(child, profile, leaves) for child in array.flatten()]
        fields = [pa.field(lower(f.name), c.type, f.nullable, f.metadata) for f, c in zip(type_, children)]
        return pa.StructArray.from_arrays(
            children, fields=fields, mask=array.is_null() if array.null_count else None)
    if pa.types.is_list(type_):
        values = expected_column(array.values, profile, leaves)
        field = pa.field("element", values.type, type_.value_field.nullable, type_.value_field.metadata)
        return pa.ListArray.from_arrays(
            array.offsets, values, type=pa.list_(field), mask=array.is_null() if array.null_count else None)
    return stored(array, profile, next(leaves))


def legal(type_):
    """Whether a column of this type takes part: maps and fixed-size lists have no simple constructor."""
    if pa.types.is_struct(type_):
        return all(legal(f.type) for f in type_)
    if pa.types.is_list(type_):
        return legal(type_.value_type)
    return not pa.types.is_nested(type_)


def collides(fields):
    names = [f.name.lower() for f in fields]
    return len(set(names)) < len(names) or any(
        collides(list(f.type)) for f in fields if pa.types.is_struct(f.type))


def rounded(rng, table):
    """The table, its nanoseconds mostly whole microseconds."""
    columns = []
    for column in table.columns:
        type_ = column.type
        whole = column.chunk(0) if column.num_chunks else pa.array([], type_)
        if (pa.types.is_timestamp(type_) or pa.types.is_time(type_)) and type_.unit == "ns" \
                and rng.random() < 0.6:
            values = whole.view(pa.int64()).to_pylist()
            whole = pa.array([None if v is None else v // 1000 * 1000 for v in values], pa.int64()).view(type_)
        columns.append(whole)
    return pa.Table.from_arrays(columns, schema=table.schema)


def run_case(command, seed, number, folder):
    """A difference, or None; with what was done."""
    rng = random.Random(f"{seed}-{number}")
    before, after = os.path.join(folder, "in.parquet"), os.path.join(folder, "out.parquet")
    for _ in range(50):
        table = rounded(rng, random_table(rng))
        chosen = [f.name for f in table.schema if legal(f.type)]
        if not chosen:
            continue
        try:
            # Without Arrow's schema, so that types are what the file says.
            pq.write_table(
                table.select(chosen).replace_schema_metadata(None), before, store_schema=False,
                store_decimal_as_integer=rng.random() < 0.5)
            table = read_pyarrow(before)
            if all(legal(f.type) for f in table.schema):
                break
        except (pa.ArrowException, ValueError, TypeError, OSError, OverflowError):
            continue
    else:
        return None, "no table"
    profile = rng.choice(PROFILES)
    words = [command, "convert", before, after, "--quiet", "--overwrite", "--profile", profile]
    if rng.random() < 0.3:
        words += ["--row-group-rows", "40"]
    if rng.random() < 0.3:
        words += ["--encoding", "dictionary"]
    run = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=60)
    schema = pq.ParquetFile(before).schema
    leaves = iter([schema.column(i).logical_type.type for i in range(len(schema))])
    lower = str.lower if profile == "hive" else lambda name: name
    try:
        if profile in ("hive", "bigquery") and collides(list(table.schema)):
            raise Unfit
        columns, fields = [], []
        for field, column in zip(table.schema, table.columns):
            whole = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks) \
                if column.num_chunks else pa.array([], field.type)
            array = expected_column(whole, profile, leaves)
            columns.append(array)
            fields.append(pa.field(lower(field.name), array.type, field.nullable, field.metadata))
        expected = pa.Table.from_arrays(columns, schema=pa.schema(fields))
    except Unfit:
        if run.returncode == 1 and re.search(r"column .*(cannot hold it|decimals of at most|does not tell)", run.stderr):
            return None, f"{profile}: refused"
        return f"{profile}: status {run.returncode} where a value does not fit: {run.stderr}", ""
    if run.returncode != 0:
        return f"{profile}: status {run.returncode}: {run.stderr.strip()}", ""
    found = difference(expected, read_pyarrow(after))
    if found:
        return f"{profile}: pyarrow: {found}", ""
    # DuckDB reads our file as it reads one that pyarrow makes of the same values.
    reference = os.path.join(folder, "reference.parquet")
    names = expected.schema.names
    try:
        pq.write_table(expected, reference, store_schema=False)
        other = read_duckdb(reference, names)
    except Exception:
        return None, f"{profile}: compared by pyarrow alone"
    try:
        found = difference(other, read_duckdb(after, names))
    except Exception as error:
        found = f"does not read it: {error}"
    if found:
        return f"{profile}: DuckDB: {found}", ""
    return None, profile


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    failures, done = 0, collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        folder = arguments.keep or folder
        os.makedirs(folder, exist_ok=True)
        for number in range(arguments.start, arguments.start + arguments.count):
            found, what = run_case(os.path.abspath(arguments.command), arguments.seed, number, folder)
            if found:
                failures += 1
                print(f"FAILED --seed {arguments.seed} --start {number} --count 1: {found:.600}", flush=True)
            else:
                done[what] += 1
    print(f"{arguments.count} tables written by profiles with seed {arguments.seed}, {failures} differences")
    for what, count in sorted(done.items()):
        print(f"  {count} times: {what}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
