"""Restore: a backup taken back into an empty office, on either engine, after every hash and the chain hold."""

import json
import os
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction

from jubao.ledger.models import PeriodClose
from jubao.operations.envelope.anchor import read_anchor, write_anchor
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.alone import alone
from jubao.operations.keeping.backup import FORMAT, MANIFEST, PIECE, PROGRAM_TABLES, key_mark, migrations
from jubao.operations.keeping.folders import TRAYS
from jubao.operations.keeping.shape import make_tables, read_shape
from jubao.operations.keeping.swapping import WORKING, Move, finish_swap, swap, sweep_workings
from jubao.records.anchors import notes_in, places
from jubao.records.facts import fact_models
from jubao.records.models import AuditEvent
from jubao.records.references import writing_order
from jubao.reports.invariants.approval import what_was_approved_is_what_is_stored
from jubao.reports.invariants.chain import broken_links, every_row_has_its_event, rows_are_as_sealed
from jubao.reports.invariants.files import what_left_is_kept
from jubao.reports.invariants.guards import guards_stand
from jubao.reports.invariants.verification import Tally, Violation
from jubao.reports.streaming import sha256_of
from jubao.reports.tables.columns import Model, every_table

AUDIT_KEY = "keys/audit.key"
MOVED_ASIDE = ("inbound", "outbound", "reports", "anchors")
JOURNALS = ("", "-wal", "-shm")
LARGEST_MANIFEST = 64 << 20
SHOWN = 20


@dataclass(frozen=True)
class Opened:
    """A backup unpacked and checked: its manifest, and where its parts lie."""

    manifest: dict[str, Any]
    folder: Path

    @property
    def head(self) -> int:
        """The number of the last event in it."""
        return int((self.manifest["head"] or {"id": 0})["id"])


def restore(file: Path, *, replace: bool = False) -> dict[str, Any]:
    """Take a backup back into an empty office.

    On SQLite the books are built beside and checked, and only then put in place by moving files; a crash in between
    leaves the office as it was, or is finished at the next opening. On PostgreSQL all happens in one transaction.
    Keys are never overwritten.

    Args:
        file: a file ``back_up`` wrote, on this engine or the other.
        replace: move books that are there aside first (SQLite only); they are kept, never deleted.
    Returns:
        the manifest, with ``aside`` (where the old books went, or None) and ``lost_events`` (how many events
        of the old chain are not in the backup and must be done again).
    Raises:
        Refused: not a backup, damaged, another program version, another key, or the office is not empty.
    """
    finish_swap()
    sweep_workings()
    home = Path(settings.JUBAO_HOME)
    folder = home / f"{WORKING}{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        opened = _open(file, folder)
        key = _key_of(opened, home)
        used, known = _used(), read_anchor()
        _require_room(used=used, replace=replace)
        aside = _free_name(home) if used else None
        (_beside if connection.vendor == "sqlite" else _within)(opened, key, home, aside)
        write_anchor()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lost = max(known.id - opened.head, 0) if known else 0
    return opened.manifest | {"aside": aside, "lost_events": lost}


# ── Opening a backup ──


def _open(file: Path, folder: Path) -> Opened:
    """Unpack what the manifest lists, and nothing else; every part must have its hash."""
    try:
        with tarfile.open(file, "r:") as pack:
            first = pack.next()
            if first is None or first.name != MANIFEST or first.size > LARGEST_MANIFEST:
                raise Refused(f"{file.name} 不是本系统的备份文件")
            manifest = _manifest(_content(pack, first).read(), file)
            _unpack(pack, manifest, folder)
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise Refused(f"备份文件 {file.name} 无法读取（{error}），请换用另一份备份") from error
    missing = [name for name in manifest["parts"] if not (folder / name).is_file()]
    if missing:
        raise Refused(f"备份文件 {file.name} 不完整，缺 {len(missing)} 个部分", faults=missing[:SHOWN])
    return Opened(manifest, folder)


