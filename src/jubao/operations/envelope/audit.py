"""The audit chain: every event sealed with a keyed hash over the one before and over the rows it wrote."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection

from jubao.records.models import AuditEvent
from jubao.records.sealing import (
    GENESIS,
    Measured,
    canonical,
    digest,
    rows_written,
    seal,
)

__all__ = ["GENESIS", "append_event", "canonical", "digest", "lock_chain", "next_event_id", "rows_written", "seal"]

CHAIN_LOCK = 0x6A7562616F


def lock_chain() -> AuditEvent | None:
    """Take the writers' lock for this transaction and return the head of the chain."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    with connection.cursor() as cursor:                      # asked nine times in an act, so in plain SQL
        cursor.execute("SELECT id, mac FROM records_auditevent ORDER BY id DESC LIMIT 1")
        head = cursor.fetchone()
    return AuditEvent(id=head[0], mac=head[1]) if head else None


def next_event_id() -> int:
    """The number the next event will bear; the caller holds the chain's lock."""
    head = lock_chain()
    return head.id + 1 if head else 1


def append_event(
    kind: str, code: str, *, staff: str, on: date, at: datetime, payload: dict[str, Any], event_id: int | None = None,
    measured: Measured | None = None,
) -> AuditEvent:  # fmt: skip
    """Append one event, sealing the rows already written under its number (``measured``: see ``rows_written``)."""
    head = lock_chain()
    number = head.id + 1 if head else 1
    assert event_id in (None, number), "an event must follow the head of the chain"
    event = AuditEvent(
        id=number, kind=kind, code=code, staff=staff, business_date=on, at=at,
        payload=canonical(payload | {"rows": rows_written(number, measured)}),
        algorithm=getattr(settings, "AUDIT_ALGORITHM", "HMAC-SHA256"), previous_mac=head.mac if head else GENESIS,
    )  # fmt: skip
    event.mac = seal(event)
    event.save(force_insert=True)
    return event
