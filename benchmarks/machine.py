"""What a measurement was made on: versions, cores, load, and the memory and processor time that were used."""

import gc
import os
import platform
import resource
import sqlite3
import time
from pathlib import Path
from typing import Any

import django
import duckdb
import numpy as np

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")
OWN, REAPED = slice(11, 13), slice(13, 15)
"""Where ``/proc/<pid>/stat`` keeps a process's own time and that of the children it has seen end, name cut off."""


def machine() -> dict[str, Any]:
    """Versions and cores; nothing that names the machine."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "django": django.__version__,
        "sqlite": sqlite3.sqlite_version,
        "duckdb": duckdb.__version__,
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
    }


def load() -> float:
    """Runnable processes over the last minute; above 1 before a run, somebody else is at work."""
    return round(os.getloadavg()[0], 2)


# ── Memory ──


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


# ── Processor time ──

_SERVERS: list[int] = []
_ELSEWHERE: list[float] = []


def watch(server: int) -> None:
    """Count a database server, too, from now on: the number of its first process."""
    _SERVERS.append(server)


def forget(server: int) -> None:
    """Count a server no longer."""
    _SERVERS.remove(server)


def add_work(seconds: float) -> None:
    """Count processor seconds that a process of ours has told."""
    _ELSEWHERE.append(seconds)


def worked() -> float:
    """Processor seconds so far: of this process, of the servers it watches, and what other processes have told."""
    return time.process_time() + sum(map(_tree_seconds, _SERVERS)) + sum(_ELSEWHERE)


def _tree_seconds(process: int) -> float:
    """A process with its living children, and what its children had used when they ended; 0 where nothing is told."""
    ticks = _ticks(process, OWN) + _ticks(process, REAPED)
    for child in _children(process):
        ticks += _ticks(child, OWN)
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: int, places: slice) -> int:
    try:
        words = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(") ")[2].split()
    except OSError:  # it ended just now
        return 0
    return sum(map(int, words[places]))


def _children(process: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
