"""The quarantine (隔离区): files that came with a refused request; they travel in no backup and go when they are old."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from jubao.operations.inbound import inbound_path, is_known
from jubao.operations.law import law
from jubao.records.models import Office

FOLDER = "quarantine"


def set_aside(name: str, *, at: datetime) -> bool:
    """Move a file out of the inbound store, unless the books know it; its age begins now.

    Args:
        name: the file's name in the store.
        at: the instant.
    """
    kept = inbound_path(name)
    if not kept.exists() or is_known(name):
        return False
    folder = Path(settings.JUBAO_HOME) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for path in (kept.with_suffix(".name"), kept):
        if path.exists():
            aged = path.replace(folder / path.name)
            os.utime(aged, (at.timestamp(), at.timestamp()))
    return True


def sweep_quarantine(*, at: datetime) -> str:
    """Remove what has lain longer than the office keeps it; gives a sentence to be told, or nothing."""
    folder = Path(settings.JUBAO_HOME) / FOLDER
    lying = [path for path in folder.glob("*") if path.is_file()] if folder.is_dir() else []
    if not lying or not Office.objects.exists():
        return ""
    days = int(law(at.date()).value("procedure.quarantine_days"))
    before = (at - timedelta(days=days)).timestamp()
    old = [path for path in lying if path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    files = sum(not path.suffix for path in old)
    return f"隔离区中 {files} 个被拒收的文件已满 {days} 天，现已删除" if files else ""
