#!/usr/bin/env python3
"""Takes every logical type on each of its carriers through the text formats of `parquet`, in every place that
a column can have, and compares with what Python makes of the contract.

usage: check_text.py PARQUET [--count N] [--seed S] [--start K] [--jobs J] [--keep FOLDER] [--self-test]

The sweep has each type, but for decimals of thousands of digits, required and optional, in a list, a struct, as a
map's key and as its value; then come N random tables, nested to depth 3, and N tables with values that do not fit.
Of each table
 1. NDJSON, in whatever spelling says the same, becomes Parquet with a schema, and `cat` gives the JSON form of
    Python, byte for byte. Floats: the shortest digits by repr and numpy, in the form that the command has
    always given them (positional between 10⁻⁴ and 2⁵⁴, for FLOAT 2²⁴), which the contract leaves open;
 2. Parquet becomes CSV, whose fields Python's csv module reads as it must, and CSV becomes Parquet again;
 3. Parquet becomes NDJSON, the same lines, and that Parquet again, each by the schema that `parquet schema` gives;
 4. pyarrow reads the types and values, DuckDB those of columns that are no groups, and `verify` finds nothing.
Values that do not fit end a run with status 1, line and column, or go, and only they, to the reject file.
"""

import argparse
import collections
import csv
import io
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from text_shapes import KEYS, NAMES, PLACES, TYPES, Leaf, List, Map, Struct, Table, random_node
from text_types import ANYTHING, SOMETHING, Variant, quoted

TIMEOUT = 120


class Failure(Exception):
    pass


def run(command, *arguments, status=0):
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, timeout=TIMEOUT)
    if done.returncode != status:
        raise Failure(f"{' '.join(map(str, arguments))}: status {done.returncode}, should be {status}: "
                      f"{done.stderr.decode()[-400:]}")
    return done


# MARK: Comparing

def same(expected, found):
    if expected is ANYTHING or expected is SOMETHING:
        return expected is ANYTHING or found is not None
    if isinstance(expected, float) and isinstance(found, float):
        return repr(expected) == repr(found)  # NaN is NaN, minus zero is not zero.
    if isinstance(expected, (list, tuple)) and isinstance(found, (list, tuple)):
        return len(expected) == len(found) and all(map(same, expected, found))
    return type(expected) is type(found) and expected == found


def lines_difference(table, found):
    """What differs between the rows of a table and lines of NDJSON."""
    wanted = table.lines()
    lines = found.decode().split("\n")
    if lines.pop() != "":
        return "the last line does not end"
    for number, (one, other) in enumerate(zip(wanted, lines), 1):
        if one != other:
            for (name, node), value in zip(table.fields, table.rows[number - 1]):
                if f"{quoted(name)}:{node.json(value)}" not in other:
                    return (f"line {number}, {name}, {node.notation('it')}: {node.json(value)!r:.300} is not in "
                            f"{other!r:.600}")
            return f"line {number}: {other!r:.500}, should be {one!r:.500}"
    return None if len(wanted) == len(lines) else f"{len(lines)} lines, should be {len(wanted)}"


def fields_difference(table, text):
    """What differs between the rows of a table and CSV."""
    records = [record or [""] for record in csv.reader(io.StringIO(text.decode(), newline=""), strict=True)]
    wanted = [[name for name, _ in table.fields]]
    wanted += [[node.field(value) or "" for (_, node), value in zip(table.fields, row)] for row in table.rows]
    for number, (one, other) in enumerate(zip(wanted, records)):
        if one != other:
            return f"record {number}: {other!r:.500}, should be {one!r:.500}"
    return None if len(wanted) == len(records) else f"{len(records)} records, should be {len(wanted)}"


