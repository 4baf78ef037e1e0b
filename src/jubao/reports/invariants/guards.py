"""The guards of the database, by what they do and not by their names; and whatever else acts on its own in there."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from jubao.ledger import guards as ledger_guards
from jubao.records import guards as records_guards
from jubao.reports.invariants.verification import Tally, Violation, invariant
from jubao.reports.streaming import one, rows_of


class Standing(NamedTuple):
    """A trigger as the database tells it."""

    name: str
    table: str
    statement: str
    on: bool


@invariant("I-03", "数据库的防改防删触发器齐全，内容未被替换，没有来历不明的触发器")
def guards_stand(seen: Tally) -> Iterator[Violation]:
    """Every guard stands, is switched on, and does what the house wrote; nothing else fires on the house's tables."""
    wanted = records_guards.guards() | ledger_guards.guards()
    standing = {each.name: each for each in _standing()}
    for name, (table, statement) in seen.each(wanted.items()):
        found = standing.get(name)
        if found is None or not found.on:
            yield Violation(table, name, "防护触发器缺失或被停用，请立即查明并重新迁移恢复")
        elif (found.table, _plain(found.statement)) != (table, _plain(statement)):
            yield Violation(table, name, "防护触发器的内容被替换，不再起防护作用，请立即查明并重新迁移恢复")
    for name in sorted(set(standing) - set(wanted)):
        yield Violation(standing[name].table, name, "来历不明的触发器：不是本程序所建，请立即查明其作用")
    if connection.vendor == "postgresql":
        yield from _postgres(seen)


def _standing() -> Iterator[Standing]:
    if connection.vendor == "postgresql":
        for name, table, statement, enabled in rows_of(TRIGGERS):
            yield Standing(name, table, statement, enabled == "O")
        return
    for name, table, statement in rows_of("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"):
        yield Standing(name, table, statement or "", on=True)


def _plain(statement: str) -> str:
    """A statement without what an engine adds or leaves out when it tells it: quotes, the schema, spaces."""
    return " ".join(
        statement.replace('"', "").replace(f" ON {_schema()}.", " ON ").replace(f" {_schema()}.", " ").split()
    )


def _schema() -> str:
    return str(one("SELECT current_schema()")) if connection.vendor == "postgresql" else "main"


# ── What only PostgreSQL has ──

TRIGGERS = """
    SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid), t.tgenabled FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND c.relnamespace = current_schema()::regnamespace ORDER BY t.tgname"""
FUNCTIONS = """
    SELECT p.proname, p.prosrc, l.lanname = 'plpgsql' AND NOT p.prosecdef AND p.proconfig IS NULL AND p.pronargs = 0
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    ORDER BY p.proname"""
FOREIGN = (
    (
        """SELECT c.relname, r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1, 2""",
        "来历不明的规则（RULE）：会改写读写语句，请立即查明其作用",
    ),
    (
        "SELECT '', evtname FROM pg_event_trigger ORDER BY 2",
        "来历不明的事件触发器：会随结构变更执行，请立即查明其作用",
    ),
    (
        """SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
        WHERE c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2""",
        "来历不明的行级策略：会隐藏或放行部分行，请立即查明其作用",
    ),
    (
        """SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE t.tgenabled <> 'O' AND (t.tgisinternal OR t.tgparentid <> 0)
            AND c.relnamespace = current_schema()::regnamespace ORDER BY 1, 2""",
        "外键的内部触发器被停用：数据库不再核对行与行的对应，请立即查明并恢复",
    ),
    (
        """SELECT '', 'session_replication_role' WHERE current_setting('session_replication_role') <> 'origin'""",
        "触发器在本连接上整体停用（session_replication_role），请查明库或用户的默认设置",
    ),
)


def _postgres(seen: Tally) -> Iterator[Violation]:
    """Functions by their bodies; rules, event triggers, policies and switched-off foreign keys by name."""
    wanted = dict(records_guards.functions()) | dict(ledger_guards.functions())
    standing = {name: (body, plain) for name, body, plain in rows_of(FUNCTIONS)}
    for name, body in seen.each(wanted.items()):
        if name not in standing:
            yield Violation("", name, "防护函数缺失，请立即查明并重新迁移恢复")
        elif not (standing[name][1] and standing[name][0].split() == body.split()):
            yield Violation("", name, "防护函数的内容被替换，不再起防护作用，请立即查明并重新迁移恢复")
    for name in sorted(set(standing) - set(wanted)):
        yield Violation("", name, "来历不明的函数：不是本程序所建，请立即查明其作用")
    for sql, text in FOREIGN:
        for table, name in seen.each(rows_of(sql)):
            yield Violation(table, name, text)
