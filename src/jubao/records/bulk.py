"""Many rows at once: one prepared statement or COPY in, a staged table to join to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Column = Sequence[Any] | NDArray[Any]
STAGE, STAGED_FROM, FEW = "jubao_rows_to_insert", 100, 20
GIVEN = "jubao_rows_given"
STAGED_NAMES = (STAGE, GIVEN)


def write_rows(
    table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], *, count: int, compared: Sequence[str] = ()
) -> int | None:
    """Insert rows given as tuples of plain values in the order of ``columns``, key included.

    Args:
        table: the table's name.
        columns: its column names.
        rows: ``count`` tuples; they may come one by one, so that memory stays bounded.
        compared: columns in which the rows as given and the rows as stored are laid side by side, where the engine can.
    Returns:
        how many rows stand as they were given; None where the engine did not compare them.
    Raises:
        django.db.IntegrityError: a row breaks a rule of the table; the caller's transaction is to be rolled back.
    """
    listed = ", ".join(f'"{column}"' for column in columns)
    if count < FEW:
        together = Together()
        together.insert(table, columns, list(rows))
        together.run()
        return None
    with connection.wrap_database_errors:  # a broken rule is Django's IntegrityError here, too
        if connection.vendor != "postgresql":
            return _insert_prepared(table, columns, rows, count, compared)
        _copy(table, listed, rows)
    return None


@dataclass
class Together:
    """Statements collected and then sent: on a server all of them in one go, so that they wait for the way there once."""

    _asked: list[tuple[str, list[Any], Callable[[list[Any]], None] | None]] = field(default_factory=list)

    def ask(self, sql: str, params: Sequence[Any], then: Callable[[list[Any]], None] | None = None) -> None:
        """Add a statement; ``then`` gets its rows, as soon as it has run."""
        self._asked.append((sql, list(params), then))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Add the insertion of a few rows, as ``write_rows`` takes them."""
        marks = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(rows))
        listed = ", ".join(f'"{column}"' for column in columns)
        self.ask(f'INSERT INTO "{table}" ({listed}) VALUES {marks}', [value for row in rows for value in row])

    def run(self) -> None:
        """Send what was added, and begin anew.

        Raises:
            django.db.IntegrityError: a row breaks a rule; the caller's transaction is to be rolled back.
        """
        asked, self._asked = self._asked, []
        if not asked:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    ";\n".join(sql for sql, _, _ in asked), [value for _, params, _ in asked for value in params]
                )
                for number, (_, _, then) in enumerate(asked):
                    if number:
                        cursor.nextset()
                    if then is not None:
                        then(cursor.fetchall())
                return
            for sql, params, then in asked:
                cursor.execute(sql, params)
                if then is not None:
                    then(cursor.fetchall())


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
            _copy(GIVEN, ", ".join(rows), zip(*rows.values(), strict=True))
            cursor.execute(f"ANALYZE {GIVEN}")
        else:
            marks = ", ".join("?" * len(rows))
            plain = cursor.cursor.connection
            plain.executemany(f"INSERT INTO {GIVEN} VALUES ({marks})", zip(*rows.values(), strict=True))
        yield GIVEN
        cursor.execute(f"DROP TABLE {GIVEN}")  # after a failure the transaction takes it back


def _listed(value: Any, count: int) -> Sequence[Any]:
    """A column as plain Python values, days as text; no float and no other length."""
    assert len(value) == count, f"column of {len(value)} values for {count} rows"
    if isinstance(value, np.ndarray):
        assert value.ndim == 1, f"column of shape {value.shape}"
        assert value.dtype.kind != "f", "no float ever reaches a table"
        plain: list[Any] = value.tolist()
        return plain
    kinds = set(map(type, value))
    assert float not in kinds, "no float ever reaches a table"
    return [_plain(v) for v in value] if kinds & {date, datetime} else value


def _plain(value: Any) -> Any:
    assert not isinstance(value, float), "no float ever reaches a table"
    return value.isoformat() if isinstance(value, date) else value


def _insert_prepared(
    table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], count: int, compared: Sequence[str]
) -> int | None:
    """One prepared statement for few rows; many are staged first and go in by one INSERT..SELECT."""
    with connection.cursor() as cursor:
        plain = cursor.cursor.connection
        if count >= STAGED_FROM:
            return _insert_staged(plain, table, columns, rows, compared)
        listed, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
        plain.executemany(f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', rows)
        return None


def _insert_staged(
    plain: Any, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], compared: Sequence[str]
) -> int | None:
    """Stage rows in a temporary table, insert them by one statement, and lay both side by side by key.

    Indexes and foreign keys then cost half of what they cost row by row. It must be one statement: each
    statement of many rows keeps a journal of its own, and inside a savepoint none is given back, so that
    thousands of them take longer than single rows.
    """
    listed = ", ".join(f'"{column}"' for column in columns)
    plain.execute(f"CREATE TEMPORARY TABLE {STAGE} ({listed})")
    try:
        plain.executemany(f"INSERT INTO {STAGE} VALUES ({', '.join('?' * len(columns))})", rows)
        plain.execute(f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM {STAGE} ORDER BY rowid')
        if not compared:
            return None
        # a plus takes a column's affinity away: a text that became a number is not the same
        same = " AND ".join(f'+t."{column}" IS s."{column}"' for column in compared)
        [found] = plain.execute(f'SELECT count(*) FROM {STAGE} s CROSS JOIN "{table}" t ON t.id = s.id WHERE {same}')
        return int(found[0])
    finally:
        plain.execute(f"DROP TABLE IF EXISTS {STAGE}")


def _copy(table: str, listed: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """One COPY for all rows; the server's indexes and foreign keys take nearly all of its time."""
    with connection.cursor() as cursor, cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