def arrow_values(node, array):
    """The values of an Arrow array as a node has them."""
    if isinstance(node, Leaf) and isinstance(node.type, Variant):
        return [SOMETHING if valid else None for valid in array.is_valid().to_pylist()]
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    type_ = array.type
    if isinstance(node, Leaf):
        if pa.types.is_timestamp(type_) or pa.types.is_time64(type_):
            array = array.cast(pa.int64())
        elif pa.types.is_date32(type_) or pa.types.is_time32(type_):
            array = array.cast(pa.int32())
        return [float(v) if pa.types.is_floating(type_) and v is not None else v for v in array.to_pylist()]
    valid = array.is_valid().to_pylist()
    if isinstance(node, Struct):
        parts = [arrow_values(inner, array.field(i)) for i, (_, inner) in enumerate(node.fields)]
        return [one if there else None for one, there in zip(zip(*parts), valid)]
    if isinstance(node, Map):
        values = arrow_values(node.value, array.items) if node.value else [None] * len(array.keys)
        inner = list(zip(arrow_values(node.key, array.keys), values))
    else:
        inner = arrow_values(node.element, array.values)
    ends = array.offsets.to_pylist()
    return [inner[ends[i]:ends[i + 1]] if there else None for i, there in enumerate(valid)]


def arrow_type_difference(node, type_):
    if isinstance(node, Leaf):
        return None if "any" in node.type.arrow or type_ in node.type.arrow else f"{type_} for {node.type.name}"
    if isinstance(node, List):
        if not pa.types.is_list(type_):
            return f"{type_} for a list"
        return arrow_type_difference(node.element, type_.value_type)
    if isinstance(node, Map):
        if not pa.types.is_map(type_):
            return f"{type_} for a map"
        return arrow_type_difference(node.key, type_.key_type) or (
            arrow_type_difference(node.value, type_.item_type) if node.value else None)
    if not pa.types.is_struct(type_):
        return f"{type_} for a struct"
    for i, (_, inner) in enumerate(node.fields):
        found = arrow_type_difference(inner, type_.field(i).type)
        if found:
            return found
    return None


def cannot_pyarrow(node):
    """Why pyarrow does not open a file with this column, or None."""
    if node.has_lone_keys():
        return "pyarrow and DuckDB have no maps of keys alone"
    return next((leaf.type.unread for leaf in node.leaves() if leaf.type.unread), None)


def pyarrow_difference(table, path, left_out):
    reasons = [reason for _, node in table.fields if (reason := cannot_pyarrow(node))]
    if reasons:
        left_out.update(reasons[:1])
        return None
    read = pq.read_table(path)
    for index, (name, node) in enumerate(table.fields):
        found = arrow_type_difference(node, read.schema.field(index).type)
        if found:
            return f"type of {name}: {found}"
        if read.schema.field(index).nullable != node.is_optional:
            return f"{name} is nullable: {read.schema.field(index).nullable}"
        column = read.column(index)
        array = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
        expected = [node.expected(value) for value in table.column(index)]
        for row, (one, other) in enumerate(zip(expected, arrow_values(node, array))):
            if not same(one, other):
                return f"row {row}, {name}, {node.notation('it')}: {other!r:.300}, should be {one!r:.300}"
        if len(array) != len(expected):
            return f"{name} has {len(array)} rows, should have {len(expected)}"
    return None


def connection():
    if not hasattr(connection, "value"):
        connection.value = duckdb.connect()
        connection.value.execute("SET TimeZone = 'UTC'")
        connection.value.execute("SET threads = 1")
    return connection.value


def cannot_duckdb(node):
    """Why DuckDB does not open a file with this column, or None."""
    if node.has_lone_keys():
        return "pyarrow and DuckDB have no maps of keys alone"
    if any(leaf.type.logical == "BSON" for leaf in node.leaves()):
        return "DuckDB opens no file with BSON"
    return None


def duckdb_difference(table, path, left_out):
    reasons = [reason for _, node in table.fields if (reason := cannot_duckdb(node))]
    if reasons:
        left_out.update(reasons[:1])
        return None
    for index, (name, node) in enumerate(table.fields):
        if not isinstance(node, Leaf) or not node.type.duckdb:
            continue
        column = '"' + name.replace('"', '""') + '"'
        if not all(value is None or node.type.duckdb_holds(value) for value in table.column(index)):
            left_out.update(["DuckDB has fewer years, as it counts microseconds"])
            continue
        query = f"SELECT {node.type.duckdb.format(column)} FROM read_parquet('{path}')"
        try:
            found = connection().sql(query).fetchall()
        except duckdb.Error as error:
            if "encoding is only supported" not in str(error):
                raise Failure(f"{query}: {error}")
            left_out.update(["DuckDB does not read delta encodings of decimals in bytes"])
            continue
        expected = [None if value is None else node.type.duckdb_value(value) for value in table.column(index)]
        for row, (one, (other,)) in enumerate(zip(expected, found)):
            if not same(one, other):
                return f"row {row}, {name}, {node.notation('it')}: {other!r:.300}, should be {one!r:.300}"
        if len(found) != len(expected):
            return f"{name} has {len(found)} rows, should have {len(expected)}"
    return None


