#!/usr/bin/env python3
"""Whether two files hold the same table, whatever the order of their rows.

    compare.py ONE OTHER

Columns must have the same names and types in the same order, and each as many values, the same least and greatest, and
the same sum over all rows of a hash of the value with the row's time and station. The status is 1 where they differ.
"""

import sys

import duckdb

KEY = "ob_end_time, station_id"


def main():
    one, other = sys.argv[1:]
    connection = duckdb.connect()
    columns = [_columns(connection, path) for path in (one, other)]
    if columns[0] != columns[1]:
        wrong = [pair for pair in zip(*columns) if pair[0] != pair[1]]
        sys.exit(f"compare: the columns differ: {wrong[:5] or [len(list_) for list_ in columns]}")
    rows, figures = zip(*[_figures(connection, path, columns[0]) for path in (one, other)])
    if rows[0] != rows[1]:
        sys.exit(f"compare: {one} has {rows[0]} rows, {other} {rows[1]}")
    wrong = [
        f"{name}: {a} and {b}"
        for (name, _), a, b in zip(columns[0], figures[0], figures[1]) if a != b]
    if wrong:
        sys.exit("compare: the tables differ:\n  " + "\n  ".join(wrong))
    print(f"the same table: {rows[0]} rows; of {len(columns[0])} columns names, types, number of values, least, greatest"
          " and checksum")


def _columns(connection, path):
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    return [(name, kind) for name, kind, *_ in described]


def _figures(connection, path, columns):
    """The rows; and number, least, greatest and checksum of each column, in one pass."""
    wanted = ", ".join(
        f'count("{name}"), min("{name}")::VARCHAR, max("{name}")::VARCHAR,'
        f' sum(hash({KEY}, "{name}"))::VARCHAR' for name, _ in columns)
    row = connection.execute(f"SELECT count(*), {wanted} FROM read_parquet(?)", [path]).fetchone()
    return row[0], [row[4 * i + 1:4 * i + 5] for i in range(len(columns))]


if __name__ == "__main__":
    main()
