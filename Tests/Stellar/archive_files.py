"""The files of an archive, as readers see them.

    for file in read(folder): file.path, file.folder, file.first, file.last, file.table
"""

import re
from pathlib import Path

import pyarrow.parquet as pq

from message_model import SCHEMAS

NAME = re.compile(r"stellar-data-(\d+)-(\d+)-(\d{9,11})(?:-(\d+))?\.parquet")


class ArchiveFile:
    def __init__(self, root, path):
        self.path = path
        self.folder = str(path.parent.relative_to(root))
        match = NAME.fullmatch(path.name)
        self.is_named_well = match is not None
        self.first, self.last = (int(match.group(1)), int(match.group(2))) if match else (0, 0)
        opened = pq.ParquetFile(path, page_checksum_verification=True)
        self.metadata = opened.metadata
        self.table = opened.read()

    @property
    def key_values(self):
        found = self.metadata.metadata or {}
        return {key.decode(): value.decode() for key, value in found.items() if key != b"ARROW:schema"}

    @property
    def compressions(self):
        return {self.metadata.row_group(group).column(column).compression
                for group in range(self.metadata.num_row_groups) for column in range(self.metadata.num_columns)}


def paths(root):
    return sorted(Path(root).rglob("*.parquet"))


def read(root):
    """Every file below `root`, which must be whole."""
    return [ArchiveFile(Path(root), path) for path in paths(root)]


def others(root):
    """What lies in an archive and is no file of it."""
    return sorted(str(path) for path in Path(root).rglob("*") if path.is_file() and path.suffix != ".parquet")


# What tells rows apart, as random_messages.py makes them.
UNIQUE = {"contract_data_message": ["contract_id"], "contract_data": ["contract_id"], "event": ["tx_hash", "id"],
          "asset_details": ["code"], "ledger": ["ledger_hash"], "inferred": ["uid"]}


def identity(schema, values):
    """What no other row of a schema has."""
    found = [values.get(name) for name in UNIQUE[schema]]
    return tuple(int(value.raw) if hasattr(value, "raw") else value for value in found)


def described(schema):
    """Names, types and nullability."""
    return [(field.name, str(field.type), field.nullable) for field in schema]


def schema_of(table):
    """Which of the predefined schemas a table has, or `inferred`."""
    for name, schema in SCHEMAS.items():
        if described(table.schema) == described(schema):
            return name
    return "inferred"
