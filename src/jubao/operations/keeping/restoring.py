"""Restore: a backup taken back into an empty office, on either engine, after every hash and the chain hold."""

import json
import shutil
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from jubao.ledger.models import PeriodClose
from jubao.operations.envelope.anchor import read_anchor, write_anchor
from jubao.operations.envelope.declaration import Refused
from jubao.operations.keeping.backup import FORMAT, MANIFEST, PROGRAM_TABLES, TRAYS, key_mark, migrations
from jubao.records.facts import fact_models
from jubao.records.models import AuditEvent
from jubao.reports.invariants.chain import broken_links, every_row_has_its_event, guards_stand, rows_are_as_sealed
from jubao.reports.invariants.verification import Tally, Violation
from jubao.reports.streaming import sha256_of
from jubao.reports.tables.columns import Model, every_table

AUDIT_KEY = "keys/audit.key"
MOVED_ASIDE = ("inbound", "outbound", "reports", "anchors")


@dataclass(frozen=True)
class Opened:
    """A backup unpacked and checked: its manifest, and where its parts lie."""

    manifest: dict[str, Any]
    folder: Path


def restore(file: Path, *, replace: bool = False) -> dict[str, Any]:
    """Take a backup back into an empty office.

    Every part is compared with its hash, the rows with the audit chain, all before anything counts; when
    something does not hold, the office stays as it was.

    Args:
        file: a file ``back_up`` wrote, on this engine or the other.
        replace: move books that are there aside first (SQLite only); they are kept, never deleted.
    Returns:
        the manifest, with ``aside`` (where the old books went, or None) and ``lost_events`` (how many events
        of the old chain are not in the backup and must be done again).
    Raises:
        Refused: not a backup, damaged, another program version, another key, or the office is not empty.
    """
    home = Path(settings.JUBAO_HOME)
    with TemporaryDirectory(prefix=".jubao-restore-", dir=home) as folder:
        opened = _open(file, Path(folder))
        key = _key_of(opened)
        known = read_anchor()
        aside = _make_room(home, replace=replace)
        _require_same_shape(opened.manifest)
        try:
            with transaction.atomic():
                _load(opened)
                _require_sound(opened.manifest, key)
                _fill_trays(opened, home)
        except Refused:
            _take_back(home, aside)
            raise
    write_anchor()
    head = (opened.manifest["head"] or {"id": 0})["id"]
    lost = max(known[0] - head, 0) if known and replace else 0
    return opened.manifest | {"aside": aside, "lost_events": lost}


def _open(file: Path, folder: Path) -> Opened:
    """Unpack what the manifest lists, and nothing else; every part must have its hash."""
    try:
        with tarfile.open(file, "r:") as pack:
            first = pack.next()
            if first is None or first.name != MANIFEST:
                raise Refused(f"{file.name} 不是本系统的备份文件")
            manifest = json.loads(_content(pack, first).read())
            _unpack(pack, manifest, folder)
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise Refused(f"备份文件 {file.name} 无法读取（{error}），请换用另一份备份") from error
    if manifest.get("format") != FORMAT:
        raise Refused(f"备份格式 {manifest.get('format')} 不是本程序能恢复的格式 {FORMAT}")
    missing = [name for name in manifest["parts"] if not (folder / name).is_file()]
    if missing:
        raise Refused(f"备份文件 {file.name} 不完整，缺 {len(missing)} 个部分", faults=missing[:20])
    return Opened(manifest, folder)


def _unpack(pack: tarfile.TarFile, manifest: dict[str, Any], folder: Path) -> None:
    for entry in pack:
        if entry.name == MANIFEST:
            continue
        where = PurePosixPath(entry.name)
        if not entry.isfile() or where.is_absolute() or ".." in where.parts or entry.name not in manifest["parts"]:
            raise Refused(f"备份文件中有清单之外的部分 {entry.name!r}，不予恢复")
        path = folder / entry.name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            shutil.copyfileobj(_content(pack, entry), out, 1 << 20)
        if sha256_of(path) != manifest["parts"][entry.name]:
            raise Refused(f"备份文件的部分 {entry.name} 与清单的哈希不符，文件已损坏，请换用另一份备份")


