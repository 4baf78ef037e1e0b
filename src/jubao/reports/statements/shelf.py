"""The books on their shelf: how far each is kept and closed, a year's months, and every account's balance by level."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from jubao.ledger.models import PeriodClose, Voucher
from jubao.reports.signatures import Signer, signers_of
from jubao.reports.statements.lines import account_lines, natural_side
from jubao.reports.statements.reader import BOOK_NAMES, Turnover, book_asked, month_asked, require_reader
from jubao.reports.statements.reading import BOOKS, Named, term_of
from jubao.reports.statements.shape import Line
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

_IN_YEAR, _TOP, _STEP = 12, 4, 2
_BETWEEN = "——"


@dataclass(frozen=True)
class BookState:
    """How far a book is kept: its months, the last closed one, how many vouchers it has and how many wait.

    ``next_month`` is the one to be closed next; None for a book without vouchers.
    """

    code: str
    name: Both
    title: str
    first_month: int | None
    last_month: int | None
    closed_through: int | None
    vouchers: int
    waiting: int

    @property
    def next_month(self) -> int | None:
        """The month to be closed next."""
        return self.first_month if self.closed_through is None else months.add(self.closed_through, 1)


@dataclass(frozen=True)
class MonthState:
    """A month of a book: its vouchers and debits, and when and by whom it was closed (None while it is open)."""

    month: int
    vouchers: int
    debit_fen: int
    closed_on: date | None
    manifest: str
    signers: Sequence[Signer]

    @property
    def state(self) -> Both:
        """Open, or closed, in a word."""
        return both("未月结", "Open") if self.closed_on is None else both("已月结", "Closed")


@dataclass(frozen=True)
class AccountRow(Turnover):
    """An account, or what accounts of one parent come to (``key`` empty), in fen; balances are debit minus credit."""

    key: str
    code: str
    name: str
    level: int
    opening_fen: int
    debit_fen: int
    credit_fen: int
    side: int

    @property
    def is_odd(self) -> bool:
        """Whether it stands on the side on which its kind does not ordinarily stand."""
        return self.closing_fen * self.side < 0


@dataclass(frozen=True)
class Shelf:
    """What the books page shows: every book, one of them in a month, and the months of that year."""

    books: tuple[BookState, ...]
    book: str
    month: int
    earlier_month: int
    later_month: int
    months: tuple[MonthState, ...]
    years: tuple[int, ...]
    accounts: tuple[AccountRow, ...]
    opening_fen: int
    debit_fen: int
    credit_fen: int
    closing_fen: int

    @property
    def year(self) -> int:
        """The year of the months shown."""
        return months.year(self.month)

    @property
    def state(self) -> BookState:
        """The book shown."""
        return next(one for one in self.books if one.code == self.book)

    @property
    def month_state(self) -> MonthState | None:
        """The month shown, where the book has anything in it."""
        return next((one for one in self.months if one.month == self.month), None)


def shelf(book: str, month: str, *, viewer: Viewer) -> Shelf | None:
    """Books, months and balances as an address asks for them; None where it asks for what is none.

    Args:
        book: code of a book, the fund by default.
        month: YYYYMM, by default the last one in which the book has vouchers.
        viewer: who reads.
    Raises:
        MayNotLook: he is none of those who read the books.
    """
    require_reader(viewer, "账簿")
    code = book_asked(book)
    if code is None:
        return None
    states = book_states()
    last = next(one.last_month for one in states if one.code == code) or months.of(viewer.day)
    asked = month_asked(month, default=last)
    if asked is None:
        return None
    lines = [
        (account, line)
        for account, line in account_lines(code, term_of(year=months.year(asked), month=asked))
        if any(line.amounts)
    ]
    known = _months(code, months.year(asked))
    first = next(one.first_month for one in states if one.code == code) or asked
    return Shelf(
        states,
        code,
        asked,
        months.add(asked, -1),
        months.add(asked, 1),
        known,
        tuple(range(min(months.year(first), months.year(asked)), max(months.year(last), months.year(asked)) + 1)),
        tuple(by_level(lines)),
        sum(line.side * line.opening_fen for _, line in lines),
        sum(line.debit_fen for _, line in lines),
        sum(line.credit_fen for _, line in lines),
        sum(line.side * line.closing_fen for _, line in lines),
    )


def book_states() -> tuple[BookState, ...]:
    """How far every book is kept and closed."""
    waiting = Count("id", filter=Q(state=Voucher.State.PENDING))
    rows = Voucher.objects.values("book").annotate(
        first=Min("period"), last=Max("period"), count=Count("id"), waiting=waiting
    )
    kept: dict[str, Mapping[str, Any]] = {row["book"]: row for row in rows.order_by("book")}
    closes = PeriodClose.objects.filter(kind="MONTH").values_list("book").annotate(last=Max("period"))
    closed = dict(closes.order_by("book"))
    return tuple(
        BookState(
            code,
            BOOK_NAMES[code],
            title,
            kept.get(code, {}).get("first"),
            kept.get(code, {}).get("last"),
            closed.get(code),
            kept.get(code, {}).get("count", 0),
            kept.get(code, {}).get("waiting", 0),
        )
        for code, title in BOOKS.items()
    )


def _months(book: str, year: int) -> tuple[MonthState, ...]:
    """The months of a year that have vouchers or are closed."""
    first, last = months.make(year, 1), months.make(year, _IN_YEAR)
    vouchers = Voucher.objects.filter(book=book, period__gte=first, period__lte=last)
    rows = vouchers.values_list("period").annotate(count=Count("id"), fen=Sum("debit_fen")).order_by("period")
    moved: Mapping[int, tuple[int, int]] = {period: (count, int(fen)) for period, count, fen in rows}
    closes = PeriodClose.objects.filter(book=book, kind="MONTH", period__gte=first, period__lte=last)
    closed = {one.period: one for one in closes.select_related("act").order_by("period")}
    signed = signers_of({one.act_id for one in closed.values()})
    found = []
    for month in sorted({*moved, *closed}):
        count, fen = moved.get(month, (0, 0))
        close = closed.get(month)
        found.append(
            MonthState(month, count, fen, None, "", ())
            if close is None
            else MonthState(month, count, fen, close.act.business_date, close.manifest, signed.get(close.act_id, ()))
        )
    return tuple(found)


def by_level(lines: Iterable[tuple[Named, Line]]) -> Iterator[AccountRow]:
    """Accounts in the order of their codes, each group of details below what its parent comes to.

    A code is four signs and two more for each level below; details carry their parents' names before a long dash.
    """
    kept = sorted(((account, line) for account, line in lines), key=lambda one: one[0].code)
    told: set[str] = set()
    for account, line in kept:
        for parent in parents_of(account.code):
            if parent not in told:
                told.add(parent)
                below = [(one, its) for one, its in kept if one.code.startswith(parent)]
                yield _group(parent, account, below)
        yield AccountRow(
            account.key,
            account.code,
            account.name.split(_BETWEEN)[-1] if parents_of(account.code) else account.name,
            level_of(account.code),
            line.side * line.opening_fen,
            line.debit_fen,
            line.credit_fen,
            natural_side(account),
        )


def parents_of(code: str) -> list[str]:
    """Codes of the levels above a code, the highest first."""
    return [code[:end] for end in range(_TOP, len(code), _STEP)]


def level_of(code: str) -> int:
    """The level of a code: 1 for a general account, 2 and more for details."""
    return 1 + max(len(code) - _TOP, 0) // _STEP


def _group(code: str, account: Named, below: Sequence[tuple[Named, Line]]) -> AccountRow:
    place = level_of(code)
    name = account.name.split(_BETWEEN)[place - 1] if account.name.count(_BETWEEN) >= place - 1 else account.name
    return AccountRow(
        "",
        code,
        name,
        place,
        sum(line.side * line.opening_fen for _, line in below),
        sum(line.debit_fen for _, line in below),
        sum(line.credit_fen for _, line in below),
        natural_side(account),
    )
