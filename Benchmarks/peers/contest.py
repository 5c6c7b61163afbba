"""One piece of work, done by several engines in turn, and what it took them."""

import os
import statistics
from dataclasses import dataclass, field
from typing import Callable, Optional

from client import Cannot

OURS = "swift-parquet"
FLOOR = "floor"
# Of several ways one peer can go, those that take this much longer than its fastest one when both are
# warm are left out of the rounds.
SLOWER_WAY = 1.1


@dataclass
class Contestant:
    name: str
    engine: str
    work: Callable[[], dict]
    # The file it writes, if any.
    target: Optional[str] = None
    # Ours, a peer, the floor, or ours in another setting, which is no contestant proper.
    kind: str = "peer"
    warm_up: list = field(default_factory=list)
    runs: list = field(default_factory=list)
    bytes_out: int = 0
    # Why it has no part in the rounds.
    left_out: str = ""

    def take_turn(self):
        # Everyone writes a new file: what goes when an old one is replaced is nobody's work.
        if self.target and os.path.exists(self.target):
            os.remove(self.target)
        run = self.work()
        if self.target:
            self.bytes_out = os.path.getsize(self.target)
        return run

    @property
    def is_timed(self):
        return bool(self.runs)

    def median(self, what="seconds"):
        return statistics.median(run[what] for run in self.runs)

    @property
    def spread(self):
        seconds = [run["seconds"] for run in self.runs]
        return (max(seconds) - min(seconds)) / self.median()

    @property
    def peak(self):
        """The largest of all turns."""
        return max(run["peak"] for run in self.warm_up + self.runs)

    def record(self):
        return {
            "name": self.name, "engine": self.engine, "kind": self.kind,
            "bytes_out": self.bytes_out, "left_out": self.left_out, "warm_up": self.warm_up,
            "runs": self.runs}


@dataclass
class Contest:
    work: str
    data: str
    threads: int
    codec: str
    rows: int
    # What the throughput counts: the table in memory, or the file that is read.
    byte_count: int
    contestants: list
    # What it is, where the work's name does not say it.
    what: str = ""
    notes: list = field(default_factory=list)

    @property
    def title(self):
        threads = f"{self.threads} thread" + "s" * (self.threads > 1)
        what = f" ({self.what})" if self.what else ""
        return f"{self.work} {self.data}{what}, {self.codec}, {threads}"

    def run(self, runs, after_warm_up=None):
        """Every contestant once to warm up, and once more where it is one way of several, then `runs`
        rounds."""
        self._round(self.contestants, lambda contestant: contestant.warm_up)
        if after_warm_up:
            after_warm_up()
        self._leave_out_slower_ways()
        for _ in range(runs):
            self._round(self.contestants, lambda contestant: contestant.runs)

    @staticmethod
    def _round(contestants, runs_of):
        for contestant in contestants:
            if contestant.left_out:
                continue
            try:
                runs_of(contestant).append(contestant.take_turn())
            except Cannot as reason:
                contestant.left_out = f"cannot: {reason}"
                contestant.runs = []

    def _leave_out_slower_ways(self):
        for engine in {c.engine for c in self.contestants if c.kind == "peer"}:
            ways = [c for c in self.contestants if c.engine == engine and not c.left_out]
            if len(ways) < 2:
                continue
            self._round(ways, lambda contestant: contestant.warm_up)
            ways = [c for c in ways if not c.left_out]
            # One turn says little of a machine that does other work; its processor time says more.
            what = "cpu" if self.threads == 1 else "seconds"
            fastest = min((c.warm_up[-1][what] for c in ways), default=0)
            for contestant in ways:
                seconds = contestant.warm_up[-1][what]
                if seconds > SLOWER_WAY * fastest:
                    contestant.left_out = (
                        f"{seconds:.3f} s when warm, slower than another way of this engine")

    def timed(self, kind):
        return [c for c in self.contestants if c.kind == kind and c.is_timed]

    @property
    def ours(self):
        return next(iter(self.timed("ours")), None)

    @property
    def best_peer(self):
        return min(self.timed("peer"), key=lambda c: c.median(), default=None)

    @property
    def ratio(self):
        """This engine's speed in relation to the fastest peer's; None without a peer."""
        if not self.ours or not self.best_peer:
            return None
        return self.best_peer.median() / self.ours.median()

    @property
    def processor_ratio(self):
        """The ratio by processor time, the peer's least: it holds also where others use the machine."""
        peers = [c.median("cpu") for c in self.timed("peer")]
        return min(peers) / self.ours.median("cpu") if peers and self.ours else None

    def ratio_to(self, engine):
        peers = [c.median() for c in self.timed("peer") if c.engine == engine]
        return min(peers) / self.ours.median() if peers and self.ours else None

    @property
    def size_ratio(self):
        """The bytes this engine writes in relation to the fewest of any peer."""
        sizes = [c.bytes_out for c in self.contestants if c.kind == "peer" and c.bytes_out]
        return self.ours.bytes_out / min(sizes) if sizes and self.ours else None

    @property
    def floor_distance(self):
        floor = self.timed("floor")
        return self.ours.median() / floor[0].median() if floor and self.ours else None

    @property
    def scaling(self):
        """This engine's speed in relation to its own with one thread."""
        single = self.timed("single")
        return single[0].median() / self.ours.median() if single and self.ours else None

    def record(self):
        return {
            "title": self.title, "work": self.work, "data": self.data, "what": self.what,
            "codec": self.codec, "threads": self.threads, "rows": self.rows,
            "byte_count": self.byte_count, "ratio": self.ratio,
            "processor_ratio": self.processor_ratio, "size_ratio": self.size_ratio,
            "floor_distance": self.floor_distance, "scaling": self.scaling, "notes": self.notes,
            "contestants": [contestant.record() for contestant in self.contestants]}
