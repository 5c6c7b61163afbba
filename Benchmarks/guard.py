#!/usr/bin/env python3
"""Counts the instructions and allocations of each kernel of `bench`, and holds them against a baseline.

Timings need a quiet machine; what callgrind counts does not. A process for each kernel runs under it, and
only what happens within `bench_measured` counts. Started by `bench --check`, `--baseline` and `--growth`.
"""

import argparse
import concurrent.futures
import copy
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time

BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "baseline.json")
# What a count may grow by.
TOLERANCE = 0.03
# What a row, or a column, may cost at most beside the smallest table.
GROWTH = 1.1
# Allocations are few: one more in ten is no trend.
ALLOCATION_SLACK = 4
# The kernel that makes so many allocations and no others.
CONTROL, CONTROL_ALLOCATIONS = "control-allocations", 1_000
# Processes at once; each takes a processor and up to some GB where a table is large.
WORKERS = min(2, os.cpu_count() or 1)
# A count that differs from its environment says nothing: neither passed nor failed.
NOT_COMPARABLE = 3
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
        counted = re.search(r" (\d+) rows ", run.stdout)
        if run.returncode != 0 or not counted or not os.path.exists(out + ".2"):
            # What the bench says itself, not valgrind's lines about the run.
            said = [line for line in (run.stdout + run.stderr).splitlines()
                    if line and not line.startswith("==")]
            sys.exit(f"guard: {kernel}: {said[-1] if said else f'status {run.returncode}'}")
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
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True).stdout
    # The C library and the codecs choose their code by what the processor can do.
    features = set()
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo") as file:
            features = set(re.findall(r"\b(?:avx2|bmi2|asimd|sve)\b", file.read()))
    return {"swift": found.group(1) if found else "", "machine": platform.machine(),
            "features": " ".join(sorted(features)), "libc": " ".join(platform.libc_ver()),
            "valgrind": valgrind.strip(), **libraries}


def kernels(bench):
    return subprocess.run([bench, "--kernels"], capture_output=True, text=True,
                          check=True).stdout.split()


def count_all(bench):
    """The counts of every kernel, by name."""
    names = kernels(bench)
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        counted = dict(zip(names, pool.map(lambda name: count(bench, name), names)))
    print(f"guard: {len(names)} kernels counted in {time.monotonic() - started:.0f} s")
    allocations = counted.pop(CONTROL)["allocations"]
    if allocations != CONTROL_ALLOCATIONS:
        sys.exit(f"guard: {CONTROL} makes {CONTROL_ALLOCATIONS} allocations,"
                 f" of which {allocations} are counted: counting is broken")
    return counted


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
    """Planted growth must be found, and growth within the tolerance must not; so also in the baseline."""
    for growth, expected in ((1.04, True), (1.02, False)):
        for what in ("instructions", "allocations"):
            before = read_baseline()["kernels"]
            after = copy.deepcopy(before)
            # Of few allocations the slack takes a part.
            for name in (name for name in before if before[name][what] > 1_000):
                after[name][what] = round(before[name][what] * growth)
                grown = differences(before, after)[0]
                if bool(grown) != expected:
                    sys.exit(f"guard: self-test: {name}: {what} times {growth}"
                             f" {'is not found' if expected else 'counts as growth'}")
                after[name][what] = before[name][what]
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


def read_baseline():
    with open(BASELINE) as file:
        return json.load(file)


def unlike(there, here):
    """What two environments differ in, as lines."""
    return [f"{key}: {there.get(key)} in the baseline, {here.get(key)} here"
            for key in sorted(set(there) | set(here)) if there.get(key) != here.get(key)]


def check(bench):
    baseline = read_baseline()
    other = unlike(baseline["environment"], environment())
    if other:
        print("guard: NOT COMPARABLE, nothing was checked: the baseline was counted elsewhere\n  "
              + "\n  ".join(other) + "\nguard: `make bench-baseline` on the commit to compare with"
              " counts it here")
        sys.exit(NOT_COMPARABLE)
    counted = count_all(bench)
    grown, shrunk, unmatched = differences(baseline["kernels"], counted)
    for title, lines in (("grown", grown), ("not in both", unmatched),
                         ("shrunk; `make bench-baseline` takes that over", shrunk)):
        if lines:
            print(f"{title}:\n  " + "\n  ".join(lines))
    print(f"guard: {len(counted)} kernels, {len(grown)} counts grew by more than {TOLERANCE:.0%}")
    sys.exit(1 if grown or unmatched else 0)


def write_baseline(bench):
    counted = count_all(bench)
    lines = [f"    {json.dumps(name)}: {json.dumps(counted[name])}" for name in sorted(counted)]
    with open(BASELINE, "w") as file:
        file.write('{\n  "environment": ' + json.dumps(environment())
                   + ',\n  "kernels": {\n' + ",\n".join(lines) + "\n  }\n}\n")
    print(f"guard: {len(counted)} kernels into {BASELINE}")


def growth(bench):
    """Instructions a row at more and more rows, and a column beside more and more columns."""
    series = [(f"lineitem-snappy-{way}", [(f"{rows:,} rows", rows, 1) for rows in
               (100_000, 1_000_000, 3_000_000)]) for way in ("write", "read")]
    jobs = [(name, label, rows) for name, steps in series for label, rows, _ in steps]
    for way in ("write", "read"):
        jobs += [(f"columns-{columns}-{way}", f"{columns:,} columns", None)
                 for columns in (10, 100, 1_000)]
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(lambda job: count(bench, job[0], job[2]), jobs))
    bad = 0
    first = {}
    print(f"{'what':24}{'size':>18}{'instructions each':>20}{'to the smallest':>18}")
    for (name, label, _), result in zip(jobs, results):
        columns = re.match(r"columns-(\d+)-", name)
        group = re.sub(r"-\d+-", "-", name)
        # Every column has as many rows, so columns are what there are more of.
        units = int(columns.group(1)) if columns else result["rows"]
        each = result["instructions"] / units
        first.setdefault(group, each)
        ratio = each / first[group]
        bad += ratio > GROWTH
        print(f"{group:24}{label:>18}{each:20,.1f}{ratio:17.3f}x")
    print(f"guard: {bad} of {len(jobs)} above {GROWTH} ({time.monotonic() - started:.0f} s)")
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
