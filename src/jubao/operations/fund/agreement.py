"""The month's signed agreement of a bank account with the books (银行存款余额调节表)."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Min

from jubao.ledger.models import Reconciliation, VoucherLine
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import (
    Month,
    OfficeAccountRef,
    SignedAmount,
    Text,
    ask,
)
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.independence import check_independent
from jubao.operations.fund.reconciliation import ACCOUNT_HINT, bank_account, sides_of
from jubao.records.models import FiscalConfirmation
from jubao.reports.reconciliation.agreement import Agreement, agree, listed
from jubao.reports.reconciliation.clearing import WATCHED, OpenItem, open_items
from jubao.reports.reconciliation.lines import account_named
from jubao.vocabulary import month as months
from jubao.vocabulary.canonical import canonical_json
from jubao.vocabulary.fen import format_yuan

CHAIN = [check(Post.AUDIT)]
FISCAL, CONFIRMATION = "FISCAL_ACCOUNT", "财政专户对账单"
LONGEST_REASON, LONGEST_ITEM = 200, 160


class Reason(Arguments):
    """Why an item stands on one side only: the bank's reference, the voucher, the batch, or 财政专户对账单."""

    item: Text = ask("账项", "Item", hint="流水号、凭证号、批次号或“财政专户对账单”", shortest=1, longest=LONGEST_ITEM)
    reason: Text = ask("原因", "Reason", longest=LONGEST_REASON)


class SignMonth(Arguments):
    """A month of a bank account; ``bank_fen`` is the closing balance on the bank's own paper, where it is at hand."""

    account: OfficeAccountRef = ask("银行账户", "Account", hint=ACCOUNT_HINT)
    period: Month = ask("对账年月", "Period", hint="如 201701")
    bank_fen: SignedAmount | None = ask(
        "银行对账单期末余额", "Closing balance of the bank", default=None, hint="有纸质对账单的填写，与已导入流水核对"
    )
    reasons: tuple[Reason, ...] = ask("未达账项说明", "Reasons", default=(), longest=1000)


@act(
    "reconcile.sign",
    title="银行存款余额调节表签定",
    asks=SignMonth,
    maker=Post.ACCOUNTANT,
    chain=CHAIN,
    about=About.BANK_ACCOUNT,
    undone_by=Final("签定后当月流水和账目不再变动，其后发现的差错在以后月份说明"),
    papers=[Paper("银行对账单", in_books=True), Paper("财政专户对账单（财政专户）", required=False)],
    gives=[
        Given("signed", "签定月数", "months signed", Unit.ROWS),
        Given("accounts", "各账户余额", "by account", Unit.TEXT),
    ],
    prints=[Form("银行存款余额调节表", "jubao reconcile 账户 --month 年月 --out F.pdf")],
)
class Signing:
    """Sign a month as agreed: two balances, and a reason for every item between them.

    Source: 社会保险经办条例第四十一条.
    """

    def check(self, cases: Sequence[SignMonth], view: View) -> Faults:
        """Each month in its turn and over, both balances explained, by people who paid nothing out of the account."""
        faults, turn = Faults(), Turn()
        for number, case in enumerate(cases, start=1):
            account = bank_account(number, case.account, faults)
            if account is None:
                continue
            place = f"{case.account}{case.period}"
            check_independent(account, case.period, view, faults, case=number)
            if rule := _turn_fault(account, case.period, turn, view.on):
                faults.add(number, "period", rule, place=place)
                continue
            turn.last[account] = case.period
            agreed = _agreed(account, case.period, view)
            reasons = {one.item: one.reason for one in case.reasons}
            for name, rule in (
                *_balance_faults(case, agreed),
                *_item_faults(agreed, _overdue(account, agreed.last), reasons),
                *_fiscal_faults(agreed, reasons),
            ):
                faults.add(number, name, rule, place=place)
        return faults

    def plan(self, cases: Sequence[SignMonth], view: View) -> Changes:
        """The agreements, each with everything between its two balances."""
        changes = Changes(view)
        told = []
        for case in cases:
            account = account_named(case.account)
            agreed = _agreed(account, case.period, view)
            reasons = {one.item: one.reason for one in case.reasons}
            changes.add(
                Reconciliation(
                    account=account,
                    period=case.period,
                    book_fen=agreed.book_fen,
                    bank_fen=agreed.bank_fen,
                    items=kept_items(agreed, _overdue(account, agreed.last), reasons),
                )
            )
            told.append(
                {
                    "account": account,
                    "period": case.period,
                    "book_fen": agreed.book_fen,
                    "bank_fen": agreed.bank_fen,
                    "items": len(agreed.items),
                }
            )
        return changes.giving(signed=len(told), accounts=told)