def expect_none(what, difference):
    if difference:
        raise Failure(f"{what}: {difference}")


# MARK: Tables that fit

def layout(rng):
    words = []
    for option, values in (("--page-rows", [3, 50]), ("--row-group-rows", [20, 1000]), ("--threads", [1, 2]),
                           ("--page-version", [1, 2]), ("--encoding", ["plain", "dictionary", "auto"])):
        if rng.random() < 0.3:
            words += [option, rng.choice(values)]
    return words


def write_source(table, rng, folder):
    """The schema, and NDJSON in which each row is spelled somehow."""
    (folder / "schema.txt").write_text(table.notation())
    with (folder / "source.ndjson").open("w", newline="") as file:
        for row in table.rows:
            file.write(table.root.spelled(rng, row) + rng.choice(["\n", "\n", "\r\n"]))


def check_table(command, table, rng, folder, left_out):
    write_source(table, rng, folder)
    path = folder / "one.parquet"
    run(command, "convert", folder / "source.ndjson", path, "--schema", folder / "schema.txt", "--overwrite",
        *layout(rng))
    run(command, "verify", path)
    expect_none("cat", lines_difference(table, run(command, "cat", path).stdout))
    notation, tree = folder / "printed.txt", folder / "printed.json"
    notation.write_bytes(run(command, "schema", path).stdout)
    tree.write_bytes(run(command, "schema", path, "--format", "json").stdout)

    fields = folder / "rows.csv"
    run(command, "convert", path, fields, "--overwrite")
    expect_none("CSV", fields_difference(table, fields.read_bytes()))
    if run(command, "cat", path, "--format", "csv").stdout != fields.read_bytes():
        raise Failure("cat gives other CSV than convert")
    again = folder / "two.parquet"
    run(command, "convert", fields, again, "--schema", notation, "--overwrite")
    expect_none("cat after CSV", lines_difference(table, run(command, "cat", again).stdout))

    rows = folder / "rows.ndjson"
    run(command, "convert", path, rows, "--overwrite")
    expect_none("NDJSON", lines_difference(table, rows.read_bytes()))
    run(command, "convert", rows, again, "--schema", tree, "--overwrite")
    expect_none("cat after NDJSON", lines_difference(table, run(command, "cat", again).stdout))
    if run(command, "schema", again).stdout != notation.read_bytes():
        raise Failure("the schema is another after NDJSON")

    expect_none("pyarrow", pyarrow_difference(table, path, left_out))
    expect_none("DuckDB", duckdb_difference(table, path, left_out))


def sweep_tables(seed):
    """Each type in each place; those that pyarrow or DuckDB do not read stand apart, so that they see the others."""
    for place, make in PLACES.items():
        for share in (0, 1):
            fields = []
            for number, type_ in enumerate(TYPES):
                if type_.is_slow or "key" in place and type_ not in KEYS:
                    continue
                node = make(lambda repetition: Leaf(type_, repetition))
                if bool(cannot_pyarrow(node) or cannot_duckdb(node)) == bool(share):
                    fields.append((f"c{number}", node))
            if fields:
                yield Table(fields, random.Random(f"{seed} {place} {share}"), 60)


def random_table(rng):
    count = rng.choice([1, 1, 2, 3, 5])
    fields = list(zip(rng.sample(NAMES, count), (random_node(rng, rng.choice([0, 1, 3])) for _ in range(count))))
    return Table(fields, rng, rng.choice([0, 1, 10, 100, 100, 400]))


