"""What was known by a window's day of some people or claims: one query for each chunk of a list, answered by an index."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Sum

from jubao.records.models import CategoryPeriod, EnrolmentEvent, RecoveryEvent, Residence, WithdrawnMonth
from jubao.reports.catalogue.recovery import RETURNED
from jubao.reports.figures.recovered import recoveries
from jubao.reports.figures.window import Window
from jubao.vocabulary.codes import RelationState

Dated = type[Residence | CategoryPeriod]


def latest_of_some(model: Dated, column: str, window: Window, people: Iterable[int]) -> dict[int, str]:
    """The value of the latest period that had begun and was known by the day, by person."""
    begun = model.objects.filter(window.known(), valid_from__lte=window.as_of, person__in=list(people))
    return dict(begun.order_by("valid_from", "pk").values_list("person_id", column))


def states_of_some(window: Window, people: Iterable[int]) -> dict[int, RelationState]:
    """How the relation of each person stood on the day; nobody who was not yet enrolled."""
    known = EnrolmentEvent.objects.filter(window.known(), enrolment__person__in=list(people)).order_by("pk")
    pairs = known.values_list("enrolment__person_id", "enrolment_state", "contribution_state")
    return {person: RelationState.of(*pair) for person, *pair in pairs}


def lessened(window: Window, claims: Sequence[int]) -> dict[int, dict[str, int]]:
    """By claim what had come back by the day, what was given up, and what was claimed no longer; the rest is open."""
    known = recoveries(window).filter(overpayment__in=claims).order_by()
    found: dict[int, dict[str, int]] = {key: {"back_fen": 0, "given_up_fen": 0, "withdrawn_fen": 0} for key in claims}
    for name, kinds in (("back_fen", RETURNED), ("given_up_fen", ("WRITTEN_OFF",))):
        rows: Any = known.filter(kind__in=kinds).values_list("overpayment_id").annotate(fen=Sum("amount_fen"))
        for claim, fen in rows:
            found[claim][name] = fen
    gone = WithdrawnMonth.objects.filter(window.known(), overpaid_month__overpayment__in=claims).order_by()
    for claim, fen in gone.values_list("overpaid_month__overpayment_id").annotate(fen=Sum("amount_fen")):
        found[claim]["withdrawn_fen"] = fen
    return found


def settled_of_some(window: Window, claims: Sequence[int]) -> dict[int, int]:
    """Everything that had lessened each claim by the day, fen."""
    rows = RecoveryEvent.objects.filter(window.known(), overpayment__in=claims).order_by()
    return dict(rows.values_list("overpayment_id").annotate(fen=Sum("amount_fen")))
