"""What processes that were killed left lying: half-written files, working copies and proposals of keys; swept at opening."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from jubao.operations.keeping.folders import TRAYS, is_running
from jubao.records.anchors import places

OF_A_PROCESS = re.compile(r"\.?(?:head-\d+\.json|.+\.key)\.(\d+)\.[0-9a-f]{8}|\..+\.(\d+)\.jubao-part")
OF_NOBODY = re.compile(r"\..*\.part|.*\.upgrading(?:-wal|-shm|-journal)?")
AGE = timedelta(days=1)
"""Longer than any process writes at one file."""


def sweep_left_overs(*, at: datetime) -> str:
    """Remove them; what names its process at once when that is gone, the rest when it is a day old.

    Gives a sentence to be told, or nothing.
    """
    swept = [path for path in _lying() if _is_left(path, at)]
    for path in swept:
        path.unlink(missing_ok=True)
    return f"清除了中断的程序留下的 {len(swept)} 个半成品文件" if swept else ""


def _lying() -> Iterator[Path]:
    """Files beside the books, of the keys, the trays and the places of notes."""
    home = Path(settings.JUBAO_HOME)
    for folder in (home, home / "keys", *places()):
        if folder.is_dir():
            yield from (path for path in folder.iterdir() if path.is_file())
    for tray in TRAYS:
        yield from (path for path in (home / tray).rglob(".*") if path.is_file())


def _is_left(path: Path, at: datetime) -> bool:
    if named := OF_A_PROCESS.fullmatch(path.name):
        return not is_running(int(named[1] or named[2]))
    try:
        return bool(OF_NOBODY.fullmatch(path.name)) and path.stat().st_mtime < (at - AGE).timestamp()
    except FileNotFoundError:
        return False
