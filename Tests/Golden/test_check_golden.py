#!/usr/bin/env python3
"""Changes expectations of good files and sees that check_golden.py finds each difference.

usage: test_check_golden.py FOLDER-OF-GOLDEN-FILES
"""

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile

from check_golden import Summary


def column(expectation, name):
    names = [node["name"] for node in expectation["schema"]]
    return expectation["columns"][names.index(name)]


def leaf(expectation, name):
    names = [".".join(entry["path"]) for entry in expectation["leaves"]]
    return names.index(name)


def value(name, row, new):
    def change(expectation):
        values = column(expectation, name)
        assert values[row] != new, f"{name} has {new} already"
        values[row] = new

    return change


def element(name, change_list):
    """A change of the first value of a column that `change_list` can change."""

    def change(expectation):
        for place, values in enumerate(column(expectation, name)):
            changed = change_list(values)
            if changed is not None:
                column(expectation, name)[place] = changed
                return
        raise AssertionError(f"no value of {name} to change")

    return change


def statistic(name, key, new):
    def change(expectation):
        entry = expectation["rowGroups"][0]["columns"][leaf(expectation, name)]
        assert entry.get(key) != new
        entry[key] = new

    return change


def node(name, **new):
    def change(expectation):
        for entry in expectation["schema"]:
            if entry["name"] == name:
                entry.update(new)

    return change


def option(key, new):
    def change(expectation):
        expectation["options"][key] = new

    return change


def empty_for_null(values):
    return [] if values is None else None


ALL = ["pyarrow", "duckdb", "polars"]
ARROW = ["pyarrow"]

# The file, what is changed, how, and who has to see it.
CHANGES = [
    ("types-required-none", "a boolean", value("boolean", 0, True), ALL),
    ("types-required-none", "an integer by one", value("int64", 0, -2**63 + 1), ALL),
    ("types-required-none", "an unsigned integer", value("uint64", 1, -2), ALL),
    ("types-required-none", "the sign of a zero",
     value("double", 2, "0000000000000000"), ALL),
    ("types-required-none", "the bits of a NaN", value("float", 7, "ffc01235"), ALL),
    ("types-required-none", "a byte", value("binary", 1, "01"), ALL),
    ("types-required-none", "a letter", value("string", 4, "c3a8"), ALL),
    ("types-required-none", "a decimal", value("decimal9", 0, -999_999_998), ALL),
    ("types-required-none", "a decimal of bytes", value("decimal30_bytes", 0, "01"), ALL),
    ("types-required-none", "a wide decimal", value("decimal76_fixed", 0, "fe"), ARROW),
    ("types-required-none", "a date", value("date", 0, 1), ALL),
    ("types-required-none", "a time", value("time_micros_local", 0, 1), ALL),
    ("types-required-none", "a half", value("float16", 0, "0080"), ARROW + ["polars"]),
    ("types-required-none", "a UUID", value("uuid", 0, "00" * 15 + "01"), ALL),
    ("types-required-none", "an INT96", value("int96", 0, "01" + "00" * 7 + "8c3d2500"),
     ARROW + ["polars"]),
    ("types-optional-snappy", "a null for a value", value("int32", 0, None), ALL),
    ("types-allnull-zstd", "a value for a null", value("int32", 3, 0), ALL),
    ("types-required-none", "a row too many",
     lambda e: column(e, "int32").append(1), ALL),
    ("nested-none", "an empty list for a null one",
     element("lists_ooo", empty_for_null), ALL),
    ("nested-none", "an element too many",
     element("list_oo", lambda v: v + [None] if v else None), ALL),
    ("nested-none", "a value of a map",
     element("map_oo", lambda v: [[v[0][0], "0000000000000000"]] if v else None), ALL),
    ("types-required-none", "a type",
     lambda e: (node("int8", logical={"kind": "INTEGER", "bits": 16, "signed": True})(e)), ARROW),
    ("types-required-none", "whether a column is nullable",
     node("int32", repetition="OPTIONAL"), ARROW),
    ("metadata", "a field id", node("id", fieldID=9), ARROW),
    ("metadata", "a negative field id", node("place", fieldID=-8), ARROW),
    ("metadata", "a pair", option("keyValues", [["purpose", "golden"]]), ARROW),
    ("metadata", "created_by", option("createdBy", "someone"), ARROW),
    ("types-optional-gzip", "the codec", option("compression", "zstd"), ARROW),
    ("types-optional-gzip", "a null count", statistic("int64", "nulls", 0), ARROW),
    ("types-optional-gzip", "a smallest value",
     statistic("int64", "min", "01000000000000" + "80"), ARROW),
    ("types-optional-gzip", "a largest value", statistic("uint32", "max", "feffffff"), ARROW),
    ("bounds", "a largest value past its bound",
     statistic("string_length65", "max", "7a" * 63 + "7c7c"), ARROW),
    ("floats", "a NaN count", statistic("double_nan_first", "nans", 2), ARROW),
    ("row-groups", "the rows of row groups",
     lambda e: e["rowGroups"][0].update(rows=11), ARROW),
]


def main(arguments):
    folder = arguments[0]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as copy:
        for name, what, change, seers in CHANGES:
            shutil.copy(os.path.join(folder, name + ".parquet"), copy)
            with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
                expectation = json.load(file)
            change(expectation)
            with open(os.path.join(copy, name + ".json"), "w", encoding="utf-8") as file:
                json.dump(expectation, file)
            for seer in seers:
                summary = Summary([seer])
                with contextlib.redirect_stdout(io.StringIO()):
                    summary.check(copy, name)
                if summary.failed:
                    passed += 1
                else:
                    failed += 1
                    print(f"{name}: {what} was not seen by {seer}")
    print(f"planted differences: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