def _manifest(content: bytes, file: Path) -> dict[str, Any]:
    """The manifest, if it says what a manifest says."""
    try:
        told = json.loads(content)
    except RecursionError:
        told = None
    if isinstance(told, dict) and isinstance(told.get("format"), int) and told["format"] != FORMAT:
        raise Refused(f"备份格式 {told['format']} 不是本程序能恢复的格式 {FORMAT}，请用写成它的那个版本恢复")
    if not (isinstance(told, dict) and told.get("format") == FORMAT and _is_complete(told)):
        raise Refused(f"备份文件 {file.name} 的清单不完整或已损坏，请换用另一份备份")
    return told


def _is_complete(told: dict[str, Any]) -> bool:
    head, parts, rows, applied = told.get("head"), told.get("parts"), told.get("rows"), told.get("migrations")
    return (
        (head is None or (isinstance(head, dict) and isinstance(head.get("id"), int) and isinstance(head.get("mac"), str)))
        and isinstance(parts, dict)
        and all(isinstance(value, str) for value in parts.values())
        and isinstance(rows, dict)
        and all(isinstance(value, int) for value in rows.values())
        and isinstance(applied, list)
        and all(isinstance(value, str) for value in applied)
        and isinstance(told.get("key"), str)
    )


def _unpack(pack: tarfile.TarFile, manifest: dict[str, Any], folder: Path) -> None:
    for entry in pack:
        if entry.name == MANIFEST:
            continue
        where = PurePosixPath(entry.name)
        if not entry.isfile() or where.is_absolute() or ".." in where.parts or entry.name not in manifest["parts"]:
            raise Refused(f"备份文件中有清单之外的部分 {entry.name!r}，不予恢复")
        path = folder / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            shutil.copyfileobj(_content(pack, entry), out, PIECE)
        if sha256_of(path) != manifest["parts"][entry.name]:
            raise Refused(f"备份文件的部分 {entry.name} 与清单的哈希不符，文件已损坏，请换用另一份备份")


def _content(pack: tarfile.TarFile, entry: tarfile.TarInfo) -> Any:
    content = pack.extractfile(entry)
    if content is None:
        raise Refused(f"备份文件中的 {entry.name!r} 不是文件，不予恢复")
    return content


def _key_of(opened: Opened, home: Path) -> str:
    """The key the chain was sealed with: the office's own; only where there is none, the one in the backup."""
    own, inside = home / AUDIT_KEY, opened.folder / AUDIT_KEY
    found = next((path for path in (own, inside) if path.is_file()), None)
    if found is None:
        raise Refused("备份不含密钥，本机也没有：请先把另行保管的 audit.key 放入 keys 目录（权限 600），再恢复")
    key = found.read_text(encoding="ascii", errors="replace").strip()
    if key_mark(key) != opened.manifest["key"]:
        raise Refused(
            "本机的审计密钥不是备份时的密钥，恢复不覆盖密钥：请核对是否选对了备份，"
            "确为本机构的备份时，先把另行保管的 audit.key 放入 keys 目录，再恢复"
        )
    return key


# ── Room ──


def _used() -> bool:
    """Whether an act was ever done here."""
    return AuditEvent._meta.db_table in connection.introspection.table_names() and AuditEvent.objects.exists()


def _require_room(*, used: bool, replace: bool) -> None:
    if used and not replace:
        raise Refused("这里已有账簿，恢复只在空的目录进行；确要替换请加 --replace，旧账簿会移到一旁保存")
    if used and connection.vendor != "sqlite":
        raise Refused("PostgreSQL 上不替换已有账簿：请新建一个空数据库，把 DATABASE_URL 指向它再恢复")


def _free_name(home: Path) -> str:
    number = 1
    while (home / f"replaced-{number:02d}").exists():
        number += 1
    return f"replaced-{number:02d}"


# ── On SQLite: beside, then swapped ──


def _beside(opened: Opened, key: str, home: Path, aside: str | None) -> None:
    """Build the books in a file of their own, check them, then put everything in place."""
    books = Path(connection.settings_dict["NAME"])
    connection.close()
    built = opened.folder / "built.sqlite3"
    connection.settings_dict["NAME"] = built
    try:
        _make_tables(opened)
        with transaction.atomic():
            _load(opened)
            _require_sound(opened.manifest, key)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")      # one file, without a journal beside it
    finally:
        connection.close()
        connection.settings_dict["NAME"] = books
    with alone(books) if books.exists() else nullcontext():
        swap([*_away(books, home, opened.folder, aside), (built, books), *_into_trays(opened, home)], aside=aside)


