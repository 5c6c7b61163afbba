#!/usr/bin/env python3
"""Kills `parquet stellar archive` at random moments, with its write-ahead log, and looks whether each message that was
acknowledged is in the archive once.

usage: check_kills.py PARQUET_COMMAND [--count N] [--seed N]

--count is the number of kills that come before the end of a run.

Messages come through a pipe, in pieces that end anywhere. After a kill (SIGKILL) the run that follows gets the lines from
the first one on that was not acknowledged, or, at times, none: what was acknowledged must be there then. A message that
was sent twice because its acknowledgement was lost may be there twice; no other, and none is missing. In some runs the
folder of a type cannot be written for a while. Files that have their names are whole at every step, and beside them
nothing is left after the last run.
"""

import argparse
import base64
import collections
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import archive_files
import runs
from message_model import Fault, Model
from random_messages import Maker

failures = []


class Story:
    """One archive, and the messages that are sent to it by one run after another."""

    def __init__(self, command, root, rng, number):
        self.command, self.rng, self.number = command, rng, number
        self.root = Path(root) / f"story {number}"
        self.root.mkdir()
        self.tree, self.log, self.letters = self.root / "archive", self.root / "log", self.root / "letters"
        kinds = rng.choice([["contract_data_message"], ["contract_data_message", "event_list", "asset", "stable"],
                            ["event_rpc", "event_list"], ["stable", "ledger"]])
        maker = Maker(rng, kinds, [(2025, 7, 13), (2025, 7, 14)][:rng.choice([1, 2])], bad=rng.choice([0, 0.02]))
        self.lines = [maker.line() for _ in range(rng.choice([400, 1500, 4000]))]
        self.options = {
            "local_path": self.tree, "write_ahead_log": self.log, "acknowledge": True,
            "path_prefix": "{message_type}", "retries": 0, "schema_evolution": True,
            "buffer_size": rng.choice([1, 10, 100, 500, 100_000]), "threads": rng.choice([1, 2]),
            "write_ahead_log_sync": rng.choice(["true", "true", "false"]),
            "dead_letter_path": self.letters if rng.random() < 0.6 else None,
        }
        if self.options["buffer_size"] == 1:
            self.lines = self.lines[:300]
        self.acknowledged = 0
        self.sent = collections.Counter()
        self.readable = set()
        self.landed = 0

    def fail(self, text):
        failures.append(f"story {self.number}: {text}")

    # Runs

    def run(self, kill_after=None, feed=True, blocks_storage=False):
        """Runs the command once; kills it after some seconds, where it is to be killed."""
        rng = self.rng
        obstacle = self.tree / rng.choice(["event", "contract_data", "swap", "asset_details"])
        if blocks_storage and not obstacle.exists():
            obstacle.parent.mkdir(parents=True, exist_ok=True)
            obstacle.write_text("in the way")
        else:
            blocks_storage = False
        run = subprocess.Popen(runs.words(self.command, self.options) + ["--quiet"], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        first = self.acknowledged
        lines = self.lines[first:] if feed else []
        counts, said = [0], []
        threads = [threading.Thread(target=self.send, args=(run.stdin, lines, first, kill_after is not None,
                                                            random.Random(rng.random()))),
                   threading.Thread(target=self.count, args=(run.stdout, counts)),
                   threading.Thread(target=lambda: said.append(run.stderr.read()))]
        for thread in threads:
            thread.start()
        if kill_after is not None:
            time.sleep(kill_after)
            if blocks_storage and rng.random() < 0.5:
                obstacle.unlink()
                blocks_storage = False
                time.sleep(rng.uniform(0, 0.05))
            run.kill()
        if blocks_storage:
            # A run that is not killed must store everything in the end.
            if kill_after is None:
                time.sleep(0.3)
            obstacle.unlink()
        status = run.wait()
        for thread in threads:
            thread.join()
        self.acknowledged = first + counts[0]
        return status, said[0].decode(errors="replace")

    def send(self, pipe, lines, first, slowly, rng):
        """Writes lines to a pipe, in pieces that end anywhere."""
        at = 0
        try:
            while at < len(lines):
                count = rng.choice([1, 3, 20, 100])
                part = lines[at:at + count]
                for place in range(first + at, first + at + len(part)):
                    self.sent[place] += 1
                data = b"".join(line + b"\n" for line in part)
                cut = rng.randrange(len(data)) if rng.random() < 0.3 else len(data)
                for piece in (data[:cut], data[cut:]):
                    pipe.write(piece)
                    pipe.flush()
                    if slowly and rng.random() < 0.5:
                        time.sleep(rng.choice([0, 0.0005, 0.003]))
                at += count
            pipe.close()
        except OSError:
            try:
                pipe.close()
            except OSError:
                pass

    @staticmethod
    def count(pipe, counts):
        for text in pipe:
            if text.endswith(b"\n"):
                counts[0] = int(text)

    # What is there

    def check_files(self):
        """Every file with a name is whole; the rows that are new."""
        for path in archive_files.paths(self.tree):
            if path in self.readable:
                continue
            try:
                archive_files.ArchiveFile(self.tree, path)
                self.readable.add(path)
            except Exception as error:  # noqa: BLE001 - whatever a reader would meet
                self.fail(f"{path} cannot be read: {error}")

    def found(self):
        """How often each row is in the archive, and each message in the dead-letter file."""
        rows = collections.Counter()
        for file in archive_files.read(self.tree):
            schema = archive_files.schema_of(file.table)
            if not set(archive_files.UNIQUE[schema]) <= set(file.table.schema.names):
                self.fail(f"{file.path} has other columns than any message that was sent: {file.table.schema.names}")
                continue
            columns = file.table.select(archive_files.UNIQUE[schema]).to_pylist()
            rows.update((schema, archive_files.identity(schema, row)) for row in columns)
        letters = collections.Counter()
        if self.letters.exists():
            for line in self.letters.read_bytes().splitlines():
                start = line.find(b',"message":')
                letter = json.loads(line) if start < 0 else {}
                text = line[start + 11:-1] if start >= 0 else letter.get("text", "").encode()
                letters[(base64.b64decode(letter["base64"]) if "base64" in letter else text).strip()] += 1
        return rows, letters

    def check_messages(self, count, whole):
        """The first `count` lines are there; all of them were acknowledged."""
        rows, letters = self.found()
        model = Model()
        known, twice = set(), 0
        refused = collections.defaultdict(lambda: [0, 0])
        for place, line in enumerate(self.lines):
            sent = self.sent[place]
            in_letters = letters[line.strip()]
            try:
                taken = model.take(line)
            except Fault:
                # Some of these are the same.
                refused[line.strip()][0] += place < count
                refused[line.strip()][1] += sent
                continue
            if not taken:
                continue
            keys = [(row.schema, archive_files.identity(row.schema, row.values)) for row in taken]
            known.update(keys)
            found = {rows[key] for key in keys}
            if len(found) > 1:
                self.fail(f"line {place}: some of its rows are there more often than others, {found}")
            total = max(found) + in_letters
            least = 1 if place < count else 0
            # A kill between the letters of a file that cannot be stored and their note in the log leaves both.
            if not least <= total <= max(sent, least) + (in_letters > 0):
                self.fail(f"line {place}, sent {sent} times, {'' if place < count else 'not '}acknowledged, is there"
                          f" {max(found)} times and {in_letters} times in the dead-letter file: {line[:300]}")
            twice += total > 1
        for line, (least, most) in refused.items():
            if self.letters.exists() and not least <= letters[line] <= most:
                self.fail(f"no message, sent {most} times, {least} of them acknowledged, and {letters[line]} times in the"
                          f" dead-letter file: {line[:300]}")
        strangers = [key for key in rows if key not in known]
        if strangers:
            self.fail(f"rows that were not sent: {strangers[:3]}")
        if whole and archive_files.others(self.tree):
            self.fail(f"beside the files: {archive_files.others(self.tree)}")
        return twice


def tell(story, kills):
    """Kills runs of a story, then lets it end; how many messages are there twice."""
    rng = story.rng
    for _ in range(kills):
        status, said = story.run(kill_after=rng.choice([rng.uniform(0, 0.05), rng.uniform(0, 0.4), rng.uniform(0, 1)]),
                                 blocks_storage=rng.random() < 0.25)
        story.landed += status == -9
        if status not in (-9, 0, 1) or (status == 1 and "be stored" not in said):
            story.fail(f"a run that was to be killed: status {status}, {said[-500:]}")
        story.check_files()
        if rng.random() < 0.4:
            status, said = story.run(feed=False)
            if status:
                story.fail(f"a run without input: status {status}, {said[-500:]}")
            story.check_files()
            story.check_messages(story.acknowledged, whole=True)
    for _ in range(5):
        status, said = story.run()
        if status == 0:
            break
    if status or story.acknowledged != len(story.lines):
        story.fail(f"the last run: status {status}, {story.acknowledged} of {len(story.lines)} acknowledged,"
                   f" {said[-500:]}")
    twice = story.check_messages(len(story.lines), whole=True)
    left = sum(path.stat().st_size for path in story.log.iterdir())
    size = sum(len(line) for line in story.lines)
    if left > 4096 + size // 20:
        story.fail(f"{left} bytes are left in the log, of {size}")
    return twice


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=6)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    command = os.path.abspath(arguments.command)
    done = landed = twice = messages = stories = 0
    with tempfile.TemporaryDirectory() as root:
        # Kills that come when a run has ended already are none.
        while landed < arguments.count and done < 6 * arguments.count:
            kills = rng.choice([1, 2, 4])
            story = Story(command, root, random.Random(rng.random()), stories)
            twice += tell(story, kills)
            done, landed, stories = done + kills, landed + story.landed, stories + 1
            messages += len(story.lines)
    if landed < arguments.count:
        failures.append(f"only {landed} of {arguments.count} kills came before the end of a run")
    for failure in failures[:40]:
        print(failure, file=sys.stderr)
    print(f"stellar: {landed} of {done} kills before the end, {messages} messages in {stories} archives, {twice} of them"
          f" there twice as they were sent twice, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
