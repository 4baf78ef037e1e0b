"""One batch for the bank: a month's pensions, single sums, or payments on behalf."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.payments.months import PAYMENT
from jubao.operations.payments.batch_seen import SeenBatch, seen_batch
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("batches/<number:number>", title=both("支付批次", "Payment batch"), audience=PAYMENT, queries=10)
def batch(viewer: Viewer, asked: QueryDict, number: str) -> SeenBatch | None:
    """Its steps, what each bank was asked for and answered, and what was not paid."""
    return seen_batch(number, viewer=viewer)
