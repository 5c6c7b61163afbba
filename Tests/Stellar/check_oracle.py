#!/usr/bin/env python3
"""Holds the files that `parquet stellar archive` writes against what they must hold.

usage: check_oracle.py PARQUET_COMMAND [--count N] [--seed N] | --self-test

A sample of four messages, by pyarrow and DuckDB; where the environment variable PARQUET_SHARED names the folder of
shared data, real entries of contract data and assets, whose every value must be in the files; and N archives of random
messages of all shapes, by threads, buffers, partitions and ways in, held against message_model.py.
"""

import argparse
import collections
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

import archive_files
import runs
from archive_files import described, identity
from message_model import BOOL, DESCRIPTIONS, I64, SCHEMAS, TEXT, Columns, Fault, Model, stored
from random_messages import KINDS, Maker
from source_json import parse

checks = 0
failures = []


def expect(what, found, expected):
    global checks
    checks += 1
    if found != expected:
        failures.append(f"{what}: {str(found)[:600]}, expected {str(expected)[:600]}")


# What is expected of a set of files

class Stream:
    """The rows of one type and one folder, in their order, and those that came with one message."""

    def __init__(self, schema, kind, folder):
        self.schema, self.kind, self.folder = schema, kind, folder
        self.rows, self.message_sizes = [], []


def predict(lines, model):
    """The streams of some lines, and the lines that are refused."""
    streams, refused, messages = {}, [], 0
    for number, line in enumerate(lines, start=1):
        try:
            rows = model.take(line)
        except Fault as fault:
            refused.append((number, fault, line))
            messages += 1
            continue
        messages += bool(line.strip(b" \t\r"))
        for row in rows:
            row.line = number
            key = (row.schema, row.kind, row.folder)
            stream = streams.setdefault(key, Stream(*key))
            stream.rows.append(row)
        if rows:
            stream.message_sizes.append(len(rows))
    return streams, refused, messages


def cuts(stream, buffer_size):
    """The rows of each file of a stream whose buffer is written when it is full, and at the end."""
    files, start, held, at = [], 0, 0, 0
    for size in stream.message_sizes:
        held += size
        at += size
        if held >= buffer_size:
            files.append(stream.rows[start:at])
            start, held = at, 0
    if start < len(stream.rows):
        files.append(stream.rows[start:])
    return files


def check_archive(what, root, lines, options):
    """Every file below `root` against the model's; how many rows of inferred types do not fit."""
    model = Model(**{key: options[key] for key in
                     ("partition_by", "ledgers_per_file", "ledger_range_end", "path_prefix") if key in options})
    streams, refused, messages = predict(lines, model)
    buffer_size = options.get("buffer_size", 10_000)
    is_exact = len(streams) <= 4
    files = archive_files.read(root)
    expect(f"{what}: other files", archive_files.others(root), [])
    actual = {}
    for file in files:
        expect(f"{what}: name of {file.path.name}", file.is_named_well, True)
        file.schema = archive_files.schema_of(file.table)
        file.rows = file.table.to_pylist()
        for row in file.rows:
            key = (file.schema, identity(file.schema, row))
            expect(f"{what}: {key} is there once", key in actual, False)
            actual[key] = file
    misfits, file_count = [], 0
    registries = {}
    for stream in streams.values():
        if is_exact:
            chunks = cuts(stream, buffer_size)
        else:
            chunks = actual_cuts(what, stream, actual, buffer_size)
        for rows in chunks:
            columns = None
            version = 0
            if stream.schema == "inferred":
                registry = registries.setdefault(stream.kind, Columns(options.get("schema_evolution", False)))
                columns, kept, wrong = registry.take(rows)
                misfits += [(rows[place], names) for place, names in wrong.items()]
                rows, version = kept, registry.version
                if not rows:
                    continue
            file_count += 1
            check_file(what, stream, rows, columns, version, actual, options)
    expect(f"{what}: files", len(files), file_count)
    expected = sum(len(stream.rows) for stream in streams.values()) - len(misfits)
    expect(f"{what}: rows", len(actual), expected)
    return refused, misfits, messages, model.warnings, len(files), expected


