"""The keys made when an office is founded, and never again: one seals the audit chain, one hides numbers of relatives."""

from pathlib import Path

from jubao.vocabulary.key_file import read_key, read_or_make_key

RECUSAL_KEY = "recusal.key"


class AuditKeyMissing(RuntimeError):
    """There are books, but not the key that seals them."""


def audit_key(path: Path) -> str:
    """The key of the audit chain; made only where no act has been done yet, and the key of recusals with it.

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
    read_or_make_key(path.with_name(RECUSAL_KEY))
    return read_or_make_key(path)


class RecusalKeyMissing(RuntimeError):
    """There are books, but not the key under which numbers of relatives were hidden."""


def recusal_key(path: Path) -> str:
    """The key of recusals; made only where no act has been done yet, since hashes of another key would match nobody.

    Raises RecusalKeyMissing (with what to do), CannotReadKey.
    """
    if path.exists():
        return read_key(path)
    if _books_exist():
        raise RecusalKeyMissing(
            f"回避密钥 keys/{path.name} 不见了，而账簿已经存在：没有它认不出应当回避的人，程序不会另造一把。"
            "请把另行保管的 recusal.key 放回机构目录的 keys 目录（权限 600）。"
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
