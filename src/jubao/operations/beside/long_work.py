"""Long work (后台办理) as it is kept: begun once for each key, beating while it runs, ended with what came of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from jubao.records.models import Work

State = Work.State
SILENT = timedelta(seconds=60)
"""Work whose beat is older was interrupted."""


@dataclass(frozen=True)
class Standing:
    """Where some long work is.

    Attributes:
        number: its key in the table; staff: who began it; title: what it is; state: as kept, or INTERRUPTED.
        phase, read: what it is at, and statements read; is_cancellable: whether it may still be stopped.
        begun_at, beat_at: when; told: what came of it: an address, or a sentence.
    """

    number: int
    staff: str
    title: str
    state: str
    phase: str
    read: int
    is_cancellable: bool
    begun_at: datetime
    beat_at: datetime
    told: dict[str, Any]


INTERRUPTED = "INTERRUPTED"


def begin(staff: str, key: str, title: str, *, at: datetime) -> tuple[int, bool]:
    """Begin some work; returns its number, and whether it is begun now: the same key is begun once.

    What was interrupted, refused or cancelled may be begun again.
    """
    try:
        with transaction.atomic():
            return Work.objects.create(staff=staff, key=key, title=title, begun_at=at, beat_at=at).pk, True
    except IntegrityError:
        pass
    row = Work.objects.get(key=key)
    over = row.state in {State.REFUSED, State.CANCELLED} or (row.state == State.RUNNING and at - row.beat_at > SILENT)
    if row.staff != staff or not over:
        return row.pk, False
    fresh = {"state": State.RUNNING, "phase": "", "done": 0, "is_cancelling": False, "is_cancellable": True}
    taken = Work.objects.filter(pk=row.pk, state=row.state, beat_at=row.beat_at).update(
        **fresh, answer={}, begun_at=at, beat_at=at
    )
    return row.pk, taken == 1


def beat(number: int, *, phase: str, read: int, is_cancellable: bool, at: datetime) -> bool:
    """Note that it runs; returns whether its beginner asked to stop it."""
    row = Work.objects.filter(pk=number)
    row.update(phase=phase, done=read, is_cancellable=is_cancellable, beat_at=at)
    return bool(row.values_list("is_cancelling", flat=True).first())


def end(number: int, state: Work.State, told: dict[str, Any], *, at: datetime) -> None:
    """Note what came of it."""
    Work.objects.filter(pk=number).update(state=state, answer=told, is_cancellable=False, beat_at=at)


def ask_to_stop(number: int, staff: str) -> bool:
    """Ask one's own work to stop; returns whether it still may."""
    rows = Work.objects.filter(pk=number, staff=staff, state=State.RUNNING, is_cancellable=True)
    return rows.update(is_cancelling=True) == 1


def standing(number: int, staff: str, *, at: datetime) -> Standing | None:
    """Where one's own work is; None where there is none such."""
    row = Work.objects.filter(pk=number, staff=staff).first()
    return None if row is None else _standing(row, at)


def own_work(staff: str, *, at: datetime, most: int = 50) -> tuple[Standing, ...]:
    """One's own long work, the latest first."""
    return tuple(_standing(row, at) for row in Work.objects.filter(staff=staff).order_by("-begun_at", "-pk")[:most])


def _standing(row: Work, at: datetime) -> Standing:
    silent = row.state == State.RUNNING and at - row.beat_at > SILENT
    return Standing(
        row.pk,
        row.staff,
        row.title,
        INTERRUPTED if silent else row.state,
        row.phase,
        row.done,
        row.is_cancellable and not row.is_cancelling,
        row.begun_at,
        row.beat_at,
        row.answer,
    )
