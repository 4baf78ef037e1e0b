"""Money that came back, traced to the overpaid months and items it covers, and instalments to what filled them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import QuerySet, Sum

from jubao.records.models import (
    Instalment,
    InstalmentPlan,
    OverpaidMonth,
    Overpayment,
    RecoveryEvent,
    WithdrawnMonth,
)
from jubao.reports.figures.measure import Evidence, Value
from jubao.reports.figures.standing import taken_back
from jubao.reports.figures.window import Window
from jubao.rules.recovery import Shares, fill_in_order
from jubao.vocabulary.resident_number import mask

SLICE = 800


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
            who.personal_number, who.name, mask(who.resident_number), self.fen, act.pk, act.business_date, money=True,
            note=note,
        )  # fmt: skip


def recoveries(window: Window) -> QuerySet[RecoveryEvent]:
    """Money that came back or was given up by the day.

    What is claimed no longer is neither, and what a settlement set off is gone with a settlement that was taken back.
    """
    standing = window.known() & ~taken_back(window, "overpayment__person")
    return RecoveryEvent.objects.filter(standing).exclude(kind="WITHDRAWN")


def withdrawn_fen(window: Window) -> dict[int, int]:
    """What was claimed no longer by the day, by claim."""
    rows = WithdrawnMonth.objects.filter(window.known()).order_by().values_list("overpaid_month__overpayment_id")
    return dict(rows.annotate(fen=Sum("amount_fen")))


def claimed_months(claims: Sequence[int], window: Window) -> list[tuple[OverpaidMonth, int]]:
    """What was still claimed by the day, month and item by month and item, the oldest of each claim first, with its fen."""
    gone = WithdrawnMonth.objects.filter(window.known(), overpaid_month__overpayment__in=claims).order_by()
    less = dict(gone.values_list("overpaid_month_id").annotate(fen=Sum("amount_fen")))
    rows = OverpaidMonth.objects.filter(overpayment__in=claims).order_by("overpayment", "month", "item")
    return [(row, fen) for row in rows if (fen := row.amount_fen - less.get(row.pk, 0))]


def pieces_of(claims: Iterable[int], window: Window) -> Iterator[Piece]:
    """What came back or was given up on some claims by the day, piece by piece in the order of the months owed.

    The oldest overpaid month is covered first, inside a month the items in the order of their codes; recoveries
    in the order they were recorded (docs/decisions/0008). Months that are claimed no longer are not covered.
    """
    keys = sorted(set(claims))
    for start in range(0, len(keys), SLICE):
        part = keys[start : start + SLICE]
        months = claimed_months(part, window)
        rows = recoveries(window).filter(overpayment__in=part).order_by("overpayment", "pk")
        events = list(rows.select_related("overpayment__person", "act"))
        shares = _filled(
            [(fen, month.overpayment_id) for month, fen in months], [(e.amount_fen, e.overpayment_id) for e in events]
        )
        for owed, paid, fen in zip(shares.owed.tolist(), shares.paid.tolist(), shares.fen.tolist(), strict=True):
            yield Piece(events[paid], months[owed][0], fen)


def _filled(owed: Sequence[tuple[int, int]], paid: Sequence[tuple[int, int]]) -> Shares:
    left, right = (np.array(rows, dtype=np.int64).reshape(-1, 2) for rows in (owed, paid))
    return fill_in_order(left[:, 0], left[:, 1], right[:, 0], right[:, 1])


@dataclass(frozen=True)
class PartSum:
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


def instalments(window: Window) -> list[PartSum]:
    """Instalments of the agreements in force on the window's day, filled in order by what came after them."""
    latest: dict[int, InstalmentPlan] = {}
    for plan in InstalmentPlan.objects.filter(window.known()).order_by("pk"):
        latest[plan.overpayment_id] = plan
    since = {claim: plan.act_id for claim, plan in latest.items()}
    rows = Instalment.objects.filter(plan__in=[plan.pk for plan in latest.values()])
    parts = list(rows.select_related("plan__overpayment__person", "act").order_by("plan__overpayment", "seq"))
    known = RecoveryEvent.objects.filter(window.known(), overpayment__in=list(latest)).order_by("overpayment", "pk")
    paid = [(e.amount_fen, e.overpayment_id) for e in known if e.act_id > since[e.overpayment_id]]
    shares = _filled([(part.amount_fen, part.plan.overpayment_id) for part in parts], paid)
    filled = np.zeros(len(parts), dtype=np.int64)
    np.add.at(filled, shares.owed, shares.fen)
    return [PartSum(part, part.amount_fen - fen) for part, fen in zip(parts, filled.tolist(), strict=True)]


@dataclass(frozen=True)
class OpenClaim:
    """A claim not wholly settled on a day: fen still open, and days since it was found."""

    claim: Overpayment
    open_fen: int
    days: int


def open_claims(window: Window) -> list[OpenClaim]:
    """Claims with money open on the window's day, the oldest first."""
    events = RecoveryEvent.objects.filter(window.known()).order_by().values_list("overpayment_id")
    settled = dict(events.annotate(fen=Sum("amount_fen")))
    rows = Overpayment.objects.filter(window.known()).select_related("person", "act").order_by("pk")
    return [
        OpenClaim(row, rest, (window.as_of - row.act.business_date).days)
        for row in rows.iterator()
        if (rest := row.amount_fen - settled.get(row.pk, 0)) > 0
    ]


class Listed:
    """A figure that is worked out row by row: the sum of its rows' quantities, nought without rows."""

    def __init__(self, listed: Callable[[], Iterable[Evidence]]) -> None:
        """Keep how the rows are read."""
        self._listed = listed

    def value(self, _: object, /) -> Value:
        """Sum over all rows."""
        return sum(int(row.quantity) for row in self._listed())

    def rows(self, _: object, /) -> list[Evidence]:
        """All rows."""
        return list(self._listed())

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Sum of the list."""
        return sum(int(row.quantity) for row in rows)


def recovered(window: Window, wanted: QuerySet[RecoveryEvent], items: Callable[[str], bool]) -> Listed:
    """Of some recoveries of the year, the money that covers some benefit items."""

    def listed() -> Iterator[Evidence]:
        keys = dict(wanted.order_by("pk").values_list("pk", "overpayment_id"))
        for piece in pieces_of(keys.values(), window):
            if piece.event.pk in keys and items(piece.month.item):
                yield piece.evidence

    return Listed(listed)
