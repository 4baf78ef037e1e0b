"""Rounds of home checks handed to the villages (上门核查)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.home_checks.rounds_seen import CHECKS, Rounds
from jubao.operations.home_checks.rounds_seen import rounds as all_rounds
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

HOME_CHECKS = posts("17, 18", *sorted(CHECKS))


@page("home-checks", title=both("上门核查", "Home checks"), audience=HOME_CHECKS, menu=("business", 55), queries=5)
def rounds(viewer: Viewer, asked: QueryDict) -> Rounds:
    """Every round: due when, what came back, who is still to be seen."""
    return all_rounds(viewer=viewer)
