"""The engines as this script sees them: processes that are asked for one piece of work at a time."""

import os
import subprocess
import sys

from cost import run_command


class Cannot(Exception):
    """An engine that cannot do what it is asked for, and why."""


def pin(threads):
    """What holds a new process to so many processors, the last ones; the script has the first one."""
    def hold():
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[-threads:]))
    return hold


def processors():
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Server:
    """An engine in a process of its own, held to as many processors as it may use threads."""

    def __init__(self, engine, threads, bench):
        self.engine = engine
        self.threads = threads
        self.version = ""
        folder = os.path.dirname(os.path.abspath(__file__))
        command = [sys.executable, folder, "--serve", engine, str(threads)]
        if engine == "swift-parquet":
            command = [bench, "--serve"]
        names = [
            "OMP_NUM_THREADS", "ARROW_IO_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, **{name: str(threads) for name in names}),
            preexec_fn=pin(threads))
        if engine != "swift-parquet":
            self.version = self._answer()[1]

    def _answer(self):
        line = self.process.stdout.readline().rstrip("\n")
        if not line:
            sys.exit(f"peers: {self.engine} ended with status {self.process.wait()}")
        return line.split("\t")

    def ask(self, *words):
        """What the work took, as a dictionary."""
        print(*words, sep="\t", file=self.process.stdin, flush=True)
        answer = self._answer()
        if answer[0] == "cannot":
            raise Cannot(answer[1])
        seconds, processor, peak, rows, note = answer[1:]
        return {
            "seconds": float(seconds), "cpu": float(processor), "peak": int(peak),
            "rows": int(rows), "note": note}

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Command:
    """The command `parquet`: a whole process for each piece of work."""

    engine = "swift-parquet"

    def __init__(self, path, threads):
        self.path = path
        self.threads = threads

    def convert(self, source, codec, target):
        seconds, processor, peak, status, said = run_command(
            [self.path, "convert", source, target, "--compression", codec, "--threads",
             str(self.threads), "--overwrite"], pin(self.threads))
        if status:
            sys.exit(f"peers: parquet convert ended with status {status}: {said}")
        return {"seconds": seconds, "cpu": processor, "peak": peak, "rows": 0, "note": ""}


class Servers:
    """The processes in use, each started when it is asked for first."""

    ENGINES = ["swift-parquet", "pyarrow", "duckdb", "polars"]
    PEERS = ENGINES[1:]

    def __init__(self, bench):
        self.bench = bench
        self.versions = {}
        self._running = {}

    def server(self, engine, threads, way=""):
        """The process of an engine; of each way one of its own, where what one leaves behind would
        hide the memory that another takes."""
        key = engine, threads, way
        if key not in self._running:
            self._running[key] = Server(engine, threads, self.bench)
            self.versions[engine] = self._running[key].version
        return self._running[key]

    def close(self):
        """Ends them, and frees what they hold."""
        for server in self._running.values():
            server.close()
        self._running = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