def _away(books: Path, home: Path, folder: Path, aside: str | None) -> Iterator[Move]:
    """What stands in the way: books in use are kept aside with all that belongs to them, an empty file is not."""
    kept = home / aside if aside else folder / "empty"
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


def _into_trays(opened: Opened, home: Path) -> Iterator[Move]:
    """The parts that are files, to their trays; a key only where there is none."""
    for name in opened.manifest["parts"]:
        if name.partition("/")[0] in {*TRAYS, "keys"} and not (name.startswith("keys/") and (home / name).exists()):
            yield opened.folder / name, home / name


# ── On PostgreSQL: within one transaction ──


def _within(opened: Opened, key: str, home: Path, aside: str | None) -> None:
    """Fill the empty database; files go to their trays before it counts, and are the same when it is tried again."""
    _make_tables(opened)
    with transaction.atomic():
        _load(opened)
        _require_sound(opened.manifest, key)
        swap([*_notes_away(aside or "restored", None), *_into_trays(opened, home)], aside=aside)


# ── Filling ──


def _make_tables(opened: Opened) -> None:
    make_tables(read_shape())
    ours, theirs = set(migrations()), set(opened.manifest["migrations"])
    if ours != theirs:
        differing = sorted(ours ^ theirs)
        raise Refused("备份的数据库版本与本程序不同，请用同一版本的程序恢复后再升级", faults=differing[:SHOWN])


def _load(opened: Opened) -> None:
    """Every table from its part; what a fresh database already holds of the program's own is replaced."""
    facts = {model._meta.db_table for model in fact_models()}
    tables = every_table()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for model in reversed(tables):
            if model._meta.db_table not in facts and model is not AuditEvent:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
    order = writing_order()  # rows after those they refer to; and nothing enters a period once it is closed
    for model in sorted(tables, key=lambda one: (one is PeriodClose, order.index(one) if one in order else -1)):
        path = opened.folder / PROGRAM_TABLES / f"{model._meta.db_table}.parquet"
        expected, written = opened.manifest["rows"].get(model._meta.db_table, 0), 0
        if path.is_file():
            written = _fill(model, path)
        if written != expected:
            raise Refused(f"表 {model._meta.db_table} 应有 {expected} 行，备份中有 {written} 行")
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def _fill(model: Model, path: Path) -> int:
    """Write one table's rows, chunk by chunk; gives their number."""
    rows = 0
    names = [str(field.column) for field in model._meta.concrete_fields]
    for batch in pq.ParquetFile(path).iter_batches(batch_size=20_000, columns=names):
        columns = [column.to_pylist() for column in batch.columns]
        _write(model._meta.db_table, names, _adapted(zip(*columns, strict=True)))
        rows += batch.num_rows
    return rows


def _adapted(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Values as the engine stores them."""
    if connection.vendor == "postgresql":
        yield from rows
        return
    for row in rows:
        yield tuple(_plain(value) if isinstance(value, date) else value for value in row)


def _plain(value: date) -> str:
    if isinstance(value, datetime):
        return str(connection.ops.adapt_datetimefield_value(value))
    return value.isoformat()


def _write(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.wrap_database_errors, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" for _ in columns)
        cursor.cursor.connection.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)


def _require_sound(manifest: dict[str, Any], key: str) -> None:
    """The chain holds under the key, ends where it ended, and every row is as it was sealed and approved."""
    head, tally = AuditEvent.objects.order_by("-id").values("id", "mac").first(), Tally()
    broken = [] if head == manifest["head"] else [Violation("", None, "审计链头与备份清单不符")]
    count = len(broken)
    for found in chain(
        broken_links(tally, key=key),
        rows_are_as_sealed(tally),
        every_row_has_its_event(tally),
        guards_stand(tally),
        what_was_approved_is_what_is_stored(tally),
        what_left_is_kept(tally),
    ):
        count += 1
        broken += [found] if len(broken) < SHOWN and isinstance(found, Violation) else []
    if count:
        raise Refused(
            f"备份的账簿通不过审计链核对，共 {count} 处，未恢复",
            faults=[f"{one.table} {one.id or ''} {one.text}" for one in broken],
        )
