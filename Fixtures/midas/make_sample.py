#!/usr/bin/env python3
"""Makes the sample archive beside this script: invented stations, invented weather.

usage: make_sample.py [DIRECTORY]

Writes DIRECTORY/ukmo-midas-open (default: beside this script) and DIRECTORY/expected.json, which says
what a conversion must give: rows, and for every column the values that are there and their sum. The
result is the same on every run and machine. Needs Python's standard library only.
"""

import argparse
import json
import math
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

IDENTITY = {"id", "id_type", "met_domain_name", "version_num", "src_id", "rec_st_ind",
            "ob_end_time", "ob_date", "ob_time", "ob_hour_count", "meto_stmp_time",
            "midas_stmp_etime"}

STATIONS = {
    "90001": dict(slug="sampleton", name="SAMPLETON: MILL LANE", county="sampleshire",
                  authority="Met Office", lat="51.500", lon="-1.250", height="42",
                  ids={"DCNN": "0042A", "RAIN": "420017", "WIND": "042001", "WMO": "03999"}),
    "90002": dict(slug="upper-cairn", name="UPPER CAIRN", county="cairnshire",
                  authority="NA", lat="57.125", lon="-3.625", height="812",
                  ids={"DCNN": "0815", "RAIN": "815003", "WIND": "815001", "WMO": "03998"}),
    "90003": dict(slug="quay-point", name="QUAY POINT, OLD HARBOUR", county="quayshire",
                  authority="Harbour Office", lat="50.0625", lon="-5.5", height="7",
                  ids={"DCNN": "7003", "RAIN": "700301", "WIND": "700302", "WMO": "03997"}),
}

OLD, NEW = "209808", "209901"


class Weather:
    """Values out of one seeded stream; missing now and then."""

    def __init__(self, seed, release):
        self.random = random.Random(seed)
        self.drift = {}
        self.is_new = release == NEW

    def unit(self):
        return self.random.random()

    def pick(self, choices):
        return choices[int(self.unit() * len(choices))]

    def number(self, low, high, decimals, missing=0.05):
        """A number as the release writes it: `9` and `12.5` in the old one, `9.0` in the new one."""
        if self.unit() < missing:
            return "NA"
        return self.spell(low + (high - low) * self.unit(), decimals)

    def walk(self, name, middle, step, decimals, least=-math.inf, missing=0.05):
        """As `number`, but of what moves from row to row round a middle."""
        if self.unit() < missing:
            return "NA"
        moved = 0.85 * self.drift.get(name, 0) + step * (2 * self.unit() - 1)
        self.drift[name] = moved
        return self.spell(max(least, middle + moved), decimals)

    def shower(self, scale, decimals, missing=0.05):
        """As `number`, but of amounts: none on most days, much on few."""
        if self.unit() < missing:
            return "NA"
        return self.spell(max(0, -scale * math.log(1 - self.unit()) - scale), decimals)

    def spell(self, value, decimals):
        steps = 10 ** decimals
        value = math.floor(value * steps) / steps
        if value == int(value) and not self.is_new:
            return str(int(value))
        return repr(float(value))

    def quality(self, value):
        if value == "NA":
            return self.pick(["NA", "0"])
        return self.pick(["9", "9", "9", "9", "9", "0", "109", "1209", "10009", "22576"])


def temperature(name, middle):
    return lambda w: w.walk(name, middle, 3.5, 1)


def wind(name, middle):
    return lambda w: w.walk(name, middle, 6, 0, least=1)


def rain(scale):
    return lambda w: w.shower(scale, 1)


def code(*choices):
    return lambda w: w.pick(list(choices))


def integer(low, high, missing=0.05):
    return lambda w: w.number(low, high, 0, missing)


def decimal(low, high, places, missing=0.05):
    return lambda w: w.number(low, high, places, missing)


def clock(w):
    value = "NA" if w.unit() < 0.1 else str(int(w.unit() * 24) * 100 + int(w.unit() * 60))
    return value if value == "NA" or not w.is_new else value + ".0"


def absent(w):
    return "NA"


