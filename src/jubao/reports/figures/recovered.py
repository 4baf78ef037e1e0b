"""Money that came back, traced to the overpaid months and items it covers, and instalments to what filled them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from jubao.records.models import (
    Instalment,
    InstalmentPlan,
    OverpaidMonth,
    Overpayment,
    RecoveryEvent,
    WithdrawnMonth,
)
from jubao.reports.figures.evidence import Evidence
from jubao.reports.figures.state_on_day import taken_back
from jubao.reports.figures.window import Window
from jubao.reports.streaming import CHUNK
from jubao.rules.recovery import Shares, fill_in_order
from jubao.vocabulary.resident_number import mask

TOGETHER = 500
"""Claims whose recoveries are shared out at once."""
Claims: TypeAlias = QuerySet[Any] | Collection[int]
Owed: TypeAlias = list[tuple[OverpaidMonth, int]]
Came: TypeAlias = list[RecoveryEvent]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one recovery inside one overpaid month and item, fen."""

    event: RecoveryEvent
    month: OverpaidMonth
    fen: int

    @property
    def evidence(self) -> Evidence:
        """The piece as a row behind a figure."""
        who, act = self.event.overpayment.person, self.event.act
        note = f"{self.month.month} {self.month.item} {self.event.get_kind_display()}"
        return Evidence(
            who.personal_number,
            who.name,
            mask(who.resident_number),
            self.fen,
            act.pk,
            act.business_date,
            money=True,
            note=note,
        )


def standing(window: Window) -> Q:
    """Recoveries that stand by the day.

    What is claimed no longer is none, and what a settlement set off is gone with a settlement that was taken back.
    """
    return ~Q(kind="WITHDRAWN") & ~Q(taken_back(window, "overpayment__person"))


def recoveries(window: Window) -> QuerySet[RecoveryEvent]:
    """Money that came back or was given up by the day."""
    return RecoveryEvent.objects.filter(window.known(), standing(window))


def withdrawn_fen(window: Window) -> dict[int, int]:
    """What was claimed no longer by the day, by claim."""
    rows = WithdrawnMonth.objects.filter(window.known()).order_by().values_list("overpaid_month__overpayment_id")
    return dict(rows.annotate(fen=Sum("amount_fen")))


def claimed_months(claims: Claims, window: Window) -> Iterator[tuple[OverpaidMonth, int]]:
    """What was still claimed by the day, month and item by month and item, the oldest of each claim first, with its fen."""
    gone = WithdrawnMonth.objects.filter(window.known(), overpaid_month=OuterRef("pk")).order_by()
    less = gone.values("overpaid_month").annotate(fen=Sum("amount_fen")).values("fen")
    rows = OverpaidMonth.objects.filter(overpayment__in=claims).annotate(
        left_fen=F("amount_fen") - Coalesce(Subquery(less), 0)
    )
    for row in rows.order_by("overpayment", "month", "item").iterator(CHUNK):
        if row.left_fen:
            yield row, int(row.left_fen)


def pieces_of(claims: Claims, window: Window, events: QuerySet[RecoveryEvent] | None = None) -> Iterator[Piece]:
    """What came back or was given up on some claims by the day, piece by piece in the order of the months owed.

    The oldest overpaid month is covered first, inside a month the items in the order of their codes; recoveries
    in the order they were recorded (docs/decisions/0008). Months that are claimed no longer are not covered.

    Args:
        claims: their keys, as a query or a collection.
        window: year and day.
        events: recoveries with what else is wanted of them; by default ``recoveries``.
    """
    months = groupby(claimed_months(claims, window), key=lambda one: one[0].overpayment_id)
    paid = recoveries(window) if events is None else events
    rows = (
        paid.filter(overpayment__in=claims).order_by("overpayment", "pk").select_related("overpayment__person", "act")
    )
    came = groupby(rows.iterator(CHUNK), key=attrgetter("overpayment_id"))
    owed = ((claim, list(some)) for claim, some in months)
    for batch in _batched(_beside(owed, ((claim, list(some)) for claim, some in came))):
        owing = [one for months_of_claim, _ in batch for one in months_of_claim]
        paying = [event for _, events_of_claim in batch for event in events_of_claim]
        shares = _filled(
            [(fen, month.overpayment_id) for month, fen in owing], [(e.amount_fen, e.overpayment_id) for e in paying]
        )
        for owed_row, paid_row, fen in zip(
            shares.owed.tolist(), shares.paid.tolist(), shares.fen.tolist(), strict=True
        ):
            yield Piece(paying[paid_row], owing[owed_row][0], fen)


