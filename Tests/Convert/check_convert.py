#!/usr/bin/env python3
"""Random differential of `parquet convert`: pyarrow writes a random table with random options, the command
writes it anew with random options, and pyarrow, DuckDB and Polars must read from both files the same rows,
types, field metadata and nullability; the files' own schemas and key-values must be the same, too.

usage: check_convert.py PARQUET [--count N] [--seed S] [--start K] [--jobs J] [--keep FOLDER] [--self-test]

A case is a function of its seed and number: --seed S --start K --count 1 --keep FOLDER makes one again and
leaves its files in FOLDER.
"""

import argparse
import collections
import multiprocessing
import os
import random
import shlex
import subprocess
import sys
import tempfile

# One thread each: the cases are small, and many run at a time.
for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ["RUST_BACKTRACE"] = "0"

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from arrow_tables import random_table, random_write_options
from chosen_rows import draw_sort, draw_where, sorted_rows, take
from compare import difference

TIMEOUT = 60


# MARK: Options

ENCODINGS = {
    "BOOLEAN": ["plain", "rle"],
    "INT32": ["plain", "dictionary", "delta_binary_packed", "byte_stream_split"],
    "INT64": ["plain", "dictionary", "delta_binary_packed", "byte_stream_split"],
    "INT96": ["plain", "dictionary"],
    "FLOAT": ["plain", "dictionary", "byte_stream_split"],
    "DOUBLE": ["plain", "dictionary", "byte_stream_split"],
    "BYTE_ARRAY": ["plain", "dictionary", "delta_length_byte_array", "delta_byte_array"],
    "FIXED_LEN_BYTE_ARRAY": ["plain", "dictionary", "byte_stream_split", "delta_byte_array"],
}


def compression(random):
    return random.choice(
        ["snappy", "none", "gzip", "gzip:1", "zstd", "zstd:1", "zstd:19", "lz4", "lz4_raw", "brotli:0",
         "brotli"])


class Choice:
    """What a run of the command was told, and what that makes of the rows and the key-values."""

    def __init__(self):
        self.words = []
        # The rows that a filter keeps, by their numbers; None for all.
        self.kept = None
        # What each row group is sorted by.
        self.keys = []
        self.metadata = {}

    def rows(self, metadata, count):
        """For each row of the new file its number in the old one; None where that is the same."""
        rows = list(range(count)) if self.kept is None else self.kept
        if self.keys:
            start, groups = 0, []
            for g in range(metadata.num_row_groups):
                end = start + metadata.row_group(g).num_rows
                groups += sorted_rows(rows[start:end], self.keys)
                start = end
            rows = groups + rows[start:]
        return None if self.kept is None and not self.keys else rows


def known_options(command):
    """The options that `parquet convert` has."""
    text = subprocess.run([command, "convert", "--help"], capture_output=True, text=True).stdout
    return {word.strip(",") for word in text.split() if word.startswith("--")}


def named_columns(schema):
    """The columns that options can name."""
    columns = [schema.column(i) for i in range(len(schema))]
    names = [column.path for column in columns]
    # A path that names two columns names the first.
    return [c for c in columns if '"' not in c.path and "," not in c.path and names.count(c.path) == 1]


def random_layout_options(random, schema, known=()):
    """Options of `parquet convert` that change how a file with this Parquet schema is laid out, and nothing
    that a reader finds in it."""
    words = []
    maybe = lambda share=0.3: random.random() < share

    def option(name, *values, share=0.3):
        if maybe(share):
            words.extend([f"--{name}", str(random.choice(values))])

    named = named_columns(schema)
    if maybe(0.6):
        words += ["--compression", compression(random)]
    if maybe(0.5):
        words += ["--encoding", random.choice(
            ["auto", "plain", "dictionary", "delta_binary_packed", "delta_length_byte_array",
             "delta_byte_array", "byte_stream_split", "rle"])]
    for column in random.sample(named, min(len(named), random.randrange(3))):
        words += ["--encoding", f"{column.path}={random.choice(ENCODINGS[column.physical_type])}"]
    for column in random.sample(named, min(len(named), random.choice([0, 0, 0, 1]))):
        words += ["--compression", f"{column.path}={compression(random)}"]
    option("row-group-rows", 1, 3, 50, 1000, share=0.25)
    option("row-group-bytes", 1000, "10Ki", "1Mi", share=0.15)
    option("page-version", 1, 2, share=0.6)
    option("page-rows", 1, 2, 10, 100, 1000)
    option("page-bytes", 1, 50, 1000, "10Ki")
    option("dictionary-bytes", 1, 20, 1000, share=0.2)
    option("statistics", "page", "chunk", "none")
    blooming = [c.path for c in named if c.physical_type != "BOOLEAN"]
    if blooming and maybe(0.25):
        chosen = random.sample(blooming, random.randint(1, len(blooming)))
        words += ["--bloom", ",".join(f'"{path}"' for path in chosen)]
        option("bloom-fpp", 0.5, 0.05, 0.0001)
    option("threads", 1, 2, 5, share=0.5)
    option("memory", "10Ki", "1Mi", share=0.15)
    if "--column-order" in known:
        option("column-order", "type", "ieee754")
    return words


