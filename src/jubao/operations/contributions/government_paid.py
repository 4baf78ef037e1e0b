"""What governments pay for hard-up people (政府代缴): credited by group, once for each person and year."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import DTypeLike, NDArray

from jubao.operations.contributions.accounts import Ids, Postings, post_control, post_rows
from jubao.operations.contributions.earned_subsidies import subsidy_still_due
from jubao.operations.contributions.sources import by_source
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    ONE,
    About,
    Arguments,
    Final,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.rules.contribution import below_floor, rule_amounts, subsidies
from jubao.rules.eligibility import born_by
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributionItem, ContributionKind, EntryKind, Source
from jubao.vocabulary.fen import Fen


class PayForPeople(Arguments):
    """The contribution year, and the day whose categories say for whom governments pay."""

    year: Year = ask("缴费年度", "Contribution year", hint="办理当年，如 2017")
    as_of: Day = ask("身份认定日", "Categories as of", hint="按这一天的参保身份认定代缴人员，如 2017-09-30")


@act(
    "contribution.government_pay",
    title="政府代缴记账",
    asks=PayForPeople,
    maker=Post.COLLECTION,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.ACCOUNT,
    undone_by=Final("代缴年度已计入缴费年限并带补贴，每人每年只记一次，记入后不能撤回，提出前请与主管部门的名单核对"),
    gives=[
        Given("people", "代缴人数", "people paid for", Unit.PEOPLE),
        Given("amount_fen", "代缴金额", "paid for them", Unit.FEN),
        Given("subsidy_fen", "补贴金额", "subsidies", Unit.FEN),
    ],
    most_cases=ONE,
    papers=[Paper("困难群体名册和代缴资金文件", required=False)],
)
class PayingForPeople:
    """Credit the lowest tier, and the subsidy that belongs to it, to everybody governments pay for.

    That is everybody insured and below the pension age whose category on the day is in a group of the collection
    rules and who has not begun to draw or left since. The year counts as contributed, once beside a contribution of
    the person's own; both together earn the higher of the two subsidies, not their sum. A later run of the year takes
    in who came into a group since. The money counts from the month of the act.

    Source: 国发〔2014〕8号第四条；人社部发〔2014〕23号，每人每年享受一次补贴.
    """

    def check(self, cases: Sequence[PayForPeople], view: View) -> Faults:
        """Only the running year, on a day of it that has come."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if case.year != view.on.year:
                rule = f"{case.year}年度不是办理当年（{view.on.year}），政府代缴只记当年"
                faults.add(number, "year", rule, next_step="请改为当年度")
            if case.as_of.year != case.year:
                rule = f"身份认定日 {case.as_of} 不在{case.year}年度内"
                faults.add(number, "as_of", rule, next_step="请改为该年度内的日期")
            if case.as_of > view.on:
                rule = f"身份认定日 {case.as_of} 晚于办理日期 {view.on}"
                faults.add(number, "as_of", rule, next_step="请改为已经过去的日期")
        if not faults:
            _check_floor(cases[0], view, faults)
        return faults

    def plan(self, cases: Sequence[PayForPeople], view: View) -> Changes:
        """Postings of what governments pay and of the subsidies with it, each source in one voucher."""
        [case] = cases
        changes = Changes(view)
        payable, paid_for, earned = due_for(case, view)
        paid = np.where(payable.paid == 0, paid_for, 0)
        most = int(view.law.value("contribution.subsidies_per_year"))
        subsidies = subsidy_still_due(payable.person, np.full(paid.size, case.year), earned, most=most)
        amount = by_source({Source.GOVERNMENT_PAID: paid, **subsidies}, paid.size)
        # A year that was paid for before earns the rest of its subsidy alone.
        for kind, rows in ((EntryKind.CONTRIBUTION, paid > 0), (EntryKind.SUBSIDY, paid == 0)):
            post_rows(Postings(payable.person[rows], amount[rows], months.of(view.on)), kind, changes=changes)
        for source in (Source.GOVERNMENT_PAID, *subsidies):
            memo = f"{source.label}记账"
            post_control("account_credited", amount, changes=changes, memo=memo, sources=[source])
        people, total = int(np.count_nonzero(paid)), int(paid.sum())
        return changes.giving(people=people, amount_fen=total, subsidy_fen=int(amount.sum()) - total)


