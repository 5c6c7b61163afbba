"""What the contests' options have in common."""

import argparse
import os

from client import processors

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def words(known):
    """A list with commas of some of the words that are known, or `all`."""
    def parse(text):
        chosen = text.split(",")
        if chosen == ["all"]:
            return known
        unknown = [word for word in chosen if word not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"{unknown[0]}: one of {', '.join(known)}, all")
        return chosen
    return parse


def number(text):
    """A number from 1 on, which may have a binary unit."""
    units = {"Ki": 10, "Mi": 20, "Gi": 30}
    shift = units.get(text[-2:], 0)
    value = int(text[:-2] if shift else text) << shift
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text}: a number from 1 on")
    return value


def parser(program, description, works, runs, threads):
    """A parser of the options that all contests have; `threads` are the numbers of them beside one a processor."""
    made = argparse.ArgumentParser(
        prog=program, description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--bench", required=True, help=argparse.SUPPRESS)
    made.add_argument(
        "--works", type=words(works), default=works, help=f"which works, of {', '.join(works)}; all by default")
    made.add_argument("--runs", type=number, default=runs, help=f"rounds after the first one; {runs}")
    made.add_argument(
        "--threads", type=lambda text: [number(part) for part in text.split(",")],
        default=sorted({min(count, processors()) for count in threads} | {processors()}),
        help=f"numbers of threads; {', '.join(map(str, threads))} and one a processor")
    made.add_argument("--to", help="the folder for what is written; memory where there is room")
    made.add_argument("--check", action="store_true", help="the status is 1 where a target is missed")
    return made
