"""Many rows read as columns: one statement, whole numbers as arrays, codes as arrays of text."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

NUMBER, TEXT = "n", "t"
SLICE = 20_000
Array = NDArray[Any]


def read_columns(sql: str, parameters: Sequence[Any], kinds: str) -> list[Array]:
    """The rows of a statement, by column.

    Args:
        sql: a statement with an order, so that the same books give the same columns.
        parameters: what it binds.
        kinds: one letter for each column: ``n`` a whole number, ``t`` a text.
    Returns:
        one array of shape (rows,) for each column, int64 or str.
    """
    types = [np.dtype(np.int64) if kind == NUMBER else np.dtype(np.str_) for kind in kinds]
    parts: list[list[Array]] = [[] for _ in kinds]
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while rows := cursor.fetchmany(SLICE):
            for part, column, dtype in zip(parts, zip(*rows, strict=True), types, strict=True):
                part.append(np.array(column, dtype=dtype))
    return [
        np.concatenate(part) if part else np.zeros(0, dtype=dtype) for part, dtype in zip(parts, types, strict=True)
    ]


def listed(keys: Array) -> str:
    """Whole numbers as they stand in ``IN (…)``; they come from our own keys, never from outside."""
    return ", ".join(map(str, keys.tolist()))
