"""What the fund's books say of a year, account by account: the actual side of budgets and projections."""

from datetime import date

from jubao.reports.statements.lines import account_lines
from jubao.reports.statements.reading import Named, TermNotBegun, term_of
from jubao.reports.statements.shape import Line

FLOWS = {"income", "expenditure"}


def actual_lines(year: int, *, month: int | None = None, as_of: date | None = None) -> list[tuple[Named, Line]]:
    """Income and expenditure accounts with earlier months, the term, and the year so far.

    Raises:
        TermNotBegun: the day lies before the term.
    """
    term = term_of(year=year, month=month, as_of=as_of)
    return [(account, line) for account, line in account_lines("FUND", term, yearly=True) if account.nature in FLOWS]


def actual_year(year: int, *, as_of: date) -> dict[str, int]:
    """Fen of a year by account key, as known on a day; empty before the year began."""
    try:
        return {account.key: line.closing_fen for account, line in actual_lines(year, as_of=as_of)}
    except TermNotBegun:
        return {}
