"""The made-up archive, made once for each size."""

import calendar
import glob
import os
import shutil
import subprocess
import sys


class Archive:
    def __init__(self, bench, base, station_years):
        self.station_years = station_years
        self.path = os.path.join(base, f"weather-{station_years}")
        # What an older generator made is not what this one would make.
        stamp = os.path.join(self.path, "generator.txt")
        generator = f"{os.path.getsize(bench)} {os.path.getmtime(bench)}\n"
        if not os.path.exists(stamp) or _text(stamp) != generator:
            print(f"making {self.path}", flush=True)
            shutil.rmtree(self.path, ignore_errors=True)
            os.makedirs(self.path)
            made = subprocess.run(
                [bench, "--weather-archive", self.path, "--station-years", str(station_years)])
            if made.returncode:
                sys.exit("midas: the archive could not be made")
            with open(stamp, "w", encoding="ascii") as file:
                file.write(generator)
        self.files = sorted(glob.glob(f"{self.path}/**/*_qcv-1_*.csv", recursive=True))
        self.stations = glob.glob(f"{self.path}/**/*_station-metadata.csv", recursive=True)[0]
        self.byte_count = sum(os.path.getsize(path) for path in self.files)

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


def _text(path):
    with open(path, encoding="ascii") as file:
        return file.read()
