"""One proposal before whoever signs it, or asks what became of it (签署)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.envelope.seen.review import Review
from jubao.operations.envelope.seen.review import review as shown
from jubao.vocabulary.audience import SIGNERS
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

FURTHEST = 9


@page("proposals/<proposal:key>", title=both("签署", "Review"), audience=SIGNERS, parts=("people",), queries=14)
def review(viewer: Viewer, asked: QueryDict, key: str) -> Review:
    """A proposal: exceptions to tick, before and after, money, people, papers, the chain, and the panel to sign."""
    people_from = asked.get("people", "")
    return shown(
        key,
        viewer=viewer,
        people_from=int(people_from) if people_from.isdecimal() and len(people_from) <= FURTHEST else 0,
    )
