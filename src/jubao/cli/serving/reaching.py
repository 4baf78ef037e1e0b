"""Whether what was typed goes to the service: where its socket is, and the commands that are its own user's alone."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from jubao.cli.application import COMMANDS, ELSEWHERE

USUAL = Path("/run/jubao/jubao.socket")
"""Where the unit in ``deploy`` lets the service listen."""

NOT_SERVED = frozenset({"demo", "desk", "trial", "serve", "backup", "restore", "custody", "upgrade"})
"""What concerns the whole office's files and keys: an administrator runs it as the service's user, not through it."""

SERVED = (frozenset(COMMANDS) | frozenset(ELSEWHERE)) - NOT_SERVED


def socket_to_ask(words: Sequence[str]) -> Path | None:
    """The socket a command goes to; None where the office is opened here.

    It goes there when ``JUBAO_SOCKET`` names one, or when the usual one is there and the office's directory is not ours
    to read. What is no command is answered here: it needs no office.
    """
    if not words or words[0] not in SERVED | NOT_SERVED:
        return None
    if named := os.environ.get("JUBAO_SOCKET"):
        return Path(named)
    return USUAL if not _home_is_ours() and _is_socket(USUAL) else None


def not_served(command: str) -> str:
    """Why a command is not for the service, and what to do instead."""
    return (
        f"未办理：jubao {command} 不经服务办理，须由管理员以服务用户的身份运行（sudo -u jubao jubao {command}）；"
        "要在自己的目录试用，请先建目录，并设 JUBAO_HOME 指向它"
    )


def _home_is_ours() -> bool:
    """Whether whoever calls can read the office's directory, or named one that is still theirs to make."""
    named = os.environ.get("JUBAO_HOME")
    home = Path(named or "var").expanduser()
    try:
        home.stat()
    except FileNotFoundError:
        return named is not None
    except OSError:
        return False
    return os.access(home, os.R_OK | os.X_OK)


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False