def kept_items(agreed: Agreement, overdue: Sequence[OpenItem], reasons: Mapping[str, str]) -> str:
    """Everything between the two balances as it is kept (JSON), clearing accounts overdue and the bureau's word too."""
    rows = json.loads(listed(agreed.items, reasons))
    rows += [
        _kept("CLEARING", one.reference, one.since, reasons[one.reference], fen=one.fen, days=one.days)
        for one in overdue
    ]
    if CONFIRMATION in reasons:
        rows.append(_kept("FISCAL", CONFIRMATION, agreed.last, reasons[CONFIRMATION]))
    return canonical_json(rows)


def _kept(side: str, number: str, on: date, why: str, *, fen: int = 0, days: int = 0) -> dict[str, Any]:
    return {"side": side, "id": 0, "number": number, "on": on.isoformat(), "fen": fen, "days": days, "why": why}


def _agreed(account: str, period: int, view: View) -> Agreement:
    return view.once(("agreed", account, period), lambda: agree(account, period, both=sides_of(account, view)))


@dataclass
class Turn:
    """The last month signed of each account, as the cases of one request sign them one after the other."""

    last: dict[str, int | None] = field(default_factory=dict)

    def of(self, account: str) -> int | None:
        """The last month signed; None before the first."""
        if account not in self.last:
            rows = Reconciliation.objects.filter(account=account).order_by("-period")
            self.last[account] = rows.values_list("period", flat=True).first()
        return self.last[account]


def _turn_fault(account: str, period: int, turn: Turn, on: date) -> str:
    """Months are signed one after another, once each, after they have ended; empty when it is its turn."""
    last = turn.of(account)
    if on <= months.last_day(period):
        return f"{period} 尚未结束，月终以后才能签定余额调节表"
    if last is not None and period != months.add(last, 1):
        return f"该账户已签到 {last}，下一个应签 {months.add(last, 1)}，不能签 {period}"
    first = VoucherLine.objects.filter(account__key=account).aggregate(first=Min("voucher__period"))["first"]
    if last is None and first is not None and period > first:
        return f"该账户自 {first} 起有账，应从 {first} 起逐月签定，不能先签 {period}"
    return ""


Rules = Iterator[tuple[str, str]]


def _balance_faults(case: SignMonth, agreed: Agreement) -> Rules:
    if not agreed.is_stated and any(one.entry.side == "BOOK" for one in agreed.items):
        yield "account", "没有导入过该账户的银行对账单，请先导入"
    if case.bank_fen is not None and case.bank_fen != agreed.bank_fen:
        stated, imported = format_yuan(case.bank_fen), format_yuan(agreed.bank_fen)
        yield "bank_fen", f"银行对账单期末余额 {stated} 元，已导入流水的余额 {imported} 元，缺流水，请先补齐"
    if agreed.difference_fen:
        book, bank = format_yuan(agreed.adjusted_book_fen), format_yuan(agreed.adjusted_bank_fen)
        rest = f"差额 {format_yuan(agreed.difference_fen)} 元无任何账项可以说明，请核对期初余额"
        yield "account", f"调节后账面 {book} 元，银行 {bank} 元，{rest}"


def _item_faults(agreed: Agreement, overdue: Sequence[OpenItem], reasons: Mapping[str, str]) -> Rules:
    for item in agreed.items:
        if not item.why and not reasons.get(item.number):
            side = "银行已记、账面未记" if item.entry.side == "BANK" else "账面已记、银行未记"
            what = f"{side} {item.number}（{item.entry.on}，{format_yuan(item.entry.fen)} 元）"
            yield "reasons", f"{what}：请勾对、入账或写明原因"
    for one in overdue:
        if not reasons.get(one.reference):
            rested = f"{one.name} {one.reference} 已挂 {one.days} 天（期限 {one.limit} 天）"
            yield "reasons", f"{rested}，{format_yuan(one.fen)} 元：请清理或写明原因"


def _overdue(account: str, last: date) -> list[OpenItem]:
    return [one for key in WATCHED.get(account, ()) for one in open_items(key, last) if one.is_overdue]


def _fiscal_faults(agreed: Agreement, reasons: Mapping[str, str]) -> Rules:
    """The finance bureau's own statement belongs to a month of its special account."""
    if agreed.account != FISCAL or reasons.get(CONFIRMATION):
        return
    confirmed = FiscalConfirmation.objects.filter(month=agreed.period).first()
    instead = f"或以“{CONFIRMATION}”写明原因"
    if confirmed is None:
        yield "reasons", f"尚未登记 {agreed.period} {CONFIRMATION}，请先登记（fiscal.confirm），{instead}"
    elif confirmed.closing_fen != agreed.bank_fen:
        bureau, bank = format_yuan(confirmed.closing_fen), format_yuan(agreed.bank_fen)
        yield "reasons", f"{CONFIRMATION}期末 {bureau} 元与银行 {bank} 元不符，请查明，{instead}"
