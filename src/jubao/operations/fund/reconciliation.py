"""Books and bank agreed: matching by rules and by hand, and the month's signed agreement (银行存款余额调节表)."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from django.db.models import Min

from jubao.ledger.models import ReconciledGroup, ReconciledLine, Reconciliation, VoucherLine
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.independence import require_independent
from jubao.operations.fund.pairing import Pair, pair_lines
from jubao.records import bulk
from jubao.records.models import FiscalConfirmation
from jubao.reports.reconciliation.agreement import Agreement, agree, listed
from jubao.reports.reconciliation.clearing import WATCHED, OpenItem, open_items
from jubao.reports.reconciliation.lines import Entry, NoSuchBankAccount, account_named, sides
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

CHAIN = [check(Post.AUDIT)]
FISCAL, CONFIRMATION = "FISCAL_ACCOUNT", "财政专户对账单"


class CannotAgree(Refused):
    """A month of a bank account cannot be signed as agreed."""


class MatchAccount(Arguments):
    """A bank account, by name (收入户…) or key, and the month up to whose end its lines are matched."""

    account: str
    period: int


@act("reconcile.match", title="银行对账自动勾对", arguments=MatchAccount, maker=Post.ACCOUNTANT, chain=CHAIN)
def match_by_rules(cases: Sequence[MatchAccount], *, on: date, act: ActReference) -> Result:
    """Find lines of bank and books that are the same money, by the rules in force; what is not certain stays open.

    Source: 社会保险经办条例第四十一条.
    """
    told: list[Result] = []
    for case in cases:
        account = _account(case.account)
        both, last = sides(account), months.last_day(case.period)
        bank = [one for one in both.bank if one.group is None and one.on <= last]
        book = [one for one in both.book if one.group is None and one.on <= last]
        pairs = pair_lines(bank, book, on=on)
        _require_independent(account, {case.period}, pairs, act)
        _write(account, pairs, act)
        rules = Counter(pair.rule for pair in pairs)
        told.append({
            "account": account, "by_rule": dict(sorted(rules.items())),
            "open_bank": len(bank) - sum(len(pair.bank) for pair in pairs),
            "open_book": len(book) - sum(len(pair.book) for pair in pairs),
        })  # fmt: skip
    return {"groups": sum(sum(one["by_rule"].values()) for one in told), "accounts": told}


class MatchByHand(Arguments):
    """Lines a person found to be the same money: the bank's by reference, the books' by voucher (201706-12)."""

    account: str
    bank: list[str] = []  # noqa: RUF012  pydantic copies it
    vouchers: list[str] = []  # noqa: RUF012  pydantic copies it
    reason: str


@act("reconcile.match_by_hand", title="银行对账手工勾对", arguments=MatchByHand, maker=Post.ACCOUNTANT, chain=CHAIN)
def match_by_hand(cases: Sequence[MatchByHand], *, on: date, act: ActReference) -> Result:
    """Match lines with a reason; both sides must come to the same sum. Source: 社会保险经办条例第四十一条."""
    for case in cases:
        account = _account(case.account)
        both = sides(account)
        bank, lost_bank = _found(case.bank, both.bank, "银行流水")
        book, lost_book = _found(case.vouchers, both.book, "凭证")
        faults = [*lost_bank, *lost_book, *_hand_faults(case, bank, book)]
        if faults:
            raise Refused(f"{case.account}手工勾对未办理：共 {len(faults)} 处错误", faults=faults)
        pairs = [Pair("", tuple(bank), tuple(book))]
        _require_independent(account, set(), pairs, act)
        _write(account, pairs, act, note=case.reason)
    return {"groups": len(cases)}


def _found(asked: Sequence[str], lines: Sequence[Entry], what: str) -> tuple[list[Entry], list[str]]:
    """Lines under the names asked for, and what is wrong with the others."""
    chosen = [one for one in lines if (one.voucher or one.reference) in asked]
    names = {one.voucher or one.reference for one in chosen}
    faults = [f"{what} {name}：该账户没有这一笔" for name in asked if name not in names]
    faults += [f"{what} {one.voucher or one.reference}：已经勾对，一笔只能勾对一次" for one in chosen if one.group]
    return chosen, faults


def _hand_faults(case: MatchByHand, bank: Sequence[Entry], book: Sequence[Entry]) -> Iterator[str]:
    if not case.reason.strip():
        yield "手工勾对须写明理由"
    if len(bank) + len(book) <= 1:
        yield "至少须有两笔才能勾对"
    ours, theirs = sum(one.fen for one in book), sum(one.fen for one in bank)
    if ours != theirs:
        yield f"账面合计 {format_yuan(ours)} 元与银行合计 {format_yuan(theirs)} 元不等，请核对所选各笔"


def _require_independent(account: str, periods: set[int], pairs: Sequence[Pair], act: ActReference) -> None:
    """Whoever paid in any month whose lines are matched is out."""
    for period in sorted(periods | {months.of(one.on) for pair in pairs for one in (*pair.bank, *pair.book)}):
        require_independent(account, period, act)


def _write(account: str, pairs: Sequence[Pair], act: ActReference, *, note: str = "") -> None:
    """Append the groups and their lines."""
    group = bulk.insert(
        ReconciledGroup,
        {"account": account, "method": "HAND" if note else "RULE", "rule": [pair.rule or "HAND" for pair in pairs],
         "note": note, "act_id": act.id},
        count=len(pairs),
    )  # fmt: skip
    lines = [(place, one) for place, pair in enumerate(pairs) for one in (*pair.bank, *pair.book)]
    bulk.insert(
        ReconciledLine,
        {
            "group_id": group[np.array([place for place, _ in lines], dtype=np.int64)] if lines else group,
            "statement_line_id": [one.id if one.side == "BANK" else None for _, one in lines],
            "voucher_line_id": [one.id if one.side == "BOOK" else None for _, one in lines], "act_id": act.id,
        },
        count=len(lines),
    )  # fmt: skip


class Reason(Arguments):
    """Why an item stands on one side only: the bank's reference, the voucher, the batch, or 财政专户对账单."""

    item: str
    reason: str