def hourly_weather():
    """Columns of the hourly weather, in an order like the real one."""
    values = [
        ("wind_speed_unit_id", "int", code("4")), ("src_opr_type", "int", code("4", "6")),
        ("wind_direction", "int", integer(0, 361)), ("wind_speed", "float", integer(0, 60)),
        ("prst_wx_id", "int", integer(0, 99, 0.4)), ("past_wx_id_1", "int", integer(0, 9, 0.4)),
        ("past_wx_id_2", "int", integer(0, 9, 0.4)), ("cld_ttl_amt_id", "int", integer(0, 9)),
        ("low_cld_type_id", "int", code("3", "5", "/", "NA")),
        ("med_cld_type_id", "int", code("2", "7", "&", "NA")),
        ("hi_cld_type_id", "int", code("0", "1", "NA")),
        ("cld_base_amt_id", "int", integer(0, 9, 0.3)), ("cld_base_ht", "int", integer(1, 900, 0.3)),
        ("visibility", "int", integer(1, 7000)), ("msl_pressure", "float", decimal(960, 1045, 1)),
    ]
    for layer in "1234":
        values += [
            (f"cld_amt_id_{layer}", "int", integer(0, 9, 0.6)),
            (f"cloud_type_id_{layer}", "int", code("6", "NA", "NA")),
            (f"cld_base_ht_id_{layer}", "int", integer(1, 99, 0.6)),
        ]
    values += [
        ("vert_vsby", "int", absent), ("air_temperature", "float", temperature("air", 8)),
        ("dewpoint", "float", temperature("dew", 5)),
        ("wetb_temp", "float", temperature("wet", 6.5)),
        ("stn_pres", "float", decimal(880, 1040, 1)), ("alt_pres", "float", decimal(960, 1045, 1)),
        ("ground_state_id", "int", integer(0, 9, 0.5)),
        ("q10mnt_mxgst_spd", "float", integer(5, 70, 0.5)), ("cavok_flag", "char", code("C", "NA")),
        ("cs_hr_sun_dur", "float", decimal(0, 1, 1)), ("wmo_hr_sun_dur", "float", decimal(0, 1, 1)),
    ]
    no_quality = {"wind_speed_unit_id", "src_opr_type", "cavok_flag"}
    described = ["wind_direction", "wind_speed", "prst_wx_id", "past_wx_id_1", "past_wx_id_2",
                 "cld_amt_id", "cld_ht", "visibility", "msl_pressure", "air_temperature", "dewpoint",
                 "wetb_temp", "vert_vsby", "stn_pres", "alt_pres", "q10mnt_mxgst_spd"]
    columns = list(values)
    columns += [(f"{name}_q", "int", None) for name, _, _ in values if name not in no_quality]
    columns += [("meto_stmp_time", "char", None), ("midas_stmp_etime", "int", None)]
    columns += [(f"{name}_j", "int", None) for name in described]
    columns += [("rltv_hum", "float", decimal(30, 100, 1)), ("rltv_hum_j", "int", None),
                ("snow_depth", "int", integer(0, 20)), ("snow_depth_q", "int", None),
                ("drv_hr_sun_dur", "float", decimal(0, 1, 1)), ("drv_hr_sun_dur_q", "int", None)]
    return columns


def paired(values, descriptors=(), interleaved=False, stamps=True):
    """Measurements with their quality codes and descriptors, and the stamps."""
    columns = []
    if interleaved:
        for name, kind, make in values:
            columns += [(name, kind, make), (f"{name}_q", "int", None)]
            columns += [(f"{name}_j", "char", None)] if name in descriptors else []
    else:
        columns += values
        columns += [(f"{name}_q", "int", None) for name, _, _ in values]
        columns += [(f"{name}_j", "char", None) for name in descriptors]
    if stamps:
        columns += [("meto_stmp_time", "char", None), ("midas_stmp_etime", "int", None)]
    return columns


