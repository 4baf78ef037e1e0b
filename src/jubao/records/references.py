"""References of rows that come in thousands: PostgreSQL asks once a statement whether all of them are there.

A foreign key asks the server for every row by itself, which is most of the time of a payroll. Facts are never removed and
never change, so a reference that was good when it was written stays good: it is enough to ask when rows come in, and
one question does for all rows of a statement. The reference to the event stays a foreign key, because events are written
last. SQLite, which asks cheaply, keeps every foreign key.
"""

from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections, models

from jubao.records.facts import fact_columns, fact_models

Model = type[models.Model]
ASKED_BY_STATEMENT = ("BankLine", "PensionMonth", "Contribution", "Crediting", "AccountPosting")


@cache
def writing_order() -> list[Model]:
    """Every fact table after those its rows refer to; the order in which an act, or a backup, is written."""
    facts = fact_models()
    behind = {model: [one for _, one in _references(model) if one in facts and one is not model] for model in facts}
    return list(TopologicalSorter(behind).static_order())


def _references(model: Model) -> list[tuple[str, Model]]:
    """The unchangeable columns of a table that refer to rows of another, but for the event."""
    unchangeable = set(fact_columns(model))
    return [
        (str(field.column), field.related_model)  # type: ignore[misc]
        for field in model._meta.concrete_fields
        if field.is_relation and field.name != "act" and field.column in unchangeable
    ]


def asked_tables() -> dict[str, list[tuple[str, str]]]:
    """The tables whose references are asked for by statement: by table, each column with the table it refers to."""
    tables = [model for model in fact_models() if model.__name__ in ASKED_BY_STATEMENT]
    return {
        str(model._meta.db_table): [(column, str(one._meta.db_table)) for column, one in _references(model)]
        for model in tables
    }


def guards() -> dict[str, tuple[str, str]]:
    """By name of a trigger, its table and the statement that makes it."""
    return {f"{table}_refers": (table, _trigger(table)) for table in asked_tables()}


def _trigger(table: str) -> str:
    return (
        f'CREATE TRIGGER {table}_refers AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS added '
        f"FOR EACH STATEMENT EXECUTE FUNCTION jubao_{table}_refers()"
    )


def functions() -> dict[str, str]:
    """By name of a function a trigger calls, its body."""
    return {f"jubao_{table}_refers": _body(table, columns) for table, columns in asked_tables().items()}


def _body(table: str, columns: list[tuple[str, str]]) -> str:
    asked = "".join(
        f"IF EXISTS (SELECT 1 FROM added a WHERE a.{column} IS NOT NULL AND NOT EXISTS "
        f"(SELECT 1 FROM {related} r WHERE r.id = a.{column})) THEN "
        f"RAISE EXCEPTION 'rows of {table} refer to no row of {related}' "
        f"USING ERRCODE = 'foreign_key_violation', CONSTRAINT = '{table}_{column}_fk_asked'; END IF; "
        for column, related in columns
    )
    return f"BEGIN {asked}RETURN NULL; END"


FOREIGN_KEYS = """
    SELECT c.conname FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
    WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND a.attname = ANY(%s)"""


def replace_foreign_keys(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Take away the foreign keys that a statement's question stands for; called after a migration, before the guards."""
    connection = connections[using]
    if sender.label != "records" or connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        for table, columns in asked_tables().items():
            if table in existing:
                cursor.execute(FOREIGN_KEYS, [table, [column for column, _ in columns]])
                for (name,) in cursor.fetchall():
                    cursor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
