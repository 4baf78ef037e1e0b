"""Awarding a pension: conditions, years, interest settled, the account spread over the divisor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.operations.contributions.accounts import Ids, balance_matrix
from jubao.operations.contributions.contribution import contributed_years
from jubao.operations.contributions.open_interest import interest_owed, post_owed
from jubao.operations.contributions.years import credited_years
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, PastDay, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.open_suspicions import check_not_suspected
from jubao.operations.pensions.account_stages import account_stages
from jubao.operations.pensions.components import account_components, add_basics
from jubao.operations.pensions.open_month import first_open_month
from jubao.operations.people import (
    accounts_of,
    awards_of,
    change_state,
    enrolments_of,
    find_people,
    ids_of,
    in_slices,
    shown,
)
from jubao.operations.registers.kinds import HOLDING
from jubao.records.models import Arrears, Award, AwardEvent, Contribution, Person
from jubao.reports.law import office_policy
from jubao.rules.eligibility import age_month, arrears_years, bounded_start, required_years, start_month
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind, ContributionState, LateAward, ShortfallStart
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Months

AT_TAKEOVER = 190001
"""The month a last missing year was paid in, where none was missing at the takeover."""


class GrantAward(Arguments):
    """A person who reached the pension age and applied, on what form and when."""

    person: PersonRef = ask("参保人", "Insured person", hint="公民身份号码或个人编号")
    form: Evidence = ask("申请表", "Application form", longest=80, hint="申请表编号，如 2017-待-0312")
    applied_date: PastDay = ask("申请日期", "Applied on", not_after="today", hint="如 2017-06-01")


@dataclass(frozen=True)
class Entitlement:
    """Years, month in which the last condition was met, and first month of each applicant, in the order of the cases."""

    required: Ids
    paid: Ids
    met: Ids
    start: Ids


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
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        entitled = entitlement(people, [case.applied_date for case in cases], view)
        enrolments, running = enrolments_of(people, view), awards_of(people, view)
        payable, waiting = accounts_of(people, view), _with_uncredited_money(people)
        short = arrears_years(entitled.required, entitled.paid)
        for index, person in enumerate(people):
            number, place = index + 1, shown(person.resident_number)
            if person.pk in running:
                faults.add(number, "person", "已在领取待遇", place=place)
            elif enrolments[person.pk].contribution_state == ContributionState.ENDED:
                faults.add(number, "person", "参保关系已终止", place=place)
            if cases[index].applied_date < months.first_day(enrolments[person.pk].enrolled_month):
                rule = f"申请日期 {cases[index].applied_date} 早于参保时间 {enrolments[person.pk].enrolled_month}"
                faults.add(number, "applied_date", rule, next_step="请按申请表上的日期填写", place=place)
            if int(entitled.met[index]) > months.of(view.on):
                faults.add(number, "person", f"{view.on} 尚未到龄", place=place)
            if short[index]:
                years = f"应缴 {entitled.required[index]} 年，实缴 {entitled.paid[index]} 年，欠费 {short[index]} 年"
                faults.add(number, "person", years, place=place)
            if person.pk in waiting:
                faults.add(number, "person", "有已到账未记账的缴费", next_step="请先记账划拨", place=place)
            if person.pk not in payable:
                faults.add(number, "person", "没有可用的银行账户", next_step="请先登记账户", place=place)
        check_not_suspected(people, HOLDING, faults)
        return faults

    def plan(self, cases: Sequence[GrantAward], view: View) -> Changes:
        """Interest settled, the awards with their components, months already past, and the states."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        applied = [case.applied_date for case in cases]
        entitled = entitlement(people, applied, view)
        person = ids_of(people)
        _settle(person, entitled.start, changes)
        balance = balance_matrix(person, changes)
        award = _insert(person, cases, entitled, balance, changes)
        account_components(award, entitled.start, account_stages(person, entitled.start, balance), changes)
        add_basics(award, entitled.start, entitled.paid, birth_months(people), changes)
        _owe_past_months(award, entitled.start, changes)
        enrolments = enrolments_of(people, view)
        change_state([enrolments[p.pk] for p in people], to=("1", "3"), reason="", changes=changes)
        return changes.giving(awarded=len(people))


