"""Key files: a secret that only its owner reads, made once and never replaced."""

import os
import secrets
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 48


class CannotReadKey(RuntimeError):
    """A key file exists, but holds nothing that could protect a session."""


def read_or_make_key(path: Path) -> str:
    """The secret in a file that only its owner reads; made on first use, never replaced.

    Two processes that start together agree: each writes its own proposal, the first link wins.
    Raises CannotReadKey if the file is there but too short to be one of ours.
    """
    if not path.exists():
        _propose_key(path)
    return read_key(path)


def read_key(path: Path) -> str:
    """The secret in a file.

    Raises CannotReadKey if the file cannot be read, or is too short to be one of ours.
    """
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        key = ""
    if len(key) < KEY_BYTES:
        raise CannotReadKey(
            f"密钥文件 {path.name} 不完整或无法读取：请从另行保管处恢复该文件；确认从未使用过时，删除后重新启动即重新生成。"
        )
    return key


def _propose_key(path: Path) -> None:
    proposal = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(proposal, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(proposal)
    except FileExistsError:
        pass  # another process was first; its key counts
    finally:
        proposal.unlink()
