"""Runs of `parquet stellar archive`: with files, standard input or a socket, and what they tell in numbers."""

import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path


class Run:
    """What became of a run: exit status, standard error, metrics by their names without `stellar_archive_`."""

    def __init__(self, status, errors, metrics):
        self.status, self.errors, self.metrics = status, errors, metrics


def words(command, options):
    """The command line of options by their keys."""
    line = [str(command), "stellar", "archive"]
    for key, value in options.items():
        name = "--" + key.replace("_", "-")
        if value is True:
            line.append(name)
        elif value is not False and value is not None:
            line += [name, str(value)]
    return line


def archive(command, options, lines, rng, how="stdin", end=True):
    """Gives lines of bytes to the command."""
    data = b"\n".join(lines) + (b"\n" if end and lines else b"")
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        line = words(command, options | {"metrics_file": folder / "metrics"}) + ["--quiet"]
        if how == "file":
            (folder / "a.ndjson").write_bytes(data)
            done = subprocess.run([*line, "a.ndjson"], cwd=folder, capture_output=True, timeout=120)
            status, errors = done.returncode, done.stderr
        elif how == "socket":
            status, errors = through_socket(line, folder, data, len(lines))
        else:
            run = subprocess.Popen(line, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
            at = 0
            while at < len(data):
                size = rng.choice([1, 100, 5000, 1 << 20]) if at < 20_000 else 1 << 20
                run.stdin.write(data[at:at + size])
                run.stdin.flush()
                at += size
            errors = run.communicate(timeout=120)[1]
            status = run.returncode
        metrics = {}
        if (folder / "metrics").exists():
            for text in (folder / "metrics").read_text().splitlines():
                if not text.startswith("#"):
                    name, value = text.split()
                    metrics[name.removeprefix("stellar_archive_")] = int(value)
        return Run(status, errors.decode(errors="replace"), metrics)


def through_socket(line, folder, data, line_count):
    path = folder / "lines"
    errors_path = folder / "errors"
    with errors_path.open("wb") as errors:
        run = subprocess.Popen([*line, "--socket", str(path), "--acknowledge"], stdout=subprocess.PIPE, stderr=errors)
    deadline = time.monotonic() + 10
    client = socket.socket(socket.AF_UNIX)
    while True:
        try:
            client.connect(str(path))
            break
        except OSError:
            if time.monotonic() > deadline or run.poll() is not None:
                run.kill()
                run.wait()
                return 255, b"no socket: " + errors_path.read_bytes()
            time.sleep(0.01)
    client.sendall(data)
    client.close()
    for text in run.stdout:
        if int(text) >= line_count:
            break
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=60)
    return run.returncode, errors_path.read_bytes()
