"""A small reader of Parquet files, apart from every other one, for holding our writer to the format.

It knows the Thrift compact protocol (both ways, so that a test can plant faults), the footer, pages of
both versions and levels; value_encodings.py knows the values. It does not forgive: what breaks the format raises
Malformed. Snappy and zstd are undone by pyarrow's codecs, gzip by zlib.
"""

import struct
import zlib

import pyarrow

from value_encodings import DIRECT, Malformed, hybrid, plain_values


# ── Thrift compact protocol ─────────────────────────────────────────────────────────────────────────

TRUE, FALSE, I8, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)


class Struct(dict):
    """Field number → value; `types` keeps the wire type of each, for writing it again."""

    def __init__(self):
        super().__init__()
        self.types = {}

    def put(self, number, kind, value):
        self[number] = value
        self.types[number] = kind


class TypedList(list):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind


class ThriftReader:
    def __init__(self, data, position=0):
        self.data = data
        self.position = position

    def byte(self):
        if self.position >= len(self.data):
            raise Malformed("a Thrift structure runs past the end of the bytes")
        value = self.data[self.position]
        self.position += 1
        return value

    def varint(self):
        result = shift = 0
        while True:
            byte = self.byte()
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7
            if shift > 63:
                raise Malformed("a varint of more than ten bytes")

    def zigzag(self):
        raw = self.varint()
        return (raw >> 1) ^ -(raw & 1)

    def value(self, kind):
        if kind in (TRUE, FALSE):
            # Inside lists, where a boolean takes a byte of its own.
            return self.byte() == TRUE
        if kind == I8:
            byte = self.byte()
            return byte - 256 if byte > 127 else byte
        if kind in (I16, I32, I64):
            return self.zigzag()
        if kind == DOUBLE:
            raw = self.raw(8)
            return struct.unpack("<d", raw)[0]
        if kind == BINARY:
            return self.raw(self.varint())
        if kind in (LIST, SET):
            header = self.byte()
            count = header >> 4
            if count == 15:
                count = self.varint()
            elements = TypedList(header & 15)
            for _ in range(count):
                elements.append(self.value(elements.kind))
            return elements
        if kind == STRUCT:
            return self.structure()
        raise Malformed(f"Thrift type {kind} has no place in a Parquet file")

    def raw(self, count):
        end = self.position + count
        if end > len(self.data):
            raise Malformed("a Thrift string runs past the end of the bytes")
        result = bytes(self.data[self.position:end])
        self.position = end
        return result

    def structure(self):
        result = Struct()
        number = 0
        while True:
            header = self.byte()
            if header == 0:
                return result
            kind = header & 15
            delta = header >> 4
            number = number + delta if delta else self.zigzag()
            if number in result:
                raise Malformed(f"Thrift field {number} stands twice in one structure")
            if kind in (TRUE, FALSE):
                result.put(number, kind, kind == TRUE)
            else:
                result.put(number, kind, self.value(kind))


class ThriftWriter:
    def __init__(self):
        self.out = bytearray()

    def varint(self, value):
        while value > 0x7F:
            self.out.append(value & 0x7F | 0x80)
            value >>= 7
        self.out.append(value)

    def zigzag(self, value):
        self.varint((value << 1) ^ (value >> 63) if value >= 0 else ((-value) << 1) - 1)

    def value(self, kind, value):
        if kind in (TRUE, FALSE):
            self.out.append(TRUE if value else FALSE)
        elif kind == I8:
            self.out.append(value & 255)
        elif kind in (I16, I32, I64):
            self.zigzag(value)
        elif kind == DOUBLE:
            self.out += struct.pack("<d", value)
        elif kind == BINARY:
            self.varint(len(value))
            self.out += value
        elif kind in (LIST, SET):
            if len(value) < 15:
                self.out.append(len(value) << 4 | value.kind)
            else:
                self.out.append(0xF0 | value.kind)
                self.varint(len(value))
            for element in value:
                self.value(value.kind, element)
        else:
            self.structure(value)

    def structure(self, value):
        last = 0
        for number in sorted(value):
            kind = value.types[number]
            if kind in (TRUE, FALSE):
                kind = TRUE if value[number] else FALSE
            if 0 < number - last <= 15:
                self.out.append((number - last) << 4 | kind)
            else:
                self.out.append(kind)
                self.zigzag(number)
            if kind not in (TRUE, FALSE):
                self.value(kind, value[number])
            last = number
        self.out.append(0)


