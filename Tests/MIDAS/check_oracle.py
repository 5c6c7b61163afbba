#!/usr/bin/env python3
"""Holds what `parquet midas convert` writes against numbers that come from elsewhere.

usage: check_oracle.py PARQUET_COMMAND

Makes the sample archive anew and holds it against the one of Fixtures/midas; converts that and holds every
column against its expected.json; and, where
the environment variable PARQUET_SHARED names the folder of shared data, converts the real files there and
holds them against what is known about them. Reads with pyarrow; looks at pandas' types, too.
"""

import decimal
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FIXTURE = Path(__file__).resolve().parents[2] / "Fixtures" / "midas"

BASE = [
    ("ob_end_time", pa.timestamp("ns"), False), ("ob_hour_count", pa.int32(), False),
    ("observation_id", pa.string(), False), ("station_id", pa.int32(), False),
    ("id_type", pa.string(), False), ("met_domain_name", pa.string(), False),
    ("rec_st_ind", pa.int32(), False), ("version_num", pa.int32(), False),
    ("station_src_id", pa.int32(), False), ("station_name", pa.string(), False),
    ("station_latitude", pa.float64(), False), ("station_longitude", pa.float64(), False),
    ("station_height_meters", pa.float32(), False), ("station_county", pa.string(), False),
    ("station_authority", pa.string(), False), ("east_grid_ref", pa.int32(), True),
    ("north_grid_ref", pa.int32(), True), ("grid_ref_type", pa.string(), True),
    ("station_start_date", pa.timestamp("ns"), False), ("station_end_date", pa.timestamp("ns"), False),
    ("meto_stmp_time", pa.timestamp("ns"), True), ("midas_stmp_etime", pa.int32(), True),
]

checks = 0
failures = []


def expect(what, found, expected):
    global checks
    checks += 1
    if found != expected:
        failures.append(f"{what}: {found!r}, expected {expected!r}")


def convert(command, source, target):
    """Converts, and returns the tables by data set."""
    run = subprocess.run([command, "midas", "convert", str(source), "--output", str(target)],
                         capture_output=True, text=True)
    expect(f"exit status for {source} ({run.stderr.strip()[-300:]})", run.returncode, 0)
    return {path.stem: pq.ParquetFile(path, page_checksum_verification=True).read()
            for path in sorted(Path(target).glob("*.parquet"))}


def check_schema(name, table):
    """The base columns, then the others in the order of their names' bytes, typed by their kind."""
    for index, (column, kind, nullable) in enumerate(BASE):
        field = table.schema.field(index)
        expect(f"{name} column {index}", (field.name, field.type, field.nullable),
               (column, kind, nullable))
    rest = table.schema.names[len(BASE):]
    expect(f"{name} order", rest, sorted(rest, key=lambda text: text.encode()))
    for column in rest:
        kind = table.schema.field(column).type
        if column.startswith("q_"):
            expect(f"{name} {column}", kind, pa.string())
    frame = table.to_pandas()
    for column, kind, _ in BASE:
        if pa.types.is_timestamp(kind):
            expect(f"{name} pandas {column}", str(frame[column].dtype), "datetime64[ns]")
    for column in rest:
        dtype = str(frame[column].dtype)
        if pa.types.is_floating(table.schema.field(column).type):
            expect(f"{name} pandas {column}", dtype, "float64")
        else:
            expect(f"{name} pandas {column} is text ({dtype})",
                   dtype in ("object", "str", "string"), True)


def present(table, column):
    return table[column].drop_null().to_pylist()


def exact_sum(values):
    """The sum of the numbers as they were written: each double's shortest decimal is exact."""
    return sum((decimal.Decimal(repr(value)) for value in values), decimal.Decimal(0))


def counts(table, column):
    result = {}
    for value in present(table, column):
        result[value] = result.get(value, 0) + 1
    return result


def quality_nulls(table):
    """The quality codes that are not there, in all columns."""
    return sum(table[name].null_count for name in table.schema.names if name.startswith("q_"))


