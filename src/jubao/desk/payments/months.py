"""All months of payment, and the one whose turn it is (月度发放)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.payments.payroll_months import PayrollMonths, payroll_months
from jubao.operations.payments.payroll_seen import PAYROLL
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

PAYMENT = posts("19–26", *sorted(PAYROLL))


@page("payroll", title=both("月度发放", "Monthly payment"), audience=PAYMENT, menu=("business", 30), queries=5)
def months(viewer: Viewer, asked: QueryDict) -> PayrollMonths:
    """The last two years, where each month stands, and how many it did not reach."""
    return payroll_months(viewer=viewer)
