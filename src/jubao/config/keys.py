"""The audit key: made when an office is founded, and never again; without it, books that exist are not opened."""

from pathlib import Path

from jubao.config.home import read_key, read_or_make_key


class AuditKeyMissing(RuntimeError):
    """There are books, but not the key that seals them."""


def audit_key(path: Path) -> str:
    """The key of the audit chain; made only where no act has been done yet.

    It is asked for when it is first used, because only the database knows whether there are books.
    Raises AuditKeyMissing (with what to do), CannotReadKey.
    """
    if path.exists():
        return read_key(path)
    if _books_exist():
        raise AuditKeyMissing(
            f"审计密钥 keys/{path.name} 不见了，而账簿已经存在：没有它不能核对、也不能办理任何业务，程序不会另造一把。"
            "请把另行保管的 audit.key 放回机构目录的 keys 目录（权限 600）；"
            "若密钥在备份之内，请用 jubao restore 恢复该备份。"
        )
    return read_or_make_key(path)


def _books_exist() -> bool:
    """Whether an act was ever done: in the database, or noted outside it."""
    from django.db import connection

    from jubao.records.anchors import notes_in, places

    if any(notes_in(place) for place in places()):
        return True
    with connection.cursor() as cursor:
        if "records_auditevent" not in connection.introspection.table_names(cursor):
            return False
        cursor.execute("SELECT 1 FROM records_auditevent LIMIT 1")
        return cursor.fetchone() is not None