def _content(pack: tarfile.TarFile, entry: tarfile.TarInfo) -> Any:
    content = pack.extractfile(entry)
    assert content is not None, "only files are read"
    return content


def _key_of(opened: Opened) -> str:
    """The key the chain was sealed with: the office's own, or the one in the backup, which is then put in place."""
    inside = opened.folder / AUDIT_KEY
    key = inside.read_text(encoding="ascii").strip() if inside.is_file() else settings.AUDIT_KEY
    if key_mark(key) != opened.manifest["key"]:
        raise Refused("本机的审计密钥不是备份时的密钥：请先把另行保管的 audit.key 放入 keys 目录，再恢复")
    return str(key)


def _make_room(home: Path, *, replace: bool) -> str | None:
    """An office with an empty database; with ``replace``, the old books are moved aside."""
    tables = set(connection.introspection.table_names())
    used = AuditEvent._meta.db_table in tables and AuditEvent.objects.exists()
    aside = None
    if used and not replace:
        raise Refused("这里已有账簿，恢复只在空的目录进行；确要替换请加 --replace，旧账簿会移到一旁保存")
    if used:
        if connection.vendor != "sqlite":
            raise Refused("PostgreSQL 上不替换已有账簿：请新建一个空数据库，把 DATABASE_URL 指向它再恢复")
        aside = _move_aside(home)
    call_command("migrate", verbosity=0, interactive=False)
    return aside


def _move_aside(home: Path) -> str:
    books = Path(connection.settings_dict["NAME"])
    connection.close()
    number = 1
    while (home / f"replaced-{number:02d}").exists():
        number += 1
    place = home / f"replaced-{number:02d}"
    place.mkdir()
    for path in [*(books.with_name(books.name + tail) for tail in ("", "-wal", "-shm")),
                 *(home / tray for tray in MOVED_ASIDE)]:  # fmt: skip
        if path.exists():
            path.rename(place / path.name)
    for tray in TRAYS:
        (home / tray).mkdir(exist_ok=True)
    return place.name


def _take_back(home: Path, aside: str | None) -> None:
    """After a refused replacement, the old books stand where they stood."""
    if aside is None:
        return
    books = Path(connection.settings_dict["NAME"])
    connection.close()
    for tail in ("", "-wal", "-shm"):
        books.with_name(books.name + tail).unlink(missing_ok=True)
    for path in sorted((home / aside).iterdir()):
        target = books.parent / path.name if path.name.startswith(books.name) else home / path.name
        if target.is_dir():
            target.rmdir()
        path.rename(target)
    (home / aside).rmdir()


def _require_same_shape(manifest: dict[str, Any]) -> None:
    ours, theirs = set(migrations()), set(manifest["migrations"])
    if ours != theirs:
        differing = sorted(ours ^ theirs)
        raise Refused("备份的数据库版本与本程序不同，请用同一版本的程序恢复后再升级", faults=differing[:20])


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
    for model in sorted(tables, key=lambda model: model is PeriodClose):     # nothing enters a period once it is closed
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


def _write(table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join("?" for _ in columns)
        sql = f'INSERT INTO "{table}" ({listed}) VALUES ({marks})'
        cursor.cursor.connection.executemany(sql, rows)


def _require_sound(manifest: dict[str, Any], key: str) -> None:
    """The chain holds under the key, ends where it ended, and every row is as it was sealed."""
    head = AuditEvent.objects.order_by("-id").values("id", "mac").first()
    broken = [] if head == manifest["head"] else [Violation("", None, "审计链头与备份清单不符")]
    tally = Tally()
    for found in (broken_links(tally, key=key), rows_are_as_sealed(tally), every_row_has_its_event(tally),
                  guards_stand(tally)):  # fmt: skip
        broken += found
    if broken:
        raise Refused(
            f"备份的账簿通不过审计链核对，共 {len(broken)} 处，未恢复",
            faults=[f"{one.table} {one.id or ''} {one.text}" for one in broken[:20]],
        )


def _fill_trays(opened: Opened, home: Path) -> None:
    for name in opened.manifest["parts"]:
        tray = name.partition("/")[0]
        if tray in {*TRAYS, "keys"}:
            target = home / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(opened.folder / name, target)
            if tray == "keys":
                target.chmod(0o600)
