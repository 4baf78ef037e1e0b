"""The inbound desk: every file is kept under its hash, and taken in once for one purpose."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings

from jubao.exchange.atomic import write_atomically
from jubao.exchange.fault import FileRefused
from jubao.exchange.reading import read_table
from jubao.exchange.table import Table
from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.records.models import InboundFile


def keep(path: Path) -> str:
    """Copy a file into the inbound store under its SHA-256 and return that name; repeating changes nothing."""
    content = path.read_bytes()
    name = hashlib.sha256(content).hexdigest()
    kept = inbound_path(name)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(kept.with_suffix(".name"), path.name.encode())
        write_atomically(kept, content)
    return name


def inbound_path(name: str) -> Path:
    """Where a file of the inbound store lies."""
    return Path(settings.JUBAO_HOME) / "inbound" / name[:2] / name


def original_name(name: str) -> str:
    """The file name under which a stored file came in."""
    note = inbound_path(name).with_suffix(".name")
    return note.read_text(encoding="utf-8") if note.exists() else name


def open_inbound(name: str) -> Path:
    """Path of a stored file; refused when it never came in."""
    path = inbound_path(name)
    if not path.exists():
        raise Refused(f"来文 {name[:12]} 不在收文库中，请先登记收文")
    return path


REMEMBERED = 3
_READ: dict[tuple[str, str], Table] = {}


def read_inbound(name: str, layout: str, *, reader: Callable[..., Table] | None = None) -> Table:
    """Read a stored file by its layout; the last few are remembered between rehearsal and execution.

    Args:
        name: the file's name in the store.
        layout: the layout it follows.
        reader: takes path and ``filename``; default the layout's plain reader.
    Raises:
        Refused: with every fault of the file named; nothing of it is taken in.
    """
    key = (name, layout)
    if key not in _READ:
        if len(_READ) > REMEMBERED:
            _READ.pop(next(iter(_READ)))
        try:
            read = reader or partial(read_table, layout_id=layout)
            _READ[key] = read(open_inbound(name), filename=original_name(name))
        except FileRefused as refused:
            faults = [str(fault) for fault in refused.faults]
            raise Refused(f"文件《{original_name(name)}》未导入：共 {len(faults)} 处错误", faults=faults) from refused
    return _READ[key]


def refuse_taken(name: str, layout: str) -> None:
    """Refuse a file that was taken in before; its name is its content's hash, so it need not be read for that."""
    if InboundFile.objects.filter(sha256=name, layout=layout).exists():
        raise Refused(f"文件《{original_name(name)}》已经导入过，不再重复导入")


def take_in(name: str, layout: str, *, rows: int, act: ActReference) -> InboundFile:
    """Record that a stored file is taken in for one purpose; a second time is refused."""
    refuse_taken(name, layout)
    return InboundFile.objects.create(
        act_id=act.id, sha256=name, filename=original_name(name), layout=layout, rows=rows,
        size=open_inbound(name).stat().st_size,
    )  # fmt: skip
