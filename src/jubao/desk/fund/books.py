"""The books (账簿): how far each is kept, its accounts by level, and one account's ledger page by page."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.reports.statements.ledger import AccountLedger, account_ledger
from jubao.reports.statements.shelf import Shelf, shelf
from jubao.vocabulary.audience import BOOKS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("books", title=both("账簿", "Books"), audience=BOOKS, menu=("fund", 20))
def books(viewer: Viewer, asked: QueryDict) -> Shelf | None:
    """The books, the balances of one of them in a month, and which months of that year are closed."""
    return shelf(asked.get("book", ""), asked.get("month", ""), viewer=viewer)


@page("books/<book:book>/<account:account>", title=both("明细账", "Account ledger"), audience=BOOKS)
def account(viewer: Viewer, asked: QueryDict, book: str, account: str) -> AccountLedger | None:
    """One account in a month or a year: every leg with the balance after it."""
    return account_ledger(
        book,
        account,
        month=asked.get("month", ""),
        year=asked.get("year", ""),
        event=asked.get("event", ""),
        after=asked.get("after", ""),
        viewer=viewer,
    )
