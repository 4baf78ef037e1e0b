"""Which engine keeps the book of record: one SQLite file, or the PostgreSQL server that a URL names."""

import os
import socket
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

Database = dict[str, Any]

STATEMENTS_KEPT: Final = 1_000  # prepared ones of a SQLite connection: the program has more than the usual 128
WAIT_SECONDS: Final = 20  # for another's lock; then whoever waits is told who holds it
CONNECT_SECONDS: Final = "10"
POSTGRES_SCHEMES: Final = frozenset({"postgres", "postgresql"})
SQLITE_INIT: Final = (
    "PRAGMA journal_mode=WAL;"  # readers go on while one writer writes
    "PRAGMA synchronous=FULL;"  # what is acknowledged survives a power cut
    "PRAGMA foreign_keys=ON;"
    "PRAGMA recursive_triggers=ON;"  # a row put in another's place is a row removed: the guards say so
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-65536;"  # 64 MiB: a district's hot pages
)
SQLITE_READING: Final = (
    "PRAGMA query_only=ON;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-65536;"
)


class CannotUseDatabase(ValueError):
    """``DATABASE_URL`` does not name a database this program can keep its books in."""


def choose_database(url: str | None, *, home: Path) -> Database:
    """Django's settings for the one database: PostgreSQL if a URL is given, else the SQLite file at home.

    Raises CannotUseDatabase; its message never repeats the URL, which may hold a password.
    """
    return read_url(url) if url else sqlite(home / "jubao.sqlite3")


def sqlite(path: Path) -> Database:
    """One file; a writing transaction takes its lock at BEGIN, so none fails half way for want of one.

    Books that may only be read are opened so; SQLite wants to be told, for it would write beside them.
    """
    reading = path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _for_reading(path) if reading else path,
        "OPTIONS": {
            "timeout": WAIT_SECONDS,
            "cached_statements": STATEMENTS_KEPT,
            "transaction_mode": "DEFERRED" if reading else "IMMEDIATE",
            "init_command": SQLITE_READING if reading else SQLITE_INIT,
        },
    }


def _for_reading(path: Path) -> str:
    """Read only; and where nobody left a journal to look at, as a file that does not change."""
    journal = path.with_name(f"{path.name}-wal").exists()
    return f"file:{quote(str(path))}?mode=ro" + ("" if journal else "&immutable=1")


def read_url(url: str) -> Database:
    """Settings from ``postgres://user:password@host:port/name?option=value``.

    ``host`` may stand in the query instead (a socket directory, as libpq writes it).
    Raises CannotUseDatabase: other scheme, no database name, or a port that is no number.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise CannotUseDatabase("DATABASE_URL 无法解析：请检查端口与主机写法。") from error
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in POSTGRES_SCHEMES or not name or "/" in name:
        raise CannotUseDatabase(
            "DATABASE_URL 应写作 postgres://用户:口令@主机:端口/库名；不设置则使用本机 SQLite 文件。"
        )
    given = dict(parse_qsl(parts.query))
    options: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "application_name": f"jubao {os.getpid()}@{socket.gethostname()}",  # told to whoever waits for us
        **given,
        "options": f"-c lock_timeout={WAIT_SECONDS}s {given.get('options', '')}".strip(),
    }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(options.pop("port", "") or port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
