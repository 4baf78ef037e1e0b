"""Many rows at once: columns in, one prepared statement or COPY out, ids handed back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray

Column = Sequence[Any] | NDArray[Any]
STAGE, STAGED_FROM = "jubao_rows_to_insert", 100
GIVEN = "jubao_rows_given"


def reserve_ids(model: type[models.Model], count: int) -> NDArray[np.int64]:
    """Take ``count`` consecutive primary keys; the caller holds the writer's lock of its act."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"'])
            sequence = cursor.fetchone()[0]
            cursor.execute("SELECT nextval(%s)", [sequence])
            first = cursor.fetchone()[0]
            cursor.execute("SELECT setval(%s, %s)", [sequence, first + max(count, 1) - 1])
        else:
            cursor.execute(f'SELECT coalesce(max(id), 0) + 1 FROM "{table}"')
            first = cursor.fetchone()[0]
    return np.arange(first, first + count, dtype=np.int64)


def insert(model: type[models.Model], columns: Mapping[str, Column | Any], *, count: int) -> NDArray[np.int64]:
    """Insert ``count`` rows given by column; a scalar stands for every row.

    Args:
        model: the table.
        columns: attribute name (``person_id``, ``amount_fen``) to array, list or scalar.
        count: number of rows, n.
    Returns:
        shape (n,), int64: the new primary keys, consecutive, in row order.
    Raises:
        django.db.IntegrityError: a row breaks a rule of the table; the caller's transaction is to be rolled back.
    """
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    ids = reserve_ids(model, count)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    left_out = [f for f in fields.values() if f.attname not in columns and f.attname != "id" and not f.null]
    given = {"id": ids, **columns, **{field.attname: field.get_default() for field in left_out}}
    varying = {str(fields[name].column): _listed(v, count) for name, v in given.items() if _varies(v)}
    constant = {str(fields[name].column): _plain(v) for name, v in given.items() if not _varies(v)}
    write = _copy if connection.vendor == "postgresql" else _insert_prepared
    with connection.wrap_database_errors:                     # a broken rule is Django's IntegrityError here, too
        write(model._meta.db_table, varying, constant)
    return ids


@contextmanager
def staged(*, numbers: Mapping[str, Column], texts: Mapping[str, Column]) -> Iterator[str]:
    """Lay rows into a temporary table and give its name, so that one statement can join them to records.

    Args:
        numbers: name to n whole numbers, None for NULL.
        texts: name to n texts, None for NULL.
    """
    columns = {**numbers, **texts}
    count = len(next(iter(columns.values())))
    rows = {name: _listed(values, count) for name, values in columns.items()}
    declared = ", ".join([*(f"{name} BIGINT" for name in numbers), *(f"{name} TEXT" for name in texts)])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {GIVEN} ({declared})")
        if connection.vendor == "postgresql":
            _copy(GIVEN, rows, {})
            cursor.execute(f"ANALYZE {GIVEN}")
        else:
            marks = ", ".join("?" * len(rows))
            plain = cursor.cursor.connection
            plain.executemany(f"INSERT INTO {GIVEN} VALUES ({marks})", zip(*rows.values(), strict=True))
        yield GIVEN
        cursor.execute(f"DROP TABLE {GIVEN}")                  # after a failure the transaction takes it back


def _varies(value: Column | Any) -> bool:
    return isinstance(value, (np.ndarray, list, tuple))


def _listed(value: Any, count: int) -> Sequence[Any]:
    """A column as plain Python values, days as text; no float and no other length."""
    assert len(value) == count, f"column of {len(value)} values for {count} rows"
    if isinstance(value, np.ndarray):
        assert value.ndim == 1, f"column of shape {value.shape}"
        assert value.dtype.kind != "f", "no float ever reaches a table"
        return value.tolist()
    kinds = set(map(type, value))
    assert float not in kinds, "no float ever reaches a table"
    return [_plain(v) for v in value] if kinds & {date, datetime} else value


def _plain(value: Any) -> Any:
    assert not isinstance(value, float), "no float ever reaches a table"
    return value.isoformat() if isinstance(value, date) else value


def _insert_prepared(table: str, varying: Mapping[str, Sequence[Any]], constant: Mapping[str, Any]) -> None:
    """One prepared statement for rows; many rows are staged first and go in by one INSERT..SELECT."""
    columns = ", ".join(f'"{column}"' for column in [*varying, *constant])
    same = [_literal(value) for value in constant.values()]
    rows = zip(*varying.values(), strict=True)
    with connection.cursor() as cursor:
        plain = cursor.cursor.connection
        if len(next(iter(varying.values()))) < STAGED_FROM:
            values = ", ".join(["?"] * len(varying) + same)
            plain.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({values})', rows)
        else:
            staged = [f"c{place}" for place in range(len(varying))]
            _insert_staged(plain, f'"{table}" ({columns}) SELECT {", ".join([*staged, *same])}', staged, rows)


def _insert_staged(plain: Any, target: str, staged: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Stage rows in a temporary table, then insert them by one statement.

    Indexes and foreign keys then cost half of what they cost row by row. It must be one statement: each
    statement of many rows keeps a journal of its own, and inside a savepoint (a rehearsal) none is given
    back, so that thousands of them take longer than single rows.
    """
    plain.execute(f"CREATE TEMPORARY TABLE {STAGE} ({', '.join(staged)})")
    try:
        plain.executemany(f"INSERT INTO {STAGE} VALUES ({', '.join('?' * len(staged))})", rows)
        plain.execute(f"INSERT INTO {target} FROM {STAGE} ORDER BY rowid")
    finally:
        plain.execute(f"DROP TABLE IF EXISTS {STAGE}")


def _literal(value: Any) -> str:
    """A constant in SQL, so that it need not be bound again for every row."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        assert "\0" not in value, "no text of the office holds a NUL"
        return "'" + value.replace("'", "''") + "'"
    assert isinstance(value, (int, np.integer)), f"{type(value).__name__} is no constant of a column"
    return str(int(value))


def _copy(table: str, varying: Mapping[str, Sequence[Any]], constant: Mapping[str, Any]) -> None:
    """One COPY for all rows; the server's indexes and foreign keys take nearly all of its time."""
    listed = ", ".join(f'"{column}"' for column in [*varying, *constant])
    same = tuple(constant.values())
    with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in zip(*varying.values(), strict=True):
            copy.write_row(row + same)
