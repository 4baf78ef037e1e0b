"""What a sealed event vouches for: canonical texts, the keyed hash of an event, the digest of its rows."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeAlias

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.db import connection, models

from jubao.records.acts import AuditEvent
from jubao.records.facts import fact_columns

Rows: TypeAlias = Sequence[tuple[Any, ...]]
Measured: TypeAlias = dict[str, list[Any]]                  # table to count and digest of its rows, as an event seals it
GENESIS = "0" * 64
MOMENT = "%Y-%m-%d %H:%M:%S"
ROWS_READ = 1_000                                           # more at once take longer, for they leave the caches


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same content gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=plain)


def digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def seal(event: AuditEvent, *, key: str | None = None) -> str:
    """Keyed hash of an event and of the hash before it, under the algorithm the event names.

    Args:
        event: the event; its own ``mac`` takes no part.
        key: another office's key (a backup being checked); default the key of this one.
    """
    text = canonical(
        [
            event.previous_mac, event.id, event.kind, event.code, event.staff, event.business_date,
            event.at.astimezone(UTC).strftime(MOMENT), event.payload, event.algorithm,
        ]
    )  # fmt: skip
    secret = (key or settings.AUDIT_KEY).encode()
    if event.algorithm == "HMAC-SM3":
        mac = HMAC(secret, hashes.SM3())
        mac.update(text.encode())
        return mac.finalize().hex()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def fact_rows(model: type[models.Model], event_id: int) -> Iterator[Rows]:
    """The unchangeable columns of an event's rows in one table, by primary key, some at a time."""
    with connection.chunked_cursor() as cursor:              # on a server, too, no more than these are held here
        cursor.execute(rows_of_event(model), [event_id])
        while rows := cursor.fetchmany(ROWS_READ):
            yield rows


@cache
def rows_of_event(model: type[models.Model]) -> str:
    """The statement behind ``fact_rows``; its one value is the event's number."""
    return f'SELECT {listed(model)} FROM "{model._meta.db_table}" WHERE act_id = %s ORDER BY id'


def listed(model: type[models.Model]) -> str:
    """The unchangeable columns of a table as SQL, in the order of the seal."""
    unchangeable = set(fact_columns(model))
    return ", ".join(as_sealed(field) for field in model._meta.concrete_fields if field.column in unchangeable)


def as_sealed(field: "models.Field[Any, Any]") -> str:
    """A column as SQL that gives the same whole number, text or null on both engines."""
    column, on_postgres = f'"{field.column}"', connection.vendor == "postgresql"
    if isinstance(field, models.DateTimeField):
        text = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"
        return text if on_postgres else f"CAST({column} AS TEXT)"
    if isinstance(field, models.DateField):
        return f"CAST({column} AS TEXT)"
    if isinstance(field, models.BooleanField):
        return f"CAST({column} AS INTEGER)"
    return column


def table_digest(parts: Iterable[Rows]) -> str:
    """SHA-256 over rows that come in parts of any size, equal on both engines."""
    total = hashlib.sha256()
    for rows in parts:
        total.update(rows_bytes(rows))
    return total.hexdigest()


def stored_and_sealed(field: "models.Field[Any, Any]", values: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """A column as the engine takes it, and as the seal takes it (``as_sealed`` read back gives the latter).

    Args:
        field: the column.
        values: plain values: whole numbers, texts and their enumerations, days, instants, None.
    """
    on_postgres = connection.vendor == "postgresql"
    if isinstance(field, models.DateTimeField):
        moments: list[Any] = [None if value is None else plain(value) for value in values]
        return (list(values) if on_postgres else moments), moments
    if isinstance(field, models.DateField):
        days: list[Any] = [value.isoformat() if isinstance(value, date) else value for value in values]
        return days, days
    if isinstance(field, models.BooleanField):
        flags: list[Any] = [None if value is None else int(value) for value in values]
        return ([None if value is None else bool(value) for value in values] if on_postgres else flags), flags
    exact = int if isinstance(field, models.IntegerField | models.ForeignKey) else str
    if set(map(type, values)) <= {exact, type(None)}:
        listed = list(values)
    else:
        assert not any(isinstance(value, float) for value in values), "no float ever reaches a table"
        listed = [None if value is None else exact(value) for value in values]
    return listed, listed


def rows_bytes(rows: Rows) -> bytes:
    """Some rows as the digest takes them: ``row_bytes`` of one after the other."""
    return "".join(map(ascii, rows)).encode()


def row_bytes(row: tuple[Any, ...]) -> bytes:
    """One row of ``as_sealed`` columns as the digest takes it; ASCII, so no Unicode table decides."""
    return ascii(row).encode()


def plain(value: Any) -> str:
    """A date or an instant as text; instants in UTC, which is also what an instant without zone means here."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).strftime(MOMENT)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical text")
