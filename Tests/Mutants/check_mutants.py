#!/usr/bin/env python3
"""Reads damaged files: none may trap, hang, or take more memory than it is allowed.

usage: check_mutants.py MUTANT-READER [--command PARQUET] [--count N] [--seed S] [--workers W] [--keep DIR]
                        [FILE…]

Mutants are made of the golden files, of some in ALP and, where PARQUET_TEST_DATA is set, of all files of parquet-testing;
with FILE… of those. Each is read in every way (as rows, text, by filters, page by page, verified, joined,
rewritten) in a process of its own kind, which this one watches: a process that ends, a mutant that takes
more than SECONDS of processor time, and what the reader itself finds (more memory than 64 MiB and 64 bytes for each byte
of the file, an error without a file or of a code that is not the file's fault) are findings. Each is told
with its recipe, and the mutant is kept in DIR. Some are also given to the command's inspect.
"""

import argparse
import collections
import json
import os
import pathlib
import selectors
import shutil
import subprocess
import sys
import tempfile
import time

SECONDS = 10
ROOT = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = {
    **os.environ,
    # Memory goes back to the system when it is freed, so that what a mutant takes can be seen; and a
    # trap ends the process at once.
    "MALLOC_MMAP_THRESHOLD_": "262144", "MALLOC_TRIM_THRESHOLD_": "1048576", "MALLOC_ARENA_MAX": "1",
    "SWIFT_BACKTRACE": "enable=no",
}


