"""The works: what is written, read and converted, by whom, and how often."""

import os
import sys

from client import Cannot, Command
from contest import FLOOR, OURS, Contest, Contestant
from data import GENERATED

# Those that the command `parquet` does.
COMMAND_WORKS = ["convert", "csv", "ndjson"]
ALL = ["write", "read", "filter"] + COMMAND_WORKS
# The codecs that lineitem is written with; the other data sets are written with snappy.
CODECS = ["snappy", "none", "zstd:1", "zstd:3"]
# The works that take milliseconds are done so many times as often.
MORE_RUNS = {"filter": 5}
# The share of the rows that the work "filter" keeps, in the middle of the sorted keys.
FILTER_SHARE = 0.01


class Works:
    """Runs the works that `settings` ask for, and hands each contest to `report`."""

    def __init__(self, settings, servers, lineitem, report):
        self.settings = settings
        self.servers = servers
        self.lineitem = lineitem
        self.report = report
        self.command = os.path.join(os.path.dirname(settings.bench), "parquet")

    def run(self):
        if set(self.settings.works) & set(COMMAND_WORKS) and not os.path.exists(self.command):
            sys.exit(f"peers: {self.command} is missing: build the product parquet as bench was built")
        for work in ALL:
            if work in self.settings.works:
                getattr(self, work)()
                self.servers.close()

    def _finish(self, contest, after_warm_up=None):
        contest.run(self.settings.runs * MORE_RUNS.get(contest.work, 1), after_warm_up)
        self.report(contest)

    def _codec(self):
        return "snappy"

    # Writing

    def write(self):
        if "lineitem" in self.settings.data:
            source = self.lineitem.source
            byte_counts = {}
            for codec in self.settings.codecs or CODECS:
                for threads in self.settings.threads if codec == "snappy" else [1]:
                    for engine in self.servers.ENGINES:
                        self._load(engine, threads, source, byte_counts)
                    self._load(OURS, 1, source, byte_counts)
                    self._write(
                        "lineitem", source, self.lineitem.rows, byte_counts[OURS, 1], codec, threads)
            self.servers.close()
        for data in GENERATED:
            if data not in self.settings.data:
                continue
            source = self.lineitem.path(f"{data}-source.parquet")
            words = ["make", data, source] + ([self.settings.rows] if self.settings.rows else [])
            made = self.servers.server(OURS, 1).ask(*words)
            cannot = {}
            for engine in self.servers.PEERS:
                try:
                    self.servers.server(engine, 1).ask("load", source)
                except Cannot as reason:
                    cannot[engine] = reason
            for codec in self.settings.codecs or [self._codec()]:
                self._write(data, source, made["rows"], int(made["note"]), codec, 1, cannot)
            self.servers.close()
            os.remove(source)

    def _load(self, engine, threads, source, loaded):
        """Loads it once; `loaded` has the bytes it takes in memory, where the engine says so."""
        if (engine, threads) not in loaded:
            answer = self.servers.server(engine, threads).ask("load", source)
            loaded[engine, threads] = int(answer["note"] or 0)

    def _write(self, data, source, rows, byte_count, codec, threads, cannot=()):
        def target(name):
            return self.lineitem.path(f"{data}-{name}.parquet")

        def ours(count):
            return lambda: self.servers.server(OURS, count).ask(
                "write", codec, count, target(OURS))

        contestants = [Contestant(OURS, OURS, ours(threads), target(OURS), "ours")]
        for engine in self.servers.PEERS:
            server = self.servers.server(engine, threads)
            variants = ["default"]
            if engine == "pyarrow" and engine not in cannot:
                variants = server.ask("variants")["note"].split(",")
            for variant in variants:
                name = engine if variant == "default" else f"{engine}-{variant}"
                contestant = Contestant(
                    name, engine, lambda server=server, variant=variant, name=name: server.ask(
                        "write", variant, codec, target(name)), target(name))
                contestant.left_out = f"cannot: {cannot[engine]}" if engine in cannot else ""
                contestants.append(contestant)
        if threads == 1 and "pyarrow" not in cannot:
            contestants.append(Contestant(
                FLOOR, FLOOR, lambda: self.servers.server(OURS, 1, FLOOR).ask(
                    "floor", target("pyarrow"), codec), None, "floor"))
        if threads > 1:
            contestants.append(Contestant(
                f"{OURS}, 1 thread", OURS, ours(1), target(OURS), "single"))
        contest = Contest("write", data, threads, codec, rows, byte_count, contestants)
        self._finish(contest, lambda: self._check(contest, source, target(OURS)))
        for contestant in contestants:
            if contestant.target and os.path.exists(contestant.target):
                os.remove(contestant.target)

    def _check(self, contest, source, written):
        """What this engine wrote is the table, says pyarrow, checksums verified."""
        try:
            found = self.servers.server("pyarrow", 1, "check").ask("check", source, written)
        except Cannot as reason:
            contest.notes.append(f"pyarrow cannot compare what this engine wrote: {reason}")
            return
        if found["note"] != "same":
            sys.exit(f"peers: {contest.title}: what this engine wrote is not the table it was given:"
                     f" {found['note']}")

    # Reading

    def _readers(self, work, file_of, *words):
        """Every engine, on the files that `file_of` gives for it: (name, engine, request)."""
        ways = {
            "swift-parquet": [("", None)],
            "pyarrow": [("", "default")],
            "duckdb": [("", "default")],
            "polars": [("", "default")],
        }
        if work == "read":
            ways["pyarrow"] += [("-dictionary", "dictionary")]
        contestants = []
        for engine in self.servers.ENGINES:
            for suffix, variant in ways[engine]:
                for file_suffix, path in file_of(engine):
                    server = self.servers.server(engine, 1, suffix + file_suffix)
                    request = [work] + ([variant] if variant else []) + [path, *words]
                    contestants.append(Contestant(
                        engine + suffix + file_suffix, engine,
                        lambda server=server, request=request: server.ask(*request),
                        None, "ours" if engine == OURS else "peer"))
        return contestants

    def _own_files(self, engine):
        files = [("", self.lineitem.written_by(engine))]
        if engine == "pyarrow":
            files.append(("-decimal64", self.lineitem.written_by(engine, "decimal64")))
        return files

    def _reading(self, work, byte_count, *words):
        """On the file each engine wrote itself, then all on one file: pyarrow's, ours, the best peer's."""
        for engine in self.servers.ENGINES:
            self._own_files(engine)
        # What the files were written from is not to lie in memory any more.
        self.servers.close()

        def contest(what, file_of):
            result = Contest(
                work, "lineitem", 1, "snappy", self.lineitem.rows, byte_count,
                self._readers(work, file_of, *words), what)
            self._finish(result)
            self.servers.close()
            rows = {c.runs[0]["rows"] for c in result.contestants if c.runs}
            if len(rows) > 1:
                sys.exit(f"peers: {result.title}: the engines find different rows: {rows}")
            return result

        def one(path):
            return lambda engine: [("", path)]

        own = contest("own files", self._own_files)
        contest("file by pyarrow", one(self.lineitem.written_by("pyarrow")))
        contest(f"file by {OURS}", one(self.lineitem.written_by(OURS)))
        best = own.best_peer.engine if own.best_peer else "pyarrow"
        if best != "pyarrow":
            contest(f"file by {best}", one(self.lineitem.written_by(best)))

    def _byte_count(self):
        answer = self.servers.server(OURS, 1).ask("load", self.lineitem.source)
        return int(answer["note"])

    def read(self):
        self._reading("read", self._byte_count())

    def filter(self):
        byte_count = self._byte_count()
        last = self.lineitem.last_key
        low = int(last * (0.5 - FILTER_SHARE / 2))
        high = int(last * (0.5 + FILTER_SHARE / 2))
        self._reading("filter", byte_count, low, high)

    # Converting

    def convert(self):
        source = self.lineitem.written_by("pyarrow")
        self._converting(
            "convert", source, self.lineitem.rows,
            {"pyarrow": ["default", "dictionary"], "duckdb": ["default"],
             "polars": ["default", "streaming"]})

    def csv(self):
        self._converting("csv", self.lineitem.as_csv(), self.lineitem.rows)

    def ndjson(self):
        source, rows = self.lineitem.as_ndjson()
        self._converting("ndjson", source, rows)

    def _converting(self, work, source, rows, ways=None):
        """Whole processes of this engine beside the peers' processes, whose start and imports do not
        count."""
        ways = ways or {
            "pyarrow": ["default"], "duckdb": ["default"], "polars": ["default", "streaming"]}
        self.servers.close()
        codec = self._codec()
        for threads in self.settings.threads:
            command = Command(self.command, threads)
            mine = self.lineitem.path(f"{work}-{OURS}.parquet")
            contestants = [Contestant(
                OURS, OURS, lambda: command.convert(source, codec, mine), mine, "ours")]
            for engine, variants in ways.items():
                for variant in variants:
                    server = self.servers.server(engine, threads, variant)
                    name = engine if variant == "default" else f"{engine}-{variant}"
                    target = self.lineitem.path(f"{work}-{name}.parquet")
                    request = [work, variant, source, codec, target]
                    contestants.append(Contestant(
                        name, engine,
                        lambda server=server, request=request: server.ask(*request), target))
            contest = Contest(
                work, "lineitem", threads, codec, rows, os.path.getsize(source), contestants)
            self._finish(contest, lambda: self._check_rows(contest, mine, source, work))
            for contestant in contestants:
                if os.path.exists(contestant.target):
                    os.remove(contestant.target)
            self.servers.close()

    def _check_rows(self, contest, written, source, work):
        """The same table where the source is one; else as many rows."""
        if work == "convert":
            self._check(contest, source, written)
            return
        found = self.servers.server("pyarrow", 1, "check").ask("rows", written)["rows"]
        if found != contest.rows:
            sys.exit(f"peers: {contest.title}: {found} rows of {contest.rows} were written")
