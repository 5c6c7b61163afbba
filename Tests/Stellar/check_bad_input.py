#!/usr/bin/env python3
"""Gives `parquet stellar archive` messages that cannot be stored, bad options and bad storage, and holds it to its
contract.

usage: check_bad_input.py PARQUET_COMMAND

A bad message is named on standard error with its line, counted, kept in the dead-letter file as it was, and the
messages around it are stored; with --strict it ends the work with status 1. A bad option or configuration is one line
and status 2.
"""

import base64
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import archive_files

failures = []
checks = 0

ENTRY = {"contract_id": "C1", "contract_key_type": "ScValTypeScvVec", "contract_durability": "Persistent",
         "last_modified_ledger": 5, "ledger_entry_change": 1, "deleted": False, "closed_at": "2025-07-13T09:36:17Z",
         "ledger_sequence": 7}
EVENT = {"type": "contract", "ledger": 9, "ledgerClosedAt": "2025-07-13T09:36:17Z", "contractId": "C2", "id": "i",
         "inSuccessfulContractCall": True, "txHash": "ab"}
ASSET = {"code": "USDC", "type": "credit_alphanum4", "timestamp": "2025-07-13T09:36:17Z"}
PLAIN = {"message_type": "m", "uid": 1, "timestamp": "2025-07-13T09:36:17Z"}
GOOD = [b'{"message_type":"m","uid":1,"timestamp":"2025-07-13T09:36:17Z"}',
        b'{"message_type":"m","uid":2,"timestamp":"2025-07-13T09:36:17Z"}']


def expect(what, found, expected):
    global checks
    checks += 1
    if found != expected:
        failures.append(f"{what}: {str(found)[:500]!r}, expected {str(expected)[:500]!r}")


class Case:
    """A fresh folder, and the command run in it."""

    def __init__(self, command, name):
        self.command, self.name = command, name
        self.directory = tempfile.TemporaryDirectory()
        self.path = Path(self.directory.name)

    def write(self, name, text):
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self

    def run(self, *arguments, data=b"", quiet=True, before=None, timeout=60):
        words = [self.command, "stellar", "archive", *map(str, arguments), *(["--quiet"] if quiet else [])]
        done = subprocess.run(words, cwd=self.path, input=data, capture_output=True, timeout=timeout, preexec_fn=before)
        self.status, self.errors = done.returncode, done.stderr.decode(errors="replace")
        self.output = done.stdout
        return self

    def expect(self, what, found, expected):
        expect(f"{self.name}: {what}", found, expected)
        return self

    def usage(self, *arguments, says, status=2, data=b""):
        """A command line that is refused with one line."""
        self.run(*arguments, data=data)
        self.expect(f"status ({self.errors.strip()})", self.status, status)
        lines = self.errors.splitlines()
        self.expect(f"one line, {lines}", len(lines), 1)
        for part in says:
            self.expect(f"`{part}` in {lines}", part in self.errors, True)
        self.expect(f"begins like an error, {lines}", self.errors.startswith("parquet: "), True)
        return self

    def rows(self, folder="out"):
        return [row for file in archive_files.read(self.path / folder) for row in file.table.to_pylist()]

    def letters(self, name="bad.ndjson"):
        return [json.loads(line) for line in (self.path / name).read_bytes().splitlines()]


def text_of(letter):
    """The message of a letter, as bytes."""
    if "base64" in letter:
        return base64.b64decode(letter["base64"])
    return letter["text"].encode() if "text" in letter else None


def changed(message, **changes):
    return json.dumps({**message, **changes}).encode()


def without(message, name):
    return json.dumps({key: value for key, value in message.items() if key != name}).encode()


WRAPPED = {"message_type": "contract_data", "contract_id": "C1", "ledger_sequence": 7,
           "timestamp": "2025-07-13T09:36:17Z", "contract_data": ENTRY}


