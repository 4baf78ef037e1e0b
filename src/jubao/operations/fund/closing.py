"""Closing the books: months one after the other, the year with its December, and the change of charts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Sum

from jubao.ledger import closing
from jubao.ledger.ageing import resting
from jubao.ledger.balances import balances
from jubao.ledger.models import Account, PeriodClose, Reconciliation, Voucher, VoucherLine
from jubao.ledger.vouchers import write_voucher
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import BOOKS, legs_of
from jubao.policy.store import Policy
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.reports.statements.changeover import NoChangeover, changeover
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

CLOSED_EVENT, COLLECTION, DECEMBER = "year_closed", "COLLECTION_ACCOUNT", 12


class CannotClose(Refused):
    """A month or year is not ready to be closed; every reason is named."""


class CloseMonth(Arguments):
    """A month of a book (月结)."""

    book: Literal["FUND", "DELEGATED", "ACCOUNTS"]
    month: int


class CloseYear(Arguments):
    """A year of a book with its December (年结)."""

    book: Literal["FUND", "DELEGATED", "ACCOUNTS"]
    year: int


@act("fund.close_month", title="月结", arguments=CloseMonth, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def close_months(cases: Sequence[CloseMonth], *, on: date, act: ActReference) -> Result:
    """Close months of books in their order: nothing enters them any more, and a manifest seals what is there.

    December is closed with its year. Source: 财社〔2011〕16号（收入户月末无余额）；社会保险经办条例第四十一条（账务核对）.
    """
    faults: list[str] = []
    closed, waiting = [], []
    for case in cases:
        found = list(_month_faults(case.book, case.month, on=on))
        if not found and months.number(case.month) == DECEMBER:
            found = ["十二月随年度一并结账，请办理年结（fund.close_year）"]
        faults += [f"{BOOKS[case.book]}账套 {case.month}：{fault}" for fault in found]
        if not faults:
            closed.append(_told(closing.close_month(case.book, case.month, act_id=act.id)))
            waiting += _over_limit(case.book, case.month)
    if faults:
        raise CannotClose(f"月结未办理：共 {len(faults)} 项未具备条件", faults=faults)
    return {"closed": closed, "clearing": waiting}


@act("fund.close_year", title="年结", arguments=CloseYear, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def close_years(cases: Sequence[CloseYear], *, on: date, act: ActReference) -> Result:
    """Close the year of books: income and expenditure go to the balance, December and the year are sealed.

    The closing voucher is dated on the last day of the year. Where a new chart begins with the next year, the
    changeover of every account is part of the result. Source: 财会〔2011〕3号（年终结转）；财会〔2017〕28号（新旧衔接）.
    """
    faults: list[str] = []
    closed, waiting, changed = [], [], {}
    for case in cases:
        december = months.make(case.year, DECEMBER)
        faults += [f"{BOOKS[case.book]}账套 {case.year}年：{fault}" for fault in _month_faults(case.book, december, on=on)]
        if not faults:
            _carry_result(case.book, months.last_day(december), act=act)
            closed.append(_told(closing.close_month(case.book, december, act_id=act.id)))
            closed.append(_told(closing.close_year(case.book, case.year, act_id=act.id)))
            waiting += _over_limit(case.book, december)
            changed[case.book] = _changed_over(case.book, case.year + 1, act=act)
    if faults:
        raise CannotClose(f"年结未办理：共 {len(faults)} 项未具备条件", faults=faults)
    return {"closed": closed, "clearing": waiting, "changeover": {book: rows for book, rows in changed.items() if rows}}


def _month_faults(book: str, month: int, *, on: date) -> Iterator[str]:
    """Everything that keeps a month open."""
    if not _is_month(month):
        yield "会计期间应写作 YYYYMM"
        return
    expected = closing.next_month(book)
    if expected is None:
        yield "账套还没有凭证，无账可结"
        return
    if month != expected:
        yield f"已经结账，不能再结（现应结 {expected}）" if month < expected else f"应按月顺序结账，现应结 {expected}"
        return
    end = months.last_day(month)
    if on <= end:
        yield f"当月尚未结束，须在 {end} 之后结账"
        return
    yield from _pending(book, end)
    yield from _collection_left(book, end, on=on)
    yield from _rested_too_long(book, month)
    yield from _unreconciled(book, month)


def _is_month(month: int) -> bool:
    try:
        return months.parse(str(month)) == month
    except ValueError:
        return False


def _pending(book: str, end: date) -> Iterator[str]:
    """Vouchers that should long have been posted or voided."""
    limit = int(Policy.load().value("books.pending_days", on=end))
    old = Voucher.objects.filter(book=book, state=Voucher.State.PENDING, date__lt=end - timedelta(days=limit))
    for voucher in old.order_by("date", "number"):
        number = f"{voucher.period}-{voucher.number}"
        yield f"凭证 {number}（{voucher.memo}）待记账已超过 {limit} 天，请先导入银行回盘，或查明后处理"


def _collection_left(book: str, end: date, *, on: date) -> Iterator[str]:
    """What the collection account held at the end of the month must have left within the days the rule gives."""
    held = balances(book, through=end).get(COLLECTION, 0)
    if not held:
        return
    grace = int(Policy.load().value("books.collection_zero_days", on=end))
    lines = VoucherLine.objects.filter(voucher__book=book, account__key=COLLECTION, voucher__date__gt=end,
                                       voucher__date__lte=min(on, end + timedelta(days=grace)))  # fmt: skip
    left = lines.exclude(voucher__state=Voucher.State.VOIDED).aggregate(fen=Sum("credit_fen"))["fen"] or 0
    if held < 0 or left < held:
        yield (f"收入户月末余额 {format_yuan(held)} 元，其后 {grace} 日内划转财政专户 {format_yuan(left)} 元，"
               "月末应无余额，请先办理收入户归集（fund.sweep）")  # fmt: skip


def _rested_too_long(book: str, month: int) -> Iterator[str]:
    """Clearing accounts whose rule keeps the month open."""
    for row in _over_limit(book, month):
        if row["blocks"]:
            yield f"{row['account']} 自 {row['since']} 起挂账 {format_yuan(row['amount_fen'])} 元，超过 {row['limit']} 天，请先清理"


def _over_limit(book: str, month: int) -> list[dict[str, Any]]:
    """Clearing accounts of a book on which money rested longer than its limit at the end of a month."""
    end = months.last_day(month)
    limits: Mapping[str, Mapping[str, Any]] = Policy.load().table("books.clearing_limits", on=end)
    found = [(resting(book, key, through=end), rule) for key, rule in limits.items()]
    return [
        {"book": book, "account": one.account, "amount_fen": one.amount_fen, "since": one.since.isoformat(),
         "days": one.days(end), "limit": rule["days"], "blocks": rule["blocks"]}
        for one, rule in found if one is not None and one.days(end) > rule["days"]
    ]  # fmt: skip


def _unreconciled(book: str, month: int) -> Iterator[str]:
    """Bank accounts that moved or hold money without a signed reconciliation, where the rule asks for it."""
    end = months.last_day(month)
    if not Policy.load().value("books.reconciliation_required", on=end):
        return
    held = balances(book, through=end)
    moved = set(VoucherLine.objects.filter(voucher__book=book, voucher__period=month).values_list("account__key", flat=True))
    signed = set(Reconciliation.objects.filter(period=month).values_list("account", flat=True))
    for account, (name, kept_in) in ACCOUNTS.items():
        if kept_in == book and (held.get(account) or account in moved) and account not in signed:
            yield f"{name}当月没有经签署的银行对账，请先办理银行对账（reconcile.sign）"


def _carry_result(book: str, last_day: date, *, act: ActReference) -> Voucher | None:
    """Income and expenditure of the year go to the balance; None where there was neither."""
    result = ("income", "expenditure")
    natures = dict(Account.objects.filter(book=book, nature__in=result).values_list("key", "nature"))
    held = {key: fen for key, fen in balances(book, through=last_day).items() if key in natures and fen}
    if not held:
        return None
    amounts = {key.lower(): -fen if natures[key] == "income" else fen for key, fen in held.items()}
    template = Policy.load().posting(CLOSED_EVENT, last_day)
    return write_voucher(
        book, legs_of(template, amounts, signed=True), on=last_day, act_id=act.id, event=CLOSED_EVENT,
        memo=f"{last_day.year}年{template['title']}", reference=act.case_ref,
    )  # fmt: skip


def _changed_over(book: str, year: int, *, act: ActReference) -> list[dict[str, Any]]:
    """Where every account of the book goes when a new chart begins with a year; empty where none does."""
    evening = months.last_day(months.make(year - 1, DECEMBER))
    try:
        made = changeover(book, evening + timedelta(days=1), as_of=act.on, balances=balances(book, through=evening))
    except NoChangeover:
        return []
    if wrong := [check.text for check in made.checks if not check.holds]:
        raise CannotClose(f"{BOOKS[book]}账套新旧科目转换不平，未年结", faults=wrong)
    return [row.told() for row in made.rows]


def _told(close: PeriodClose) -> dict[str, Any]:
    return {"book": close.book, "kind": close.kind, "period": close.period, "vouchers": close.vouchers,
            "debit_fen": close.debit_fen, "balances": json.loads(close.balances), "manifest": close.manifest}  # fmt: skip
