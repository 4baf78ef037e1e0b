"""Whether rows still are what their events sealed, asked before money follows from them.

The whole of the books is compared by ``jubao verify``. What a payment is made from is compared at once: an account or a
roster changed in the database for the minutes of a batch, and put back afterwards, would leave no other trace.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, models

from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.records.models import AuditEvent
from jubao.records.sealing import RowsDigest, by_event, fact_of, fact_rows, listed, rows_of_all_events, seal
from jubao.reports.streaming import rows_of, told

SLICE = 800
ASKED_SINGLY = 50
"""Events whose rows are read one event after the other; for more, the table is walked through once."""
NAMED = 5
Promise = tuple[int, str]
"""Number and digest of an event's rows in a table."""


def check_unaltered(
    model: type[models.Model], events: Iterable[int], view: View, faults: Faults, *, case: int, field: str
) -> None:
    """Refuse to go on from rows of a table that are not what the acts that wrote them sealed.

    Args:
        model: the table of facts; heads of it are not sealed, only what never changes is.
        events: the acts that wrote the rows money is to follow from; all their rows of the table are compared.
        faults: takes one fault for the table, with the events concerned.
    """
    wanted = sorted(set(events))
    altered = view.once(("altered", model, tuple(wanted)), lambda: altered_events(model, wanted))
    if altered:
        named = "、".join(map(str, altered[:NAMED])) + ("等" if len(altered) > NAMED else "")
        rule = f"{model._meta.verbose_name}的记录与业务办理时封存的内容不一致（审计事件第 {named} 号），不得据以付款"
        then = "请停止发放，运行 jubao verify 核对，查明数据库被何人改动，并立即报告上级"
        faults.add(case, field, rule, next_step=then)


def altered_events(model: type[models.Model], events: Sequence[int]) -> list[int]:
    """Those of some events whose own seal, or whose rows' digest in a table, does not hold."""
    promised = _promised(model, events)
    if len(events) <= ASKED_SINGLY:
        held = {event: _stored(model, event) for event in events}
    else:
        held = _stored_in_one_walk(model, set(events))
    return [event for event in events if promised.get(event) is None or promised[event] != held.get(event)]


def _promised(model: type[models.Model], events: Sequence[int]) -> dict[int, Promise]:
    """What each event sealed of the table; nothing for an event that was itself altered."""
    found = dict[int, Promise]()
    for start in range(0, len(events), SLICE):
        for event in events_of(events[start : start + SLICE]):
            if (sealed := promise_of(model, event)) is not None:
                found[event.pk] = sealed
    return found


def promise_of(model: type[models.Model], event: AuditEvent) -> Promise | None:
    """What an event sealed of a table; None where it sealed nothing of it or its own seal does not hold."""
    sealed = dict(told(event.payload).get("rows", {})).get(model._meta.db_table)
    return (sealed[0], sealed[1]) if sealed is not None and seal(event) == event.mac else None


def events_of(numbers: Sequence[int]) -> list[AuditEvent]:
    """Some events by number; asked at every step, so in plain SQL."""
    if not numbers:
        return []
    wanted = ", ".join(str(int(number)) for number in numbers)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {listed(AuditEvent)} FROM records_auditevent WHERE id IN ({wanted}) ORDER BY id")
        return [fact_of(AuditEvent, row) for row in cursor.fetchall()]


def _stored(model: type[models.Model], event: int) -> Promise:
    total, count = RowsDigest(), 0
    for rows in fact_rows(model, event):
        total.add(rows)
        count += len(rows)
    return count, total.hexdigest()


def _stored_in_one_walk(model: type[models.Model], events: set[int]) -> dict[int, Promise]:
    wanted = (row for row in rows_of(rows_of_all_events(model)) if row[0] in events)
    return {event: (count, digest) for event, count, digest in by_event(wanted)}