def random_convert_options(random, schema, table, known):
    """Options of `parquet convert` for a file with this Parquet schema, in which pyarrow reads `table`."""
    choice = Choice()
    choice.words = words = random_layout_options(random, schema, known)
    maybe = lambda share=0.3: random.random() < share
    named = named_columns(schema)
    for key in random.sample(["k", "new", "a b"], random.choice([0, 0, 0, 1, 2])):
        value = random.choice(["", "v=1", "ü"])
        words += ["--metadata", f"{key}={value}"]
        choice.metadata[key.encode()] = value.encode()
    # Arrow's own types are told by its schema; a file without it has others than the table.
    legal = {c.path for c in named if c.max_repetition_level == 0 and c.physical_type != "INT96"}
    if maybe(0.3):
        more, choice.keys = draw_sort(random, table, legal)
        words += more
    if maybe(0.2):
        more, choice.kept = draw_where(random, table, legal)
        words += more
    return choice


# MARK: Readers

def read_pyarrow(path, names=None):
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        try:
            return file.read(columns=names, use_threads=False)
        except pa.ArrowNotImplementedError:
            # Dictionaries in lists and groups come in one piece from a single row group alone.
            groups = [file.read_row_group(g, columns=names, use_threads=False)
                      for g in range(file.num_row_groups)]
            return pa.concat_tables(groups)


def connection():
    if not hasattr(connection, "value"):
        connection.value = duckdb.connect()
        connection.value.execute("SET TimeZone = 'UTC'")
        connection.value.execute("SET threads = 1")
        connection.value.execute("SET enable_progress_bar = false")
    return connection.value


def read_duckdb(path, names):
    chosen = ", ".join('"' + name.replace('"', '""') + '"' for name in names)
    literal = path.replace("'", "''")
    return connection().sql(f"SELECT {chosen} FROM read_parquet('{literal}')").to_arrow_table()


class PolarsTable:
    """What Polars reads, which it does not bring out to Arrow always."""

    def __init__(self, path, names):
        self.frame = polars.read_parquet(path, columns=names)
        self.bring_out()

    def take(self, rows):
        chosen = object.__new__(PolarsTable)
        chosen.frame = self.frame[rows]
        chosen.bring_out()
        return chosen

    def bring_out(self):
        try:
            self.table = self.frame.to_arrow(compat_level=polars.CompatLevel.oldest())
        except (Exception, polars.exceptions.PanicException):
            self.table = None

    def difference(self, other):
        if self.table is not None and other.table is not None:
            return difference(self.table, other.table)
        if self.frame.schema != other.frame.schema:
            return f"schemas differ: {self.frame.schema} | {other.frame.schema}"
        return None if self.frame.equals(other.frame) else "frames differ"


def leaves(metadata, names):
    """For each top-level name, its leaves, each with the encodings of its chunks."""
    found = {name: [] for name in names}
    for c in range(metadata.num_columns):
        column = metadata.schema.column(c)
        owner = max((n for n in names if column.path == n or column.path.startswith(n + ".")), key=len)
        used = set()
        for g in range(metadata.num_row_groups):
            used |= set(metadata.row_group(g).column(c).encodings)
        found[owner].append((column, used))
    return found


DELTAS = {"DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"}
COMMON = {"PLAIN", "RLE", "RLE_DICTIONARY", "PLAIN_DICTIONARY"}


def cannot_pyarrow(column, used, type_):
    """Why pyarrow does not read this leaf of a column of an Arrow type, or None."""
    if "dictionary<" in str(type_) and used & DELTAS:
        return "delta encodings are not read into dictionaries"
    return None


