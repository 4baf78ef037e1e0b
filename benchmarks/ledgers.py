"""The limit: the database's own bulk path for rows that are ready, in one transaction."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models, transaction


def bare_copy(model: type[models.Model]) -> str:
    """Make an empty table with a model's columns and no key, index, check or trigger; its name."""
    name = f"bench_{model._meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM {model._meta.db_table} WHERE 1 = 0")  # noqa: S608
    return name


def write_raw(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """One prepared ``executemany`` (SQLite) or one ``COPY`` (PostgreSQL), one transaction."""
    listed = ", ".join(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(columns))
            cursor.cursor.connection.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", rows)  # noqa: S608


def run_sql(*statements: str) -> None:
    """Some statements in one transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def read(sql: str) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())
