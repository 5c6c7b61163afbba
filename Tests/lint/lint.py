#!/usr/bin/env python3
"""Holds the rules of the house that the compiler does not check.

    lint.py            checks the package this file lies in; exit status 1 when a rule is broken
    lint.py --self-test  plants a violation of each rule and fails unless it is found

Rules, each with the name under which an offence is printed:

import      modules import downwards only (MODULES), the engine imports no Foundation
folder      inside the engine, a folder names only types of the layers below it (LAYERS), and the
            folders of one layer do not name each other in a circle
word        no `try!`, `as!`, `fatalError(` and no open task in Sources
length      no source file is longer than MAX_LINES
"""

import pathlib
import re
import sys
import tempfile

# What each module may import, apart from the system's modules. Arrows point one way:
# ParquetCommand -> CommandSupport, adapters -> Datasets, Tables -> ObjectStorage -> Parquet.
STORAGE = {"Parquet"}
TABLES = STORAGE | {"ObjectStorage"}
ADAPTER = TABLES | {"Tables", "Datasets"}
ADAPTERS = {"MIDAS", "Stellar", "ZTDWR", "Borelog"}
MODULES = {
    "Parquet": {"CZstd", "CSnappy", "CZlib", "CLZ4", "CBrotli", "CDeflate", "CCrypto"},
    "ObjectStorage": STORAGE | {"CCurl", "CCrypto"},
    "Tables": TABLES,
    "Datasets": TABLES,
    "CommandSupport": ADAPTER,
    "ParquetCommand": ADAPTER | ADAPTERS | {"CommandSupport"},
    **{adapter: ADAPTER | {"CLibPQ"} for adapter in ADAPTERS},
}
SYSTEM = {
    "Glibc", "Darwin", "Musl", "Dispatch", "Synchronization", "Foundation", "FoundationEssentials",
}
# Foundation doubles the time a command needs to start; these modules do without it.
NO_FOUNDATION = {"Parquet", "CommandSupport", "ParquetCommand", "Tables", "ObjectStorage"}

# The folders of Sources/Parquet, lowest layer first. A folder names types of lower layers, of its
# own layer as long as no circle arises, and never of a higher one.
LAYERS = [
    ["Errors", "Support"],
    ["Thrift", "Schema"],
    ["Columns", "Variants", "Encodings", "Compression", "Encryption", "Format", "IO"],
    ["Writing", "Reading", "Rows"],
]
RANK = {folder: rank for rank, layer in enumerate(LAYERS) for folder in layer}

MAX_LINES = 500
LONG_LINES = 400

WORDS = [
    (re.compile(r"\btry!"), "try!"),
    (re.compile(r"\bas!"), "as!"),
    (re.compile(r"\bfatalError\("), "fatalError("),
]
OPEN_TASK = re.compile(r"\b(TODO|FIXME|XXX)\b")
IMPORT = re.compile(
    r"^\s*(?:@\w+\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|var|let)\s+)?(\w+)")
TYPE = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*"
    r"((?:(?:public|package|internal|private|fileprivate|open|final|indirect|nonisolated)\s+)*)"
    r"(?:struct|class|enum|protocol|typealias|actor)\s+([A-Z]\w*)")
NAME = re.compile(r"\b[A-Z]\w*")


def code_lines(text):
    """The lines of Swift source with comments and the insides of literals blanked out."""
    out = []
    i, depth, n = 0, 0, len(text)
    while i < n:
        if depth:
            if text.startswith("*/", i):
                depth, i = depth - 1, i + 2
            elif text.startswith("/*", i):
                depth, i = depth + 1, i + 2
            else:
                out.append("\n" if text[i] == "\n" else " ")
                i += 1
            continue
        if text.startswith("//", i):
            end = text.find("\n", i)
            i = n if end < 0 else end
            continue
        if text.startswith("/*", i):
            depth, i = 1, i + 2
            continue
        literal = re.compile(r'(#*)("""|")').match(text, i)
        if literal:
            hashes, quote = literal.groups()
            close, escape = quote + hashes, "\\" + hashes
            out.append('""')
            i = literal.end()
            while i < n and not text.startswith(close, i):
                step = len(escape) + 1 if text.startswith(escape, i) else 1
                out.extend("\n" for c in text[i : i + step] if c == "\n")
                i += step
            i += len(close)
            continue
        out.append(text[i])
        i += 1
    return "".join(out).split("\n")