TEMPERATURES = {"max_air_temp": 9.5, "min_air_temp": 2, "min_grss_temp": -1, "min_conc_temp": 1}
WIND = [("mean_wind_dir", "int", integer(0, 361)), ("mean_wind_speed", "float", wind("mean", 17)),
        ("max_gust_dir", "int", integer(0, 361)), ("max_gust_speed", "float", wind("gust", 28)),
        ("max_gust_ctime", "char", clock)]
RADIATION = ["glbl_irad_amt", "difu_irad_amt", "direct_irad"]
SOIL = ["q5cm_soil_temp", "q10cm_soil_temp", "q20cm_soil_temp", "q30cm_soil_temp",
        "q50cm_soil_temp", "q100cm_soil_temp"]
DAILY_CODES = ["snow_day_id", "hail_day_id", "thunder_day_flag", "gale_day_flag",
               "frsh_mnt_snwfall_flag"]


def rain_columns(release):
    """The old release's files are narrower than the new one's."""
    day_count = [("ob_day_cnt_q", "int", None), ("prcp_amt_q", "int", None)]
    if release == OLD:
        return [("prcp_amt", "float", rain(4))] + day_count
    stamps = [("prcp_amt_j", "int", None), ("meto_stmp_time", "char", None),
              ("midas_stmp_etime", "int", None)]
    return [("prcp_amt", "float", rain(4))] + day_count + stamps


# name: (time column, span column, identifier type, message types, step in hours, columns)
DATA_SETS = {
    "uk-daily-temperature-obs": (
        "ob_end_time", "ob_hour_count", "DCNN", ["NCM", "AWSDLY"], 12,
        lambda release: paired([(name, "float", temperature(name, TEMPERATURES[name]))
                                for name in TEMPERATURES], list(TEMPERATURES))),
    "uk-daily-rain-obs": (
        "ob_date", "ob_day_cnt", "RAIN", ["NCM", "SSER"], 24, rain_columns),
    "uk-hourly-rain-obs": (
        "ob_end_time", "ob_hour_count", "RAIN", ["SREW"], 1,
        lambda release: paired([("prcp_amt", "float", rain(1)), ("prcp_dur", "int", absent)],
                               ["prcp_amt"])),
    "uk-daily-weather-obs": (
        "ob_end_time", "ob_hour_count", "DCNN", ["NCM"], 24,
        lambda release:
            [("cs_24hr_sun_dur", "float", decimal(0, 14, 1)),
             ("wmo_24hr_sun_dur", "float", decimal(0, 14, 1)),
             ("conc_state_id", "char", integer(0, 9)), ("lying_snow_flag", "char", code("0", "1")),
             ("snow_depth", "int", integer(0, 30)), ("frsh_snw_amt", "int", integer(0, 9))]
            + [(name, "char", code("0", "1", "9", "NA")) for name in DAILY_CODES]
            + [(f"{name}_q", "int", None) for name in
               ["cs_24hr_sun_dur", "wmo_24hr_sun_dur", "conc_state_id", "lying_snow_flag",
                "snow_depth", "frsh_snw_amt", "snow_day_id", "hail_day_id", "thunder_day_flag"]]
            + [("meto_stmp_time", "char", None), ("midas_stmp_etime", "int", None),
               ("drv_24hr_sun_dur", "float", decimal(0, 14, 1)), ("drv_24hr_sun_dur_q", "int", None),
               ("lying_snow_ht", "int", integer(0, 30)), ("lying_snow_ht_q", "int", None)]),
    "uk-hourly-weather-obs": (
        "ob_time", None, "WMO", ["SYNOP", "METAR"], 1, lambda release: hourly_weather()),
    "uk-mean-wind-obs": (
        "ob_end_time", "ob_hour_count", "WIND", ["HCM"], 1,
        lambda release: paired(WIND, [name for name, _, _ in WIND[:-1]])),
    "uk-radiation-obs": (
        "ob_end_time", "ob_hour_count", "DCNN", ["AWSHRLY"], 1,
        lambda release: paired(
            [(name, "int", integer(0, 2500)) for name in RADIATION]
            + [(name, "int", absent)
               for name in ["irad_bal_amt", "glbl_s_lat_irad_amt", "glbl_horz_ilmn"]],
            interleaved=True)),
    "uk-soil-temperature-obs": (
        "ob_time", None, "DCNN", ["NCM"], 24,
        lambda release: paired([(name, "float", temperature(name, 9)) for name in SOIL], SOIL,
                               interleaved=True)),
}

