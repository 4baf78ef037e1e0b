"""Who may read the books, and what an address may ask of them: a book, a month, a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jubao.policy.in_force import NoLawForDay
from jubao.reports.law import office_policy
from jubao.reports.statements.reading import BOOKS
from jubao.vocabulary import month as months
from jubao.vocabulary.audience import BOOKS as READERS
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

FUND = "FUND"
FIRST_YEAR, LAST_YEAR = 2009, 2100
BOOK_NAMES: Mapping[str, Both] = {
    "FUND": both("基金", "Fund"),
    "DELEGATED": both("代发", "Delegated"),
    "ACCOUNTS": both("个人账户", "Individual accounts"),
}
"""The books by their short names, as tabs and tags call them."""


@dataclass(frozen=True)
class Sided:
    """A balance as ledgers write it: the side on which it stands, and how much, in fen."""

    side: Both
    fen: int


def sided(balance_fen: int) -> Sided:
    """A balance (debit minus credit) with its side."""
    if not balance_fen:
        return Sided(both("平", "–"), 0)
    return Sided(both("借", "Dr") if balance_fen > 0 else both("贷", "Cr"), abs(balance_fen))


class Turnover:
    """What an account held, and what moved it, in fen; balances are debit minus credit."""

    opening_fen: int
    debit_fen: int
    credit_fen: int

    @property
    def closing_fen(self) -> int:
        """What it holds at the end."""
        return self.opening_fen + self.debit_fen - self.credit_fen

    @property
    def opening(self) -> Sided:
        """What it held at the beginning, with its side."""
        return sided(self.opening_fen)

    @property
    def closing(self) -> Sided:
        """What it holds at the end, with its side."""
        return sided(self.closing_fen)


def require_reader(viewer: Viewer, what: str) -> None:
    """Refuse the books to whoever may not read them, the cashier among them (controls e.2, 25 and 27 to 29). Raises MayNotLook."""
    viewer.require(READERS.posts, what)
    viewer.require_everywhere(what)


def event_titles(on: date) -> Mapping[str, str]:
    """What the posting templates of a day call each business event; nothing where no law of the day is laid down."""
    try:
        return {event: str(one["title"]) for event, one in office_policy().postings(on).items()}
    except NoLawForDay:
        return {}


def book_asked(text: str) -> str | None:
    """A book by its code, the fund where none is asked for; None where there is no such book."""
    code = text or FUND
    return code if code in BOOKS else None


def month_asked(text: str, *, default: int) -> int | None:
    """A month as an address has it (``201712`` or ``2017-12``); None where it is none."""
    if not text:
        return default
    try:
        month = months.parse(text)
    except months.NotAMonth:
        return None
    return month if FIRST_YEAR <= months.year(month) <= LAST_YEAR else None


def year_asked(text: str, *, default: int) -> int | None:
    """A year as an address has it; None where it is none."""
    if not text:
        return default
    year = int(text) if text.isascii() and text.isdigit() and len(text) == len(str(LAST_YEAR)) else 0
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
