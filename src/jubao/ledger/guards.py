"""Triggers that keep a closed period closed: the database itself refuses a voucher, leg, paper or voiding in it."""

from typing import Any

from django.apps import AppConfig
from django.db import connections

REFUSAL = "the period is closed: post in the open month with the day it should have had"
CODE = "integrity_constraint_violation"
CLOSED = "SELECT 1 FROM ledger_periodclose c WHERE c.kind = 'MONTH' AND c.book = {book} AND c.period >= {period}"
OF_VOUCHER = (
    "SELECT 1 FROM ledger_voucher v JOIN ledger_periodclose c ON c.book = v.book AND c.kind = 'MONTH' "
    "AND c.period >= v.period WHERE v.id = NEW.voucher_id"
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


def install_closing_guards(using: str, **_: Any) -> None:
    """Create the guards anew; called after each migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if "ledger_periodclose" not in connection.introspection.table_names(cursor):
            return
        for table, condition in CONDITIONS.items():
            statements = _postgres if connection.vendor == "postgresql" else _sqlite
            for statement in statements(table, condition):
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


def _name(table: str) -> str:
    return f"{table}_period_open"


def _sqlite(table: str, condition: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"DROP TRIGGER IF EXISTS {_name(table)}",
        f"CREATE TRIGGER {_name(table)} BEFORE INSERT ON {table} WHEN EXISTS ({condition}) {refuse}",
    ]


def _postgres(table: str, condition: str) -> list[str]:
    function = f"jubao_{_name(table)}"
    refuse = f"IF EXISTS ({condition}) THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = '{CODE}'; END IF"
    body = f"BEGIN {refuse}; RETURN NEW; END"
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"DROP TRIGGER IF EXISTS {_name(table)} ON {table}",
        f"CREATE TRIGGER {_name(table)} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
    ]
