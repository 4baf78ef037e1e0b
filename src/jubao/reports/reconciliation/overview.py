"""A year of every bank account at a glance: each month's two balances, what is open on either side, and who signed it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from jubao.ledger.models import Reconciliation, Voucher, VoucherLine
from jubao.records.models import FiscalConfirmation, StatementLine
from jubao.reports.reconciliation.lines import ACCOUNTS, OPENING
from jubao.reports.reconciliation.three_way import ACCOUNT as FISCAL
from jubao.reports.signatures import Signer, signers_of
from jubao.reports.statements.reader import require_reader, year_asked
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

_IN_YEAR = 12
ENGLISH: Mapping[str, str] = {
    "COLLECTION_ACCOUNT": "Collection account",
    "DISBURSEMENT_ACCOUNT": "Disbursement account",
    "FISCAL_ACCOUNT": "Fiscal account",
    "DELEGATED_BANK": "Delegated account",
}
Cell = tuple[str, int]
"""An account and a month."""


def account_name(account: str) -> Both:
    """A bank account of the office as people call it."""
    return both(ACCOUNTS[account][0], ENGLISH[account])


@dataclass(frozen=True)
class AccountMonth:
    """A month of a bank account, in fen: both balances at its end, and lines of that month that are the same as nothing.

    Of a signed month the balances are those signed, and ``items`` what stood between them then.
    """

    account: str
    month: int
    book_fen: int
    bank_fen: int
    open_book: int
    open_bank: int
    items: int
    signed_on: date | None
    signers: Sequence[Signer]
    is_over: bool
    moved: bool
    confirmed_fen: int | None = None
    differs_since: int | None = None

    @property
    def gap_fen(self) -> int:
        """Books less bank."""
        return self.book_fen - self.bank_fen

    @property
    def open_lines(self) -> int:
        """Lines of both sides that are the same as nothing."""
        return self.open_book + self.open_bank

    @property
    def kind(self) -> str:
        """How its state looks: ``ok``, ``warn``, ``work`` or nothing."""
        if self.signed_on is not None:
            return "ok"
        if not self.is_over or not self.moved:
            return ""
        return "warn" if self.open_lines else "work"

    @property
    def state(self) -> Both:
        """Where the month stands."""
        if self.signed_on is not None:
            return both("已签定", "Signed")
        if not self.is_over:
            return both("未到月末", "Not over")
        if self.open_lines:
            return both(f"未勾 {self.open_lines} 笔", f"{self.open_lines} open")
        return both("待签定", "To sign") if self.moved else both("无发生", "Nothing moved")

    @property
    def to_bureau_fen(self) -> int | None:
        """Bank less the finance bureau's word; None where it said nothing."""
        return None if self.confirmed_fen is None else self.bank_fen - self.confirmed_fen

    @property
    def agrees(self) -> bool:
        """Whether bank and bureau say the same, and the books do or are signed with their differences named."""
        return self.to_bureau_fen == 0 and (self.signed_on is not None or (self.gap_fen == 0 and not self.open_lines))

    @property
    def differing_days(self) -> int:
        """How long bank and bureau have differed at the end of this month."""
        since = self.differs_since
        return 0 if since is None else (months.last_day(self.month) - months.last_day(since)).days


@dataclass(frozen=True)
class AccountYear:
    """The months of one bank account."""

    account: str
    name: Both
    months: Sequence[AccountMonth]


@dataclass(frozen=True)
class ReconciliationYear:
    """Every bank account in the months of a year."""

    year: int
    months: Sequence[int]
    accounts: Sequence[AccountYear]

    @property
    def earlier(self) -> int:
        """The year before."""
        return self.year - 1

    @property
    def later(self) -> int:
        """The year after."""
        return self.year + 1

    @property
    def every(self) -> list[AccountMonth]:
        """Every cell."""
        return [one for account in self.accounts for one in account.months]

    @property
    def open_lines(self) -> int:
        """Lines of the year that are the same as nothing."""
        return sum(one.open_lines for one in self.every)

    @property
    def to_sign(self) -> int:
        """Months that are over, moved, and nobody signed."""
        return sum(one.is_over and one.moved and one.signed_on is None for one in self.every)

    @property
    def signed(self) -> int:
        """Months that are signed."""
        return sum(one.signed_on is not None for one in self.every)


@dataclass(frozen=True)
class ThreeWayYear:
    """The fiscal account three ways, month by month: our books, the bank, and the finance bureau's own statement."""

    year: int
    months: Sequence[AccountMonth]

    @property
    def earlier(self) -> int:
        """The year before."""
        return self.year - 1

    @property
    def later(self) -> int:
        """The year after."""
        return self.year + 1

    @property
    def open_months(self) -> int:
        """Months in which the three do not say the same."""
        return sum(not one.agrees for one in self.months)


def reconciliation_year(year: str, *, viewer: Viewer) -> ReconciliationYear | None:
    """The accounts of a year, by default that of the viewer's day; None where the address names no year.

    Raises:
        MayNotLook: the viewer is none of those who read the books.
    """
    require_reader(viewer, "银行对账")
    asked = year_asked(year, default=viewer.day.year)
    return None if asked is None else _year(asked, viewer.day)


def three_way_year(year: str, *, viewer: Viewer) -> ThreeWayYear | None:
    """The months of a year that are over and in which the account held or moved anything, and those the bureau spoke of.

    Arguments and refusals as ``reconciliation_year`` has them.
    """
    whole = reconciliation_year(year, viewer=viewer)
    if whole is None:
        return None
    fiscal = next(one for one in whole.accounts if one.account == FISCAL)
    first, last = months.make(whole.year, 1), months.make(whole.year, _IN_YEAR)
    spoken = FiscalConfirmation.objects.filter(month__gte=first, month__lte=last).order_by("month")
    told = dict(spoken.values_list("month", "closing_fen"))
    found: list[AccountMonth] = []
    for one in fiscal.months:
        if (one.moved and one.is_over) or one.month in told:
            said = replace(one, confirmed_fen=told.get(one.month))
            before = found[-1].differs_since if found else None
            found.append(replace(said, differs_since=(before or one.month) if said.to_bureau_fen else None))
    return ThreeWayYear(whole.year, found)


