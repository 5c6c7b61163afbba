"""Whether two files hold the same table, whatever the order of their rows."""

import sys

import duckdb

KEY = "ob_end_time, station_id"


def compare(one, other, full=True):
    """Ends the run where the files differ; how many rows they have.

    In full: columns of the same names and types in the same order, and of each as many values, the same least
    and greatest, and the same sum over all rows of a hash of the value with the row's time and station.
    """
    connection = duckdb.connect()
    rows = [
        connection.execute("SELECT count(*) FROM read_parquet(?)", [path]).fetchone()[0]
        for path in (one, other)]
    if rows[0] != rows[1]:
        sys.exit(f"midas: {one} has {rows[0]} rows, {other} {rows[1]}")
    if not full:
        return rows[0]
    columns = [_columns(connection, path) for path in (one, other)]
    if columns[0] != columns[1]:
        wrong = [pair for pair in zip(*columns) if pair[0] != pair[1]]
        sys.exit(f"midas: the columns differ: {wrong[:5] or [len(list_) for list_ in columns]}")
    figures = [_figures(connection, path, columns[0]) for path in (one, other)]
    wrong = [
        f"{name}: {a} and {b}"
        for (name, _), a, b in zip(columns[0], figures[0], figures[1]) if a != b]
    if wrong:
        sys.exit("midas: the tables differ:\n  " + "\n  ".join(wrong))
    print(f"\nthe same table: {rows[0]} rows; of {len(columns[0])} columns names, types, number of values, least,"
          " greatest and checksum", flush=True)
    return rows[0]


def _columns(connection, path):
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    return [(name, kind) for name, kind, *_ in described]


def _figures(connection, path, columns):
    """Number, least, greatest and checksum of each column, in one pass."""
    wanted = ", ".join(
        f'count("{name}"), min("{name}")::VARCHAR, max("{name}")::VARCHAR,'
        f' sum(hash({KEY}, "{name}"))::VARCHAR' for name, _ in columns)
    row = connection.execute(f"SELECT {wanted} FROM read_parquet(?)", [path]).fetchone()
    return [row[4 * i:4 * i + 4] for i in range(len(columns))]