def check_sample(command, target):
    expected = json.loads((FIXTURE / "expected.json").read_text())
    tables = convert(command, FIXTURE, target)
    expect("sample: data sets", sorted(tables), sorted(expected))
    for name, want in expected.items():
        table = tables.get(name)
        if table is None:
            continue
        check_schema(name, table)
        expect(f"{name} rows", table.num_rows, want["rows"])
        expect(f"{name} columns", table.schema.names[len(BASE):], list(want["columns"]))
        for column, described in want["columns"].items():
            values = present(table, column)
            expect(f"{name} {column} present", len(values), described["present"])
            if described["type"] == "double":
                expect(f"{name} {column} type", table.schema.field(column).type, pa.float64())
                expect(f"{name} {column} sum", math.fsum(values), described["sum"])
            else:
                expect(f"{name} {column} type", table.schema.field(column).type, pa.string())
                expect(f"{name} {column} values", counts(table, column), described["counts"])
        expect(f"{name} one row a key", table.num_rows,
               table.select(["observation_id", "station_id", "ob_end_time"]).group_by(
                   ["observation_id", "station_id", "ob_end_time"]).aggregate([]).num_rows)
    rain = tables["uk-daily-rain-obs"]
    expect("sample: hours of three days", sorted(counts(rain, "ob_hour_count")), [24, 72])
    expect("sample: quoted station name", sorted(counts(rain, "station_name")),
           ["QUAY POINT, OLD HARBOUR", "SAMPLETON: MILL LANE"])
    expect("sample: hours of spot values", counts(tables["uk-daily-weather-obs"], "ob_hour_count"),
           {0: 16, 24: 15})


def check_generator(target):
    """The sample is what its script makes."""
    subprocess.run([sys.executable, str(FIXTURE / "make_sample.py"), str(target)], check=True)

    def files(root):
        return {str(path.relative_to(root)): path.read_bytes()
                for path in [root / "expected.json", *sorted((root / "ukmo-midas-open").rglob("*"))]
                if path.is_file()}

    made, kept = files(target), files(FIXTURE)
    expect("sample: files", sorted(made), sorted(kept))
    for name in kept:
        expect(f"sample: {name} is as made", made.get(name) == kept[name], True)


def check_measure(name, table, column, rows, total, low=None, high=None):
    values = present(table, column)
    expect(f"{name} {column} present", len(values), rows)
    expect(f"{name} {column} sum", exact_sum(values), decimal.Decimal(total))
    if low is not None:
        expect(f"{name} {column} least", min(values), low)
    if high is not None:
        expect(f"{name} {column} most", max(values), high)


