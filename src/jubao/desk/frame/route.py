"""What answers at the desk: each address with its audience, declared beside the function that answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.urls import path as address_of

from jubao.desk.frame import converters  # noqa: F401  what stands in an address is known before the first one
from jubao.vocabulary.audience import Audience
from jubao.vocabulary.both import Both


class Asks(Enum):
    """How a route is asked."""

    PAGE = "GET"
    SUBMISSION = "POST"


@dataclass(frozen=True)
class Route:
    """One declared address.

    Attributes:
        name: ``room.function``; path: as Django writes it; title: of the page.
        audience: what it shows, and to whom.
        asks: whether it is looked at or submitted.
        template: the page's own, lying beside its function; none for a submission.
        queries: how many statements its answer may take, those of the seat aside.
        parts: pieces of it that may be asked for alone.
        menu: group and place in the menu, where it stands there.
        about_person: the path argument that is a person's key, for whom a mask may be lifted.
        function: what answers.
    """

    name: str
    path: str
    title: Both
    audience: Audience
    asks: Asks
    template: str
    queries: int
    parts: tuple[str, ...]
    menu: tuple[str, int] | None
    about_person: str
    function: Callable[..., Any]


ROUTES: dict[str, Route] = {}


def name_of(function: Callable[..., Any]) -> str:
    """``people.person`` of the function ``person`` in the room ``people``."""
    room = function.__module__.removeprefix("jubao.desk.").partition(".")[0]
    return f"{room}.{function.__name__}"


def enter(route: Route, answering: Callable[..., Any]) -> None:
    """Add a route; Django finds it by ``url_patterns``. Each name is given once."""
    assert route.name not in ROUTES, f"the route {route.name} is declared twice"
    answering.route = route  # type: ignore[attr-defined]
    ROUTES[route.name] = route
    PATTERNS.append(address_of(route.path, answering, name=route.name))


PATTERNS: list[Any] = []
