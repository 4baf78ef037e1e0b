"""Posts given and taken back: what every act about them asks of the books, and the facts it leaves."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from jubao.columns.bounded import LAST_DAY
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Step, approve, audit, configure
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.posts import AnyPost, Post, conflicts
from jubao.operations.envelope.view import View
from jubao.records.models import PostEnd, PostHolding, Staff
from jubao.reports.law import office_policy
from jubao.reports.roster import roster
from jubao.vocabulary import month as months
from jubao.vocabulary.roster import COVERED, HELD, Holding, Roster, conflicts_over_time

SECTION_LEADS = AnyPost((Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT))
GRANTED_BY: Sequence[Step] = (audit(Post.AUDIT), approve(Post.DIRECTOR), configure(Post.PERMISSION))
"""Rights take four people, the last of the higher level: the office does not grant itself anything (controls e.3)."""
APPOINTED = frozenset({Post.DIRECTOR, Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT, Post.PERMISSION})
"""Posts held by appointment: they do not run out by themselves, so that those who renew the others are always there."""
A_NIGHT = timedelta(days=1)
FARTHEST = timedelta(days=366)


def people_now(view: View) -> Roster:
    """Posts and absences as the books tell."""
    return view.once("roster", roster)


def staff_of(codes: Iterable[str], view: View) -> dict[str, Staff]:
    """Those of some staff codes who are in the books."""
    asked = sorted(set(codes))
    return view.once(("staff", tuple(asked)), lambda: {one.code: one for one in Staff.objects.filter(code__in=asked)})


def find_staff(codes: Sequence[str], view: View, faults: Faults) -> dict[str, Staff]:
    """The people of the cases, each named once; whoever is unknown or named twice is a fault."""
    known = staff_of(codes, view)
    for number, code in enumerate(codes, start=1):
        if code not in known:
            faults.add(number, "staff", f"没有工号 {code}", next_step="请核对工号", place=code)
        elif codes.index(code) < number - 1:
            faults.add(number, "staff", f"{code} 在本次重复填报", next_step="请每人只填一项", place=code)
    return known


def layout_faults(posts: Sequence[Post], cover: Sequence[Post]) -> Iterator[str]:
    """What is wrong with the posts one person is to hold and cover."""
    for post, times in Counter([*posts, *cover]).items():
        if times > 1:
            yield f"{post.label}重复设置"
    yield from conflicts(posts, cover)


def check_nobody_decides_own_rights(codes: Sequence[str], view: View, faults: Faults) -> None:
    """Nobody takes a step in what grants posts to oneself."""
    for number, code in enumerate(codes, start=1):
        if code in view.persons:
            rule = f"{code} 不得参与授予本人岗位的办理"
            faults.add(number, "staff", rule, next_step="请由其他人办理", source="不相容岗位相互分离", place=code)


def check_compatible(number: int, code: str, after: Roster, faults: Faults, *, field: str) -> None:
    """Nobody holds posts that exclude each other, on any day to come."""
    for day, rule in conflicts_over_time(after.of(code)):
        faults.add(
            number, field, f"自 {day} 起{rule}", next_step="请调整岗位或日期", source="不相容岗位相互分离", place=code
        )


def check_permission_stays(number: int, after: Roster, view: View, faults: Faults) -> None:
    """Somebody of the higher level can always grant rights; else nobody ever could again."""
    there, left = (
        any(one.post == Post.PERMISSION and not one.over(view.on) for one in people.holdings)
        for people in (people_now(view), after)
    )
    if there and not left:
        then = "请先由上级另派权限管理人员"
        faults.add(number, "staff", "这是最后一名权限管理人员，收回后无人可再授权", next_step=then)


def check_start(number: int, day: date, view: View, faults: Faults) -> None:
    """A right is not granted for a far future that nobody can foresee."""
    if day > view.on + FARTHEST:
        faults.add(number, "from_day", f"起始日 {day} 过远", next_step="请填写一年以内的日期")


# ── What an act leaves ──


def first_day(stated: date, on: date) -> date:
    """The first day of a right: as stated, and never before the day after it was granted."""
    return max(stated, on + A_NIGHT)


def holdings(
    code: str, posts: Sequence[Post], cover: Sequence[Post], *, since: date, granted: date, area: str
) -> list[Holding]:
    """Posts somebody holds and covers from a day on, until they expire.

    Args:
        since: first day; granted: the day whose rule says for how long.
        area: of the office.
    """
    last = expiry(since, granted, area)
    return [
        Holding(code, post, capacity, since, None if post in APPOINTED else last)
        for capacity, some in ((HELD, posts), (COVERED, cover))
        for post in some
    ]


def expiry(since: date, granted: date, area: str) -> date | None:
    """The day on which a right that begins on a day runs out; None where the house rule sets no term."""
    length = int(office_policy().value("procedure.post_months", on=granted, area=area, as_known=granted))
    if not length:
        return None
    month = months.add(months.of(since), length)
    return months.first_day(month) + timedelta(days=min(since.day, months.last_day(month).day) - 1)


def grant(changes: Changes, staff: Staff, granted: Iterable[Holding], *, stated: date, at_once: bool = False) -> None:
    """Write posts down; they are in force from the stated day, and not before the day after the last signature.

    Args:
        at_once: whether they may be in force on the very day of the last signature.
    """
    on = changes.view.on
    changes.add_all(
        PostHolding(
            staff=staff,
            post=str(one.post),
            capacity=one.capacity,
            valid_from=stated,
            granted_from=on if at_once else on + A_NIGHT,
            valid_to=one.end,
        )
        for one in granted
    )


def standing(staff: Iterable[Staff], since: date) -> list[PostHolding]:
    """What people hold on a day or will hold later."""
    people = [one.pk for one in staff]
    return list(PostHolding.objects.between(since, LAST_DAY).filter(staff__in=people).order_by("id"))


def end(
    changes: Changes, ended: Iterable[PostHolding], reason: str, *, stated: date, at_once: bool = False
) -> list[PostEnd]:
    """Take posts back, from the stated day on and not before the day after the last signature; or at once."""
    on = changes.view.on
    return changes.add_all(
        PostEnd(holding=one, valid_from=stated, granted_from=on if at_once else on + A_NIGHT, reason=reason)
        for one in ended
    )
