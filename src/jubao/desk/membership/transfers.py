"""Relations that move in and out, and what waits (关系转移)."""

from django.http import QueryDict

from jubao.desk.frame.page import page
from jubao.operations.membership.transfers_seen import MOVING, Moves, moves
from jubao.vocabulary.audience import posts
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@page(
    "transfers",
    title=both("关系转移", "Transfers"),
    audience=posts("2, 10, 36", *sorted(MOVING)),
    menu=("business", 70),
    queries=12,
)
def transfers(viewer: Viewer, asked: QueryDict) -> Moves | None:
    """What waits with its due day, the year by kind, and every move."""
    return moves(viewer=viewer, direction=asked.get("direction", ""), after=asked.get("after", ""))