# data set, release, station, year, first month, rows, versions of quality control
FILES = [
    ("uk-daily-temperature-obs", OLD, "90001", 2098, 1, 60, "1"),
    ("uk-daily-temperature-obs", NEW, "90001", 2099, 1, 60, "1"),
    ("uk-daily-temperature-obs", NEW, "90002", 2099, 2, 40, "01"),
    ("uk-daily-temperature-obs", NEW, "90003", 2099, 7, 40, "1"),
    ("uk-daily-rain-obs", OLD, "90001", 2098, 1, 60, "1"),
    ("uk-daily-rain-obs", NEW, "90001", 2099, 1, 60, "1"),
    ("uk-daily-rain-obs", NEW, "90003", 2099, 10, 60, "1"),
    ("uk-hourly-rain-obs", NEW, "90001", 2099, 4, 96, "1"),
    ("uk-daily-weather-obs", NEW, "90001", 2099, 12, 31, "1"),
    ("uk-hourly-weather-obs", NEW, "90002", 2099, 1, 72, "1"),
    ("uk-mean-wind-obs", OLD, "90003", 2098, 11, 96, "1"),
    ("uk-mean-wind-obs", NEW, "90002", 2099, 1, 96, "1"),
    ("uk-radiation-obs", NEW, "90001", 2099, 6, 96, "1"),
    ("uk-soil-temperature-obs", OLD, "90001", 2098, 3, 31, "1"),
    ("uk-soil-temperature-obs", NEW, "90003", 2099, 3, 31, "1"),
]


def header(title, release, station, extra, columns):
    """The lines before the rows."""
    s = STATIONS[station] if station else None
    lines = ["Conventions,G,BADC-CSV,1", f"title,G,{title}", "source,G,made by make_sample.py",
             "creator,G,nobody: the stations and the weather are invented",
             f"collection_version_number,G,dataset-version-{release}",
             "comments,G,temperatures in \u00b0C, commas, and a second line", "collection_name,G,sample"]
    if s:
        lines += [f"observation_station,G,{s['slug']}", f"historic_county_name,G,{s['county']}"]
        if release == NEW:
            lines.append(f"authority,G,{s['authority']}")
        lines += [f"location,G,{s['lat']},{s['lon']}", f"height,G,{s['height']},m"]
    lines += extra
    for name, kind, unit in columns:
        lines.append(f"long_name,{name},{name.replace('_', ' ')}, {unit}")
        lines.append(f"type,{name},{kind}")
    return lines


def unit_of(name):
    if name.endswith(("_q", "_j")) or name in IDENTITY:
        return "1"
    for part, unit in [("temp", "degC"), ("dewpoint", "degC"), ("prcp_amt", "mm"), ("speed", "kn"),
                       ("spd", "kn"), ("dir", "degrees"), ("pres", "hPa"), ("irad", "kJ/m2"),
                       ("sun_dur", "hour")]:
        if part in name:
            return unit
    return "1"


def write(root, path, lines, release):
    """CRLF and Latin-1 in the old release, LF and UTF-8 in the new one."""
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    old = release == OLD
    text = "".join(line + ("\r\n" if old else "\n") for line in lines)
    target.write_bytes(text.encode("latin-1" if old else "utf-8"))


def folder(data_set, release, station=None):
    path = f"ukmo-midas-open/data/{data_set}/dataset-version-{release}"
    if station:
        path += f"/{STATIONS[station]['county']}/{station}_{STATIONS[station]['slug']}"
    return path


def stem(data_set, release, station=None):
    name = f"midas-open_{data_set}_dv-{release}"
    if station:
        name += f"_{STATIONS[station]['county']}_{station}_{STATIONS[station]['slug']}"
    return name


