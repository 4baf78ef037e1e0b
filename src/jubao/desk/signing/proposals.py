"""Proposals by who made them and where they stand (申请)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.envelope.seen.proposals import Proposals, Wanted
from jubao.operations.envelope.seen.proposals import proposals as listed
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("proposals", title=both("申请", "Proposals"), audience=SIGNERS, menu=("desk", 20), queries=9)
def proposals(viewer: Viewer, asked: QueryDict) -> Proposals:
    """Proposals the viewer's posts may see, the latest first; only his own, of a state or of an act where he asks so."""
    wanted = Wanted(mine=asked.get("mine") == "1", state=asked.get("state", ""), code=asked.get("code", ""))
    return listed(wanted, viewer=viewer, after=asked.get("after"))
