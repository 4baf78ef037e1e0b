"""Drawing a template: it sees the answer, who looks, the route, and what stands around the page; nothing else."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import get_template

from jubao.desk.frame.route import Route
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.surroundings import surroundings


def drawn(template: str, it: Any, request: HttpRequest, route: Route | None, seat: Seat | None = None) -> str:
    """A page or a part of it as text.

    Args:
        template: its path in the room, with ``#part`` for a piece.
        it: the answer; route: the page's; seat: who looks, None before signing in.
    """
    is_part = "#" in template
    frame = surroundings(request, seat, is_part=is_part, route=route)
    seen = {"it": it, "viewer": seat.viewer if seat else None, "route": route, "frame": frame}
    return str(get_template(template).render(seen, request))
