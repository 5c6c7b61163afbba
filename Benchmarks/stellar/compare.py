#!/usr/bin/env python3
"""Whether an archive holds the same table as a file.

    compare.py ARCHIVE FILE

ARCHIVE is a folder, whose files are taken in the order of their ledgers. Columns must have the same names and types in
the same order, and each as many values and distinct values, the same least and greatest, and the same sum over all
rows of a hash of the value with the row's number: so rows must be in the same order too. The status is 1 where they
differ.
"""

import sys

import duckdb

from files import archived


def main():
    folder, path = sys.argv[1:]
    sources = [archived(folder), [path]]
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    columns = [_columns(connection, paths) for paths in sources]
    if columns[0] != columns[1]:
        wrong = [pair for pair in zip(*columns) if pair[0] != pair[1]]
        sys.exit(f"compare: the columns differ: {wrong[:5] or [len(list_) for list_ in columns]}")
    rows, figures = zip(*[_figures(connection, paths, columns[0]) for paths in sources])
    if rows[0] != rows[1]:
        sys.exit(f"compare: {folder} has {rows[0]} rows, {path} {rows[1]}")
    wrong = [
        f"{name}: {a} and {b}"
        for (name, _), a, b in zip(columns[0], figures[0], figures[1]) if a != b]
    if wrong:
        sys.exit(
            "compare: the tables differ in (values, distinct ones, least, greatest, checksum) of\n  "
            + "\n  ".join(wrong))
    print(f"the same table: {rows[0]} rows; of {len(columns[0])} columns names, types, number of values and of distinct"
          f" ones, least, greatest and checksum; {len(sources[0])} files and one")


def _columns(connection, paths):
    described = connection.execute(
        "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)", [paths]).fetchall()
    return [(name, kind) for name, kind, *_ in described]


def _figures(connection, paths, columns):
    """The rows; and number, distinct number, least, greatest and checksum of each column."""
    wanted = ", ".join(
        f'count("{name}"), count(DISTINCT "{name}"), min("{name}")::VARCHAR, max("{name}")::VARCHAR,'
        f' sum(hash(place, "{name}"))::VARCHAR' for name, _ in columns)
    row = connection.execute(
        f"SELECT count(*), {wanted} FROM (SELECT row_number() OVER () AS place, *"
        " FROM read_parquet(?, hive_partitioning = false))", [paths]).fetchone()
    return row[0], [row[5 * i + 1:5 * i + 6] for i in range(len(columns))]


if __name__ == "__main__":
    main()
