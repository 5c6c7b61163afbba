"""Whether two sets of files hold the same table, as DuckDB reads them."""

import sys

import duckdb


def require_same_table(one, other, key, counts_distinct=False):
    """Ends the process with status 1 where the files `one` and `other` hold different tables; else says what was held
    against each other.

    Columns must have the same names and types in the same order, and each as many values, the same least and greatest,
    and the same sum over all rows of a hash of the value with the row's `key`: columns, or `place`, the row's number.
    With `counts_distinct` there must be as many different values, too.
    """
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    columns = [_columns(connection, paths) for paths in (one, other)]
    if columns[0] != columns[1]:
        wrong = [pair for pair in zip(*columns) if pair[0] != pair[1]]
        sys.exit(f"compare: the columns differ: {wrong[:5] or [len(names) for names in columns]}")
    # What is asked of each column.
    asked = {
        "values": "count({0})", "least": "min({0})::VARCHAR", "greatest": "max({0})::VARCHAR",
        "checksum": f"sum(hash({key}, {{0}}))::VARCHAR"}
    if counts_distinct:
        asked["distinct values"] = "count(DISTINCT {0})"
    rows, figures = zip(*[_figures(connection, paths, columns[0], asked.values()) for paths in (one, other)])
    if rows[0] != rows[1]:
        sys.exit(f"compare: {one[0]}… has {rows[0]} rows, {other[0]}… {rows[1]}")
    wrong = [
        f"{name}: {a} and {b}" for (name, _), a, b in zip(columns[0], figures[0], figures[1]) if a != b]
    if wrong:
        sys.exit(f"compare: the tables differ in ({', '.join(asked)}) of\n  " + "\n  ".join(wrong))
    print(f"the same table: {rows[0]} rows; of {len(columns[0])} columns names, types, {', '.join(asked)};"
          f" {len(one)} and {len(other)} files")


def _columns(connection, paths):
    described = connection.execute(
        "DESCRIBE SELECT * FROM read_parquet(?, hive_partitioning = false)", [paths]).fetchall()
    return [(name, kind) for name, kind, *_ in described]


def _figures(connection, paths, columns, asked):
    """The number of rows, and what is asked of each column."""
    wanted = ", ".join(one.format(f'"{name}"') for name, _ in columns for one in asked)
    row = connection.execute(
        f"SELECT count(*), {wanted} FROM (SELECT row_number() OVER () AS place, *"
        " FROM read_parquet(?, hive_partitioning = false))", [paths]).fetchone()
    return row[0], [row[1 + len(asked) * i:1 + len(asked) * (i + 1)] for i in range(len(columns))]
