#!/usr/bin/env python3
"""Draws the picture of midas.md from the sample archive.

usage: midas_plots.py WEATHER_FOLDER PICTURE.svg

WEATHER_FOLDER is what `parquet midas convert Fixtures/midas --output WEATHER_FOLDER` made. Needs pandas, pyarrow and
matplotlib.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
# Text stays text, and the same data gives the same bytes.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "midas", "font.family": "sans-serif",
                            "font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
import matplotlib.dates as dates
import matplotlib.pyplot as plt
import pandas as pd

INK, WARM, COLD, WET = "#333333", "#c1543a", "#3a6ea5", "#4b8f8c"


def temperatures(axes, folder):
    """A station's days: between the lowest and the highest temperature."""
    table = pd.read_parquet(folder / "uk-daily-temperature-obs.parquet")
    days = table[(table.station_src_id == 90001) & (table.ob_end_time.dt.year == 2099)]
    days = days.groupby(days.ob_end_time.dt.normalize()).agg(
        high=("max_air_temp", "max"), low=("min_air_temp", "min"))
    axes.fill_between(days.index, days.low, days.high, color=WARM, alpha=0.25, linewidth=0)
    axes.plot(days.index, days.high, color=WARM, label="highest")
    axes.plot(days.index, days.low, color=COLD, label="lowest")
    axes.set_title("Sampleton, 2099: air temperature", loc="left")
    axes.set_ylabel("°C")
    axes.legend(frameon=False, ncols=2)


def rain(axes, folder):
    """Each day's rain, and what has fallen since the first."""
    table = pd.read_parquet(folder / "uk-daily-rain-obs.parquet")
    days = table[(table.station_src_id == 90001) & (table.ob_end_time.dt.year == 2099)]
    days = days.set_index("ob_end_time").prcp_amt.sort_index().fillna(0)
    axes.bar(days.index, days, color=WET, width=0.9)
    axes.set_title("Sampleton, 2099: rain", loc="left")
    axes.set_ylabel("mm a day")
    total = axes.twinx()
    total.plot(days.index, days.cumsum(), color=INK)
    total.set_ylabel("mm since 1 January")


def wind(axes, folder):
    """How often the wind blows how fast, at each station."""
    table = pd.read_parquet(folder / "uk-mean-wind-obs.parquet")
    for (name, speeds), color in zip(table.groupby("station_name").mean_wind_speed, [COLD, WARM, WET]):
        axes.hist(speeds.dropna(), bins=range(0, 50, 3), histtype="step", linewidth=1.6, color=color,
                  label=name.split(",")[0].title())
    axes.set_title("Mean wind of an hour", loc="left")
    axes.set_xlabel("knots")
    axes.set_ylabel("hours")
    axes.legend(frameon=False)


def codes(axes, folder):
    """What quality codes say of the measurements of a data set."""
    table = pd.read_parquet(folder / "uk-hourly-weather-obs.parquet")
    names = ["air_temperature", "dewpoint", "wind_speed", "msl_pressure", "visibility"]
    shares = pd.DataFrame({name: table[f"q_{name}"].fillna("none").value_counts(normalize=True) for name in names})
    left = pd.Series(0.0, index=names)
    for code, color in zip(["9", "0", "109", "1209", "10009"], ["#355c7d", "#6c8ead", "#9fb8cc", "#cfdbe5", WARM]):
        share = shares.reindex([code]).iloc[0].fillna(0)
        axes.barh(names, share, left=left, color=color, label=code)
        left += share
    axes.set_title("Quality codes of hourly weather", loc="left")
    axes.set_xlabel("share of rows")
    axes.legend(frameon=False, ncols=5, fontsize=7, loc="lower center", bbox_to_anchor=(0.5, -0.36))


def main():
    folder, picture = Path(sys.argv[1]), sys.argv[2]
    figure, axes = plt.subplots(2, 2, figsize=(10, 6.4), layout="constrained")
    for axis, draw in zip(axes.flat, [temperatures, rain, wind, codes]):
        draw(axis, folder)
    for axis in axes[0]:
        axis.xaxis.set_major_locator(dates.DayLocator(bymonthday=[1, 11, 21]))
        axis.xaxis.set_major_formatter(dates.DateFormatter("%-d %b"))
    figure.savefig(picture, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
