"""Files that leave with an act: kept in the act's own transaction, written to their trays afterwards, offered again at any time.

A crash between commit and file leaves the item waiting; whoever opens the office next, or asks, writes it then, and
it is the same file.
"""

import hashlib
import zlib
from collections.abc import Sequence
from pathlib import Path

from django.db import DatabaseError, transaction

from jubao.exchange.atomic import write_atomically
from jubao.operations.envelope.changes import Document
from jubao.operations.envelope.fault import Refused
from jubao.records.custody import open_restoration
from jubao.records.models import OutboxContent, OutboxItem
from jubao.records.outbox import OUTBOUND, NoTray, place_of, unpacked

State = OutboxItem.State
LONGEST_FAILURE = 200
WAITS = "SELECT 1 FROM records_outboxitem WHERE state = 'WAITING' LIMIT 1"
"""Whether any file waits: asked with every act, over the index of states."""


class FileGone(Refused):
    """A file is not in the outbox, its content no longer has its hash, or it may not leave yet."""


def keep(documents: Sequence[Document], first: int) -> None:
    """Keep the bytes of the files of an act that is being applied; ``first`` is the key of its first outbox item."""
    OutboxContent.objects.bulk_create(
        OutboxContent(item_id=first - document.item - 1, packed=zlib.compress(document.content))
        for document in documents
    )


def waiting() -> list[OutboxItem]:
    """The files that are not in their trays yet, in the order their acts were done."""
    return list(OutboxItem.objects.filter(state=State.WAITING).order_by("id"))


def deliver() -> list[OutboxItem]:
    """Write every waiting file to its tray, and give those that still wait; each of them says why.

    It never fails: the acts are done when it is called. Books that cannot be read just now are asked at the next opening.
    """
    try:
        for item in waiting():
            _deliver(item)
        return waiting()
    except DatabaseError:
        return []


def _deliver(item: OutboxItem) -> None:
    try:
        _write(item)
    except OSError as error:
        _note(item, State.WAITING, f"{type(error).__name__}：{error.strerror or '无法写入'}")
    except FileGone as error:
        _note(item, State.WAITING, error.message)
    else:
        _note(item, State.DELIVERED, "")


def _note(item: OutboxItem, state: str, failure: str) -> None:
    """Say what became of a delivery; a file that waits on for the same reason is not written about again."""
    if (item.state, item.failure) == (state, failure[:LONGEST_FAILURE]):
        return
    with transaction.atomic():
        OutboxItem.objects.filter(pk=item.pk).update(
            state=state, failure=failure[:LONGEST_FAILURE], attempts=item.attempts + 1
        )


def deliver_again(tray: str, name: str) -> Path:
    """The path of a file that left; written again when it is gone from its tray or is not what it was.

    Raises:
        FileGone: no such file ever left, what is kept of it was changed, or the restored office is not reconciled.
        OSError: the tray cannot be written.
    """
    item = OutboxItem.objects.filter(tray=tray, name=name).first()
    if item is None:
        raise FileGone(f"没有发出过文件《{name}》")
    path = _place(item)
    if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != item.sha256:
        _write(item)
    _note(item, State.DELIVERED, "")
    return path


def content_of(item: OutboxItem) -> bytes:
    """The bytes of an item.

    Raises:
        FileGone: they are not there, or do not have their hash.
    """
    kept = OutboxContent.objects.filter(item=item).first()
    content = unpacked(kept.packed) if kept else None
    if content is None or hashlib.sha256(content).hexdigest() != item.sha256:
        raise FileGone(f"待发文件《{item.name}》的内容与登记的哈希不符，不予写出，请立即核查")
    return content


def _write(item: OutboxItem) -> None:
    """The file, whole or not at all; writing it twice gives the same file.

    What pays leaves no office that was restored and not reconciled: the bank may have it already.
    """
    if item.tray == OUTBOUND and (restored := open_restoration()) is not None:
        raise FileGone(
            f"账簿恢复后（第 {restored.act_id} 号事件）尚未核对办结，不写出，请先核对此文件是否已交银行（jubao restored）"
        )
    content, path = content_of(item), _place(item)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, content)


def _place(item: OutboxItem) -> Path:
    try:
        return place_of(item)
    except NoTray as error:
        raise FileGone(f"{error}，不予写出，请立即核查") from error
