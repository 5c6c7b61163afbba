#!/usr/bin/env python3
"""Reads the files of golden-writer with other readers and compares them with their expectations.

usage: check_golden.py [--only pyarrow,pages,duckdb,polars] FOLDER

For each NAME.parquet of the folder there is a NAME.json, made from the source values. pyarrow (page
checksums on) has to agree about schema, values, statistics and the footer; our own reader of pages
holds the metadata to the pages; DuckDB and Polars have to agree about the values they can hold. What
they cannot hold is listed with the reason. The first differences are printed; exit status 1 if there
is one.
"""

import json
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

import check_pages
import parquet_bytes as pb
import readers

SHOWN = 5


class Differences:
    """What is wrong with one file in the eyes of one reader."""

    def __init__(self, name):
        self.name = name
        self.found = []
        self.value_count = 0

    def add(self, message):
        self.found.append(f"{self.name}: {message}")

    def equal(self, what, theirs, ours):
        if theirs != ours:
            self.add(f"{what}: found {theirs!r}, should be {ours!r}")


# ── Values ──────────────────────────────────────────────────────────────────────────────────────────


def encodings(data):
    """The encodings of the data pages of each leaf, in schema order."""
    try:
        file = pb.File(data)
        used = [set() for _ in file.leaves]
        for group in file.metadata[4]:
            for leaf, chunk in zip(used, group[1]):
                leaf |= {entry[2] for entry in chunk[3][13] if entry[1] != pb.DICTIONARY_PAGE}
        return used
    except (pb.Malformed, LookupError):
        # What is wrong with the file is told elsewhere.
        return None


def compare_values(reader, path, data, expectation, differences, skipped):
    nodes = []
    refused = reader.cannot_open(expectation["schema"])
    used = encodings(data)
    for node, column in zip(expectation["schema"], expectation["columns"]):
        count = len(list(readers.leaves(node)))
        here, used = (used[:count], used[count:]) if used is not None else ([set()] * count, None)
        reason = refused or reader.cannot(node, column, here)
        if reason is None:
            nodes.append((node, column))
        else:
            skipped.append((reader.name, differences.name, node["name"], reason))
    if not nodes:
        return
    try:
        table = reader.read(path, [node for node, _ in nodes])
    except BaseException as error:
        # Whatever a reader throws (Polars panics past Exception): it does not read our file.
        if isinstance(error, KeyboardInterrupt):
            raise
        differences.add(f"{reader.name}: {type(error).__name__}: {error}")
        return
    for node, column in nodes:
        try:
            theirs = readers.arrow_values(table[node["name"]], node)
        except readers.Unreadable as error:
            differences.add(f"{reader.name}, column {node['name']}: {error}")
            continue
        ours = [readers.expected(node, value) for value in column]
        differences.value_count += len(ours)
        if len(theirs) != len(ours):
            differences.equal(f"{reader.name}, column {node['name']}, rows", len(theirs), len(ours))
        for row, (their, our) in enumerate(zip(theirs, ours)):
            if not same(reader, node, their, our):
                differences.equal(f"{reader.name}, column {node['name']}, row {row}", their, our)
                break


def same(reader, node, theirs, ours):
    return theirs == ours and type(theirs) is type(ours)


# ── What pyarrow says about schema and statistics ───────────────────────────────────────────────────


def arrow_type(node):
    """The Arrow type that a leaf reads as, as pyarrow spells it; some have two spellings."""
    meaning = node.get("logical", {})
    kind = meaning.get("kind")
    length = node.get("length")
    unit = {"MILLIS": "ms", "MICROS": "us", "NANOS": "ns"}.get(meaning.get("unit"))
    if kind == "DECIMAL":
        bits = 128 if meaning["precision"] <= 38 else 256
        return {f"decimal{bits}({meaning['precision']}, {meaning['scale']})"}
    if kind == "INTEGER":
        return {("int" if meaning["signed"] else "uint") + str(meaning["bits"])}
    if kind == "TIME":
        return {f"time{32 if unit == 'ms' else 64}[{unit}]"}
    if kind == "TIMESTAMP":
        return {f"timestamp[{unit}, tz=UTC]" if meaning["utc"] else f"timestamp[{unit}]"}
    by_kind = {
        "STRING": {"string"}, "ENUM": {"binary", "string"}, "BSON": {"binary"},
        "JSON": {"string", "extension<arrow.json>"}, "DATE": {"date32[day]"}, "UNKNOWN": {"null"},
        "UUID": {"fixed_size_binary[16]", "extension<arrow.uuid>"}, "FLOAT16": {"halffloat"},
        "INTERVAL": {"fixed_size_binary[12]"},
    }
    if kind in by_kind:
        return by_kind[kind]
    by_type = {
        "BOOLEAN": "bool", "INT32": "int32", "INT64": "int64", "INT96": "timestamp[ns]",
        "FLOAT": "float", "DOUBLE": "double", "BYTE_ARRAY": "binary",
        "FIXED_LEN_BYTE_ARRAY": f"fixed_size_binary[{length}]",
    }
    return {by_type[node["physical"]]}


