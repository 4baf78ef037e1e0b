"""Who stands where on a day: the latest known state of relations and awards, settlements, and the law of that day."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from jubao.policy.in_force import NoLawForDay
from jubao.records.models import AwardEvent, EnrolmentEvent, Office, Settlement, SettlementReversal
from jubao.reports.figures.window import Window
from jubao.reports.law import office_policy

OPENING = "register.open"
ENDED = "4"
Kind = AwardEvent.Kind


def relations(window: Window) -> QuerySet[EnrolmentEvent]:
    """The latest state of every relation known by the day, ended ones included."""
    known = EnrolmentEvent.objects.filter(window.known())
    latest = known.filter(enrolment=OuterRef("enrolment")).order_by("-pk").values("pk")[:1]
    return known.filter(pk=Subquery(latest))


def awards(window: Window) -> QuerySet[AwardEvent]:
    """The latest event of every award known by the day that has not ended."""
    known = AwardEvent.objects.filter(window.known())
    latest = known.filter(award=OuterRef("award")).order_by("-pk").values("pk")[:1]
    return known.filter(pk=Subquery(latest)).exclude(kind=Kind.ENDED)


def settlements(window: Window) -> QuerySet[Settlement]:
    """Settlements known by the day and not taken back by then."""
    return Settlement.objects.filter(window.known(), ~window.known("reversal__act"))


def taken_back(window: Window, person: str = "person") -> Exists:
    """Whether a row was written by a settlement that was taken back by the day; ``person`` is the path to whom."""
    whose = {"settlement__act": OuterRef("act"), "settlement__person": OuterRef(person)}
    return Exists(SettlementReversal.objects.filter(window.known(), **whose))


def lawful(name: str, on: date, area: str | None = None) -> Any:
    """A value of the law where the office is; None before there is an office or where nobody verified the law."""
    if area is None:
        area = Office.objects.order_by("pk").values_list("district_code", flat=True).first()
    try:
        return office_policy().value(name, on=on, area=area) if area else None
    except NoLawForDay:
        return None