def bad_messages():
    """Messages that are refused: what they are, the line, the type and field that are told."""
    no_json = {
        "invalid JSON": b'{"uid":1', "words": b"not json", "an array": b"[1]", "a number": b"3", "a text": b'"x"',
        "null": b"null", "two objects": b'{"a":1}{"b":2}', "text behind": b'{"a":1} x', "a comma too much": b'{"a":1,}',
        "single quotes": b"{'a':1}", "NaN": b'{"a":NaN}', "Infinity": b'{"a":-Infinity}', "a leading zero": b'{"a":01}',
        "a plus": b'{"a":+1}', "half a number": b'{"a":1.}', "an open string": b'{"a":"x}',
        "a control character": b'{"a":"\x01"}', "a bad escape": b'{"a":"\\x"}', "half a surrogate": b'{"a":"\\ud800"}',
        "no UTF-8": b'{"a":"\xff\xfe"}', "no UTF-8 at all": bytes(range(128, 256)),
        "a surrogate's UTF-8": b'{"a":"\xed\xa0\x80"}',
        "an overlong form": b'{"a":"\xc0\xaf"}', "a zero byte": b'{"a":1}\x00', "a name twice": b'{"uid":1,"uid":2}',
        "a name twice, once escaped": b'{"uid":1,"\\u0075id":2}',
        "a name twice in contract_data": b'{"message_type":"contract_data","contract_data":{"a":1,"a":2}}',
        "too deep": b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}", "comments": b'{"a":1 /* x */}',
    }
    for name, line in no_json.items():
        yield name, line, None, None
    required = ["contract_durability", "last_modified_ledger", "ledger_entry_change", "deleted", "closed_at",
                "ledger_sequence"]
    for field in required:
        yield f"no {field}", without(ENTRY, field), "contract_data", field
        yield f"null {field}", changed(ENTRY, **{field: None}), "contract_data", field
    yield "null contract_id", changed(ENTRY, contract_id=None), "contract_data", "contract_id"
    for field in ["ledgerClosedAt", "contractId", "id", "inSuccessfulContractCall", "txHash"]:
        snake = {"ledgerClosedAt": "ledger_closed_at", "contractId": "contract_id", "txHash": "tx_hash",
                 "inSuccessfulContractCall": "in_successful_contract_call"}.get(field, field)
        yield f"no {field}", without(EVENT, field), "event", snake
        yield f"null {field}", changed(EVENT, **{field: None}), "event", snake
    yield "asset without type", without(ASSET, "type"), "asset_details", "type"
    yield "asset with null code", changed(ASSET, code=None), "asset_details", "code"
    wrapped = {**WRAPPED, "contract_data": {key: value for key, value in ENTRY.items() if key != "contract_id"}}
    yield "message without contract_id", without(wrapped, "contract_id"), "contract_data", "contract_id"
    for what, value in {"negative": -1, "too large": 1 << 32, "huge": 10 ** 30, "a fraction": 1.5, "a text": "7",
                        "an object": {}, "true": True}.items():
        for field in ["last_modified_ledger", "ledger_entry_change"]:
            yield f"{field}: {what}", changed(ENTRY, **{field: value}), "contract_data", field
    for value in [-1, 1 << 64, 0.5, "9"]:
        yield f"ledger {value}", changed(EVENT, ledger=value), "event", "ledger"
    for value in [0, 1, "true", "", []]:
        yield f"deleted {value}", changed(ENTRY, deleted=value), "contract_data", "deleted"
        yield f"call {value}", changed(EVENT, inSuccessfulContractCall=value), "event", "in_successful_contract_call"
    metadata = changed(WRAPPED, archive_metadata={"file_size": 1 << 63})
    yield "file size", metadata, "contract_data", "archive_file_size"
    for value in ["", "yesterday", "2025-02-30T00:00:00Z", "2025-07-13T25:00:00Z", True, [], {}, 1e300]:
        yield f"asset at {value}", changed(ASSET, timestamp=value), "asset_details", "timestamp"
        yield f"entry closed at {value}", changed(ENTRY, closed_at=value), "contract_data", "closed_at"
    events = {"transaction_hash": "aa", "ledger_sequence": 3, "timestamp": "2025-07-13T09:36:17Z", "contract_id": "C",
              "events": [{"type": 1, "in_successful_contract_call": True}]}
    yield "an event that is none", changed(events, events=[events["events"][0], 5]), "event", "events"
    yield "an event without a required value", changed(events, events=[events["events"][0], {"type": 1}]), "event", \
        "in_successful_contract_call"
    yield "no member", b"{}", "unknown", None
    yield "a member without a name", b'{"":1}', "unknown", None


