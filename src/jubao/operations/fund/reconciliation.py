"""Lines of bank and books that are the same money, found by rules or by hand (银行对账勾对)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import numpy as np
from pydantic import StringConstraints

from jubao.ledger.models import ReconciledGroup, ReconciledLine
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import (
    Domain,
    Kind,
    Month,
    OfficeAccountRef,
    ReceiptRef,
    Text,
    ask,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.independence import check_independent
from jubao.operations.fund.pairing import Pair, pair_lines
from jubao.reports.reconciliation.lines import Entry, NoSuchBankAccount, Sides, account_named, behind, sides
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

CHAIN = [check(Post.AUDIT)]
FISCAL, CONFIRMATION = "FISCAL_ACCOUNT", "财政专户对账单"
ACCOUNT_HINT = "收入户、支出户、财政专户或代发专户"
LONGEST_REASON, LONGEST_ITEM = 200, 160
KEPT = Final("勾对只追加，不改变账簿和流水；确有错误的在余额调节表中写明原因")
VoucherOfPeriod = Annotated[str, StringConstraints(min_length=1, max_length=20), Domain(Kind.VOUCHER)]
"""A voucher as 201706-12."""


class MatchAccount(Arguments):
    """A bank account, by name (收入户…) or key, and the month up to whose end its lines are matched."""

    account: OfficeAccountRef = ask("银行账户", "Account", hint=ACCOUNT_HINT)
    period: Month = ask("对账年月", "Period", hint="勾对到该月月末，如 201701")


@act(
    "reconcile.match",
    title="银行对账自动勾对",
    asks=MatchAccount,
    maker=Post.ACCOUNTANT,
    chain=CHAIN,
    about=About.BANK_ACCOUNT,
    undone_by=KEPT,
    papers=[Paper("银行对账单", in_books=True)],
    gives=[
        Given("groups", "勾对组数", "groups", Unit.ROWS),
        Given("accounts", "各账户勾对情况", "by account", Unit.TEXT),
    ],
)
class RuleMatching:
    """Find lines of bank and books that are the same money, by the rules in force; what is not certain stays open.

    Source: 社会保险经办条例第四十一条.
    """

    def check(self, cases: Sequence[MatchAccount], view: View) -> Faults:
        """Bank accounts we keep, matched by people who paid nothing out of them in any month concerned."""
        faults = Faults()
        known = [bank_account(number, case.account, faults) for number, case in enumerate(cases, start=1)]
        if faults:
            return faults
        for number, (case, told) in enumerate(zip(cases, _matched(cases, view), strict=True), start=1):
            _check_independent(number, str(known[number - 1]), {case.period}, told.pairs, view, faults)
        return faults

    def plan(self, cases: Sequence[MatchAccount], view: View) -> Changes:
        """The groups found, and what stays open."""
        changes = Changes(view)
        told = _matched(cases, view)
        for one in told:
            _write(one.account, one.pairs, changes)
        groups = sum(len(one.pairs) for one in told)
        return changes.giving(groups=groups, accounts=[one.told() for one in told])


@dataclass(frozen=True)
class Matched:
    """What the rules found on one account, and what they left open."""

    account: str
    pairs: Sequence[Pair]
    bank: int
    book: int

    def told(self) -> dict[str, Any]:
        """As plain data."""
        rules = Counter(pair.rule for pair in self.pairs)
        return {
            "account": self.account,
            "by_rule": dict(sorted(rules.items())),
            "open_bank": self.bank - sum(len(pair.bank) for pair in self.pairs),
            "open_book": self.book - sum(len(pair.book) for pair in self.pairs),
        }


def _matched(cases: Sequence[MatchAccount], view: View) -> list[Matched]:
    """What the rules find, case by case; a line an earlier case matched is not open any more."""

    def find() -> list[Matched]:
        found: list[Matched] = []
        taken: set[tuple[str, int]] = set()
        for case in cases:
            account = account_named(case.account)
            both, last = sides_of(account, view), months.last_day(case.period)
            bank, book = (_open(side, last, taken) for side in (both.bank, both.book))
            pairs = pair_lines(bank, book, on=view.on)
            taken |= {(one.side, one.id) for pair in pairs for one in (*pair.bank, *pair.book)}
            found.append(Matched(account, pairs, len(bank), len(book)))
        return found

    return view.once(("matched", tuple(cases)), find)


def _open(lines: Sequence[Entry], last: date, taken: set[tuple[str, int]]) -> list[Entry]:
    return [one for one in lines if one.group is None and one.on <= last and (one.side, one.id) not in taken]


def sides_of(account: str, view: View) -> Sides:
    """The lines of an account on both sides, read once for check and plan."""
    vouchers = view.once("vouchers behind lines", behind)
    return view.once(("sides", account), lambda: sides(account, vouchers=vouchers))


class MatchByHand(Arguments):
    """Lines a person found to be the same money: the bank's by reference, the books' by voucher (201706-12)."""

    account: OfficeAccountRef = ask("银行账户", "Account", hint=ACCOUNT_HINT)
    bank: tuple[ReceiptRef, ...] = ask("银行流水号", "Bank references", default=(), longest=1000)
    vouchers: tuple[VoucherOfPeriod, ...] = ask("凭证", "Vouchers", default=(), longest=1000, hint="如 201706-12")
    reason: Text = ask("理由", "Reason", hint="为什么是同一笔钱", column=(ReconciledGroup, "note"))


@act(
    "reconcile.match_by_hand",
    title="银行对账手工勾对",
    asks=MatchByHand,
    maker=Post.ACCOUNTANT,
    chain=CHAIN,
    about=About.BANK_ACCOUNT,
    undone_by=KEPT,
    papers=[Paper("银行对账单", in_books=True), Paper("证明是同一笔钱的回单", required=False)],
    gives=[Given("groups", "勾对组数", "groups", Unit.ROWS)],
)
class HandMatching:
    """Match lines with a reason; both sides must come to the same sum. Source: 社会保险经办条例第四十一条."""

    def check(self, cases: Sequence[MatchByHand], view: View) -> Faults:
        """Open lines of both sides that come to the same sum, each used once, by people who paid nothing out."""
        faults = Faults()
        taken: set[tuple[str, int]] = set()
        for number, case in enumerate(cases, start=1):
            account = bank_account(number, case.account, faults)
            if account is None:
                continue
            bank, book = _chosen(case, account, view)
            for name, rule in (*_line_faults(case, bank, book, taken), *_hand_faults(case, bank, book)):
                faults.add(number, name, rule, place=case.account)
            taken |= {(one.side, one.id) for one in (*bank, *book)}
            _check_independent(number, account, set(), [Pair("", tuple(bank), tuple(book))], view, faults)
        return faults

    def plan(self, cases: Sequence[MatchByHand], view: View) -> Changes:
        """The groups, with their reasons."""
        changes = Changes(view)
        for case in cases:
            account = account_named(case.account)
            bank, book = _chosen(case, account, view)
            _write(account, [Pair("", tuple(bank), tuple(book))], changes, note=case.reason)
        return changes.giving(groups=len(cases))


def _name(line: Entry) -> str:
    return line.voucher or line.reference


def _chosen(case: MatchByHand, account: str, view: View) -> tuple[list[Entry], list[Entry]]:
    """The lines of both sides under the names stated."""
    both = sides_of(account, view)
    return (
        [one for one in both.bank if _name(one) in case.bank],
        [one for one in both.book if _name(one) in case.vouchers],
    )


def _line_faults(
    case: MatchByHand, bank: Sequence[Entry], book: Sequence[Entry], taken: set[tuple[str, int]]
) -> Iterator[tuple[str, str]]:
    """Field and rule for every name without a line, and every line that is matched already."""
    for name, what, asked, chosen in (
        ("bank", "银行流水", case.bank, bank),
        ("vouchers", "凭证", case.vouchers, book),
    ):
        there = {_name(one) for one in chosen}
        yield from ((name, f"{what} {one}：该账户没有这一笔") for one in asked if one not in there)
        for one in chosen:
            if one.group or (one.side, one.id) in taken:
                yield name, f"{what} {_name(one)}：已经勾对，一笔只能勾对一次"


def _hand_faults(case: MatchByHand, bank: Sequence[Entry], book: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    if not case.reason:
        yield "reason", "手工勾对须写明理由"
    if len(bank) + len(book) <= 1:
        yield "bank", "至少须有两笔才能勾对"
    ours, theirs = sum(one.fen for one in book), sum(one.fen for one in bank)
    if ours != theirs:
        sums = f"账面合计 {format_yuan(ours)} 元与银行合计 {format_yuan(theirs)} 元不等"
        yield "bank", f"{sums}，请核对所选各笔"


def _check_independent(
    number: int, account: str, periods: set[int], pairs: Sequence[Pair], view: View, faults: Faults
) -> None:
    """Whoever paid in any month whose lines are matched is out."""
    concerned = periods | {months.of(one.on) for pair in pairs for one in (*pair.bank, *pair.book)}
    for period in sorted(concerned):
        check_independent(account, period, view, faults, case=number)


def _write(account: str, pairs: Sequence[Pair], changes: Changes, *, note: str = "") -> None:
    """Plan the groups and their lines."""
    group = changes.insert(
        ReconciledGroup,
        {
            "account": account,
            "method": "HAND" if note else "RULE",
            "rule": [pair.rule or "HAND" for pair in pairs],
            "note": note,
        },
        count=len(pairs),
    )
    lines = [(place, one) for place, pair in enumerate(pairs) for one in (*pair.bank, *pair.book)]
    changes.insert(
        ReconciledLine,
        {
            "group_id": group[np.array([place for place, _ in lines], dtype=np.int64)],
            "statement_line_id": [one.id if one.side == "BANK" else None for _, one in lines],
            "voucher_line_id": [one.id if one.side == "BOOK" else None for _, one in lines],
        },
        count=len(lines),
    )


def bank_account(number: int, asked: str, faults: Faults) -> str | None:
    """The key of one of our bank accounts by its name or key; a fault where it is none."""
    try:
        return account_named(asked)
    except NoSuchBankAccount as unknown:
        faults.add(number, "account", str(unknown))
        return None
