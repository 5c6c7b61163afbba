"""Where a run took place."""

import os
import platform
import time

from client import processors


def _first(path, name):
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(name):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return ""


def _memory():
    kibibytes = _first("/proc/meminfo", "MemTotal").partition(" ")[0]
    return f"{int(kibibytes) / (1 << 20):.1f} GiB" if kibibytes else "memory unknown"


def describe():
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor(),
        "architecture": platform.machine(),
        "processors": processors(),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        # Others at work on the machine make figures worth less.
        "load": round(os.getloadavg()[0], 2),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