def observations(data_set, release, station, year, month, rows, version):
    """The columns and the rows of one file."""
    time, span, id_type, domains, step, make_columns = DATA_SETS[data_set]
    columns = make_columns(release)
    names = [time, "id", "id_type"]
    if span == "ob_hour_count":
        names.append(span)
    names += ["met_domain_name", "version_num"]
    if span == "ob_day_cnt":
        names += ["ob_end_ctime", "ob_day_cnt"]
    names += ["src_id", "rec_st_ind"] + [name for name, _, _ in columns]
    # Both versions of quality control come from the same stream: they differ in their numbers only.
    w = Weather(f"{data_set} {station} {year}", release)
    moment = datetime(year, month, 1, 0 if step == 1 or span == "ob_day_cnt" else 9)
    table = []
    for index in range(rows):
        row = {time: moment.strftime("%Y-%m-%d %H:%M:%S"), "id": STATIONS[station]["ids"][id_type],
               "id_type": id_type, "met_domain_name": w.pick(domains), "version_num": version,
               "src_id": str(int(station)), "rec_st_ind": w.pick(["1001", "1001", "1011", "1022"])}
        if span == "ob_hour_count":
            hours = step if data_set != "uk-daily-weather-obs" else [0, 24][index % 2]
            row[span] = str(hours)
        if span == "ob_day_cnt":
            row["ob_end_ctime"] = "900.0" if release == NEW else "900"
            row["ob_day_cnt"] = "3" if index % 20 == 19 else "1"
        for name, _, make in columns:
            if make:
                row[name] = make(w)
        # No row is without any measurement.
        first = columns[0][0]
        if all(row[name] == "NA" for name, _, make in columns if make):
            row[first] = "1.5"
        for name, _, make in columns:
            if name.endswith("_q"):
                row[name] = w.quality(row.get(name[:-2], "1"))
            elif name.endswith("_j"):
                row[name] = "NA"
            elif name == "meto_stmp_time":
                later = moment + timedelta(hours=30, minutes=index)
                row[name] = later.strftime("%Y-%m-%d %H:%M:%S") if index % 3 else "NA"
            elif name == "midas_stmp_etime":
                row[name] = str(index * 7) if index % 3 else "NA"
        table.append(row)
        moment += timedelta(hours=step)
    kinds = {name: kind for name, kind, _ in columns}
    for name in names:
        kinds.setdefault(name, "char" if name in (time, "id", "id_type", "met_domain_name",
                                                   "ob_end_ctime") else "int")
    return time, names, kinds, table


