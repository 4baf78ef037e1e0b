"""One round of home checks."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.desk.suspicions.rounds import HOME_CHECKS
from jubao.operations.home_checks.rounds_seen import SeenRound, seen_round
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("home-checks/<number:number>", title=both("核查轮次", "Round of home checks"), audience=HOME_CHECKS, queries=8)
def round(viewer: Viewer, asked: QueryDict, number: str) -> SeenRound | None:  # noqa: A001  the round of the house
    """Village by village what was seen, and whom nobody has seen yet."""
    return seen_round(number, viewer=viewer, after=asked.get("after", ""))