def refused(case):
    """Each bad message between two good ones."""
    for name, line, kind, field in bad_messages():
        data = b"\n".join([GOOD[0], line, GOOD[1]]) + b"\n"
        one = case(name).write("in.ndjson", data)
        one.run("in.ndjson", "--local-path", "out", "--dead-letter-path", "bad.ndjson")
        one.expect(f"status ({one.errors})", one.status, 0)
        one.expect("good rows", sorted(row["uid"] for row in one.rows()), [1, 2])
        told = one.errors.splitlines()
        one.expect(f"told: {told}", any(text.startswith("parquet: in.ndjson: ") and "line 2" in text for text in told),
                   True)
        for word in (kind, field):
            one.expect(f"`{word}` is told: {told}", word is None or any(word in text for text in told), True)
        one.expect(f"the count is told: {told}", any("1 rejected" in text for text in told), True)
        letters = one.letters()
        one.expect("letters", len(letters), 1)
        if not letters:
            continue
        letter = letters[0]
        one.expect("letter", (letter["line"], letter["source"], letter["type"], letter["field"]),
                   (2, "in.ndjson", kind, field))
        one.expect("reason", bool(letter["reason"]), True)
        if kind is None:
            one.expect("text of the message", text_of(letter), line)
        else:
            one.expect("message", letter.get("message"), json.loads(line))
    one = case("strict").write("in.ndjson", b"\n".join([GOOD[0], b"nonsense", GOOD[1]]))
    one.run("in.ndjson", "--local-path", "out", "--dead-letter-path", "bad.ndjson", "--strict")
    one.expect("status", one.status, 1)
    one.expect("what was taken before", [row["uid"] for row in one.rows()], [1])
    one.expect("letters", len(one.letters()), 1)
    one.expect(f"told once: {one.errors}", one.errors.count("line 2"), 1)


