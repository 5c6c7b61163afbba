#!/usr/bin/env python3
"""Reads the files of parquet-testing with the built command and holds every value against pyarrow.

usage: check_conformance.py PARQUET

The files are looked for in $PARQUET_TEST_DATA; without it the check is skipped, visibly. Files that must
be refused stand in REFUSED with a part of the message they are refused by.
"""

import base64
import json
import os
import pathlib
import re
import resource
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SECONDS = 60
MEMORY = 4 << 30

# What must not be read, and words of the error.
REFUSED = {
    "datapage_v1-corrupt-checksum.parquet": "checksum",
    "rle-dict-uncompressed-corrupt-checksum.parquet": "checksum",
    "large_string_map.brotli.parquet": "limit",
}
ENCRYPTED = "encrypt"


class Pairs(list):
    """A JSON object, with keys that stand twice."""


def run(command, path):
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    return subprocess.run(
        [command, "cat", str(path)], capture_output=True, timeout=SECONDS, preexec_fn=bound)


def days(year, month, day):
    """Days from 1970-01-01 in the proleptic Gregorian calendar, for any year."""
    if month <= 2:
        year -= 1
    era, of_era = divmod(year, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def nanoseconds_of_day(text):
    hour, minute, second, part = re.fullmatch(
        r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?", text).groups()
    whole = (int(hour) * 60 + int(minute)) * 60 + int(second)
    return whole * 10**9 + int((part or "0").ljust(9, "0"))


def date(text):
    return days(*map(int, re.fullmatch(r"([+-]?\d+)-(\d\d)-(\d\d)", text).groups()))


PER_UNIT = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}


def same(ours, scalar):
    """Whether a value of the command's JSON is the value pyarrow read."""
    if isinstance(scalar, pa.ExtensionScalar):
        if "uuid" in str(scalar.type) and scalar.is_valid:
            return ours == str(scalar.as_py())
        scalar = scalar.value
    if scalar is None or not scalar.is_valid:
        return ours is None
    if ours is None:
        return pa.types.is_null(scalar.type)
    kind = scalar.type
    types = pa.types
    if types.is_dictionary(kind):
        return same(ours, scalar.dictionary[scalar.index.as_py()])
    if types.is_boolean(kind) or types.is_integer(kind):
        return type(ours) is type(scalar.as_py()) and ours == scalar.as_py()
    if types.is_floating(kind):
        as_type = {16: np.float16, 32: np.float32, 64: np.float64}[kind.bit_width]
        bits = {16: np.uint16, 32: np.uint32, 64: np.uint64}[kind.bit_width]
        a, b = as_type(float(ours)), as_type(scalar.as_py())
        return bool(np.isnan(a) and np.isnan(b)) or a.view(bits) == b.view(bits)
    if types.is_string(kind) or types.is_large_string(kind):
        return ours == scalar.as_py()
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return base64.b64decode(ours, validate=True) == scalar.as_py()
    if types.is_decimal(kind):
        return ours == format(scalar.as_py(), "f")
    if types.is_date32(kind):
        return date(ours) == scalar.value
    if types.is_time(kind):
        return nanoseconds_of_day(ours) == scalar.value * PER_UNIT[kind.unit]
    if types.is_timestamp(kind):
        day, time = ours.removesuffix("Z").split("T")
        total = date(day) * 86_400 * 10**9 + nanoseconds_of_day(time)
        expected = scalar.value * PER_UNIT[kind.unit]
        # pyarrow lets INT96 run over 64 bits of nanoseconds.
        return (total - expected) % 2**64 == 0 and ours.endswith("Z") == (
            kind.tz is not None)
    if types.is_map(kind):
        pairs = scalar.values
        if isinstance(ours, Pairs):
            entries = [(key, value) for key, value in ours]
        else:
            entries = [(dict(e).get("key"), dict(e).get("value")) for e in ours]
        return len(entries) == len(pairs) and all(
            same(key, pair[0]) and same(value, pair[1])
            for (key, value), pair in zip(entries, pairs))
    if types.is_list(kind) or types.is_large_list(kind):
        if types.is_integer(kind.value_type) and all(isinstance(e, Pairs) for e in ours):
            # pyarrow makes a list of a map's keys where the map has no values.
            ours = [dict(e)["key"] for e in ours if dict(e).get("value") is None]
        return not isinstance(ours, Pairs) and len(ours) == len(scalar.values) and all(
            map(same, ours, scalar.values))
    if types.is_struct(kind):
        fields = dict(ours)
        names = [field.name for field in kind]
        return set(fields) <= set(names) and all(
            same(fields.get(name), scalar[name]) for name in names)
    raise TypeError(f"no comparison for {kind}")


def compare(output, path):
    """What is the first difference, or None."""
    table = pq.read_table(path)
    rows = [json.loads(line, object_pairs_hook=Pairs) for line in output.splitlines()]
    if len(rows) != table.num_rows:
        return f"{len(rows)} rows, pyarrow {table.num_rows}"
    rows = [dict(row) for row in rows]
    for name in {key for row in rows for key in row} - set(table.column_names):
        return f"column {name!r} is unknown to pyarrow"
    for name, column in zip(table.column_names, table.columns):
        for index, scalar in enumerate(column):
            try:
                equal = same(rows[index].get(name), scalar)
            except Exception as error:  # a text of an unexpected form is a difference
                return f"{name}, row {index}: {error!r}"
            if not equal:
                return f"{name}, row {index}: {str(rows[index].get(name))[:80]}" \
                    f", pyarrow {str(scalar)[:80]}"
    return None


def refusal(result, words):
    """Why `result` is not the clear error it must be, or None."""
    message = result.stderr.decode(errors="replace")
    if result.returncode != 1:
        return f"exit {result.returncode}, must be 1: {message.strip()[-100:]}"
    if not message.strip() or words not in message.lower():
        return f"the error does not say {words!r}: {message.strip()[-120:]}"
    return None


def judge(command, path, must_fail):
    """What the file is judged by, and what is wrong, or None."""
    try:
        result = run(command, path)
    except subprocess.TimeoutExpired:
        return "time", f"longer than {SECONDS} s"
    if must_fail:
        return "clear error", refusal(result, "")
    if path.name in REFUSED:
        return "clear error", refusal(result, REFUSED[path.name])
    if path.suffix == ".encrypted":
        return "not supported yet", refusal(result, ENCRYPTED)
    if result.returncode != 0:
        return "read", f"exit {result.returncode}: {result.stderr.decode().strip()[-140:]}"
    try:
        return "pyarrow", compare(result.stdout, path)
    except Exception as error:
        return "pyarrow", f"pyarrow refuses, no other judge: {str(error)[:100]}"


def main():
    folder = os.environ.get("PARQUET_TEST_DATA")
    if not folder:
        print("SKIPPED: PARQUET_TEST_DATA is not set")
        return 0
    root = pathlib.Path(folder)
    files = [(p, False) for p in sorted((root / "data").rglob("*.parquet*"))
             if p.suffix != ".json"]
    files += [(p, True) for p in sorted((root / "bad_data").glob("*.parquet"))]
    if not files:
        print(f"no files under {root}")
        return 1
    failed = 0
    for path, must_fail in files:
        by, problem = judge(sys.argv[1], path, must_fail)
        failed += problem is not None
        print(f"{'FAILED' if problem else 'passed'}  {path.relative_to(root)}  [{by}]  {problem or ''}",
              flush=True)
    print(f"{len(files) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
