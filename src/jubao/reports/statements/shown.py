"""A statement as a page shows it: what may be chosen, every row with what it opens, and the checks it passed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jubao.documents.sheet import Sheet
from jubao.reports.statements.reader import BOOK_NAMES, book_asked, month_asked, require_reader, year_asked
from jubao.reports.statements.reading import Term, TermNotBegun, term_of
from jubao.reports.statements.shape import Line, Statement, StatementDoesNotFoot
from jubao.reports.statements.sheet import cells, statement_sheets, total_of
from jubao.reports.statements.statement import KINDS, statement
from jubao.vocabulary import month as months
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

BALANCE = "balance"
TITLES: Mapping[str, Both] = {
    "balance": both("资产负债表", "Balance sheet"),
    "income": both("收支表", "Income and expenditure"),
    "cash": both("货币资金", "Cash by account"),
    "levels": both("分级次", "By paying level"),
    "trial": both("试算平衡", "Trial balance"),
}


@dataclass(frozen=True)
class StatementRow:
    """A row as printed: a heading (no amounts), a line with the account (and event) it opens, or a total.

    ``amounts`` stand in the order of the headings, in fen; None where the statement leaves the place empty.
    """

    code: str
    name: str
    amounts: Sequence[int | None]
    account: str
    event: str
    is_heading: bool
    is_total: bool


@dataclass(frozen=True)
class ShownStatement:
    """A statement with its rows; ``fault`` says why there is none, where its sums contradict each other or the books."""

    kind: str
    title: Both
    kinds: Mapping[str, Both]
    book: str
    books: Mapping[str, Both]
    term: Term | None
    month: int | None
    year: int
    headings: Sequence[str]
    rows: Sequence[StatementRow]
    checks: int
    fault: str

    @property
    def earlier(self) -> int:
        """The month or year before."""
        return months.add(self.month, -1) if self.month else self.year - 1

    @property
    def later(self) -> int:
        """The month or year after."""
        return months.add(self.month, 1) if self.month else self.year + 1

    @property
    def columns(self) -> int:
        """How many columns a heading spans."""
        return 2 + len(self.headings)


@dataclass(frozen=True)
class AskedStatement:
    """Which statement an address asks for: of a month, or (``month`` None) of a whole year."""

    kind: str
    book: str
    month: int | None
    year: int

    @property
    def term(self) -> Term:
        """The term. Raises TermNotBegun."""
        return term_of(year=self.year, month=self.month)


def statement_asked(kind: str, book: str, *, month: str = "", year: str = "", viewer: Viewer) -> AskedStatement | None:
    """What an address asks for; None where that is none. Arguments and refusals as ``shown_statement`` has them."""
    require_reader(viewer, "账簿报表")
    code, asked = book_asked(book), kind or BALANCE
    if code is None or asked not in TITLES:
        return None
    if asked not in KINDS[code]:
        asked = BALANCE
    if year:
        whole = year_asked(year, default=viewer.day.year)
        return None if whole is None else AskedStatement(asked, code, None, whole)
    of = month_asked(month, default=months.of(viewer.day))
    return None if of is None else AskedStatement(asked, code, of, months.year(of))


def shown_statement(kind: str, book: str, *, month: str = "", year: str = "", viewer: Viewer) -> ShownStatement | None:
    """A statement as an address asks for it; None where it asks for what is none.

    Args:
        kind: balance (by default), income, cash, levels or trial; book: code of a book, the fund by default.
        month: YYYYMM, by default that of the viewer's day; year: a whole year instead.
        viewer: who reads.
    Raises:
        MayNotLook: he is none of those who read the books.
    """
    asked = statement_asked(kind, book, month=month, year=year, viewer=viewer)
    if asked is None:
        return None
    made, fault = None, ""
    try:
        made = statement(asked.kind, asked.book, asked.term)
    except (StatementDoesNotFoot, TermNotBegun) as wrong:
        fault = str(wrong)
    return ShownStatement(
        asked.kind,
        TITLES[asked.kind],
        {one: title for one, title in TITLES.items() if one in KINDS[asked.book]},
        asked.book,
        BOOK_NAMES,
        made.term if made else None,
        asked.month,
        asked.year,
        made.headings if made else (),
        tuple(_rows(made)) if made else (),
        len(made.checks) if made else 0,
        fault,
    )


def shown_sheets(kind: str, book: str, *, month: str = "", year: str = "", viewer: Viewer) -> list[Sheet] | None:
    """The statement and every voucher behind it as sheets for paper and Excel.

    Arguments and refusals as ``shown_statement`` has them.

    Raises:
        StatementDoesNotFoot, TermNotBegun: there is none.
    """
    asked = statement_asked(kind, book, month=month, year=year, viewer=viewer)
    return None if asked is None else statement_sheets(statement(asked.kind, asked.book, asked.term))


def _rows(told: Statement) -> Iterator[StatementRow]:
    nothing: tuple[int | None, ...] = (None,) * len(told.headings)
    for part in told.sections:
        if not part.lines:
            continue
        yield StatementRow("", part.title, nothing, "", "", is_heading=True, is_total=False)
        for line in part.lines:
            yield _row(line, cells(told, line), is_total=False)
        yield _row(part.total, total_of(told, part.lines, part.total), is_total=True)
    if told.result:
        yield _row(told.result, total_of(told, told.lines, told.result), is_total=True)


def _row(line: Line, amounts: Sequence[int | None], *, is_total: bool) -> StatementRow:
    """A line opens where one account alone is behind it; a total adds up the lines above it."""
    account = line.keys[0] if len(line.keys) == 1 and not is_total else ""
    return StatementRow(line.code, line.name, amounts, account, line.event, is_heading=False, is_total=is_total)
