"""Polars' side of the comparison. Its threads are set by the environment, before it is imported."""

import polars as pl

from serve import FILTER_COLUMNS, ROW_GROUP_ROWS, split_codec


class Polars:
    version = pl.__version__

    def __init__(self, threads):
        if pl.thread_pool_size() != threads:
            raise RuntimeError(f"Polars has {pl.thread_pool_size()} threads, not {threads}")
        self.frame = None

    @staticmethod
    def row_count(result):
        return result.height

    @staticmethod
    def _options(codec):
        name, level = split_codec(codec)
        name = {"none": "uncompressed", "lz4_raw": "lz4"}.get(name, name)
        return dict(
            compression=name, compression_level=level, statistics=True,
            row_group_size=ROW_GROUP_ROWS)

    def load(self, source):
        self.frame = pl.read_parquet(source).rechunk()
        return self.frame

    def write(self, variant, codec, target):
        self.frame.write_parquet(target, **self._options(codec))
        return self.frame

    def read(self, variant, source):
        return pl.read_parquet(source)

    def filter(self, variant, source, low, high):
        key = FILTER_COLUMNS[0]
        rows = pl.scan_parquet(source).filter(pl.col(key).is_between(int(low), int(high)))
        return rows.select(FILTER_COLUMNS).collect()

    def _convert(self, read, scan, variant, source, codec, target):
        """Streaming: scan and sink; else read and write."""
        if variant == "streaming":
            scan(source).sink_parquet(target, **self._options(codec))
            return 0
        frame = read(source)
        frame.write_parquet(target, **self._options(codec))
        return frame

    def convert(self, *words):
        return self._convert(pl.read_parquet, pl.scan_parquet, *words)

    def csv(self, *words):
        return self._convert(
            lambda path: pl.read_csv(path, try_parse_dates=True),
            lambda path: pl.scan_csv(path, try_parse_dates=True), *words)

    def ndjson(self, *words):
        return self._convert(pl.read_ndjson, pl.scan_ndjson, *words)
