"""What stands around every page: office, day, who sits here, menu, what was said."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from jubao.desk.frame.clock import now
from jubao.desk.frame.menu import Group, menu
from jubao.desk.frame.notice import said_before
from jubao.desk.frame.route import Route
from jubao.desk.frame.seat import TRIAL, Seat, language_of
from jubao.operations.identity.sessions import IDLE
from jubao.reports.standing import name_of_staff, office_standing
from jubao.vocabulary.both import Both, Language
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING

WARNED_BEFORE = 120
KEYS, OFF = "keys", "off"
"""The cookie of whoever wants no single letters to move him about."""


@dataclass(frozen=True)
class Surroundings:
    """What the frame of a page shows.

    Attributes:
        office: its name; day: the day on which is looked; period: the month that is open, or what is known of it.
        staff: code and name of who sits here; posts: what he holds today, the first one by name.
        menu: what he may open; said: the sentence of the submission before.
        language: spoken; address: of this page, to come back to after changing the language.
        has_keys: whether single letters move about the page;
        is_trial: people are invented; idle: seconds until the session ends unused; warned: seconds before that.
    """

    office: str
    day: date
    period: Both | None
    staff: str
    name: str
    posts: tuple[Post, ...]
    menu: tuple[Group, ...]
    said: Both | None
    language: Language
    address: str
    has_keys: bool
    is_trial: bool
    idle: int
    warned: int

    @property
    def may_search(self) -> bool:
        """Whether he may look for people: who configures rights sees nobody."""
        return bool(SEARCHING.intersection(self.posts))

    @property
    def is_english(self) -> bool:
        """Whether the page is in English."""
        return self.language is Language.ENGLISH

    @property
    def other_language(self) -> Language:
        """The language the page could be in instead."""
        return Language.CHINESE if self.is_english else Language.ENGLISH


def surroundings(request: HttpRequest, seat: Seat | None, *, is_part: bool, route: Route | None) -> Surroundings:
    """The surroundings of a page; a part of one and a page before signing in ask the books nothing."""
    whole = seat is not None and not is_part
    standing = office_standing() if whole else None
    posts = tuple(post for post in Post if seat and post in seat.viewer.posts)
    return Surroundings(
        office=standing.name if standing else "",
        day=seat.on if seat else now().date(),
        period=standing.period if standing else None,
        staff=seat.staff if seat else "",
        name=name_of_staff(seat.staff) if seat and whole else "",
        posts=posts,
        menu=menu(seat.viewer, route) if seat and whole else (),
        said=said_before(request),
        language=language_of(request),
        address=request.get_full_path() if request.method == "GET" else "/",
        has_keys=request.COOKIES.get(KEYS) != OFF,
        is_trial=bool(seat and seat.token.startswith(TRIAL)),
        idle=int(IDLE.total_seconds()),
        warned=WARNED_BEFORE,
    )
