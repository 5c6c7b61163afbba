"""The made-up messages, made once for each number of them."""

import os

from generated import generate


class Messages:
    def __init__(self, bench, base, rows):
        self.row_count = rows
        self.path = os.path.join(base, f"ledger-messages-{rows}.ndjson")
        generate(
            bench, f"{self.path}.generator", self.path, ["--ledger-messages", self.path, "--rows", str(rows)],
            lambda: os.makedirs(base, exist_ok=True))
        self.byte_count = os.path.getsize(self.path)
