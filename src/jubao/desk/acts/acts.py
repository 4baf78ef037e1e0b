"""Every act a viewer may make (业务办理), by what it is about, and those of which he signs a step."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.envelope.seen.every_act import OfficeActs, every_act
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("acts", title=both("业务办理", "Acts"), audience=SIGNERS, menu=("desk", 30), queries=0, parts=("found",))
def acts(viewer: Viewer, asked: QueryDict) -> OfficeActs:
    """What may be done here, searched by its name, its code or what it asks."""
    return every_act(asked.get("q", ""), viewer=viewer)
