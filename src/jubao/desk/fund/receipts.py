"""Money received and not placed yet (待入账收款), with how far the bank's lines are here."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.fund.receipts_page import ReceiptsPage, receipts_page
from jubao.reports.reconciliation.receipts import READERS
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

MATCHERS = posts("9, 25", *sorted(READERS), shows=Shows.THE_OFFICE)


@page("receipts", title=both("待入账收款", "Receipts not placed"), audience=MATCHERS, menu=("fund", 50))
def receipts(viewer: Viewer, asked: QueryDict) -> ReceiptsPage | None:
    """Bank lines nobody placed, receipts held for want of a name, statement files taken in."""
    return receipts_page(after=asked.get("after", ""), viewer=viewer)
