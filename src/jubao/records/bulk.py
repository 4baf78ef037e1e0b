"""Many rows at once: columns in, one prepared statement or COPY out, ids handed back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db import connection, models
from numpy.typing import NDArray

Column = Sequence[Any] | NDArray[Any]


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
    """
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    ids = reserve_ids(model, count)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = ["id", *columns]
    data = [_as_list(ids, count), *(_as_list(value, count) for value in columns.values())]
    for name, field in fields.items():
        if name not in columns and name != "id" and not field.null:
            names.append(name)
            data.append([field.get_default()] * count)
    _write(model._meta.db_table, [fields[name].column for name in names], zip(*data, strict=True))
    return ids


def _as_list(value: Column | Any, count: int) -> list[Any]:
    if isinstance(value, np.ndarray):
        assert value.shape == (count,), f"column of shape {value.shape} for {count} rows"
        assert value.dtype.kind != "f", "no float ever reaches a table"
        return value.tolist()  # type: ignore[no-any-return]
    if isinstance(value, (list, tuple)):
        assert len(value) == count, f"column of {len(value)} values for {count} rows"
        return list(value)
    return [value] * count


def _write(table: str, columns: list[str], rows: Iterable[tuple[Any, ...]]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f'COPY "{table}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" for _ in columns)
            cursor.cursor.connection.executemany(
                f'INSERT INTO "{table}" ({listed}) VALUES ({marks})', (_plain(row) for row in rows)
            )


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value.isoformat() if hasattr(value, "isoformat") else value for value in row)
