"""Upgrade: older books take this program's shape beside the old ones, are checked, and only then stand in their place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from jubao.operations.envelope import audit
from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.alone import alone
from jubao.operations.keeping.folders import sync_directory
from jubao.operations.keeping.shape import NewerBooks, read_shape
from jubao.reports.invariants.verification import Finding, verify

SHOWN = 20


class NotUpgraded(Refused):
    """The books after the upgrade would not hold what must hold; the old ones stand untouched."""


@dataclass(frozen=True)
class Upgraded:
    """What was applied, and where the old books are kept (on SQLite; a server keeps none)."""

    applied: tuple[str, ...]
    kept: Path | None


def upgrade() -> Upgraded:
    """Bring older books to this program's shape, or leave them exactly as they were.

    On SQLite a copy is migrated and checked, and takes the place of the old file at the very end; the old file is kept.
    On PostgreSQL everything happens in one transaction.

    Raises:
        NewerBooks: they are not older but newer.
        InUse: another process has the file open.
        NotUpgraded: an invariant does not hold afterwards.
    """
    shape = read_shape()
    if shape.unknown:
        raise NewerBooks("账簿由本程序不认识的版本写成，不能由本程序升级", faults=shape.unknown[:SHOWN])
    if not shape.lacking:
        return Upgraded((), None)
    if connection.vendor == "postgresql":
        with transaction.atomic():
            audit.lock_chain()
            _migrate()
        return Upgraded(shape.lacking, None)
    return Upgraded(shape.lacking, _beside(Path(connection.settings_dict["NAME"])))


def _migrate() -> None:
    """Apply what is lacking and check every invariant."""
    call_command("migrate", verbosity=0, interactive=False)
    broken = [finding for finding in verify() if finding.broken]
    if broken:
        raise NotUpgraded(
            f"升级后的账簿有 {sum(finding.broken for finding in broken)} 处不符，升级未生效，原账簿未动",
            faults=list(_told(broken))[:SHOWN],
        )


def _told(broken: list[Finding]) -> Iterator[str]:
    for finding in broken:
        for one in finding.violations[:3]:
            yield f"{finding.code} {finding.title}：{one.table} {one.id or ''} {one.text}"


def _beside(books: Path) -> Path:
    """Migrate a copy of the file; whatever happens before the last step, the old file is as it was."""
    copy, kept = books.with_name(f"{books.name}.upgrading"), _free_name(books)
    connection.close()
    with alone(books) as held:
        _remove(copy)  # of an upgrade that was killed
        try:
            with closing(sqlite3.connect(copy)) as target:  # never by opening the file: that would let the lock go
                held.backup(target)
            _migrate_file(copy, books)
            kept.hardlink_to(books)
            copy.replace(books)
            sync_directory(books.parent)
        finally:
            _remove(copy)
    return kept


def _remove(copy: Path) -> None:
    for tail in ("", "-wal", "-shm", "-journal"):
        copy.with_name(copy.name + tail).unlink(missing_ok=True)


def _free_name(books: Path) -> Path:
    number = 1
    while (kept := Path(settings.JUBAO_HOME) / f"before-upgrade-{number:02d}.sqlite3").exists():
        number += 1
    return kept


def _migrate_file(copy: Path, books: Path) -> None:
    """Migrate and check a copy as if it were the books; afterwards one file without a journal."""
    connection.settings_dict["NAME"] = copy
    try:
        _migrate()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
        connection.settings_dict["NAME"] = books