# MARK: Values that do not fit

BAD_PLACES = {  # where the leaf is, how its column is called, and a JSON text around its own
    "column": (lambda leaf: leaf, "c", "{}"),
    "element": (lambda leaf: List(leaf, "optional"), "c.list.element", "[{}]"),
    "member": (lambda leaf: Struct([("m", leaf)], "optional"), "c.m", '{{"m":{}}}'),
    "value": (lambda leaf: Map(Leaf(TYPES[1], "required"), leaf, "optional"), "c.key_value.value",
              '[{{"key":1,"value":{}}}]'),
    "key": (lambda leaf: Map(leaf, Leaf(TYPES[1], "optional"), "optional"), "c.key_value.key",
            '[{{"key":{},"value":1}}]'),
}


def rejects_of(path):
    return [json.loads(line) for line in path.read_text().split("\n")[:-1]]


def check_rejects(command, source, schema, folder, bad, columns, good):
    """Holds a run to what must be rejected: `bad` has each row that does not fit by its line, `good` what `cat`
    gives of the others."""
    path, log = folder / "taken.parquet", folder / "rejects.ndjson"
    arguments = ["convert", source, path, "--schema", schema]
    path.unlink(missing_ok=True)
    done = run(command, *arguments, status=1)
    said = f"column {columns[0]}, line {min(bad)}, "
    if said not in done.stderr.decode():
        raise Failure(f"{source.name}: {said!r} is not in {done.stderr.decode()!r}")
    if path.exists():
        raise Failure(f"{source.name}: a run that failed left its output")
    run(command, *arguments, "--reject", log, "--overwrite", "--strict", status=1)
    run(command, *arguments, "--reject", log, "--overwrite")
    found = {one["line"]: one for one in rejects_of(log)}
    for line, row in bad.items():
        if line not in found:
            raise Failure(f"{source.name}: {row!r:.300} was taken, into {schema.read_text()!r}")
        if found[line]["column"] not in columns or found[line]["row"] != row:
            raise Failure(f"{source.name}: {row!r:.300} was rejected as {found[line]!r:.500}")
    for line in found.keys() - bad.keys():
        raise Failure(f"{source.name}: {found[line]!r:.500} was rejected")
    if run(command, "cat", path).stdout.decode() != "".join(line + "\n" for line in good):
        raise Failure(f"{source.name}: rows that fit are not those that were stored")


def mixed(rng, bad, good):
    """Good and bad rows in some order, the first of them good: bad ones are None with their number."""
    places = [*range(len(good)), *(("bad", i) for i in range(len(bad)))]
    rng.shuffle(places)
    return places


def check_misfits(command, type_, rng, folder, bad_json=None, bad_text=None, place=None):
    place = place or (rng.choice(list(BAD_PLACES)) if type_ in KEYS else "column")
    repetition = "required" if place == "key" else rng.choice(["required", "optional"])
    leaf = Leaf(type_, repetition)
    make, column, around = BAD_PLACES[place]
    node = make(leaf)
    if isinstance(node, Map) and place != "key":
        node.value = leaf
    table = Table([("n", Leaf(TYPES[1], "required")), ("c", node)], rng, rng.choice([3, 30]))
    schema = folder / "schema.txt"
    schema.write_text(table.notation())
    bad_json = list(type_.bad_json if bad_json is None else bad_json)
    bad_text = list(type_.bad_text if bad_text is None else bad_text)
    if leaf.repetition == "required" and not isinstance(type_, Variant):
        bad_json.append("null")
    wrongs = [around.format(text) for text in bad_json]
    if wrongs:
        order = mixed(rng, wrongs, table.rows)
        source, bad = folder / "source.ndjson", {}
        with source.open("w") as file:
            for line, one in enumerate(order, 1):
                if isinstance(one, tuple):
                    bad[line] = f'{{"n":0,"c":{wrongs[one[1]]}}}'
                file.write((bad.get(line) or table.root.text(table.rows[one])) + "\n")
        check_rejects(command, source, schema, folder, bad, [column],
                      [table.root.text(table.rows[one]) for one in order if not isinstance(one, tuple)])
    # As CSV: a leaf's own text, JSON where the column is nested.
    if place == "column":
        wrongs = [text if text == '""' else field_text(text) for text in bad_text]
        if leaf.repetition == "required" and not isinstance(type_, Variant):
            wrongs.append("")
    else:
        wrongs = [field_text(text) for text in wrongs]
    if not wrongs:
        return
    order = mixed(rng, wrongs, table.rows)
    source, bad, line = folder / "source.csv", {}, 2
    record = lambda row: ",".join(field_text(n.field(v)) for (_, n), v in zip(table.fields, row))
    with source.open("w", newline="") as file:
        file.write("n,c\n")
        for one in order:
            text = f"0,{wrongs[one[1]]}" if isinstance(one, tuple) else record(table.rows[one])
            if isinstance(one, tuple):
                bad[line] = text
            file.write(text + "\n")
            line += text.count("\n") + text.count("\r") - text.count("\r\n") + 1
    check_rejects(command, source, schema, folder, bad, [column],
                  [table.root.text(table.rows[one]) for one in order if not isinstance(one, tuple)])


