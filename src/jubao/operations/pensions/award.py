"""Awarding a pension: conditions, years, interest settled, the account spread over the divisor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, Ids, balance_matrix, settle_interest
from jubao.operations.contributions.contribution import contributed_years
from jubao.operations.contributions.years import credited_years
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import Law, law
from jubao.operations.people import accounts_of, awards_of, change_state, enrolments_of, find_people, ids_of, shown
from jubao.policy.store import Policy
from jubao.records import bulk
from jubao.records.models import Arrears, Award, AwardComponent, AwardEvent, Contribution, PayrollRun, Person
from jubao.rules.benefit import account_pension_by_source, increment
from jubao.rules.eligibility import age_month, arrears_years, required_years, start_month
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind, BenefitItem
from jubao.vocabulary.fen import Fen


class GrantAward(Arguments):
    """A person who reached the pension age and applied."""

    person: str
    applied_date: date


@dataclass(frozen=True)
class Entitlement:
    """Years and first month of each applicant, in the order of the cases."""

    required: Ids
    paid: Ids
    start: Ids


@act("award.grant", title="待遇核定", arguments=GrantAward, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)], workdays=20)  # fmt: skip
def grant_awards(cases: Sequence[GrantAward], *, on: date, act: ActReference) -> Result:
    """Award pensions from the month after the conditions were met; months already past are arrears.

    Source: 国发〔2014〕8号第六、七条；社会保险经办条例第十八条.
    """
    people = find_people([case.person for case in cases])
    today = law(on)
    entitled = _entitlement(people, today)
    _refuse(people, cases, entitled, on)
    person = ids_of(people)
    _settle(person, entitled.start, on, act)
    balance = balance_matrix(person)
    award = _insert(people, cases, entitled, balance, act)
    _account_components(award, entitled.start, balance, act)
    _basic_components(award, entitled, on, act)
    _owe_past_months(award, entitled.start, on, act)
    enrolments = enrolments_of(people)
    change_state([enrolments[p.pk] for p in people], to=("1", "3"), reason="", on=on, act=act)
    return {"awarded": len(people)}


def _entitlement(people: Sequence[Person], today: Law) -> Entitlement:
    birth = np.array([p.birth_date for p in people], dtype="datetime64[D]")
    pension_age = int(today.value("scheme.pension_age"))
    required = required_years(
        birth, today.value("scheme.launch_date"), pension_age, int(today.value("scheme.required_years"))
    )
    years = contributed_years(people)
    paid = np.array([years[p.pk] for p in people], dtype=np.int64)
    reached = age_month(birth, pension_age)
    return Entitlement(required, paid, start_month(reached, _years_met(people, required, paid)))


def _years_met(people: Sequence[Person], required: Ids, paid: Ids) -> Ids:
    """Month in which the last missing year was paid; 190001 when none was missing at the takeover."""
    met = np.full(len(people), 190001, dtype=np.int64)
    credited = credited_years([person.pk for person in people])
    for index, person in enumerate(people):
        paid_in = sorted(credited[person.pk].values())
        missing = int(required[index]) - (int(paid[index]) - len(paid_in))
        if 0 < missing <= len(paid_in):
            met[index] = paid_in[missing - 1]
    return met


def _refuse(people: Sequence[Person], cases: Sequence[GrantAward], entitled: Entitlement, on: date) -> None:
    enrolments, running = enrolments_of(people), awards_of(people)
    payable = accounts_of(people, on=on)
    waiting = set(Contribution.objects.filter(crediting__isnull=True).values_list("person_id", flat=True))
    short = arrears_years(entitled.required, entitled.paid)
    faults = []
    for index, (person, case) in enumerate(zip(people, cases, strict=True)):
        where = f"第{index + 1}项 {shown(person.resident_number)}"
        if person.pk in running:
            faults.append(f"{where}：已在领取待遇")
        elif enrolments[person.pk].contribution_state == "3":
            faults.append(f"{where}：参保关系已终止")
        if months.add(int(entitled.start[index]), -1) > months.of(on):
            faults.append(f"{where}：{on} 尚未到龄")
        if short[index]:
            faults.append(f"{where}：应缴 {entitled.required[index]} 年，实缴 {entitled.paid[index]} 年，欠费 {short[index]} 年")
        if person.pk in waiting:
            faults.append(f"{where}：有已到账未记账的缴费，请先记账划拨")
        if person.pk not in payable:
            faults.append(f"{where}：没有可用的银行账户")
        if case.applied_date > on:
            faults.append(f"{where}：申请日期晚于办理日期")
    if faults:
        raise Refused(f"待遇核定未办理：共 {len(faults)} 处不符合条件", faults=faults)


def _settle(person: Ids, start: Ids, on: date, act: ActReference) -> None:
    """Settle interest up to the month before the pension starts (结清).

    A start in January or earlier needs none: the year-ends before it have posted all its interest.
    """
    wanted = np.array([months.add(int(m), -1) for m in start], dtype=np.int64)
    for through in np.unique(wanted[wanted // 100 == on.year]).tolist():
        settle_interest(person[wanted == through], through_month=through, act=act, **law(on).interest_terms())


def _insert(
    people: Sequence[Person], cases: Sequence[GrantAward], entitled: Entitlement, balance: Fen, act: ActReference
) -> Ids:
    award = bulk.insert(
        Award,
        {
            "person_id": ids_of(people), "start_month": entitled.start, "contributed_years": entitled.paid,
            "applied_date": [case.applied_date for case in cases], "required_years": entitled.required,
            "balance_fen": balance.sum(axis=1), "policy_fingerprint": Policy.load().fingerprint,
            "suspended_from": None, "ended_month": None, "act_id": act.id,
        },
        count=len(people),
    )  # fmt: skip
    bulk.insert(
        AwardEvent,
        {
            "award_id": award, "kind": str(AwardEvent.Kind.STARTED), "month": entitled.start, "reason": "",
            "evidence": [f"申请日期 {case.applied_date}" for case in cases], "evidence_date": None,
            "next_step_post": "", "due_date": None, "memo": "", "act_id": act.id,
        },
        count=len(people),
    )  # fmt: skip
    return award


def _account_components(award: Ids, start: Ids, balance: Fen, act: ActReference) -> None:
    divisor = {int(m): int(law(months.first_day(int(m))).value("benefit.annuity_divisor")) for m in np.unique(start)}
    parts = np.zeros_like(balance)
    for month, months_divisor in divisor.items():
        rows = start == month
        parts[rows] = account_pension_by_source(balance[rows], divisor=months_divisor)
    for column, source in enumerate(SOURCES):
        add_components(award, str(BenefitItem.of(source)), parts[:, column], start, None, act)


def _basic_components(award: Ids, entitled: Entitlement, on: date, act: ActReference) -> None:
    """Basic pension by payer from the start month on; one row for each rate in force until today."""
    for index, (award_id, first) in enumerate(zip(award.tolist(), entitled.start.tolist(), strict=True)):
        for item, periods in _basic_history(int(first), on, int(entitled.paid[index])).items():
            for from_month, to_month, fen in periods:
                add_components(np.array([award_id]), item, np.array([fen]), np.array([from_month]), to_month, act)


def _basic_history(first: int, on: date, years: int) -> dict[str, list[tuple[int, int | None, int]]]:
    """By item: (from month, to month or None, fen) for each stretch of equal amounts."""
    last = max(months.of(on), first)
    history: dict[str, list[tuple[int, int | None, int]]] = {}
    for month in [*months.span(first, last), last]:
        now = law(months.first_day(month))
        amounts = now.basic_parts()
        extra = increment(
            np.array([years]), threshold=int(now.value("benefit.increment_threshold_years")),
            per_year_fen=int(now.value("benefit.increment_per_year")),
        )  # fmt: skip
        amounts |= {str(BenefitItem.INCREMENT): int(extra[0])} if extra[0] else {}
        for item in sorted(set(history) | set(amounts)):
            _extend(history.setdefault(item, []), month, amounts.get(item, 0))
    return history


def _extend(periods: list[tuple[int, int | None, int]], month: int, fen: int) -> None:
    if periods and periods[-1][1] is None:
        if periods[-1][2] == fen:
            return
        periods[-1] = (periods[-1][0], month, periods[-1][2])
    if fen:
        periods.append((month, None, fen))


def add_components(award: Ids, item: str, amount: Fen, start: Ids, to_month: int | None, act: ActReference) -> None:
    """Add one item to awards; zero amounts fall away."""
    kept = np.flatnonzero(amount)
    bulk.insert(
        AwardComponent,
        {"award_id": award[kept], "item": item, "amount_fen": amount[kept], "from_month": start[kept],
         "to_month": to_month, "act_id": act.id},
        count=kept.size,
    )  # fmt: skip


def _owe_past_months(award: Ids, start: Ids, on: date, act: ActReference) -> None:
    """Months whose payroll already ran are owed as award back-pay (核定补发)."""
    last_run = PayrollRun.objects.order_by("-month").values_list("month", flat=True).first()
    if last_run is None:
        last_run = months.add(months.of(on), -1)
    open_from = months.add(last_run, 1)
    rows = np.flatnonzero(start < open_from)
    bulk.insert(
        Arrears,
        {"award_id": award[rows], "kind": str(ArrearsKind.AWARD), "from_month": start[rows], "to_month": open_from,
         "item": "", "amount_fen": None, "taken_run": None, "act_id": act.id},
        count=rows.size,
    )  # fmt: skip
