#!/usr/bin/env python3
"""Rewrites random tables with options and types of their own, and asks others what they read.

usage: check_types.py PARQUET [--count N] [--seed S]

Orders of bounds: floats with zeros, NaN of any payload and infinities, under both orders; pyarrow must read
the same bits, our own reader of pages holds the metadata to them, and parquet verify finds nothing.
INT96: timestamps of every unit; pyarrow, DuckDB and Polars must read the same points in time.
Geometries: random WKB; pyarrow must see the bounding box and the types that the coordinates have. The
files of $PARQUET_TEST_DATA/data/geospatial must keep their statistics; without it that part is skipped.
Files of DuckDB, which lists no encodings of levels: parquet verify finds nothing.
"""

import argparse
import base64
import json
import math
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Golden"))
import check_pages
from compare import difference


class Failure(Exception):
    pass


def run(command, *arguments):
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"{' '.join(map(str, arguments))}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return done.stdout


def expect(what, found, wanted):
    if found != wanted:
        raise Failure(f"{what}: {found!r:.300}, should be {wanted!r:.300}")


# ── Orders of bounds ──

FLOATS = {np.float16: (np.uint16, 10), np.float32: (np.uint32, 23), np.float64: (np.uint64, 52)}


def floats(rng, type_, count):
    bits_type, fraction = FLOATS[type_]
    width = np.dtype(type_).itemsize * 8
    sign, infinity = 1 << width - 1, (1 << width - 1) - (1 << fraction)
    special = [0, sign, infinity, sign | infinity]

    def one(kinds):
        kind = rng.choice(kinds)
        if kind == "nan":
            return rng.choice([0, sign]) | infinity | rng.randint(1, (1 << fraction) - 1)
        if kind == "special":
            return rng.choice(special)
        if kind == "zero":
            return rng.choice([0, sign])
        return rng.getrandbits(width)

    values, mask = [], []
    while len(values) < count:
        kinds = rng.choice([
            ["nan"], ["special"], ["zero"], ["number"], ["number", "special", "nan"], [None]])
        for _ in range(rng.randint(1, 60)):
            isnull = kinds == [None] or rng.random() < 0.1
            values.append(0 if isnull else one(kinds))
            mask.append(isnull)
    bits = np.array(values[:count], dtype=bits_type)
    return pa.array(bits.view(type_), mask=np.array(mask[:count]))


def check_orders(command, folder, rng):
    count = rng.choice([1, 50, 600])
    table = pa.table({t.__name__: floats(rng, t, count) for t in FLOATS})
    source = folder / "source.parquet"
    pq.write_table(table, source)
    for order in ("type", "ieee754"):
        path = folder / f"{order}.parquet"
        run(command, "convert", source, path, "--overwrite", "--column-order", order,
            "--page-rows", rng.choice([7, 50, 1000]), "--row-group-rows", rng.choice([100, 1000]),
            "--encoding", rng.choice(["auto", "plain", "dictionary"]))
        run(command, "verify", path)
        faults = check_pages.check(path).faults
        expect(f"{order}: faults of pages", faults, [])
        expect(f"{order}: what pyarrow reads", difference(pq.read_table(path), table), None)


# ── INT96 ──

UNITS = {"ms": 10**6, "us": 10**3, "ns": 1}


