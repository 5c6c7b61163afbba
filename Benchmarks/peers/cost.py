"""What a piece of work takes inside the process that does it: time, processor time, memory."""

import os
import time


def _status(name):
    """A field of this process's status in bytes; 0 where the system does not say."""
    try:
        with open("/proc/self/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1]) << 10
    except OSError:
        pass
    return 0


def _reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


# The memory that was held when the first work after the table was loaded began. What a work leaves with
# the allocator counts for the next one, which uses it again.
_held = None


def loaded():
    """Says that a table has been loaded, which is not to count as memory of the works that follow."""
    global _held
    _held = None


def measured(work):
    """Calls `work`; seconds, processor seconds, the bytes it peaked at over what the table takes, and
    what it gave, which is freed after the clock has stopped."""
    global _held
    _reset_peak()
    if _held is None:
        _held = _status("VmRSS")
    processor = time.process_time()
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    processor = time.process_time() - processor
    return seconds, processor, max(0, _status("VmHWM") - _held), result


def run_command(command, pin):
    """Runs a whole process; seconds, processor seconds, its peak of memory in bytes, its exit status and
    what it said last on standard error."""
    import subprocess
    import tempfile

    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
            preexec_fn=pin)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    peak = usage.ru_maxrss << (10 if os.uname().sysname == "Linux" else 0)
    return (
        seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode,
        said[-1] if said else "")