def _year(year: int, today: date) -> ReconciliationYear:
    books, openings, moved = _book_balances(year)
    banks = _bank_balances(year, openings)
    waiting_book, waiting_bank = _open_book(year), _open_bank(year)
    rows = Reconciliation.objects.filter(period__gte=months.make(year, 1), period__lte=months.make(year, _IN_YEAR))
    signed = {(one.account, one.period): one for one in rows.select_related("act").order_by("id")}
    signers = signers_of({one.act_id for one in signed.values()})
    every = months.span(months.make(year, 1), months.add(months.make(year, _IN_YEAR), 1))
    shown = [month for month in every if months.first_day(month) <= today]

    def cell(account: str, month: int) -> AccountMonth:
        row, at = signed.get((account, month)), (account, month)
        return AccountMonth(
            account,
            month,
            row.book_fen if row else books[at],
            row.bank_fen if row else banks[at],
            waiting_book[at],
            waiting_bank[at],
            len(json.loads(row.items)) if row else 0,
            row.act.business_date if row else None,
            signers.get(row.act_id, ()) if row else (),
            months.last_day(month) < today,
            at in moved or row is not None or bool(books[at]),
        )

    accounts = [AccountYear(key, account_name(key), [cell(key, month) for month in shown]) for key in ACCOUNTS]
    return ReconciliationYear(year, shown, accounts)


def _standing_lines() -> "QuerySet[VoucherLine]":
    """Legs on bank accounts whose vouchers are not void."""
    rows = VoucherLine.objects.filter(account__key__in=list(ACCOUNTS))
    return rows.exclude(voucher__state=Voucher.State.VOIDED)


def _book_balances(year: int) -> tuple[Counter[Cell], dict[str, int], set[Cell]]:
    """What the books hold at each month's end, what they were opened with, and where anything moved."""
    last = months.make(year, _IN_YEAR)
    rows = (
        _standing_lines()
        .filter(voucher__period__lte=last)
        .values_list("account__key", "voucher__period")
        .annotate(
            fen=Sum(F("debit_fen") - F("credit_fen")),
            opened=Sum(F("debit_fen") - F("credit_fen"), filter=Q(voucher__event__in=OPENING), default=0),
        )
        .order_by("account__key", "voucher__period")
    )
    held: Counter[Cell] = Counter()
    openings: dict[str, int] = dict.fromkeys(ACCOUNTS, 0)
    moved: set[Cell] = set()
    for account, period, fen, opened in rows:
        openings[account] += int(opened)
        moved.add((account, period))
        for month in _from(period, year):
            held[account, month] += int(fen)
    return held, openings, moved


def _bank_balances(year: int, openings: Mapping[str, int]) -> Counter[Cell]:
    """What the bank says each account held at each month's end; what the books began with, where it sent nothing yet."""
    firsts = StatementLine.objects.filter(line=1).order_by("account")
    begun = {
        account: balance - credit + debit
        for account, balance, debit, credit in firsts.values_list("account", "balance_fen", "debit_fen", "credit_fen")
    }
    held: Counter[Cell] = Counter()
    for account in ACCOUNTS:
        for number in range(1, _IN_YEAR + 1):
            held[account, months.make(year, number)] = begun.get(account, openings[account])
    rows = (
        StatementLine.objects.filter(date__lte=date(year, _IN_YEAR, 31))
        .values_list("account", ExtractYear("date"), ExtractMonth("date"))
        .annotate(fen=Sum(F("credit_fen") - F("debit_fen")), first=Min("line"))
        .order_by("account", "first")
    )
    for account, of_year, number, fen, _ in rows:
        for month in _from(months.make(of_year, number), year):
            held[account, month] += int(fen)
    return held


def _open_bank(year: int) -> Counter[Cell]:
    """Lines of the bank that are the same as nothing, by account and month."""
    rows = StatementLine.objects.filter(reconciled__isnull=True, date__year=year).order_by("id")
    return Counter((account, months.of(on)) for account, on in rows.values_list("account", "date"))


def _open_book(year: int) -> Counter[Cell]:
    """Legs of the books that are the same as nothing; a voucher that moves nothing in sum says nothing to a bank."""
    first, last = months.make(year, 1), months.make(year, _IN_YEAR)
    rows = _standing_lines().filter(reconciled__isnull=True, voucher__period__gte=first, voucher__period__lte=last)
    found: Counter[tuple[str, int, int]] = Counter()
    lines: Counter[tuple[str, int, int]] = Counter()
    kept = rows.exclude(voucher__event__in=OPENING).order_by("id")
    for account, period, voucher, debit, credit in kept.values_list(
        "account__key", "voucher__period", "voucher_id", "debit_fen", "credit_fen"
    ):
        found[account, period, voucher] += debit - credit
        lines[account, period, voucher] += 1
    told: Counter[Cell] = Counter()
    for (account, period, voucher), count in lines.items():
        if found[account, period, voucher]:
            told[account, period] += count
    return told


def _from(period: int, year: int) -> Iterator[int]:
    """The months of a year from a month on; all of them where it lies before."""
    first = max(period, months.make(year, 1))
    yield from months.span(first, months.add(months.make(year, _IN_YEAR), 1)) if months.year(first) == year else ()
