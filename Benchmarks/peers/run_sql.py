#!/usr/bin/env python3
"""Runs a file of SQL in DuckDB, with values for its $NAMES, and says on standard error what it took in seconds.

    run_sql.py FILE NAME=VALUE…
"""

import string
import sys
import time

import duckdb


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        template = string.Template(file.read())
    sql = template.substitute(dict(binding.split("=", 1) for binding in sys.argv[2:]))
    connection = duckdb.connect()
    start = time.perf_counter()
    connection.execute(sql)
    print(time.perf_counter() - start, file=sys.stderr)


if __name__ == "__main__":
    main()
