"""Random Arrow tables: every type that pyarrow writes to Parquet, nested at will, with nulls, NaN of any
payload, extremes, empty lists and repeating values; and random options of its Parquet writer."""

import datetime
import string
import struct

import numpy as np
import pyarrow as pa

DEPTH = 3


def integers(random, bits, signed, count):
    low = -(1 << bits - 1) if signed else 0
    high = (1 << bits - (1 if signed else 0)) - 1
    style = random.randrange(6)
    if style == 0:
        pool = [low, high, 0, 1, high - 1, low + 1]
        return [random.choice(pool) for _ in range(count)]
    if style == 1:
        start = random.randint(low, high)
        step = random.randint(0, 3)
        return [min(high, start + i * step) for i in range(count)]
    if style == 2:
        pool = [random.randint(low, high) for _ in range(random.randint(1, 5))]
        return [random.choice(pool) for _ in range(count)]
    if style == 3:
        return [min(high, random.randint(0, 9)) for _ in range(count)]
    if style == 4:
        return sorted((random.randint(low, high) for _ in range(count)), reverse=random.random() < 0.5)
    return [random.randint(low, high) for _ in range(count)]


def float_bits(random, width, count):
    """Floating point as the bits of its values."""
    code, whole = {2: ("e", "H"), 4: ("f", "I"), 8: ("d", "Q")}[width]
    bits = lambda value: struct.unpack("<" + whole, struct.pack("<" + code, value))[0]
    special = [bits(v) for v in (0.0, -0.0, 1.0, -1.5, float("inf"), float("-inf"), float("nan"))]
    special += [(1 << 8 * width) - 1, 1, (1 << 8 * width - 1) + 1]  # NaN with a payload, subnormals
    style = random.randrange(4)
    if style == 0:
        return [random.choice(special) for _ in range(count)]
    if style == 1:
        return [random.getrandbits(8 * width) for _ in range(count)]
    if style == 2:
        return [bits(float(random.randint(-40, 40)) / 4) for _ in range(count)]
    return [bits(round(random.uniform(-100, 100), 2)) for _ in range(count)]


ALPHABETS = [string.ascii_lowercase, "ab", "aé☃😀\u0000\n\"\\,", "\u007f\u0080\u07ff\u0800\uffff\U0010ffff"]


def texts(random, count):
    letters = random.choice(ALPHABETS)
    longest = random.choice([0, 1, 5, 12, 40, 300])
    one = lambda: "".join(random.choice(letters) for _ in range(random.randint(0, longest)))
    style = random.randrange(4)
    if style == 0:
        pool = [one() for _ in range(random.randint(1, 6))]
        return [random.choice(pool) for _ in range(count)]
    if style == 1:
        head = one()
        return [head + one() for _ in range(count)]
    if style == 2:
        return sorted(one() for _ in range(count))
    return [one() for _ in range(count)]


def binaries(random, count, width=None):
    one = lambda: random.randbytes(random.randint(0, random.choice([0, 3, 20])) if width is None else width)
    if random.random() < 0.4:
        pool = [one() for _ in range(random.randint(1, 6))] + [bytes(width or 0), b"\xff" * (width or 3)]
        return [random.choice(pool) for _ in range(count)]
    return [one() for _ in range(count)]


def mask_of(random, count):
    """Which values are null, or None for none."""
    share = random.choice([0, 0, 0.1, 0.5, 0.9, 1])
    return [random.random() < share for _ in range(count)]


def masked(values, nulls):
    return [None if null else value for value, null in zip(values, nulls)]


def from_bits(bits, integer, type_, nulls):
    """An array of `type_` whose values have these bits."""
    return pa.array(masked(bits, nulls), integer).view(type_)


UNITS = ["s", "ms", "us", "ns"]
ZONES = [None, None, "UTC", "Europe/Paris", "+05:30", "America/New_York"]


