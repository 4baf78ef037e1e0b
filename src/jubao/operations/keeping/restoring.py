"""Restore: a backup taken back into an empty office, or by leave of several people over books in use, on either engine.

Nothing counts before every hash and the chain hold; the restored books say that they are restored, and since when.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from jubao.operations.envelope.anchor import write_anchor
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.alone import alone
from jubao.operations.keeping.filling import load, make_tables_for, require_sound
from jubao.operations.keeping.folders import TRAYS, WORKING
from jubao.operations.keeping.leave import require_leave
from jubao.operations.keeping.locks import Opener
from jubao.operations.keeping.opened_backup import Opened, keys_for, opened_backup
from jubao.operations.keeping.restored import Restored, note_restoration
from jubao.operations.keeping.swapping import Move, finish_swap, swap, sweep_workings
from jubao.records import keyring
from jubao.records.anchors import notes_in, number_of, places
from jubao.records.models import AuditEvent
from jubao.reports.streaming import sha256_of

MOVED_ASIDE = ("inbound", "outbound", "reports", "anchors")
JOURNALS = ("", "-wal", "-shm")


@dataclass(frozen=True)
class Taking:
    """One restore on its way: the backup opened, the keys by their marks, where to, and what the books will say of it."""

    opened: Opened
    keys: dict[str, str]
    home: Path
    folder: Path
    said: Restored


def restore(file: Path, opener: Opener, *, at: datetime, leave: str = "") -> dict[str, Any]:
    """Take a backup back.

    On SQLite the books are built beside and checked, and only then put in place by moving files; a crash in between
    leaves the office as it was, or is finished at the next opening. On PostgreSQL all happens in one transaction.
    Keys are never overwritten. The restored books are to be reconciled; until then no money leaves.

    Args:
        file: a file ``back_up`` wrote, on this engine or the other.
        opener: what opens it.
        at: the instant.
        leave: the request key of the executed ``office.restore`` by which books in use may be replaced (SQLite only);
            they are kept aside, never deleted.
    Returns:
        the manifest, with ``aside`` (where the old books went, or "") and ``lost_events`` (how many events
        known outside are not in the backup).
    Raises:
        Refused: not a backup, damaged, another program version, another key, or books in use without leave.
    """
    finish_swap()
    sweep_workings()
    home = Path(settings.JUBAO_HOME)
    folder = home / f"{WORKING}{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        with opened_backup(file, opener) as opened:
            keys = keys_for(opened, home, keyring.at_hand(home))
            used, sha256 = _used(), sha256_of(file)
            _require_room(used=used, leave=leave)
            if used:
                require_leave(leave, sha256)
            known = _known_outside(used=used)
            said = Restored(sha256, known, leave if used else "", _free_name(home) if used else "", at)
            take_in = _beside if connection.vendor == "sqlite" else _within
            take_in(Taking(opened, keys, home, folder, said))
        write_anchor()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return opened.manifest | {"aside": said.aside, "lost_events": max(known - opened.head, 0)}


def _known_outside(*, used: bool) -> int:
    """The last event that anything here tells of: notes of heads by their names, and the books that are replaced."""
    noted = [number_of(note) for place in places() for note in notes_in(place)]
    last = AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() if used else None
    return max([*noted, last or 0])


# ── Room ──


def _used() -> bool:
    """Whether an act was ever done here."""
    return AuditEvent._meta.db_table in connection.introspection.table_names() and AuditEvent.objects.exists()


def _require_room(*, used: bool, leave: str) -> None:
    if used and not leave:
        raise Refused(
            "这里已有账簿，恢复只在空的机构进行；确要替换，请先由主任提出、稽核和上级签署“恢复账簿”（office.restore），"
            "再以 --replace 请求号 恢复，旧账簿会移到一旁保存"
        )
    if used and connection.vendor != "sqlite":
        raise Refused("PostgreSQL 上不替换已有账簿：请新建一个空数据库，把 DATABASE_URL 指向它再恢复")


def _free_name(home: Path) -> str:
    number = 1
    while (home / f"replaced-{number:02d}").exists():
        number += 1
    return f"replaced-{number:02d}"


# ── On SQLite: beside, then swapped ──


def _beside(taking: Taking) -> None:
    """Build the books in a file of their own, check them, then put everything in place."""
    books = Path(connection.settings_dict["NAME"])
    connection.close()
    built = taking.folder / "built.sqlite3"
    connection.settings_dict["NAME"] = built
    try:
        make_tables_for(taking.opened)
        with transaction.atomic():
            _fill(taking)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")  # one file, without a journal beside it
    finally:
        connection.close()
        connection.settings_dict["NAME"] = books
    files = list(_into_trays(taking))
    with alone(books) if books.exists() else nullcontext():
        swap([*_away(books, taking), (built, books), *files], aside=taking.said.aside or None)


def _fill(taking: Taking) -> None:
    """The tables, what must hold of them, and the event that says where they come from."""
    load(taking.opened)
    ring = keyring.read_ring(taking.keys, only=taking.opened.manifest["key"])
    require_sound(taking.opened.manifest, ring)
    note_restoration(taking.said, ring)


def _away(books: Path, taking: Taking) -> Iterator[Move]:
    """What stands in the way: books in use are kept aside with all that belongs to them, an empty file is not."""
    home, aside = taking.home, taking.said.aside
    kept = home / aside if aside else taking.folder / "empty"
    trays = [home / tray for tray in MOVED_ASIDE] if aside else []
    for path in [*(books.with_name(books.name + tail) for tail in JOURNALS), *trays]:
        if path.exists():
            yield path, kept / path.name
    yield from _notes_away(aside or "restored", home if aside else None)


def _notes_away(tag: str, moved: Path | None) -> Iterator[Move]:
    """Heads noted of the chain that was there, in every place that is not moved as a whole: kept, under another name."""
    for place in places():
        if moved is None or place.parent != moved:
            for note in notes_in(place):
                yield note, note.with_name(f"{tag}-{note.name}")


def _into_trays(taking: Taking) -> Iterator[Move]:
    """The parts that are files, to their trays; a key only where there is none."""
    for name in taking.opened.entries:
        if name.partition("/")[0] in {*TRAYS, "keys"} and not (
            name.startswith("keys/") and (taking.home / name).exists()
        ):
            yield taking.opened.lay_down(name, taking.folder), taking.home / name


# ── On PostgreSQL: within one transaction ──


def _within(taking: Taking) -> None:
    """Fill the empty database; files go to their trays before it counts, and are the same when it is tried again."""
    make_tables_for(taking.opened)
    with transaction.atomic():
        _fill(taking)
        swap([*_notes_away("restored", None), *_into_trays(taking)], aside=None)