class Expectation:
    """What the converted table of a data set holds."""

    def __init__(self):
        self.rows = 0
        self.duplicates = 0
        self.columns = {}
        self.files = 0

    def declare(self, names, kinds):
        text = lambda name: name == "cavok_flag"
        for name in names:
            if name in IDENTITY or name.endswith("_j"):
                continue
            output = f"q_{name[:-2]}" if name.endswith("_q") else name
            is_text = name.endswith("_q") or text(name)
            self.columns.setdefault(output, {"type": "string" if is_text else "double",
                                             "values": []})

    def add(self, row):
        self.rows += 1
        for name, value in row.items():
            if name in IDENTITY or name.endswith("_j"):
                continue
            output = f"q_{name[:-2]}" if name.endswith("_q") else name
            column = self.columns[output]
            if value == "NA" or (column["type"] == "double" and value in ("/", "&")):
                continue
            column["values"].append(value)

    def summary(self):
        result = {"files": self.files, "rows": self.rows, "duplicates": self.duplicates,
                  "columns": {}}
        for name in sorted(self.columns):
            column = self.columns[name]
            entry = {"type": column["type"], "present": len(column["values"])}
            if column["type"] == "double":
                entry["sum"] = math.fsum(map(float, column["values"]))
            else:
                counts = {}
                for value in column["values"]:
                    counts[value] = counts.get(value, 0) + 1
                entry["counts"] = dict(sorted(counts.items()))
            result["columns"][name] = entry
        return result


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", nargs="?", type=Path, default=Path(__file__).parent)
    root = parser.parse_args().directory
    shutil.rmtree(root / "ukmo-midas-open", ignore_errors=True)
    expected = {}
    for data_set, release, station, year, month, rows, versions in FILES:
        expectation = expected.setdefault(data_set, Expectation())
        for version in versions:
            time, names, kinds, table = observations(
                data_set, release, station, year, month, rows, version)
            extra = [f"midas_station_id,G,{station}",
                     f"date_valid,G,{year}-01-01 00:00:00,{year}-12-31 23:59:59",
                     f"midas_qc_version_number,G,{version}", "missing_value,G,NA",
                     f"coordinate_variable,{time},t"]
            lines = header(data_set, release, station, extra,
                           [(name, kinds[name], unit_of(name)) for name in names])
            lines += ["data", ",".join(names)]
            lines += [",".join(row[name] for name in names) for row in table] + ["end data"]
            write(root, f"{folder(data_set, release, station)}/qc-version-{version}/"
                        f"{stem(data_set, release, station)}_qcv-{version}_{year}.csv",
                  lines, release)
            expectation.files += 1
            expectation.declare(names, kinds)
            # Where the same rows stand in both versions, those of the higher one stay.
            if version == versions[-1]:
                for row in table:
                    expectation.add(row)
            else:
                expectation.duplicates += len(table)
    for data_set, release in sorted({file[:2] for file in FILES}):
        # A release knows the years of those before it, too.
        years = [(file[2], file[3]) for file in FILES if file[0] == data_set and file[1] <= release]
        write_stations(root, data_set, release, years)
    summary = {name: expected[name].summary() for name in sorted(expected)}
    (root / "expected.json").write_text(json.dumps(summary, indent=1) + "\n")


def write_stations(root, data_set, release, years):
    """The capability files and the station metadata of a release."""
    _, _, id_type, domains, _, _ = DATA_SETS[data_set]
    names = ["src_id", "station_name", "station_file_name", "historic_county", "authority",
             "station_latitude", "station_longitude", "station_elevation", "first_year", "last_year"]
    if release == OLD:
        names.remove("authority")
    rows = []
    for station in sorted({station for station, _ in years}):
        s = STATIONS[station]
        first = min(year for other, year in years if other == station)
        last = max(year for other, year in years if other == station)
        title = f"Sample: station capability information for {data_set}"
        extra = [f"src_id,G,{station}",
                 f"date_valid,G,{first}-01-01 00:00:00,{last}-12-31 23:59:59",
                 "coordinate_variable,id,x"]
        columns = [("id", "int", "1"), ("id_type", "char", "1"), ("met_domain_name", "char", "1"),
                   ("first_year", "float", "year"), ("last_year", "float", "year")]
        lines = header(title, release, station, extra, columns)
        lines += ["data", ",".join(name for name, _, _ in columns)]
        lines += [f"{s['ids'][id_type]},{id_type},{domain},{first},{last}" for domain in domains]
        write(root, f"{folder(data_set, release, station)}/"
                    f"{stem(data_set, release, station)}_capability.csv",
              lines + ["end data"], release)
        name = f'"{s["name"]}"' if "," in s["name"] else s["name"]
        values = dict(zip(names, [station, name, s["slug"], s["county"]]))
        values.update(authority=s["authority"], station_latitude=s["lat"],
                      station_longitude=s["lon"], station_elevation=s["height"],
                      first_year=str(first), last_year=str(last))
        rows.append(",".join(values[name] for name in names))
    lines = header(f"Sample: station site metadata for {data_set}", release, None,
                   ["missing_value,G,NA", "coordinate_variable,src_id,x"],
                   [(name, "char", "1") for name in names])
    lines += ["data", ",".join(names)] + rows + ["end data"]
    write(root, f"{folder(data_set, release)}/{stem(data_set, release)}_station-metadata.csv",
          lines, release)
    log = root / folder(data_set, release) / f"{stem(data_set, release)}_change_log.txt"
    log.write_text(f"{data_set} {release}: first version of an invented data set\n")


if __name__ == "__main__":
    main()
