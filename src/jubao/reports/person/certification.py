"""Proof of life: every certification, when the next is due, and what a missing one led to."""

from dataclasses import dataclass
from datetime import date

from jubao.records.models import Certification, Person
from jubao.reports.figures.state_on_day import lawful
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import CertificationMethod
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Proof:
    """One certification: the day, how, by whom, and the day and number of the event that recorded it."""

    day: date
    method: str
    checker: str
    on: date
    event: int


@dataclass(frozen=True)
class Proofs:
    """All certifications, the latest first; the month in which the next is due, and whether that is over.

    ``due_month`` is None where nothing is due (no pension) or the law was not checked for the day; ``months`` is how long
    one is good for, None likewise.
    """

    proofs: tuple[Proof, ...]
    due_month: int | None
    is_overdue: bool
    months: int | None


def proofs_of(person: Person, *, is_drawing: bool, viewer: Viewer) -> Proofs:
    """The certifications of somebody, from two statements."""
    rows = Certification.objects.filter(person=person).select_related("act").order_by("-certified_date", "-pk")
    methods = {str(one): one.label for one in CertificationMethod}
    proofs = tuple(
        Proof(row.certified_date, methods.get(row.method, row.method), row.checker, row.act.business_date, row.act_id)
        for row in rows
    )
    cycle = lawful("certification.cycle_months", viewer.day)
    good_for = None if cycle is None else int(cycle)
    due = None
    if is_drawing and good_for is not None:
        due = months.add(months.of(proofs[0].day), good_for) if proofs else months.of(viewer.day)
    return Proofs(proofs, due, due is not None and due < months.of(viewer.day), good_for)
