"""Where one office keeps its files: the database, keys, and the trays for what comes in and goes out."""

import os
import secrets
from pathlib import Path
from typing import Final

from jubao.vocabulary.key_file import KEY_BYTES, read_or_make_key

TRAYS: Final = ("keys", "inbound", "outbound", "reports")


class CannotOpenHome(RuntimeError):
    """The office's directory is not there and cannot be made."""


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
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a ~ that names nobody
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