def check_real(command, source, target):
    tables = convert(command, source, target)
    expect("real: data sets", sorted(tables), [
        "uk-daily-rain-obs", "uk-daily-temperature-obs", "uk-mean-wind-obs", "uk-radiation-obs"])
    for name, table in tables.items():
        check_schema(name, table)

    rain = tables["uk-daily-rain-obs"]
    expect("rain rows", rain.num_rows, 730)
    check_measure("rain", rain, "prcp_amt", 730, "1134.8", high=27.8)
    expect("rain ids", counts(rain, "observation_id"), {"272734": 365, "272735": 365})
    for identifier, domain in [("272734", "NCM"), ("272735", "SSER")]:
        part = rain.filter(pc.equal(rain["observation_id"], identifier))
        expect(f"rain messages of {identifier}", counts(part, "met_domain_name"), {domain: 365})
    expect("rain states", counts(rain, "rec_st_ind"), {1001: 498, 1011: 232})
    expect("rain quality", counts(rain, "q_prcp_amt"), {"9": 639, "10009": 74, "1209": 17})
    expect("rain hours", counts(rain, "ob_hour_count"), {24: 730})

    temperature = tables["uk-daily-temperature-obs"]
    expect("temperature rows", temperature.num_rows, 425)
    check_measure("temperature", temperature, "max_air_temp", 425, "5359.9", low=-7.5, high=27.7)
    check_measure("temperature", temperature, "min_air_temp", 425, "2106.7")
    check_measure("temperature", temperature, "min_grss_temp", 359, "974.5")
    check_measure("temperature", temperature, "min_conc_temp", 365, "1484.0")
    expect("temperature hours", counts(temperature, "ob_hour_count"), {24: 365, 12: 60})
    expect("temperature ids", sorted(counts(temperature, "observation_id")), ["5591", "5592"])
    expect("temperature quality NA", quality_nulls(temperature), 60)

    wind = tables["uk-mean-wind-obs"]
    expect("wind rows", wind.num_rows, 704 + 1352)
    bracknell = wind.filter(pc.equal(wind["station_id"], 838))
    expect("wind 1991 rows", bracknell.num_rows, 704)
    check_measure("wind 1991", bracknell, "mean_wind_speed", 702, "2017")
    check_measure("wind 1991", bracknell, "max_gust_speed", 630, "4301")
    months = {moment.month for moment in bracknell["ob_end_time"].to_pandas()}
    expect("wind 1991 is December", months, {12})
    cairnwell = wind.filter(pc.equal(wind["station_id"], 145))
    expect("wind Cairnwell rows", cairnwell.num_rows, 1352)
    check_measure("wind Cairnwell", cairnwell, "mean_wind_speed", 1326, "37901", low=9, high=73)
    check_measure("wind Cairnwell", cairnwell, "max_gust_speed", 1334, "61064")
    expect("wind Cairnwell quality NA", quality_nulls(cairnwell), 14)
    expect("wind Cairnwell years from its capability file",
           {str(value)[:4] for value in cairnwell["station_end_date"].to_pylist()}, {"2022"})

    radiation = tables["uk-radiation-obs"]
    expect("radiation rows", radiation.num_rows, 8760)
    check_measure("radiation", radiation, "glbl_irad_amt", 8760, "3432866")
    expect("radiation difu", exact_sum(present(radiation, "difu_irad_amt")),
           decimal.Decimal(2024187))
    expect("radiation direct", exact_sum(present(radiation, "direct_irad")),
           decimal.Decimal(3319107))
    expect("radiation direct least", min(present(radiation, "direct_irad")), 4)
    for column in ["irad_bal_amt", "glbl_s_lat_irad_amt", "glbl_horz_ilmn"]:
        expect(f"radiation {column} all null", radiation[column].null_count, 8760)

    check_verbatim(source, tables)


def check_verbatim(source, tables):
    """Every value of every row against the text, read by nothing but `split`."""
    rows = {name: iter(table.to_pylist()) for name, table in tables.items()}
    for path in sorted(Path(source).glob("*.csv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        start = lines.index("data") + 1
        title = next(line.split(",", 2)[2] for line in lines if line.startswith("title,G,"))
        if title not in rows:
            continue
        names = lines[start].split(",")
        for line in lines[start + 1:lines.index("end data")]:
            row = next(rows[title])
            for name, text in zip(names, line.split(",")):
                if name.endswith("_j") or name in ("ob_date", "ob_end_time"):
                    continue
                output = {"id": "observation_id", "src_id": "station_id"}.get(name, name)
                output = f"q_{name[:-2]}" if name.endswith("_q") else output
                found = row[output]
                if text == "NA":
                    same = found is None
                elif isinstance(found, str):
                    same = found == text
                else:
                    same = found is not None and found == float(text)
                if not same:
                    expect(f"{path.name} {name}", found, text)
            moment = next(text for name, text in zip(names, line.split(","))
                          if name in ("ob_date", "ob_end_time"))
            expect(f"{path.name} time", str(row["ob_end_time"]), moment)
    for name, rest in rows.items():
        expect(f"{name} rows beyond the files'", next(rest, None), None)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    command = str(Path(sys.argv[1]).resolve())
    shared = os.environ.get("PARQUET_SHARED")
    with tempfile.TemporaryDirectory() as directory:
        made = Path(directory) / "made"
        made.mkdir()
        check_generator(made)
        check_sample(command, Path(directory) / "sample")
        if shared:
            check_real(command, Path(shared) / "data" / "midas", Path(directory) / "real")
    for failure in failures[:40]:
        print(failure, file=sys.stderr)
    scope = "sample and real files" if shared else "sample alone: PARQUET_SHARED is not set"
    print(f"midas: {checks} checks, {len(failures)} failures ({scope})")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
