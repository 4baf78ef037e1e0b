"""What was done about somebody, by whom, and who looked at his whole numbers, the latest first."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from jubao.records.facts import Fact
from jubao.records.models import (
    Award,
    AwardEvent,
    BankAccount,
    CandidateEvent,
    CategoryPeriod,
    Certification,
    Contribution,
    EarlierYear,
    Enrolment,
    EnrolmentEvent,
    Identity,
    InstalmentPlan,
    LineHold,
    MatchCandidate,
    Overpayment,
    Payout,
    PayoutRedirect,
    Person,
    PersonMerge,
    Proposal,
    RecoveryDemand,
    RecoveryEvent,
    Residence,
    Settlement,
    SettlementReversal,
    Transfer,
    VerificationFinding,
)
from jubao.reports.explanation.access import looks_told
from jubao.reports.person.behind import Case, Declared, cases_behind, cases_of, executed_in
from jubao.reports.person.waiting import about
from jubao.vocabulary.viewer import AUDITING, Viewer

TOUCHED: dict[type[Fact], str] = {
    Award: "person",
    AwardEvent: "award__person",
    BankAccount: "person",
    CategoryPeriod: "person",
    Certification: "person",
    Contribution: "person",
    EarlierYear: "person",
    Enrolment: "person",
    EnrolmentEvent: "enrolment__person",
    Identity: "person",
    InstalmentPlan: "overpayment__person",
    LineHold: "bank_line__person",
    MatchCandidate: "person",
    Overpayment: "person",
    Payout: "person",
    PayoutRedirect: "payout__person",
    PersonMerge: "kept",
    RecoveryDemand: "overpayment__person",
    RecoveryEvent: "overpayment__person",
    Residence: "person",
    Settlement: "person",
    SettlementReversal: "settlement__person",
    Transfer: "person",
    VerificationFinding: "item__candidate__person",
}
"""Tables whose rows say that something was done about somebody, and the path to him.

Payrolls, credited interest and everything else that is done to everybody at once stands with the money it moved.
"""
MOST_LOOKS = 200
"""Looks that are listed, the latest."""
WATCH = "watch.run"
"""The monthly watch moves late suspicions on to another post; that is no decision about anybody."""
NOT_DONE = (Proposal.State.PENDING, Proposal.State.REJECTED, Proposal.State.VOID)


@dataclass(frozen=True)
class Look:
    """One look at whole numbers: when, in which post, why, how, and what was shown.

    ``staff`` and ``words`` are told to the audit posts alone, empty for the others.
    """

    at: str
    post: str
    reason: str
    command: str
    masks: str
    staff: str
    words: str


@dataclass(frozen=True)
class Trail:
    """Cases about somebody and looks at him, the latest first; whether names of who looked are told."""

    cases: tuple[Case, ...]
    looks: tuple[Look, ...]
    names_told: bool


def events_about(person: Person) -> RawSQL:
    """A question for the numbers of events that did something about somebody, to be asked within another."""
    sql, values = _events_of(connection.vendor)
    return RawSQL(sql, [person.pk if value == ANYBODY else value for value in values])  # noqa: S611  values are bound


ANYBODY = -1


@cache
def _events_of(_: str) -> tuple[str, tuple[Any, ...]]:
    """The statement and its values, ``ANYBODY`` in place of the person: written once, since it has a part for each table."""
    first, *rest = (
        model._default_manager.filter(**{path: ANYBODY}).order_by().values_list("act_id", flat=True)
        for model, path in TOUCHED.items()
    )
    decided = CandidateEvent.objects.filter(candidate__person=ANYBODY).exclude(act__code=WATCH)
    together = first.union(*rest, decided.order_by().values_list("act_id", flat=True))
    sql, values = together.query.sql_with_params()
    return sql, tuple(values)


def latest_cases(person: Person, declared: Declared, *, viewer: Viewer, most: int) -> tuple[Case, ...]:
    """What was done about somebody last, from two statements."""
    return tuple(cases_behind(events_about(person), declared, viewer=viewer, most=most).values())


def all_cases(person: Person, declared: Declared, *, viewer: Viewer) -> tuple[Case, ...]:
    """What was done about somebody, what waits and what was turned down, the latest first, from three statements."""
    executed = {key: event for event, key in executed_in(events_about(person)).items()}
    not_done = list(about(person, *NOT_DONE).values_list("pk", flat=True))
    found = cases_of([*executed, *not_done], declared, viewer=viewer)
    cases = (replace(case, event=executed.get(key, 0)) for key, case in found.items())
    return tuple(sorted(cases, key=lambda case: (case.on, case.event), reverse=True))


def trail_of(person: Person, declared: Declared, *, viewer: Viewer) -> Trail:
    """Everything done about somebody, and every look at him."""
    names_told = bool(viewer.posts & AUDITING)
    looks = tuple(
        Look(
            one["at"],
            one["post"],
            one["reason"],
            one["command"],
            one["masks"],
            one.get("staff", ""),
            one.get("words", ""),
        )
        for one in looks_told(person, with_staff=names_told, most=MOST_LOOKS)
    )
    return Trail(all_cases(person, declared, viewer=viewer), looks, names_told)