def field_text(text):
    if text is None:
        return ""
    return '"' + text.replace('"', '""') + '"' if not text or set(text) & set('",\r\n') else text


# MARK: Cases

def run_case(job):
    command, seed, kind, number, keep = job
    rng = random.Random(f"{seed} {kind} {number}")
    left_out = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(keep or folder)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            if kind == "sweep":
                check_table(command, list(sweep_tables(seed))[number], rng, folder, left_out)
            elif kind == "random":
                check_table(command, random_table(rng), rng, folder, left_out)
            else:
                check_misfits(command, TYPES[number % len(TYPES)], rng, folder)
        except Failure as failure:
            return job, str(failure)[:1500], left_out
        except Exception as error:
            return job, f"{type(error).__name__}: {error}"[:1500], left_out
    return job, None, left_out


# MARK: Self-test

def changed(leaf, value, rng):
    """Another value of the leaf, or a null."""
    if leaf.type.optional_only:
        return None
    for _ in range(1000):
        other = leaf.type.random(rng)
        if leaf.json(other) != leaf.json(value) and leaf.type.duckdb_holds(other):
            return other
    raise Failure(f"{leaf.type.name} has one value only")


def planted(command):
    """Checks that differences are found: each type's, by each reader that knows it, and misfits that fit."""
    missed, count, ignored = [], 0, collections.Counter()
    rng = random.Random("planted")

    def plant(what, difference):
        nonlocal count
        count += 1
        if not difference:
            missed.append(what)

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for type_ in TYPES:
            if type_.optional_only:
                continue
            leaf = Leaf(type_, "optional")
            table = Table([("c", leaf)], rng, 9)
            table.rows = [(value if value is None or type_.duckdb_holds(value) else None,) for value, in table.rows]
            write_source(table, rng, folder)
            path = folder / "one.parquet"
            run(command, "convert", folder / "source.ndjson", path, "--schema", folder / "schema.txt", "--overwrite",
                "--encoding", "plain")
            lines, fields = run(command, "cat", path).stdout, run(command, "cat", path, "--format", "csv").stdout
            clean = (lines_difference(table, lines), fields_difference(table, fields),
                     pyarrow_difference(table, path, ignored), duckdb_difference(table, path, ignored))
            if any(clean):
                missed.append(f"{type_.name}: nothing was planted: {clean}")
            rows = list(table.rows)
            old = rows[4][0]
            for what, new in (("another value", changed(leaf, old, rng)),
                              ("a null", None if old is not None else changed(leaf, None, rng))):
                table.rows = [*rows[:4], (new,), *rows[5:]]
                plant(f"{type_.name}: {what}, by cat", lines_difference(table, lines))
                # Nulls are like empty texts to Python's csv; the way back tells them apart.
                if (leaf.field(new) or "") != (leaf.field(old) or ""):
                    plant(f"{type_.name}: {what}, by CSV", fields_difference(table, fields))
                is_known = (old is None) != (new is None) or SOMETHING not in (leaf.expected(old), leaf.expected(new))
                if is_known and not cannot_pyarrow(leaf):
                    plant(f"{type_.name}: {what}, by pyarrow", pyarrow_difference(table, path, ignored))
                numbers = [None if v is None else type_.duckdb_value(v) for v in (old, new)]
                if type_.duckdb and ANYTHING not in numbers and type_.logical != "BSON":
                    plant(f"{type_.name}: {what}, by DuckDB", duckdb_difference(table, path, ignored))
            table.rows = rows[:-1]
            plant(f"{type_.name}: a row", lines_difference(table, lines))
            table.rows = rows
            # A value that fits among those that must not; and a misfit among the others.
            fit = next(v for v in iter(lambda: type_.random(rng), None) if v is not None)
            for what, arguments in (("NDJSON", ([*type_.bad_json, leaf.json(fit)], [])),
                                    ("CSV", ([], [*type_.bad_text, leaf.field(fit)]))):
                try:
                    check_misfits(command, type_, rng, folder, *arguments, place="column")
                    plant(f"{type_.name}: {what} that fits", None)
                except Failure as failure:
                    plant("", failure)
        # Shapes.
        for what, node, one, other in (
                ("an empty list for a null", List(Leaf(TYPES[1], "optional"), "optional"), [], None),
                ("where a list ends", List(Leaf(TYPES[1], "optional"), "optional"), [1, None], [1]),
                ("a group that is null", Struct([("x", Leaf(TYPES[1], "optional"))], "optional"), (None,), None),
                ("a map's key", PLACES["value of text"](lambda r: Leaf(TYPES[1], r)), [("a", 1)], [("b", 1)]),
                ("the order of a map", PLACES["value of text"](lambda r: Leaf(TYPES[1], r)), [("a", 1), ("b", 1)],
                 [("b", 1), ("a", 1)])):
            table = Table([("c", node)], rng, 0)
            table.rows = [(one,)]
            write_source(table, rng, folder)
            run(command, "convert", folder / "source.ndjson", path, "--schema", folder / "schema.txt", "--overwrite")
            table.rows = [(other,)]
            plant(what, lines_difference(table, run(command, "cat", path).stdout))
            plant(f"{what}, by pyarrow", pyarrow_difference(table, path, ignored))
            plant(f"{what}, by CSV", fields_difference(table, run(command, "cat", path, "--format", "csv").stdout))
        table = Table([("c", Leaf(TYPES[2], "optional"))], rng, 3)
        write_source(table, rng, folder)
        run(command, "convert", folder / "source.ndjson", path, "--schema", folder / "schema.txt", "--overwrite")
        for what, node in (("a type", Leaf(TYPES[1], "optional")), ("nullability", Leaf(TYPES[2], "required"))):
            table.root.fields = [("c", node)]
            plant(what, pyarrow_difference(table, path, ignored))
    print(f"{count} planted differences, {len(missed)} missed")
    for what in missed:
        print(f"  {what}")
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--kind", choices=["sweep", "random", "misfits"], help="only these cases")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", help="a folder for the files of the last case")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    command = os.path.abspath(arguments.command)
    if arguments.self_test:
        return planted(command)
    numbers = range(arguments.start, arguments.start + arguments.count)
    sweep = range(len(list(sweep_tables(arguments.seed))))
    jobs = [(command, arguments.seed, kind, number, arguments.keep)
            for kind, chosen in (("sweep", sweep if arguments.kind != "sweep" else [n for n in sweep if n in numbers]),
                                 ("random", numbers), ("misfits", numbers))
            for number in chosen if arguments.kind in (None, kind)]
    failed, left_out = 0, collections.Counter()
    with multiprocessing.get_context("spawn").Pool(arguments.jobs) as pool:
        for job, failure, reasons in pool.imap_unordered(run_case, jobs, chunksize=4):
            left_out += reasons
            if failure:
                failed += 1
                print(f"FAILED --seed {job[1]} --kind {job[2]} --start {job[3]} --count 1: {failure}", flush=True)
    print(f"text: {len(TYPES)} types, {len(jobs)} tables with seed {arguments.seed}, {failed} failed")
    for reason, count in left_out.most_common():
        print(f"  {count} times: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
