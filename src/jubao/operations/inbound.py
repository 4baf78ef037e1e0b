"""The inbound desk: every file is kept under its hash, and taken in once for one purpose."""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import connection

from jubao.exchange.atomic import write_atomically
from jubao.exchange.fault import FileRefused
from jubao.exchange.reading import read_table
from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.view import View
from jubao.records.models import InboundFile, Proposal
from jubao.reports.streaming import sha256_of

PIECE = 1 << 20
NAMED = re.compile(r"[0-9a-f]{64}", re.ASCII)
MOST_KEPT = 4 << 30
"""A register of a whole province, as text, is smaller."""


class TooLarge(Exception):
    """More came than may be taken in."""


class Incoming:
    """A file on its way into the store: written piece by piece under a name of ours, hashed on the way.

    Nothing of it counts before it is ``put``; what is dropped leaves no trace.
    """

    def __init__(self, *, most: int) -> None:
        """Begin a file of ``most`` bytes at the most."""
        store = Path(settings.JUBAO_HOME) / "inbound"
        store.mkdir(exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=store, prefix=".", suffix=".part")
        self._file, self._draft, self._most = os.fdopen(handle, "wb"), Path(draft), most
        self._digest, self.size = hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        """Take another piece. Raises TooLarge as soon as it is too much."""
        self.size += len(piece)
        if self.size > self._most:
            self.drop()
            raise TooLarge
        self._digest.update(piece)
        self._file.write(piece)

    def content(self) -> bytes:
        """What came so far."""
        self._file.flush()
        return self._draft.read_bytes()

    def put(self, original: str) -> str:
        """Keep what came, and note under which name it came; gives its own, the SHA-256. Repeating changes nothing."""
        self._file.flush()
        os.fsync(self._file.fileno())
        name = self._digest.hexdigest()
        kept = inbound_path(name)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(kept.with_suffix(".name"), original.encode())
            self._draft.replace(kept)
        self.drop()
        return name

    def drop(self) -> None:
        """Leave nothing of it, unless it was put."""
        self._file.close()
        self._draft.unlink(missing_ok=True)


def keep(path: Path) -> str:
    """Copy a file into the inbound store under its SHA-256 and return that name; repeating changes nothing.

    It is copied in pieces, so that no size fills the memory; and it is read once, so that its name is what was kept.

    Raises:
        Refused: it is larger than any file an act takes in.
    """
    incoming = Incoming(most=MOST_KEPT)
    try:
        with path.open("rb") as source:
            while piece := source.read(PIECE):
                incoming.write(piece)
        return incoming.put(path.name)
    except TooLarge:
        size = f"{MOST_KEPT >> 30} GB"
        raise Refused(f"《{path.name}》超过 {size}，不予收文，请核对文件，或请来文单位分成几份报送") from None
    finally:
        incoming.drop()


def is_known(name: str, *, besides: str = "") -> bool:
    """Whether the books know a file of the store: an act took it in, or a proposal names it.

    Args:
        name: the file's name in the store; besides: an act whose proposals do not count.
    """
    if InboundFile.objects.filter(sha256=name).exists():
        return True
    return Proposal.objects.exclude(code=besides).filter(arguments__contains=name).exists()


def inbound_path(name: str) -> Path:
    """Where a file of the inbound store lies."""
    return Path(settings.JUBAO_HOME) / "inbound" / name[:2] / name


def kept_size(name: str) -> int | None:
    """The bytes of a stored file; None where none lies under the name."""
    path = inbound_path(name)
    return path.stat().st_size if NAMED.fullmatch(name) and path.exists() else None


def original_name(name: str) -> str:
    """The file name under which a stored file came in."""
    note = inbound_path(name).with_suffix(".name")
    return note.read_text(encoding="utf-8") if note.exists() else name


def open_inbound(name: str) -> Path:
    """Path of a stored file, whose content is what its name says.

    Raises:
        Refused: it never came in, or it was altered in the store.
    """
    path = inbound_path(name)
    if not path.exists():
        raise Refused(f"来文 {name[:12]} 不在收文库中，请先登记收文")
    if sha256_of(path) != name:
        raise Refused(
            f"来文《{original_name(name)}》（{name[:12]}）在收文库中的内容已被改动，不能据以办理，"
            "请立即报告上级，查明后向来文单位重新索取原件"
        )
    return path


REMEMBERED = 3
_READ: dict[tuple[str, str], Table] = {}


def read_inbound(
    name: str,
    layout: str,
    view: View,
    faults: Faults | None = None,
    *,
    case: int = 1,
    field: str = "file",
    reader: Callable[..., Table] | None = None,
) -> Table | None:
    """Read a stored file by its layout, once for check and plan; the last few files are remembered.

    Args:
        name: the file's name in the store, its SHA-256.
        layout: the layout it follows.
        view: the books.
        faults: takes every fault of the file with its row and column; None is returned then. Without ``faults`` the
            file must be readable: a plan is made only after its check.
        case: the case that names the file; ``field``: the argument a form marks.
        reader: takes path and ``filename``; default the layout's plain reader.
    """
    try:
        return view.once(("file", name, layout), lambda: _read(name, layout, reader))
    except FileRefused as refused:
        assert faults is not None, "a plan is made after its check"
        for fault in refused.faults:
            place = f"《{fault.file}》" + (f"第{fault.row}行" if fault.row else "") + fault.column
            value = f"（值：{fault.value_masked}）" if fault.value_masked else ""
            faults.add(case, field, fault.rule + value, next_step=fault.next_step, place=place)
    except Refused as refused:
        assert faults is not None, "a plan is made after its check"
        faults.add(case, field, refused.message)
    return None


def table_of(name: str, layout: str, view: View, *, reader: Callable[..., Table] | None = None) -> Table:
    """A file that its check has read already."""
    table = read_inbound(name, layout, view, reader=reader)
    assert table is not None
    return table


def _read(name: str, layout: str, reader: Callable[..., Table] | None) -> Table:
    """A file's table; the file is the one named before it is read, and still is afterwards."""
    key = (name, layout)
    if key not in _READ:
        if len(_READ) > REMEMBERED:
            _READ.pop(next(iter(_READ)))
        read = reader or partial(read_table, layout_id=layout)
        table = read(open_inbound(name), filename=original_name(name))
        open_inbound(name)
        _READ[key] = table
    return _READ[key]


def check_fresh(name: str, layout: str, faults: Faults, *, case: int = 1, field: str = "file") -> bool:
    """Whether a file was never taken in for this purpose; its name is its content's hash, so it need not be read."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {InboundFile._meta.db_table} WHERE sha256 = %s AND layout = %s", [name, layout])
        taken = cursor.fetchone() is not None
    if taken:
        faults.add(case, field, f"文件《{original_name(name)}》已经导入过", next_step="不再重复导入")
    return not taken


def take_in(name: str, layout: str, *, rows: int, changes: Changes) -> InboundFile:
    """Plan that a stored file is taken in for one purpose; its check (``check_fresh``) has refused a second time."""
    return changes.add(
        InboundFile(
            sha256=name,
            filename=original_name(name),
            layout=layout,
            rows=rows,
            size=open_inbound(name).stat().st_size,
        )
    )