def kept(case):
    """What looks odd and is stored."""
    lines = [changed(PLAIN, uid=10) + b"\r", b"", b"   ", b"\r", b"\t", changed(PLAIN, uid=11) + b"  ",
             b"  " + changed(PLAIN, uid=12), changed(PLAIN, uid=13, text="x" * 3_000_000),
             changed(PLAIN, uid=14, path="../../etc/passwd"), b'{"message_type":"m","uid":15,"nested":{"a":1,"a":2}}',
             changed(PLAIN, uid=16, deep=json.loads("[" * 60 + "]" * 60))]
    one = case("odd lines").run("--local-path", "out", "--schema-evolution", data=b"\n".join(lines))
    one.expect(f"status ({one.errors})", one.status, 0)
    one.expect("rows", sorted(row["uid"] for row in one.rows()), list(range(10, 17)))
    one.expect("nothing is told", one.errors, "")

    one = case("no line end and no line")
    one.run("--local-path", "out", data=b"").expect("status", (one.status, one.errors), (0, ""))
    one.run("--local-path", "out", data=GOOD[0]).expect("rows", len(one.rows()), 1)

    # A time that cannot be read is null where it may be, and told.
    one = case("times").run("--local-path", "out", data=changed(WRAPPED, timestamp="soon") + b"\n")
    one.expect(f"status ({one.errors})", one.status, 0)
    one.expect("row", [(row["contract_id"], row["timestamp"]) for row in one.rows()], [("C1", None)])
    one.expect(f"a warning: {one.errors}", "1 time could not be read" in one.errors, True)

    one = case("types of messages as folders")
    kinds = ["../up", "..", ".", "/etc", "a/b", "x" * 300, "ü", "a\u0000b", "con\nsole", "", "-"]
    one.run("--local-path", "out", "--path-prefix", "x/{message_type}",
            data=b"\n".join(changed(PLAIN, message_type=kind, uid=number) for number, kind in enumerate(kinds)))
    one.expect(f"status ({one.errors})", one.status, 0)
    one.expect("rows", sorted(row["uid"] for row in one.rows()), list(range(len(kinds))))
    one.expect("nothing outside", sorted(path.name for path in one.path.iterdir()), ["out"])
    one.expect("folders", {file.folder.split("/")[0] for file in archive_files.read(one.path / "out")}, {"x"})

    one = case("the next messages of a stream, too")
    wide = json.dumps({"message_type": "m", **{f"k{number}": 1 for number in range(5000)}}).encode()
    one.run("--local-path", "out", "--dead-letter-path", "bad.ndjson", data=b"\n".join(
        [wide, GOOD[0], b'{"message_type":"other","uid":2,"never_seen":1}', GOOD[1]]))
    one.expect(f"status ({one.errors})", one.status, 0)
    one.expect("rows behind a message with very many names", len(one.rows()), 3)

    one = case("a line that is too long")
    one.run("--local-path", "out", "--dead-letter-path", "bad.ndjson", data=b"\n".join(
        [GOOD[0], b'{"uid":3,"x":"' + b"x" * (65 << 20) + b'"}', GOOD[1]]))
    one.expect(f"status ({one.errors[-300:]})", one.status, 0)
    one.expect("rows around it", sorted(row["uid"] for row in one.rows()), [1, 2])
    one.expect(f"told: {one.errors[-300:]}", "line 2" in one.errors, True)

    one = case("a byte order mark").run("--local-path", "out", data=b"\xef\xbb\xbf" + b"\n".join(GOOD))
    one.expect("status", one.status, 0)
    one.expect("the line behind it", 2 in {row["uid"] for row in one.rows()}, True)


def log_of_nothing(case):
    """Messages without rows do not stay in the log."""
    one = case("no events")
    line = b'{"events":[],"transaction_hash":"aa","ledger_sequence":5,"timestamp":"2025-01-01T00:00:00Z"}\n'
    for _ in range(3):
        one.run("--local-path", "out", "--write-ahead-log", "log", data=line)
        one.expect("status and what is told", (one.status, one.errors), (0, ""))
    one.expect("files", archive_files.paths(one.path / "out"), [])
    beside = b"\n".join([line.strip(), changed({"transaction_hash": "bb", "ledger_sequence": 9, "contract_id": "C",
                                                "timestamp": "2025-01-01T00:00:00Z", "events": [
                                                    {"type": 1, "in_successful_contract_call": True}]})])
    one.run("--local-path", "out2", data=beside)
    one.expect("ledgers in the name", [(file.first, file.last) for file in archive_files.read(one.path / "out2")],
               [(9, 9)])


def late_fields(case):
    """What columns a file has does not depend on how the lines came."""
    lines = [f'{{"message_type":"m","uid":{number}}}' for number in range(4)] + ['{"message_type":"m","uid":4,"late":7}']
    data = "\n".join(lines).encode()
    one = case("a late field").run("--local-path", "out", "--buffer-size", 2, data=data)
    columns = {str(file.table.schema.names) for file in archive_files.read(one.path / "out")}
    one.expect("columns, all lines at once", columns, {"['message_type', 'uid']"})
    one.expect(f"told: {one.errors}", "late" in one.errors and "schema_evolution" in one.errors, True)
    one.run("--local-path", "out2", "--buffer-size", 2, "--schema-evolution", data=data)
    files = sorted(archive_files.read(one.path / "out2"), key=lambda file: file.table["uid"][0].as_py())
    one.expect("columns where schemas evolve", [file.table.schema.names for file in files],
               [["message_type", "uid"]] * 2 + [["late", "message_type", "uid"]])

    one = case("a value that does not fit").run(
        "--local-path", "out", "--buffer-size", 1, "--dead-letter-path", "bad.ndjson",
        data=b'{"message_type":"m","uid":1}\n{"message_type":"m","uid":"x"}\n')
    letters = [(letter["type"], letter["field"], letter["message"]) for letter in one.letters()]
    one.expect("letters", letters, [("m", "uid", {"message_type": "m", "uid": "x"})])