def compare_field(field, node, place, differences, within=False):
    """An Arrow field against a node of the expected schema."""
    place = f"{place}{field.name}"
    metadata = field.metadata or {}
    their_id = metadata.get(b"PARQUET:field_id")
    our_id = node.get("fieldID", -1)
    # pyarrow shows no negative ids; our own reading of the schema sees them.
    differences.equal(f"{place}, field id", int(their_id or -1), max(our_id, -1))
    if node["repetition"] == "REPEATED" and not within:
        differences.equal(f"{place}, nullable", field.nullable, False)
        if not pa.types.is_list(field.type):
            differences.add(f"{place}: {field.type} for a repeated field")
            return
        compare_type(field.type.value_field, dict(node, repetition="REQUIRED"), place, differences)
        return
    differences.equal(f"{place}, nullable", field.nullable, node["repetition"] == "OPTIONAL")
    compare_type(field, node, place, differences)


def compare_type(field, node, place, differences):
    type_ = field.type
    kind = readers.kind(node)
    if "children" not in node:
        if str(type_) not in arrow_type(node):
            differences.equal(f"{place}, type", str(type_), sorted(arrow_type(node)))
    elif kind == "LIST":
        if not pa.types.is_list(type_):
            differences.add(f"{place}: {type_} for a list")
            return
        compare_field(type_.value_field, node["children"][0]["children"][0], place + ".", differences)
    elif kind == "MAP":
        if not pa.types.is_map(type_):
            differences.add(f"{place}: {type_} for a map")
            return
        children = node["children"][0]["children"]
        compare_field(type_.key_field, children[0], place + ".", differences)
        compare_field(type_.item_field, children[1], place + ".", differences)
    else:
        names = [child["name"] for child in node["children"]]
        differences.equal(f"{place}, fields", [f.name for f in type_], names)
        for inner, child in zip(type_, node["children"]):
            compare_field(inner, child, place + ".", differences)


# pyarrow's own names of logical types.
LOGICAL_NAMES = {
    "STRING": "String", "ENUM": "Enum", "DECIMAL": "Decimal", "DATE": "Date", "TIME": "Time",
    "TIMESTAMP": "Timestamp", "INTEGER": "Int", "UNKNOWN": "Null", "JSON": "JSON", "BSON": "BSON",
    "UUID": "UUID", "FLOAT16": "Float16", "INTERVAL": "Interval", None: "None",
}


def compare_logical(column, leaf, differences):
    """pyarrow's view of a leaf of the file's schema."""
    place = ".".join(leaf["path"])
    differences.equal(f"{place}, path", column.path, place)
    differences.equal(f"{place}, physical type", column.physical_type, leaf["physical"])
    if "length" in leaf:
        differences.equal(f"{place}, length", column.length, leaf["length"])
    theirs = json.loads(column.logical_type.to_json())
    meaning = leaf.get("logical", {})
    kind = meaning.get("kind")
    differences.equal(f"{place}, logical type", theirs["Type"], LOGICAL_NAMES[kind])
    if kind == "DECIMAL":
        differences.equal(
            f"{place}, decimal", (theirs["precision"], theirs["scale"]),
            (meaning["precision"], meaning["scale"]))
    elif kind == "INTEGER":
        differences.equal(
            f"{place}, integer", (theirs["bitWidth"], theirs["isSigned"]),
            (meaning["bits"], meaning["signed"]))
    elif kind in ("TIME", "TIMESTAMP"):
        units = {"MILLIS": "milliseconds", "MICROS": "microseconds", "NANOS": "nanoseconds"}
        differences.equal(
            f"{place}, time", (theirs["isAdjustedToUTC"], theirs["timeUnit"]),
            (meaning["utc"], units[meaning["unit"]]))


