"""Reading the whole book of record: one steady view of it, rows in order and with bounded memory."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db import connection

Row = tuple[Any, ...]
CHUNK = 5000


@contextmanager
def steady_view() -> Iterator[None]:
    """Read the books as they stood at one instant, while others go on working; nothing is written or locked.

    Inside a transaction that is already open, its own view is used.
    """
    if connection.in_atomic_block:
        yield
        return
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if postgres else "BEGIN DEFERRED")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def rows_of(sql: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
    """Rows of a query, streamed; a query that is meant to be walked in order must say its order."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, parameters or None)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def one(sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The single value of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        row = cursor.fetchone()
    return row[0] if row else None


def grouped(rows: Iterable[Row]) -> Iterator[tuple[Any, list[Row]]]:
    """Rows that follow each other with the same first column, that column apart."""
    for key, some in groupby(rows, key=itemgetter(0)):
        yield key, [row[1:] for row in some]


def told(text: str) -> Mapping[str, Any]:
    """What a stored JSON object says; nothing when it is damaged, which the seal tells."""
    try:
        return dict(json.loads(text))
    except (ValueError, TypeError):
        return {}


def sha256_of(path: Path) -> str:
    """Hash of a file, read in pieces."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            total.update(piece)
    return total.hexdigest()