class Checker:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.offences = []
        self.notes = []
        self.files = 0

    def offence(self, rule, path, line, text):
        self.offences.append((rule, f"{path.relative_to(self.root)}:{line}: [{rule}] {text}"))

    def run(self):
        sources = {}
        for path in sorted((self.root / "Sources").rglob("*.swift")):
            text = path.read_text(encoding="utf-8")
            sources[path] = code_lines(text)
            self.files += 1
            self.words(path, text, sources[path])
            self.length(path, text)
            self.imports(path, sources[path])
        for folder in ("Tests", "Benchmarks"):
            for path in sorted((self.root / folder).rglob("*.swift")):
                self.files += 1
                self.length(path, path.read_text(encoding="utf-8"))
        self.folders(sources)
        return self.offences

    def words(self, path, text, lines):
        for number, line in enumerate(lines, 1):
            for pattern, word in WORDS:
                if pattern.search(line):
                    self.offence("word", path, number, f"{word} is not for Sources")
        for number, line in enumerate(text.split("\n"), 1):
            if OPEN_TASK.search(line):
                self.offence("word", path, number, "an open task: do it, or note it in an issue")

    def length(self, path, text):
        count = text.count("\n")
        if count > MAX_LINES:
            self.offence("length", path, count, f"{count} lines; split it below {MAX_LINES}")
        elif count > LONG_LINES:
            self.notes.append(f"{path.relative_to(self.root)}: {count} lines")

    def imports(self, path, lines):
        module = path.relative_to(self.root / "Sources").parts[0]
        if module not in MODULES:
            self.offence("import", path, 1, f"module {module} has no place in MODULES of lint.py")
            return
        for number, line in enumerate(lines, 1):
            match = IMPORT.match(line)
            if not match:
                continue
            name = match.group(1)
            if name.startswith("Foundation") and module in NO_FOUNDATION:
                self.offence("import", path, number, f"{module} does without {name}")
            elif name not in MODULES[module] | SYSTEM:
                self.offence("import", path, number, f"{module} must not import {name}")

    def folders(self, sources):
        engine = self.root / "Sources" / "Parquet"
        inside = {}
        for path, lines in sources.items():
            if engine not in path.parents:
                continue
            parts = path.relative_to(engine).parts
            folder = parts[0] if len(parts) > 1 else ""
            if folder not in RANK:
                self.offence("folder", path, 1, f"the engine has no folder '{folder}' in LAYERS")
                continue
            inside[path] = (folder, lines)

        homes = {}
        for folder, lines in inside.values():
            for line in lines:
                match = TYPE.match(line)
                if match and "private" not in match.group(1):
                    homes.setdefault(match.group(2), set()).add(folder)

        arrows = {}
        for path, (folder, lines) in inside.items():
            for number, line in enumerate(lines, 1):
                for name in NAME.findall(line):
                    home = homes.get(name, set())
                    if not home or folder in home:
                        continue
                    target = min(home, key=RANK.get)
                    if RANK[target] > RANK[folder]:
                        self.offence(
                            "folder", path, number,
                            f"{folder} names {name}, which lies above it in {target}")
                    elif RANK[target] == RANK[folder]:
                        arrows.setdefault((folder, target), (path, number, name))
        for layer in LAYERS:
            self.circles(layer, arrows)

    def circles(self, layer, arrows):
        """Names one arrow of each circle among the folders of a layer."""
        def reaches(start, goal):
            seen, stack = set(), [start]
            while stack:
                folder = stack.pop()
                if folder == goal:
                    return True
                if folder not in seen:
                    seen.add(folder)
                    stack.extend(b for (a, b) in arrows if a == folder)
            return False

        for (a, b), (path, number, name) in sorted(arrows.items(), key=lambda item: item[0]):
            if a in layer and reaches(b, a):
                self.offence(
                    "folder", path, number,
                    f"{a} names {name} of {b}, and {b} leads back to {a}: a circle")


PLANTED = {
    "Sources/Parquet/Errors/Oops.swift": ("folder", "let writer: Writer? = nil\n"),
    "Sources/Parquet/Columns/Batch.swift": ("folder", "struct Batch { var sink: Sink }\n"),
    "Sources/Parquet/IO/Sink.swift": ("folder", "struct Sink { var batch: Batch }\n"),
    "Sources/Parquet/Strange/New.swift": ("folder", "struct New {}\n"),
    "Sources/Parquet/Support/Text.swift": ("import", "public import Foundation\n"),
    "Sources/Tables/CSV.swift": ("import", "import Parquet\nimport MIDAS\n"),
    "Sources/Unknown/File.swift": ("import", "\n"),
    "Sources/MIDAS/Force.swift": ("word", "let x = try! f()\n"),
    "Sources/MIDAS/Cast.swift": ("word", "let x = f() as! Int\n"),
    "Sources/MIDAS/Trap.swift": ("word", "func f() { fatalError() }\n"),
    "Sources/MIDAS/Later.swift": ("word", "// TO" + "DO: later\n"),
    "Sources/MIDAS/Long.swift": ("length", "//\n" * (MAX_LINES + 1)),
}
INNOCENT = {
    "Sources/Parquet/Writing/Writer.swift": "struct Writer { var batch: Batch }\n",
    "Sources/Parquet/Schema/Talk.swift": (
        '/// Used by ``Writer``.\nlet a = "a Writer, try! and \\" as!" /* Writer /* as! */ try! */\n'
        'let b = #"Writer "quoted""#\nlet c = """\n  Writer try!\n  """\n'),
    "Sources/ParquetCommand/main.swift": "import MIDAS\nimport Parquet\nimport Tables\n",
}


def self_test():
    missed = []
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        files = {path: text for path, (_, text) in PLANTED.items()} | INNOCENT
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        found = Checker(root).run()
        for path, (rule, _) in PLANTED.items():
            if not any(r == rule and text.startswith(path + ":") for r, text in found):
                missed.append(f"not found: [{rule}] {path}")
        for path in INNOCENT:
            missed += [f"wrongly found: {text}" for _, text in found if text.startswith(path + ":")]
    return missed


def main():
    if "--self-test" in sys.argv[1:]:
        missed = self_test()
        print("\n".join(missed) if missed else f"lint self-test: {len(PLANTED)} violations found")
        return 1 if missed else 0
    checker = Checker(pathlib.Path(__file__).resolve().parents[2])
    for _, text in checker.run():
        print(text)
    for note in checker.notes:
        print(f"note: {note}; one subject, or two files?")
    print(f"lint: {checker.files} files, {len(checker.offences)} offences")
    return 1 if checker.offences else 0


if __name__ == "__main__":
    sys.exit(main())