class SignMonth(Arguments):
    """A month of a bank account; ``bank_fen`` is the closing balance on the bank's own paper, where it is at hand."""

    account: str
    period: int
    bank_fen: int | None = None
    reasons: list[Reason] = []  # noqa: RUF012  pydantic copies it


@act("reconcile.sign", title="银行存款余额调节表签定", arguments=SignMonth, maker=Post.ACCOUNTANT, chain=CHAIN)
def sign_months(cases: Sequence[SignMonth], *, on: date, act: ActReference) -> Result:
    """Sign a month as agreed: two balances, and a reason for every item between them.

    Source: 社会保险经办条例第四十一条.
    """
    told: list[Result] = []
    for case in cases:
        account = _account(case.account)
        require_independent(account, case.period, act)
        _require_turn(account, case.period, on)
        agreed = agree(account, case.period)
        reasons = {one.item: one.reason for one in case.reasons}
        overdue = _overdue(account, agreed.last)
        faults = [*_balance_faults(case, agreed), *_item_faults(agreed, overdue, reasons), *_fiscal_faults(agreed, reasons)]
        if faults:
            raise CannotAgree(f"{agreed.name}{case.period}余额调节表不能签定：共 {len(faults)} 处", faults=faults)
        Reconciliation.objects.create(
            act_id=act.id, account=account, period=case.period, book_fen=agreed.book_fen, bank_fen=agreed.bank_fen,
            items=kept_items(agreed, overdue, reasons),
        )  # fmt: skip
        told.append({"account": account, "period": case.period, "book_fen": agreed.book_fen,
                     "bank_fen": agreed.bank_fen, "items": len(agreed.items)})  # fmt: skip
    return {"signed": len(told), "accounts": told}


