#!/usr/bin/env python3
"""Reads every file of parquet-testing with the built command and holds its values against other readers.

usage: check_conformance.py PARQUET [--table FILE] [--check-table FILE]

The files are looked for in $PARQUET_TEST_DATA; without it the check is skipped, visibly. Values are held
against those that pyarrow reads; against DuckDB's in OTHER_JUDGE, as pyarrow refuses those files; and
against the CSV text beside a file, where there is one. Files that must be refused stand in REFUSED with a
part of the message they are refused by. What large_string_map holds is refused by the limit of memory,
and read with a higher one.

--table writes the outcome, file by file, as a page of the documentation; --check-table fails where that
page does not say what was found.
"""

import argparse
import base64
import csv
import io
import json
import os
import pathlib
import re
import resource
import subprocess
import sys

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption

from files import TESTS

SECONDS = 60
MEMORY = 4 << 30

# What must not be read, and words of the error.
REFUSED = {
    "datapage_v1-corrupt-checksum.parquet": "checksum",
    "rle-dict-uncompressed-corrupt-checksum.parquet": "checksum",
    "large_string_map.brotli.parquet": "limit",
}
# Files that pyarrow does not read, and why; DuckDB does.
OTHER_JUDGE = {"incorrect_map_schema.parquet": "pyarrow wants the keys of a MAP required"}
# What is refused by the limit of memory, and the one that it reads with.
LARGE = {"large_string_map.brotli.parquet": "8Gi"}
# The keys of the encrypted files, as data/README.md has them: decimal digits as bytes.
KEYS = {
    16: {"kf": "0123456789012345", "kc1": "1234567890123450", "kc2": "1234567890123451"},
    32: {"kf": "01234567890123456789012345678901"} | {
        f"kc{i}": f"1234567890123456789012345678901{i + 1}" for i in range(1, 9)},
}
# Those that do not store their AAD prefix, or are to be held to it.
BOUND = {"disable_aad_storage", "footer_aad"}
# Those whose rows are in no other file: what makes them.
ROWS = {
    "external_key_material_java.parquet.encrypted": lambda: pa.table({
        "integers": pa.array(range(100), pa.int32()),
        "strings": [f"{chr(97 + i % 10)}{i}" for i in range(100)]}),
    "encrypt_columns_and_footer_bloom_filter.parquet.encrypted": lambda: pa.table({
        "double_field": [i + 0.5 for i in range(2000)],
        "float_field": pa.array([i + 0.25 for i in range(2000)], pa.float32()),
        "int32_field": pa.array(range(2000), pa.int32()),
        "name": [f"name_{i}" for i in range(2000)]}),
}


class Pairs(list):
    """A JSON object, with keys that stand twice."""