@dataclass(frozen=True)
class PayableFor:
    """Who may be paid for, as columns of one length; ``paid`` is 1 where the year has been paid for already."""

    person: Ids
    paid: Ids
    category: NDArray[np.str_]
    household: NDArray[np.str_]


INSURED = """
SELECT p.id, CASE WHEN EXISTS (SELECT 1 FROM records_accountposting e WHERE e.person_id = p.id AND e.year = %s
                 AND e.kind = 'CONTRIBUTION' AND e.government_paid_fen > 0)
              OR EXISTS (SELECT 1 FROM records_earlieryear b WHERE b.person_id = p.id AND b.year = %s
                 AND b.government_paid_fen > 0) THEN 1 ELSE 0 END,
       (SELECT c.category FROM records_categoryperiod c WHERE c.person_id = p.id AND c.valid_from <= %s
                 ORDER BY c.valid_from DESC, c.id DESC LIMIT 1),
       coalesce((SELECT r.household_type FROM records_residence r WHERE r.person_id = p.id AND r.valid_from <= %s
                 ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), '')
FROM records_person p JOIN records_enrolment n ON n.person_id = p.id
WHERE n.enrolment_state = '1' AND n.contribution_state = '1' AND p.birth_date > %s AND p.birth_date <= %s
ORDER BY p.id
"""
TYPES: tuple[DTypeLike, ...] = (np.int64, np.int64, "U3", "U2")


def due_for(case: PayForPeople, view: View) -> tuple[PayableFor, Fen, dict[Source, Fen]]:
    """For whom the collection rules of the day make governments pay, how much, and with which subsidies; read once."""
    return view.once(("paid for", case), lambda: _due(case, view))


def _check_floor(case: PayForPeople, view: View, faults: Faults) -> None:
    """The subsidy that comes with the lowest tier is never below what the nation asks."""
    payable, paid_for, earned = due_for(case, view)
    law = view.law_on(case.as_of)
    tier = np.full(payable.person.size, int(law.value("contribution.poor_min_tier")), dtype=np.int64)
    due = sum(earned.values(), np.zeros_like(paid_for))
    if below_floor(tier, due, law.subsidy_floor()).any():
        then = f"请核对区划 {law.area} 的征缴规则（参数 contribution.collection_rules）后再记账"
        faults.add(1, "as_of", "最低档的政府补贴合计低于国家下限", next_step=then, source="国发〔2014〕8号第四部分")


def _due(case: PayForPeople, view: View) -> tuple[PayableFor, Fen, dict[Source, Fen]]:
    insured, law = _insured(case, view), view.law_on(case.as_of)
    size, rules = insured.person.size, law.collection_rules()
    tier = np.full(size, int(law.value("contribution.poor_min_tier")), dtype=np.int64)
    day, current = np.full(size, months.of(case.as_of), dtype=np.int64), np.full(size, str(ContributionKind.CURRENT))
    ruled = rule_amounts(tier, insured.category, day, rules, household=insured.household, subsidy=False)
    paid_for = ruled.get(ContributionItem.GOVERNMENT_PAID, np.zeros_like(tier))
    earned = subsidies(tier, insured.category, current, day, rules, household=insured.household)
    kept = np.flatnonzero(paid_for)
    members = PayableFor(insured.person[kept], insured.paid[kept], insured.category[kept], insured.household[kept])
    return members, paid_for[kept], {ContributionItem(item).source: fen[kept] for item, fen in earned.items()}


def _insured(case: PayForPeople, view: View) -> PayableFor:
    """Everybody who contributes and is of contributing age, with category and household of the day."""
    day, law = case.as_of, view.law_on(case.as_of)
    youngest, oldest = (born_by(day, int(law.value(f"scheme.{age}"))) for age in ("min_age", "pension_age"))
    with connection.cursor() as cursor:
        cursor.execute(INSURED, [case.year, case.year, *(one.isoformat() for one in (day, day, oldest, youngest))])
        rows: list[Any] = [row for row in cursor.fetchall() if row[2] is not None]
    columns = zip(*rows, strict=True) if rows else ([],) * len(TYPES)
    return PayableFor(*(np.array(cells, dtype=kind) for cells, kind in zip(columns, TYPES, strict=True)))
