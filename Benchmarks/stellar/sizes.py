#!/usr/bin/env python3
"""The size of an archive with zstd at level 3 beside pyarrow's file of the same rows in the same order.

    sizes.py ARCHIVE FOLDER

ARCHIVE is a folder that `parquet stellar archive` wrote, FOLDER where pyarrow's files go. The status is 1 where the
archive has more than 0.9 of the bytes of pyarrow's files of the same rows, one for each of the archive's; those of one
file of pyarrow's with all rows are shown beside it, as are the columns.
"""

import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq

from files import archived

SHARE = 0.9


def main():
    archive, folder = sys.argv[1:]
    paths = archived(archive)
    theirs = os.path.join(folder, "pyarrow.parquet")

    def written(table):
        pq.write_table(table, theirs, compression="zstd", compression_level=3)
        return os.path.getsize(theirs)

    tables = [pq.ParquetFile(path).read() for path in paths]
    ours = sum(os.path.getsize(path) for path in paths)
    file_by_file = sum(written(table) for table in tables)
    whole = written(pa.concat_tables(tables))
    ratio = ours / file_by_file
    print(f"\nbytes with zstd at level 3, {sum(table.num_rows for table in tables)} rows\n"
          f"  {'the archive':34}{ours:12}  {len(paths)} files\n"
          f"  {'pyarrow, a file for each':34}{file_by_file:12}{ratio:8.3f}{'  MISSED' if ratio > SHARE else ''}\n"
          f"  {'pyarrow, one file':34}{whole:12}{ours / whole:8.3f}")
    print(f"\n  {'column':24}{'the archive':>12}{'pyarrow':>12}")
    for (name, count), other in zip(_columns(paths), _columns([theirs])):
        print(f"  {name:24}{count:12}{other[1]:12}")
    os.remove(theirs)
    if ratio > SHARE:
        sys.exit(f"sizes: {ratio:.3f} times pyarrow's bytes, not {SHARE}")


def _columns(paths):
    """The names of the columns, and the bytes that each has in all files."""
    counts = {}
    for path in paths:
        metadata = pq.ParquetFile(path).metadata
        for group in range(metadata.num_row_groups):
            for number in range(metadata.num_columns):
                column = metadata.row_group(group).column(number)
                counts[column.path_in_schema] = (
                    counts.get(column.path_in_schema, 0) + column.total_compressed_size)
    return counts.items()


if __name__ == "__main__":
    main()
