"""Passphrases of people: from a file that only its owner reads, named by the environment, or asked at the terminal."""

import os
import sys
from pathlib import Path

import typer

from jubao.cli.setup import require_readable

FILE = "JUBAO_BACKUP_PASSPHRASE_FILE"


def passphrase(what: str, *, twice: bool = False) -> str:
    """The passphrase of a backup or of a private key.

    Args:
        what: whose it is, as 备份口令.
        twice: ask for it a second time, where a slip would lock everybody out.
    Raises:
        Refused: there is no terminal and no file, or the file can be read by others.
    """
    from jubao.operations.envelope.fault import Refused

    named = os.environ.get(FILE)
    if named:
        file = Path(named)
        if file.stat().st_mode & 0o077:
            raise Refused(f"口令文件 {file.name} 他人可读，请先改为仅本人可读写（chmod 600）")
        words = file.read_text(encoding="utf-8", errors="surrogateescape").strip()
        require_readable([words])
        return words
    if not sys.stdin.isatty():
        raise Refused(f"没有{what}：请在终端输入，或用环境变量 {FILE} 指明只有本人可读的口令文件")
    typed: str = typer.prompt(what, hide_input=True, confirmation_prompt=twice, err=True)
    require_readable([typed])
    return typed


def is_given() -> bool:
    """Whether a passphrase is named by the environment."""
    return bool(os.environ.get(FILE))