def kept_items(agreed: Agreement, overdue: Sequence[OpenItem], reasons: dict[str, str]) -> str:
    """Everything between the two balances as it is kept (JSON), clearing accounts overdue and the bureau's word too."""
    rows = json.loads(listed(agreed.items, reasons))
    rows += [{"side": "CLEARING", "id": 0, "number": one.reference, "on": one.since.isoformat(), "fen": one.fen,
              "days": one.days, "why": reasons[one.reference]} for one in overdue]  # fmt: skip
    if CONFIRMATION in reasons:
        rows.append({"side": "FISCAL", "id": 0, "number": CONFIRMATION, "on": agreed.last.isoformat(), "fen": 0,
                     "days": 0, "why": reasons[CONFIRMATION]})  # fmt: skip
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _account(asked: str) -> str:
    try:
        return account_named(asked)
    except NoSuchBankAccount as unknown:
        raise Refused(str(unknown)) from unknown


def _require_turn(account: str, period: int, on: date) -> None:
    """Months are signed one after another, once each, after they have ended."""
    last = Reconciliation.objects.filter(account=account).order_by("-period").values_list("period", flat=True).first()
    if on <= months.last_day(period):
        raise CannotAgree(f"{period} 尚未结束，月终以后才能签定余额调节表")
    if last is not None and period != months.add(last, 1):
        raise CannotAgree(f"该账户已签到 {last}，下一个应签 {months.add(last, 1)}，不能签 {period}")
    first = VoucherLine.objects.filter(account__key=account).aggregate(first=Min("voucher__period"))["first"]
    if last is None and first is not None and period > first:
        raise CannotAgree(f"该账户自 {first} 起有账，应从 {first} 起逐月签定，不能先签 {period}")


def _balance_faults(case: SignMonth, agreed: Agreement) -> Iterator[str]:
    if not agreed.is_stated and any(one.entry.side == "BOOK" for one in agreed.items):
        yield "没有导入过该账户的银行对账单，请先导入"
    if case.bank_fen is not None and case.bank_fen != agreed.bank_fen:
        yield (f"银行对账单期末余额 {format_yuan(case.bank_fen)} 元，已导入流水的余额 {format_yuan(agreed.bank_fen)} 元，"
               "缺流水，请先补齐")  # fmt: skip
    if agreed.difference_fen:
        yield (f"调节后账面 {format_yuan(agreed.adjusted_book_fen)} 元，银行 {format_yuan(agreed.adjusted_bank_fen)} 元，"
               f"差额 {format_yuan(agreed.difference_fen)} 元无任何账项可以说明，请核对期初余额")  # fmt: skip


def _item_faults(agreed: Agreement, overdue: Sequence[OpenItem], reasons: dict[str, str]) -> Iterator[str]:
    for item in agreed.items:
        if not item.why and not reasons.get(item.number):
            side = "银行已记、账面未记" if item.entry.side == "BANK" else "账面已记、银行未记"
            yield f"{side} {item.number}（{item.entry.on}，{format_yuan(item.entry.fen)} 元）：请勾对、入账或写明原因"
    for one in overdue:
        if not reasons.get(one.reference):
            yield (f"{one.name} {one.reference} 已挂 {one.days} 天（期限 {one.limit} 天），"
                   f"{format_yuan(one.fen)} 元：请清理或写明原因")  # fmt: skip


def _overdue(account: str, last: date) -> list[OpenItem]:
    return [one for key in WATCHED.get(account, ()) for one in open_items(key, last) if one.is_overdue]


def _fiscal_faults(agreed: Agreement, reasons: dict[str, str]) -> Iterator[str]:
    """The finance bureau's own statement belongs to a month of its special account."""
    if agreed.account != FISCAL or reasons.get(CONFIRMATION):
        return
    confirmed = FiscalConfirmation.objects.filter(month=agreed.period).first()
    if confirmed is None:
        yield f"尚未登记 {agreed.period} {CONFIRMATION}，请先登记（fiscal.confirm），或以“{CONFIRMATION}”写明原因"
    elif confirmed.closing_fen != agreed.bank_fen:
        yield (f"{CONFIRMATION}期末 {format_yuan(confirmed.closing_fen)} 元与银行 {format_yuan(agreed.bank_fen)} 元不符，"
               f"请查明，或以“{CONFIRMATION}”写明原因")  # fmt: skip
