"""What was done about somebody, by whom, and who looked at his whole numbers, the latest first."""

from dataclasses import dataclass, replace

from django.db.models.expressions import RawSQL

from jubao.records.models import Person, Proposal
from jubao.reports.explanation.access import looks_told
from jubao.reports.person.behind import Case, Declared, cases_behind, cases_of, executed_in
from jubao.reports.person.waiting import about
from jubao.vocabulary.viewer import AUDITING, Viewer

DONE = """
SELECT act_id FROM records_identity WHERE person_id = %s
UNION SELECT act_id FROM records_residence WHERE person_id = %s
UNION SELECT act_id FROM records_categoryperiod WHERE person_id = %s
UNION SELECT act_id FROM records_bankaccount WHERE person_id = %s
UNION SELECT act_id FROM records_personmerge WHERE kept_id = %s
UNION SELECT act_id FROM records_enrolment WHERE person_id = %s
UNION SELECT one.act_id FROM records_enrolmentevent one JOIN records_enrolment e ON e.id = one.enrolment_id
  WHERE e.person_id = %s
UNION SELECT act_id FROM records_certification WHERE person_id = %s
UNION SELECT act_id FROM records_contribution WHERE person_id = %s
UNION SELECT act_id FROM records_earlieryear WHERE person_id = %s
UNION SELECT act_id FROM records_award WHERE person_id = %s
UNION SELECT one.act_id FROM records_awardevent one JOIN records_award a ON a.id = one.award_id WHERE a.person_id = %s
UNION SELECT one.act_id FROM records_linehold one JOIN records_bankline l ON l.id = one.bank_line_id
  WHERE l.person_id = %s
UNION SELECT act_id FROM records_payout WHERE person_id = %s
UNION SELECT one.act_id FROM records_payoutredirect one JOIN records_payout p ON p.id = one.payout_id
  WHERE p.person_id = %s
UNION SELECT act_id FROM records_settlement WHERE person_id = %s
UNION SELECT one.act_id FROM records_settlementreversal one JOIN records_settlement s ON s.id = one.settlement_id
  WHERE s.person_id = %s
UNION SELECT act_id FROM records_overpayment WHERE person_id = %s
UNION SELECT one.act_id FROM records_recoveryevent one JOIN records_overpayment c ON c.id = one.overpayment_id
  WHERE c.person_id = %s
UNION SELECT one.act_id FROM records_recoverydemand one JOIN records_overpayment c ON c.id = one.overpayment_id
  WHERE c.person_id = %s
UNION SELECT one.act_id FROM records_instalmentplan one JOIN records_overpayment c ON c.id = one.overpayment_id
  WHERE c.person_id = %s
UNION SELECT act_id FROM records_transfer WHERE person_id = %s
UNION SELECT act_id FROM records_matchcandidate WHERE person_id = %s
UNION SELECT one.act_id FROM records_candidateevent one JOIN records_matchcandidate c ON c.id = one.candidate_id
  JOIN records_auditevent e ON e.id = one.act_id WHERE c.person_id = %s AND e.code <> 'watch.run'
UNION SELECT one.act_id FROM records_verificationfinding one JOIN records_verificationitem i ON i.id = one.item_id
  JOIN records_matchcandidate c ON c.id = i.candidate_id WHERE c.person_id = %s
"""
"""The events that did something about somebody: every table whose rows say so, each asked for him.

Payrolls, credited interest and everything else that is done to everybody at once stands with the money it moved; and that
the monthly watch moves a late suspicion on to another post is no decision about anybody. Written out: Django takes longer
to put so many parts together than the books take to answer them.
"""
MOST_LOOKS = 200
"""Looks that are listed, the latest."""
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
    return RawSQL(DONE, [person.pk] * DONE.count("%s"))  # noqa: S611  the values are bound


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
