"""The views that tell wide facts line by line: each as the house wrote it, and none that nobody knows."""

from collections.abc import Iterator, Mapping

from django.db import DatabaseError, connection, transaction

from jubao.records.line_views import VIEWS
from jubao.reports.invariants.verification import Tally, Violation, invariant
from jubao.reports.streaming import rows_of

STANDING = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name",
    "postgresql": """SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c
        WHERE c.relkind IN ('v', 'm') AND c.relnamespace = current_schema()::regnamespace AND NOT EXISTS (
            SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY c.relname""",
}


def _wanted() -> Mapping[str, str]:
    """By view, what the engine would tell of it as the house writes it; empty where the engine cannot even make it.

    PostgreSQL tells a view in words of its own; so each is made once more, for this question only, and taken back. The
    check itself may write nothing, therefore this is asked before it.
    """
    if connection.vendor != "postgresql":
        return {view.name: view.statement for view in VIEWS}
    told = dict.fromkeys((view.name for view in VIEWS), "")
    for view in VIEWS:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"CREATE TEMPORARY VIEW jubao_wanted AS {view.body}")
                cursor.execute("SELECT pg_get_viewdef('pg_temp.jubao_wanted'::regclass)")
                [told[view.name]] = cursor.fetchone()
                transaction.set_rollback(True)
        except DatabaseError:
            told[view.name] = ""
    return told


@invariant("I-03", "逐条明细的视图齐全，内容未被替换，没有来历不明的视图", before=_wanted)
def line_views_stand(seen: Tally) -> Iterator[Violation]:
    """Every view tells the lines of its table as the house wrote it; whoever reads lines reads what was written."""
    wanted: Mapping[str, str] = seen.outside
    standing: dict[str, str] = dict(rows_of(STANDING[connection.vendor]))
    for name, statement in seen.each(wanted.items()):
        if name not in standing:
            yield Violation(name, name, "明细视图缺失，请立即查明并重新迁移恢复")
        elif not statement or standing[name].split() != statement.split():
            yield Violation(name, name, "明细视图的内容被替换，读出的明细不可信，请立即查明并重新迁移恢复")
    for name in sorted(set(standing) - set(wanted)):
        yield Violation(name, name, "来历不明的视图：不是本程序所建，请立即查明其作用")