def leaf_type(random, dictionaries=True):
    choices = [
        pa.bool_(), pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint16(), pa.uint32(),
        pa.uint64(), pa.float16(), pa.float32(), pa.float64(), pa.string(), pa.string(), pa.large_string(),
        pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view(),
        pa.binary(random.choice([1, 2, 5, 12, 16, 40])), pa.date32(), pa.date64(), pa.null(),
        pa.time32(random.choice(["s", "ms"])), pa.time64(random.choice(["us", "ns"])),
        pa.timestamp(random.choice(UNITS), random.choice(ZONES)), pa.duration(random.choice(UNITS)),
        pa.uuid(), pa.json_(), pa.bool8(),
    ]
    kind = random.randrange(len(choices) + 6)
    if kind < len(choices):
        return choices[kind]
    if kind < len(choices) + 4:
        wide = random.random() < 0.1
        precision = random.randint(1, 76 if wide else 38)
        scale = random.randint(0, precision)
        makers = [pa.decimal256] if precision > 38 else [pa.decimal128, pa.decimal256]
        if precision <= 9:
            makers.append(pa.decimal32)
        if precision <= 18:
            makers.append(pa.decimal64)
        return random.choice(makers)(precision, scale)
    if not dictionaries:
        return pa.string()
    index = random.choice([pa.int8(), pa.int16(), pa.int32()])
    # int8 has room for as many entries as are ever made.
    return pa.dictionary(index, random.choice([pa.string(), pa.string(), pa.int64(), pa.binary()]))


def random_type(random, depth=0):
    if depth < DEPTH and random.random() < (0.3 if depth == 0 else 0.45):
        inner = lambda name: random_field(random, name, depth + 1)
        kind = random.randrange(7)
        if kind <= 1:
            return pa.list_(inner("item"))
        if kind == 2:
            return pa.large_list(inner("item"))
        if kind == 3:
            return pa.list_(inner("item"), random.randint(1, 3))
        if kind == 4:
            key = leaf_type(random, dictionaries=False)
            if pa.types.is_null(key):
                key = pa.string()
            return pa.map_(pa.field("key", key, nullable=False), random_field(random, "value", depth + 1))
        names = random.sample(["a", "b.c", "C d", "é", "list", "key"], random.randint(1, 3))
        return pa.struct([inner(name) for name in names])
    return leaf_type(random, dictionaries=depth == 0 or random.random() < 0.3)


FIELD_ID = b"PARQUET:field_id"


def random_field(random, name, depth=0):
    type_ = random_type(random, depth)
    nullable = pa.types.is_null(type_) or random.random() < 0.7
    metadata = {}
    if random.random() < 0.2:
        metadata[FIELD_ID] = str(random.choice([0, 1, 7, random.randint(0, 2**31 - 1)])).encode()
    if random.random() < 0.15:
        metadata[random.choice([b"comment", b"k"])] = random.choice([b"", b"x", "schön".encode()])
    return pa.field(name, type_, nullable=nullable, metadata=metadata or None)


