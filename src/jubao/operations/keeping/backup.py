"""Backup: the whole office in one sealed file that either engine can take back, every part under its hash.

Nothing is laid down in clear on the way: tables wait in files without a name, under a key that only this process has.
The manifest names every part by its hash and is sealed with the audit key, so that nobody else's backup passes for ours.
"""

import hashlib
import hmac
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.folders import TRAYS, is_running, sync_directory
from jubao.operations.keeping.locks import Lock, header_of
from jubao.operations.keeping.sealed_file import SealedReader, SealedWriter, new_key
from jubao.operations.keeping.trial import try_out
from jubao.records.keyring import FIRST, Ring, key_mark, office_ring
from jubao.records.models import AuditEvent
from jubao.records.sealing import canonical
from jubao.reports.streaming import steady_view
from jubao.reports.tables.columns import Model, batches_of, every_table, schema_of

FORMAT = 3
MANIFEST = "manifest.json"
PROGRAM_TABLES = "tables"
PIECE = 1 << 20
KEY_FILES = {".key", ".pub", ".json"}
_DRAFT = re.compile(r"\..+\.(\d+)\.jubao-part")


@dataclass(frozen=True)
class Part:
    """One file of a backup: its name there, its size and hash, and how its bytes are opened."""

    name: str
    size: int
    sha256: str
    opened: Callable[[], AbstractContextManager[IO[bytes]]]


def back_up(
    file: Path, *, locks: Sequence[Lock], with_keys: bool = False, tested: datetime | None = None
) -> dict[str, Any]:
    """Write the office into one file: every table, the trays, and a manifest with the head of the chain.

    People may go on working meanwhile: the tables are read as they stood at one instant. The file appears
    whole or not at all. Keys are left out unless asked for: who holds books and keys could forge both.

    Args:
        file: the file to write; it must not exist.
        locks: who can open it; any one of them does.
        with_keys: put the keys in as well.
        tested: the instant at which it is taken back into an office that is thrown away, where every invariant must hold
            before the file appears; None leaves that out.
    Returns:
        the manifest: format, chain head, migrations, rows by table, SHA-256 of every part.
    Raises:
        Refused: the file exists, or its folder does not; or what was tried out did not hold.
        OSError: the disk is full or cannot be written; nothing is left.
    """
    if file.exists():
        raise Refused(f"文件 {file.name} 已存在，备份不覆盖旧文件，请换一个名称")
    if not file.parent.is_dir():
        raise Refused(f"目录 {file.parent} 不存在，请先建立")
    _sweep(file.parent)
    with ExitStack() as kept:
        with steady_view():
            manifest = _describe()
            parts = [_table(model, file.parent, manifest, kept) for model in every_table()]
        parts += [_file(path) for path in [*_trays(), *(_keys() if with_keys else [])]]
        manifest["parts"] = {part.name: part.sha256 for part in parts}
        manifest["seal"] = manifest_seal(manifest, newest(office_ring()))
        _pack(file, manifest, parts, locks, tested=tested)
    return manifest


def _describe() -> dict[str, Any]:
    head, ring = AuditEvent.objects.order_by("-id").values("id", "mac").first(), office_ring()
    return {
        "format": FORMAT,
        "engine": connection.vendor,
        "head": head,
        "key": key_mark(newest(ring)),
        "migrations": migrations(),
        "rows": {},
    }


def migrations() -> list[str]:
    """The shape of the database: every migration that was applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def newest(ring: Ring) -> str:
    """The key that seals now."""
    return ring.of(max(ring.keys, default=FIRST))


def manifest_seal(manifest: dict[str, Any], key: str) -> str:
    """What the holder of the audit key writes under a manifest."""
    told = canonical({name: value for name, value in manifest.items() if name != "seal"})
    return hmac.new(key.encode(), f"jubao backup {told}".encode(), hashlib.sha256).hexdigest()


def _table(model: Model, folder: Path, manifest: dict[str, Any], kept: ExitStack) -> Part:
    """One table as Parquet, sealed in a file without a name that is kept open; its rows are counted into the manifest."""
    table, rows, key = model._meta.db_table, 0, new_key()
    content = kept.enter_context(TemporaryFile(dir=folder))  # noqa: SIM115  it lives as long as the backup is made
    with SealedWriter(content, key) as sealed, pq.ParquetWriter(sealed, schema_of(model), compression="zstd") as writer:
        for batch in batches_of(model):
            writer.write_batch(batch)
            rows += batch.num_rows
    content.flush()
    manifest["rows"][table] = rows
    return _part(f"{PROGRAM_TABLES}/{table}.parquet", lambda: io.BufferedReader(SealedReader(content, key), PIECE))


def _trays() -> Iterator[Path]:
    for tray in TRAYS:
        for path in sorted((Path(settings.JUBAO_HOME) / tray).rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path


def _keys() -> Iterator[Path]:
    """Every secret that is here, people's own keys (under their passphrases) among them."""
    keys = Path(settings.JUBAO_HOME) / "keys"
    yield from sorted(path for path in keys.rglob("*") if path.is_file() and path.suffix in KEY_FILES)


def _file(path: Path) -> Part:
    return _part(path.relative_to(Path(settings.JUBAO_HOME)).as_posix(), lambda: path.open("rb"))


def _part(name: str, opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> Part:
    total, size = hashlib.sha256(), 0
    with opened() as content:
        content.seek(0)
        while piece := content.read(PIECE):
            total.update(piece)
            size += len(piece)
    return Part(name, size, total.hexdigest(), opened)


def _pack(
    file: Path, manifest: dict[str, Any], parts: Sequence[Part], locks: Sequence[Lock], *, tested: datetime | None
) -> None:
    """Pack the parts in the order of their names, the manifest first, sealed on the way; tried out before it is there."""
    draft, key = file.with_name(f".{file.name}.{os.getpid()}.jubao-part"), new_key()
    header = header_of(key, locks)
    try:
        with draft.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            out.write(header)
            with SealedWriter(out, key, header) as sealed:
                _write_parts(sealed, manifest, parts)
            out.flush()
            os.fsync(out.fileno())
        if tested is not None:
            try_out(draft, key, at=tested)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
    sync_directory(file.parent)


def _write_parts(into: Any, manifest: dict[str, Any], parts: Sequence[Part]) -> None:
    with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as pack:
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
        pack.addfile(_entry(MANIFEST, len(text)), io.BytesIO(text))
        for part in sorted(parts, key=lambda one: one.name):
            with part.opened() as content:
                content.seek(0)
                pack.addfile(_entry(part.name, part.size), content)


def _sweep(folder: Path) -> None:
    """Remove what backups that were killed left in a folder; it holds what a backup holds."""
    for path in folder.glob(".*.jubao-part"):
        found = _DRAFT.fullmatch(path.name)
        if found and not is_running(int(found.group(1))):
            path.unlink(missing_ok=True)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry
