"""The other readers of Parquet that our files are held against, brought to one form of value.

The form is that of the expectations: integers exact, floating point as the hexadecimal of its bits,
bytes as hexadecimal, lists and groups as lists, a map as the list of its entries.
"""

import struct

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

JULIAN_1970 = 2_440_588
DAY = 86_400 * 10**9
DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT = 6, 7, 9
# What every reader reads everywhere: PLAIN, RLE and dictionaries.
COMMON = {0, 3, 8}
DELTA = {DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY}


def leaves(node):
    if "children" not in node:
        yield node
    for child in node.get("children", []):
        yield from leaves(child)


def kinds(nodes):
    return {kind(leaf) for node in nodes for leaf in leaves(node)}


def kind(node):
    return node.get("logical", {}).get("kind")


def unit(node):
    return node.get("logical", {}).get("unit")


def leaf_values(node, value):
    """The values that are there, of a leaf; the expectation's form."""
    if value is None:
        return
    if "children" not in node:
        yield node, value
    elif kind(node) == "LIST":
        for element in value:
            yield from leaf_values(node["children"][0]["children"][0], element)
    elif kind(node) == "MAP":
        for entry in value:
            for child, part in zip(node["children"][0]["children"], entry):
                yield from leaf_values(child, part)
    elif node["repetition"] == "REPEATED":
        single = dict(node, repetition="REQUIRED")
        for element in value:
            yield from leaf_values(single, element)
    else:
        for child, part in zip(node["children"], value):
            yield from leaf_values(child, part)


def common(node, value):
    """A leaf's value of an expectation in the form that readers' values are brought to."""
    if node["physical"] == "INT96":
        raw = bytes.fromhex(value)
        nanoseconds, day = struct.unpack("<qi", raw)
        return (day - JULIAN_1970) * DAY + nanoseconds
    if kind(node) == "DECIMAL" and isinstance(value, str):
        return int.from_bytes(bytes.fromhex(value), "big", signed=True)
    return value


def expected(node, value):
    """An expectation's value with its leaves in the common form."""
    if value is None:
        return None
    if node["repetition"] == "REPEATED":
        single = dict(node, repetition="REQUIRED")
        return [expected(single, element) for element in value]
    if "children" not in node:
        return common(node, value)
    if kind(node) == "LIST":
        return [expected(node["children"][0]["children"][0], element) for element in value]
    if kind(node) == "MAP":
        fields = node["children"][0]["children"]
        return [[expected(field, part) for field, part in zip(fields, entry)] for entry in value]
    return [expected(child, part) for child, part in zip(node["children"], value)]


class Unreadable(Exception):
    """A value came back in a type that does not stand for what was written."""


def signed(values, bits):
    """Unsigned numbers as the signed ones with the same bits."""
    half, whole = 1 << bits - 1, 1 << bits
    return [v if v is None or v < half else v - whole for v in values]


def bits_of(array, integer):
    """An array's values as integers of the same width, bit for bit."""
    return array.view(integer).to_pylist()


