#!/usr/bin/env python3
"""Plants faults in good files and sees that check_pages.py finds each of them.

usage: test_check_pages.py FOLDER-OF-GOLDEN-FILES
"""

import os
import sys
import zlib

import parquet_bytes as pb
from check_pages import Checker


def rebuilt(file, body=None, extra=b""):
    """A file with its footer written anew, and the bytes before it replaced by `body`."""
    writer = pb.ThriftWriter()
    writer.structure(file.metadata)
    footer = bytes(writer.out)
    pages = file.data[:file.footer_start] if body is None else body
    return pages + extra + footer + len(footer).to_bytes(4, "little") + b"PAR1"


def chunks(file, wanted=lambda leaf: True):
    for group in file.metadata[4]:
        for leaf, chunk in zip(file.leaves, group[1]):
            if wanted(leaf):
                yield leaf, chunk[3], chunk


def first(file, wanted=lambda leaf: True):
    return next(chunks(file, wanted))


def in_metadata(change, wanted=lambda leaf: True):
    """A fault in the first column chunk whose leaf is wanted."""

    def plant(file):
        leaf, metadata, chunk = first(file, wanted)
        change(metadata, chunk)
        return rebuilt(file)

    return plant


def in_footer(change):
    def plant(file):
        change(file.metadata)
        return rebuilt(file)

    return plant


def add(struct, number, amount=1):
    struct[number] += amount


def in_body(change, page_type, wanted=lambda leaf: True):
    """A fault in the body of a page, with a CRC that is right for it."""

    def plant(file):
        for leaf, metadata, _ in chunks(file, wanted):
            start = metadata.get(11, metadata[9])
            for page in pb.pages(file.data, start, metadata[7]):
                if page.type != page_type:
                    continue
                for body in change(leaf, page):
                    assert len(body) == len(page.body)
                    crc = zlib.crc32(body)
                    page.header[4] = crc - (1 << 32) if crc >> 31 else crc
                    writer = pb.ThriftWriter()
                    writer.structure(page.header)
                    if len(writer.out) == page.header_size:
                        data = bytearray(file.data[:file.footer_start])
                        data[page.offset:page.offset + page.size] = writer.out + body
                        return rebuilt(file, bytes(data))
        raise AssertionError("no page to plant the fault in")

    return plant


def flipped_levels(leaf, page):
    """Definition levels with a bit of their run header or values flipped."""
    start = 0
    if leaf.max_repetition:
        start = 4 + int.from_bytes(page.body[:4], "little")
    length = int.from_bytes(page.body[start:start + 4], "little")
    for offset in range(start + 4, start + 4 + length):
        yield page.body[:offset] + bytes([page.body[offset] ^ 1]) + page.body[offset + 1:]


def repeated_first(leaf, page):
    """Repetition levels whose first is not 0: one bit-packed or repeated value in place of it."""
    length = int.from_bytes(page.body[:4], "little")
    if page.body[4] & 1 and length > 1:
        yield page.body[:5] + bytes([page.body[5] | 1]) + page.body[6:]


def large_index(leaf, page):
    """Indices all of whose bits are set."""
    header = page.body[0] and page.body[1]
    if header & 1 and header < 0x80:
        yield page.body[:2] + b"\xff" * (len(page.body) - 2)


def in_index(offset, length, change, wanted=lambda leaf: True):
    """A fault in a column chunk's index, of the same number of bytes."""

    def plant(file):
        _, _, chunk = first(file, wanted)
        end = chunk[offset] + chunk[length]
        index = pb.ThriftReader(file.data[:end], chunk[offset]).structure()
        change(index)
        writer = pb.ThriftWriter()
        writer.structure(index)
        assert len(writer.out) == chunk[length]
        data = bytearray(file.data)
        data[chunk[offset]:end] = writer.out
        return bytes(data)

    return plant


def in_column_index(change, wanted=lambda leaf: True):
    return in_index(6, 7, change, wanted)


def in_offset_index(change, wanted=lambda leaf: True):
    return in_index(4, 5, change, wanted)


def replace(values, place, value):
    values[place] = value


def cleared_bit(file):
    """A bloom filter without one of its bits."""
    metadata = next(m for _, m, _ in chunks(file) if 14 in m)
    data = bytearray(file.data)
    last = metadata[14] + metadata[15] - 1
    while not data[last]:
        last -= 1
    data[last] &= data[last] - 1
    return bytes(data)


