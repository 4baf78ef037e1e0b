"""Lists from outside and how far each is worked off (疑点核查)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.registers.lists_seen import LISTS, ReceivedLists, received_lists
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

SUSPICIONS = posts("17, 18", *sorted(LISTS))


@page("match", title=both("疑点核查", "Suspicions"), audience=SUSPICIONS, menu=("business", 50), queries=6)
def lists_received(viewer: Viewer, asked: QueryDict) -> ReceivedLists:
    """Every list with its hits by state, those with something open first."""
    return received_lists(viewer=viewer)
