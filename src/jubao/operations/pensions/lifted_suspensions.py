"""Suspensions and endings that were lifted: which months they covered, and what the lifting act decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jubao.operations.people import in_slices
from jubao.records.models import Arrears, AwardEvent
from jubao.rules.arrears import Holds, months_due, stretches
from jubao.vocabulary.codes import ArrearsKind

STOPS = (AwardEvent.Kind.SUSPENDED, AwardEvent.Kind.ENDED)


@dataclass(frozen=True)
class LiftedSuspension:
    """A stop that was lifted: first month held, first month running again, and the act that lifted it.

    ``paid_from`` is the first month that act pays back; ``last`` where it pays none.
    """

    first: int
    last: int
    lifted_by: int
    paid_from: int

    def covers(self, month: int, sent_by: int) -> bool:
        """Whether the lifting act decided about a month that an earlier act had tried to pay."""
        return self.first <= month < self.last and sent_by < self.lifted_by

    def refuses(self, month: int, owed_by: int) -> bool:
        """Whether the lifting act left a month unpaid for which an earlier act had owed something."""
        return self.covers(month, owed_by) and month < self.paid_from


def lifted_suspensions_of(awards: Sequence[int]) -> dict[int, list[LiftedSuspension]]:
    """Lifted stops by award, in the order they happened; an ending that was none counts as well."""
    found: dict[int, list[LiftedSuspension]] = {}
    since: dict[int, int] = {}
    paid_back = _paid_back(awards)
    for part in in_slices(awards):
        events = AwardEvent.objects.filter(award__in=part).order_by("id")
        for award, kind, month, act in events.values_list("award_id", "kind", "month", "act_id"):
            if kind in STOPS:
                since.setdefault(award, month)
            elif kind == AwardEvent.Kind.RESUMED and award in since:
                rest = LiftedSuspension(since.pop(award), month, act, paid_back.get((award, act), month))
                found.setdefault(award, []).append(rest)
    return found


def _paid_back(awards: Sequence[int]) -> dict[tuple[int, int], int]:
    """The first month a resumption owes, by award and act."""
    found: dict[tuple[int, int], int] = {}
    for part in in_slices(awards):
        rows = Arrears.objects.filter(award__in=part, kind=ArrearsKind.RESUMPTION, item="").order_by("id")
        for award, act, month in rows.values_list("award_id", "act_id", "from_month"):
            found[award, act] = min(month, found.get((award, act), month))
    return found


def owed_stretches(first: int, end: int, rests: Sequence[LiftedSuspension]) -> list[tuple[int, int]]:
    """The months of a half-open period that no earlier stop left unpaid, as half-open stretches."""
    unpaid = np.array([(0, rest.first, rest.paid_from) for rest in rests], dtype=np.int64).reshape(-1, 3)
    place, due = months_due(np.array([first]), np.array([end]), Holds(*unpaid.T))
    _, begins, ends = stretches(place, due)
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def runs_from(month: int, rests: Sequence[LiftedSuspension]) -> int:
    """The first month of a pension that is to run from a month: a stop lifted only from later on still holds it."""
    return max([month, *(rest.last for rest in rests)])
