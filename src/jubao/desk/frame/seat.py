"""Who sits at the desk: the person behind a request, proven by a session's cookie, with the posts of the day.

The cookie of a session holds its token; row and token together open the signing key (``operations.identity``). In an
office on trial the cookie names an invented person instead, signed by this program.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from jubao.desk.frame.clock import now, real_now
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import Hand, acting, require_invented, trial_hand, trial_secret
from jubao.operations.envelope.looking import viewer_for
from jubao.operations.identity.sessions import IDLE, LONGEST, SessionEnded, hand_of_session, prove_again
from jubao.vocabulary.both import Language
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer

TRIAL = "trial "
SALT_OF_TRIAL, SALT_OF_LIFTING = "jubao.desk.trial", "jubao.desk.lifted"
LIFTED_FOR = timedelta(minutes=10)
LANGUAGE = "language"


def cookie_name() -> str:
    """The cookie of the session; over https a browser sends it to this host alone."""
    return "__Host-jubao" if settings.JUBAO_HTTPS else "jubao"


def lifted_name(person: int) -> str:
    """The cookie that keeps a mask lifted for one person."""
    return f"lifted-{person}"


@dataclass(frozen=True)
class Seat:
    """Somebody at the desk: who, as of when, in which language, and with what they sign."""

    viewer: Viewer
    hand: Hand = field(repr=False)
    at: datetime
    language: Language
    token: str = field(repr=False)
    cookies: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def staff(self) -> str:
        """The staff code."""
        return self.hand.staff

    @property
    def on(self) -> date:
        """The business day."""
        return self.at.date()

    @contextmanager
    def proven(self, code: str | None) -> Iterator[None]:
        """Act with a one-time code of just now, where one is given; an invented person has none and needs none.

        Raises:
            NotProven: the code is wrong or was used.
        """
        if not code or self.token.startswith(TRIAL):
            yield
            return
        with acting(prove_again(self.token, code, at=real_now())):
            yield

    def unmasked(self, reason: str, approval: str = "") -> Viewer:
        """The same viewer with all masks lifted and a witness. Args as of ``viewer_for``. Raises MayNotLook."""
        return _viewer(self.staff, self.at, "desk", reason, approval)

    def lift(self, person: int, reason: str) -> None:
        """Keep the masks of one person lifted for this sitting; whoever's post lifts none is refused now.

        Args:
            person: key; reason: of ``LookReason``, with words after a colon.
        Raises:
            MayNotLook: no reason, or a post that lifts no mask.
        """
        self.unmasked(reason)
        kept = {"staff": self.staff, "person": person, "reason": reason}
        self.cookies[lifted_name(person)] = signing.dumps(kept, salt=SALT_OF_LIFTING)


def seated(request: HttpRequest, *, command: str, person: int | None = None) -> Seat | None:
    """Who sits here; None before signing in, and where the session has ended.

    Args:
        command: how the look is told where a mask is lifted.
        person: whom the page is about: his masks may be lifted for this sitting.
    Raises:
        MayNotLook: whoever signed in holds no post.
    """
    token = request.COOKIES.get(cookie_name(), "")
    hand = _hand(token, address_of(request)) if token else None
    if hand is None:
        return None
    at = now()
    reason = _reason_for(request, hand.staff, person)
    return Seat(_viewer(hand.staff, at, command, reason), hand, at, language_of(request), token)


def language_of(request: HttpRequest) -> Language:
    """The language chosen at the desk; Chinese where none was."""
    return Language.ENGLISH if request.COOKIES.get(LANGUAGE) == Language.ENGLISH else Language.CHINESE


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy of ours, what the proxy saw."""
    if settings.JUBAO_PROXY:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip() or "proxy"
    return str(request.META.get("REMOTE_ADDR", "")) or "local"


def trial_token(staff: str) -> str:
    """The cookie of an invented person.

    Raises:
        NotProven: this is no office on trial, or the person is a real one.
    """
    require_invented(staff)
    return TRIAL + signing.dumps({"staff": staff, "begun": int(real_now().timestamp())}, salt=SALT_OF_TRIAL)


def keep(response: HttpResponse, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends."""
    response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.JUBAO_HTTPS)


def keep_seated(response: HttpResponse, seat: Seat) -> None:
    """What a request leaves in the browser: masks just lifted, and that an invented person is still here."""
    for name, value in seat.cookies.items():
        keep(response, name, value, seconds=int(LIFTED_FOR.total_seconds()))
    if seat.token.startswith(TRIAL):
        begun = _trial(seat.token)
        if begun is not None:
            keep(response, cookie_name(), TRIAL + signing.dumps(begun, salt=SALT_OF_TRIAL))


def _viewer(staff: str, at: datetime, command: str, reason: str, approval: str = "") -> Viewer:
    """Who looks; where a reason is given, with all masks lifted."""
    lifted = Mask if reason else ()
    return viewer_for(staff, at=at, lifted=lifted, reason=reason, command=command, approval=approval)


def _hand(token: str, address: str) -> Hand | None:
    if token.startswith(TRIAL):
        return _trial_hand(token)
    try:
        return hand_of_session(token, at=real_now(), address=address)
    except SessionEnded:
        return None


def _trial_hand(token: str) -> Hand | None:
    said, secret = _trial(token), trial_secret()
    if said is None or secret is None:
        return None
    try:
        require_invented(said["staff"])
    except Refused:
        return None
    return trial_hand(said["staff"], secret)


def _trial(token: str) -> dict[str, Any] | None:
    """What the cookie of an invented person says; None once it was not used for as long as a session may not be."""
    try:
        said: dict[str, Any] = signing.loads(token.removeprefix(TRIAL), salt=SALT_OF_TRIAL, max_age=IDLE)
    except signing.BadSignature:
        return None
    is_over = real_now().timestamp() - said["begun"] > LONGEST.total_seconds()
    return None if is_over else said


def _reason_for(request: HttpRequest, staff: str, person: int | None) -> str:
    """Why this person's masks are lifted in this sitting; nothing where they are not."""
    kept = request.COOKIES.get(lifted_name(person), "") if person is not None else ""
    try:
        said = signing.loads(kept, salt=SALT_OF_LIFTING, max_age=LIFTED_FOR) if kept else {}
    except signing.BadSignature:
        return ""
    return str(said["reason"]) if (said.get("staff"), said.get("person")) == (staff, person) else ""
