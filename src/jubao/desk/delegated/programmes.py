"""Programmes paid on behalf of other departments (代发项目)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.delegated.months_seen import BEHALF, Behalf, on_behalf
from jubao.vocabulary.audience import Shows, posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page(
    "delegated",
    title=both("代发项目", "Paid on behalf"),
    audience=posts("19–24, 36", *sorted(BEHALF), shows=Shows.THE_OFFICE),
    menu=("business", 80),
    queries=12,
)
def programmes(viewer: Viewer, asked: QueryDict) -> Behalf:
    """Money that came, was paid, came back and is left, and every month's batch."""
    return on_behalf(viewer=viewer)
