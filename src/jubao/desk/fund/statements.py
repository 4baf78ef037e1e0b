"""Statements of the books (报表): balance sheet, income and expenditure, cash, paying levels, trial balance."""

from django.http import HttpResponse, QueryDict

from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Sent, submission
from jubao.desk.fund.taking import taken
from jubao.reports.statements.shown import ShownStatement, shown_sheets, shown_statement
from jubao.vocabulary.audience import BOOKS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("statements", title=both("报表", "Statements"), audience=BOOKS, menu=("fund", 40))
def statements(viewer: Viewer, asked: QueryDict) -> ShownStatement | None:
    """A statement of a month or a year, every line leading to the vouchers behind it."""
    return shown_statement(
        asked.get("kind", ""),
        asked.get("book", ""),
        month=asked.get("month", ""),
        year=asked.get("year", ""),
        viewer=viewer,
    )


@submission("statements/take-out", audience=BOOKS, title=both("打印报表", "Print a statement"))
def take_statement(seat: Seat, sent: Sent) -> HttpResponse:
    """The statement with every voucher behind it, as PDF or Excel."""
    typed = sent.fields
    kind, book, month, year = (typed.get(name, "") for name in ("kind", "book", "month", "year"))
    sheets = shown_sheets(kind, book, month=month, year=year, viewer=seat.viewer)
    return taken(seat, sheets, f"statement-{kind}-{book}-{month or year}", typed.get("form", ""))
