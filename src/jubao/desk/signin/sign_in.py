"""Signing in by passphrase and one-time code (登录), and out; in an office on trial, as one of its invented people."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.http import url_has_allowed_host_and_scheme

from jubao.desk.frame import answers
from jubao.desk.frame.clock import now, real_now
from jubao.desk.frame.notice import say_next
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import LANGUAGE, Seat, address_of, cookie_name, keep, trial_token
from jubao.desk.frame.submission import Drawn, Goto, Sent, submission
from jubao.operations.envelope.hands import NotProven
from jubao.operations.identity.attempts import LockedOut
from jubao.operations.identity.sessions import log_in, log_out
from jubao.operations.identity.trial import Invented, invented_staff
from jubao.vocabulary.audience import ANYBODY
from jubao.vocabulary.both import Language, both
from jubao.vocabulary.viewer import Viewer

HOME = "/"
A_YEAR = 365 * 24 * 3600
TOO_MANY = 429


@dataclass(frozen=True)
class SignIn:
    """The page of signing in.

    Attributes:
        next: where to go then; staff: the code that was typed; refused: why it was not taken, or nothing.
        invented: whom one may play in an office on trial; None in every other.
    """

    next: str
    staff: str
    refused: str
    invented: tuple[Invented, ...] | None


@page("sign-in", title=both("登录", "Sign in"), audience=ANYBODY, queries=20)
def sign_in(viewer: Viewer | None, asked: QueryDict) -> SignIn:
    """Who are you: code, passphrase, one-time code."""
    return _page(asked.get("next", HOME))


@submission("sign-in/prove", audience=ANYBODY)
def prove(seat: Seat | None, sent: Sent, *, request: HttpRequest) -> HttpResponse | Drawn:
    """Prove who you are; an earlier session of yours ends."""
    typed = sent.fields
    staff, wanted = typed.get("staff", "").strip(), typed.get("next", HOME)
    try:
        begun = log_in(
            staff,
            typed.get("passphrase", ""),
            typed.get("code", "").strip(),
            address=address_of(request),
            at=real_now(),
        )
    except LockedOut as locked:
        return Drawn("signin.sign_in", _page(wanted, staff, locked.message), TOO_MANY)
    except NotProven as wrong:
        return Drawn("signin.sign_in", _page(wanted, staff, wrong.message))
    response = HttpResponseRedirect(_ours(wanted))
    keep(response, cookie_name(), begun.token)
    if begun.ended_another:
        say_next(
            response,
            both(
                "您在别处的登录已结束。若不是您本人，请立即报告并停用密钥。",
                "Your session elsewhere has ended. If that was not you, report it and revoke your key at once.",
            ),
        )
    return response


@submission("sign-in/play", audience=ANYBODY)
def play(seat: Seat | None, sent: Sent, *, request: HttpRequest) -> HttpResponse:
    """Play one of the invented people; there is no such address in a real office."""
    if invented_staff(now().date()) is None:
        raise Http404
    response = HttpResponseRedirect(_ours(sent.fields.get("next", HOME)))
    keep(response, cookie_name(), trial_token(sent.fields.get("staff", "")))
    return response


@submission("sign-out", audience=ANYBODY)
def sign_out(seat: Seat | None, sent: Sent, *, request: HttpRequest) -> HttpResponse:
    """End the session; nothing of it stays in the browser."""
    if token := request.COOKIES.get(cookie_name(), ""):
        log_out(token)
    response = answers.to_sign_in(request)
    for name in request.COOKIES:
        if name != LANGUAGE:
            response.delete_cookie(name, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@submission("stay", audience=ANYBODY)
def stay(seat: Seat | None, sent: Sent, *, request: HttpRequest) -> HttpResponse | Goto:
    """Still here: the session goes on."""
    return Goto(HOME) if seat else answers.to_sign_in(request)


@submission("language", audience=ANYBODY)
def speak(seat: Seat | None, sent: Sent, *, request: HttpRequest) -> HttpResponse:
    """Speak the other language, on the same page."""
    response = HttpResponseRedirect(_ours(sent.fields.get("next", HOME)))
    chosen = Language.ENGLISH if sent.fields.get("language") == Language.ENGLISH else Language.CHINESE
    keep(response, LANGUAGE, chosen, seconds=A_YEAR)
    return response


def _page(wanted: str, staff: str = "", refused: str = "") -> SignIn:
    return SignIn(wanted, staff, refused, invented_staff(now().date()))


def _ours(address: Any) -> str:
    """An address of this office; anything else leads home."""
    is_ours = url_has_allowed_host_and_scheme(str(address), allowed_hosts=None) and str(address).startswith(HOME)
    return str(address) if is_ours else HOME