def entitlement(people: Sequence[Person], applied: Sequence[date], view: View) -> Entitlement:
    """Years due and paid, and the first month of a pension, by the law as known on the business date."""
    key = ("entitlement", tuple(p.pk for p in people), tuple(applied))
    return view.once(key, lambda: _entitlement(people, applied, view))


def _entitlement(people: Sequence[Person], applied: Sequence[date], view: View) -> Entitlement:
    today = view.law
    birth = np.array([p.birth_date for p in people], dtype="datetime64[D]")
    pension_age = int(today.value("scheme.pension_age"))
    launch = today.value("scheme.launch_date")
    required = required_years(birth, launch, pension_age, int(today.value("scheme.required_years")))
    years = contributed_years(people)
    paid = np.array([years[p.pk] for p in people], dtype=np.int64)
    reached, complete = age_month(birth, pension_age), _years_met(people, required, paid)
    if today.value("procedure.shortfall_start_rule") == ShortfallStart.AFTER_AGE:
        complete = np.full_like(complete, AT_TAKEOVER)
    complete = np.maximum(complete, _joined(people, launch, view))
    late = today.value("procedure.late_award_rule") == LateAward.AFTER_APPLICATION
    asked = np.array([months.of(day) for day in applied], dtype=np.int64) if late else None
    due = start_month(reached, complete, offset=int(today.value("scheme.start_month_offset")))
    return Entitlement(required, paid, np.maximum(reached, complete), bounded_start(due, launch=launch, applied=asked))


def birth_months(people: Sequence[Person]) -> Months:
    """Month of birth of some people, shape (n,), YYYYMM."""
    return months.of_days(np.array([person.birth_date for person in people], dtype="datetime64[D]"))


def _years_met(people: Sequence[Person], required: Ids, paid: Ids) -> Ids:
    """Month in which the last missing year was paid."""
    met = np.full(len(people), AT_TAKEOVER, dtype=np.int64)
    credited = credited_years([person.pk for person in people])
    for index, person in enumerate(people):
        paid_in = sorted(credited[person.pk].values())
        missing = int(required[index]) - (int(paid[index]) - len(paid_in))
        if 0 < missing <= len(paid_in):
            met[index] = paid_in[missing - 1]
    return met


def _joined(people: Sequence[Person], launch: date, view: View) -> Ids:
    """Month in which the relation came in; who was in it when the scheme began had not to wait for it."""
    enrolments = enrolments_of(people, view)
    joined = np.array([enrolments[person.pk].enrolled_month for person in people], dtype=np.int64)
    return np.where(joined > months.of(launch), joined, AT_TAKEOVER)


def _with_uncredited_money(people: Sequence[Person]) -> set[int]:
    waiting = Contribution.objects.filter(crediting__isnull=True).order_by("id")
    keys = [person.pk for person in people]
    return {k for part in in_slices(keys) for k in waiting.filter(person__in=part).values_list("person_id", flat=True)}


def _settle(person: Ids, start: Ids, changes: Changes) -> None:
    """Settle all interest not posted yet up to the month before the pension starts (结清), of years still open, too."""
    wanted = np.array([months.add(int(m), -1) for m in start], dtype=np.int64)
    for through in np.unique(wanted)[::-1].tolist():
        some = person[wanted == through]
        owed = interest_owed(some, through_month=through, view=changes.view, changes=changes)
        post_owed(some, owed, changes=changes)


def _insert(person: Ids, cases: Sequence[GrantAward], entitled: Entitlement, balance: Fen, changes: Changes) -> Ids:
    applied, forms = [case.applied_date for case in cases], [case.form for case in cases]
    award = changes.insert(
        Award,
        {
            "person_id": person,
            "start_month": entitled.start,
            "contributed_years": entitled.paid,
            "applied_date": applied,
            "required_years": entitled.required,
            "balance_fen": balance.sum(axis=1),
            "policy_fingerprint": office_policy().fingerprint,
        },
        count=person.size,
    )
    changes.insert(
        AwardEvent,
        {
            "award_id": award,
            "kind": str(AwardEvent.Kind.STARTED),
            "month": entitled.start,
            "evidence": [f"申请表：{form}" for form in forms],
            "evidence_date": applied,
        },
        count=person.size,
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