def check_int96(command, folder, rng):
    # Between the years 1678 and 2261, which nanoseconds reach.
    instants = [
        None if rng.random() < 0.1 else rng.randint(-(2**63) // 10**6 + 1, 2**63 // 10**6 - 1)
        for _ in range(rng.choice([1, 100, 3000]))]
    columns = {
        unit: pa.array(
            [v if v is None else v * 10**6 // scale for v in instants],
            pa.timestamp(unit, tz=rng.choice([None, "UTC"])))
        for unit, scale in UNITS.items()}
    source, path = folder / "source.parquet", folder / "int96.parquet"
    pq.write_table(pa.table(columns), source, version="2.6", store_schema=False)
    run(command, "convert", source, path, "--overwrite", "--int96", ",".join(columns))
    run(command, "verify", path)
    wanted = [v if v is None else v * 10**6 for v in instants]
    read = pq.read_table(path)
    for name in columns:
        expect(f"INT96 of {name}", pq.read_schema(path).field(name).type, pa.timestamp("ns"))
        expect(f"{name} by pyarrow", read[name].cast(pa.int64()).to_pylist(), wanted)
        # To Polars whole nanoseconds, to DuckDB whole microseconds.
        expect(
            f"{name} by Polars",
            polars.read_parquet(path)[name].dt.timestamp("ns").to_list(), wanted)
        found = duckdb.sql(f"select epoch_ns(\"{name}\") from '{path}'").fetchall()
        expect(f"{name} by DuckDB", [row[0] for row in found], wanted)


# ── Geometries ──

class Random:
    """Random geometries, and the box and types that their statistics must have."""

    def __init__(self, rng):
        self.rng = rng
        self.axes = {"x": [], "y": [], "z": [], "m": []}
        self.types = set()

    def count(self):
        return self.rng.choice([0, 1, 2, 5])

    def position(self, order, names):
        out = b""
        for name in names:
            value = math.nan if self.rng.random() < 0.1 else self.rng.uniform(-180, 180)
            if value == value:
                self.axes[name].append(value)
            out += struct.pack(order + "d", value)
        return out

    def line(self, order, names):
        count = self.count()
        return struct.pack(order + "I", count) + b"".join(
            self.position(order, names) for _ in range(count))

    def geometry(self, kind, dimension, depth=0):
        order = self.rng.choice("<>")
        names = ["xy", "xyz", "xym", "xyzm"][dimension]
        out = struct.pack(order + "BI", order == "<", kind + 1000 * dimension)
        if kind == 1:
            return out + self.position(order, names)
        if kind == 2:
            return out + self.line(order, names)
        count = self.count() if depth < 4 else 0
        out += struct.pack(order + "I", count)
        for _ in range(count):
            if kind == 3:
                out += self.line(order, names)
            else:
                part = self.rng.randint(1, 7) if kind == 7 else kind - 3
                out += self.geometry(part, dimension, depth + 1)
        return out

    def value(self):
        kind, dimension = self.rng.randint(1, 7), self.rng.randint(0, 3)
        self.types.add(kind + 1000 * dimension)
        return self.geometry(kind, dimension)

    @property
    def box(self):
        ends = {name: (min(v), max(v)) if v else (None, None) for name, v in self.axes.items()}
        return ends if self.axes["x"] and self.axes["y"] else {name: (None, None) for name in ends}


def box(statistics):
    return {name: (getattr(statistics, name + "min"), getattr(statistics, name + "max"))
            for name in "xyzm"}


def check_geometries(command, folder, rng):
    made = Random(rng)
    values = [None if rng.random() < 0.2 else made.value() for _ in range(rng.choice([0, 1, 20]))]
    present = [value for value in values if value is not None]
    rows, schema, path = folder / "rows.ndjson", folder / "schema.txt", folder / "g.parquet"
    schema.write_text("message m { optional binary g (GEOMETRY(srid:5070));"
                      " optional binary a (GEOGRAPHY(OGC:CRS84,KARNEY)); }")
    with rows.open("w") as file:
        for value in values:
            text = None if value is None else base64.b64encode(value).decode()
            file.write(json.dumps({"g": text, "a": text}) + "\n")
    run(command, "convert", rows, path, "--schema", schema, "--overwrite")
    run(command, "verify", path)
    metadata = pq.read_metadata(path)
    if not values:
        return
    statistics = metadata.row_group(0).column(0).geo_statistics
    if not present:
        expect("statistics of nulls", statistics, None)
        return
    expect("types", statistics.geospatial_types, sorted(made.types))
    expect("the box", box(statistics), made.box)
    arcs = metadata.row_group(0).column(1).geo_statistics
    expect("the box of arcs", arcs.xmin, None)
    expect("types of arcs", arcs.geospatial_types, sorted(made.types))
    expect("pyarrow's type", "srid:5070" in str(metadata.schema.column(0).logical_type), True)
    summary = json.loads(run(command, "stats", path, "--format", "json"))["columns"][0]
    expect("types by stats", summary["geospatialStatistics"]["types"], sorted(made.types))
    # A value that is no geometry leaves the chunk without statistics.
    with rows.open("a") as file:
        file.write('{"g": "AAAA"}\n')
    run(command, "convert", rows, path, "--schema", schema, "--overwrite")
    run(command, "verify", path)
    expect(
        "statistics of what is no geometry",
        pq.read_metadata(path).row_group(0).column(0).geo_statistics, None)


def whole(metadata, column):
    """The types and the box of a column over all row groups, which are cut anew."""
    all_of = [metadata.row_group(i).column(column).geo_statistics
              for i in range(metadata.num_row_groups)]
    ends = {}
    for name in "xyzm":
        low, high = (
            [end for end in (getattr(one, name + side) for one in all_of) if end is not None]
            for side in ("min", "max"))
        ends[name] = (min(low), max(high)) if low else None
    return sorted({kind for one in all_of for kind in one.geospatial_types or ()}), ends


def check_foreign_geometries(command, folder, source):
    count = 0
    for path in sorted(source.glob("*.parquet")):
        run(command, "verify", path)
        copy = folder / path.name
        run(command, "convert", path, copy, "--overwrite")
        run(command, "verify", copy)
        before, after = pq.read_metadata(path), pq.read_metadata(copy)
        for column in range(before.num_columns):
            logical = str(before.schema.column(column).logical_type)
            expect(f"{path.name}: the type", str(after.schema.column(column).logical_type), logical)
            if not logical.startswith("Geometry"):
                continue
            ours, theirs = (whole(metadata, column) for metadata in (after, before))
            expect(f"{path.name}: types and box", ours, theirs)
            count += 1
    return count


# ── Files of others ──

def check_duckdb(command, folder, rng):
    path = folder / "duckdb.parquet"
    duckdb.sql(
        f"copy (select case when i % 3 = 0 then null else i end a, i::varchar b, [i, null] c,"
        f" {{'x': i, 'y': [i]}} d from range({rng.choice([1, 1000, 5000])}) t(i)) to '{path}'"
        f" (format parquet, parquet_version v{rng.choice([1, 2])})")
    run(command, "verify", path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    passed = failed = 0
    for check in (check_orders, check_int96, check_geometries, check_duckdb):
        for number in range(arguments.count):
            rng = random.Random(f"{arguments.seed} {check.__name__} {number}")
            with tempfile.TemporaryDirectory() as folder:
                try:
                    check(arguments.command, pathlib.Path(folder), rng)
                    passed += 1
                except Failure as failure:
                    failed += 1
                    print(f"{check.__name__}, seed {arguments.seed}, number {number}: {failure}")
    data = os.environ.get("PARQUET_TEST_DATA")
    if data:
        with tempfile.TemporaryDirectory() as folder:
            try:
                count = check_foreign_geometries(
                    arguments.command, pathlib.Path(folder), pathlib.Path(data) / "data/geospatial")
                passed += 1
                print(f"geometries of others: {count} columns keep their statistics")
            except Failure as failure:
                failed += 1
                print(f"geometries of others: {failure}")
    else:
        print("SKIPPED: geometries of others (PARQUET_TEST_DATA is not set)")
    print(f"types: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