# ── The footer ──────────────────────────────────────────────────────────────────────────────────────

BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE_TYPE, BYTE_ARRAY, FIXED = range(8)
REQUIRED, OPTIONAL, REPEATED = range(3)
PLAIN, RLE, RLE_DICTIONARY = 0, 3, 8
DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, DATA_PAGE_V2 = range(4)
WIDTHS = {INT32: 4, INT64: 8, INT96: 12, FLOAT: 4, DOUBLE_TYPE: 8}

PHYSICAL_NAMES = [
    "BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY",
]
REPETITION_NAMES = ["REQUIRED", "OPTIONAL", "REPEATED"]
UNIT_NAMES = {1: "MILLIS", 2: "MICROS", 3: "NANOS"}


def logical(element):
    """What the values of a schema element mean, as the expectations spell it; None without meaning."""
    union = element.get(10)
    if union is None:
        return {"kind": "INTERVAL"} if element.get(6) == 21 else None
    if len(union) != 1:
        raise Malformed("a LogicalType holds not exactly one type")
    (number, body), = union.items()
    plain = {
        1: "STRING", 2: "MAP", 3: "LIST", 4: "ENUM", 6: "DATE", 11: "UNKNOWN", 12: "JSON", 13: "BSON",
        14: "UUID", 15: "FLOAT16",
    }
    if number in plain:
        return {"kind": plain[number]}
    if number == 5:
        return {"kind": "DECIMAL", "precision": body[2], "scale": body[1]}
    if number in (7, 8):
        (unit, _), = body[2].items()
        kind = "TIME" if number == 7 else "TIMESTAMP"
        return {"kind": kind, "utc": body[1], "unit": UNIT_NAMES[unit]}
    if number == 10:
        return {"kind": "INTEGER", "bits": body[1], "signed": body[2]}
    return {"kind": f"number {number}"}


FLOATS = {2: "<e", 4: "<f", 8: "<d"}


class Leaf:
    def __init__(self, element, path, definition, elements):
        self.element = element
        self.path = path
        self.name = ".".join(path)
        self.type = element[1]
        self.length = element.get(2)
        self.logical = logical(element)
        self.max_definition = definition
        self.max_repetition = len(elements)
        # For each repetition level from 1: the definition level of an element that is there.
        self.element_definitions = elements
        # Whether the file orders the floats of this leaf by IEEE 754's total order.
        self.is_total = False

    @property
    def width(self):
        return self.length if self.type == FIXED else WIDTHS.get(self.type)

    @property
    def order(self):
        """How values compare: signed, unsigned, float, half, bytes, decimal, or None for no order."""
        kind = self.logical["kind"] if self.logical else None
        if kind in ("INTERVAL", "UNKNOWN") or self.type == INT96 or (kind or "").startswith("number"):
            return None
        if kind == "INTEGER" and not self.logical["signed"]:
            return "unsigned"
        if kind == "FLOAT16":
            return "half"
        if kind == "DECIMAL" and self.type in (BYTE_ARRAY, FIXED):
            return "decimal"
        if self.type in (FLOAT, DOUBLE_TYPE):
            return "float"
        return "signed" if self.type in (BOOLEAN, INT32, INT64) else "bytes"

    @property
    def is_text(self):
        return bool(self.logical) and self.logical["kind"] in ("STRING", "ENUM", "JSON")

    def key(self, plain):
        """A value as PLAIN has it, as something that compares; None for what is in no bound (NaN)."""
        order = self.order
        if order == "bytes":
            return plain
        if order == "decimal":
            return int.from_bytes(plain, "big", signed=True)
        if order == "unsigned":
            return int.from_bytes(plain, "little")
        if order == "signed":
            return int.from_bytes(plain, "little", signed=self.type != BOOLEAN)
        if self.is_total:
            bits = int.from_bytes(plain, "little")
            sign = 1 << 8 * len(plain) - 1
            return bits if bits < sign else -1 - (bits - sign)
        return None if self.is_nan(plain) else struct.unpack(FLOATS[len(plain)], plain)[0]

    def is_nan(self, plain):
        if self.order not in ("float", "half"):
            return False
        number = struct.unpack(FLOATS[len(plain)], plain)[0]
        return number != number

    def keys(self, values):
        """What bounds are taken of, as keys: without NaN, unless the order has a place for NaN and there
        is nothing else."""
        if self.order is None:
            return []
        numbers = [value for value in values if not self.is_nan(value)]
        return list(map(self.key, numbers or values if self.is_total else numbers))


