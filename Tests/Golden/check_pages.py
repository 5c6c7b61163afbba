#!/usr/bin/env python3
"""Holds the metadata of Parquet files to their pages, with a reader of its own.

usage: check_pages.py FILE-OR-FOLDER…

One line for each fault; the last line counts; exit status 1 if a file has a fault.
"""

import os
import re
import sys
import zlib

import bloom
import parquet_bytes as pb
from value_encodings import Malformed

# The ConvertedType that has to stand beside a LogicalType; None: there must be none.
TIME_CONVERTED = {"MILLIS": 7, "MICROS": 8, "NANOS": None}
TIMESTAMP_CONVERTED = {"MILLIS": 9, "MICROS": 10, "NANOS": None}
SIMPLE_CONVERTED = {
    "STRING": 0, "MAP": 1, "LIST": 3, "ENUM": 4, "DECIMAL": 5, "DATE": 6, "JSON": 19, "BSON": 20,
    "INTERVAL": 21, "UNKNOWN": None, "UUID": None, "FLOAT16": None,
}
UNSIGNED_CONVERTED = {8: 11, 16: 12, 32: 13, 64: 14}
SIGNED_CONVERTED = {8: 15, 16: 16, 32: 17, 64: 18}
CREATED_BY = re.compile(rb"^\S.* version [0-9]+\.[0-9]+\.[0-9]+\S* \(build \S+\)$")


def converted(meaning):
    kind = meaning["kind"]
    if kind == "TIME":
        return TIME_CONVERTED[meaning["unit"]]
    if kind == "TIMESTAMP":
        return TIMESTAMP_CONVERTED[meaning["unit"]]
    if kind == "INTEGER":
        return (SIGNED_CONVERTED if meaning["signed"] else UNSIGNED_CONVERTED)[meaning["bits"]]
    return SIMPLE_CONVERTED[kind]


