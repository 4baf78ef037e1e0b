"""Giving a contribution back that was paid twice (重复缴费退款): what it brought into the account goes out with it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated

import numpy as np
from pydantic import Field, StringConstraints

from jubao.operations.contributions.accounts import SOURCES, Entries, balance_matrix, post_entries
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.membership.ending import owe_payouts
from jubao.operations.people import enrolments_of, find_people, ids_of, in_slices, shown
from jubao.records import bulk
from jubao.records.models import AccountEntry, Contribution, ContributionRefund, Enrolment, Payout, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind, Source
from jubao.vocabulary.fen import yuan_plain

Reason = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class RefundContribution(Arguments):
    """Whose contributions are given back, for which years, and why; the payee is always the payer's own account."""

    person: str
    years: Annotated[list[int], Field(min_length=1)]
    reason: Reason


class CannotRefund(Refused):
    """Some contribution cannot be given back; nobody's is."""


@act("contribution.refund", title="重复缴费退款", arguments=RefundContribution, maker=Post.COLLECTION,
     chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def refund_contributions(cases: Sequence[RefundContribution], *, on: date, act: ActReference) -> Result:
    """Take whole years back out of the accounts and owe the personal part to the payer.

    Every entry the contribution brought, subsidies included, is reversed; policy ``contribution.refund_value_month``
    says whether the running year earns interest on it, interest of closed years stays. The subsidies stay in the
    fund. Paid through ``payout.collect`` and the chain of every batch.
    Returns:
        people, contributions, fen owed to them and fen of subsidies taken back.
    Raises:
        CannotRefund: no such contribution, refunded or not yet credited, used by a pension, relation ended,
            or an account that no longer holds the money.
    Source: 城乡居民基本养老保险经办规程，保费收缴；省级系统支付单 F10004 重复缴费退费.
    """
    people = find_people([case.person for case in cases])
    paid = _contributions(people)
    _refuse_contributions(people, cases, paid)
    wanted = [paid[p.pk, year] for p, case in zip(people, cases, strict=True) for year in case.years]
    reversed_fen = _reverse(people, [one.pk for one in wanted], act)
    amount = np.array(
        [sum(paid[p.pk, year].amount_fen for year in case.years) for p, case in zip(people, cases, strict=True)],
        dtype=np.int64,
    )
    owe_payouts(people, amount, Payout.Kind.DUPLICATE, [("", "")] * len(people), on=on, act=act)
    reason = {p.pk: case.reason for p, case in zip(people, cases, strict=True)}
    _record(wanted, reason, act)
    total = int(amount.sum())
    return {"people": len(people), "refunded": len(wanted), "amount_fen": total, "subsidy_fen": reversed_fen - total}


def _contributions(people: Sequence[Person]) -> dict[tuple[int, int], Contribution]:
    """By person and year, every contribution of some people with its crediting and refund."""
    found: dict[tuple[int, int], Contribution] = {}
    for part in in_slices([p.pk for p in people]):
        rows = Contribution.objects.filter(person_id__in=part).select_related("crediting", "refund")
        found |= {(row.person_id, row.year): row for row in rows.order_by("id")}
    return found


def _refuse_contributions(
    people: Sequence[Person], cases: Sequence[RefundContribution], paid: dict[tuple[int, int], Contribution]
) -> None:
    enrolments = enrolments_of(people)
    faults: list[str] = []
    for index, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        where = f"第{index}项 {shown(person.resident_number)}"
        faults += [f"{where}：{fault}" for fault in _faults_of_person(enrolments[person.pk])]
        twice = sorted(year for year, times in Counter(case.years).items() if times > 1)
        faults += [f"{where}：{year}年度列了两次" for year in twice]
        faults += [
            f"{where}：{fault}"
            for year in sorted(set(case.years))
            if (fault := _fault_of_year(year, paid.get((person.pk, year))))
        ]
    if faults:
        raise CannotRefund(f"重复缴费退款未办理：共 {len(faults)} 处不符合条件", faults=faults)


def _faults_of_person(enrolment: Enrolment) -> list[str]:
    if enrolment.enrolment_state == "4":
        return ["参保关系已终止或转出，账户已清算，不能再退缴费，请在终止结算或转移中核对"]
    if enrolment.contribution_state == "3":
        return ["缴费已计入正在领取的待遇，不能退款；确属重复缴费的，请先由待遇岗重新核定"]
    return []


def _fault_of_year(year: int, one: Contribution | None) -> str:
    if one is None:
        return f"{year}年度没有本系统入账的缴费，接入以前年度的缴费请按账户更正办理"
    if hasattr(one, "refund"):
        return f"{year}年度的缴费已经退款，不能再退"
    if not hasattr(one, "crediting"):
        return f"{year}年度的缴费已到账未记账，请先办理缴费记账划拨再退款"
    return ""


def _reverse(people: Sequence[Person], contributions: Sequence[int], act: ActReference) -> int:
    """Mirror every entry some contributions brought; the fen taken out of the accounts."""
    kinds = [EntryKind.CONTRIBUTION, EntryKind.SUBSIDY]
    rows = [
        row
        for part in in_slices(contributions)
        for row in AccountEntry.objects.filter(contribution_id__in=part, kind__in=kinds).order_by("id")
    ]
    person = np.array([row.person_id for row in rows], dtype=np.int64)
    source = np.array([row.source for row in rows])
    amount = np.array([row.amount_fen for row in rows], dtype=np.int64)
    _refuse_overdrawn(people, person, source, amount)
    as_it_came = law(act.on).value("contribution.refund_value_month") == "ORIGINAL"
    month = np.array([row.value_month if as_it_came else months.of(act.on) for row in rows], dtype=np.int64)
    keys = [row.contribution_id for row in rows]
    entries = Entries(person, source, -amount, month, keys, [row.pk for row in rows])
    post_entries(entries, EntryKind.REVERSAL, event="account_refunded", act=act, memo="重复缴费退款冲减个人账户")
    return int(amount.sum())


def _refuse_overdrawn(people: Sequence[Person], person: np.ndarray, source: np.ndarray, amount: np.ndarray) -> None:
    """No account may pay back more than it holds of a source."""
    held, place = balance_matrix(ids_of(people)), {p.pk: row for row, p in enumerate(people)}
    column = {str(name): at for at, name in enumerate(SOURCES)}
    cells: Iterable[tuple[int, str, int]] = zip(person.tolist(), source.tolist(), amount.tolist(), strict=True)
    for key, name, fen in cells:
        held[place[key], column[name]] -= fen
    faults = [
        f"第{row + 1}项 {shown(people[row].resident_number)}：{Source(SOURCES[at]).label}余额不足，缺 "
        f"{yuan_plain(-int(held[row, at]))} 元，请先核对个人账户"
        for row, at in np.argwhere(held < 0).tolist()
    ]
    if faults:
        raise CannotRefund(f"重复缴费退款未办理：{len(faults)} 处账户余额不足", faults=faults)


def _record(wanted: Sequence[Contribution], reason: dict[int, str], act: ActReference) -> None:
    owed = Payout.objects.filter(act_id=act.id, kind=Payout.Kind.DUPLICATE)
    payout = dict(owed.values_list("person_id", "id"))
    bulk.insert(
        ContributionRefund,
        {
            "contribution_id": [one.pk for one in wanted], "payout_id": [payout[one.person_id] for one in wanted],
            "amount_fen": [one.amount_fen for one in wanted], "reason": [reason[one.person_id] for one in wanted],
            "act_id": act.id,
        },
        count=len(wanted),
    )  # fmt: skip
