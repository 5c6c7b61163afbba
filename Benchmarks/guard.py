#!/usr/bin/env python3
"""Counts the instructions and allocations of each kernel of `bench`, and holds them against a baseline.

Timings need a quiet machine; what callgrind counts does not. A process for each kernel runs under it, and
only what happens within `bench_measured` counts. Started by `bench --check`, `--baseline` and `--growth`.
"""

import argparse
import concurrent.futures
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "baseline.json")
# What a count may grow by.
TOLERANCE = 0.03
# Allocations are few: one more in ten is no trend.
ALLOCATION_SLACK = 4
ALLOCATORS = {"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc"}


def count(bench, kernel, rows=None):
    """The instructions, allocations and rows of one kernel."""
    with tempfile.TemporaryDirectory(prefix="guard-") as folder:
        out = os.path.join(folder, "out")
        command = [
            "valgrind", "--tool=callgrind", "--dump-before=bench_measured",
            "--dump-after=bench_measured", f"--callgrind-out-file={out}", bench, "--kernel", kernel]
        if rows:
            command += ["--rows", str(rows)]
        # Swift seeds its hashes anew for each process otherwise.
        environment = dict(os.environ, SWIFT_DETERMINISTIC_HASHING="1")
        run = subprocess.run(command, capture_output=True, text=True, env=environment)
        if run.returncode != 0:
            sys.exit(f"guard: {kernel}: {run.stderr.strip().splitlines()[-1]}")
        counted = re.search(r" (\d+) rows ", run.stdout)
        # The first dump is of what went before; counts of calls begin anew with each.
        with open(out + ".2") as lines:
            instructions, allocations = parse(lines)
    return {"instructions": instructions, "allocations": allocations,
            "rows": int(counted.group(1))}


def parse(lines):
    """The instructions of a callgrind profile, and how often an allocator was called from elsewhere."""
    names = {}
    caller = callee = ""
    instructions = allocations = 0

    def name(text):
        found = re.match(r"\((\d+)\)(?: (.*))?$", text)
        if not found:
            return text
        if found.group(2):
            names[found.group(1)] = found.group(2)
        return names.get(found.group(1), "")

    for line in lines:
        if line.startswith("fn="):
            caller = name(line[3:].strip())
        elif line.startswith("cfn="):
            callee = name(line[4:].strip())
        elif line.startswith("calls="):
            base = callee.split("'")[0].split("@")[0]
            if base in ALLOCATORS and caller.split("'")[0].split("@")[0] not in ALLOCATORS:
                allocations += int(line[6:].split()[0])
        elif line.startswith(("totals:", "summary:")):
            instructions = int(line.split()[1])
    return instructions, allocations


def environment():
    """What counts depend on besides the sources."""
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    found = re.search(r"Swift version ([\w.-]+)", swift)
    libraries = {}
    for library in ("libzstd", "snappy", "zlib", "libdeflate", "liblz4"):
        version = subprocess.run(["pkg-config", "--modversion", library],
                                 capture_output=True, text=True)
        libraries[library] = version.stdout.strip()
    return {"swift": found.group(1) if found else "", "machine": platform.machine(), **libraries}


def kernels(bench):
    return subprocess.run([bench, "--kernels"], capture_output=True, text=True,
                          check=True).stdout.split()


