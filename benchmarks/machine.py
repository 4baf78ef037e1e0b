"""What a measurement was made on: versions, cores, load, and the memory of this process."""

import gc
import os
import platform
import resource
import sqlite3
from pathlib import Path
from typing import Any

import django
import duckdb
import numpy as np

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
MIB = 2**20


def machine() -> dict[str, Any]:
    """Versions and cores; nothing that names the machine."""
    return {
        "python": platform.python_version(), "numpy": np.__version__, "django": django.__version__,
        "sqlite": sqlite3.sqlite_version, "duckdb": duckdb.__version__, "cores": os.cpu_count(),
        "architecture": platform.machine(),
    }  # fmt: skip


def load() -> float:
    """Runnable processes over the last minute; above 1 before a run, somebody else is at work."""
    return round(os.getloadavg()[0], 2)


def restart_peak() -> bool:
    """Let the peak of memory start anew from here; False where the system does not offer it."""
    gc.collect()
    try:
        CLEAR.write_text("5")
    except OSError:
        return False
    return True


def held_mib() -> int:
    """Memory this process holds now, MiB; 0 where the system does not say."""
    return _status_mib("VmRSS")


def peak_mib() -> int:
    """Most memory this process held since ``restart_peak``, or since its start, MiB."""
    return _status_mib("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _status_mib(name: str) -> int:
    try:
        line = next(line for line in STATUS.read_text().splitlines() if line.startswith(name))
    except OSError:
        return 0
    return int(line.split()[1]) // 1024
