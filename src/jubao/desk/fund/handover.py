"""Batches on their way to the bank and back (报盘): what the cashier hands over, and what came back."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.payments.handover import READERS, Handover
from jubao.operations.payments.handover import handover as batches_on_their_way
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

HANDS = posts("22–25", *sorted(READERS), shows=Shows.THE_OFFICE)


@page("handover", title=both("报盘", "Handover to the bank"), audience=HANDS, menu=("fund", 60))
def handover(viewer: Viewer, asked: QueryDict) -> Handover:
    """Released batches to hand over, handed over and not answered, answered, and the tray."""
    return batches_on_their_way(viewer=viewer)