def arrow_leaf(array, node):
    """The values of a leaf's Arrow array."""
    type_ = array.type
    if isinstance(type_, pa.BaseExtensionType):
        array = array.storage
        type_ = array.type
    if pa.types.is_dictionary(type_):
        array = array.dictionary_decode()
        type_ = array.type
    meaning = kind(node)
    if pa.types.is_null(type_):
        return [None] * len(array)
    if pa.types.is_boolean(type_):
        return array.to_pylist()
    if pa.types.is_integer(type_):
        values = array.to_pylist()
        if pa.types.is_unsigned_integer(type_) and node["physical"] in ("INT32", "INT64"):
            # Narrow unsigned integers lie on INT32 as they are.
            if type_.bit_width >= 32:
                return signed(values, type_.bit_width)
        return values
    if pa.types.is_float16(type_):
        return [None if v is None else struct.pack("<H", v).hex() for v in bits_of(array, pa.uint16())]
    if pa.types.is_float32(type_):
        if meaning == "FLOAT16":
            return [None if v is None else struct.pack("<e", v).hex() for v in array.to_pylist()]
        return [None if v is None else f"{v:08x}" for v in bits_of(array, pa.uint32())]
    if pa.types.is_float64(type_):
        return [None if v is None else f"{v:016x}" for v in bits_of(array, pa.uint64())]
    if pa.types.is_decimal(type_):
        scale = node["logical"]["scale"]
        if type_.scale != scale:
            raise Unreadable(f"a scale of {type_.scale}, not {scale}")
        return [None if v is None else unscaled(v) for v in array.to_pylist()]
    if pa.types.is_date32(type_) or pa.types.is_time32(type_):
        values = bits_of(array, pa.int32())
        return rescaled(values, type_, node) if pa.types.is_time(type_) else values
    if pa.types.is_time64(type_) or pa.types.is_timestamp(type_):
        return rescaled(bits_of(array, pa.int64()), type_, node)
    if pa.types.is_string(type_) or pa.types.is_large_string(type_) or "view" in str(type_):
        if "string" in str(type_):
            if meaning == "UUID":
                return [None if v is None else v.replace("-", "") for v in array.to_pylist()]
            return [None if v is None else v.encode("utf-8").hex() for v in array.to_pylist()]
        return [None if v is None else v.hex() for v in array.to_pylist()]
    if pa.types.is_binary(type_) or pa.types.is_large_binary(type_) \
            or pa.types.is_fixed_size_binary(type_):
        return [None if v is None else v.hex() for v in array.to_pylist()]
    raise Unreadable(f"Arrow type {type_}")


def unscaled(decimal):
    sign, digits, exponent = decimal.as_tuple()
    number = int("".join(map(str, digits)))
    return -number if sign else number


PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9, "MILLIS": 10**3, "MICROS": 10**6, "NANOS": 10**9}


