"""Suspensions that ended again: which months they had covered, and what was sent before they ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from jubao.operations.people import in_slices
from jubao.records.models import AwardEvent


@dataclass(frozen=True)
class Rest:
    """A suspension that was lifted: first month held, first month running again, and the act that lifted it."""

    first: int
    last: int
    lifted_by: int

    def covers(self, month: int, sent_by: int) -> bool:
        """Whether the lifting act decided about a month that an earlier act had tried to pay."""
        return self.first <= month < self.last and sent_by < self.lifted_by


def rests_of(awards: Sequence[int]) -> dict[int, list[Rest]]:
    """Lifted suspensions by award, in the order they happened."""
    found: dict[int, list[Rest]] = {}
    since: dict[int, int] = {}
    for part in in_slices(awards):
        events = AwardEvent.objects.filter(award__in=part).order_by("id")
        for award, kind, month, act in events.values_list("award_id", "kind", "month", "act_id"):
            if kind == AwardEvent.Kind.SUSPENDED:
                since[award] = month
            elif kind == AwardEvent.Kind.RESUMED and award in since:
                found.setdefault(award, []).append(Rest(since.pop(award), month, act))
    return found
