"""What is answered where something stands in the way: sign in first, not yours, not there, not so, our own fault."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import Resolver404, resolve, reverse

from jubao.desk.frame.clock import now
from jubao.desk.frame.drawing import drawn
from jubao.desk.frame.route import Asks, Route
from jubao.desk.frame.seat import Seat, language_of, seated
from jubao.operations.envelope.chaining import note
from jubao.operations.envelope.fault import Fault, NoLawForDay, Refused
from jubao.operations.envelope.hands import NotProven
from jubao.operations.envelope.refusals import Unavailable, sentence_of
from jubao.operations.identity.sessions import SessionEnded
from jubao.records.models import AuditEvent
from jubao.reports.lists.cursor import NoSuchPlace
from jubao.reports.lists.every_list import NoSuchList
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.lists.listing import CannotOrder
from jubao.vocabulary.both import Both, both, speaking
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import MayNotLook

LOG = logging.getLogger("jubao.desk")
FORBIDDEN, ABSENT, CONFLICT, TOO_LARGE, UNPROCESSABLE, WRONG, BROKEN, BUSY = 403, 404, 409, 413, 422, 400, 500, 503
MISUNDERSTOOD = (CannotFilter, CannotOrder, NoSuchPlace, NoSuchList)


@dataclass(frozen=True)
class Refusal:
    """Why something was not shown or not done.

    Attributes:
        title: what kind of no; sentence: the reason, with what to do; faults: each thing that stands against it.
        back: the address the request came from.
    """

    title: Both
    sentence: str
    faults: tuple[Fault | str, ...]
    back: str


@contextmanager
def refusals(request: HttpRequest, route: Route) -> Iterator[None]:
    """Let what is refused reach the browser as a page; what is neither a refusal nor known is our own fault.

    Raises:
        Instead: with the answer in place of the page.
    """
    try:
        yield
    except SessionEnded:
        raise Instead(to_sign_in(request)) from None
    except MayNotLook as no:
        _chain(request, route, str(no))
        raise Instead(refused(request, both("不能查看", "Not yours to see"), str(no), FORBIDDEN)) from None
    except MISUNDERSTOOD as wrong:
        raise Instead(refused(request, both("条件看不懂", "Not understood"), str(wrong.args[0]), WRONG)) from None
    except Unavailable as busy:
        raise Instead(refused(request, NOT_DONE, busy.message, BUSY)) from None
    except Refused as no:
        faults: tuple[Fault | str, ...] = (*no.found,) or (*no.faults,)
        raise Instead(refused(request, NOT_DONE, no.message, UNPROCESSABLE, faults=faults)) from None
    except NoLawForDay as silent:
        raise Instead(refused(request, NOT_DONE, str(silent), UNPROCESSABLE)) from None
    except (RequestDataTooBig, TooManyFieldsSent):
        sentence = str(both("一次提交的内容太多，请分几次办理", "Too much at once; submit it in parts"))
        raise Instead(refused(request, both("内容太大", "Too large"), sentence, TOO_LARGE)) from None
    except Error as error:
        told = sentence_of(error)
        status = BUSY if isinstance(told, Unavailable) else CONFLICT
        raise Instead(refused(request, NOT_DONE, told.message, status)) from None


NOT_DONE = both("没有办理", "Not done")


class Instead(Exception):
    """An answer in place of the page."""

    def __init__(self, response: HttpResponse) -> None:
        """Carry it."""
        self.response = response
        super().__init__("an answer in place of the page")


def spoken_or_refused(
    route: Route, answered: Callable[[HttpRequest, Route, dict[str, Any]], HttpResponse]
) -> Callable[..., HttpResponse]:
    """What Django calls for a route: its answer in the reader's language, or the page of what stands in the way."""

    @wraps(route.function)
    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        with speaking(language_of(request)):
            try:
                with refusals(request, route):
                    return answered(request, route, given)
            except Instead as other:
                return other.response

    return answer


