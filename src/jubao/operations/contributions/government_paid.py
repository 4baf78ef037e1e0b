"""What governments pay for hard-up people (政府代缴): credited by group, once for each person and year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import DTypeLike, NDArray

from jubao.operations.contributions.accounts import Entries, Ids, post_entries
from jubao.operations.contributions.years import beyond_earned
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.reports.figures.standing import years_before
from jubao.rules.contribution import rule_amounts, subsidies
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributionItem, ContributionKind, EntryKind, Source
from jubao.vocabulary.fen import Fen


class PayForPeople(Arguments):
    """The contribution year, and the day whose categories say for whom governments pay."""

    year: int
    as_of: date


class CannotPayForPeople(Refused):
    """A year or a day governments cannot pay for now; nobody is credited."""


@act("contribution.government_pay", title="政府代缴记账", arguments=PayForPeople, maker=Post.COLLECTION,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def pay_for_people(cases: Sequence[PayForPeople], *, on: date, act: ActReference) -> Result:
    """Credit the lowest tier, and the subsidy that belongs to it, to everybody governments pay for.

    That is everybody insured and below the pension age whose category on the day is in a group of the collection
    rules and who has not begun to draw or left since. The year counts as contributed, once beside a contribution of
    the person's own; both together earn the higher of the two subsidies, not their sum. A later run of the year takes
    in who came into a group since. The money counts from the month of the act.

    Returns:
        people credited, fen paid for them, fen of subsidies.
    Raises:
        CannotPayForPeople: not the running year, or a day outside it or still to come.
    Source: 国发〔2014〕8号第四条；人社部发〔2014〕23号，每人每年享受一次补贴.
    """
    _refuse_wrong_days(cases, on)
    total = {"people": 0, "amount_fen": 0, "subsidy_fen": 0}
    for case in cases:
        for name, fen in _pay(case, on, act).items():
            total[name] += fen
    return total


def _refuse_wrong_days(cases: Sequence[PayForPeople], on: date) -> None:
    faults = []
    for index, case in enumerate(cases, start=1):
        if case.year != on.year:
            faults.append(f"第{index}项：{case.year}年度不是办理当年（{on.year}），政府代缴只记当年，请改为当年度")
        if case.as_of.year != case.year:
            faults.append(f"第{index}项：身份认定日 {case.as_of} 不在{case.year}年度内，请改为该年度内的日期")
        if case.as_of > on:
            faults.append(f"第{index}项：身份认定日 {case.as_of} 晚于办理日期 {on}，请改为已经过去的日期")
    if faults:
        raise CannotPayForPeople(f"政府代缴未记账：共 {len(faults)} 处不符", faults=faults)


@dataclass(frozen=True)
class Insured:
    """Who may be paid for, as columns of one length; ``paid`` is 1 where the year has been paid for already."""

    person: Ids
    paid: Ids
    category: NDArray[np.str_]
    household: NDArray[np.str_]


INSURED = """
SELECT p.id, CASE WHEN EXISTS (SELECT 1 FROM records_accountentry e WHERE e.person_id = p.id AND e.year = %s
                 AND e.kind = 'CONTRIBUTION' AND e.source = 'GOVERNMENT_PAID') THEN 1 ELSE 0 END,
       (SELECT c.category FROM records_categoryperiod c WHERE c.person_id = p.id AND c.valid_from <= %s
                 ORDER BY c.valid_from DESC, c.id DESC LIMIT 1),
       coalesce((SELECT r.household_type FROM records_residence r WHERE r.person_id = p.id AND r.valid_from <= %s
                 ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), '')
FROM records_person p JOIN records_enrolment n ON n.person_id = p.id
WHERE n.enrolment_state = '1' AND n.contribution_state = '1' AND p.birth_date > %s AND p.birth_date <= %s
ORDER BY p.id
"""
TYPES: tuple[DTypeLike, ...] = (np.int64, np.int64, "U3", "U2")


def _pay(case: PayForPeople, on: date, act: ActReference) -> dict[str, int]:
    insured, paid_for, earned = _due(case)
    amount = np.where(insured.paid == 0, paid_for, 0)
    _credit(insured.person, amount, Source.GOVERNMENT_PAID, EntryKind.CONTRIBUTION, on, act)
    subsidy = 0
    for source, fen in beyond_earned(insured.person, np.full(amount.size, case.year), earned).items():
        _credit(insured.person, fen, source, EntryKind.SUBSIDY, on, act)
        subsidy += int(fen.sum())
    return {"people": int(np.count_nonzero(amount)), "amount_fen": int(amount.sum()), "subsidy_fen": subsidy}


def _due(case: PayForPeople) -> tuple[Insured, Fen, dict[Source, Fen]]:
    """For whom the collection rules of the day make governments pay, how much, and with which subsidies by source."""
    insured, today = _insured(case), law(case.as_of)
    size, rules = insured.person.size, today.collection_rules()
    tier = np.full(size, int(today.value("contribution.poor_min_tier")), dtype=np.int64)
    day, current = np.full(size, months.of(case.as_of), dtype=np.int64), np.full(size, str(ContributionKind.CURRENT))
    ruled = rule_amounts(tier, insured.category, day, rules, household=insured.household, subsidy=False)
    paid_for = ruled.get(ContributionItem.GOVERNMENT_PAID, np.zeros_like(tier))
    earned = subsidies(tier, insured.category, current, day, rules, household=insured.household)
    kept = np.flatnonzero(paid_for)
    members = Insured(insured.person[kept], insured.paid[kept], insured.category[kept], insured.household[kept])
    return members, paid_for[kept], {ContributionItem(item).source: fen[kept] for item, fen in earned.items()}


def _insured(case: PayForPeople) -> Insured:
    """Everybody who contributes and is of contributing age, with category and household of the day."""
    day = case.as_of
    youngest, oldest = (years_before(day, int(law(day).value(f"scheme.{age}"))) for age in ("min_age", "pension_age"))
    with connection.cursor() as cursor:
        cursor.execute(INSURED, [case.year, *(one.isoformat() for one in (day, day, oldest, youngest))])
        rows: list[Any] = [row for row in cursor.fetchall() if row[2] is not None]
    columns = zip(*rows, strict=True) if rows else ([],) * len(TYPES)
    return Insured(*(np.array(cells, dtype=kind) for cells, kind in zip(columns, TYPES, strict=True)))


def _credit(person: Ids, amount: Fen, source: Source, kind: EntryKind, on: date, act: ActReference) -> None:
    n = person.size
    entries = Entries(person, np.full(n, str(source)), amount, np.full(n, months.of(on), dtype=np.int64))
    post_entries(entries, kind, event="account_credited", act=act, memo=f"{source.label}记账")
