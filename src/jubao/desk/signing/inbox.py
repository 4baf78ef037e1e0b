"""Everything that waits for one's own signature (轮到我签)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.envelope.seen.inbox import Inbox
from jubao.operations.envelope.seen.inbox import inbox as waiting
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page("inbox", title=both("轮到我签", "To sign"), audience=SIGNERS, menu=("desk", 10), queries=6)
def inbox(viewer: Viewer, asked: QueryDict) -> Inbox:
    """What waits for the viewer's own signature, the earliest due first, page by page."""
    return waiting(viewer=viewer, after=asked.get("after"))
