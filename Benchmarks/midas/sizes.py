#!/usr/bin/env python3
"""The size of what `parquet midas convert` writes beside pyarrow's file of the same table, each with zstd at level 3.

    sizes.py COMMAND FOLDER ARCHIVE…

COMMAND is the executable `parquet`; files are written to FOLDER. The status is 1 where a file of real data (an archive in
a folder called `midas`) is larger than 0.85 of pyarrow's; of the made-up archive the share is shown alone.
"""

import glob
import os
import subprocess
import sys

import pyarrow.parquet as pq

SHARE = 0.85


def main():
    command, folder, *archives = sys.argv[1:]
    print(f"\nbytes with zstd at level 3, of `parquet midas convert` and of pyarrow\n"
          f"  {'':42}{'rows':>9}{'columns':>9}{'ours':>12}{'pyarrow':>12}{'ratio':>8}")
    missed = []
    for inputs in archives:
        output = os.path.join(folder, "sizes")
        done = subprocess.run(
            [command, "midas", "convert", inputs, "--output", output, "--overwrite", "--quiet",
             "--compression", "zstd:3"], stdout=subprocess.DEVNULL)
        if done.returncode:
            sys.exit(f"midas: parquet midas convert ended with status {done.returncode}")
        for path in sorted(glob.glob(f"{output}/*.parquet")):
            name = os.path.basename(path).removesuffix(".parquet")
            name += f", {os.path.basename(inputs.rstrip('/'))}"
            table = pq.read_table(path)
            theirs = os.path.join(folder, "pyarrow.parquet")
            pq.write_table(table, theirs, compression="zstd", compression_level=3)
            counts = os.path.getsize(path), os.path.getsize(theirs)
            ratio = counts[0] / counts[1]
            is_missed = ratio > SHARE and os.path.basename(inputs.rstrip("/")) == "midas"
            print(f"  {name:42}{table.num_rows:9}{table.num_columns:9}{counts[0]:12}{counts[1]:12}"
                  f"{ratio:8.3f}{'  MISSED' if is_missed else ''}", flush=True)
            if is_missed:
                missed.append(f"{name}: {ratio:.3f} times pyarrow's bytes")
            os.remove(theirs)
            os.remove(path)
    if missed:
        sys.exit(f"sizes: more than {SHARE}: " + "; ".join(missed))


if __name__ == "__main__":
    main()
