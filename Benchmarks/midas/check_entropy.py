#!/usr/bin/env python3
"""Holds the made-up archive against the real files that its columns are modelled on.

    check_entropy.py ARCHIVE REAL

ARCHIVE is what `bench --weather-archive` made; its file columns.txt says which real column each column is
modelled on. REAL is a folder with real files of MIDAS Open. Two figures of each pair are compared, both per
value and of the texts as they stand, NA included: Shannon's entropy of how often each text occurs, and the bits
that zlib takes for the column, a line a value. A short column has less entropy than a long one of the same
kind, so each figure of the archive is the mean of several pieces of files with as many rows as the real column.

The status is 1 where a figure lies more than 10 % from the real one. Of columns that are nearly constant, where
10 % is next to nothing, 0.05 bit are allowed. The whole is the sum over all columns, without that allowance.
"""

import argparse
import collections
import glob
import math
import os
import sys
import zlib

FILES = 12
PIECES = 160
RELATIVE = 0.1
ABSOLUTE = 0.05


def read(path):
    """The columns of a file by their names."""
    with open(path, encoding="latin-1", newline=None) as file:
        for line in file:
            if line == "data\n":
                break
        names = next(file).rstrip("\n").split(",")
        rows = []
        for line in file:
            if line == "end data\n":
                break
            rows.append(line.rstrip("\n").split(","))
    return dict(zip(names, zip(*rows)))


def entropy(values):
    """Bits a value."""
    count = len(values)
    return -sum(
        n / count * math.log2(n / count) for n in collections.Counter(values).values()) + 0.0


def compressed(values):
    """Bits a value, by zlib."""
    return 8 * len(zlib.compress("\n".join(values).encode("latin-1"), 6)) / len(values)


class Real:
    """The real files, each read once."""

    def __init__(self, folder):
        self.folder = folder
        self._files = {}
        self._figures = {}

    def column(self, data_set, year, name):
        if (data_set, year) not in self._files:
            pattern = f"{self.folder}/**/midas-open_{data_set}_*_qcv-1_{year}.csv"
            paths = sorted(glob.glob(pattern, recursive=True))
            if not paths:
                sys.exit(f"check_entropy: there is no {pattern}")
            self._files[data_set, year] = read(paths[0])
        return self._files[data_set, year][name]

    def figures(self, *model):
        """Rows, entropy and compressed bits of a column."""
        if model not in self._figures:
            values = self.column(*model)
            self._figures[model] = len(values), entropy(values), compressed(values)
        return self._figures[model]


def spread(paths):
    """Some of the files, as far apart as they can be."""
    count = min(FILES, len(paths))
    return [paths[i * len(paths) // count] for i in range(count)]


def cut(columns, row_count):
    """Pieces of `row_count` rows, of each column as many."""
    each = -(-PIECES // len(columns))
    return [
        column[start:start + row_count] for column in columns
        for start in range(0, len(column) - row_count + 1, row_count)[:each]]


def differs(made, real):
    return abs(made - real) > max(RELATIVE * real, ABSOLUTE)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("real")
    arguments = parser.parse_args()
    real = Real(arguments.real)
    models = []
    tables = sorted(glob.glob(f"{arguments.archive}/**/columns.txt", recursive=True))
    if len(tables) != 1:
        sys.exit(f"check_entropy: {arguments.archive} has {len(tables)} files columns.txt")
    with open(tables[0], encoding="ascii") as file:
        for line in file:
            name, data_set, year, column = line.split()
            models.append((name, (data_set, year, column)))
    pattern = f"{os.path.dirname(tables[0])}/**/*_qcv-1_*.csv"
    files = [read(path) for path in spread(sorted(glob.glob(pattern, recursive=True)))]
    if not files:
        sys.exit(f"check_entropy: {arguments.archive} has no observations")
    missing = set(files[0]) ^ {name for name, _ in models}
    if missing:
        sys.exit(f"check_entropy: not in both the files and columns.txt: {sorted(missing)}")

    print(f"{'column':20}{'modelled on':44}{'rows':>6}"
          f"{'entropy':>9}{'real':>8}{'':>8}{'zlib':>9}{'real':>8}  (bits a value)")
    wrong = []
    totals = [0.0] * 4
    for name, model in models:
        count, real_entropy, real_size = real.figures(*model)
        parts = cut([file[name] for file in files], count)
        made_entropy = sum(map(entropy, parts)) / len(parts)
        made_size = sum(map(compressed, parts)) / len(parts)
        pairs = [(made_entropy, real_entropy), (made_size, real_size)]
        ratios = [f"{made / real:8.3f}" if real else f"{'':8}" for made, real in pairs]
        is_wrong = any(differs(*pair) for pair in pairs)
        print(f"{name:20}{model[0] + ' ' + model[1] + ' ' + model[2]:44.44}{count:6}"
              f"{made_entropy:9.3f}{real_entropy:8.3f}{ratios[0]}"
              f"{made_size:9.3f}{real_size:8.3f}{ratios[1]}{'  DIFFERS' if is_wrong else ''}")
        if is_wrong:
            wrong.append(name)
        for i, figure in enumerate((made_entropy, real_entropy, made_size, real_size)):
            totals[i] += figure
    print(f"{'all columns':70}{totals[0]:9.3f}{totals[1]:8.3f}{totals[0] / totals[1]:8.3f}"
          f"{totals[2]:9.3f}{totals[3]:8.3f}{totals[2] / totals[3]:8.3f}")
    for made, real_total in (totals[:2], totals[2:]):
        if abs(made / real_total - 1) > RELATIVE:
            wrong.append("all columns together")
    if wrong:
        sys.exit(f"check_entropy: more than {RELATIVE:.0%} from the real file: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
