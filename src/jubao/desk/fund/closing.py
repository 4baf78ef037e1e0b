"""Closing a month (月结): what still stands against it, agreements signed, and the act; closed, its seal."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.fund.closing_page import ClosingPage, closing_page
from jubao.vocabulary.audience import BOOKS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("closing/<month:month>", title=both("月结", "Closing a month"), audience=BOOKS)
def closing(viewer: Viewer, asked: QueryDict, month: int) -> ClosingPage | None:
    """A month of a book on its way to being closed."""
    return closing_page(month, asked.get("book", ""), viewer=viewer)
