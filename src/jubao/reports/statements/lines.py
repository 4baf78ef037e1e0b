"""A line for every account of a book, on the side it is read on."""

from collections.abc import Callable

from jubao.reports.statements.reading import YEAR_CLOSED, Named, Term, accounts_named, flows
from jubao.reports.statements.shape import CREDIT, DEBIT, Line

NATURES = {
    "asset": "资产",
    "liability": "负债",
    "net": "净资产",
    "income": "收入",
    "expenditure": "支出",
    "memo": "备查",
}
CONTROL = "ACCOUNT_CONTROL"  # the memorandum's debit side

AccountLine = tuple[Named, Line]


def natural_side(account: Named) -> int:
    """The side on which an account ordinarily stands."""
    return DEBIT if account.nature in {"asset", "expenditure"} or account.key == CONTROL else CREDIT


def account_lines(
    book: str, term: Term, *, side_of: Callable[[Named], int] = natural_side, yearly: bool = False
) -> list[AccountLine]:
    """Each account of a book with its line, in the order of codes.

    Args:
        book: FUND, DELEGATED or ACCOUNTS.
        term: opening lies before it, movements within it.
        side_of: the side an account is read on.
        yearly: count the opening from New Year's Day only, and leave the year-end close out.
    """
    since, without = (term.year_start, (YEAR_CLOSED,)) if yearly else (None, ())
    sums: dict[str, tuple[int, int, int]] = {}
    for flow in flows(book, term, since=since, without=without):
        opening, debit, credit = sums.get(flow.key, (0, 0, 0))
        sums[flow.key] = opening + flow.opening_fen, debit + flow.debit_fen, credit + flow.credit_fen
    return [
        (account, _line(account, side_of(account), sums.get(account.key, (0, 0, 0))))
        for account in accounts_named(book, on=term.last).values()
    ]


def _line(account: Named, side: int, sums: tuple[int, int, int]) -> Line:
    opening, debit, credit = sums
    return Line(account.code, account.name, side, side * opening, debit, credit, (account.key,))