def run(command, path, *options):
    def bound():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    return subprocess.run(
        [command, *options, str(path)], capture_output=True, timeout=SECONDS, preexec_fn=bound)


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
        # pyarrow lets INT96 run over 64 bits of nanoseconds, and reads its Julian day without a sign, where
        # Spark, which writes negative ones, and the format's order of INT96 have one.
        unsigned = total + 2**32 * 86_400 * 10**9
        return any((t - expected) % 2**64 == 0 for t in (total, unsigned)) and ours.endswith("Z") == (
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


def read_rows(output):
    return [dict(json.loads(line, object_pairs_hook=Pairs)) for line in output.splitlines()]


def compare(rows, path, table=None):
    """What is the first difference, or None."""
    if table is None:
        table = pq.read_table(path)
    if len(rows) != table.num_rows:
        return f"{len(rows)} rows, pyarrow {table.num_rows}"
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


def plain(value):
    """A value of the command's JSON as DuckDB has it: maps and structs are dicts."""
    if isinstance(value, Pairs):
        return {key: plain(of) for key, of in value}
    if isinstance(value, list):
        if value and all(isinstance(e, Pairs) and set(dict(e)) == {"key", "value"} for e in value):
            return {plain(dict(e)["key"]): plain(dict(e)["value"]) for e in value}
        return [plain(e) for e in value]
    return value


def compare_with_duckdb(rows, path):
    result = duckdb.sql(f"select * from read_parquet('{path}')")
    theirs = [dict(zip(result.columns, row)) for row in result.fetchall()]
    ours = [{name: plain(value) for name, value in row.items()} for row in rows]
    return None if ours == theirs else f"{str(ours)[:80]}, DuckDB {str(theirs)[:80]}"


def compare_with_csv(rows, path):
    """The text beside the file: numbers as their digits, and nothing for a null."""
    header, *lines = csv.reader(io.StringIO(path.read_text()))
    if len(lines) != len(rows):
        return f"{len(rows)} rows, the CSV has {len(lines)}"
    columns = list(rows[0])
    if [name.strip(" :") for name in columns] != [name.strip(" :") for name in header]:
        return f"columns {columns}, the CSV has {header}"
    for number, (row, line) in enumerate(zip(rows, lines)):
        for name, expected in zip(columns, line):
            value = row[name]
            text = "" if value is None else str(value)
            if text != expected:
                return f"{name}, row {number}: {text[:80]}, the CSV has {expected[:80]}"
    return None


def compare_large(command, path, limit):
    """The two rows with keys of 1 GiB, of which one is in memory at a time."""
    reading = subprocess.Popen(
        [command, "cat", "--memory-limit", limit, str(path)], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE)
    try:
        for number, batch in enumerate(pq.ParquetFile(path).iter_batches(batch_size=1)):
            line = reading.stdout.readline()
            if not line:
                return f"with --memory-limit {limit}: {reading.stderr.read().decode()[-140:]}"
            (_, entries), = json.loads(line, object_pairs_hook=Pairs)
            expected = batch.column(0)[0].values
            if len(entries) != len(expected):
                return f"row {number}: {len(entries)} entries, pyarrow {len(expected)}"
            for (key, value), pair in zip(entries, expected):
                if not same(value, pair[1]):
                    return f"row {number}: value {value}, pyarrow {pair[1]}"
                if not pa.py_buffer(key.encode()).equals(pair[0].as_buffer()):
                    return f"row {number}: another key of {len(key)} bytes"
        return None if reading.stdout.read(1) == b"" and reading.wait() == 0 else "more rows"
    finally:
        reading.kill()
        reading.wait()


def refusal(result, words):
    """Why `result` is not the clear error it must be, or None."""
    message = result.stderr.decode(errors="replace")
    if result.returncode != 1:
        return f"exit {result.returncode}, must be 1: {message.strip()[-100:]}"
    if not message.strip() or words not in message.lower():
        return f"the error does not say {words!r}: {message.strip()[-120:]}"
    return None


def judge_encrypted(command, path):
    """As judge. Of the files of one key pyarrow reads the rows, and the others hold the same."""
    size = 32 if path.parent.name == "aes256" else 16
    keys = [word for name, key in KEYS[size].items()
            for word in ("--key", f"{name}={key.encode().hex()}")]
    bound = ["--aad-prefix", "tester"] if any(name in path.name for name in BOUND) else []
    result = run(command, path, "cat", *keys, *bound)
    if result.returncode != 0:
        return None, "pyarrow", f"exit {result.returncode}: {result.stderr.decode().strip()[-140:]}"
    rows = read_rows(result.stdout)
    wrong = [word if word.startswith("--") else word[:-1] + ("0" if word[-1] != "0" else "1")
             for word in keys]
    if problem := refusal(run(command, path, "cat", *wrong, *bound), "wrong key"):
        return len(rows), "wrong keys", problem
    if path.name in ROWS:
        return len(rows), "known rows", compare(rows, path, ROWS[path.name]())
    properties = encryption.create_decryption_properties(KEYS[size]["kf"].encode())
    one_key = path.parent / "uniform_encryption.parquet.encrypted"
    table = pq.read_table(one_key, decryption_properties=properties)
    by = "pyarrow" if path == one_key else "pyarrow, by the file of one key"
    return len(rows), by, compare(rows, path, table)


def judge(command, path, must_fail):
    """The rows, what the file is judged by, and what is wrong, or None."""
    try:
        if path.suffix == ".encrypted":
            return judge_encrypted(command, path)
        result = run(command, path, "cat")
        if must_fail:
            return None, "a clear error", refusal(result, path.name.lower())
        if path.name in REFUSED:
            problem = refusal(result, REFUSED[path.name])
            if path.name not in LARGE:
                return None, "a clear error", problem
            problem = problem or compare_large(command, path, LARGE[path.name])
            return 2, "a clear error, and pyarrow with a higher limit", problem
        if result.returncode != 0:
            problem = result.stderr.decode().strip()[-140:]
            return None, "pyarrow", f"exit {result.returncode}: {problem}"
        rows = read_rows(result.stdout)
        if path.name in OTHER_JUDGE:
            return len(rows), "DuckDB", compare_with_duckdb(rows, path)
        by, problem = "pyarrow", compare(rows, path)
        expected = path.with_name(path.stem + "_expect.csv")
        if expected.exists():
            by, problem = "pyarrow, CSV", problem or compare_with_csv(rows, expected)
        return len(rows), by, problem
    except subprocess.TimeoutExpired:
        return None, "time", f"longer than {SECONDS} s"


def page(outcomes):
    """The outcome as a page of the documentation."""
    lines = [
        "# The files of parquet-testing", "",
        "Written by `Tests/Conformance/check_conformance.py --table`, and held to what it finds by every",
        "`make test` that has the files (`PARQUET_TEST_DATA`). Rows are those read; a file is judged by the",
        "values that another reader finds in it, or by the error it must be refused with.", "",
        "| file | what it tests | rows | judged by | result |", "|---|---|---:|---|---|",
    ]
    for name, (rows, by, problem) in outcomes.items():
        what = TESTS.get(name, "")
        result = "fails" if problem else "refused" if by == "a clear error" else "equal"
        lines.append(f"| {name} | {what} | {'' if rows is None else rows} | {by} | {result} |")
    lines += ["", "Of `shredded_variant` every valid case is equal and every other one an error, and the pairs",
              "of `variant` are equal to their JSON: `VariantConformanceTests`."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--table")
    parser.add_argument("--check-table")
    arguments = parser.parse_args()
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
    outcomes = {}
    for path, must_fail in files:
        name = str(path.relative_to(root))
        rows, by, problem = outcomes[name] = judge(arguments.command, path, must_fail)
        failed += problem is not None
        print(f"{'FAILED' if problem else 'passed'}  {name}  [{by}]  {problem or ''}", flush=True)
    print(f"{len(files) - failed} passed, {failed} failed")
    if arguments.table:
        pathlib.Path(arguments.table).write_text(page(outcomes))
    if arguments.check_table and pathlib.Path(arguments.check_table).read_text() != page(outcomes):
        print(f"FAILED  {arguments.check_table} does not say what was found; write it by --table")
        failed += 1
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
