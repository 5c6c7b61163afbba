"""What a run found, as text, as Markdown and as JSON."""

import json

from contest import OURS

COLUMNS = ["seconds", "spread", "rows/s", "MB/s", "CPU s", "peak MB", "bytes out", "speed"]
WIDTHS = [9, 8, 12, 9, 9, 9, 12, 8]


def cells(contest, contestant):
    """What a contestant took; its speed is in relation to the fastest peer's."""
    seconds = contestant.median()
    best = contest.best_peer
    is_floor = contestant.kind == "floor"
    # What is read of the table is a small part of its bytes.
    has_bytes = not is_floor and contest.work != "filter"
    return [
        f"{seconds:.3f}", f"{contestant.spread:.0%}",
        "" if is_floor else f"{contest.rows / seconds:.0f}",
        f"{contest.byte_count / seconds / 1e6:.1f}" if has_bytes else "",
        f"{contestant.median('cpu'):.3f}", f"{contestant.peak / 1e6:.1f}",
        str(contestant.bytes_out) if contestant.bytes_out else "",
        "" if is_floor or not best else f"{best.median() / seconds:.2f}x"]


def summary(contest):
    """What else is to be said of a contest, in lines."""
    lines = []
    if contest.ratio is not None:
        best = contest.best_peer
        line = f"{OURS} is {contest.ratio:.2f} times as fast as {best.name}, the fastest peer"
        line += f", {contest.processor_ratio:.2f} times by processor time"
        if contest.size_ratio is not None:
            line += f"; its file has {contest.size_ratio:.3f} times the bytes of the smallest peer's"
        lines.append(line)
    if contest.floor_distance is not None:
        floor = contest.timed("floor")[0]
        lines.append(
            f"it takes {contest.floor_distance:.2f} times the floor of {floor.median():.3f} s: the"
            f" codec alone on pyarrow's pages, and one copy of the {floor.runs[0]['rows']} bytes out")
    if contest.scaling is not None:
        lines.append(
            f"it is {contest.scaling:.2f} times as fast with {contest.threads} threads as with one")
    for contestant in contest.contestants:
        if contestant.left_out:
            lines.append(f"{contestant.name}: {contestant.left_out}")
    return lines + contest.notes


def print_contest(contest):
    runs = len(contest.ours.runs) if contest.ours else 0
    print(f"\n{contest.title}: {contest.rows} rows, {contest.byte_count} bytes;"
          f" median of {runs}, in turns")
    print(f"  {'engine':24}" + "".join(
        f"{name:>{width}}" for name, width in zip(COLUMNS, WIDTHS)))
    for contestant in sorted(
            (c for c in contest.contestants if c.is_timed), key=lambda c: c.median()):
        print(f"  {contestant.name:24}" + "".join(
            f"{cell:>{width}}" for cell, width in zip(cells(contest, contestant), WIDTHS)))
    for line in summary(contest):
        print(f"  {line}")
    print(flush=True, end="")


def header(machine, versions):
    names = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    return (f"{machine['processors']} processors {machine['processor']}"
            f" ({machine['architecture']}), {machine['memory']}, {machine['system']};"
            f" load {machine['load']}; {machine['time']}\n{names}")


def markdown(contests, targets, machine, versions, runs):
    """A table of a line for each contest, and one of the targets."""
    peers = ["pyarrow", "duckdb", "polars"]

    def number(value, digits=2, unit=""):
        return "" if value is None else f"{value:.{digits}f}{unit}"

    lines = [
        header(machine, versions).replace("\n", "; ") + f"; median of {runs}.", "",
        "| work | MB/s | to pyarrow | to DuckDB | to Polars | to the best | CPU s (best peer's)"
        " | peak MB (best peer's) | bytes out | to the smallest peer's | to the floor |",
        "|---|---|---|---|---|---|---|---|---|---|---|"]
    for contest in contests:
        ours, best = contest.ours, contest.best_peer
        if not ours:
            continue
        lines.append("| " + " | ".join([
            contest.title, cells(contest, ours)[COLUMNS.index("MB/s")],
            *(number(contest.ratio_to(peer)) for peer in peers), number(contest.ratio),
            f"{ours.median('cpu'):.2f}" + (f" ({best.median('cpu'):.2f})" if best else ""),
            f"{ours.peak / 1e6:.0f}" + (f" ({best.peak / 1e6:.0f})" if best else ""),
            f"{ours.bytes_out:,}".replace(",", " ") if ours.bytes_out else "",
            number(contest.size_ratio, 3), number(contest.floor_distance)]) + " |")
    notes = [f"{c.title}: {line}" for c in contests for line in summary(c) if "cannot" in line]
    if notes:
        lines += [""] + [f"- {note}" for note in notes]
    lines += ["", "| target | found | asked for | |", "|---|---|---|---|"]
    for target in targets:
        lines.append(
            f"| {target.name} | {target.value:.2f} | {'≤' if target.at_most else '≥'}"
            f" {target.bound:.2f} | {'' if target.holds else 'missed'} |")
    return "\n".join(lines) + "\n"


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def write_json(path, contests, targets, machine, versions, settings):
    write(path, json.dumps({
        "machine": machine, "versions": versions, "settings": settings,
        "contests": [contest.record() for contest in contests],
        "targets": [target.record() for target in targets]}, indent=1) + "\n")
