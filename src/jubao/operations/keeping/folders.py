"""Folders and processes, as keeping sees them: the trays of an office, renames made safe, who still runs."""

import os
from contextlib import suppress
from pathlib import Path

TRAYS = ("inbound", "outbound", "reports")
WORKING = ".restoring-"
"""How working folders of restores begin; the number of their process follows."""


def sync_directory(folder: Path) -> None:
    """Make a rename in a folder safe against a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def is_running(process: int) -> bool:
    """Whether a process of this machine lives."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
