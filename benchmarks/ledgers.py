"""The limit: the database's own bulk path for rows that are ready, in one transaction; and what is due, kept beside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection, models, transaction

DUE = "bench_due"
"""What a job owes to everybody, computed by other means; it lies beside the books, and every answer is held against it."""


def bare_copy(model: type[models.Model]) -> str:
    """Make an empty table with a model's columns and no key, index, check or trigger; its name."""
    name = f"bench_{model._meta.db_table}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {name} AS SELECT * FROM {model._meta.db_table} WHERE 1 = 0")  # noqa: S608
    return name


def keep_due(columns: Mapping[str, Sequence[Any]]) -> None:
    """Keep what is due; numbers in arrays, texts in lists."""
    declared = [f"{name} {'BIGINT' if isinstance(column, np.ndarray) else 'TEXT'}" for name, column in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {DUE} ({', '.join(declared)})")
    listed = [column.tolist() if isinstance(column, np.ndarray) else column for column in columns.values()]
    write_raw(DUE, list(columns), zip(*listed, strict=True))


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


def inserting(table: str, columns: str, query: str) -> str:
    """An INSERT..SELECT."""
    return f"INSERT INTO {table} ({columns}) {query}"


def due(columns: str, *, by: str = "") -> str:
    """A query of what is due, by person or as a whole."""
    return f"SELECT {columns} FROM {DUE}" + (f" GROUP BY {by}" if by else "")  # noqa: S608  our own table


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


def number(sql: str) -> int:
    """The one whole number a query gives."""
    ((value,),) = read(sql)
    return int(value)


def assert_same(found: str, wanted: str, message: str) -> int:
    """Make sure that two queries give the same rows, no more and no fewer, and give their number; ``wanted`` has no equals."""
    missing = number(f"SELECT count(*) FROM ({wanted} EXCEPT {found}) x")  # noqa: S608
    invented = number(f"SELECT count(*) FROM ({found} EXCEPT {wanted}) x")  # noqa: S608
    counts = [number(f"SELECT count(*) FROM ({query}) x") for query in (found, wanted)]  # noqa: S608
    assert (missing, invented) == (0, 0), f"{message}: {missing} rows are missing, {invented} were never due"
    assert counts[0] == counts[1], f"{message}: {counts[0]} rows for {counts[1]} due"
    return counts[0]
