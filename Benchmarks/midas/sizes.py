"""The size of what `parquet midas convert` writes beside pyarrow's file of the same table."""

import glob
import os
import subprocess
import sys

import pyarrow.parquet as pq

SHARE = 0.85


def sizes(command, real, sample, folder):
    """Prints a table; what is missed, in lines. `real` are folders of real files."""
    print(f"\nbytes with zstd at level 3, of `parquet midas convert` and of pyarrow\n"
          f"  {'':42}{'rows':>9}{'columns':>9}{'ours':>12}{'pyarrow':>12}{'ratio':>8}")
    missed = []
    for inputs, what in [(path, "real files") for path in real] + [
            (sample.path, f"{sample.station_years} station-years")]:
        output = os.path.join(folder, "sizes")
        done = subprocess.run(
            [command, "midas", "convert", inputs, "--output", output, "--overwrite", "--quiet",
             "--compression", "zstd:3"], stdout=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"midas: parquet midas convert ended with status {done.returncode}")
        for path in sorted(glob.glob(f"{output}/*.parquet")):
            name = f"{os.path.basename(path).removesuffix('.parquet')}, {what}"
            table = pq.read_table(path)
            theirs = os.path.join(folder, "pyarrow.parquet")
            pq.write_table(table, theirs, compression="zstd", compression_level=3)
            counts = os.path.getsize(path), os.path.getsize(theirs)
            ratio = counts[0] / counts[1]
            print(f"  {name:42}{table.num_rows:9}{table.num_columns:9}{counts[0]:12}{counts[1]:12}"
                  f"{ratio:8.3f}{'  MISSED' if ratio > SHARE else ''}", flush=True)
            if ratio > SHARE:
                missed.append(f"{name}: {ratio:.3f} times pyarrow's bytes, not {SHARE}")
            os.remove(theirs)
            os.remove(path)
    return missed