def cannot_duckdb(column, used, type_):
    """Why DuckDB does not read this leaf rightly, or None."""
    if column.physical_type == "FIXED_LEN_BYTE_ARRAY" and "BYTE_STREAM_SPLIT" in used:
        return "BYTE_STREAM_SPLIT is not read for fixed-length bytes"
    if column.logical_type.type == "DECIMAL" and used & DELTAS:
        return "delta encodings are not read for decimals in bytes"
    return None


def cannot_polars(column, used, type_):
    """Why Polars does not read this leaf rightly, or None."""
    if column.physical_type == "FIXED_LEN_BYTE_ARRAY" and used & {"BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY"}:
        return "fixed-length bytes are only read in PLAIN and by dictionary"
    if "decimal256" in str(type_) and pa.types.is_nested(type_):
        return "256-bit decimals in groups make it panic"
    if "arrow.json" in str(type_) and pa.types.is_nested(type_):
        return "JSON in lists and groups makes it panic"
    if pa.types.is_nested(type_) and used - COMMON:
        return "pages without values, in lists and groups and other encodings, make it panic"
    return None


READERS = [
    ("pyarrow", read_pyarrow, cannot_pyarrow), ("DuckDB", read_duckdb, cannot_duckdb),
    ("Polars", PolarsTable, cannot_polars),
]


def reader_difference(reader, before, after, names, row_count, rows=None):
    """A difference that a reader finds in some columns, or None; with the columns it does not read at
    all. `rows` are the rows of the first file that the second has, None for all."""
    name, read, _ = reader
    try:
        expected = read(before, names)
        if isinstance(expected, pa.Table) and expected.num_rows != row_count:
            return None, names
        if rows is not None:
            expected = take(expected, rows) if isinstance(expected, pa.Table) else expected.take(rows)
            if expected is None:
                return None, names
    except (Exception, polars.exceptions.PanicException):
        if len(names) == 1 or name == "pyarrow":
            return None, names
        unread = []
        for column in names:
            found, more = reader_difference(reader, before, after, [column], row_count, rows)
            unread += more
            if found:
                return found, unread
        return None, unread
    try:
        found = read(after, names)
        if name == "Polars":
            return expected.difference(found), []
        # Key-values that were asked for are the schema's, too; they were compared before.
        return difference(*(t.replace_schema_metadata(None) for t in (expected, found))), []
    except (Exception, polars.exceptions.PanicException) as error:
        return f"does not read it: {type(error).__name__}: {error}", []


# MARK: One case

class Case:
    """What came of a case: a difference if there is one, and what could not be compared."""

    def __init__(self, difference=None, left_out=()):
        self.difference = difference
        self.left_out = list(left_out)


def file_difference(before, after, choice):
    """What differs in what two footers say, apart from how the pages were written."""
    if not before.schema.equals(after.schema):
        return f"Parquet schemas differ:\n{before.schema}\n{after.schema}"
    expected = {**(before.metadata or {}), **choice.metadata}
    if expected != (after.metadata or {}):
        return f"key-values differ: {expected} | {after.metadata}"
    count = before.num_rows if choice.kept is None else len(choice.kept)
    if count != after.num_rows:
        return f"{count} rows, {after.num_rows} after"
    for g in range(after.num_row_groups):
        said = [(c.descending, c.nulls_first) for c in after.row_group(g).sorting_columns]
        if said != [(descending, first) for _, descending, first in choice.keys]:
            return f"row group {g} says it is sorted by {said}"
    return None


def compare_files(before, after, choice=Choice()):
    """A Case of two files that are to say the same, apart from what was chosen."""
    with pq.ParquetFile(before) as file:
        one = file.metadata
    try:
        with pq.ParquetFile(after) as file:
            other = file.metadata
    except Exception as error:
        return Case(f"pyarrow does not open it: {error}")
    found = file_difference(one, other, choice)
    if found:
        return Case(found)
    left_out = []
    rows = choice.rows(other, one.num_rows)
    schema = pq.read_schema(before)
    names = schema.names
    nodes = [leaves(metadata, names) for metadata in (one, other)]
    for reader in READERS:
        name, _, cannot = reader
        chosen = []
        for column in names:
            reasons = [reason for node in nodes for leaf in node[column] if (reason := cannot(*leaf, schema.field(column).type))]
            if reasons:
                left_out.append(f"{name}: {reasons[0]}")
            else:
                chosen.append(column)
        if not chosen:
            continue
        found, unread = reader_difference(reader, before, after, chosen, one.num_rows, rows)
        left_out += [f"{name} does not read rightly the column that pyarrow wrote"] * len(unread)
        if found:
            return Case(f"{name}: {found}", left_out)
    return Case(None, left_out)


