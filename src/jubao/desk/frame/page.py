"""A page: a function that makes one call and gives an answer, drawn by the template of its name beside it."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from jubao.desk.frame import answers
from jubao.desk.frame.drawing import drawn
from jubao.desk.frame.notice import forget
from jubao.desk.frame.reading import only_reading
from jubao.desk.frame.route import Asks, Route, enter, name_of
from jubao.desk.frame.seat import Seat, keep_seated, seated
from jubao.vocabulary.audience import Audience, Shows
from jubao.vocabulary.both import Both

SEAT_QUERIES = 10
"""Statements that tell who sits here and what stands around a page; its own come on top."""
Answering = Callable[..., Any]


def page(
    path: str,
    *,
    title: Both,
    audience: Audience,
    queries: int = 12,
    parts: tuple[str, ...] = (),
    menu: tuple[str, int] | None = None,
    about_person: str = "",
) -> Callable[[Answering], Answering]:
    """Declare a page: ``function(viewer, asked, **arguments)`` gives its answer, or None where there is none.

    Args:
        path: as Django writes it; title: of the page and in the menu.
        audience: what it shows, and to whom; before it is asked nothing is read.
        queries: how many statements it may take.
        parts: named pieces of the template that may be asked for alone.
        menu: group and place in the menu.
        about_person: the path argument that is a person's key, for whom a mask may be lifted.
    """

    def declare(function: Answering) -> Answering:
        name = name_of(function)
        template = f"{name.replace('.', '/')}.html"
        route = Route(name, path, title, audience, Asks.PAGE, template, queries, parts, menu, about_person, function)

        enter(route, answers.spoken_or_refused(route, _answered))
        return function

    return declare


def _answered(request: HttpRequest, route: Route, given: dict[str, Any]) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        return answers.not_so(request, "GET")
    person = given.get(route.about_person) if route.about_person else None
    seat = seated(request, command=f"desk {route.name}", person=person)
    if route.audience.shows is not Shows.NOTHING:
        if seat is None:
            return answers.to_sign_in(request)
        require_admitted(route, seat)
    if seat is None:
        return _response(request, drawn(route.template, route.function(None, request.GET, **given), request, route))
    with only_reading(seat.viewer):
        it = route.function(seat.viewer, request.GET, **given)
        if isinstance(it, HttpResponse):
            return it
        if it is None:
            return answers.absent(request, seat)
        response = _response(request, drawn(route.template + part_asked(request, route), it, request, route, seat))
    keep_seated(response, seat)
    return response


def require_admitted(route: Route, seat: Seat) -> None:
    """Refuse whoever is not of the audience. Raises MayNotLook with the posts that are."""
    seat.viewer.require(route.audience.posts, f"“{route.title}”")
    if route.audience.shows is Shows.THE_OFFICE:
        seat.viewer.require_everywhere(f"“{route.title}”")


def part_asked(request: HttpRequest, route: Route) -> str:
    """``#rows`` where htmx asks for that part alone; nothing where the whole page is wanted, as after going back."""
    target = request.headers.get("HX-Target", "")
    whole = request.headers.get("HX-History-Restore-Request") == "true" or "HX-Request" not in request.headers
    return f"#{target}" if not whole and target in route.parts else ""


def _response(request: HttpRequest, text: str) -> HttpResponse:
    response = HttpResponse(text)
    if "HX-Request" not in request.headers:
        forget(request, response)
    patch_vary_headers(response, ("HX-Request", "HX-Target", "Cookie"))
    return response