class Worker:
    """A process that reads every STEP-th mutant from START on."""

    def __init__(self, run, start):
        self.run, self.number, self.done = run, None, False
        self.process = subprocess.Popen(
            [run.reader, "run", run.list, str(run.seed), str(start), str(run.workers),
             str(run.count)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT)
        os.set_blocking(self.process.stdout.fileno(), False)
        self.rest = b""
        self.since = time.monotonic()
        self.hung = False
        # The mutant that is slow, and the processor time of the process when that was seen.
        self.slow = (None, 0.0)

    def take(self):
        """Takes in what the process has said; False once it has ended."""
        data = self.process.stdout.read()
        if data == b"":
            return False
        *lines, self.rest = (self.rest + (data or b"")).split(b"\n")
        for line in lines:
            word, _, rest = line.decode(errors="replace").partition(" ")
            if word == "at":
                self.number, self.since = int(rest), time.monotonic()
            elif word == "finding":
                number, _, text = rest.partition(" ")
                self.run.found(int(number), text)
            elif word == "sum":
                self.run.add(json.loads(rest))
                self.done = True
        return True


    def hangs(self):
        """Whether the mutant at hand takes too long: by processor time, as others may take the processor."""
        waited = time.monotonic() - self.since
        if waited < 2:
            return False
        spent = processor_seconds(self.process.pid)
        if self.slow[0] != self.number:
            self.slow = (self.number, spent)
        return spent - self.slow[1] > SECONDS - 2 or waited > 20 * SECONDS


def processor_seconds(pid):
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return 0.0


class Run:
    def __init__(self, arguments, files, folder):
        self.reader, self.seed = arguments.reader, arguments.seed
        self.count, self.workers = arguments.count, arguments.workers
        self.keep = pathlib.Path(arguments.keep) if arguments.keep else None
        self.list = str(pathlib.Path(folder) / "files")
        pathlib.Path(self.list).write_text("".join(f"{file}\n" for file in files))
        self.findings, self.inspected = [], 0
        self.outcomes = collections.Counter()
        self.memory, self.slowest = 0.0, (0, 0)

    def add(self, total):
        self.outcomes.update(total["outcomes"])
        self.memory = max(self.memory, total["memory"])
        self.slowest = max(self.slowest, tuple(total["slowest"]))

    def found(self, number, text):
        recipe = subprocess.run(
            [self.reader, "recipe", self.list, str(self.seed), str(number)], capture_output=True,
            text=True, check=True).stdout.split("\n")
        self.findings.append((number, text))
        print(f"FINDING {number}: {text[:600]}\n  recipe: {' '.join(recipe[:3])}", flush=True)
        if self.keep:
            self.keep.mkdir(parents=True, exist_ok=True)
            log = subprocess.run(
                [self.reader, "write", *recipe[:3], str(self.keep / f"{self.seed}-{number}.parquet")],
                capture_output=True, text=True).stdout
            print("  " + log.strip().replace("\n", "\n  "), flush=True)

    def inspect(self, command, folder):
        """Shows some mutants by the command, whose text forms of metadata the reader does not make."""
        path = str(pathlib.Path(folder) / "mutant.parquet")
        for number in range(0, self.count, max(40, self.count // 250)):
            recipe = subprocess.run(
                [self.reader, "recipe", self.list, str(self.seed), str(number)],
                capture_output=True, text=True, check=True).stdout.split("\n")
            subprocess.run([self.reader, "write", *recipe[:3], path], capture_output=True, check=True)
            for options in (["--pages"], ["--pages", "--format", "json"]):
                try:
                    result = subprocess.run(
                        [command, "inspect", path, *options], capture_output=True,
                        timeout=20 * SECONDS, env=ENVIRONMENT)
                except subprocess.TimeoutExpired:
                    self.found(number, f"inspect {options} does not end")
                    continue
                if result.returncode not in (0, 1):
                    self.found(number, f"inspect {options} ended with {result.returncode}")
            self.inspected += 1

    def loop(self):
        selector = selectors.DefaultSelector()

        def start(first):
            if first < self.count:
                worker = Worker(self, first)
                selector.register(worker.process.stdout, selectors.EVENT_READ, worker)

        for first in range(self.workers):
            start(first)
        while selector.get_map():
            for key, _ in selector.select(timeout=1):
                worker = key.data
                if worker.take():
                    continue
                selector.unregister(key.fileobj)
                self.ended(worker, start)
            for key in list(selector.get_map().values()):
                worker = key.data
                if worker.hangs():
                    worker.process.kill()
                    worker.hung = True

    def ended(self, worker, start):
        status = worker.process.wait()
        if worker.done and status == 0:
            return
        error = worker.process.stderr.read().decode(errors="replace").strip()
        if worker.hung:
            what = f"longer than {SECONDS} s"
        else:
            what = f"the process ended with {status}: {error[-400:]}"
        if worker.number is None:
            raise SystemExit(f"the reader does not run: {what}")
        self.found(worker.number, what)
        start(worker.number + self.workers)


def alp_files(reader, folder):
    """Some files in ALP, which no other file has; nothing where the writer is not beside the reader."""
    writer = pathlib.Path(reader).with_name("golden-writer")
    if not writer.exists():
        print(f"{writer} is not there: no mutants of files in ALP")
        return []
    subprocess.run([str(writer), "alp", folder, "--seed", "1", "--start", "0", "--count", "6"], check=True)
    return sorted(pathlib.Path(folder).glob("alp-*.parquet"))


def seeds(reader, folder):
    files = sorted((ROOT / "Fixtures/golden").glob("*.parquet")) + alp_files(reader, folder)
    data = os.environ.get("PARQUET_TEST_DATA")
    if data:
        for folder in ["data", "bad_data", "shredded_variant"]:
            files += [p for p in sorted((pathlib.Path(data) / folder).rglob("*.parquet*"))
                      if p.suffix != ".json"]
    else:
        print("PARQUET_TEST_DATA is not set: mutants of the golden files only")
    return files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("reader")
    parser.add_argument("files", nargs="*")
    parser.add_argument("--command")
    parser.add_argument("--count", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    arguments.reader = shutil.which(arguments.reader) or arguments.reader
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(f) for f in arguments.files] or seeds(arguments.reader, folder)
        run = Run(arguments, files, folder)
        run.loop()
        if arguments.command:
            run.inspect(arguments.command, folder)
    seconds = time.monotonic() - began
    outcomes = ", ".join(f"{count} × {code}" for code, count in run.outcomes.most_common())
    print(f"{arguments.count} mutants of {len(files)} files in {seconds:.0f} s"
          f" ({arguments.count / seconds:.0f} a second): {outcomes}")
    print(f"most memory: {run.memory:.2f} of what a file is allowed; slowest:"
          f" {run.slowest[0]} ms (mutant {run.slowest[1]})")
    print(f"{len(run.findings)} findings; {run.inspected} mutants were inspected, too")
    return 1 if run.findings else 0


if __name__ == "__main__":
    sys.exit(main())
