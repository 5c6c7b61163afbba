"""`parquet stellar archive` as a whole process, and the files that it leaves."""

import os
import shutil
import sys

from client import pin
from cost import run_command
from files import archived


class Archive:
    """Writes `messages` to a folder of its own below `folder`, by so many threads and with more options."""

    def __init__(self, command, messages, folder, threads, *options):
        self.path = os.path.join(folder, "archive")
        self.threads = threads
        self._command = [
            command, "stellar", "archive", messages.path, "--storage-type", "FS", "--local-path", self.path,
            "--threads", str(threads), *options]

    def write(self):
        """Writes it anew; what that took."""
        shutil.rmtree(self.path, ignore_errors=True)
        seconds, processor, peak, status, said = run_command(self._command, pin(self.threads))
        if status:
            sys.exit(f"stellar: `{' '.join(self._command[1:])}` ended with status {status}: {said}")
        return {"seconds": seconds, "cpu": processor, "peak": peak, "rows": 0, "note": ""}

    @property
    def byte_count(self):
        return sum(os.path.getsize(path) for path in archived(self.path))