def options(case):
    one = case("options").write("in.ndjson", GOOD[0])
    out = ["in.ndjson", "--local-path", "out"]
    one.usage("in.ndjson", says=["storage_type"])
    one.usage("in.ndjson", "--storage-type", "FS", says=["local_path"])
    one.usage("in.ndjson", "--storage-type", "S3", says=["bucket_name"])
    one.usage("in.ndjson", "--storage-type", "NFS", says=["NFS", "GCS"])
    for option, value in {"--buffer-size": "0", "--max-file-size-mb": "0", "--rotation-interval-minutes": "-1",
                          "--ledgers-per-file": "0", "--threads": "0", "--retries": "-1", "--metrics-port": "70000",
                          "--partition-by": "week", "--compression": "zip", "--ledger-range-end": "open",
                          "--write-ahead-log-sync": "perhaps"}.items():
        for text in (value, "x"):
            one.usage(*out, option, text, says=[option, text])
    for prefix in ["../up", "a/../b", "/etc", "a//b", "./a", "{type}", "a\x01", "x" * 800]:
        one.usage(*out, "--path-prefix", prefix, says=["path_prefix"])
    one.usage(*out, "--bufer-size", "1", says=["--bufer-size", "--buffer-size"])
    one.usage(*out, "--buffer-size", says=["--buffer-size"])
    one.usage(*out, "--socket", "s", says=["--socket"])
    one.usage("nothing.ndjson", "--local-path", "out", status=1, says=["nothing.ndjson", "No such"])
    one.expect("nothing was written", archive_files.paths(one.path), [])


def configurations(case):
    for name, text, says in [
        ("a key that there is not", "storage_type: FS\nbuffersize: 3\n", ["line 2", "buffersize", "buffer_size"]),
        ("a wrong value", "local_path: x\nbuffer_size: many\n", ["line 2", "buffer_size"]),
        ("a key twice", "local_path: x\nlocal_path: y\n", ["line 2", "local_path"]),
        ("no YAML", "local_path: [x\n", ["line"]), ("tabs", "a:\n\tb: 1\n", ["line 2"]),
        ("a variable that is not set", "local_path: ${STELLAR_NOT_SET}\n", ["line 1", "STELLAR_NOT_SET"]),
        ("bad JSON", '{"local_path": }', ["line 1"]),
        ("a prefix that leads elsewhere", "local_path: x\npath_prefix: ../y\n", ["line 2", "path_prefix"]),
        ("two consumers", "consumers:\n  - type: SaveToParquet\n  - type: SaveToParquet\n", ["SaveToParquet"]),
    ]:
        one = case(name).write("c.yaml", text)
        one.usage("--config", "c.yaml", says=["c.yaml", *says])
    case("no configuration").usage("--config", "none.yaml", status=1, says=["none.yaml", "No such"])


def small_files(limit):
    def before():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return before


