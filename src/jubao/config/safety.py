"""Refuse an engine that could forget what it acknowledged: no fsync, half pages, retried syncs."""

from typing import Any, Final

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

POSTGRES_MUST: Final = {"fsync": "on", "full_page_writes": "on", "data_sync_retry": "off"}
SQLITE_MUST: Final = {"foreign_keys": 1, "synchronous": 2}
_seen: set[tuple[str, str]] = set()


class UnsafeEngine(RuntimeError):
    """The database server or file runs with settings under which a paid pension could be forgotten."""


def refuse_unsafe_engine(connection: BaseDatabaseWrapper, **_signal: Any) -> None:
    """Compare the engine's settings with those that durable books need.

    SQLite is asked on every connection (its settings belong to the connection), PostgreSQL once per database.
    Raises UnsafeEngine, naming the setting. Tests switch this off with ``UNSAFE_ENGINE_ALLOWED``.
    """
    if settings.UNSAFE_ENGINE_ALLOWED:
        return
    place = (connection.alias, str(connection.settings_dict["NAME"]))
    if connection.vendor == "sqlite":
        faults = _faults(connection, "PRAGMA {}", SQLITE_MUST)
    elif place not in _seen:
        faults = _faults(connection, "SHOW {}", POSTGRES_MUST)
    else:
        return
    if faults:
        raise UnsafeEngine("数据库设置不安全，程序拒绝启动：" + "；".join(faults) + "。请更正后重新启动。")
    _seen.add(place)


def _faults(connection: BaseDatabaseWrapper, question: str, must: dict[str, Any]) -> list[str]:
    faults = []
    with connection.cursor() as cursor:
        for name, wanted in must.items():
            cursor.execute(question.format(name))
            (value,) = cursor.fetchone()
            if value != wanted:
                faults.append(f"{name} 应为 {wanted}，现为 {value}")
    return faults
