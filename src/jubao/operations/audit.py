"""The audit chain: every event sealed with a keyed hash over the one before and over the rows it wrote."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings
from django.db import connection, models

from jubao.records.facts import fact_columns, fact_models
from jubao.records.models import AuditEvent

CHAIN_LOCK = 0x6A7562616F
GENESIS = "0" * 64


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same content gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def digest(text: str) -> str:
    """SHA-256 of a text, as hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def lock_chain() -> AuditEvent | None:
    """Take the writers' lock for this transaction and return the head of the chain."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    return AuditEvent.objects.order_by("-id").first()


def next_event_id() -> int:
    """The number the next event will bear; the caller holds the chain's lock."""
    head = lock_chain()
    return head.id + 1 if head else 1


def seal(event: AuditEvent) -> str:
    """Keyed hash of an event and of the hash before it, under the algorithm the event names."""
    text = canonical(
        [
            event.previous_mac, event.id, event.kind, event.code, event.staff, event.business_date,
            event.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"), event.payload, event.algorithm,
        ]
    )  # fmt: skip
    key = settings.AUDIT_KEY.encode()
    if event.algorithm == "HMAC-SM3":
        mac = HMAC(key, hashes.SM3())
        mac.update(text.encode())
        return mac.finalize().hex()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def append_event(
    kind: str, code: str, *, staff: str, on: date, at: datetime, payload: dict[str, Any], event_id: int | None = None
) -> AuditEvent:
    """Append one event, sealing the rows already written under its number."""
    head = lock_chain()
    number = head.id + 1 if head else 1
    assert event_id in (None, number), "an event must follow the head of the chain"
    event = AuditEvent(
        id=number, kind=kind, code=code, staff=staff, business_date=on, at=at,
        payload=canonical(payload | {"rows": rows_written(number)}),
        algorithm=getattr(settings, "AUDIT_ALGORITHM", "HMAC-SHA256"), previous_mac=head.mac if head else GENESIS,
    )  # fmt: skip
    event.mac = seal(event)
    event.save(force_insert=True)
    return event


def rows_written(event_id: int) -> dict[str, list[Any]]:
    """Count and digest of the rows of every table that bear an event's number."""
    return {
        model._meta.db_table: [count, table_digest(rows)]
        for model, count in _touched(event_id)
        for rows in [fact_rows(model, event_id)]
    }


def _touched(event_id: int) -> Iterator[tuple[type[models.Model], int]]:
    found = fact_models()
    union = " UNION ALL ".join(
        f'SELECT {index}, count(*) FROM "{model._meta.db_table}" WHERE act_id = {int(event_id)}'
        for index, model in enumerate(found)
    )
    with connection.cursor() as cursor:
        cursor.execute(union)
        counts = sorted(cursor.fetchall())
    return ((found[index], count) for index, count in counts if count)


def fact_rows(model: type[models.Model], event_id: int) -> Iterator[tuple[Any, ...]]:
    """The unchangeable columns of an event's rows in one table, by primary key."""
    columns = ", ".join(f'"{column}"' for column in fact_columns(model))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" WHERE act_id = %s ORDER BY id', [event_id])
        while rows := cursor.fetchmany(5000):
            yield from rows


def table_digest(rows: Iterable[tuple[Any, ...]]) -> str:
    """SHA-256 over rows, equal on both engines."""
    total = hashlib.sha256()
    for row in rows:
        total.update("\x1f".join([_text(value) for value in row]).encode())
        total.update(b"\x1e")
    return total.hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return str(int(value))
    return str(_plain(value)) if isinstance(value, date) else str(value)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical text")
