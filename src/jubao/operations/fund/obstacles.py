"""What keeps a month of a book open: its turn, vouchers that wait, money that rests, bank accounts nobody agreed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Sum

from jubao.ledger import closing
from jubao.ledger.ageing import resting
from jubao.ledger.balances import balances
from jubao.ledger.models import Reconciliation, Voucher, VoucherLine
from jubao.reports.law import office_policy
from jubao.reports.reconciliation.lines import ACCOUNTS
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan

COLLECTION, DECEMBER = "COLLECTION_ACCOUNT", 12


@dataclass
class Turn:
    """Which month of each book is to be closed next, as the cases of one request close them one after the other."""

    months: dict[str, int | None] = field(default_factory=dict)

    def of(self, book: str) -> int | None:
        """The month to be closed next; None for an empty book."""
        if book not in self.months:
            self.months[book] = closing.next_month(book)
        return self.months[book]

    def closed(self, book: str, month: int) -> None:
        """A case closes this month."""
        self.months[book] = months.add(month, 1)


def obstacles(book: str, month: int, turn: Turn, *, on: date) -> Iterator[str]:
    """Everything that keeps a month open."""
    expected = turn.of(book)
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
    held = balances(book, through=end)
    yield from _pending(book, end)
    yield from _collection_left(book, end, held.get(COLLECTION, 0), on=on)
    yield from _rested_too_long(book, month, held)
    yield from _unreconciled(book, month, held)


def _pending(book: str, end: date) -> Iterator[str]:
    """Vouchers that should long have been posted or voided."""
    limit = int(office_policy().value("books.pending_days", on=end))
    old = Voucher.objects.filter(book=book, state=Voucher.State.PENDING, date__lt=end - timedelta(days=limit))
    for voucher in old.order_by("date", "number"):
        number = f"{voucher.period}-{voucher.number}"
        yield f"凭证 {number}（{voucher.memo}）待记账已超过 {limit} 天，请先导入银行回盘，或查明后处理"


def _collection_left(book: str, end: date, held: int, *, on: date) -> Iterator[str]:
    """What the collection account held at the end of the month must have left within the days the rule gives."""
    if not held:
        return
    grace = int(office_policy().value("books.collection_zero_days", on=end))
    lines = VoucherLine.objects.filter(
        voucher__book=book,
        account__key=COLLECTION,
        voucher__date__gt=end,
        voucher__date__lte=min(on, end + timedelta(days=grace)),
    )
    left = lines.exclude(voucher__state=Voucher.State.VOIDED).aggregate(fen=Sum("credit_fen"))["fen"] or 0
    if held < 0 or left < held:
        yield (
            f"收入户月末余额 {format_yuan(held)} 元，其后 {grace} 日内划转财政专户 {format_yuan(left)} 元，"
            "月末应无余额，请先办理收入户归集（fund.sweep）"
        )


def _rested_too_long(book: str, month: int, held: Mapping[str, int]) -> Iterator[str]:
    """Clearing accounts whose rule keeps the month open."""
    for row in over_limit(book, month, held=held):
        if row["blocks"]:
            rested = f"{row['account']} 自 {row['since']} 起挂账 {format_yuan(row['amount_fen'])} 元"
            yield f"{rested}，超过 {row['limit']} 天，请先清理"


def over_limit(book: str, month: int, *, held: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """Clearing accounts of a book on which money rested longer than its limit at the end of a month.

    ``held`` gives what its accounts held then, where that was read already.
    """
    end = months.last_day(month)
    limits: Mapping[str, Mapping[str, Any]] = office_policy().table("books.clearing_limits", on=end)
    found = resting(book, limits, through=end, held=held)
    return [
        {
            "book": book,
            "account": one.account,
            "amount_fen": one.amount_fen,
            "since": one.since.isoformat(),
            "days": one.days(end),
            "limit": rule["days"],
            "blocks": rule["blocks"],
        }
        for key, rule in limits.items()
        if (one := found.get(key)) is not None and one.days(end) > rule["days"]
    ]


def _unreconciled(book: str, month: int, held: Mapping[str, int]) -> Iterator[str]:
    """Bank accounts that moved or hold money without a signed reconciliation, where the rule asks for it."""
    end = months.last_day(month)
    if not office_policy().value("books.reconciliation_required", on=end):
        return
    moved = set(
        VoucherLine.objects.filter(voucher__book=book, voucher__period=month).values_list("account__key", flat=True)
    )
    signed = set(Reconciliation.objects.filter(period=month).values_list("account", flat=True))
    for account, (name, kept_in) in ACCOUNTS.items():
        if kept_in == book and (held.get(account) or account in moved) and account not in signed:
            yield f"{name}当月没有经签署的银行对账，请先办理银行对账（reconcile.sign）"
