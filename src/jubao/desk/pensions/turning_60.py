"""Who reaches the pension age in a month (到龄)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.pensions.turning_sixty import AWARDING, TurningSixty, turning_in
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page(
    "turning-60",
    title=both("到龄人员", "Turning sixty"),
    audience=posts("1, 11", *sorted(AWARDING)),
    menu=("business", 20),
    queries=12,
)
def turning_60(viewer: Viewer, asked: QueryDict) -> TurningSixty | None:
    """Years missing, what they would cost, and how far each is."""
    return turning_in(asked, viewer=viewer)
