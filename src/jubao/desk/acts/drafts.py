"""Drafts (草稿): what somebody has typed and not submitted, to go on with or to throw away."""

from dataclasses import dataclass

from django.http import QueryDict

from jubao.desk.frame.clock import now
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Goto, Sent, submission
from jubao.operations.beside.drafts import Kept, drafts_of
from jubao.operations.beside.drafts import drop as forget
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Drafts:
    """A writer's drafts, the latest first."""

    drafts: tuple[Kept, ...]


@page("drafts", title=both("草稿", "Drafts"), audience=SIGNERS, menu=("desk", 40), queries=1)
def drafts(viewer: Viewer, asked: QueryDict) -> Drafts:
    """What this viewer has typed and not submitted; nobody else sees it."""
    return Drafts(drafts_of(viewer.staff, at=now()))


@submission("drafts/drop", audience=SIGNERS)
def drop(seat: Seat, sent: Sent) -> Goto:
    """Throw one away."""
    forget(sent.fields.get("key", ""), staff=seat.staff, at=seat.at)
    return Goto("/drafts", both("草稿已删除。", "The draft is gone."))
