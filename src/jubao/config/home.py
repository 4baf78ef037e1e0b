"""Where one office keeps its files: the database, keys, and the trays for what comes in and goes out."""

import os
import secrets
from pathlib import Path
from typing import Final

TRAYS: Final = ("keys", "inbound", "outbound", "reports")
KEY_BYTES: Final = 48


class CannotReadKey(RuntimeError):
    """A key file exists, but holds nothing that could protect a session."""


def open_home() -> Path:
    """The office's directory, ``JUBAO_HOME`` or else ``./var``; its trays are made if missing."""
    home = Path(os.environ.get("JUBAO_HOME") or "var").expanduser().resolve()
    for tray in TRAYS:
        (home / tray).mkdir(parents=True, exist_ok=True)
    (home / "keys").chmod(0o700)
    return home


def read_or_make_key(path: Path) -> str:
    """The secret in a file that only its owner reads; made on first use, never replaced.

    Two processes that start together agree: each writes its own proposal, the first link wins.
    Raises CannotReadKey if the file is there but too short to be one of ours.
    """
    if not path.exists():
        _propose_key(path)
    key = path.read_text(encoding="ascii").strip()
    if len(key) < KEY_BYTES:
        raise CannotReadKey(
            f"密钥文件 {path.name} 不完整：请从备份恢复该文件；确认无备份时，删除后重新启动即重新生成。"
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
        pass                                        # another process was first; its key counts
    finally:
        proposal.unlink()