def _beside(owed: Iterator[tuple[int, Owed]], came: Iterator[tuple[int, Came]]) -> Iterator[tuple[Owed, Came]]:
    """Each claim's months beside its recoveries, both in the order of claims; a claim without recoveries is passed over."""
    nothing: tuple[int, Owed] = (0, [])
    month_claim, months = next(owed, nothing)
    for claim, events in came:
        while months and month_claim < claim:
            month_claim, months = next(owed, nothing)
        yield (months if month_claim == claim else []), events


def _batched(rows: Iterator[tuple[Owed, Came]]) -> Iterator[list[tuple[Owed, Came]]]:
    while some := list(islice(rows, TOGETHER)):
        yield some


def _filled(owed: Sequence[tuple[int, int]], paid: Sequence[tuple[int, int]]) -> Shares:
    left, right = (np.array(rows, dtype=np.int64).reshape(-1, 2) for rows in (owed, paid))
    return fill_in_order(left[:, 0], left[:, 1], right[:, 0], right[:, 1])


@dataclass(frozen=True)
class InstalmentState:
    """A repayment plan's instalment with what of it is still to come, as known on a day."""

    instalment: Instalment
    rest_fen: int

    @property
    def repaid_fen(self) -> int:
        """What of it was filled."""
        return int(self.instalment.amount_fen) - self.rest_fen

    def overdue(self, day: date) -> bool:
        """Whether money of it should have come before a day."""
        return self.rest_fen > 0 and self.instalment.due_date < day


def instalments(window: Window) -> list[InstalmentState]:
    """Instalments of the agreements in force on the window's day, filled in order by what came after them."""
    plans = InstalmentPlan.objects.filter(window.known()).order_by()
    latest = plans.values("overpayment").annotate(last=Max("pk")).values("last")
    rows = Instalment.objects.filter(plan__in=latest)
    parts = list(rows.select_related("plan__overpayment__person", "act").order_by("plan__overpayment", "seq"))
    since = {part.plan.overpayment_id: part.plan.act_id for part in parts}
    known = RecoveryEvent.objects.filter(window.known(), overpayment__in=plans.values("overpayment"))
    paid = [
        (e.amount_fen, e.overpayment_id)
        for e in known.order_by("overpayment", "pk")
        if e.act_id > since.get(e.overpayment_id, e.act_id)
    ]
    shares = _filled([(part.amount_fen, part.plan.overpayment_id) for part in parts], paid)
    filled = np.zeros(len(parts), dtype=np.int64)
    np.add.at(filled, shares.owed, shares.fen)
    return [InstalmentState(part, part.amount_fen - fen) for part, fen in zip(parts, filled.tolist(), strict=True)]


@dataclass(frozen=True)
class OpenClaim:
    """A claim not wholly settled on a day: fen still open, and days since it was found."""

    claim: Overpayment
    open_fen: int
    days: int


def open_claims(window: Window) -> Iterator[OpenClaim]:
    """Claims with money open on the window's day, the oldest first."""
    events = RecoveryEvent.objects.filter(window.known(), overpayment=OuterRef("pk")).order_by()
    settled = events.values("overpayment").annotate(fen=Sum("amount_fen")).values("fen")
    rows = Overpayment.objects.filter(window.known()).annotate(
        left_fen=F("amount_fen") - Coalesce(Subquery(settled), 0)
    )
    for row in rows.filter(left_fen__gt=0).select_related("person", "act").order_by("pk").iterator(CHUNK):
        yield OpenClaim(row, int(row.left_fen), (window.as_of - row.act.business_date).days)