def flipped_crc(file):
    leaf, metadata, _ = first(file)
    page = pb.pages(file.data, metadata.get(11, metadata[9]), metadata[7])[-1]
    data = bytearray(file.data)
    data[page.offset + page.header_size] ^= 0x40
    return bytes(data)


def statistic(number, change):
    def alter(metadata, chunk):
        metadata[12][number] = change(metadata[12][number])

    return alter


def integer(leaf):
    return leaf.type == pb.INT64 and leaf.order == "signed"


def named(name):
    return lambda leaf: leaf.name == name


def put(struct, number, kind, value):
    struct.put(number, kind, value)


def without(struct, number):
    del struct[number]


# The file, what is planted, what has to be said about it.
FAULTS = [
    ("plain", "an encoding too many",
     in_metadata(lambda m, c: m[2].append(5)), "encodings are"),
    ("plain", "an encoding missing",
     in_metadata(lambda m, c: m[2].remove(0)), "encodings are"),
    ("plain", "an encoding twice",
     in_metadata(lambda m, c: m[2].append(m[2][0])), "encodings are"),
    ("pages", "a page too many in encoding_stats",
     in_metadata(lambda m, c: add(m[13][0], 3)), "encoding_stats is"),
    ("pages", "no encoding_stats", in_metadata(lambda m, c: without(m, 13)), "encoding_stats is"),
    ("plain", "total_uncompressed_size",
     in_metadata(lambda m, c: add(m, 6)), "total_uncompressed_size is"),
    ("plain", "total_compressed_size", in_metadata(lambda m, c: add(m, 7)), ""),
    ("plain", "num_values", in_metadata(lambda m, c: add(m, 5)), "num_values is"),
    ("plain", "null_count",
     in_metadata(lambda m, c: add(m[12], 3)), "null_count is"),
    ("plain", "no null_count", in_metadata(lambda m, c: without(m[12], 3)), "null_count is there"),
    ("plain", "a smallest value that is too large",
     in_metadata(statistic(6, lambda raw: b"\xff" * 7 + b"\x7f"), integer), "min_value"),
    ("plain", "a largest value that is too small",
     in_metadata(statistic(5, lambda raw: b"\0" * 7 + b"\x80"), integer), "max_value"),
    ("plain", "an exact bound said to be inexact",
     in_metadata(statistic(8, lambda exact: False), integer), "said not to be exact"),
    ("bounds", "an inexact bound said to be exact",
     in_metadata(statistic(8, lambda exact: True), named("string_length65")), "said to be exact"),
    ("bounds", "a bound that is not UTF-8",
     in_metadata(statistic(6, lambda raw: raw[:-1] + b"\xc3"), named("string_length65")),
     "is not UTF-8"),
    ("floats", "a zero of the wrong sign",
     in_metadata(statistic(6, lambda raw: bytes(8)), named("double_zeros")), "the sign of min_value"),
    ("plain", "ColumnChunk.file_offset",
     in_metadata(lambda m, c: add(c, 2, 4)), "ColumnChunk.file_offset is 4"),
    ("plain", "data_page_offset", in_metadata(lambda m, c: add(m, 9)), "offset"),
    ("plain", "path_in_schema",
     in_metadata(lambda m, c: m[3].append(b"x")), "path_in_schema is"),
    ("plain", "an index_page_offset",
     in_metadata(lambda m, c: put(m, 10, pb.I64, 4)), "index_page_offset"),
    ("plain", "a deprecated bound of unsigned integers",
     in_metadata(lambda m, c: put(m[12], 2, pb.BINARY, m[12][6]), named("uint64")),
     "the deprecated min"),
    ("row-groups", "RowGroup.file_offset",
     in_footer(lambda f: add(f[4][1], 5)), "row group 1: file_offset"),
    ("row-groups", "rows of a row group",
     in_footer(lambda f: add(f[4][1], 3)), "the number of rows"),
    ("row-groups", "rows of the file", in_footer(lambda f: add(f, 3)), "num_rows"),
    ("row-groups", "total_byte_size", in_footer(lambda f: add(f[4][0], 2)), "total_byte_size"),
    ("row-groups", "total_compressed_size of a row group",
     in_footer(lambda f: add(f[4][0], 6)), "total_compressed_size"),
    ("row-groups", "a row group missing", in_footer(lambda f: f[4].pop()), "num_rows"),
    ("plain", "a column order missing", in_footer(lambda f: f[7].pop()), "column order"),
    ("plain", "created_by", in_footer(lambda f: f.put(6, pb.BINARY, b"me")), "created_by"),
    ("types-required-none", "a converted type missing",
     in_footer(lambda f: [e.pop(6, None) for e in f[2]]), "converted type"),
    ("types-required-none", "another converted type",
     in_footer(lambda f: [e.update({6: 12}) for e in f[2] if e.get(6) == 11]), "converted type"),
    ("types-required-none", "another scale",
     in_footer(lambda f: [e.update({7: 1}) for e in f[2] if 7 in e]), "scale"),
    ("plain", "a byte between pages and footer",
     lambda file: rebuilt(file, extra=b"\0"), "the footer's start"),
    ("plain", "a bit of a page", flipped_crc, "CRC is"),
    ("plain", "definition levels",
     in_body(flipped_levels, pb.DATA_PAGE,
             lambda leaf: leaf.max_definition == 1 and leaf.max_repetition == 0), ""),
    ("plain", "a page that begins within a list",
     in_body(repeated_first, pb.DATA_PAGE, lambda leaf: leaf.max_repetition), ""),
    ("pages", "a null page that is not",
     in_column_index(lambda i: replace(i[1], 0, not i[1][0])), "null_pages"),
    ("pages", "a null count of a page",
     in_column_index(lambda i: add(i[5], 1), named("double_optional")), "null_counts"),
    ("pages", "a NaN count of a page",
     in_column_index(lambda i: add(i[8], 0), named("double")), "nan_counts"),
    ("pages", "a bound of a page",
     in_column_index(lambda i: replace(i[2], 1, b"\xff" * 7 + b"\x7f"), integer), "min_value"),
    ("pages", "the order of bounds",
     in_column_index(lambda i: i.update({4: (i[4] + 1) % 3}), integer), "boundary_order"),
    ("pages", "a histogram of levels",
     in_column_index(lambda i: add(i[7], 0), lambda leaf: leaf.max_definition > 1), "histograms"),
    ("pages", "the row of a page",
     in_offset_index(lambda i: add(i[1][1], 3)), "page_locations"),
    ("pages", "the size of a page",
     in_offset_index(lambda i: add(i[1][0], 2)), "page_locations"),
    ("pages", "the unencoded bytes of a page",
     in_offset_index(lambda i: add(i[2], 0), named("string")), "unencoded bytes"),
    ("pages", "no column index",
     in_metadata(lambda m, c: (without(c, 6), without(c, 7))), "a column index is there"),
    ("pages", "the place of an index",
     in_metadata(lambda m, c: add(c, 4)), "index"),
    ("pages", "a histogram of a chunk",
     in_metadata(lambda m, c: add(m[16][3], 0), lambda leaf: leaf.max_definition > 1),
     "definition_level_histogram"),
    ("pages", "the unencoded bytes of a chunk",
     in_metadata(lambda m, c: add(m[16], 1), named("string")), "unencoded_byte_array_data_bytes"),
    ("bloom-filters", "a bit of a bloom filter", cleared_bit, "the bloom filter misses"),
    ("bloom-filters", "the place of a bloom filter",
     in_metadata(lambda m, c: add(m, 14), lambda leaf: leaf.type != pb.BOOLEAN),
     "the place of the bloom filter"),
    ("bloom-filters", "the length of a bloom filter",
     in_metadata(lambda m, c: add(m, 15), lambda leaf: leaf.type != pb.BOOLEAN),
     "bloom filter"),
    ("dictionary", "an index past the dictionary",
     in_body(large_index, pb.DATA_PAGE, lambda leaf: not leaf.max_definition), "dictionary ind"),
]


def main(arguments):
    folder = arguments[0]
    passed = failed = 0
    for name, what, plant, message in FAULTS:
        with open(os.path.join(folder, name + ".parquet"), "rb") as file:
            data = file.read()
        assert not Checker(rebuilt(pb.File(data))).faults, f"{name} is not a good file"
        found = Checker(plant(pb.File(data))).faults
        if any(message in fault for fault in found):
            passed += 1
        else:
            failed += 1
            print(f"{name}: {what} was not found; found instead: {found[:3]}")
    print(f"planted faults: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
