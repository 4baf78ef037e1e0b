"""Awarding a pension: conditions, years, interest settled, the account spread over the divisor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import balance_matrix
from jubao.operations.contributions.open_interest import interest_owed, post_owed
from jubao.operations.envelope.changes import Changes, Ids
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PastDay, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.open_suspicions import check_not_suspected
from jubao.operations.pensions.components import add_account_parts, add_basics
from jubao.operations.pensions.open_month import first_open_month
from jubao.operations.people import PeopleTable, change_state, people_table
from jubao.operations.registers.kinds import HOLDING
from jubao.records.models import Arrears, Award, AwardEvent
from jubao.reports.law import office_policy
from jubao.reports.paid_years import contributed_years, paid_years
from jubao.rules.eligibility import age_month, arrears_years, bounded_start, required_years, start_month
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind, ContributionState, LateAward, ShortfallStart
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Days, Months

AT_TAKEOVER = 190001
"""The month a last missing year was paid in, where none was missing at the takeover."""


class GrantAward(Arguments):
    """A person who reached the pension age and applied, on what form and when."""

    person: PersonRef = ask("参保人", "Insured person", hint="公民身份号码或个人编号")
    form: Evidence = ask("申请表", "Application form", longest=80, hint="申请表编号，如 2017-待-0312")
    applied_date: PastDay = ask("申请日期", "Applied on", not_after="today", hint="如 2017-06-01")


@dataclass(frozen=True)
class Applicants:
    """Who applied, as columns of one length in the order of the cases.

    ``applied`` is the day of the application, ``form`` its paper; ``required``, ``paid`` and ``missing`` are years, ``met``
    the month in which the last condition was met, ``start`` the first month of the pension.
    """

    people: PeopleTable
    applied: Days
    form: NDArray[np.str_]
    required: Ids
    paid: Ids
    missing: Ids
    met: Months
    start: Months


@act(
    "award.grant",
    title="待遇核定",
    asks=GrantAward,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.AWARD,
    undone_by="award.terminate",
    deadline="procedure.statutory_workdays:pension_claim",
    papers=[Paper("待遇领取申请表"), Paper("居民身份证、户口簿复印件", required=False)],
    gives=[Given("awarded", "核定人数", "people awarded", Unit.PEOPLE)],
)
class Grant:
    """Award pensions from the month after the conditions were met; months already past are arrears.

    Source: 国发〔2014〕8号第六、七条；社会保险经办条例第十八条.
    """

    def check(self, cases: Sequence[GrantAward], view: View) -> Faults:
        """Old enough, every year paid and credited, nothing drawn or ended, and an account to pay to."""
        faults = Faults()
        people = people_table([case.person for case in cases], view, faults)
        if faults:
            return faults
        applicants = applicants_of(cases, view)
        for row, place in enumerate(people.number.tolist()):
            for field, rule, next_step in _rules_broken(applicants, row, view.on):
                faults.add(row + 1, field, rule, next_step=next_step, place=place)
        check_not_suspected(people, HOLDING, faults)
        return faults

    def plan(self, cases: Sequence[GrantAward], view: View) -> Changes:
        """Interest settled, the awards with their components, months already past, and the states."""
        changes, applicants = Changes(view), applicants_of(cases, view)
        people, start = applicants.people, applicants.start
        _settle(people.person, start, changes)
        balance = balance_matrix(people.person, changes)
        award = _insert(applicants, balance, changes)
        add_account_parts(award, people.person, start, balance, changes)
        add_basics(award, start, applicants.paid, months.of_days(people.birth), changes)
        _owe_past_months(award, start, changes)
        change_state(people, to=("1", "3"), reason="", changes=changes)
        return changes.giving(awarded=award.size)


def _rules_broken(applicants: Applicants, row: int, today: date) -> Iterator[tuple[str, str, str]]:
    """Field, rule and next step of everything that stands against one applicant."""
    people, joined = applicants.people, int(applicants.people.enrolled_month[row])
    if people.award[row]:
        yield "person", "已在领取待遇", ""
    elif people.contribution_state[row] == ContributionState.ENDED.value:
        yield "person", "参保关系已终止", ""
    if applicants.applied[row] < np.datetime64(months.first_day(joined)):
        yield "applied_date", f"申请日期 {applicants.applied[row]} 早于参保时间 {joined}", "请按申请表上的日期填写"
    if applicants.met[row] > months.of(today):
        yield "person", f"{today} 尚未到龄", ""
    if short := applicants.missing[row]:
        years = f"应缴 {applicants.required[row]} 年，实缴 {applicants.paid[row]} 年，欠费 {short} 年"
        yield "person", years, ""
    if people.uncredited[row]:
        yield "person", "有已到账未记账的缴费", "请先记账划拨"
    if not people.account[row]:
        yield "person", "没有可用的银行账户", "请先登记账户"


def applicants_of(cases: Sequence[GrantAward], view: View) -> Applicants:
    """Years due and paid, and the first month of each pension, by the law as known on the business date."""
    return view.once(("applicants", tuple(cases)), lambda: _applicants(cases, view))


def _applicants(cases: Sequence[GrantAward], view: View) -> Applicants:
    today, people = view.law, people_table([case.person for case in cases], view)
    applied = np.array([case.applied_date for case in cases], dtype="datetime64[D]")
    age, launch = int(today.value("scheme.pension_age")), today.value("scheme.launch_date")
    required = required_years(people.birth, launch, age, int(today.value("scheme.required_years")))
    here = paid_years(people.person)
    paid = contributed_years(people.person, here)
    missing_at_takeover = required - (paid - here.count(people.person))
    complete = here.complete_in(people.person, missing_at_takeover, otherwise=AT_TAKEOVER)
    if today.value("procedure.shortfall_start_rule") == ShortfallStart.AFTER_AGE:
        complete = np.full_like(complete, AT_TAKEOVER)
    reached, complete = age_month(people.birth, age), np.maximum(complete, _joined(people, launch))
    late = today.value("procedure.late_award_rule") == LateAward.AFTER_APPLICATION
    due = start_month(reached, complete, offset=int(today.value("scheme.start_month_offset")))
    return Applicants(
        people,
        applied,
        form=np.array([case.form for case in cases], dtype=np.str_),
        required=required,
        paid=paid,
        missing=arrears_years(required, paid),
        met=np.maximum(reached, complete),
        start=bounded_start(due, launch=launch, applied=months.of_days(applied) if late else None),
    )


def _joined(people: PeopleTable, launch: date) -> Months:
    """Month in which the relation came in; who was in it when the scheme began had not to wait for it."""
    return np.where(people.enrolled_month > months.of(launch), people.enrolled_month, AT_TAKEOVER)


def _settle(person: Ids, start: Months, changes: Changes) -> None:
    """Settle all interest not posted yet up to the month before the pension starts (结清), of years still open, too."""
    wanted = months.add(start, -1)
    for through in np.unique(wanted)[::-1].tolist():
        some = person[wanted == through]
        owed = interest_owed(some, through_month=through, view=changes.view, changes=changes)
        post_owed(some, owed, changes=changes)


def _insert(applicants: Applicants, balance: Fen, changes: Changes) -> Ids:
    count, applied = applicants.applied.size, applicants.applied.tolist()
    award = changes.insert(
        Award,
        {
            "person_id": applicants.people.person,
            "start_month": applicants.start,
            "contributed_years": applicants.paid,
            "applied_date": applied,
            "required_years": applicants.required,
            "balance_fen": balance.sum(axis=1),
            "policy_fingerprint": office_policy().fingerprint,
        },
        count=count,
    )
    changes.insert(
        AwardEvent,
        {
            "award_id": award,
            "kind": str(AwardEvent.Kind.STARTED),
            "month": applicants.start,
            "evidence": [f"申请表：{form}" for form in applicants.form.tolist()],
            "evidence_date": applied,
        },
        count=count,
    )
    return award


def _owe_past_months(award: Ids, start: Ids, changes: Changes) -> None:
    """Months whose payroll already ran are owed as award back-pay (核定补发)."""
    open_from = first_open_month(changes.view)
    rows = np.flatnonzero(start < open_from)
    changes.insert(
        Arrears,
        {
            "award_id": award[rows],
            "kind": str(ArrearsKind.AWARD),
            "from_month": start[rows],
            "to_month": open_from,
        },
        count=rows.size,
    )