def actual_cuts(what, stream, actual, buffer_size):
    """The rows of each file that is there, which must be neighbours in the stream."""
    chunks, last = [], None
    for row in stream.rows:
        file = actual.get((stream.schema, identity(stream.schema, row.values)))
        if file is not last or not chunks:
            chunks.append([])
        chunks[-1].append(row)
        last = file
    most = max(stream.message_sizes)
    expect(f"{what}: files larger than buffers in {stream.folder}",
           [len(chunk) for chunk in chunks if len(chunk) >= buffer_size + most], [])
    return chunks


def check_file(what, stream, rows, columns, version, actual, options):
    first = identity(stream.schema, rows[0].values)
    file = actual.get((stream.schema, first))
    what = f"{what}: {stream.kind} {first} in {stream.folder}"
    if file is None:
        expect(f"{what} is in a file", False, True)
        return
    expect(f"{what}: folder", file.folder, stream.folder)
    if columns is not None:
        expect(f"{what}: columns", described(file.table.schema),
               [(name, str(kind), True) for name, kind in columns.items()])
        expected = [{name: stored(row.values.get(name), kind) for name, kind in columns.items()} for row in rows]
    else:
        expected = [row.values for row in rows]
    if file.rows != expected:
        for place, (found, wanted) in enumerate(zip(file.rows, expected)):
            for name in wanted:
                expect(f"{what}: row {place}, {name}", found.get(name), wanted[name])
        expect(f"{what}: rows", len(file.rows), len(expected))
    else:
        expect(f"{what}: rows", True, True)
    ledgers = [row.ledger for row in rows if row.ledger is not None] or [0]
    expect(f"{what}: ledgers in the name", (file.first, file.last), (min(ledgers), max(ledgers)))
    expect(f"{what}: compression", file.compressions, {
        {"none": "UNCOMPRESSED", "lz4_raw": "LZ4"}.get(name, name.upper())
        for name in [options.get("compression", "snappy").split(":")[0]]})
    check_key_values(what, file, stream, version, options)


def check_key_values(what, file, stream, version, options):
    found = file.key_values
    if not options.get("include_metadata"):
        expect(f"{what}: key-values", found, {})
        return
    created = found.pop("created_at", "")
    age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.fromisoformat(created)
    expect(f"{what}: created just now, {created}", abs(age) < datetime.timedelta(minutes=10), True)
    if stream.schema == "inferred":
        wanted = {"schema_type": stream.kind, "inferred": "true", "version": f"1.{version}.0"}
    else:
        wanted = {"schema_type": stream.schema, "version": "1.0.0", "description": DESCRIPTIONS[stream.schema]}
    expect(f"{what}: key-values", found, wanted | {
        "start_ledger": str(file.first), "end_ledger": str(file.last), "record_count": str(len(file.rows)),
        "generator": "swift-parquet"})


# The sample

SAMPLE = r"""
{"message_type":"contract_data","processor_name":"contract_data_processor","contract_id":"CORANGE","ledger_sequence":700123,"timestamp":"2031-04-06T18:40:59.123456789Z","contract_data":{"contract_id":"CORANGE","contract_key_type":"ScValTypeScvU128","contract_durability":"ContractDataDurabilityTemporary","asset_code":"","asset_issuer":"","asset_type":"","balance_holder":"CBANK","balance":"-170141183460469231731687303715884105728","last_modified_ledger":4294967295,"ledger_entry_change":2,"deleted":true,"closed_at":"2031-03-01T23:59:59+01:00","ledger_sequence":700123,"ledger_key_hash":"aa55"},"archive_metadata":{"file_name":"FC7004B3--700000-709999.xdr.zst","bucket_name":"pail","file_size":9223372036854775807}}
{"type":"diagnostic","ledger":700130,"ledgerClosedAt":"2031-03-01T23:00:04Z","contractId":"CLEMON","id":"0003007046631550976-0000000007","topic":["AAAADwAAAARtaW50", {"n":1.50}],"value":12345678901234567890123,"inSuccessfulContractCall":false,"txHash":"beef"}
{"code":"PLUM","type":"credit_alphanum12","issuer":null,"timestamp":1930176000.25}
{"message_type":"auction_bid","ledger_sequence":700131,"timestamp":"2031-03-02T00:00:00Z","bid":18446744073709551615,"share":2,"lots":[ 7, "B" ],"winner":null}
"""