def run_case(command, known, seed, number, folder):
    """Makes and checks a case; its files stay in `folder`."""
    rng = random.Random(f"{seed}-{number}")
    before, after = os.path.join(folder, "in.parquet"), os.path.join(folder, "out.parquet")
    # Some combinations pyarrow itself refuses; the next draw of the same stream is taken then.
    for _ in range(50):
        table = random_table(rng)
        options = random_write_options(rng, table)
        try:
            pq.write_table(table, before, **options)
            expected = read_pyarrow(before)
            with pq.ParquetFile(before) as file:
                schema, row_count = file.schema, file.metadata.num_rows
            # pyarrow does not read all that it writes: lists of a fixed length in a group may come back without
            # rows.
            if expected.num_rows == row_count:
                break
        except (pa.ArrowException, ValueError, TypeError, OSError, OverflowError):
            continue
    else:
        return Case(None, ["pyarrow wrote no table in 50 draws"]), []
    choice = random_convert_options(rng, schema, expected, known)
    words = [command, "convert", before, after, "--quiet", "--overwrite", *choice.words]
    try:
        run = subprocess.run(words, capture_output=True, timeout=TIMEOUT, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return Case(f"the command took more than {TIMEOUT} s"), words
    if run.returncode != 0 or run.stdout or run.stderr:
        return Case(f"status {run.returncode}: {run.stderr.strip() or run.stdout.strip()}"), words
    case = compare_files(before, after, choice)
    if case.difference is None and rng.random() < 0.15:
        run = subprocess.run([command, "verify", after, "--quiet"], capture_output=True, text=True,
                             errors="replace", timeout=TIMEOUT)
        if run.returncode != 0:
            case = Case(f"verify: {run.stdout.strip()}")
    # What pyarrow gives back as it was given, it must give back from the file written anew, too.
    if case.difference is None and not any(t.startswith("pyarrow") for t in case.left_out) \
            and choice.kept is None and not choice.keys and not choice.metadata \
            and expected.schema.equals(table.schema, check_metadata=True) \
            and difference(table, expected) is None:
        found = difference(table, read_pyarrow(after))
        if found:
            case = Case(f"pyarrow, against the table itself: {found}")
        else:
            case.left_out.append("(compared with the table itself)")
    return case, words


def run_share(job):
    """Runs some cases; gives back the failures and the counts of what was left out."""
    command, known, seed, numbers, keep = job
    failures, left_out = [], collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        folder = keep or folder
        os.makedirs(folder, exist_ok=True)
        for number in numbers:
            case, words = run_case(command, known, seed, number, folder)
            left_out.update(case.left_out)
            if case.difference:
                failures.append((number, f"{case.difference:.600}", shlex.join(words)))
    return len(numbers), failures, left_out


# MARK: Self-test

def planted(folder):
    """Checks that differences which are planted between two files are found."""
    base = pa.table({
        "i": pa.array([1, 2, None], pa.int32()), "f": pa.array([0.0, float("nan"), 1.5]),
        "s": ["a", None, "c"], "l": pa.array([[1, None], None, []], pa.list_(pa.int64())),
        "m": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int32())),
        "g": pa.array([{"x": 1}, None, {"x": None}], pa.struct([("x", pa.int8())])),
        "d": pa.array(["p", "q", "p"]).dictionary_encode(),
    })

    def changed(name, values, type_=None):
        i = base.schema.get_field_index(name)
        return base.set_column(i, name, pa.array(values, type_ or base.schema.field(name).type))

    def with_field(name, **changes):
        fields = [f.with_nullable(False) if f.name == name and "nullable" in changes else
                  f.with_metadata(changes["metadata"]) if f.name == name else f for f in base.schema]
        full = pa.Table.from_arrays(
            [c if n != name else c.fill_null(0) for n, c in zip(base.schema.names, base.columns)],
            schema=pa.schema(fields))
        return full

    null_filled = changed("i", [1, 2, 0])
    negative_nan = changed("f", [0.0, -float("nan"), 1.5])
    plants = {
        "a value": (base, changed("i", [1, 3, None])),
        "a null": (base, null_filled),
        "the sign of zero": (base, changed("f", [-0.0, float("nan"), 1.5])),
        "the bits of a NaN": (base, negative_nan),
        "text": (base, changed("s", ["a", None, "d"])),
        "empty text for null": (base, changed("s", ["a", "", "c"])),
        "an empty list for null": (base, changed("l", [[1, None], [], []])),
        "a list's element": (base, changed("l", [[1, 2], None, []])),
        "where a list ends": (base, changed("l", [[1], None, [None]])),
        "a map's key": (base, changed("m", [[("j", 1)], [], None])),
        "a group that is null": (base, changed("g", [{"x": 1}, {"x": None}, {"x": None}])),
        "the order of rows": (base, base.take([0, 2, 1])),
        "a row": (base, base.slice(0, 2)),
        "a type": (base, changed("i", [1, 2, None], pa.int64())),
        "a name": (base, base.rename_columns(["i", "f", "s", "l", "m", "g", "e"])),
        "nullability": (null_filled, with_field("i", nullable=False)),
        "a field id": (base, base.cast(pa.schema(
            [f.with_metadata({"PARQUET:field_id": "5"}) if f.name == "s" else f for f in base.schema]))),
        "a key-value": (base, base.replace_schema_metadata({"k": "v"})),
        "a dictionary": (base, changed("d", ["p", "q", "p"], pa.string())),
    }
    missed = []
    before, after = os.path.join(folder, "one.parquet"), os.path.join(folder, "other.parquet")
    for name, (one, other) in plants.items():
        pq.write_table(one, before)
        pq.write_table(other, after)
        if compare_files(before, after).difference is None:
            missed.append(name)
    # Rows that are to be sorted, or to be fewer.
    choice = Choice()
    choice.keys = [(base["i"].to_pylist(), True, False)]
    by_i = {"sorting_columns": [pq.SortingColumn(0, descending=True)]}
    pq.write_table(base, before)
    for name, table, options, is_right in [
            ("rows that are not sorted", base, by_i, False),
            ("rows that are sorted", base.take([1, 0, 2]), by_i, True),
            ("sorted rows that are not said to be", base.take([1, 0, 2]), {}, False)]:
        pq.write_table(table, after, **options)
        if (compare_files(before, after, choice).difference is None) != is_right:
            missed.append(name)
    choice = Choice()
    choice.kept = [0, 2]
    for name, rows in [("a row that a filter keeps", [0]), ("another row", [0, 1])]:
        pq.write_table(base.take(rows), after)
        if compare_files(before, after, choice).difference is None:
            missed.append(name)
    for options in ({}, {"data_page_version": "2.0", "compression": "gzip"}, {"use_dictionary": False}):
        pq.write_table(base, before)
        pq.write_table(base, after, **options)
        found = compare_files(before, after)
        if found.difference or found.left_out:
            missed.append(f"files that say the same: {found.difference} {found.left_out}")
    print(f"{len(plants) + 4} planted differences, {len(missed)} missed")
    for name in missed:
        print(f"  {name}")
    return 1 if missed else 0