class Checker:
    """The faults of one file."""

    def __init__(self, data):
        self.faults = []
        self.page_count = 0
        self.value_count = 0
        self.index_count = 0
        # The values of the chunk checked last of each leaf, each once.
        self.distinct = {}
        self.place = ""
        try:
            self.file = pb.File(data)
            self.check_schema()
            self.check_layout()
        except (Malformed, KeyError, IndexError, UnicodeDecodeError, ValueError) as error:
            self.fault(f"{type(error).__name__}: {error}")

    def fault(self, message):
        self.faults.append(f"{self.place}: {message}" if self.place else message)

    def equal(self, what, stated, true):
        if stated != true:
            self.fault(f"{what} is {stated!r}, should be {true!r}")

    # ── Schema and file ──

    def check_schema(self):
        metadata = self.file.metadata
        self.equal("version", metadata[1], 1)
        if not CREATED_BY.match(metadata.get(6, b"")):
            self.fault(f"created_by cannot be parsed: {metadata.get(6)!r}")
        root = self.file.elements[0]
        if 1 in root or root.get(3, pb.REQUIRED) != pb.REQUIRED:
            self.fault("the root of the schema has a type or a repetition")
        for element in self.file.elements[1:]:
            self.place = f"schema element {element[4].decode()}"
            if (1 in element) == (5 in element):
                self.fault("is neither a leaf nor a group, or both")
            if 10 in element:
                meaning = pb.logical(element)
                self.equal("converted type", element.get(6), converted(meaning))
            elif 6 in element:
                self.equal("converted type without a logical type", element[6], 21)
            meaning = pb.logical(element)
            decimal = bool(meaning) and meaning["kind"] == "DECIMAL"
            self.equal("scale", element.get(7), meaning["scale"] if decimal else None)
            self.equal("precision", element.get(8), meaning["precision"] if decimal else None)
            if (2 in element) != (element.get(1) == pb.FIXED):
                self.fault("has a type length where none belongs, or has none")
        self.place = ""
        orders = metadata.get(7)
        if orders is None or len(orders) != len(self.file.leaves):
            self.fault("there is not one column order for each leaf")
        else:
            # TYPE_ORDER, or of floats IEEE_754_TOTAL_ORDER.
            for leaf, order in zip(self.file.leaves, orders):
                if set(order) != {1} and not leaf.is_total:
                    self.fault(f"the column order of {leaf.name} is {sorted(order)}")

    def check_layout(self):
        position = 4
        rows = 0
        for number, group in enumerate(self.file.metadata[4]):
            self.place = f"row group {number}"
            self.equal("the number of columns", len(group[1]), len(self.file.leaves))
            if group[3] <= 0:
                self.fault("has no rows")
            self.equal("file_offset", group.get(5), position)
            if 7 in group:
                self.equal("ordinal", group[7], number)
            compressed = uncompressed = 0
            for leaf, chunk in zip(self.file.leaves, group[1]):
                self.place = f"row group {number}, column {leaf.name}"
                metadata = chunk[3]
                start = metadata.get(11, metadata[9])
                self.equal("the first page's offset", start, position)
                try:
                    self.check_chunk(leaf, chunk, group[3], start)
                except Malformed as error:
                    self.fault(str(error))
                position = start + metadata[7]
                compressed += metadata[7]
                uncompressed += metadata[6]
            # After the group's pages: the bloom filters of its chunks, in their order.
            for leaf, chunk in zip(self.file.leaves, group[1]):
                self.place = f"row group {number}, column {leaf.name}"
                if 14 in chunk[3]:
                    self.equal("the place of the bloom filter", chunk[3][14], position)
                    self.check_bloom_filter(leaf, chunk[3], self.distinct[leaf.name])
                    position = chunk[3][14] + chunk[3].get(15, 0)
            self.place = f"row group {number}"
            self.equal("total_byte_size", group[2], uncompressed)
            self.equal("total_compressed_size", group.get(6), compressed)
            rows += group[3]
        self.place = ""
        self.equal("num_rows", self.file.metadata[3], rows)
        # After the last column chunk: all column indexes, all offset indexes, the footer.
        all_chunks = [chunk for group in self.file.metadata[4] for chunk in group[1]]
        for what, offset, length in (("column index", 6, 7), ("offset index", 4, 5)):
            for chunk in all_chunks:
                if offset in chunk:
                    self.equal(f"the place of the {what}", chunk[offset], position)
                    position = chunk[offset] + chunk[length]
                    self.index_count += 1
        self.equal("the footer's start", self.file.footer_start, position)

    def check_bloom_filter(self, leaf, metadata, values):
        offset, length = metadata[14], metadata.get(15)
        if length is None:
            self.fault("the bloom filter's length is missing")
            return
        reader = pb.ThriftReader(self.file.data[offset:offset + length])
        header = reader.structure()
        bitset = self.file.data[offset + reader.position:offset + length]
        self.equal("the bloom filter's numBytes", header.get(1), len(bitset))
        if any(set(header.get(choice, {})) != {1} for choice in (2, 3, 4)):
            self.fault("the bloom filter's algorithm, hash or compression is not the first")
        if len(bitset) < 32 or len(bitset) & (len(bitset) - 1):
            self.fault(f"the bloom filter has {len(bitset)} bytes, no power of two")
            return
        self.index_count += 1
        missed = sum(not bloom.may_contain(bitset, value) for value in values)
        if missed:
            self.fault(f"the bloom filter misses {missed} of {len(values)} values")

    # ── Column chunks ──

    def check_chunk(self, leaf, chunk, row_count, start):
        metadata = chunk[3]
        if 1 in chunk:
            self.fault("has a file_path")
        self.equal("ColumnChunk.file_offset", chunk[2], 0)
        self.equal("type", metadata[1], leaf.type)
        self.equal("path_in_schema", [part.decode() for part in metadata[3]], leaf.path)
        if 10 in metadata:
            self.fault("has an index_page_offset")
        self.equal("null_count is there", 3 in metadata.get(12, {3: 0}), True)
        pages = pb.pages(self.file.data, start, metadata[7])
        self.page_count += len(pages)
        self.equal(
            "total_uncompressed_size", metadata[6],
            sum(page.header_size + page.header[2] for page in pages))
        for number, page in enumerate(pages):
            stated = page.header.get(4)
            true = zlib.crc32(page.body)
            if stated is None or stated & 0xFFFF_FFFF != true:
                self.fault(f"page {number}: CRC is {stated}, should be {true}")
        dictionary = self.dictionary(leaf, metadata, pages)
        data_pages = pages[1:] if dictionary is not None else pages
        if not data_pages:
            raise Malformed("there is no data page")
        self.equal("data_page_offset", metadata[9], data_pages[0].offset)
        contents = self.check_data(leaf, metadata, row_count, pages, data_pages, dictionary)
        self.check_indexes(leaf, chunk, data_pages, contents)

    def dictionary(self, leaf, metadata, pages):
        """The values of the dictionary page; None where there is none."""
        if not pages or pages[0].type != pb.DICTIONARY_PAGE:
            self.equal("dictionary_page_offset", metadata.get(11), None)
            return None
        page = pages[0]
        self.equal("dictionary_page_offset", metadata.get(11), page.offset)
        header = page.header[7]
        self.equal("the dictionary page's encoding", header[2], pb.PLAIN)
        body = pb.decompress(metadata[4], page.body, page.header[2])
        values = pb.plain_values(leaf, body, header[1])
        if len(set(values)) != len(values):
            self.fault("the dictionary holds a value twice")
        if header.get(3) and values != sorted(values, key=leaf.key):
            self.fault("the dictionary is said to be sorted and is not")
        return values

    def check_data(self, leaf, metadata, row_count, pages, data_pages, dictionary):
        used = {}
        encodings = set()
        if dictionary is not None:
            encodings.add(pb.PLAIN)
            used[pb.DICTIONARY_PAGE, pb.PLAIN] = 1
        slots = rows = nulls = 0
        values = []
        contents = []
        repetition_counts = [0] * (leaf.max_repetition + 1)
        definition_counts = [0] * (leaf.max_definition + 1)
        for number, page in enumerate(data_pages):
            if page.type not in (pb.DATA_PAGE, pb.DATA_PAGE_V2):
                raise Malformed(f"page {number} has type {page.type}")
            try:
                content = pb.PageContent(leaf, page, metadata[4], dictionary)
            except Malformed as error:
                raise Malformed(f"data page {number}: {error}") from None
            contents.append(content)
            encodings.add(content.encoding)
            key = (page.type, content.encoding)
            used[key] = used.get(key, 0) + 1
            if content.count == 0:
                self.fault(f"data page {number} is empty")
            slots += content.count
            nulls += content.count - content.present
            rows += self.check_levels(leaf, content, number, repetition_counts, definition_counts)
            values += content.values
            self.check_page_statistics(leaf, page, content, number)
        if leaf.max_definition or leaf.max_repetition:
            encodings.add(pb.RLE)
        self.value_count += slots
        self.equal("num_values", metadata[5], slots)
        self.equal("the number of rows", rows, row_count)
        # A required flat column's page headers also name RLE for the levels it does not have.
        stated = metadata[2]
        if len(set(stated)) != len(stated) or set(stated) | {pb.RLE} != encodings | {pb.RLE} \
                or not encodings <= set(stated):
            self.fault(f"encodings are {sorted(stated)}, should be {sorted(encodings)}")
        listed = {(entry[1], entry[2]): entry[3] for entry in metadata.get(13, [])}
        if len(listed) != len(metadata.get(13, [])):
            self.fault("encoding_stats name one kind of page twice")
        self.equal("encoding_stats", listed, used)
        self.distinct[leaf.name] = set(values)
        self.check_values(leaf, values)
        self.check_sizes(leaf, metadata, values, repetition_counts, definition_counts)
        if 12 in metadata:
            self.check_statistics(leaf, metadata[12], values, nulls)
        return contents

    def check_levels(self, leaf, content, number, repetition_counts, definition_counts):
        """Returns how many rows begin in the page."""
        repetition = content.repetition or [0] * content.count
        definition = content.definition or [0] * content.count
        if max(definition, default=0) > leaf.max_definition:
            self.fault(f"data page {number}: a definition level is larger than {leaf.max_definition}")
            return 0
        if max(repetition, default=0) > leaf.max_repetition:
            self.fault(f"data page {number}: a repetition level is larger than {leaf.max_repetition}")
            return 0
        if repetition and repetition[0] != 0:
            self.fault(f"data page {number} does not begin with a row")
        for slot, (r, d) in enumerate(zip(repetition, definition)):
            repetition_counts[r] += 1
            definition_counts[d] += 1
            if r and d < leaf.element_definitions[r - 1]:
                self.fault(
                    f"data page {number}: slot {slot} continues a list that is not there ({r}, {d})")
        return repetition.count(0)

    def check_values(self, leaf, values):
        meaning = leaf.logical or {}
        kind = meaning.get("kind")
        if leaf.is_text:
            for value in values:
                try:
                    value.decode("utf-8")
                except UnicodeDecodeError:
                    self.fault(f"the text {value!r} is not UTF-8")
        elif kind == "INTEGER" and meaning["bits"] < 32:
            low = -(1 << meaning["bits"] - 1) if meaning["signed"] else 0
            high = low + (1 << meaning["bits"]) - 1
            for value in values:
                number = int.from_bytes(value, "little", signed=True)
                if not low <= number <= high:
                    self.fault(f"{number} is no integer of {meaning['bits']} bits")
        elif kind == "UNKNOWN" and values:
            self.fault("a column of UNKNOWN has values")

    def check_sizes(self, leaf, metadata, values, repetition_counts, definition_counts):
        sizes = metadata.get(16)
        if sizes is None:
            return
        total = sum(map(len, values)) if leaf.type == pb.BYTE_ARRAY else None
        self.equal("unencoded_byte_array_data_bytes", sizes.get(1), total)
        if sizes.get(2):
            self.equal("repetition_level_histogram", list(sizes[2]), repetition_counts)
        if sizes.get(3):
            self.equal("definition_level_histogram", list(sizes[3]), definition_counts)

    # ── Page indexes ──

    def index(self, chunk, offset, length):
        """The structure that stands at an index's place; None where the chunk has none."""
        if (offset in chunk) != (length in chunk):
            raise Malformed("an index has an offset without a length, or the other way round")
        if offset not in chunk:
            return None
        end = chunk[offset] + chunk[length]
        reader = pb.ThriftReader(self.file.data[:end], chunk[offset])
        result = reader.structure()
        self.equal("the end of an index", reader.position, end)
        return result

    def check_indexes(self, leaf, chunk, data_pages, contents):
        offsets = self.index(chunk, 4, 5)
        column = self.index(chunk, 6, 7)
        if column is not None and offsets is None:
            self.fault("there is a column index without an offset index")
        if offsets is None:
            return
        rows = [0]
        for content in contents:
            rows.append(rows[-1] + (content.repetition or [0] * content.count).count(0))
        self.equal(
            "page_locations", [(place[1], place[2], place[3]) for place in offsets[1]],
            [(page.offset, page.size, row) for page, row in zip(data_pages, rows)])
        sizes = [sum(map(len, content.values)) for content in contents]
        self.equal(
            "the pages' unencoded bytes", list(offsets[2]) if 2 in offsets else None,
            sizes if leaf.type == pb.BYTE_ARRAY else None)
        keys = [leaf.keys(content.values) for content in contents]
        bounded = all(keyed or not content.present for keyed, content in zip(keys, contents))
        self.equal("a column index is there", column is not None, bounded)
        if column is not None:
            self.check_column_index(leaf, column, contents, keys)

    def check_column_index(self, leaf, column, contents, keys):
        empty = [not content.present for content in contents]
        self.equal("null_pages", list(column[1]), empty)
        self.equal(
            "null_counts", list(column.get(5, [])), [c.count - c.present for c in contents])
        if leaf.order in ("float", "half"):
            self.equal(
                "nan_counts", list(column.get(8, [])),
                [sum(map(leaf.is_nan, content.values)) for content in contents])
        elif 8 in column:
            self.fault("there are nan_counts of a type without NaN")
        for what, number, largest, levels in (
            ("repetition", 6, leaf.max_repetition, [c.repetition for c in contents]),
            ("definition", 7, leaf.max_definition, [c.definition for c in contents]),
        ):
            if column.get(number):
                true = [(page or []).count(level) for page in levels for level in range(largest + 1)]
                self.equal(f"the pages' {what} level histograms", list(column[number]), true)
        if not len(column[2]) == len(column[3]) == len(contents):
            self.fault("the column index has not one bound for each page")
            return
        bounds = []
        for page, (low, high, keyed) in enumerate(zip(column[2], column[3], keys)):
            if not keyed:
                self.equal(f"the bounds of the empty page {page}", (low, high), (b"", b""))
                continue
            before = self.place
            self.place += f", index of data page {page}"
            self.check_page_bound(leaf, "min_value", low, min(keyed), -1)
            self.check_page_bound(leaf, "max_value", high, max(keyed), 1)
            self.place = before
            bounds.append((leaf.key(low), leaf.key(high)))
        pairs = list(zip(bounds, bounds[1:]))
        rises = all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairs)
        falls = all(a[0] >= b[0] and a[1] >= b[1] for a, b in pairs)
        legal = {order for order, is_so in ((1, rises), (2, falls)) if is_so} or {0}
        if column[4] not in legal:
            self.fault(f"boundary_order is {column[4]}, should be {sorted(legal)}")

    def check_page_bound(self, leaf, what, bound, true, side):
        """A page's bound, which has no flag of its own: a shortened one is not the value."""
        exact = leaf.order != "bytes" or leaf.key(bound) == true
        self.check_bound(leaf, what, bound, exact, true, side)

    # ── Statistics ──

    def check_page_statistics(self, leaf, page, content, number):
        statistics = page.header[5].get(5) if 5 in page.header else page.header[8].get(8)
        if statistics is not None:
            before = self.place
            self.place += f", data page {number}"
            self.check_statistics(leaf, statistics, content.values, content.count - content.present)
            self.place = before

    def check_statistics(self, leaf, statistics, values, nulls):
        self.equal("null_count", statistics.get(3), nulls)
        if 4 in statistics:
            self.equal("distinct_count", statistics[4], len(set(values)))
        if leaf.order is None:
            if statistics.keys() & {1, 2, 5, 6}:
                self.fault("there are bounds of a type without an order")
            return
        keyed = leaf.keys(values)
        if leaf.order in ("float", "half"):
            self.equal("nan_count", statistics.get(9), sum(map(leaf.is_nan, values)))
        elif 9 in statistics:
            self.fault("there is a nan_count of a type without NaN")
        if not keyed:
            if statistics.keys() & {1, 2, 5, 6}:
                self.fault("there are bounds without a value to compare")
            return
        smallest, largest = min(keyed), max(keyed)
        self.check_bound(leaf, "min_value", statistics.get(6), statistics.get(8), smallest, -1)
        self.check_bound(leaf, "max_value", statistics.get(5), statistics.get(7), largest, 1)
        for old, new, what in ((2, 6, "min"), (1, 5, "max")):
            if old in statistics:
                if leaf.order not in ("signed", "float", "decimal") or leaf.is_total:
                    self.fault(f"the deprecated {what} stands where it means another order")
                self.equal(f"the deprecated {what}", statistics[old], statistics.get(new))

    def check_bound(self, leaf, what, bound, exact, true, side):
        if bound is None:
            # Only an upper bound that cannot be shortened may be missing.
            if side < 0 or leaf.order != "bytes":
                self.fault(f"{what} is missing")
            return
        if leaf.width is not None and leaf.order != "bytes" and len(bound) != leaf.width:
            self.fault(f"{what} has {len(bound)} bytes")
            return
        key = leaf.key(bound)
        if key is None:
            self.fault(f"{what} is not a number")
            return
        if exact is None:
            self.fault(f"{what} is not said to be exact or not")
        if leaf.is_text:
            try:
                bound.decode("utf-8")
            except UnicodeDecodeError:
                self.fault(f"{what} {bound!r} is not UTF-8")
        if exact and key != true:
            self.fault(f"{what} is {key!r}, said to be exact, should be {true!r}")
        if exact is False and key == true:
            self.fault(f"{what} is the value itself, said not to be exact")
        if (key > true) if side < 0 else (key < true):
            self.fault(f"{what} {key!r} does not bound {true!r}")
        if key == 0 and leaf.order in ("float", "half") and not leaf.is_total:
            # A zero bound takes the sign that covers both zeros.
            self.equal(f"the sign of {what}", bound[-1] >> 7, 1 if side < 0 else 0)


def files(paths):
    for path in paths:
        if os.path.isdir(path):
            for name in sorted(os.listdir(path)):
                if name.endswith(".parquet"):
                    yield os.path.join(path, name)
        else:
            yield path


def check(path):
    with open(path, "rb") as file:
        return Checker(file.read())


def main(arguments):
    if not arguments:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    passed = failed = page_count = index_count = value_count = 0
    for path in files(arguments):
        result = check(path)
        page_count += result.page_count
        index_count += result.index_count
        value_count += result.value_count
        if result.faults:
            failed += 1
            for fault in result.faults[:20]:
                print(f"{path}: {fault}")
            if len(result.faults) > 20:
                print(f"{path}: and {len(result.faults) - 20} faults more")
        else:
            passed += 1
    if passed + failed == 0:
        print("no file to check", file=sys.stderr)
        return 2
    print(
        f"pages: {passed} passed, {failed} failed "
        f"({page_count} pages, {index_count} indexes, {value_count} values)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
