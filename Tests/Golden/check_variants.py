#!/usr/bin/env python3
"""Holds VARIANT against other implementations, with seeded random values.

usage: check_variants.py PARQUET [--count N]

What the command writes from JSON is taken apart by the decoder below, which knows nothing of the command's
own, and read by DuckDB; what DuckDB writes, shredded as it likes, the command reads; and rewriting a file
keeps the bytes of its variants.
"""

import argparse
import decimal
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

import duckdb
import pyarrow.parquet as pq

SCHEMA = """message m {
  required int64 id;
  optional group v (VARIANT(1)) { required binary metadata; required binary value; }
}
"""


def number(data, at, width):
    assert at + width <= len(data), "a number past the end"
    return int.from_bytes(data[at:at + width], "little")


def names_of(metadata):
    """The names of a metadata, which must be version 1, sorted, unique and as small as can be."""
    header = metadata[0]
    assert header & 0x3F == 0x11, f"header {header:#x}"
    width = (header >> 6) + 1
    count = number(metadata, 1, width)
    offsets = [number(metadata, 1 + width * (1 + i), width) for i in range(count + 1)]
    start = 1 + width * (count + 2)
    assert offsets[0] == 0 and start + offsets[-1] == len(metadata), "the names do not fill it"
    names = [metadata[start + a:start + b] for a, b in zip(offsets, offsets[1:])]
    assert all(a < b for a, b in zip(names, names[1:])), "names are not sorted or not unique"
    assert width == smallest(max(count, offsets[-1])), "wider than needed"
    return [name.decode("utf-8") for name in names]


def smallest(largest):
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 3 if largest < 1 << 24 else 4


INTEGERS = {3: 1, 4: 2, 5: 4, 6: 8}
DECIMALS = {8: 4, 9: 8, 10: 16}


def decode(data, at, names):
    """The value at `at`, as a Python value, and where it ends."""
    header = data[at]
    kind, rest = header & 3, header >> 2
    at += 1
    if kind == 1:
        return data[at:at + rest].decode("utf-8"), at + rest
    if kind == 0:
        if rest == 0:
            return None, at
        if rest in (1, 2):
            return rest == 1, at
        if rest in INTEGERS:
            width = INTEGERS[rest]
            value = int.from_bytes(data[at:at + width], "little", signed=True)
            fits = [w for w in (1, 2, 4, 8) if -(1 << 8 * w - 1) <= value < 1 << 8 * w - 1]
            assert fits[0] == width, "an integer wider than needed"
            return value, at + width
        if rest == 7:
            return struct.unpack_from("<d", data, at)[0], at + 8
        if rest in DECIMALS:
            width = DECIMALS[rest]
            unscaled = int.from_bytes(data[at + 1:at + 1 + width], "little", signed=True)
            return decimal.Decimal(unscaled).scaleb(-data[at], CONTEXT), at + 1 + width
        if rest == 16:
            length = number(data, at, 4)
            assert length >= 64, "a short string as a long one"
            return data[at + 4:at + 4 + length].decode("utf-8"), at + 4 + length
        raise AssertionError(f"type {rest} from JSON")
    is_object = kind == 2
    offset_width = (rest & 3) + 1
    id_width = (rest >> 2 & 3) + 1 if is_object else 0
    large = rest >> (4 if is_object else 2) & 1
    count = number(data, at, 4 if large else 1)
    assert large == (count > 255), "a count wider than needed"
    at += 4 if large else 1
    ids = [number(data, at + i * id_width, id_width) for i in range(count)] if is_object else []
    at += count * id_width
    offsets = [number(data, at + i * offset_width, offset_width) for i in range(count + 1)]
    at += (count + 1) * offset_width
    assert offset_width == smallest(offsets[-1]), "offsets wider than needed"
    values = []
    for i in range(count):
        value, end = decode(data, at + offsets[i], names)
        assert end == at + offsets[i + 1], "values are not one after the other"
        values.append(value)
    end = at + offsets[-1]
    if not is_object:
        return values, end
    assert id_width == smallest(max(ids, default=0)), "ids wider than needed"
    assert all(a < b for a, b in zip(ids, ids[1:])), "fields are not sorted"
    return {names[i]: value for i, value in zip(ids, values)}, end


CONTEXT = decimal.Context(prec=60)


def random_value(pick, depth):
    kind = pick.randrange(12 if depth < 4 else 8)
    if kind == 0:
        return None
    if kind == 1:
        return pick.random() < 0.5
    if kind in (2, 3):
        return pick.randrange(-(1 << pick.choice([5, 7, 8, 15, 16, 31, 32, 63])), 1 << 31)
    if kind == 4:
        return pick.choice([0.5, -1.25, 3.141592653589793, 1e300, 5e-324, 1e22, 0.1])
    if kind == 5:
        return pick.choice([1 << 64, -(10**37), 10**18])
    if kind in (6, 7):
        return "".join(pick.choice("abc ö\U0001F422\n\"\\") for _ in range(pick.choice([0, 1, 5, 63, 70])))
    if kind in (8, 9):
        return [random_value(pick, depth + 1) for _ in range(pick.choice([0, 1, 3, 8]))]
    keys = pick.sample(["a", "b", "id", "ö", "\U00010000", "\uffff", "a name", "z"], pick.randrange(0, 8))
    return {key: random_value(pick, depth + 1) for key in keys}