def count_all(bench, names):
    workers = max(1, os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return dict(zip(names, pool.map(lambda name: count(bench, name), names)))


def differences(baseline, counted):
    """What grew, what shrank, and which kernels only one side has; as lines."""
    grown, shrunk, unmatched = [], [], []
    for name in sorted(set(baseline) | set(counted)):
        if name not in baseline or name not in counted:
            unmatched.append(f"{name}: only {'counted' if name in counted else 'in the baseline'}")
            continue
        for what in ("instructions", "allocations"):
            before, now = baseline[name][what], counted[name][what]
            slack = ALLOCATION_SLACK if what == "allocations" else 0
            change = (now - before) / max(before, 1)
            line = f"{name}: {what} {before} -> {now} ({change:+.1%})"
            if now > before * (1 + TOLERANCE) + slack:
                grown.append(line)
            elif now < before * (1 - TOLERANCE) - slack:
                shrunk.append(line)
    return grown, shrunk, unmatched


def self_test():
    """Planted growth must be found, and growth within the tolerance must not."""
    base = {"a": {"instructions": 100_000, "allocations": 1_000}}
    cases = [(104_000, 1_000, 1), (102_000, 1_000, 0), (100_000, 1_050, 1), (100_000, 1_020, 0),
             (90_000, 900, 0)]
    for instructions, allocations, expected in cases:
        found = {"a": {"instructions": instructions, "allocations": allocations}}
        grown = len(differences(base, found)[0])
        if grown != expected:
            sys.exit(f"guard: self-test: {found} counts as {grown} grown, not {expected}")
    if not differences(base, {})[2]:
        sys.exit("guard: self-test: a kernel that went is not missed")
    profile = ["fn=(1) work\n", "cfn=(2) malloc\n", "calls=3 0\n", "1 30\n", "cfn=(2)\n",
               "calls=4 0\n", "fn=(3) realloc\n", "cfn=(2)\n", "calls=9 0\n", "totals: 77\n"]
    if parse(profile) != (77, 7):
        sys.exit(f"guard: self-test: a profile is read as {parse(profile)}")


def check(bench):
    self_test()
    with open(BASELINE) as file:
        baseline = json.load(file)
    here = environment()
    other = [f"{key}: {baseline['environment'].get(key)} there, {value} here"
             for key, value in here.items() if baseline["environment"].get(key) != value]
    if other:
        # Neither passed nor failed: what was counted there says nothing about here.
        print("guard: not comparable with the baseline:\n  " + "\n  ".join(other))
        sys.exit(3)
    counted = count_all(bench, kernels(bench))
    grown, shrunk, unmatched = differences(baseline["kernels"], counted)
    for title, lines in (("grown", grown), ("not in both", unmatched),
                         ("shrunk; `make bench-baseline` takes that over", shrunk)):
        if lines:
            print(f"{title}:\n  " + "\n  ".join(lines))
    print(f"guard: {len(counted)} kernels, {len(grown)} counts grew by more than {TOLERANCE:.0%}")
    sys.exit(1 if grown or unmatched else 0)


def write_baseline(bench):
    self_test()
    counted = count_all(bench, kernels(bench))
    lines = [f"    {json.dumps(name)}: {json.dumps(counted[name])}" for name in sorted(counted)]
    with open(BASELINE, "w") as file:
        file.write('{\n  "environment": ' + json.dumps(environment())
                   + ',\n  "kernels": {\n' + ",\n".join(lines) + "\n  }\n}\n")
    print(f"guard: {len(counted)} kernels into {BASELINE}")


def growth(bench):
    """Instructions a row at more and more rows, and a cell in more and more columns."""
    series = [(f"lineitem-snappy-{way}", [(f"{rows:,} rows", rows, 1) for rows in
               (100_000, 1_000_000, 3_000_000)]) for way in ("write", "read")]
    jobs = [(name, label, rows) for name, steps in series for label, rows, _ in steps]
    for way in ("write", "read"):
        jobs += [(f"columns-{columns}-{way}", f"{columns:,} columns", None)
                 for columns in (10, 100, 1_000)]
    with concurrent.futures.ThreadPoolExecutor(max(1, os.cpu_count() or 1)) as pool:
        results = list(pool.map(lambda job: count(bench, job[0], job[2]), jobs))
    bad = 0
    first = {}
    print(f"{'what':24}{'size':>18}{'instructions each':>20}{'to the smallest':>18}")
    for (name, label, _), result in zip(jobs, results):
        columns = re.match(r"columns-(\d+)-", name)
        group = re.sub(r"-\d+-", "-", name)
        units = result["rows"] * (int(columns.group(1)) if columns else 1)
        each = result["instructions"] / units
        first.setdefault(group, each)
        ratio = each / first[group]
        bad += ratio > 1.1
        print(f"{group:24}{label:>18}{each:20.1f}{ratio:17.3f}x")
    sys.exit(1 if bad else 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["check", "baseline", "growth", "self-test"])
    parser.add_argument("--bench", default="")
    arguments = parser.parse_args()
    if arguments.what == "self-test":
        return self_test()
    if not shutil.which("valgrind"):
        sys.exit("guard: valgrind is not installed; `scripts/packages.sh valgrind` does that")
    {"check": check, "baseline": write_baseline, "growth": growth}[arguments.what](
        arguments.bench)


if __name__ == "__main__":
    main()