def refused(
    request: HttpRequest, title: Both, sentence: str, status: int, *, faults: tuple[Fault | str, ...] = ()
) -> HttpResponse:
    """The page of a refusal; no whole number of a person stands in it, whatever was typed."""
    it = Refusal(title, masked(sentence), faults, _back(request))
    return HttpResponse(_drawn("frame/refused.html", it, request), status=status)


def absent(request: HttpRequest, seat: Seat | None = None) -> HttpResponse:
    """Not there, or not within whoever asks: both look alike."""
    return HttpResponse(_drawn("frame/absent.html", None, request, seat), status=ABSENT)


def not_so(request: HttpRequest, method: str) -> HttpResponse:
    """The address is asked another way."""
    response = HttpResponseNotAllowed([method])
    response.write(_drawn("frame/absent.html", None, request))
    return response


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in first, and come back to where one was."""
    wanted = request.get_full_path() if request.method == "GET" else _back(request)
    address = f"{reverse('signin.sign_in')}?{urlencode({'next': wanted})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


# ── What Django asks for by name ──


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    with speaking(language_of(request)):
        return absent(request)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that is none, or too large: where its body is too large, no more of it is read."""
    too_large = isinstance(exception, (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent))
    with speaking(language_of(request)):
        if not too_large:
            return refused(
                request,
                both("请求有误", "Not understood"),
                str(both("请返回后重新打开这一页", "Go back and open the page again")),
                WRONG,
            )
        sentence = both(
            "文件或内容太大，没有收下：一个文件最大 20 MB，内容多的请分几次办理",
            "Too large, nothing was taken: 20 MB a file at the most; submit in parts",
        )
        return refused(request, both("内容太大", "Too large"), str(sentence), TOO_LARGE)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault: a reference, and nothing technical; drawn without the books."""
    reference = secrets.token_hex(3).upper()
    LOG.error("fault %s at %s", reference, request.path, exc_info=True)  # noqa: LOG014  Django calls this while it handles one
    from django.template.loader import get_template

    with speaking(language_of(request)):
        seen = {"reference": reference, "at": now()}
        return HttpResponse(get_template("frame/broken.html").render(seen), status=BROKEN)


def page_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of this session; what was sent is not shown again, since another site may have sent it."""
    with speaking(language_of(request)):
        sentence = both(
            "这一页打开得太久，或不是从本系统打开的，没有办理。请返回重新打开后再提交；写过的内容在草稿里。",
            "This page is too old, or was not opened from here; nothing was done. Open it again and submit; what you"
            " typed is among your drafts.",
        )
        return refused(request, both("页面太旧", "Page too old"), str(sentence), FORBIDDEN)


def _drawn(template: str, it: Any, request: HttpRequest, seat: Seat | None = None) -> str:
    """A page of the frame itself; whoever cannot be seated sees it without a menu."""
    if seat is None:
        try:
            seat = seated(request, command="desk")
        except (MayNotLook, NotProven, Refused, Error):
            seat = None
    part = "#notice" if request.headers.get("HX-Request") and template == "frame/refused.html" else ""
    return drawn(f"{template}{part}", it, request, None, seat)


def _chain(request: HttpRequest, route: Route, why: str) -> None:
    """A refusal is an event: who asked for what."""
    seat = seated(request, command="desk")
    if seat is not None:
        note(AuditEvent.Kind.REFUSED, seat.staff, seat.at, {"route": route.name, "why": masked(why)})


def _back(request: HttpRequest) -> str:
    """Where the request came from, as far as it is a page of ours; of what was sent from a page, that page's address."""
    came = request.headers.get("Referer", "")
    origin = f"{request.scheme}://{request.get_host()}/"
    if not came.startswith(origin):
        return "/"
    address = "/" + came.removeprefix(origin)
    path = address.partition("?")[0]
    try:
        route: Route | None = getattr(resolve(path).func, "route", None)
    except Resolver404:
        return "/"
    is_sent = route is not None and route.asks is Asks.SUBMISSION
    return path.rpartition("/")[0] or "/" if is_sent else address