def random_array(random, type_, count, nullable):
    """An array of `count` values."""
    nulls = mask_of(random, count) if nullable else [False] * count
    if isinstance(type_, pa.BaseExtensionType):
        storage = type_.storage_type
        if type_ == pa.json_():
            values = [random.choice(['{"a":1}', "[]", "null", '"x"', "1e5"]) for _ in range(count)]
            array = pa.array(masked(values, nulls), storage)
        elif type_ == pa.bool8():
            array = pa.array(masked([random.randint(0, 1) for _ in range(count)], nulls), storage)
        else:
            array = random_array(random, storage, count, nullable)
        return pa.ExtensionArray.from_storage(type_, array)
    if pa.types.is_nested(type_):
        return random_nested(random, type_, count, nulls)
    if pa.types.is_null(type_):
        return pa.nulls(count)
    if pa.types.is_boolean(type_):
        share = random.choice([0, 0.1, 0.5, 1])
        return pa.array(masked([random.random() < share for _ in range(count)], nulls), type_)
    if pa.types.is_integer(type_):
        signed = pa.types.is_signed_integer(type_)
        return pa.array(masked(integers(random, type_.bit_width, signed, count), nulls), type_)
    if pa.types.is_floating(type_):
        width = type_.bit_width // 8
        integer = {2: pa.uint16(), 4: pa.uint32(), 8: pa.uint64()}[width]
        return from_bits(float_bits(random, width, count), integer, type_, nulls)
    if pa.types.is_decimal(type_):
        import decimal
        decimal.getcontext().prec = 80
        most = 10**type_.precision - 1
        pool = [0, 1, -1, most, -most] + [random.randint(-most, most) for _ in range(3)]
        few = random.random() < 0.5
        unscaled = [random.choice(pool) if few else random.randint(-most, most) for _ in range(count)]
        values = [decimal.Decimal(v).scaleb(-type_.scale) for v in unscaled]
        return pa.array(masked(values, nulls), type_)
    if pa.types.is_date32(type_):
        return from_bits(calendar(random, 719_162, count), pa.int32(), type_, nulls)
    if pa.types.is_date64(type_):
        days = [d * 86_400_000 for d in calendar(random, 719_162, count)]
        return from_bits(days, pa.int64(), type_, nulls)
    if pa.types.is_time(type_):
        per_day = {"s": 86_400, "ms": 86_400_000, "us": 86_400 * 10**6, "ns": 86_400 * 10**9}[type_.unit]
        values = [random.choice([0, per_day - 1, random.randrange(per_day)]) for _ in range(count)]
        return from_bits(values, pa.int32() if pa.types.is_time32(type_) else pa.int64(), type_, nulls)
    if pa.types.is_timestamp(type_) or pa.types.is_duration(type_):
        # Within what milliseconds and nanoseconds both hold, so that no writer setting overflows.
        per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[type_.unit]
        most = 9 * 10**9 * per_second
        style = random.randrange(3)
        if style == 0:
            values = [random.choice([0, -1, 1, most, -most]) for _ in range(count)]
        elif style == 1:
            values = [1_700_000_000 * per_second + i * per_second for i in range(count)]
        else:
            values = [random.randint(-most, most) for _ in range(count)]
        return from_bits(values, pa.int64(), type_, nulls)
    if pa.types.is_fixed_size_binary(type_):
        return pa.array(masked(binaries(random, count, type_.byte_width), nulls), type_)
    if pa.types.is_dictionary(type_):
        size = random.randint(1, 9)
        entries = random_array(random, type_.value_type, size, nullable=False)
        indices = [random.randrange(size) for _ in range(count)]
        return pa.DictionaryArray.from_arrays(
            pa.array(masked(indices, nulls), type_.index_type), entries)
    if "string" in str(type_):
        return pa.array(masked(texts(random, count), nulls), type_)
    return pa.array(masked(binaries(random, count), nulls), type_)


def calendar(random, most, count):
    if random.random() < 0.5:
        start = random.randint(0, 20_000)
        return [start + i for i in range(count)]
    return [random.choice([0, -1, most, -most, random.randint(-most, most)]) for _ in range(count)]


def random_nested(random, type_, count, nulls):
    mask = pa.array(nulls, pa.bool_())
    has_nulls = any(nulls)
    if pa.types.is_struct(type_):
        parts = [random_array(random, f.type, count, f.nullable) for f in type_]
        return pa.StructArray.from_arrays(parts, fields=list(type_), mask=mask if has_nulls else None)
    if pa.types.is_fixed_size_list(type_):
        size = type_.list_size
        values = random_array(random, type_.value_type, count * size, type_.value_field.nullable)
        return pa.FixedSizeListArray.from_arrays(values, type=type_, mask=mask if has_nulls else None)
    longest = random.choice([0, 1, 3, 9])
    lengths = [0 if null else random.randint(0, longest) for null in nulls]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    total = int(offsets[-1])
    if pa.types.is_map(type_):
        keys = random_array(random, type_.key_type, total, nullable=False)
        items = random_array(random, type_.item_type, total, type_.item_field.nullable)
        entries = pa.StructArray.from_arrays([keys, items], fields=[type_.key_field, type_.item_field])
        bits = np.packbits(np.array([not null for null in nulls], bool), bitorder="little").tobytes()
        return pa.Array.from_buffers(
            type_, count, [pa.py_buffer(bits), pa.py_buffer(offsets.astype(np.int32).tobytes())],
            children=[entries])
    values = random_array(random, type_.value_type, total, type_.value_field.nullable)
    large = pa.types.is_large_list(type_)
    maker = pa.LargeListArray if large else pa.ListArray
    return maker.from_arrays(
        pa.array(offsets, pa.int64() if large else pa.int32()), values, type=type_,
        mask=mask if has_nulls else None)


