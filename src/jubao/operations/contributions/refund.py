"""Giving a contribution back that was paid twice (重复缴费退款): what it brought into the account goes out with it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, Ids, Postings, balance_matrix, post_to_accounts
from jubao.operations.contributions.holdings import places_of
from jubao.operations.contributions.sources import AMOUNTS
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
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
from jubao.operations.envelope.fields import PersonRef, Text, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import enrolments_of, find_people, ids_of, in_slices, shown
from jubao.operations.settlement.payees import Payee, add_payouts, check_payees
from jubao.records.models import AccountPosting, Contribution, ContributionRefund, Enrolment, Payout, Person
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen, yuan_plain

MOST_YEARS = 60
OWN_ACCOUNT = Payee()


class RefundContribution(Arguments):
    """Whose contributions are given back, for which years, and why; the payee is always the payer's own account."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    years: list[Year] = ask("退费年度", "Years", hint="一个或几个缴费年度，如 2017", shortest=1, longest=MOST_YEARS)
    reason: Text = ask(
        "退费原因", "Reason", hint="如 同年度已参加职保缴费", column=(ContributionRefund, "reason"), shortest=1
    )


@act(
    "contribution.refund",
    title="重复缴费退款",
    asks=RefundContribution,
    maker=Post.COLLECTION,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by=Final("退款经支付批次付出，账户已红冲；误退的由本人重新缴费"),
    gives=[
        Given("people", "退款人数", "people", Unit.PEOPLE),
        Given("refunded", "退款笔数", "contributions given back", Unit.ROWS),
        Given("amount_fen", "退还个人缴费", "owed to the payers", Unit.FEN),
        Given("subsidy_fen", "冲减政府补贴", "subsidies taken back", Unit.FEN),
    ],
    papers=[Paper("退费申请表和重复缴费凭证", required=False)],
)
class Refunding:
    """Take whole years back out of the accounts and owe the personal part to the payer.

    Every entry the contribution brought, subsidies included, is reversed; policy ``contribution.refund_value_month``
    says whether the running year earns interest on it, interest of closed years stays. The subsidies stay in the
    fund. Paid through ``payout.collect`` and the chain of every batch.

    Source: 城乡居民基本养老保险经办规程，保费收缴；省级系统支付单 F10004 重复缴费退费.
    """

    def check(self, cases: Sequence[RefundContribution], view: View) -> Faults:
        """Only a credited contribution that no pension counts, and only while the account holds what it brought."""
        faults = Faults()
        people = find_people([case.person for case in cases], view, faults)
        if faults:
            return faults
        paid, enrolments = _contributions(people, view), enrolments_of(people, view)
        for number, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
            place = shown(person.resident_number)
            for rule, then in _rules_of_person(enrolments[person.pk]):
                faults.add(number, "person", rule, next_step=then, place=place)
            for year, times in sorted(Counter(case.years).items()):
                if times > 1:
                    faults.add(number, "years", f"{year}年度列了两次", next_step="请删去重复的年度", place=place)
                if broken := _rule_of_year(year, paid.get((person.pk, year))):
                    faults.add(number, "years", broken[0], next_step=broken[1], place=place)
        if not faults:
            _check_held(people, _brought(_wanted(people, cases, paid), view), faults)
            owed = _owed(people, cases, paid)
            check_payees(people, owed, [OWN_ACCOUNT] * len(people), view, faults, field="person")
        return faults

    def plan(self, cases: Sequence[RefundContribution], view: View) -> Changes:
        """Mirrored postings, what is owed, and for each contribution the payout it is given back with."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        paid = _contributions(people, view)
        wanted, amount = _wanted(people, cases, paid), _owed(people, cases, paid)
        reversed_fen = _reverse(_brought(wanted, view), changes)
        payout = add_payouts(people, amount, Payout.Kind.DUPLICATE, [OWN_ACCOUNT] * len(people), changes=changes)
        of_person = {p.pk: (key, case.reason) for p, key, case in zip(people, payout.tolist(), cases, strict=True)}
        changes.insert(
            ContributionRefund,
            {
                "contribution_id": [one.pk for one in wanted],
                "payout_id": [of_person[one.person_id][0] for one in wanted],
                "amount_fen": [one.amount_fen for one in wanted],
                "reason": [of_person[one.person_id][1] for one in wanted],
            },
            count=len(wanted),
        )
        total = int(amount.sum())
        return changes.giving(
            people=len(people), refunded=len(wanted), amount_fen=total, subsidy_fen=reversed_fen - total
        )


Paid = dict[tuple[int, int], Contribution]
"""Contributions by person and year, each with its crediting and refund."""


def _contributions(people: Sequence[Person], view: View) -> Paid:
    keys = [p.pk for p in people]
    rows = Contribution.objects.select_related("crediting", "refund").order_by("id")
    return view.once(
        ("contributions", tuple(keys)),
        lambda: {(row.person_id, row.year): row for part in in_slices(keys) for row in rows.filter(person_id__in=part)},
    )


def _rules_of_person(enrolment: Enrolment) -> Iterator[tuple[str, str]]:
    if enrolment.enrolment_state == "4":
        yield "参保关系已终止或转出，账户已清算，不能再退缴费", "请在终止结算或转移中核对"
    elif enrolment.contribution_state == "3":
        yield "缴费已计入正在领取的待遇，不能退款", "确属重复缴费的，请先由待遇岗重新核定"


def _rule_of_year(year: int, one: Contribution | None) -> tuple[str, str] | None:
    if one is None:
        return f"{year}年度没有本系统入账的缴费", "接入以前年度的缴费由原经办机构处理，本系统不能退"
    if hasattr(one, "refund"):
        return f"{year}年度的缴费已经退款，不能再退", ""
    if not hasattr(one, "crediting"):
        return f"{year}年度的缴费已到账未记账", "请先办理缴费记账划拨再退款"
    return None


def _wanted(people: Sequence[Person], cases: Sequence[RefundContribution], paid: Paid) -> list[Contribution]:
    """The contributions given back, in the order stated."""
    return [paid[p.pk, year] for p, case in zip(people, cases, strict=True) for year in case.years]


def _owed(people: Sequence[Person], cases: Sequence[RefundContribution], paid: Paid) -> Fen:
    """Personal money owed to each person, shape (n,), fen."""
    sums = [sum(paid[p.pk, year].amount_fen for year in case.years) for p, case in zip(people, cases, strict=True)]
    return np.array(sums, dtype=np.int64)


@dataclass(frozen=True)
class Brought:
    """Postings that contributions brought, as columns of one length; ``amount`` by source, shape (n, 7)."""

    id: Ids
    person: Ids
    amount: Fen
    value_month: Ids
    contribution: Ids


def _brought(wanted: Sequence[Contribution], view: View) -> Brought:
    """Every posting some contributions brought."""
    keys = [one.pk for one in wanted]
    return view.once(("brought", tuple(keys)), lambda: _read_brought(keys))


def _read_brought(keys: Sequence[int]) -> Brought:
    kinds = [EntryKind.CONTRIBUTION, EntryKind.SUBSIDY]
    names = ("id", "person_id", "value_month", "contribution_id", *AMOUNTS)
    found = AccountPosting.objects.filter(kind__in=kinds).order_by("id")
    rows = [row for part in in_slices(keys) for row in found.filter(contribution_id__in=part).values_list(*names)]
    table = np.array(rows, dtype=np.int64).reshape(-1, len(names))
    key, person, month, contribution = table[:, :4].T
    return Brought(key, person, table[:, 4:], month, contribution)


def _check_held(people: Sequence[Person], brought: Brought, faults: Faults) -> None:
    """No account may pay back more than it holds of a source."""
    person = ids_of(people)
    left = balance_matrix(person)
    place, _ = places_of(brought.person, person)
    np.subtract.at(left, place, brought.amount)
    for row, column in np.argwhere(left < 0).tolist():
        rule = f"{SOURCES[column].label}余额不足，缺 {yuan_plain(-int(left[row, column]))} 元"
        faults.add(row + 1, "years", rule, next_step="请先核对个人账户", place=shown(people[row].resident_number))


def _reverse(brought: Brought, changes: Changes) -> int:
    """Mirror every posting that came; the fen taken out of the accounts."""
    view = changes.view
    month = brought.value_month
    if view.law.value("contribution.refund_value_month") != "ORIGINAL":
        month = np.full_like(month, months.of(view.on))
    mirrored = Postings(brought.person, -brought.amount, month, brought.contribution, brought.id)
    memo = "重复缴费退款冲减个人账户"
    post_to_accounts(mirrored, EntryKind.REVERSAL, event="account_refunded", changes=changes, memo=memo)
    return int(brought.amount.sum())
