"""A backup opened: sealed whole, every part listed by its manifest and under its hash, the manifest sealed by our own key.

Nothing is laid down in clear: tables are read where they stand, files go straight to where they belong.
"""

import hashlib
import hmac
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from jubao.operations.envelope.fault import Refused
from jubao.operations.keeping.backup import FORMAT, MANIFEST, PIECE, manifest_seal
from jubao.operations.keeping.locks import Opener, read_header
from jubao.operations.keeping.sealed_file import NotSealed, SealedReader
from jubao.records.keyring import CURRENT, EVERY, key_mark

LARGEST_MANIFEST = 64 << 20
SHOWN = 20
KEYS = "keys/"


@dataclass(frozen=True)
class Opened:
    """A backup opened and checked: its manifest, and its parts by name."""

    manifest: dict[str, Any]
    entries: Mapping[str, tarfile.TarInfo]
    pack: tarfile.TarFile

    @property
    def head(self) -> int:
        """The number of the last event in it."""
        return int((self.manifest["head"] or {"id": 0})["id"])

    def part(self, name: str) -> IO[bytes]:
        """The bytes of a part."""
        return _content(self.pack, self.entries[name])

    def lay_down(self, name: str, folder: Path) -> Path:
        """Write a part into a folder, for its owner alone, and give its path."""
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out, self.part(name) as content:
            os.fchmod(out.fileno(), 0o600)
            shutil.copyfileobj(content, out, PIECE)
            out.flush()
            os.fsync(out.fileno())
        return path

    def keys(self) -> dict[str, str]:
        """The audit keys in it, by their marks."""
        found = {}
        for name in self.entries:
            if name.startswith(KEYS) and PurePosixPath(name).match(EVERY):
                with self.part(name) as content:
                    key = content.read().decode("ascii", errors="replace").strip()
                found[key_mark(key)] = key
        return found


@contextmanager
def opened_backup(file: Path, opener: Opener) -> Iterator[Opened]:
    """Open a backup and compare every part with its hash.

    Raises:
        CannotOpen: no backup, or nothing at hand opens it.
        Refused: it is damaged, or holds what its manifest does not list.
    """
    try:
        with file.open("rb") as source:
            header, told = read_header(source, file.name)
            reader = SealedReader(source, opener.data_key_of(told), header, start=len(header))
            with tarfile.open(fileobj=io.BufferedReader(reader, PIECE), mode="r:") as pack:
                yield _checked(pack, file)
    except NotSealed as error:
        raise Refused(f"备份文件 {file.name} 已损坏（{error}），请换用另一份备份") from error
    except (tarfile.TarError, EOFError) as error:
        raise Refused(f"备份文件 {file.name} 无法读取（{error}），请换用另一份备份") from error


def _checked(pack: tarfile.TarFile, file: Path) -> Opened:
    """The manifest, and every part it lists; nothing else stands there."""
    first = pack.next()
    if first is None or first.name != MANIFEST or first.size > LARGEST_MANIFEST:
        raise Refused(f"备份文件 {file.name} 中没有清单，不予恢复")
    manifest = _manifest(_content(pack, first).read(), file)
    entries: dict[str, tarfile.TarInfo] = {}
    for entry in pack:
        if entry.name == MANIFEST and not entries:
            continue
        where = PurePosixPath(entry.name)
        listed = entry.name in manifest["parts"] and entry.name not in entries
        if not entry.isfile() or where.is_absolute() or ".." in where.parts or not listed:
            raise Refused(f"备份文件中有清单之外的部分 {entry.name!r}，不予恢复")
        entries[entry.name] = entry
    opened = Opened(manifest, entries, pack)
    for name in entries:
        if _hash_of(opened, name) != manifest["parts"][name]:
            raise Refused(f"备份文件的部分 {name} 与清单的哈希不符，文件已损坏，请换用另一份备份")
    if missing := [name for name in manifest["parts"] if name not in entries]:
        raise Refused(f"备份文件 {file.name} 不完整，缺 {len(missing)} 个部分", faults=missing[:SHOWN])
    return opened


def _hash_of(opened: Opened, name: str) -> str:
    total = hashlib.sha256()
    with opened.part(name) as content:
        while piece := content.read(PIECE):
            total.update(piece)
    return total.hexdigest()


def _content(pack: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    content = pack.extractfile(entry)
    if content is None:
        raise Refused(f"备份文件中的 {entry.name!r} 不是文件，不予恢复")
    return content


def _manifest(content: bytes, file: Path) -> dict[str, Any]:
    """The manifest, if it says what a manifest says."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        told = None
    if isinstance(told, dict) and isinstance(told.get("format"), int) and told["format"] != FORMAT:
        raise Refused(f"备份格式 {told['format']} 不是本程序能恢复的格式 {FORMAT}，请用写成它的那个版本恢复")
    if not (isinstance(told, dict) and told.get("format") == FORMAT and _is_complete(told)):
        raise Refused(f"备份文件 {file.name} 的清单不完整或已损坏，请换用另一份备份")
    return told


def _is_complete(told: dict[str, Any]) -> bool:
    head, parts, rows, applied = told.get("head"), told.get("parts"), told.get("rows"), told.get("migrations")
    return (
        (
            head is None
            or (isinstance(head, dict) and isinstance(head.get("id"), int) and isinstance(head.get("mac"), str))
        )
        and isinstance(parts, dict)
        and all(isinstance(value, str) for value in parts.values())
        and isinstance(rows, dict)
        and all(isinstance(value, int) for value in rows.values())
        and isinstance(applied, list)
        and all(isinstance(value, str) for value in applied)
        and isinstance(told.get("key"), str)
        and isinstance(told.get("seal"), str)
    )


# ── Whose backup it is ──


def keys_for(opened: Opened, home: Path, at_hand: Mapping[str, str]) -> dict[str, str]:
    """The keys the chain was sealed with, by marks: the office's own; only where it has none, those in the backup.

    Raises:
        Refused: the newest key is another one, or there is none; or the manifest was not written by its holder.
    """
    inside = opened.keys()
    newest, own = opened.manifest["key"], bool(at_hand) or (home / KEYS / CURRENT).is_file()
    if not own and not inside:
        raise Refused("备份不含密钥，本机也没有：请先把另行保管的 audit.key 放入 keys 目录（权限 600），再恢复")
    if newest not in (at_hand if own else inside):
        raise Refused(
            "本机的审计密钥不是备份时的密钥，恢复不覆盖密钥：请核对是否选对了备份，"
            "确为本机构的备份时，先把另行保管的 audit.key 放入 keys 目录，再恢复"
        )
    keys = {**inside, **at_hand}
    if not hmac.compare_digest(manifest_seal(opened.manifest, keys[newest]).encode(), opened.manifest["seal"].encode()):
        raise Refused("备份的清单不是用本机构的密钥封存的，不是本机构的备份，或已被改动，不予恢复")
    return keys
