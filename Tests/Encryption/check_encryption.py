#!/usr/bin/env python3
"""Random differential of encrypted files: what the command encrypts, pyarrow and the command read as what it
was, and what pyarrow encrypts the command does; one key or several, keys wrapped and not, plain and encrypted
footers, both algorithms, AAD prefixes stored and hidden. With a wrong or missing key, and after a change in
any module, nothing but what is right comes out, with an error that says where.

usage: check_encryption.py PARQUET [--count N] [--seed S] [--start K] [--keep FOLDER] [--self-test]

A case is a function of its seed and number, but for the random bytes of the encryption.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Convert"))

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption

from arrow_tables import random_table, random_write_options
from check_convert import TIMEOUT, random_layout_options
from compare import difference
import wrapping

ALGORITHMS = ["AES_GCM_V1", "AES_GCM_CTR_V1"]


class Fault(Exception):
    """Something that must not be."""


def run(command, *words, text=True):
    return subprocess.run(
        [command, *words, "--quiet"], capture_output=True, text=text,
        errors="replace" if text else None, timeout=TIMEOUT)


def succeed(command, *words):
    result = run(command, *words)
    if result.returncode != 0:
        raise Fault(f"{words[0]}: status {result.returncode}: {result.stderr[-300:]}{result.stdout[-300:]}")
    return result.stdout


def read(path, properties=None):
    with pq.ParquetFile(path, decryption_properties=properties) as file:
        return file.read(use_threads=False)


class Scheme:
    """How a file is encrypted."""

    def __init__(self, rng, paths):
        self.rng = rng
        self.size = rng.choice([16, 24, 32])
        self.algorithm = rng.choice(ALGORITHMS)
        self.plaintext_footer = rng.random() < 0.4
        self.prefix = rng.choice([None, None, "table 7", "ä" * 20]) if rng.random() < 0.7 else None
        self.stores_prefix = rng.random() < 0.5
        # Only names that pyarrow's lists of columns can hold.
        usable = [p for p in paths if re.fullmatch(r"[\w.]+", p) and paths.count(p) == 1]
        self.own = rng.sample(usable, rng.randint(0, min(3, len(usable))))
        self.masters = {name: rng.randbytes(rng.choice([16, 24, 32])) for name in ("kf", "k1", "k2")}
        self.double = rng.random() < 0.5
        # pyarrow knows prefixes only where one key encrypts everything.
        if self.own:
            self.prefix = None

    def ours(self):
        """Writes: options of the command that encrypt, those that decrypt, and pyarrow's properties."""
        rng = self.rng
        footer_key = rng.randbytes(self.size)
        footer_name = "kf"
        if self.own or self.prefix is None and rng.random() < 0.3:
            footer_name = wrapping.material(footer_key, "kf", self.masters, True)
        keys = {footer_name: footer_key}
        words = ["--encrypt", f"footer={footer_name}"]
        for path in self.own:
            key = rng.randbytes(self.size)
            name = wrapping.material(key, rng.choice(["k1", "k2"]), self.masters, False)
            keys[name] = key
            words += ["--encrypt", f"{path}={name}"]
        if self.own:
            words += ["--encrypt", f"others={rng.choice(['none', 'footer'])}"]
        if self.algorithm != "AES_GCM_V1":
            words += ["--encrypt-algorithm", "aes_gcm_ctr"]
        if self.plaintext_footer:
            words += ["--encrypt-plaintext-footer"]
        self.reading = []
        if self.prefix is not None:
            words += ["--encrypt-aad-prefix", self.prefix]
            if not self.stores_prefix:
                words += ["--encrypt-hide-aad-prefix"]
                self.reading = ["--aad-prefix", self.prefix]
        self.keys = dict(keys)
        for name, key in keys.items():
            words += ["--key", f"{name}={key.hex()}"]
        if footer_name.startswith("{"):
            # Reading may as well unwrap what the file holds.
            if rng.random() < 0.5:
                self.keys = {n: k for n, k in self.masters.items() if n != "kf"} | {"kf": self.masters["kf"]}
            made, configuration = wrapping.factory(self.masters)
            properties = made.file_decryption_properties(configuration)
        else:
            if rng.random() < 0.5:
                self.keys = {"footer": footer_key}
            properties = encryption.create_decryption_properties(
                footer_key, aad_prefix=self.prefix.encode() if self.reading else None)
        return words, properties

    def theirs(self):
        """pyarrow's properties for writing and for reading."""
        self.reading = []
        if self.prefix is not None or not self.own and self.rng.random() < 0.5:
            key = self.rng.randbytes(self.size)
            prefix = self.prefix.encode() if self.prefix is not None else None
            self.keys = {"footer": key}
            if prefix and not self.stores_prefix:
                self.reading = ["--aad-prefix", self.prefix]
            return (
                encryption.create_encryption_properties(
                    key, aad_prefix=prefix, store_aad_prefix=self.stores_prefix,
                    encryption_algorithm=self.algorithm, plaintext_footer=self.plaintext_footer),
                encryption.create_decryption_properties(key, aad_prefix=prefix))
        made, configuration = wrapping.factory(self.masters)
        settings = {
            "encryption_algorithm": self.algorithm, "plaintext_footer": self.plaintext_footer,
            "double_wrapping": self.double, "data_key_length_bits": self.size * 8}
        if self.own:
            columns = collections.defaultdict(list)
            for path in self.own:
                columns[self.rng.choice(["k1", "k2"])].append(path)
            settings["column_keys"] = dict(columns)
        else:
            settings["uniform_encryption"] = True
        self.keys = dict(self.masters)
        return (
            made.file_encryption_properties(
                configuration, encryption.EncryptionConfiguration("kf", **settings)),
            made.file_decryption_properties(configuration))

    def words(self, keys=None):
        """Options of the command that decrypt."""
        keys = self.keys if keys is None else keys
        return [w for name, key in keys.items() for w in ("--key", f"{name}={key.hex()}")] + self.reading


# MARK: Changed files

def modules(layout):
    """Where modules of encrypted columns lie: kind, column, offset, bytes."""
    found = []
    for group in layout["rowGroups"]:
        for column in group["columns"]:
            if not column.get("encrypted"):
                continue
            path = column["path"]
            for page in column["pages"]:
                body = page["offset"] + page["headerByteCount"]
                found.append(("page header", path, page["offset"], page["headerByteCount"]))
                found.append((page["type"], path, body, page["compressedByteCount"]))
            for name in ("columnIndex", "offsetIndex"):
                if name in column:
                    found.append((name, path, column[name]["offset"], column[name]["byteCount"]))
    return found


def expect_error(result, good, *words):
    """That a run of cat failed as it must: an error, and of the rows only what is right before it."""
    if result.returncode != 1:
        raise Fault(f"status {result.returncode} where an error must be: {result.stderr[-200:]}")
    if not good.startswith(result.stdout):
        raise Fault("rows that are not the file's come before the error")
    for word in words:
        if word not in result.stderr:
            raise Fault(f"the error does not say {word!r}: {result.stderr[-300:]}")


def harm(command, scheme, path, folder, rng):
    """Wrong keys, missing keys and changed bytes."""
    good = succeed(command, "cat", path, *scheme.words())
    wrong = {name: bytes([key[0] ^ 1]) + key[1:] for name, key in scheme.keys.items()}
    expect_error(run(command, "cat", path, *scheme.words(wrong)), good, "wrong key")
    layout = json.loads(
        succeed(command, "inspect", path, "--pages", "--format", "json", *scheme.words()))
    encrypted = {c["path"] for g in layout["rowGroups"] for c in g["columns"] if c.get("encrypted")}
    if encrypted or not scheme.plaintext_footer:
        missing = run(command, "cat", path, *scheme.reading)
        expect_error(missing, good, "not at hand" if not scheme.reading else "")
    if scheme.reading:
        expect_error(run(command, "cat", path, *scheme.words()[:-2]), good, "AAD prefix")
        expect_error(
            run(command, "cat", path, *scheme.words()[:-1], "other"), good, "AAD prefix")
    places = modules(layout)
    for kind, column, offset, count in rng.sample(places, min(3, len(places))):
        changed = bytearray(pathlib.Path(path).read_bytes())
        changed[offset + rng.randrange(count)] ^= 1 << rng.randrange(8)
        damaged = os.path.join(folder, "damaged.parquet")
        pathlib.Path(damaged).write_bytes(changed)
        verified = run(command, "verify", damaged, *scheme.words())
        if verified.returncode != 1 or f"column {column}" not in verified.stdout:
            raise Fault(
                f"verify finds no fault in {column}, {kind} at {offset}: {verified.stdout[-300:]}")
        result = run(command, "cat", damaged, *scheme.words())
        if "Index" not in kind:
            expect_error(result, good, f"column {column}", "page", "byte")
        elif result.stdout != good:
            raise Fault(f"other rows after a change in a {kind}")
    changed = bytearray(pathlib.Path(path).read_bytes())
    # The last bytes of a footer are a tag, encrypted or signed.
    changed[len(changed) - 9 - rng.randrange(16)] ^= 1 << rng.randrange(8)
    pathlib.Path(damaged := os.path.join(folder, "damaged.parquet")).write_bytes(changed)
    expect_error(run(command, "cat", damaged, *scheme.words()), good, "wrong key")


