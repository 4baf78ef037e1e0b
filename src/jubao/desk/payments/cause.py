"""The people behind one cause of a difference between two months."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.payments.months import PAYMENT
from jubao.operations.payments.payroll_cause import CauseOfMonth, payroll_cause
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page(
    "payroll/<month:month>/<word:cause>",
    title=both("与上月不同的人", "People who differ from last month"),
    audience=PAYMENT,
    queries=18,
)
def cause(viewer: Viewer, asked: QueryDict, month: int, cause: str) -> CauseOfMonth | None:
    """Whom it concerns, the largest differences first, what each was paid in both months, and why."""
    return payroll_cause(month, cause, viewer=viewer, after=asked.get("after", ""), township=asked.get("township", ""))
