"""What the project promises beside the peers, and whether a run holds it."""

from dataclasses import dataclass

from contest import OURS
from data import GENERATED


@dataclass
class Target:
    name: str
    value: float
    bound: float
    at_most: bool = False

    @property
    def holds(self):
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    def __str__(self):
        relation = "at most" if self.at_most else "at least"
        return f"{self.name}: {self.value:.2f}, {relation} {self.bound:.2f}"

    def record(self):
        return {
            "name": self.name, "value": self.value, "bound": self.bound, "at_most": self.at_most,
            "holds": self.holds}


# Lineitem: the codec, and how many times the fastest peer's speed.
WRITE = {"snappy": 2.0, "none": 2.0, "zstd:1": 1.5, "zstd:3": 1.25}
# The other data sets: nearly all, and every one.
OTHERS, OTHERS_LEAST = 1.5, 1.2
READ = {"read": 1.2, "filter": 2.0}
CONVERT = 1.5
SCALING = 1.85
FLOOR = 1.8


def targets(contests):
    """A target for each contest that one is set for."""
    found = []

    def hold(name, value, bound, at_most=False):
        if value is not None:
            found.append(Target(name, value, bound, at_most))

    for contest in contests:
        title = contest.title
        if contest.work == "write" and contest.data == "lineitem":
            if contest.codec not in WRITE:
                continue
            # Of more processors than two no promise is made.
            if contest.threads <= 2:
                hold(f"{title}, to the best peer", contest.ratio, WRITE[contest.codec])
            if contest.threads == 2:
                hold(f"{title}, to one thread", contest.scaling, SCALING)
            if contest.codec != "none":
                hold(f"{title}, bytes to the smallest peer's", contest.size_ratio, 1.0, True)
            if contest.codec == "snappy" and contest.threads == 1:
                hold(f"{title}, time to the floor", contest.floor_distance, FLOOR, True)
        elif contest.work == "write" and contest.data in GENERATED and contest.codec == "snappy":
            hold(f"{title}, to the best peer", contest.ratio, OTHERS)
        elif contest.work in READ and contest.what == "own files":
            hold(f"{title}, to the best peer", contest.ratio, READ[contest.work])
        elif contest.work == "convert":
            hold(f"{title}, to the best peer", contest.ratio, CONVERT)
        elif contest.work in ("csv", "ndjson"):
            hold(f"{title}, to DuckDB", contest.ratio_to("duckdb"), CONVERT)
    return found


def missed(contests, at_least):
    """A line for each contest whose speed is less than `at_least` percent of the best peer's."""
    return [
        f"{contest.title}: {contest.ratio:.2f} times the fastest peer's speed"
        for contest in contests
        if contest.ratio is not None and contest.ratio * 100 < at_least]
