"""Where one office keeps its files: the database, keys, and the trays for what comes in and goes out."""

import os
import secrets
from pathlib import Path
from typing import Final

TRAYS: Final = ("keys", "inbound", "outbound", "reports")
KEY_BYTES: Final = 48


class CannotOpenHome(RuntimeError):
    """The office's directory is not there and cannot be made."""


class CannotReadKey(RuntimeError):
    """A key file exists, but holds nothing that could protect a session."""


def open_home() -> Path:
    """The office's directory, ``JUBAO_HOME`` or else ``./var``; its trays are made if missing.

    A directory that may only be read is opened as it is: reading needs no writing.
    Raises CannotOpenHome if there is none and none can be made.
    """
    named = os.environ.get("JUBAO_HOME") or "var"
    try:
        home = Path(named).expanduser().resolve()
        for tray in TRAYS:
            (home / tray).mkdir(parents=True, exist_ok=True)
        (home / "keys").chmod(0o700)
    except (OSError, RuntimeError, ValueError) as error:        # RuntimeError: a ~ that names nobody
        if os.path.isdir(named):  # noqa: PTH112  the name itself may be what no Path can be made of
            return Path(named).absolute()
        raise CannotOpenHome(f"机构目录不存在，也无法建立（{type(error).__name__}）：请核对 JUBAO_HOME。") from error
    return home


def writable(home: Path) -> bool:
    """Whether files may be made in the office's directory."""
    return os.access(home, os.W_OK)


def session_key(path: Path) -> str:
    """The key of people's sessions; where none can be kept, one that lasts as long as this process."""
    if not path.exists() and not writable(path.parent):
        return secrets.token_urlsafe(KEY_BYTES)
    return read_or_make_key(path)


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
        pass                                        # another process was first; its key counts
    finally:
        proposal.unlink()