def random_table(random):
    rows = random.choice([0, 1, 2, random.randint(3, 30), random.randint(30, 200), random.randint(200, 1500)])
    names = random.sample(["a", "b", "c.d", "e f", "ü", 'q"t', "list", "Z"], random.randint(1, 5))
    fields = [random_field(random, name) for name in names]
    arrays = [random_array(random, f.type, rows, f.nullable) for f in fields]
    metadata = None
    if random.random() < 0.3:
        metadata = {b"k": b"v", b"note": "grün \n".encode() * random.randint(0, 3)}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))


def leaf_encodings(type_):
    """The encodings that pyarrow's writer takes for a top-level column."""
    if pa.types.is_dictionary(type_) or pa.types.is_nested(type_) or pa.types.is_null(type_):
        return []
    if isinstance(type_, pa.BaseExtensionType):
        type_ = type_.storage_type
    name = str(type_)
    if pa.types.is_boolean(type_):
        return ["PLAIN", "RLE"]
    if pa.types.is_float16(type_) or pa.types.is_fixed_size_binary(type_):
        return ["PLAIN", "BYTE_STREAM_SPLIT"] + (
            ["DELTA_BYTE_ARRAY"] if pa.types.is_fixed_size_binary(type_) else [])
    if pa.types.is_floating(type_):
        return ["PLAIN", "BYTE_STREAM_SPLIT"]
    if pa.types.is_decimal(type_):
        return ["PLAIN"]
    if "string" in name or "binary" in name:
        return ["PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"]
    return ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]


CODECS = ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]


def random_write_options(random, table):
    """Options for pyarrow.parquet.write_table."""
    maybe = lambda share=0.3: random.random() < share
    options = {
        "version": random.choice(["1.0", "2.4", "2.6", "2.6"]),
        "data_page_version": random.choice(["1.0", "2.0"]),
        "compression": random.choice(CODECS),
        "write_statistics": not maybe(0.2),
        "write_page_index": maybe(),
        "write_page_checksum": maybe(),
        "store_schema": not maybe(0.2),
        "use_compliant_nested_type": not maybe(0.2),
        "store_decimal_as_integer": maybe(),
        "use_deprecated_int96_timestamps": maybe(0.08),
        "use_dictionary": not maybe(),
    }
    if maybe():
        options["row_group_size"] = random.choice([1, 7, 64, 300])
        if table.num_rows > 200:
            options["row_group_size"] = max(options["row_group_size"], 64)
    if maybe():
        options["data_page_size"] = random.choice([1, 64, 1000])
        options["write_batch_size"] = random.choice([1, 10, 100])
    if maybe(0.2):
        options["max_rows_per_page"] = random.choice([1, 5, 50])
    if maybe(0.2):
        options["dictionary_pagesize_limit"] = random.choice([1, 50, 1000])
    if maybe(0.15) and table.num_columns and not options["use_deprecated_int96_timestamps"]:
        options["coerce_timestamps"] = random.choice(["ms", "us"])
        options["allow_truncated_timestamps"] = True
    if maybe(0.1):
        options["write_time_adjusted_to_utc"] = True
    if maybe(0.25):
        encodings = {}
        for field in table.schema:
            known = leaf_encodings(field.type)
            if known and "." not in field.name:
                encodings[field.name] = random.choice(known)
        if encodings:
            options["use_dictionary"] = False
            options["column_encoding"] = encodings
    if maybe(0.1):
        options["compression"] = {
            f.name: random.choice(CODECS) for f in table.schema if "." not in f.name} or "none"
    return options
