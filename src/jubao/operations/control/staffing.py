"""Who works in which post today, who is or will be away, what nobody can do for it, and what a supposed absence would do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jubao.operations.office.absences import gone
from jubao.operations.office.coverage import Gap, acted_in_month, broken, newly_broken, told
from jubao.records.models import Staff
from jubao.reports.roster import roster
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.posts import Post
from jubao.vocabulary.roster import COVERED, HELD, SENT, Roster
from jubao.vocabulary.viewer import Viewer

CAPACITIES = {HELD: both("A岗", "Holds"), COVERED: both("B岗", "Covers"), SENT: both("上级代办", "Sent to stand in")}
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class PostHeld:
    """A post of somebody: how it is held, since when, and until when where an end is known."""

    post: Post
    capacity: Both
    is_own: bool
    since: date
    until: date | None


@dataclass(frozen=True)
class Colleague:
    """Somebody of the office.

    Attributes:
        code, name, title: who; posts: of today.
        back: the day he returns where he is away; has_key: whether he can sign anything.
    """

    code: str
    name: str
    title: str
    posts: tuple[PostHeld, ...]
    back: date | None
    has_key: bool


@dataclass(frozen=True)
class Leave:
    """An absence from today on: who, and the days, the last one being the first day back."""

    code: str
    name: str
    first: date
    back: date


@dataclass(frozen=True)
class Supposed:
    """What an absence would break that is not broken anyway; ``misread`` where the question is not understood."""

    code: str
    first: str
    back: str
    gaps: tuple[str, ...]
    misread: Both | None

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked."""
        return bool(self.code or self.first or self.back)


@dataclass(frozen=True)
class Staffing:
    """The office's people on a day.

    Attributes:
        day: of the viewer; people: who holds a post, by code; leaves: absences that run or come.
        gaps: what nobody can do today, in sentences; supposed: an absence that was asked about.
    """

    day: date
    people: tuple[Colleague, ...]
    leaves: tuple[Leave, ...]
    gaps: tuple[str, ...]
    supposed: Supposed


def staffing(*, viewer: Viewer, away: str = "", first: str = "", back: str = "") -> Staffing:
    """Posts, absences and coverage on the viewer's day; with a supposed absence of somebody, ``first`` to ``back``."""
    viewer.require(Post, "岗位与人员")
    people, day = roster(), viewer.day
    named = {one.code: one for one in Staff.objects.order_by("code")}
    return Staffing(
        day=day,
        people=tuple(_colleagues(people, named, day)),
        leaves=tuple(
            Leave(one.code, named[one.code].name, one.start, one.end)
            for one in sorted(people.absences, key=lambda one: (one.start, one.code))
            if day < one.end and one.start < one.end
        ),
        gaps=_gaps(people, day),
        supposed=_supposed(people, away.strip(), first.strip(), back.strip()),
    )


def _colleagues(people: Roster, named: dict[str, Staff], day: date) -> Iterable[Colleague]:
    back = {one.code: one.end for one in people.absences if one.start <= day < one.end}
    for code in sorted({one.code for one in people.holdings if one.runs(day)}):
        running = sorted((one for one in people.of(code) if one.runs(day)), key=lambda one: (one.capacity, one.post))
        posts = tuple(
            PostHeld(one.post, CAPACITIES[one.capacity], one.capacity == HELD, one.start, one.end) for one in running
        )
        yield Colleague(code, named[code].name, named[code].title, posts, back.get(code), code not in people.keyless)


def _gaps(people: Roster, day: date) -> tuple[str, ...]:
    cases = broken(people, day, acted_in_month)
    return (told(Gap(day, day + timedelta(days=1), cases)),) if cases else ()


def _supposed(people: Roster, code: str, first: str, back: str) -> Supposed:
    def wrong(chinese: str, english: str) -> Supposed:
        return Supposed(code, first, back, (), both(chinese, english))

    if not (code or first or back):
        return Supposed("", "", "", (), None)
    if not people.of(code):
        return wrong(f"没有工号“{code}”，请从名单中选一位。", f"There is no staff code “{code}”; choose one.")
    try:
        since, until = date.fromisoformat(first), date.fromisoformat(back)
    except ValueError:
        return wrong(
            "请写明起始日和返岗日，如 2018-01-15。", "State the first day and the first day back, as 2018-01-15."
        )
    if not since < until <= since + LONGEST:
        return wrong(
            "返岗日应在起始日之后，不超过一年。", "The first day back lies after the first day, within a year."
        )
    found = newly_broken(people, gone([(code, since, until)], people), since, until, acted_in_month)
    return Supposed(code, first, back, tuple(told(gap) for gap in found), None)
