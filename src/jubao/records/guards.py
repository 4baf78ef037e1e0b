"""Triggers that make the database itself refuse changes to facts, on SQLite and PostgreSQL alike."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from jubao.records import references
from jubao.records.facts import fact_columns, fact_models

REFUSAL = "facts are never changed or removed: answer an error with another act"
FUNCTION = "jubao_refuse_change"
BODY = f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END"


def audited_tables() -> list[tuple[str, list[str]]]:
    """Table and unchangeable columns of every fact model and of the audit chain itself."""
    from jubao.records.acts import AuditEvent

    tables: list[type[models.Model]] = [AuditEvent, *fact_models()]
    return [(model._meta.db_table, fact_columns(model)) for model in tables]


def trigger_names(table: str) -> list[str]:
    """The guards a table must have: against changing and removing, and on PostgreSQL against emptying."""
    names = [f"{table}_no_update", f"{table}_no_delete"]
    return [*names, f"{table}_no_truncate"] if _on_postgres(DEFAULT_DB_ALIAS) else names


def guards(using: str = DEFAULT_DB_ALIAS) -> dict[str, tuple[str, str]]:
    """Every guard that must stand: its name to its table and to the statement that creates it on this engine."""
    found: dict[str, tuple[str, str]] = {}
    for table, columns in audited_tables():
        listed = ", ".join(f'"{column}"' for column in columns)
        found |= {name: (table, statement) for name, statement in _of(table, listed, using).items()}
    return found | references.guards() if _on_postgres(using) else found


def functions(using: str = DEFAULT_DB_ALIAS) -> Mapping[str, str]:
    """The functions the guards call on this engine: name to body."""
    return {FUNCTION: BODY} | references.functions() if _on_postgres(using) else {}


def _of(table: str, listed: str, using: str) -> dict[str, str]:
    update, delete = f"{table}_no_update", f"{table}_no_delete"
    if _on_postgres(using):
        run = f"EXECUTE FUNCTION {FUNCTION}()"
        truncate = f"{table}_no_truncate"
        return {
            update: f'CREATE TRIGGER {update} BEFORE UPDATE OF {listed} ON "{table}" FOR EACH ROW {run}',
            delete: f'CREATE TRIGGER {delete} BEFORE DELETE ON "{table}" FOR EACH ROW {run}',
            truncate: f'CREATE TRIGGER {truncate} BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {run}',
        }
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return {
        update: f'CREATE TRIGGER {update} BEFORE UPDATE OF {listed} ON "{table}" {refuse}',
        delete: f'CREATE TRIGGER {delete} BEFORE DELETE ON "{table}" {refuse}',
    }


def _on_postgres(using: str) -> bool:
    return bool(connections[using].vendor == "postgresql")


def install_guards(sender: AppConfig, using: str, **_: Any) -> None:
    """Create the guards anew for every fact table that exists; called once after each migration, for all rooms."""
    if sender.label != "records":
        return
    connection = connections[using]
    references.replace_foreign_keys(sender, using)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for name, body in functions(using).items():
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$"
            )
        for name, (table, statement) in guards(using).items():
            if table in existing:
                on = f' ON "{table}"' if _on_postgres(using) else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
                cursor.execute(statement)