def utc(*parts):
    return datetime.datetime(*parts, tzinfo=datetime.timezone.utc)


SAMPLE_FILES = {
    "year=2031/month=03/day=01/stellar-data-700123-700123": ("contract_data_message", {
        "contract_id": "CORANGE", "contract_key_type": "ScValTypeScvU128",
        "contract_durability": "ContractDataDurabilityTemporary", "asset_code": "", "asset_issuer": "",
        "asset_type": "", "balance_holder": "CBANK", "balance": "-170141183460469231731687303715884105728",
        "last_modified_ledger": 4294967295, "ledger_entry_change": 2, "deleted": True,
        "closed_at": utc(2031, 3, 1, 22, 59, 59), "ledger_sequence": 700123, "ledger_key_hash": "aa55",
        "processor_name": "contract_data_processor", "message_type": "contract_data",
        "timestamp": utc(2031, 4, 6, 18, 40, 59, 123456), "archive_file_name": "FC7004B3--700000-709999.xdr.zst",
        "archive_bucket_name": "pail", "archive_file_size": 9223372036854775807}),
    "year=2031/month=03/day=01/stellar-data-700130-700130": ("event", {
        "type": "diagnostic", "ledger": 700130, "ledger_closed_at": "2031-03-01T23:00:04Z", "contract_id": "CLEMON",
        "id": "0003007046631550976-0000000007", "paging_token": None,
        "topic": '["AAAADwAAAARtaW50", {"n":1.50}]', "value": "12345678901234567890123",
        "in_successful_contract_call": False, "tx_hash": "beef"}),
    "year=2031/month=03/day=02/stellar-data-0-0": ("asset_details", {
        "code": "PLUM", "issuer": None, "type": "credit_alphanum12",
        "timestamp": utc(2031, 3, 2, 0, 0, 0, 250000)}),
    "year=2031/month=03/day=02/stellar-data-700131-700131": (None, {
        "bid": 18446744073709551615, "ledger_sequence": 700131, "lots": '[ 7, "B" ]', "message_type": "auction_bid",
        "share": 2, "timestamp": "2031-03-02T00:00:00Z", "winner": None}),
}
BID = [("bid", pa.uint64()), ("ledger_sequence", I64), ("lots", TEXT), ("message_type", TEXT), ("share", I64),
       ("timestamp", TEXT), ("winner", TEXT)]


def check_sample(command, root):
    lines = SAMPLE.strip().encode().split(b"\n")
    for options in [{}, {"include_metadata": True, "compression": "zstd:3", "buffer_size": 1}]:
        target = Path(root) / f"sample {len(options)}"
        run = runs.archive(command, {"local_path": target, **options}, lines, random.Random(1))
        expect(f"sample: status ({run.errors})", run.status, 0)
        files = {str(file.path.relative_to(target)).rsplit("-", 1)[0]: file for file in archive_files.read(target)}
        expect("sample: files", sorted(files), sorted(SAMPLE_FILES))
        for name, (schema, row) in SAMPLE_FILES.items():
            if name not in files:
                continue
            table = files[name].table
            wanted = SCHEMAS[schema] if schema else pa.schema(BID)
            expect(f"sample: schema of {name}", described(table.schema), described(wanted))
            expect(f"sample: {name}", table.to_pylist(), [row])
            check_by_duckdb(f"sample: {name}", files[name])


