"""A payroll month from calculation to the bank and back."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.payments.months import PAYMENT
from jubao.operations.payments.payroll_seen import PayrollMonth, payroll_month
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("payroll/<month:month>", title=both("月度发放", "Payroll month"), audience=PAYMENT, queries=20)
def month(viewer: Viewer, asked: QueryDict, month: int) -> PayrollMonth | None:
    """Its steps, what changed since last month and why, whom somebody must look at, and what the bank did not pay."""
    return payroll_month(month, viewer=viewer)
