"""The made-up archive, made once for each size."""

import calendar
import glob
import os
import shutil
import sys

from generated import generate


class Archive:
    def __init__(self, bench, base, station_years):
        self.station_years = station_years
        self.path = os.path.join(base, f"weather-{station_years}")
        generate(
            bench, os.path.join(self.path, "generator.txt"), self.path,
            ["--weather-archive", self.path, "--station-years", str(station_years)], self._clear)
        self.files = sorted(glob.glob(f"{self.path}/**/*_qcv-1_*.csv", recursive=True))
        self.stations = glob.glob(f"{self.path}/**/*_station-metadata.csv", recursive=True)[0]
        self.byte_count = sum(os.path.getsize(path) for path in self.files)

    def _clear(self):
        shutil.rmtree(self.path, ignore_errors=True)
        os.makedirs(self.path)

    @property
    def row_count(self):
        """A row for each hour of the years in the names of the files."""
        years = [int(path[-8:-4]) for path in self.files]
        return sum(366 if calendar.isleap(year) else 365 for year in years) * 24

    @property
    def header_line_count(self):
        """The lines before the rows of observations, which all files have as many of."""
        return lines_before_rows(self.files[0])


def lines_before_rows(path):
    """The lines up to the names of the columns."""
    with open(path, encoding="ascii") as file:
        for number, line in enumerate(file, 1):
            if line == "data\n":
                return number + 1
    sys.exit(f"midas: {path} has no line `data`")

