"""DuckDB's side of the comparison."""

import duckdb

from serve import FILTER_COLUMNS, ROW_GROUP_ROWS, split_codec


def text(path):
    return "'" + path.replace("'", "''") + "'"


class DuckDB:
    version = duckdb.__version__

    def __init__(self, threads):
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(f"SET threads = {threads}")
        self.connection.execute("SET enable_progress_bar = false")

    @staticmethod
    def row_count(result):
        return result.num_rows

    def load(self, source):
        self.connection.execute("DROP TABLE IF EXISTS loaded")
        self.connection.execute(
            f"CREATE TABLE loaded AS SELECT * FROM read_parquet({text(source)})")
        return self.connection.execute("SELECT count(*) FROM loaded").fetchone()[0]

    def _copy(self, what, codec, target):
        name, level = split_codec(codec)
        name = {"none": "uncompressed"}.get(name, name)
        extra = f", COMPRESSION_LEVEL {level}" if level and name == "zstd" else ""
        return self.connection.execute(
            f"COPY {what} TO {text(target)} (FORMAT parquet, COMPRESSION {name}{extra},"
            f" ROW_GROUP_SIZE {ROW_GROUP_ROWS})").fetchone()[0]

    def write(self, variant, codec, target):
        return self._copy("loaded", codec, target)

    def read(self, variant, source):
        return self.connection.sql(
            f"SELECT * FROM read_parquet({text(source)})").to_arrow_table()

    def filter(self, variant, source, low, high):
        return self.connection.sql(
            f"SELECT {', '.join(FILTER_COLUMNS)} FROM read_parquet({text(source)})"
            f" WHERE {FILTER_COLUMNS[0]} BETWEEN {int(low)} AND {int(high)}").to_arrow_table()

    def convert(self, variant, source, codec, target):
        return self._copy(f"(SELECT * FROM read_parquet({text(source)}))", codec, target)

    def csv(self, variant, source, codec, target):
        return self._copy(f"(SELECT * FROM read_csv({text(source)}))", codec, target)

    def ndjson(self, variant, source, codec, target):
        return self._copy(
            f"(SELECT * FROM read_json({text(source)}, format = 'newline_delimited'))", codec, target)

    # What the comparison itself needs, outside of the clock.

    def text_files(self, source, csv, ndjson, ndjson_rows):
        """Writes the rows as CSV, and the first of them as NDJSON, unless the name is empty."""
        table = f"read_parquet({text(source)})"
        if csv:
            self.connection.execute(f"COPY (SELECT * FROM {table}) TO {text(csv)} (FORMAT csv, HEADER)")
        if ndjson:
            self.connection.execute(
                f"COPY (SELECT * FROM {table} LIMIT {int(ndjson_rows)}) TO {text(ndjson)}"
                " (FORMAT json)")
        return 0
