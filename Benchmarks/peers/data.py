"""The data that the engines work on, in files of one folder."""

import importlib.metadata
import os
import subprocess
import sys
import tempfile

GENERATOR = "tpchgen-cli"
# TPC-H's lineitem at scale factor 1.
LINEITEM_ROWS = 6_001_215
NDJSON_ROWS = 2_000_000
# The other data sets, as `bench --data` calls them.
GENERATED = ["taxi", "sparse", "strings", "nested", "sorted", "doubles", "weather", "ledger"]
ALL = ["lineitem"] + GENERATED


def generator_version():
    try:
        return importlib.metadata.version(GENERATOR)
    except importlib.metadata.PackageNotFoundError:
        return ""


def folder(base):
    """A folder of its own: in memory where there is room for it, or in `base`."""
    if not base and os.path.isdir("/dev/shm"):
        room = os.statvfs("/dev/shm")
        if room.f_bavail * room.f_frsize > 8 << 30:
            base = "/dev/shm"
    return tempfile.TemporaryDirectory(prefix="bench-", dir=base)


class Lineitem:
    """TPC-H's lineitem by tpchgen-cli, with plain values, and what is made of it."""

    def __init__(self, folder, servers, rows):
        self.folder = folder
        self.servers = servers
        self.rows = rows or LINEITEM_ROWS
        self._source = None

    def path(self, name):
        return os.path.join(self.folder, name)

    @property
    def source(self):
        """Uncompressed, without dictionaries: every engine loads plain values from it."""
        if not self._source:
            tool = os.path.join(os.path.dirname(sys.executable), GENERATOR)
            if not os.path.exists(tool):
                sys.exit(f"peers: {tool} is missing; `make bench` prepares it")
            subprocess.run(
                [tool, "parquet", "-s", f"{self.rows / LINEITEM_ROWS:.6f}", "--tables=lineitem",
                 "-o", self.folder, "-q"], check=True, stdout=subprocess.DEVNULL)
            generated = self.path("lineitem.parquet")
            source = self.path("lineitem-source.parquet")
            server = self.servers.server("pyarrow", 1)
            self.rows = server.ask("plain", generated, source)["rows"]
            self.last_key = int(server.ask("largest", source, "l_orderkey")["note"])
            os.remove(generated)
            self._source = source
        return self._source

    def written_by(self, engine, variant="default"):
        """The path of that engine's own file, snappy, by its own writer."""
        name = engine if variant == "default" else f"{engine}-{variant}"
        path = self.path(f"lineitem-by-{name}.parquet")
        if not os.path.exists(path):
            server = self.servers.server(engine, 1)
            server.ask("load", self.source)
            if engine == "swift-parquet":
                server.ask("write", "snappy", 1, path)
            else:
                server.ask("write", variant, "snappy", path)
        return path

    def as_csv(self):
        path = self.path("lineitem.csv")
        if not os.path.exists(path):
            self.servers.server("duckdb", 1).ask("text_files", self.source, path, "", 0)
        return path

    def as_ndjson(self):
        """The path, and the rows it has."""
        path = self.path("lineitem.ndjson")
        rows = min(NDJSON_ROWS, self.rows)
        if not os.path.exists(path):
            self.servers.server("duckdb", 1).ask("text_files", self.source, "", path, rows)
        return path, rows
