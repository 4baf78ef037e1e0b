"""Triggers that make the database itself refuse changes to facts, on SQLite and PostgreSQL alike."""

from typing import Any

from django.apps import AppConfig
from django.db import connections, models

from jubao.records.facts import fact_columns, fact_models

REFUSAL = "facts are never changed or removed: answer an error with another act"


def audited_tables() -> list[tuple[str, list[str]]]:
    """Table and unchangeable columns of every fact model and of the audit chain itself."""
    from jubao.records.acts import AuditEvent

    tables: list[type[models.Model]] = [AuditEvent, *fact_models()]
    return [(model._meta.db_table, fact_columns(model)) for model in tables]


def trigger_names(table: str) -> list[str]:
    """The two guards a table must have."""
    return [f"{table}_no_update", f"{table}_no_delete"]


def sqlite_statements(table: str, columns: list[str]) -> list[str]:
    """Guards of one table in SQLite's words."""
    update, delete = trigger_names(table)
    listed = ", ".join(f'"{column}"' for column in columns)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return [
        f"DROP TRIGGER IF EXISTS {update}",
        f"DROP TRIGGER IF EXISTS {delete}",
        f'CREATE TRIGGER {update} BEFORE UPDATE OF {listed} ON "{table}" {refuse}',
        f'CREATE TRIGGER {delete} BEFORE DELETE ON "{table}" {refuse}',
    ]


def postgres_statements(table: str, columns: list[str]) -> list[str]:
    """Guards of one table in PostgreSQL's words; TRUNCATE is refused as well."""
    update, delete = trigger_names(table)
    listed = ", ".join(f'"{column}"' for column in columns)
    run = "EXECUTE FUNCTION jubao_refuse_change()"
    return [
        f'DROP TRIGGER IF EXISTS {update} ON "{table}"',
        f'DROP TRIGGER IF EXISTS {delete} ON "{table}"',
        f'CREATE TRIGGER {update} BEFORE UPDATE OF {listed} ON "{table}" FOR EACH ROW {run}',
        f'CREATE TRIGGER {delete} BEFORE DELETE ON "{table}" FOR EACH ROW {run}',
    ]


POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION jubao_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
"""


def install_guards(sender: AppConfig, using: str, **_: Any) -> None:  # noqa: ARG001  the signal names its sender
    """Create the guards anew for every fact table that exists; called after each migration."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        statements = postgres_statements if connection.vendor == "postgresql" else sqlite_statements
        for table, columns in audited_tables():
            if table in existing:
                for statement in statements(table, columns):
                    cursor.execute(statement)
