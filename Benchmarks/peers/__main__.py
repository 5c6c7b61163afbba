#!/usr/bin/env python3
"""Does the same work with this engine and with its peers, in turns, and holds the figures beside each
other. Started by `bench --peers`.

Every engine is a process of its own, held to as many processors as it may use threads, that has the table
in the memory format it likes best. Time, processor time and the peak of memory are taken inside the
process, around the work alone; of the command `parquet` over the whole process.
"""

import os
import signal
import sys

import arguments as options
import data
import works
from client import Servers


def parse(arguments):
    parser = options.parser("bench --peers", __doc__, works.ALL, runs=5, threads=[1, 2])
    parser.add_argument(
        "--data", type=options.words(data.ALL), default=data.ALL,
        help="which data sets are written; the other works take lineitem")
    parser.add_argument("--rows", type=options.number, help="rows of each data set")
    parser.add_argument(
        "--codec", dest="codecs", type=lambda text: text.split(","),
        help=f"codecs to write with; {', '.join(works.CODECS)} for lineitem, snappy for the others")
    parser.add_argument("--json", default=f"{options.PACKAGE}/.build/bench/peers.json")
    parser.add_argument("--svg", default=f"{options.PACKAGE}/.build/bench/peers.svg")
    parser.add_argument("--markdown", help="write a table of the results there")
    parser.add_argument(
        "--at-least", type=float, default=0, metavar="PERCENT",
        help="the status is 1 where the speed is less than so much of the fastest peer's")
    return parser.parse_args(arguments)


def run(settings):
    # After the arguments are read, so that --help needs no more than Python.
    import chart
    import machine
    import report
    import targets

    # A run that is ended leaves no files in memory.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("peers: ended by a signal"))
    place = machine.describe()
    contests = []

    for path in (settings.json, settings.svg, settings.markdown):
        if path:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)

    def done(contest):
        """After each contest, so that a run which is stopped leaves what it has found."""
        contests.append(contest)
        report.print_contest(contest)
        held = targets.targets(contests)
        report.write_json(settings.json, contests, held, place, servers.versions, vars(settings))
        subtitle = report.header(place, servers.versions).replace("\n", "; ")
        report.write(settings.svg, chart.svg(contests, subtitle))
        if settings.markdown:
            report.write(
                settings.markdown,
                report.markdown(contests, held, place, servers.versions, settings.runs))

    with data.folder(settings.to) as folder, Servers(settings.bench) as servers:
        for engine in servers.PEERS:
            servers.server(engine, 1)
        servers.versions[data.GENERATOR] = data.generator_version()
        print(report.header(place, servers.versions), flush=True)
        lineitem = data.Lineitem(folder, servers, settings.rows)
        works.Works(settings, servers, lineitem, done).run()
    held = targets.targets(contests)
    print("\ntargets")
    for target in held:
        print(f"  {'holds ' if target.holds else 'MISSED'} {target}")
    print(f"\n{settings.json}\n{settings.svg}")
    lines = targets.missed(contests, settings.at_least)
    if settings.check:
        lines += [str(target) for target in held if not target.holds]
    for line in lines:
        print(f"peers: missed: {line}", file=sys.stderr)
    return 1 if lines else 0


def main():
    if sys.argv[1:2] == ["--serve"]:
        from serve import serve
        serve(sys.argv[2], int(sys.argv[3]))
        return 0
    return run(parse(sys.argv[1:]))


if __name__ == "__main__":
    sys.exit(main())
