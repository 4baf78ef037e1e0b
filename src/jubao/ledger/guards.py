"""Triggers that keep a closed period closed: the database itself refuses a voucher, leg, paper or voiding in it.

Only the act that closes a period may write in it still: the closing voucher of a year belongs to what it seals, and
whether it was written before or after the seal is the engine's matter.
"""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections

REFUSAL = "the period is closed: post in the open month with the day it should have had"
CODE = "integrity_constraint_violation"
CLOSED = (
    "SELECT 1 FROM ledger_periodclose c WHERE c.kind = 'MONTH' AND c.book = {book} AND c.period >= {period} "
    "AND c.act_id <> NEW.act_id"
)
OF_VOUCHER = (
    "SELECT 1 FROM ledger_voucher v JOIN ledger_periodclose c ON c.book = v.book AND c.kind = 'MONTH' "
    "AND c.period >= v.period AND c.act_id <> NEW.act_id WHERE v.id = NEW.voucher_id"
)
CONDITIONS = {
    "ledger_voucher": CLOSED.format(book="NEW.book", period="NEW.period"),
    "ledger_voucherline": OF_VOUCHER,
    "ledger_attachment": OF_VOUCHER,
    "ledger_voucherstep": f"{OF_VOUCHER} AND NEW.state = 'VOIDED'",
}


def closing_guards() -> list[str]:
    """Names of the triggers that must stand."""
    return [_name(table) for table in CONDITIONS]


def guards(using: str = DEFAULT_DB_ALIAS) -> dict[str, tuple[str, str]]:
    """Every guard that must stand: its name to its table and to the statement that creates it on this engine."""
    statement = _postgres if _on_postgres(using) else _sqlite
    return {_name(table): (table, statement(table, condition)) for table, condition in CONDITIONS.items()}


def functions(using: str = DEFAULT_DB_ALIAS) -> Mapping[str, str]:
    """The functions the guards call on this engine: name to body."""
    if not _on_postgres(using):
        return {}
    return {_function(table): _body(condition) for table, condition in CONDITIONS.items()}


def install_closing_guards(using: str, **_: Any) -> None:
    """Create the guards anew; called after each migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "ledger_periodclose" not in connection.introspection.table_names(cursor):
            return
        for name, body in functions(using).items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$"
            )
        for name, (table, statement) in guards(using).items():
            on = f" ON {table}" if _on_postgres(using) else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            cursor.execute(statement)


def remove_closing_guards(using: str, **_: Any) -> None:
    """Take the guards away before a migration: SQLite rebuilds no table that another table's trigger names."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for table in CONDITIONS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table)}")


def watch(app: AppConfig) -> None:
    """Have the guards put away before the ledger's tables are migrated, and back afterwards."""
    from django.db.models.signals import post_migrate, pre_migrate

    pre_migrate.connect(remove_closing_guards, sender=app, dispatch_uid="ledger.guards.remove")
    post_migrate.connect(install_closing_guards, sender=app, dispatch_uid="ledger.guards.install")


def _on_postgres(using: str) -> bool:
    return bool(connections[using].vendor == "postgresql")


def _name(table: str) -> str:
    return f"{table}_period_open"


def _function(table: str) -> str:
    return f"jubao_{_name(table)}"


def _sqlite(table: str, condition: str) -> str:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return f"CREATE TRIGGER {_name(table)} BEFORE INSERT ON {table} WHEN EXISTS ({condition}) {refuse}"


def _postgres(table: str, _: str) -> str:
    return f"CREATE TRIGGER {_name(table)} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {_function(table)}()"


def _body(condition: str) -> str:
    refuse = f"IF EXISTS ({condition}) THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '{CODE}'; END IF"
    return f"BEGIN {refuse}; RETURN NEW; END"
