"""The audit chain: every event sealed with a keyed hash over the one before and over the rows it wrote."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.request import Request
from jubao.records import bulk, keyring
from jubao.records.models import AuditEvent, KeyRotation
from jubao.records.sealing import GENESIS, Measured, canonical, seal, stored_and_sealed

CHAIN_LOCK = 0x6A7562616F
LOCK = ("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
HEAD = "SELECT id, mac, at, key_number FROM records_auditevent ORDER BY id DESC LIMIT 1"
WAITED = timedelta(minutes=5)
ROTATIONS = KeyRotation._meta.db_table


class ClockWentBack(Refused):
    """An event would be stamped before the one it follows."""


def lock_chain() -> AuditEvent | None:
    """Take the writers' lock for the rest of this transaction and return the head of the chain.

    It is held for the short time of writing only; plans are made before. On SQLite the transaction itself is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(*LOCK)
    return head()


def head() -> AuditEvent | None:
    """The last event of the chain, with its number, hash, instant and key alone; None in empty books."""
    with connection.cursor() as cursor:
        cursor.execute(HEAD)
        return head_told(cursor.fetchall())


def head_told(rows: Sequence[tuple[Any, ...]]) -> AuditEvent | None:
    """The head, from the answer to ``HEAD``."""
    if not rows:
        return None
    number, mac, at, key = rows[0]
    return AuditEvent(id=number, mac=mac, at=_instant(at), key_number=key)


def _instant(stored: datetime) -> datetime:
    """An instant as the engine gives it in plain SQL: without a zone, which means UTC, or aware."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def instant_after(head: AuditEvent | None, at: datetime) -> datetime:
    """The instant of the next event: ``at``, or the head's where another was quicker while this one waited for its turn.

    Raises:
        ClockWentBack: ``at`` lies before the head's instant by more than waiting explains.
    """
    if head is None or at >= head.at:
        return at
    if head.at - at > WAITED:
        raise ClockWentBack(f"办理时间 {at:%Y-%m-%d %H:%M:%S} 早于上一事件，请校准本机时钟后再办")
    return head.at


def append_event(
    head: AuditEvent | None,
    kind: str,
    code: str,
    request: Request,
    *,
    payload: dict[str, Any],
    measured: Measured,
    together: bulk.Together,
    ring: keyring.Ring | None = None,
) -> AuditEvent:
    """Append one event after the head, sealing the rows written under its number, and send what waits in ``together``.

    Args:
        head: what ``lock_chain`` returned in this transaction.
        request: who asked, on which business date, at which instant.
        measured: per table the number and digest of the rows that bear the event's number.
        ring: the keys of books that are not the office's yet (a backup being taken back); default its own.
    Raises:
        Refused: the key that must seal the event is not at hand.
    """
    assert head is None or request.at >= head.at, "instants of the chain never go back"
    event = AuditEvent(
        id=head.id + 1 if head else 1,
        kind=kind,
        code=code,
        staff=request.by[: AuditEvent.LONGEST_STAFF],
        business_date=request.on,
        at=request.at,
        payload=canonical(payload | {"rows": measured}),
        algorithm=getattr(settings, "AUDIT_ALGORITHM", "HMAC-SHA256"),
        key_number=head.key_number if head else keyring.FIRST,
        previous_mac=head.mac if head else GENESIS,
    )
    event.mac = seal(event, key=_key_for(event, measured, together, ring))
    fields = AuditEvent._meta.concrete_fields
    row = tuple(stored_and_sealed(field, [getattr(event, field.attname)])[0][0] for field in fields)
    together.insert(AuditEvent._meta.db_table, [str(field.column) for field in fields], [row])
    together.run()
    return event


def _key_for(event: AuditEvent, measured: Measured, together: bulk.Together, ring: keyring.Ring | None) -> str:
    """The key that seals an event: that of the event before, or the one that this event brings."""
    if ROTATIONS in measured:
        together.run()  # the new key is found by the mark that was just written
        keyring.forget()
        event.key_number += 1
    try:
        return ring.of(event.key_number) if ring else keyring.key_of(event.key_number)
    except keyring.KeyNotAtHand as missing:
        raise Refused(f"未办理：{missing}") from missing
