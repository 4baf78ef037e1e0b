"""What a book held before a term and moved within it, as it was known on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet, Sum

from jubao.ledger.models import Account, Voucher, VoucherLine
from jubao.records.models import AuditEvent
from jubao.vocabulary import month as months

BOOKS = {"FUND": "城乡居民基本养老保险基金", "DELEGATED": "代发资金", "ACCOUNTS": "个人账户备查簿"}
YEAR_CLOSED = "year_closed"  # moves the year's income and expenditure to the balance; no income or cash itself


class TermNotBegun(ValueError):
    """A statement cannot be read as of a day before its term began."""


@dataclass(frozen=True)
class Term:
    """A month or a year from ``first`` to ``last`` (both included) as the books knew it on ``as_of``."""

    title: str
    first: date
    last: date
    as_of: date

    @property
    def year_start(self) -> date:
        """New Year's Day of the term."""
        return self.first.replace(month=1, day=1)


@dataclass(frozen=True)
class Flow:
    """What one event moved on one account: fen before the term (debit minus credit), then within it."""

    key: str
    event: str
    opening_fen: int
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True)
class Named:
    """An account as its chart names it."""

    key: str
    code: str
    name: str
    nature: str


def term_of(*, year: int, month: int | None = None, as_of: date | None = None) -> Term:
    """A whole year, or one month (YYYYMM) of it.

    Args:
        as_of: last business date that counts; by default the term's end or, later, the latest act of the books.
    Raises:
        TermNotBegun: ``as_of`` lies before the term.
    """
    first, end = date(year, 1, 1), date(year, 12, 31)
    if month is not None:
        first, end = months.first_day(month), months.last_day(month)
    known = as_of or max(end, AuditEvent.objects.aggregate(day=Max("business_date"))["day"] or end)
    if known < first:
        raise TermNotBegun(f"截止日 {known} 早于期初 {first}，该期尚无账可报，请改用 {first} 或之后的日期")
    title = f"{year}年度" if month is None else f"{year}年{months.number(month)}月"
    return Term(title, first, min(end, known), known)


def vouchers_known(book: str, *, as_of: date, through: date | None = None) -> "QuerySet[Voucher]":
    """Vouchers of a book recorded by a day and not void by then; pending ones count, as in the ledger."""
    void = Q(step__state=Voucher.State.VOIDED, step__act__business_date__lte=as_of)
    rows = Voucher.objects.filter(book=book, act__business_date__lte=as_of).exclude(void)
    return rows if through is None else rows.filter(date__lte=through)


def held(book: str, *, through: date, as_of: date) -> dict[str, int]:
    """Debit minus credit of every account at the end of a day, in fen: the plain sum that statements must meet."""
    lines = VoucherLine.objects.filter(voucher__in=vouchers_known(book, as_of=as_of, through=through))
    sums = lines.values("account__key").annotate(debit=Sum("debit_fen"), credit=Sum("credit_fen"))
    return {row["account__key"]: int(row["debit"]) - int(row["credit"]) for row in sums.order_by("account__key")}


def flows(book: str, term: Term, *, since: date | None = None, without: Iterable[str] = ()) -> list[Flow]:
    """Movements by account and event.

    Args:
        book: FUND, DELEGATED or ACCOUNTS.
        term: what lies before it is opening, what lies within it is movement.
        since: first voucher date that counts as opening; None counts all.
        without: events left out.
    """
    vouchers = vouchers_known(book, as_of=term.as_of, through=term.last).exclude(event__in=list(without))
    if since is not None:
        vouchers = vouchers.filter(date__gte=since)
    before, within = Q(voucher__date__lt=term.first), Q(voucher__date__gte=term.first)
    sums = (
        VoucherLine.objects.filter(voucher__in=vouchers)
        .values("account__key", "voucher__event")
        .annotate(
            earlier_debit=Sum("debit_fen", filter=before, default=0),
            earlier_credit=Sum("credit_fen", filter=before, default=0),
            debit=Sum("debit_fen", filter=within, default=0),
            credit=Sum("credit_fen", filter=within, default=0),
        )
    )
    return [_flow(row) for row in sums.order_by("account__key", "voucher__event")]


def _flow(row: Mapping[str, Any]) -> Flow:
    opening = int(row["earlier_debit"]) - int(row["earlier_credit"])
    return Flow(row["account__key"], row["voucher__event"], opening, int(row["debit"]), int(row["credit"]))


def accounts_named(book: str, *, on: date) -> dict[str, Named]:
    """Every account a book has had, by key and in the order of codes, as the last chart begun by a day names it."""
    rows = Account.objects.filter(book=book, valid_from__lte=on).order_by("valid_from", "code")
    latest = {row.key: Named(row.key, row.code, row.name, row.nature) for row in rows}
    return {one.key: one for one in sorted(latest.values(), key=lambda one: one.code)}


def day_before(day: date) -> date:
    """Yesterday."""
    return day - timedelta(days=1)
