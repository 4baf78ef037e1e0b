"""Registration campaigns and how far they are (登记专项)."""

from django.http import QueryDict

from jubao.desk.contributions.collection import COLLECTION
from jubao.desk.frame.page import page
from jubao.reports.business.campaigns import SeenCampaign
from jubao.reports.business.campaigns import campaigns as all_campaigns
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("campaigns", title=both("登记专项", "Campaigns"), audience=COLLECTION, menu=("business", 14), queries=5)
def campaigns(viewer: Viewer, asked: QueryDict) -> tuple[SeenCampaign, ...]:
    """What was handed down, what came of it, and why some cannot be recorded."""
    return all_campaigns(viewer=viewer)