class File:
    """A file's footer, its schema and its leaves."""

    def __init__(self, data):
        self.data = data
        if len(data) < 12 or data[:4] != b"PAR1" or data[-4:] != b"PAR1":
            raise Malformed("the file does not begin and end with PAR1")
        length = int.from_bytes(data[-8:-4], "little")
        self.footer_start = len(data) - 8 - length
        if self.footer_start < 4:
            raise Malformed("the footer is longer than the file")
        reader = ThriftReader(data[: len(data) - 8], self.footer_start)
        self.metadata = reader.structure()
        if reader.position != len(data) - 8:
            raise Malformed("bytes are left over after the footer")
        self.leaves = []
        self.elements = self.metadata[2]
        if not self.elements:
            raise Malformed("the schema has no root")
        self.next = 1
        self.tree = [self.field([], 0, []) for _ in range(self.elements[0].get(5, 0))]
        if self.next != len(self.elements):
            raise Malformed("the schema has elements that no group counts")
        for leaf, order in zip(self.leaves, self.metadata.get(7, [])):
            leaf.is_total = set(order) == {2} and leaf.order in ("float", "half")

    def field(self, path, definition, elements):
        if self.next >= len(self.elements):
            raise Malformed("a group counts more children than the schema has")
        element = self.elements[self.next]
        self.next += 1
        path = path + [element[4].decode("utf-8")]
        repetition = element[3]
        if repetition != REQUIRED:
            definition += 1
        if repetition == REPEATED:
            elements = elements + [definition]
        node = {"name": path[-1], "repetition": REPETITION_NAMES[repetition]}
        meaning = logical(element)
        if meaning:
            node["logical"] = meaning
        if 9 in element:
            node["fieldID"] = element[9]
        if 1 in element:
            node["physical"] = PHYSICAL_NAMES[element[1]]
            if element[1] == FIXED:
                node["length"] = element[2]
            self.leaves.append(Leaf(element, path, definition, elements))
        else:
            node["children"] = [
                self.field(path, definition, elements) for _ in range(element[5])
            ]
        return node


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────


def decompress(codec, data, size):
    if codec == 0:
        result = data
    elif codec == 2:
        # One member or several, each with its own end.
        result = b""
        rest = data
        while rest:
            member = zlib.decompressobj(31)
            result += member.decompress(rest)
            if not member.eof:
                raise Malformed("a gzip member has no end")
            rest = member.unused_data
    elif codec in (1, 6):
        name = {1: "snappy", 6: "zstd"}[codec]
        result = pyarrow.Codec(name).decompress(data, decompressed_size=size).to_pybytes()
    else:
        raise Malformed(f"codec {codec} is not known to this reader")
    if len(result) != size:
        raise Malformed(f"a page of {size} bytes decompresses to {len(result)}")
    return result


class Page:
    def __init__(self, header, header_size, body, offset):
        self.header = header
        self.header_size = header_size
        self.body = body
        self.offset = offset
        self.type = header[1]

    @property
    def size(self):
        return self.header_size + len(self.body)


def pages(data, start, size):
    """The pages that fill `size` bytes from `start` on."""
    end = start + size
    if start < 4 or end > len(data):
        raise Malformed(f"a column chunk at {start} of {size} bytes lies outside the file")
    position = start
    result = []
    view = data[:end]
    while position < end:
        reader = ThriftReader(view, position)
        header = reader.structure()
        body_end = reader.position + header[3]
        if header[3] < 0 or header[2] < 0 or body_end > end:
            raise Malformed(f"the page at {position} runs past the end of its column chunk")
        body = data[reader.position:body_end]
        result.append(Page(header, reader.position - position, body, position))
        position = body_end
    return result


