"""Outlets: today, this year, and who has been silent (网点)."""

from django.http import QueryDict

from jubao.desk.contributions.collection import COLLECTION
from jubao.desk.frame.page import page
from jubao.reports.business.outlets import Outlets, all_outlets
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("outlets", title=both("服务网点", "Outlets"), audience=COLLECTION, menu=("business", 12), queries=4)
def outlets(viewer: Viewer, asked: QueryDict) -> Outlets:
    """Every outlet, those silent longest first."""
    return all_outlets(viewer=viewer)
