"""What was known by a window's day, as columns of a list's own statement: each is looked up behind its row by an index.

A fact belongs to the event that wrote it, and an event bears its business date: known on a day is what joins to an event
of that day or an earlier one. So the database decides who is on a list, counts it and cuts its pages, whatever the day.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat

from jubao.records.models import (
    AccountEntry,
    CategoryPeriod,
    Certification,
    EnrolmentEvent,
    RecoveryEvent,
    Residence,
    WithdrawnMonth,
)
from jubao.reports.catalogue.recovery import RETURNED
from jubao.reports.figures.recovered import recoveries
from jubao.reports.figures.window import Window

Dated = type[Residence | CategoryPeriod]


def latest_known(model: Dated, column: str, window: Window, *, person: str = "pk") -> Coalesce:
    """The value of somebody's latest period that had begun and was known by the day, empty without one.

    Args:
        person: path from the list's row to the person.
    """
    begun = model.objects.filter(window.known(), valid_from__lte=window.as_of, person=OuterRef(person))
    return Coalesce(Subquery(begun.order_by("-valid_from", "-pk").values(column)[:1]), Value(""))


def state_known(window: Window, *, person: str = "pk") -> Subquery:
    """How somebody's relation stood on the day, as the two codes of ``RelationState``; nothing before the enrolment."""
    events = EnrolmentEvent.objects.filter(window.known(), enrolment__person=OuterRef(person)).order_by("-pk")
    return Subquery(events.values(both=Concat("enrolment_state", "contribution_state"))[:1])


def balance_known(window: Window, *, person: str = "pk") -> Coalesce:
    """What an individual account held on the day, fen."""
    entries = AccountEntry.objects.filter(window.known(), person=OuterRef(person)).order_by()
    return Coalesce(Subquery(entries.values("person").values(fen=Sum("amount_fen"))), Value(0))


def certified_known(window: Window, *, person: str) -> Subquery:
    """The day of somebody's last certification known by the day, empty without one."""
    known = Certification.objects.filter(window.known(), person=OuterRef(person)).order_by("-certified_date", "-pk")
    return Subquery(known.values("certified_date")[:1])


def rest_known(window: Window) -> Any:
    """What of a claim was open on the day, fen: its amount less everything that had lessened it."""
    events = RecoveryEvent.objects.filter(window.known(), overpayment=OuterRef("pk")).order_by()
    return F("amount_fen") - Coalesce(Subquery(events.values("overpayment").values(fen=Sum("amount_fen"))), Value(0))


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