def compare_bound(leaf, place, what, bound, exact, true, limit, differences):
    """A bound of the file against the exact smallest or largest value."""
    side = -1 if what == "min" else 1
    if true is None:
        differences.equal(f"{place}, {what}", bound, None)
        return
    true = bytes.fromhex(true)
    if bound is None:
        differences.add(f"{place}: {what} is missing, should bound {true.hex()}")
        return
    key = leaf.key(true)
    their_key = leaf.key(bound)
    if leaf.order == "bytes" and len(true) > limit and not whole(leaf, bound, true, limit, side):
        differences.equal(f"{place}, {what} is exact", exact, False)
        if len(bound) > limit:
            differences.add(f"{place}: {what} has {len(bound)} bytes, more than {limit}")
        if (their_key > key) if side < 0 else (their_key < key):
            differences.add(f"{place}: {what} {bound.hex()} does not bound {true.hex()}")
        return
    differences.equal(f"{place}, {what}", their_key, key)
    if leaf.order in ("float", "half") and key == 0 and not leaf.is_total:
        differences.equal(f"{place}, sign of {what}", bound[-1] >> 7, 1 if side < 0 else 0)
    elif leaf.order != "decimal":
        differences.equal(f"{place}, {what}", bound, true)
    differences.equal(f"{place}, {what} is exact", exact, True)


def whole(leaf, bound, true, limit, side):
    """Whether a long bound is rightly kept whole: values of one length, or no shorter one bounds it."""
    if bound != true:
        return False
    if leaf.type == pb.FIXED:
        return True
    if leaf.is_text:
        head = true[:limit].decode("utf-8", "ignore")
        return not head or side > 0 and set(head) == {"\U0010FFFF"}
    return side > 0 and set(true[:limit]) == {0xFF}


def compare_statistics(file, parquet, expectation, differences):
    """Statistics by our own reading of the footer and by pyarrow's."""
    options = expectation["options"]
    groups = file.metadata[4]
    differences.equal(
        "rows of row groups", [group[3] for group in groups],
        [group["rows"] for group in expectation["rowGroups"]])
    if differences.found:
        return
    for number, (group, ours) in enumerate(zip(groups, expectation["rowGroups"])):
        theirs = parquet.metadata.row_group(number)
        for index, (leaf, chunk, our) in enumerate(zip(file.leaves, group[1], ours["columns"])):
            place = f"row group {number}, column {leaf.name}"
            metadata = chunk[3]
            differences.equal(f"{place}, values", metadata[5], our["slots"])
            codecs = {"none": 0, "snappy": 1, "gzip": 2, "zstd": 6}
            codec = options["columnCompression"].get(leaf.name, options["compression"])
            differences.equal(f"{place}, codec", metadata[4], codecs[codec])
            has_index = options["statistics"] == "page"
            differences.equal(f"{place}, offset index is there", 4 in chunk, has_index)
            if options["statistics"] == "none":
                differences.equal(f"{place}, statistics", metadata.get(12), None)
                differences.equal(f"{place}, column index", chunk.get(6), None)
                continue
            # Where there are neither byte arrays nor levels to tell of, there is nothing to say.
            if leaf.type == pb.BYTE_ARRAY or leaf.max_repetition or leaf.max_definition > 1:
                differences.equal(f"{place}, size statistics are there", 16 in metadata, True)
            statistics = metadata.get(12, {})
            differences.equal(f"{place}, nulls", statistics.get(3), our["nulls"])
            if 9 in statistics:
                differences.equal(f"{place}, NaNs", statistics[9], our.get("nans"))
            limit = options["statisticsBytes"]
            for what, bound, exact in (("min", 6, 8), ("max", 5, 7)):
                compare_bound(
                    leaf, place, what, statistics.get(bound), statistics.get(exact), our.get(what),
                    limit, differences)
            by_arrow = theirs.column(index).statistics
            if by_arrow is None:
                # pyarrow leaves out statistics whose order it does not know.
                if leaf.order is not None and not leaf.is_total:
                    differences.add(f"{place}: pyarrow sees no statistics")
                continue
            differences.equal(f"{place}, nulls by pyarrow", by_arrow.null_count, our["nulls"])
            if by_arrow.has_min_max:
                compare_raw(leaf, place, by_arrow, statistics, differences)
            elif 5 in statistics and 6 in statistics and not leaf.is_total:
                differences.add(f"{place}: pyarrow sees no bounds")


def compare_raw(leaf, place, by_arrow, statistics, differences):
    for what, theirs, bound in (
        ("min", by_arrow.min_raw, statistics[6]), ("max", by_arrow.max_raw, statistics[5]),
    ):
        if isinstance(theirs, str):
            theirs = theirs.encode("utf-8")
        if isinstance(theirs, bytes):
            differences.equal(f"{place}, {what} by pyarrow", theirs, bound)
        else:
            # A signed view of unsigned bits is the same bound.
            signed = pb.Leaf.key(leaf, bound)
            if leaf.order == "unsigned" and theirs < 0:
                theirs += 1 << 8 * len(bound)
            differences.equal(f"{place}, {what} by pyarrow", theirs, signed)