def be_quiet():
    """Sends what panicking readers print to nowhere; the panic itself comes as an exception."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        with tempfile.TemporaryDirectory() as folder:
            return planted(folder)
    numbers = range(arguments.start, arguments.start + arguments.count)
    share = max(1, min(50, -(-arguments.count // arguments.jobs)))
    command = os.path.abspath(arguments.command)
    known = known_options(command)
    jobs = [(command, known, arguments.seed, numbers[i:i + share], arguments.keep)
            for i in range(0, len(numbers), share)]
    done, failures, left_out = 0, [], collections.Counter()
    # Fresh processes: the readers do not all bear a fork.
    with multiprocessing.get_context("spawn").Pool(
            arguments.jobs, initializer=be_quiet, maxtasksperchild=20) as pool:
        for count, failed, reasons in pool.imap_unordered(run_share, jobs):
            done += count
            failures += failed
            left_out += reasons
            for number, difference_, words in failed:
                print(f"FAILED --seed {arguments.seed} --start {number} --count 1: {difference_}\n  {words}",
                      flush=True)
            if done % 1000 < count:
                print(f"{done} cases, {len(failures)} differences", flush=True)
    print(f"{done} cases with seed {arguments.seed}, {len(failures)} differences")
    for reason, count in left_out.most_common():
        print(f"  {count} times: {reason}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
