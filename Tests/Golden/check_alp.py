#!/usr/bin/env python3
"""Has golden-writer make tables in ALP, which no other engine reads yet, and reads them page by page.

usage: check_alp.py --writer GOLDEN-WRITER [--count N] [--seed S] [--start K] [--keep FOLDER]

The decoder is value_encodings.py's, written from the specification alone. Every value must come back
bit for bit, and every page must be in ALP and keep the format's rules to the letter.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile

import check_pages
import parquet_bytes as pb

ALP = 10


def columns(file):
    """The values of every leaf, in the form of the expectations, and the encodings of data pages."""
    found = [[] for _ in file.leaves]
    encodings = set()
    for group in file.metadata[4]:
        for leaf, chunk, values in zip(file.leaves, group[1], found):
            metadata = chunk[3]
            for page in pb.pages(file.data, metadata.get(11, metadata[9]), metadata[7]):
                content = pb.PageContent(leaf, page, metadata[4], None)
                encodings.add(content.encoding)
                present = iter(content.values)
                for level in content.definition or [leaf.max_definition] * content.count:
                    values.append(
                        next(present)[::-1].hex() if level == leaf.max_definition else None)
    return found, encodings


def check(folder, name):
    """What is wrong with one file, and how many values it has."""
    path = os.path.join(folder, name)
    with open(path + ".json", encoding="utf-8") as file:
        expectation = json.load(file)
    with open(path + ".parquet", "rb") as file:
        data = file.read()
    faults = check_pages.Checker(data).faults
    try:
        found, encodings = columns(pb.File(data))
    except (pb.Malformed, LookupError, ValueError) as error:
        return faults + [str(error)], 0
    if encodings - {ALP}:
        faults.append(f"pages are encoded as {sorted(encodings)}")
    for node, theirs, ours in zip(expectation["schema"], found, expectation["columns"]):
        if theirs == ours:
            continue
        row = next((i for i, pair in enumerate(zip(theirs, ours)) if pair[0] != pair[1]), None)
        faults.append(
            f"column {node['name']}: {len(theirs)} values, should be {len(ours)}" if row is None else
            f"column {node['name']}, row {row}: {theirs[row]}, should be {ours[row]}")
    return faults, sum(map(len, found))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--writer", required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    failed = value_count = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = arguments.keep or folder
        os.makedirs(folder, exist_ok=True)
        subprocess.run(
            [arguments.writer, "alp", folder, "--seed", str(arguments.seed),
             "--start", str(arguments.start), "--count", str(arguments.count)], check=True)
        for number in range(arguments.start, arguments.start + arguments.count):
            name = f"alp-{arguments.seed}-{number}"
            faults, count = check(folder, name)
            value_count += count
            failed += bool(faults)
            for fault in faults[:5]:
                print(f"{name}: {fault}")
    print(f"ALP: {arguments.count - failed} tables passed, {failed} failed ({value_count} values)")
    return 1 if failed or not value_count else 0


if __name__ == "__main__":
    sys.exit(main())
