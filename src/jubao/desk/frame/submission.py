"""A submission: something is done, in the hand of whoever sits here, and the answer says where to go next."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.datastructures import MultiValueDict

from jubao.desk.frame import answers
from jubao.desk.frame.drawing import drawn
from jubao.desk.frame.notice import say_next
from jubao.desk.frame.page import Answering, require_admitted
from jubao.desk.frame.route import ROUTES, Asks, Route, enter, name_of
from jubao.desk.frame.seat import keep_seated, seated
from jubao.operations.envelope.hands import acting
from jubao.vocabulary.audience import Audience, Shows
from jubao.vocabulary.both import Both, both

UNPROCESSABLE = 422
SUBMISSION = both("提交", "Submission")


@dataclass(frozen=True)
class Sent:
    """What was sent: fields as text, and files."""

    fields: QueryDict
    files: MultiValueDict[str, UploadedFile]


@dataclass(frozen=True)
class Goto:
    """Go to an address of ours; ``said`` stands once on the page that follows."""

    address: str
    said: Both | None = None


@dataclass(frozen=True)
class Drawn:
    """Show a page of a route again, with what was typed and what is wrong with it.

    Attributes:
        route: name of the page's route; it: its answer; status: 422, or 409 where somebody else came first.
        part: the piece that is shown alone where htmx asked for it.
    """

    route: str
    it: Any
    status: int = UNPROCESSABLE
    part: str = ""


def submission(
    path: str, *, audience: Audience, title: Both = SUBMISSION, about_person: str = ""
) -> Callable[[Answering], Answering]:
    """Declare a submission: ``function(seat, sent, **arguments)`` gives ``Goto``, ``Drawn``, or an answer of Django's.

    Args as of ``page``. What is refused and not answered by the function becomes the page of refusals.
    """

    def declare(function: Answering) -> Answering:
        route = Route(
            name_of(function), path, title, audience, Asks.SUBMISSION, "", 0, (), None, about_person, function
        )

        enter(route, answers.spoken_or_refused(route, _answered))
        return function

    return declare


def _answered(request: HttpRequest, route: Route, given: dict[str, Any]) -> HttpResponse:
    if request.method != "POST":
        return answers.not_so(request, "POST")
    person = given.get(route.about_person) if route.about_person else None
    seat = seated(request, command=f"desk {route.name}", person=person)
    sent = Sent(request.POST, request.FILES)
    if route.audience.shows is Shows.NOTHING:
        told = route.function(seat, sent, request=request, **given)
        return told if isinstance(told, HttpResponse) else _told(request, told, seat=seat)
    if seat is None:
        return answers.to_sign_in(request)
    require_admitted(route, seat)
    with acting(seat.hand):
        told = route.function(seat, sent, **given)
    response = told if isinstance(told, HttpResponse) else _told(request, told, seat=seat)
    keep_seated(response, seat)
    return response


def _told(request: HttpRequest, told: Goto | Drawn, *, seat: Any) -> HttpResponse:
    if isinstance(told, Goto):
        response: HttpResponse = HttpResponseRedirect(told.address)
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204, headers={"HX-Redirect": told.address})
        if told.said is not None:
            say_next(response, told.said)
        return response
    shown = ROUTES[told.route]
    part = f"#{told.part}" if told.part and request.headers.get("HX-Request") else ""
    return HttpResponse(drawn(shown.template + part, told.it, request, shown, seat), status=told.status)
