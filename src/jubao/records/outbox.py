"""Where a file that left lies, and how its bytes are kept."""

import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from jubao.records.acts import OutboxItem

OUTBOUND = "outbound"
LARGEST = 1 << 30  # a file of one act is never larger; a forged content must not fill the memory


class NoTray(ValueError):
    """A row names a place outside the trays: it was tampered with."""


def place_of(item: OutboxItem) -> Path:
    """Where the file of an item lies.

    Raises:
        NoTray: the row names a place outside the office's trays.
    """
    where = PurePosixPath(item.tray, item.name)
    if where.is_absolute() or ".." in where.parts or where.parts[0] == "keys":
        raise NoTray(f"待发文件 {item.pk} 的文件柜或文件名不合规定")
    return Path(settings.JUBAO_HOME) / where


def lying_outbound() -> list[str]:
    """Names of the files in the tray of what was handed over, in order."""
    return lying_in(Path(settings.JUBAO_HOME) / OUTBOUND)


def lying_in(tray: Path) -> list[str]:
    """Names of the files in a tray, in order; a file that is just being written is none yet."""
    files = (path for path in tray.rglob("*") if not path.is_dir())
    return sorted(path.relative_to(tray).as_posix() for path in files if not _in_writing(path.name))


def _in_writing(name: str) -> bool:
    return name.startswith(".") and name.endswith(".part")


def foreign(lying: Sequence[str]) -> list[str]:
    """Those of some files in the tray that no act handed over: who finds them beside ours must not take them for ours."""
    ours = (
        set(OutboxItem.objects.filter(tray=OUTBOUND).order_by("id").values_list("name", flat=True)) if lying else set()
    )
    return [name for name in lying if name not in ours]


def unpacked(packed: Any) -> bytes | None:
    """The bytes of a kept file; None when they are damaged."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(bytes(packed), LARGEST)
    except zlib.error:
        return None
    return content if unpacking.eof and not unpacking.unconsumed_tail else None