def compare_with_arrow(path, data, expectation, differences, skipped):
    compare_values(readers.Arrow(), path, data, expectation, differences, skipped)
    try:
        parquet = pq.ParquetFile(path, page_checksum_verification=True)
    except Exception as error:
        differences.add(f"pyarrow: {type(error).__name__}: {error}")
        return
    with parquet:
        differences.equal("rows", parquet.metadata.num_rows, expectation["rowCount"])
        options = expectation["options"]
        differences.equal("created_by", parquet.metadata.created_by, options["createdBy"])
        schema = parquet.schema_arrow
        names = [node["name"] for node in expectation["schema"]]
        differences.equal("columns", schema.names, names)
        for field, node in zip(schema, expectation["schema"]):
            compare_field(field, node, "", differences)
        for index, leaf in enumerate(expectation["leaves"]):
            compare_logical(parquet.schema.column(index), leaf, differences)
        try:
            file = pb.File(data)
        except pb.Malformed as error:
            differences.add(f"footer: {error}")
            return
        differences.equal("schema", file.tree, expectation["schema"])
        pairs = [
            [pair[1].decode("utf-8"), pair[2].decode("utf-8") if 2 in pair else None]
            for pair in file.metadata.get(5, [])
        ]
        differences.equal("key-values", pairs, options["keyValues"])
        by_arrow = {key.decode("utf-8") for key in parquet.metadata.metadata or {}}
        differences.equal("keys by pyarrow", by_arrow, {key for key, _ in options["keyValues"]})
        compare_statistics(file, parquet, expectation, differences)


# ── All files of a folder ───────────────────────────────────────────────────────────────────────────


class Summary:
    def __init__(self, only=None):
        self.only = only
        self.passed = 0
        self.failed = 0
        self.values = 0
        self.skipped = []
        self.others = [
            reader() for key, reader in (("duckdb", readers.DuckDB), ("polars", readers.Polars))
            if self.wants(key)
        ]

    def wants(self, key):
        return self.only is None or key in self.only

    def check(self, folder, name):
        path = os.path.join(folder, name + ".parquet")
        differences = Differences(name)
        try:
            with open(path, "rb") as file:
                data = file.read()
            with open(os.path.join(folder, name + ".json"), encoding="utf-8") as file:
                expectation = json.load(file)
        except (OSError, ValueError) as error:
            differences.add(str(error))
        else:
            if self.wants("pages"):
                for fault in check_pages.Checker(data).faults:
                    differences.add(f"pages: {fault}")
            if self.wants("pyarrow"):
                compare_with_arrow(path, data, expectation, differences, self.skipped)
            for reader in self.others:
                compare_values(reader, path, data, expectation, differences, self.skipped)
        self.values += differences.value_count
        if differences.found:
            self.failed += 1
            for line in differences.found[:SHOWN]:
                print(line if len(line) < 600 else line[:600] + "…")
            if len(differences.found) > SHOWN:
                print(f"{name}: and {len(differences.found) - SHOWN} differences more")
        else:
            self.passed += 1

    def check_folder(self, folder):
        names = {os.path.splitext(name)[0] for name in os.listdir(folder)
                 if name.endswith((".parquet", ".json"))}
        for name in sorted(names):
            self.check(folder, name)

    def print_skipped(self):
        """Every reason why a column was not compared, with how many and the first of them."""
        reasons = {}
        for reader, name, column, reason in self.skipped:
            reasons.setdefault((reader, reason), []).append(f"{name}:{column}")
        for (reader, reason), places in sorted(reasons.items()):
            print(f"not compared by {reader}: {len(places)} columns ({reason}), as {places[0]}")

    def finish(self, title):
        self.print_skipped()
        print(f"{title}: {self.passed} passed, {self.failed} failed ({self.values} rows of columns)")
        if self.passed + self.failed == 0:
            print("no file was checked", file=sys.stderr)
            return 1
        return 1 if self.failed else 0


def main(arguments):
    only = None
    if arguments[:1] == ["--only"] and len(arguments) > 1:
        only = arguments[1].split(",")
        arguments = arguments[2:]
    if len(arguments) != 1 or not os.path.isdir(arguments[0]):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    summary = Summary(only)
    summary.check_folder(arguments[0])
    return summary.finish("golden files")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
