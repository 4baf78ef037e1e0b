"""Backup: the whole office in one file that either engine can take back, every part under its hash."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jubao.operations.envelope.declaration import Refused
from jubao.records.models import AuditEvent
from jubao.reports.export.book_of_record import write_parquet
from jubao.reports.streaming import sha256_of, steady_view
from jubao.reports.tables.columns import batches_of, every_table, schema_of

FORMAT = 1
MANIFEST = "manifest.json"
TRAYS = ("inbound", "outbound", "reports")
PROGRAM_TABLES = "tables"


@dataclass(frozen=True)
class Part:
    """One file of a backup: its name there, and where its bytes lie now."""

    name: str
    path: Path


def back_up(file: Path, *, with_keys: bool = False) -> dict[str, Any]:
    """Write the office into one file: every table, the trays, and a manifest with the head of the chain.

    People may go on working meanwhile: the tables are read as they stood at one instant. The file appears
    whole or not at all. Keys are left out unless asked for: who holds books and keys could forge both.

    Args:
        file: the file to write; it must not exist.
        with_keys: put the keys in as well.
    Returns:
        the manifest: format, chain head, migrations, rows by table, SHA-256 of every part.
    Raises:
        Refused: the file exists, or its folder does not.
    """
    if file.exists():
        raise Refused(f"文件 {file.name} 已存在，备份不覆盖旧文件，请换一个名称")
    if not file.parent.is_dir():
        raise Refused(f"目录 {file.parent} 不存在，请先建立")
    with TemporaryDirectory(prefix=".jubao-backup-", dir=file.parent) as folder:
        with steady_view():
            manifest = _describe()
            parts = list(_tables(Path(folder), manifest))
        parts += [*_trays(), *(_keys() if with_keys else [])]
        manifest["parts"] = {part.name: sha256_of(part.path) for part in parts}
        _pack(file, manifest, parts, Path(folder))
    return manifest


def _describe() -> dict[str, Any]:
    head = AuditEvent.objects.order_by("-id").values("id", "mac").first()
    return {
        "format": FORMAT, "engine": connection.vendor, "head": head, "key": key_mark(settings.AUDIT_KEY),
        "migrations": migrations(), "rows": {},
    }  # fmt: skip


def migrations() -> list[str]:
    """The shape of the database: every migration that was applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def key_mark(key: str) -> str:
    """What tells one audit key from another without telling the key."""
    return hashlib.sha256(b"jubao audit key\0" + key.encode()).hexdigest()


def _tables(folder: Path, manifest: dict[str, Any]) -> Iterator[Part]:
    for model in every_table():
        table = model._meta.db_table
        path = folder / f"{table}.parquet"
        manifest["rows"][table] = write_parquet(path, schema_of(model), batches_of(model))
        yield Part(f"{PROGRAM_TABLES}/{table}.parquet", path)


def _trays() -> Iterator[Part]:
    home = Path(settings.JUBAO_HOME)
    for tray in TRAYS:
        for path in sorted((home / tray).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield Part(path.relative_to(home).as_posix(), path)


def _keys() -> Iterator[Part]:
    home = Path(settings.JUBAO_HOME)
    for path in sorted((home / "keys").glob("*.key")):
        yield Part(f"keys/{path.name}", path)


def _pack(file: Path, manifest: dict[str, Any], parts: list[Part], folder: Path) -> None:
    """Pack the parts in the order of their names, the manifest first; the same parts give the same bytes."""
    draft = folder / "draft"
    with draft.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as pack:
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
            pack.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
            for part in sorted(parts, key=lambda one: one.name):
                with part.path.open("rb") as content:
                    pack.addfile(_entry(part.name, part.path.stat().st_size), content)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
    sync_directory(file.parent)


def sync_directory(folder: Path) -> None:
    """Make a rename in a folder safe against a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
