"""pyarrow's side of the comparison."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet as pq

from serve import FILTER_COLUMNS, ROW_GROUP_ROWS, split_codec


def same_column(a, b):
    """Whether they have the same values; a NaN is the same as one of the same bits."""
    bits = {pa.float64(): pa.int64(), pa.float32(): pa.int32(), pa.float16(): pa.int16()}
    if a.type == b.type and a.type in bits:
        a, b = (column.combine_chunks().view(bits[column.type]) for column in (a, b))
    return a.equals(b)


class PyArrow:
    version = pa.__version__

    def __init__(self, threads):
        self.use_threads = threads > 1
        pa.set_cpu_count(threads)
        pa.set_io_thread_count(threads)
        self.table = None
        self.narrow = None

    @staticmethod
    def row_count(result):
        return result.num_rows

    def load(self, source):
        self.table = pq.read_table(source, use_threads=self.use_threads).combine_chunks()
        # Money in eight bytes rather than in sixteen, where every decimal fits.
        kinds = [field.type for field in self.table.schema]
        self.narrow = None
        if any(pa.types.is_decimal(kind) for kind in kinds) and all(
                kind.precision <= 18 for kind in kinds if pa.types.is_decimal(kind)):
            self.narrow = self.table.cast(pa.schema([
                field.with_type(pa.decimal64(field.type.precision, field.type.scale))
                if pa.types.is_decimal(field.type) else field for field in self.table.schema]))
        # What loading has left over would hide what the work takes.
        pa.default_memory_pool().release_unused()
        return self.table

    def variants(self):
        """What write() can be asked for, where the table has decimals or not."""
        decimals = any(pa.types.is_decimal(field.type) for field in self.table.schema)
        names = ["default"] + ["integers"] * decimals + ["decimal64"] * (self.narrow is not None)
        return ",".join(names)

    def write(self, variant, codec, target):
        table = self.narrow if variant == "decimal64" else self.table
        self._store(table, codec, target, integers=variant != "default")
        return table

    @staticmethod
    def _store(table, codec, target, integers=False):
        name, level = split_codec(codec)
        pq.write_table(
            table, target, compression=name, compression_level=level,
            row_group_size=ROW_GROUP_ROWS, write_statistics=True,
            store_decimal_as_integer=integers)

    def read(self, variant, source):
        texts = None
        if variant == "dictionary":
            schema = pq.read_schema(source)
            texts = [field.name for field in schema if pa.types.is_string(field.type)]
        return pq.read_table(source, use_threads=self.use_threads, read_dictionary=texts)

    def filter(self, variant, source, low, high):
        key = FILTER_COLUMNS[0]
        return pq.read_table(
            source, columns=FILTER_COLUMNS, use_threads=self.use_threads,
            filters=[(key, ">=", int(low)), (key, "<=", int(high))])

    def convert(self, variant, source, codec, target):
        table = self.read(variant, source)
        self._store(table, codec, target)
        return table

    def csv(self, variant, source, codec, target):
        table = pa.csv.read_csv(
            source, read_options=pa.csv.ReadOptions(use_threads=self.use_threads))
        self._store(table, codec, target)
        return table

    def ndjson(self, variant, source, codec, target):
        table = pa.json.read_json(
            source, read_options=pa.json.ReadOptions(use_threads=self.use_threads))
        self._store(table, codec, target)
        return table

    # What the comparison itself needs, outside of the clock.

    @staticmethod
    def plain(source, target):
        """Writes the file anew without dictionaries and codec, so that every engine loads plain values."""
        table = pq.read_table(source)
        fields = []
        for field in table.schema:
            kind = pa.string() if pa.types.is_string_view(field.type) else field.type
            fields.append(pa.field(field.name, kind, field.nullable))
        pq.write_table(
            table.cast(pa.schema(fields)), target, use_dictionary=False, compression="none",
            row_group_size=ROW_GROUP_ROWS, store_decimal_as_integer=True)
        return table

    @staticmethod
    def largest(source, column):
        """The largest value of an integer column, as text."""
        return str(pc.max(pq.read_table(source, columns=[column]).column(0)).as_py())

    @staticmethod
    def rows(path):
        return pq.read_metadata(path).num_rows

    def check(self, source, written):
        """Whether `written` is the table of `source`: "same", or what is different."""
        ours = pq.ParquetFile(written, page_checksum_verification=True)
        groups = [ours.metadata.row_group(i).num_rows for i in range(ours.metadata.num_row_groups)]
        if any(rows > ROW_GROUP_ROWS for rows in groups):
            return f"row groups of {groups} rows"
        a, b = ours.read(), pq.read_table(source)
        if a.equals(b):
            return "same"
        if a.num_rows != b.num_rows or a.schema.names != b.schema.names:
            return f"{a.num_rows} rows of {a.schema.names}, not {b.num_rows} of {b.schema.names}"
        names = [name for name in a.schema.names if not same_column(a[name], b[name])]
        return "different in " + ", ".join(names) if names else "same"