def rescaled(values, type_, node):
    """Times in the unit of the column; a reader may use a finer one, or a coarser one without loss."""
    theirs = PER_SECOND[type_.unit]
    ours = PER_SECOND[unit(node) or "NANOS"]
    if theirs == ours:
        return values
    if theirs > ours:
        factor = theirs // ours
        if any(v is not None and v % factor for v in values):
            raise Unreadable("a time that is not a whole number of its unit")
        return [None if v is None else v // factor for v in values]
    raise Unreadable(f"times in {type_.unit}, coarser than written")


def arrow_values(array, node):
    """An Arrow array's values in the common form."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    if node["repetition"] == "REPEATED":
        return nested(array, lambda items: arrow_values(items, dict(node, repetition="REQUIRED")))
    if "children" not in node:
        return arrow_leaf(array, node)
    if kind(node) == "LIST":
        return nested(array, lambda items: arrow_values(items, node["children"][0]["children"][0]))
    if kind(node) == "MAP":
        entry = dict(node["children"][0], repetition="REQUIRED")
        return nested(array, lambda items: arrow_values(items, entry))
    columns = [arrow_values(part, child) for part, child in zip(array.flatten(), node["children"])]
    if len(array.flatten()) != len(node["children"]):
        raise Unreadable(f"a struct of {len(array.flatten())} fields")
    present = array.is_valid().to_pylist()
    rows = zip(*columns)
    return [list(row) if there else None for row, there in zip(rows, present)]


def nested(array, inner):
    """The lists of a list or map array."""
    if not (pa.types.is_list(array.type) or pa.types.is_large_list(array.type)
            or pa.types.is_map(array.type)):
        raise Unreadable(f"Arrow type {array.type} for a list")
    if pa.types.is_map(array.type):
        # As a list of structs: key and value, in this order.
        key, item = array.type.key_field, array.type.item_field
        entries = pa.list_(pa.field("entries", pa.struct([key, item]), nullable=False))
        buffers = array.buffers()[:2]
        array = pa.Array.from_buffers(
            entries, len(array), buffers, array.null_count, array.offset, [array.values])
    items = inner(array.values)
    offsets = array.offsets.to_pylist()
    present = array.is_valid().to_pylist()
    return [
        items[offsets[i]:offsets[i + 1]] if there else None for i, there in enumerate(present)
    ]


class Arrow:
    """pyarrow, which reads everything."""

    name = "pyarrow"

    def cannot_open(self, nodes):
        return None

    def cannot(self, node, column, encodings):
        return None

    def read(self, path, nodes):
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            table = file.read(use_threads=False)
        return {node["name"]: table.column(i) for i, node in enumerate(nodes)}


# The microseconds that a DuckDB timestamp holds.
LARGEST_MICROSECONDS = 9_223_372_022_400_000_000


class DuckDB:
    """DuckDB, through Arrow."""

    name = "DuckDB"

    def __init__(self):
        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("SET threads = 1")

    def cannot_open(self, nodes):
        return "a file with BSON is refused" if "BSON" in kinds(nodes) else None

    def cannot(self, node, column, encodings):
        for leaf, used in zip(leaves(node), encodings):
            if BYTE_STREAM_SPLIT in used and leaf["physical"] == "FIXED_LEN_BYTE_ARRAY":
                return "BYTE_STREAM_SPLIT is not read for fixed-length bytes"
            if DELTA & used and kind(leaf) == "DECIMAL":
                return "delta encodings are not read for decimals in bytes"
            if leaf["physical"] == "INT96":
                return "INT96 is cut to microseconds"
            if kind(leaf) == "DECIMAL" and leaf["logical"]["precision"] > 38:
                return "decimals have at most 38 digits"
            if kind(leaf) == "INTERVAL":
                return "intervals come out as months, days and microseconds"
            if kind(leaf) == "FLOAT16":
                return "halves come out as floats, a NaN with other bits"
            if kind(leaf) == "TIME" and unit(leaf) == "NANOS":
                return "times of day are cut to microseconds"
            if kind(leaf) == "TIME" and leaf["logical"]["utc"]:
                return "times of day in UTC become times with an offset"
            if kind(leaf) == "TIMESTAMP" and unit(leaf) == "NANOS" and leaf["logical"]["utc"]:
                return "points in time in nanoseconds are cut to microseconds"
        for value in column:
            for leaf, part in leaf_values(node, value):
                if kind(leaf) == "TIMESTAMP" and abs(part) * (10**6 // PER_SECOND[unit(leaf)] or 1) \
                        > LARGEST_MICROSECONDS:
                    return "a timestamp lies past the largest"
        return None

    def read(self, path, nodes):
        names = ", ".join('"' + node["name"].replace('"', '""') + '"' for node in nodes)
        literal = path.replace("'", "''")
        result = self.connection.sql(f"SELECT {names} FROM read_parquet('{literal}')")
        table = result.to_arrow_table()
        return {node["name"]: table.column(i) for i, node in enumerate(nodes)}


class Polars:
    """Polars, through Arrow."""

    name = "Polars"

    def cannot_open(self, nodes):
        return "a file with INTERVAL is refused" if "INTERVAL" in kinds(nodes) else None

    def cannot(self, node, column, encodings):
        for leaf, used in zip(leaves(node), encodings):
            if {DELTA_BYTE_ARRAY, BYTE_STREAM_SPLIT} & used \
                    and leaf["physical"] == "FIXED_LEN_BYTE_ARRAY":
                return "fixed-length bytes are only read in PLAIN and by dictionary"
            if used - COMMON and leaf is not node:
                return "pages without values, in lists and groups and other encodings, make it panic"
            if kind(leaf) == "DECIMAL" and leaf["logical"]["precision"] > 38:
                return "decimals have at most 38 digits"
        return None

    def read(self, path, nodes):
        frame = polars.read_parquet(path, columns=[node["name"] for node in nodes])
        table = frame.to_arrow(compat_level=polars.CompatLevel.oldest())
        return {node["name"]: table.column(i) for i, node in enumerate(nodes)}