def same(ours, wanted):
    """Whether a decoded value is the JSON value; numbers by their worth and kind."""
    if isinstance(wanted, dict):
        return isinstance(ours, dict) and ours.keys() == wanted.keys() \
            and all(same(ours[k], wanted[k]) for k in wanted)
    if isinstance(wanted, list):
        return isinstance(ours, list) and len(ours) == len(wanted) and all(map(same, ours, wanted))
    if isinstance(wanted, bool) or wanted is None or isinstance(wanted, str):
        return type(ours) is type(wanted) and ours == wanted
    if isinstance(wanted, int) and not -(1 << 63) <= wanted < 1 << 63:
        return isinstance(ours, decimal.Decimal) and ours == wanted
    return type(ours) is type(wanted) and ours == wanted


def as_text(value):
    """The JSON form that the command gives a value."""
    if isinstance(value, dict):
        return {k: as_text(value[k]) for k in value}
    if isinstance(value, list):
        return [as_text(v) for v in value]
    if isinstance(value, int) and not isinstance(value, bool) \
            and not -(1 << 63) <= value < 1 << 63:
        return str(value)
    return value


def run(*command):
    result = subprocess.run(command, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode("utf-8")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=2000)
    arguments = parser.parse_args()
    pick = random.Random(20_260)
    rows = [random_value(pick, 0) for _ in range(arguments.count)]
    # Rows of one shape, which DuckDB shreds, with others between them.
    shapely = [
        {"id": i, "name": f"n{i}", "tags": ["x"] * (i % 4), "at": {"x": i / 4, "y": None}}
        if i % 7 else random_value(pick, 1) for i in range(arguments.count)]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        (root / "s.txt").write_text(SCHEMA)
        connection = duckdb.connect()
        for name, values in (("random", rows), ("shaped", shapely)):
            source, target, again = (root / f"{name}{end}" for end in (".ndjson", ".parquet", ".2.parquet"))
            source.write_text("".join(
                json.dumps({"id": i, "v": v}, ensure_ascii=i % 2 == 0) + "\n" for i, v in enumerate(values)))
            run(arguments.command, "convert", str(source), str(target), "--schema", str(root / "s.txt"))
            column = pq.read_table(target)["v"].to_pylist()
            for i, (stored, wanted) in enumerate(zip(column, values)):
                if wanted is None:
                    assert stored is None, f"{name} {i}: {stored}"
                    continue
                value, end = decode(stored["value"], 0, names_of(stored["metadata"]))
                assert end == len(stored["value"]) and same(value, wanted), f"{name} {i}: {value} {wanted}"
            run(arguments.command, "convert", str(target), str(again), "--compression", "zstd")
            assert pq.read_table(again)["v"].to_pylist() == column, f"{name}: rewritten otherwise"
            assert "VARIANT(1)" in run(arguments.command, "schema", str(again))
            read = connection.execute(f"SELECT id, v::JSON FROM '{target}' ORDER BY id").fetchall()
            for (i, text), wanted in zip(read, values):
                # DuckDB's numbers in JSON are of its own making beyond 53 bits.
                theirs = None if text is None else json.loads(text)
                assert close(theirs, wanted), f"DuckDB {name} {i}: {text} {wanted}"
            # What DuckDB writes of it, read by us.
            theirs = root / f"{name}.duckdb.parquet"
            connection.execute(f"COPY (SELECT id, v FROM '{target}' ORDER BY id) TO '{theirs}' (FORMAT parquet)")
            lines = run(arguments.command, "cat", str(theirs)).splitlines()
            assert len(lines) == len(values), f"{len(lines)} lines"
            for line, wanted in zip(lines, values):
                assert close(json.loads(line)["v"], as_text(wanted)), f"{name}: {line} {wanted}"
            shredded = "typed_value" in run(arguments.command, "schema", str(theirs))
            print(f"{name}: {len(values)} values, DuckDB's file is {'' if shredded else 'un'}shredded")
    return 0


def close(a, b):
    """Whether two JSON values are the same, numbers as far as a double tells."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(close, a, b))
    if isinstance(a, bool) or isinstance(b, bool) or a is None or b is None:
        return a is b
    if isinstance(a, str) and isinstance(b, str):
        return a == b or number_like(a) is not None and number_like(a) == number_like(b)
    return float(a) == float(b)


def number_like(text):
    try:
        return float(text)
    except ValueError:
        return None


if __name__ == "__main__":
    sys.exit(main())