def storage(case):
    """Folders that cannot be written, and full disks."""
    one = case("a file where the archive should be").write("out", "x")
    one.run("--local-path", "out", data=GOOD[0])
    one.expect(f"status ({one.errors})", one.status, 1).expect("told", "out" in one.errors, True)

    lines = b"\n".join(b'{"message_type":"m","uid":%d,"x":"%s"}' % (number, os.urandom(40).hex().encode())
                       for number in range(400))
    one = case("a full disk").run("--local-path", "out", "--retries", 0, data=lines, before=small_files(2000))
    one.expect(f"status ({one.errors})", one.status, 1)
    one.expect("told", "cannot be written" in one.errors and "400 messages" in one.errors, True)
    one.expect("nothing is there", [str(path) for path in (one.path / "out").rglob("*") if path.is_file()], [])

    one = case("a full disk, with a log").run(
        "--local-path", "out/deep", "--retries", 0, "--buffer-size", 100, "--acknowledge", "--write-ahead-log", "log",
        data=lines, before=small_files(6000))
    one.expect(f"status ({one.errors[-300:]})", one.status, 1)
    acknowledged = int((one.output.split() or [b"0"])[-1])
    one.run("--local-path", "out/deep", "--write-ahead-log", "log", data=b"")
    one.expect(f"the next run ({one.errors[-300:]})", one.status, 0)
    found = sorted(row["uid"] for row in one.rows())
    one.expect("what was acknowledged", found[:acknowledged], list(range(acknowledged)))
    one.expect("each once", len(set(found)), len(found))

    one = case("a full disk, with a dead-letter file")
    one.write("out/m", "in the way")
    one.run("--local-path", "out", "--path-prefix", "{message_type}", "--retries", 0, "--buffer-size", 50,
            "--dead-letter-path", "bad.ndjson", data=lines)
    letters = one.letters()
    one.expect("letters", sorted(letter["message"]["uid"] for letter in letters), list(range(400)))
    one.expect("reasons", {bool(letter["reason"]) for letter in letters}, {True})

    one = case("a full disk for dead letters")
    one.run("--local-path", "out", "--dead-letter-path", "/dev/full", data=b"\n".join([GOOD[0], b"x", GOOD[1]]))
    one.expect(f"status ({one.errors})", one.status, 1)

    one = case("a folder of another's")
    one.path.chmod(0o755)
    command = one.command
    one.command = shutil.copy(command, one.path / "parquet")

    def nobody():
        if os.getuid() == 0:
            os.setgid(65534)
            os.setuid(65534)

    one.run("in.ndjson", "--local-path", "out", before=nobody)
    one.expect(f"status ({one.errors})", one.status, 1)
    one.expect(f"told: {one.errors}", "out" in one.errors and "Permission denied" in one.errors, True)


def signals(case):
    """SIGINT and SIGTERM store what waits."""
    for number in (signal.SIGINT, signal.SIGTERM):
        one = case(f"signal {number}")
        run = subprocess.Popen([one.command, "stellar", "archive", "--local-path", one.path / "out", "--acknowledge"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        run.stdin.write(GOOD[0] + b"\n" + GOOD[1][:10])
        run.stdin.flush()
        one.expect("acknowledged", run.stdout.readline(), b"1\n")
        one.expect("nothing is stored yet", archive_files.paths(one.path / "out"), [])
        time.sleep(0.05)
        run.send_signal(number)
        errors = run.communicate(timeout=20)[1]
        one.expect(f"status ({errors})", run.returncode, 0)
        one.expect("rows", [row["uid"] for row in one.rows()], [1])

    one = case("a second run at the same log")
    first = subprocess.Popen([one.command, "stellar", "archive", "--local-path", one.path / "out", "--acknowledge",
                              "--write-ahead-log", one.path / "log", "--quiet"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    first.stdin.write(GOOD[0] + b"\n")
    first.stdin.flush()
    first.stdout.readline()
    one.run("--local-path", "out", "--write-ahead-log", "log", data=GOOD[1])
    one.expect(f"status ({one.errors})", one.status, 1).expect("told", "log" in one.errors, True)
    first.communicate(timeout=20)
    one.expect("rows", [row["uid"] for row in one.rows()], [1])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    command = str(Path(sys.argv[1]).resolve())
    for part in [refused, kept, log_of_nothing, late_fields, options, configurations, storage, signals]:
        part(lambda name: Case(command, name))
    for failure in failures[:40]:
        print(failure, file=sys.stderr)
    print(f"stellar, bad input: {checks} checks, {len(failures)} failures")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