class PageContent:
    """A data page decoded: levels, and the values that are there as their PLAIN bytes."""

    def __init__(self, leaf, page, codec, dictionary):
        if page.type == DATA_PAGE_V2:
            rest = self.split_v2(leaf, page, codec)
        else:
            rest = self.split_v1(leaf, page, codec)
        if self.definition is None:
            self.present = self.count
        else:
            self.present = self.definition.count(leaf.max_definition)
        self.values = self.decode(leaf, rest, dictionary)

    def levels(self, leaf, what, data):
        largest = leaf.max_repetition if what == "repetition" else leaf.max_definition
        return hybrid(data, largest.bit_length(), self.count, f"{what} levels")

    def split_v1(self, leaf, page, codec):
        header = page.header[5]
        self.count = header[1]
        self.encoding = header[2]
        if header[3] != RLE or header[4] != RLE:
            raise Malformed("levels are in another encoding than RLE")
        data = decompress(codec, page.body, page.header[2])
        self.repetition = self.definition = None
        for what in ("repetition", "definition"):
            if not getattr(leaf, "max_" + what):
                continue
            length = int.from_bytes(data[:4], "little")
            if 4 + length > len(data):
                raise Malformed(f"{what} levels run past the end of the page")
            setattr(self, what, self.levels(leaf, what, data[4:4 + length]))
            data = data[4 + length:]
        return data

    def split_v2(self, leaf, page, codec):
        header = page.header[8]
        self.count = header[1]
        self.encoding = header[4]
        definition, repetition = header[5], header[6]
        data = page.body
        if definition + repetition > len(data):
            raise Malformed("levels run past the end of the page")
        self.repetition = self.definition = None
        if leaf.max_repetition:
            self.repetition = self.levels(leaf, "repetition", data[:repetition])
        elif repetition:
            raise Malformed("there are repetition levels of a column that does not repeat")
        if leaf.max_definition:
            self.definition = self.levels(
                leaf, "definition", data[repetition:repetition + definition])
        elif definition:
            raise Malformed("there are definition levels of a required column")
        rest = data[repetition + definition:]
        size = page.header[2] - repetition - definition
        # No bytes are no input for a codec.
        if header.get(7, True) and rest:
            rest = decompress(codec, rest, size)
        elif len(rest) != size:
            raise Malformed(f"{len(rest)} bytes of values where {size} should be")
        nulls = self.definition.count(leaf.max_definition) if self.definition else self.count
        if header[2] != self.count - nulls:
            raise Malformed(f"num_nulls is {header[2]}, should be {self.count - nulls}")
        rows = self.repetition.count(0) if self.repetition else self.count
        if header[3] != rows:
            raise Malformed(f"num_rows is {header[3]}, should be {rows}")
        return rest

    def decode(self, leaf, data, dictionary):
        present = self.present
        if self.encoding in DIRECT:
            decoder, types = DIRECT[self.encoding]
            if leaf.type in types:
                return decoder(leaf, data, present)
        if self.encoding == RLE and leaf.type == BOOLEAN:
            length = int.from_bytes(data[:4], "little")
            if length != len(data) - 4:
                raise Malformed(f"RLE booleans of {length} bytes in {len(data) - 4}")
            bits = hybrid(data[4:], 1, present, "booleans")
            return [b"\1" if bit else b"\0" for bit in bits]
        if self.encoding == RLE_DICTIONARY:
            if dictionary is None:
                raise Malformed("a page of indices has no dictionary page before it")
            if present == 0 and len(data) <= 1:
                return []
            if not data or data[0] > 32:
                raise Malformed("dictionary indices have no legal bit width")
            indices = hybrid(data[1:], data[0], present, "dictionary indices")
            for index in indices:
                if index >= len(dictionary):
                    raise Malformed(
                        f"dictionary index {index} in a dictionary of {len(dictionary)} values")
            return [dictionary[index] for index in indices]
        raise Malformed(f"encoding {self.encoding} has no place in a page of {leaf.name}")
