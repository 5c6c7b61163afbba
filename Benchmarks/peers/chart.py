"""A chart of a run as SVG: for each contest the speed of every engine in relation to the fastest peer's."""

from html import escape

from contest import OURS

ENGINES = [(OURS, "ours"), ("pyarrow", "pyarrow"), ("duckdb", "duckdb"), ("polars", "polars")]
LABEL, BARS, RIGHT = 350, 430, 60
BAR, GAP, TOP = 9, 12, 62
STYLE = """
  text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #24292f }
  .title { font-size: 15px; font-weight: 600 }
  .small { font-size: 10px; fill: #57606a }
  .line { stroke: #8c959f; stroke-width: 1 }
  .grid { stroke: #8c959f; stroke-opacity: .3; stroke-width: 1 }
  .ours { fill: #d1541d } .pyarrow { fill: #3f7fbf } .duckdb { fill: #8a8f1c } .polars { fill: #7f6bb0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9da7b1 }
    .ours { fill: #f0783f } .pyarrow { fill: #6ca6e0 } .duckdb { fill: #b9bf3f }
    .polars { fill: #a896d8 }
  }"""


def speeds(contest):
    """(class, speed) of every engine that took part, in its fastest way."""
    best = contest.best_peer.median()
    found = []
    for engine, style in ENGINES:
        times = [
            c.median() for c in contest.contestants
            if c.engine == engine and c.kind in ("ours", "peer") and c.is_timed]
        if times:
            found.append((style, best / min(times)))
    return found


def svg(contests, subtitle):
    rows = [(contest, speeds(contest)) for contest in contests if contest.ratio is not None]
    widest = max([speed for _, bars in rows for _, speed in bars], default=1)
    limit = max(2, int(widest) + 1)
    step = max(1, limit // 8)
    scale = BARS / limit
    width = LABEL + BARS + RIGHT
    height = TOP + sum(len(bars) * BAR + GAP for _, bars in rows) + 30
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img">',
        "<title>Speed beside the fastest peer</title>", f"<style>{STYLE}\n</style>",
        '<text class="title" x="10" y="20">Speed in relation to the fastest peer (1 = as fast)</text>',
        f'<text class="small" x="10" y="36">{escape(subtitle)}</text>']
    x = LABEL
    for name, style in ENGINES:
        out.append(f'<rect class="{style}" x="{x}" y="44" width="10" height="10"/>')
        out.append(f'<text class="small" x="{x + 14}" y="53">{name}</text>')
        x += 24 + 7 * len(name)
    for value in range(0, limit + 1, step):
        style = "line" if value in (0, 1) else "grid"
        x = LABEL + value * scale
        out.append(
            f'<line class="{style}" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 24}"/>')
        out.append(
            f'<text class="small" x="{x:.1f}" y="{height - 10}" text-anchor="middle">{value}</text>')
    if step > 1:
        x = LABEL + scale
        out.append(
            f'<line class="line" x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{height - 24}"/>')
    y = TOP + 4
    for contest, bars in rows:
        middle = y + len(bars) * BAR / 2 + 4
        out.append(
            f'<text x="{LABEL - 8}" y="{middle:.1f}" text-anchor="end">{escape(contest.title)}</text>')
        for style, speed in bars:
            out.append(
                f'<rect class="{style}" x="{LABEL}" y="{y}" width="{speed * scale:.1f}"'
                f' height="{BAR - 1}"/>')
            if style == "ours":
                out.append(
                    f'<text class="small" x="{LABEL + speed * scale + 4:.1f}" y="{y + BAR - 1}">'
                    f"{speed:.2f}</text>")
            y += BAR
        y += GAP
    return "\n".join(out + ["</svg>"]) + "\n"
