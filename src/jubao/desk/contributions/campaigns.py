"""Registration campaigns and how far they are (登记专项)."""

from dataclasses import dataclass

from django.http import QueryDict

from jubao.desk.contributions.collection import COLLECTION
from jubao.desk.frame.page import page
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.business.campaigns import SeenCampaign
from jubao.reports.business.campaigns import campaigns as all_campaigns
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class ShownCampaigns:
    """Every campaign, and the acts that open one or take results in."""

    campaigns: tuple[SeenCampaign, ...]
    acts: tuple[OfferedAct, ...]


@page("campaigns", title=both("登记专项", "Campaigns"), audience=COLLECTION, menu=("business", 14), queries=5)
def campaigns(viewer: Viewer, asked: QueryDict) -> ShownCampaigns:
    """What was handed down, what came of it, and why some cannot be recorded."""
    return ShownCampaigns(all_campaigns(viewer=viewer), offered(viewer, about=About.CAMPAIGN, answers={}))