def check_by_duckdb(what, file):
    """DuckDB reads the same rows."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.sql("SELECT * FROM read_parquet(?, hive_partitioning = false)",
                               params=[str(file.path)]).to_arrow_table()
    expect(f"{what}: columns by DuckDB", found.schema.names, file.table.schema.names)
    expect(f"{what}: rows by DuckDB", found.to_pylist(), file.table.to_pylist())


# What makes a file

def check_triggers(command, root):
    """A file is written when its time has come, and when it is large enough."""
    target = Path(root) / "rotation"
    line = runs.words(command, {"local_path": target, "rotation_interval_minutes": 0.005}) + ["--quiet"]
    run = subprocess.Popen(line, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    wanted = []
    for rows in (3, 2):
        run.stdin.write(b'{"code":"A","type":"native","timestamp":"2025-07-13T00:00:00Z"}\n' * rows)
        run.stdin.flush()
        wanted.append(rows)
        deadline = time.monotonic() + 20
        while len(archive_files.paths(target)) < len(wanted) and time.monotonic() < deadline:
            time.sleep(0.05)
        expect("rotation: files while messages may still come",
               sorted(file.table.num_rows for file in archive_files.read(target)), sorted(wanted))
    errors = run.communicate(timeout=60)[1]
    expect(f"rotation: status ({errors})", run.returncode, 0)
    expect("rotation: files at the end", len(archive_files.paths(target)), 2)

    target = Path(root) / "size"
    rng = random.Random(3)
    lines = [b'{"code":"' + rng.randbytes(150_000).hex().encode() + b'","type":"x","timestamp":0}' for _ in range(12)]
    run = runs.archive(command, {"local_path": target, "max_file_size_mb": 1}, lines, rng)
    expect(f"size: status ({run.errors})", run.status, 0)
    files = archive_files.read(target)
    expect("size: rows", sum(file.table.num_rows for file in files), 12)
    expect("size: several files", len(files) > 1, True)
    expect("size: no file is far larger", [file.path.stat().st_size for file in files
                                           if file.path.stat().st_size > 2_500_000], [])
    expect("size: folder of second 0", {file.folder for file in files}, {"year=1970/month=01/day=01"})


# The real files

def counted(values):
    return dict(collections.Counter(values))


def check_contract_data(command, source, root):
    lines = (source / "contract_data.golden").read_bytes().splitlines()
    sources = [parse(line.decode()) for line in lines]
    wrapped = []
    for line, value in zip(lines, sources):
        wrapped.append(b'{"message_type":"contract_data","processor_name":"contract_data_processor","contract_data":'
                       + line + b',"contract_id":' + value["contract_id"].raw.encode() + b',"ledger_sequence":'
                       + value["ledger_sequence"].raw.encode() + b',"timestamp":"2025-08-05T09:15:27Z"}')
    for what, given, options in [("entries", lines, {}), ("messages", wrapped, {"compression": "gzip"}),
                                 ("entries one by one", lines, {"buffer_size": 1, "threads": 2})]:
        target = Path(root) / what
        run = runs.archive(command, {"local_path": target, **options}, given, random.Random(1), how="file")
        expect(f"{what}: status ({run.errors})", run.status, 0)
        files = archive_files.read(target)
        schema = "contract_data_message" if what == "messages" else "contract_data"
        expect(f"{what}: files", len(files), 84 if "buffer_size" in options else 1)
        expect(f"{what}: folders", {file.folder for file in files}, {"year=2024/month=04/day=21"})
        expect(f"{what}: schemas", {str(described(file.table.schema)) for file in files},
               {str(described(SCHEMAS[schema]))})
        rows = [row for file in files for row in file.table.to_pylist()]
        rows.sort(key=lambda row: (row["ledger_key_hash"], row["ledger_sequence"]))
        wanted = sorted(sources, key=lambda value: (value["ledger_key_hash"].decoded,
                                                     int(value["ledger_sequence"].raw)))
        check_oracle_values(what, rows)
        for row, value in zip(rows, wanted):
            for name in SCHEMAS["contract_data"].names:
                given = value[name]
                expected = given.decoded if given.kind in ("string", "boolean") else (
                    int(given.raw))
                if name == "closed_at":
                    expected = datetime.datetime.fromisoformat(given.decoded)
                expect(f"{what}: {name} of {row['ledger_key_hash']}", row[name], expected)
        for file in files[:2]:
            check_by_duckdb(what, file)


def check_oracle_values(what, rows):
    expect(f"{what}: rows", len(rows), 84)
    expect(f"{what}: key types", counted(row["contract_key_type"] for row in rows), {
        "ScValTypeScvU128": 64, "ScValTypeScvVec": 10, "ScValTypeScvLedgerKeyContractInstance": 8,
        "ScValTypeScvU32": 2})
    expect(f"{what}: durability", counted(row["contract_durability"] for row in rows), {
        "ContractDataDurabilityTemporary": 68, "ContractDataDurabilityPersistent": 16})
    expect(f"{what}: changes", counted(row["ledger_entry_change"] for row in rows), {0: 64, 1: 18, 2: 2})
    expect(f"{what}: deleted", sum(row["deleted"] for row in rows), 2)
    balances = [row["balance"] for row in rows if row["balance"]]
    expect(f"{what}: balances", (len(balances), {"17100000000", "29657000000"} <= set(balances)), (4, True))
    expect(f"{what}: first close", min(row["closed_at"] for row in rows), utc(2024, 4, 21, 20, 16, 9))
    ledgers = counted(row["ledger_sequence"] for row in rows)
    expect(f"{what}: ledgers", (ledgers.get(51340700), ledgers.get(51340749)), (27, 27))


def check_renamed(command, source, root):
    """The same entries as messages of no known type."""
    lines = [line.replace(b'"contract_key_type"', b'"key_type"')
             for line in (source / "contract_data.golden").read_bytes().splitlines()]
    target = Path(root) / "renamed"
    run = runs.archive(command, {"local_path": target}, lines, random.Random(1))
    expect(f"renamed: status ({run.errors})", run.status, 0)
    files = archive_files.read(target)
    expect("renamed: files", len(files), 1)
    table = files[0].table
    sources = [parse(line.decode()) for line in lines]
    kinds = {"ledger_sequence": I64, "last_modified_ledger": I64, "ledger_entry_change": I64, "deleted": BOOL}
    names = sorted({name for value in sources for name in value.members})
    expect("renamed: columns", described(table.schema),
           [(name, str(kinds.get(name, TEXT)), True) for name in names])
    for name in names:
        expect(f"renamed: {name}", table[name].to_pylist(),
               [stored(value.get(name), kinds.get(name, TEXT)) for value in sources])
    texts = [value["key_decoded"] for value in sources]
    expect("renamed: kinds of key_decoded", counted(value.kind for value in texts), {"string": 8, "object": 76})
    expect("renamed: objects are JSON", all(
        json.loads(found) == json.loads(value.raw)
        for found, value in zip(table["key_decoded"].to_pylist(), texts) if value.kind == "object"), True)
    check_by_duckdb("renamed", files[0])


def check_assets(command, source, root):
    lines = (source / "10_ledgers_assets.golden").read_bytes().splitlines()
    target = Path(root) / "assets"
    run = runs.archive(command, {"local_path": target}, lines, random.Random(1))
    expect(f"assets: status ({run.errors})", run.status, 0)
    rows = [row for file in archive_files.read(target) for row in file.table.to_pylist()]
    wanted = [{name: stored(value, I64 if value.kind == "number" else TEXT)
               for name, value in parse(line.decode()).members.items()} for line in lines]
    key = lambda row: (row["closed_at"], row["asset_id"])  # noqa: E731
    expect("assets: rows", sorted(rows, key=key), sorted(wanted, key=key))
    expect("assets: the native one", -5706705804583548011 in {row["asset_id"] for row in rows}, True)


# Random messages

DAYS = [(2025, 7, 13), (2025, 7, 14), (2024, 2, 29), (1999, 12, 31), (1969, 12, 31), (2038, 1, 20), (2100, 3, 1)]


def random_case(rng):
    """A maker of messages and the options of a run."""
    options = {
        "buffer_size": rng.choice([1, 2, 7, 50, 333, 1000, 10_000]), "threads": rng.choice([1, 2]),
        "partition_by": rng.choice(["ledger_day", "ledger_day", "hour", "ledger_range"]),
        "ledgers_per_file": rng.choice([1, 7, 100, 10_000]),
        "ledger_range_end": rng.choice(["inclusive", "exclusive"]),
        "compression": rng.choice(["snappy", "none", "gzip:1", "zstd:3", "zstd"]),
        "path_prefix": rng.choice(["", "a/b c", "{message_type}", "x-{message_type}/y"]),
        "include_metadata": rng.random() < 0.5, "schema_evolution": rng.random() < 0.5,
    }
    kinds = rng.choice([KINDS, KINDS, ["contract_data_message"], ["event_rpc", "event_list", "event_processor"],
                        ["wild"], ["wild", "asset"], ["stable", "bare"], ["ledger"], ["contract_data", "wild"]])
    days = rng.sample(DAYS, rng.choice([1, 1, 2, 4]))
    if "wild" in kinds and not (len(kinds) <= 2 and len(days) == 1 and options["partition_by"] == "ledger_day"):
        # The order of files is open where there are many streams, and what fits depends on it.
        kinds = [kind for kind in kinds if kind != "wild"] or ["asset"]
    # The folders of whole hours and single ledgers are many: few messages for each run, then.
    count = rng.choice([1, 30, 300, 2000])
    if "ledger" in kinds or options["buffer_size"] < 5 or options["partition_by"] in ("hour", "ledger_range"):
        count = min(count, 300)
    maker = Maker(rng, kinds, days, ledgers=rng.choice([(426_000, 430_000), (0, 5000), ((1 << 32) - 5000, 1 << 32)]),
                  bad=rng.choice([0, 0.03]), wild_day=days[0])
    return maker, options, count


def check_random(command, root, case, seed):
    rng = random.Random(seed * 1_000_003 + case)
    maker, options, count = random_case(rng)
    lines = [maker.line() for _ in range(count)]
    how = rng.choice(["file", "stdin", "stdin", "socket"])
    what = f"case {case} of seed {seed}, {how}"
    target, letters = Path(root) / f"case {case}", Path(root) / f"letters {case}"
    given = {"local_path": target, "dead_letter_path": letters, **options}
    today = datetime.datetime.now(datetime.timezone.utc).date()
    run = runs.archive(command, given, lines, rng, how=how, end=how == "socket" or rng.random() < 0.8)
    expect(f"{what}: status ({run.errors[-300:]})", run.status, 0)
    if datetime.datetime.now(datetime.timezone.utc).date() != today:
        return 0  # Messages without a time are of the day on which they came: which, is open.
    refused, misfits, messages, warnings, files, rows = check_archive(what, target, lines, options)
    check_letters(what, letters, refused, misfits, how)
    for name, wanted in [
        ("messages_received_total", messages), ("messages_rejected_total", len(refused) + len(misfits)),
        ("messages_dead_lettered_total", len(refused) + len(misfits)), ("records_written_total", rows),
        ("files_written_total", files), ("unreadable_times_total", warnings), ("buffer_size", 0),
    ]:
        expect(f"{what}: {name}", run.metrics.get(name), wanted)
    for path in archive_files.paths(target)[:1]:
        file = archive_files.ArchiveFile(target, path)
        check_by_duckdb(f"{what}: {file.path.name}", file)
    return messages


def check_letters(what, path, refused, misfits, how):
    letters = [json.loads(line) for line in path.read_bytes().splitlines()]
    wrong = {int(row.values["uid"].raw): names for row, names in misfits}

    def is_misfit(letter):
        return isinstance(letter.get("message"), dict) and letter["message"].get("uid") in wrong

    expect(f"{what}: dead letters without a line", [letter for letter in letters if letter["line"] is None], [])
    found = {letter["line"]: letter for letter in letters if not is_misfit(letter)}
    expect(f"{what}: dead letters with lines", sorted(found), sorted(number for number, _, _ in refused))
    for number, fault, line in refused:
        letter = found.get(number, {})
        expect(f"{what}: letter of line {number}, {line[:200]}", (letter.get("type"), letter.get("field")),
               (fault.kind, fault.field))
        expect(f"{what}: letter of line {number} has a reason", bool(letter.get("reason")), True)
        wanted = {"message", "text", "base64"}
        expect(f"{what}: letter of line {number} has its message", len(wanted & set(letter)), 1)
    others = [letter for letter in letters if is_misfit(letter)]
    expect(f"{what}: letters of what does not fit", sorted(letter["message"]["uid"] for letter in others),
           sorted(int(row.values["uid"].raw) for row, _ in misfits))
    for letter in others:
        expect(f"{what}: field of what does not fit, {letter}",
               letter["field"] in wrong.get(letter["message"]["uid"], []), True)


# Planted differences

def self_test():
    """Each difference planted must be found."""
    rng = random.Random(5)
    with tempfile.TemporaryDirectory() as root:
        root = Path(root)
        maker = Maker(rng, ["contract_data", "wild"], bad=0)
        lines = [maker.line() for _ in range(60)]
        model = Model()
        streams, _, _ = predict(lines, model)
        options = {"buffer_size": 20, "schema_evolution": True}
        planted = 0
        for plant in ["nothing", "value", "missing row", "row twice", "folder", "range", "type", "split",
                      "null", "compression", "nullability"]:
            target = root / plant
            write_model(target, streams, options, plant)
            before = len(failures)
            check_archive(plant, target, lines, options)
            found = len(failures) - before
            planted_found = failures[before:]
            del failures[before:]
            if (found == 0) != (plant == "nothing"):
                print(f"planted {plant}: {found} differences found", *planted_found[:5], sep="\n")
                return 1
            planted += 1
    print(f"stellar: {planted - 1} planted differences found, and none where none was")
    return 0


def write_model(target, streams, options, plant):
    """What the model says, as files, with one difference."""
    registries, number = {}, 0
    for stream in streams.values():
        for rows in cuts(stream, options["buffer_size"]):
            number += 1
            spoilt = number == 2
            if stream.schema == "inferred":
                columns, rows, _ = registries.setdefault(stream.kind, Columns(True)).take(rows)
                schema = pa.schema(list(columns.items()))
                values = [{name: stored(row.values.get(name), kind) for name, kind in columns.items()}
                          for row in rows]
            else:
                schema, values = SCHEMAS[stream.schema], [dict(row.values) for row in rows]
            folder = target / stream.folder
            ledgers = [row.ledger for row in rows]
            name = f"stellar-data-{min(ledgers)}-{max(ledgers) + (spoilt and plant == 'range')}"
            column = "ledger_key_hash" if "ledger_key_hash" in schema.names else "closed_at"
            if spoilt and plant == "value":
                values[3][column] = "other"
            if spoilt and plant == "null":
                values[3][column] = None
            if spoilt and plant == "missing row":
                values.pop()
            if spoilt and plant == "row twice":
                values.append(values[0])
            if spoilt and plant == "folder":
                folder = target / "year=2025" / "month=07" / "day=15"
            table = pa.Table.from_pylist(values, schema=schema)
            if spoilt and plant == "type":
                place = schema.get_field_index("ledger_sequence")
                table = table.set_column(place, "ledger_sequence", table["ledger_sequence"].cast(pa.int32()))
            if spoilt and plant == "nullability":
                table = table.cast(pa.schema([field.with_nullable(True) for field in schema]))
            folder.mkdir(parents=True, exist_ok=True)
            parts = [table] if not (spoilt and plant == "split") else [table.slice(0, 5), table.slice(5)]
            for part, content in enumerate(parts):
                pq.write_table(content, folder / f"{name}-{1_700_000_000 + number * 7 + part}.parquet",
                               compression="gzip" if spoilt and plant == "compression" else "snappy")


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1].removeprefix("usage: "))
    parser.add_argument("command", nargs="?")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        sys.exit(self_test())
    command = Path(arguments.command).resolve()
    shared = os.environ.get("PARQUET_SHARED")
    messages = 0
    with tempfile.TemporaryDirectory() as root:
        check_sample(command, root)
        if shared:
            source = Path(shared) / "data" / "stellar"
            for part in [check_contract_data, check_renamed, check_assets]:
                part(command, source, root)
        check_triggers(command, root)
        for case in range(arguments.first, arguments.first + arguments.count):
            messages += check_random(command, root, case, arguments.seed)
    for failure in failures[:40]:
        print(failure, file=sys.stderr)
    scope = "sample and real files" if shared else "sample; PARQUET_SHARED is not set"
    print(f"stellar: {checks} checks, {len(failures)} failures ({scope}; {messages} random messages, seed"
          f" {arguments.seed})")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