# MARK: Cases

def case(command, rng, folder, left_out):
    before = os.path.join(folder, "before.parquet")
    table = None
    while table is None:
        table = random_table(rng)
        options = random_write_options(rng, table)
        try:
            pq.write_table(table, before, **options)
            plain = read(before)
        except (pa.ArrowException, ValueError, TypeError, OSError, OverflowError):
            table = None
    with pq.ParquetFile(before) as file:
        schema = file.schema
        paths = [schema.column(i).path for i in range(len(schema))]
    good = succeed(command, "cat", before)

    # What the command encrypts.
    scheme = Scheme(rng, paths)
    encrypting, properties = scheme.ours()
    encrypted = os.path.join(folder, "ours.parquet")
    words = random_layout_options(rng, schema)
    succeed(command, "convert", before, encrypted, "--overwrite", *encrypting, *words)
    if succeed(command, "cat", encrypted, *scheme.words()) != good:
        raise Fault(f"the command reads other rows from what it encrypted: {encrypting} {words}")
    succeed(command, "verify", encrypted, *scheme.words())
    try:
        found = read(encrypted, properties)
    except Exception as error:
        if not cannot_read(error):
            raise Fault(f"pyarrow does not read what the command encrypted: {error}: {encrypting} {words}")
        left_out[f"pyarrow: {str(error)[:60]}"] += 1
    else:
        problem = difference(plain, found)
        if problem:
            raise Fault(f"pyarrow reads other rows: {problem}: {encrypting} {words}")
    harm(command, scheme, encrypted, folder, rng)

    # What pyarrow encrypts.
    scheme = Scheme(rng, paths)
    writing, reading = scheme.theirs()
    encrypted = os.path.join(folder, "theirs.parquet")
    try:
        pq.write_table(table, encrypted, encryption_properties=writing, **options)
        expected = read(encrypted, reading)
    except Exception as error:
        left_out[f"pyarrow does not make or read its own: {str(error)[:60]}"] += 1
        return
    problem = difference(plain, expected)
    if problem:
        left_out["pyarrow reads its own otherwise"] += 1
        return
    if succeed(command, "cat", encrypted, *scheme.words()) != good:
        raise Fault(f"the command reads other rows from what pyarrow encrypted: {vars(scheme)}")
    after = os.path.join(folder, "after.parquet")
    again = Scheme(rng, paths)
    encrypting = []
    if rng.random() < 0.5:
        encrypting = ["--encrypt", "footer=kn", "--key", f"kn={rng.randbytes(16).hex()}"]
    succeed(command, "convert", encrypted, after, "--overwrite", *scheme.words(), *encrypting)
    keys = encrypting[2:]
    if succeed(command, "cat", after, *keys) != good:
        raise Fault("the command reads other rows from what it wrote anew")


def cannot_read(error):
    """Whether pyarrow says that it does not know something, and not that something is wrong."""
    return "Not yet implemented" in str(error)


def self_test():
    """That the check tells rows, statuses and messages apart."""
    def result(code, out, err):
        return subprocess.CompletedProcess([], code, out, err)

    missed = 0
    for name, words in [
        ("no error", (result(0, "a\n", ""), "a\n")), ("other rows", (result(1, "b\n", "x"), "a\nb\n")),
        ("a trap", (result(-4, "", "x"), "a\n")), ("no place", (result(1, "", "x"), "a\n", "column")),
    ]:
        try:
            expect_error(*words)
            print(f"  not found: {name}")
            missed += 1
        except Fault:
            pass
    key = os.urandom(16)
    masters = {"kf": os.urandom(24)}
    if wrapping.unwrap(wrapping.wrap(key, masters["kf"], b"kf"), masters["kf"], b"kf") != key:
        print("  keys are not unwrapped")
        missed += 1
    print(f"5 planted differences, {missed} missed")
    return 1 if missed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--keep")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    failed = 0
    left_out = collections.Counter()
    for number in range(arguments.start, arguments.start + arguments.count):
        with tempfile.TemporaryDirectory() as folder:
            folder = arguments.keep or folder
            os.makedirs(folder, exist_ok=True)
            rng = random.Random(f"encryption-{arguments.seed}-{number}")
            try:
                case(os.path.abspath(arguments.command), rng, folder, left_out)
            except Fault as fault:
                failed += 1
                print(f"FAILED --seed {arguments.seed} --start {number} --count 1: {fault}", flush=True)
    print(f"{arguments.count} cases with seed {arguments.seed}, {failed} differences")
    for reason, count in left_out.most_common():
        print(f"  {count} times: {reason}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
