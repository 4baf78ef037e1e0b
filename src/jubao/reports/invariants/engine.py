"""The engine below the books: pages, indexes, constraints and references, by the engine's own examination."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models

from jubao.reports.invariants.verification import Tally, Violation, invariant
from jubao.reports.streaming import one, rows_of

MOST_TOLD = 1000  # of what a damaged file makes the engine say
RESTORE = "请停止办理并从备份恢复"


@invariant("E-01", "数据库文件、索引和约束完好，引用都有着落")
def engine_is_sound(seen: Tally) -> Iterator[Violation]:
    """What the engine itself finds: damaged pages, indexes that miss rows, broken or switched-off rules, dangling keys."""
    yield from _postgres(seen) if connection.vendor == "postgresql" else _sqlite(seen)


def _sqlite(seen: Tally) -> Iterator[Violation]:
    """``integrity_check`` looks at pages, indexes, NOT NULL, CHECK and UNIQUE; references are looked at apart."""
    try:
        for (text,) in seen.each(rows_of(f"PRAGMA integrity_check({MOST_TOLD})")):
            if text != "ok":
                yield Violation("", None, f"数据库完整性检查：{text}，{RESTORE}")
        for table, row, parent, _ in rows_of("PRAGMA foreign_key_check"):
            yield Violation(table, row, f"引用的 {parent} 行不存在")
    except DatabaseError as error:  # so damaged that the examination itself ends
        yield Violation("", None, f"数据库完整性检查：{_first_line(error)}，{RESTORE}")
    yield from _missing_rules(set(_rules_in_sqlite()))


def _first_line(error: DatabaseError) -> str:
    return str(error).partition("\n")[0]


def _rules_in_sqlite() -> Iterator[tuple[str, str]]:
    """Table and name of every rule that a CREATE statement of the file names."""
    texts = {
        table: sql or "" for table, sql in rows_of("SELECT tbl_name, group_concat(sql) FROM sqlite_master GROUP BY 1")
    }
    for model in _house():
        table = model._meta.db_table
        for rule in model._meta.constraints:
            if f'"{rule.name}"' in texts.get(table, ""):
                yield table, rule.name


def _postgres(seen: Tally) -> Iterator[Violation]:
    """Pages and indexes by ``amcheck`` where it is installed, else by reading every row; then rules and references."""
    yield from _amcheck(seen) if _has_amcheck() else _read_everything(seen)
    for table, name in rows_of(UNSOUND):
        yield Violation(table, name, "约束或索引未经核对、未生效或损坏，请立即查明并重建")
    yield from _missing_rules(set(rows_of(RULES)))
    for model in _house():
        yield from _dangling(model, seen)


UNSOUND = """
    SELECT c.relname, n.conname FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
        WHERE NOT n.convalidated AND c.relnamespace = current_schema()::regnamespace
    UNION ALL SELECT t.relname, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid
        WHERE NOT (i.indisvalid AND i.indisready AND i.indislive) AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2"""
RULES = """
    SELECT c.relname, n.conname FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
        WHERE c.relnamespace = current_schema()::regnamespace
    UNION ALL SELECT t.relname, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_class t ON t.oid = i.indrelid WHERE i.indisunique AND c.relnamespace = current_schema()::regnamespace"""


def _has_amcheck() -> bool:
    """Whether the extension is there for this user; it is never installed here, for reading needs no writing."""
    return bool(
        one(
            "SELECT bool_and(has_function_privilege(p.oid, 'EXECUTE')) FROM pg_proc p JOIN pg_depend d ON d.objid = p.oid "
            "JOIN pg_extension e ON e.oid = d.refobjid WHERE e.extname = 'amcheck' AND d.deptype = 'e'"
        )
    )


def _amcheck(seen: Tally) -> Iterator[Violation]:
    for model in _house():
        table = model._meta.db_table
        for (text,) in rows_of("SELECT msg FROM verify_heapam(%s::regclass)", [f'"{table}"']):
            yield Violation(table, None, f"数据页损坏：{text}，{RESTORE}")
        for (name,) in seen.each(rows_of(BTREES, [f'"{table}"'])):
            if damage := _damage("SELECT bt_index_check(%s::regclass, true)", [name]):
                yield Violation(table, name, f"索引损坏：{damage}，请重建索引（REINDEX）后再核对")


BTREES = """
    SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND i.indrelid = %s::regclass ORDER BY 1"""


def _read_everything(seen: Tally) -> Iterator[Violation]:
    """Read every column of every row, past every index: a page that cannot be read ends in the engine's own error."""
    for model in _house():
        table = model._meta.db_table
        if damage := _damage(f'SELECT count(t.*::text) FROM "{table}" t', []):  # noqa: S608
            yield Violation(table, None, f"数据页损坏：{damage}，{RESTORE}")
        else:
            seen.whole(table)


def _damage(sql: str, parameters: list[str]) -> str:
    """What the engine says of damage it meets, in one line; nothing when it meets none."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT jubao_engine")
        try:
            cursor.execute(sql, parameters)
        except DatabaseError as error:
            cursor.execute("ROLLBACK TO SAVEPOINT jubao_engine")
            return _first_line(error)
        finally:
            cursor.execute("RELEASE SAVEPOINT jubao_engine")
    return ""


def _missing_rules(standing: set[tuple[str, str]]) -> Iterator[Violation]:
    """Rules the house wrote that the database no longer has."""
    for model in _house():
        table = model._meta.db_table
        for rule in model._meta.constraints:
            if (table, rule.name) not in standing:
                yield Violation(table, rule.name, "数据库缺少这条约束，请立即查明并重新迁移恢复")


def _dangling(model: type[models.Model], seen: Tally) -> Iterator[Violation]:
    """Rows that refer to nothing; the engine looks only when rows are written, and only while its triggers are on."""
    table, key = model._meta.db_table, model._meta.pk.column
    fields: list[Any] = [field for field in model._meta.concrete_fields if field.is_relation]
    for field in fields:
        other = field.related_model._meta
        seen.add()
        sql = f"""SELECT a."{key}" FROM "{table}" a LEFT JOIN "{other.db_table}" b ON b."{other.pk.column}" = a."{field.column}"
            WHERE a."{field.column}" IS NOT NULL AND b."{other.pk.column}" IS NULL ORDER BY 1"""  # noqa: S608
        for (row,) in rows_of(sql):
            yield Violation(table, row, f"{field.column} 引用的 {other.db_table} 行不存在")


def _house() -> list[type[models.Model]]:
    """Every table of the house, by name."""
    ours = [model for app in ("records", "ledger") for model in apps.get_app_config(app).get_models()]
    return sorted((model for model in ours if model._meta.managed), key=lambda model: model._meta.db_table)
