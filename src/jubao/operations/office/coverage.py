"""Which business nobody could do: every case as a chain of posts, tried with the people who are there on a day."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.posts import Taker, acted_in
from jubao.vocabulary.coverage import people_for
from jubao.vocabulary.posts import Post
from jubao.vocabulary.roster import Roster

FOUNDING = "office.found"
TOLD = 8
Acted = Callable[[Post, date], Collection[str]]


@dataclass(frozen=True)
class Case:
    """Acts that follow each other in one case, in which nobody takes two steps; ``money``: some of it leaves."""

    codes: tuple[str, ...]
    title: str
    steps: tuple[Taker, ...]
    money: bool


@dataclass(frozen=True)
class Gap:
    """Cases nobody could carry through from a day on, until before another; no end where none is in sight."""

    first: date
    end: date | None
    cases: tuple[Case, ...]


@cache
def every_case() -> tuple[Case, ...]:
    """Every act that begins a case, with those that go on with it in the order declared; by title."""
    acts = [one for one in ACTS.values() if one.code != FOUNDING]
    begun = [[one, *(other for other in acts if one.code in other.continues)] for one in acts if not one.continues]
    return tuple(sorted(map(_case, begun), key=lambda case: case.codes))


def _case(acts: list[Declaration]) -> Case:
    steps = tuple(taker for one in acts for taker in (one.maker, *(step.post for step in one.chain)))
    return Case(tuple(one.code for one in acts), acts[0].title, steps, any(one.second_factor for one in acts))


def nobody_yet(post: Post, on: date) -> Collection[str]:
    """Nobody acted in the month: what holds for a plan of posts as such."""
    return ()


def acted_in_month(post: Post, on: date) -> Collection[str]:
    """Who acted in a post in the month of a day, as the books tell."""
    return acted_in(post, on=on)


def broken(people: Roster, on: date, acted: Acted = nobody_yet) -> tuple[Case, ...]:
    """The cases for which there are not enough people on a day."""
    present, busy = cache(partial(people.present, on=on)), cache(partial(_acted, acted, on))

    @cache
    def feasible(steps: tuple[Taker, ...]) -> bool:
        return people_for(steps, present=present, acted=busy) is not None

    return tuple(case for case in every_case() if not feasible(case.steps))


def _acted(acted: Acted, on: date, post: Post) -> Collection[str]:
    return acted(post, on)


def newly_broken(before: Roster, after: Roster, first: date, last: date | None, acted: Acted) -> list[Gap]:
    """What a change of the people breaks that was not broken anyway, with the days on which it does.

    Args:
        first: first day asked about; last: the first one not asked about, or None.
    """
    days = sorted(before.turns(first, last) | after.turns(first, last))
    ends: list[date | None] = [*days[1:], last]
    gaps = list[Gap]()
    for day, following in zip(days, ends, strict=True):
        known = set(broken(before, day, acted))
        cases = tuple(case for case in broken(after, day, acted) if case not in known)
        if gaps and gaps[-1].cases == cases:
            gaps[-1] = Gap(gaps[-1].first, following, cases)
        else:
            gaps.append(Gap(day, following, cases))
    return [gap for gap in gaps if gap.cases]


def told(gap: Gap) -> str:
    """A gap as an approver reads it: the days, how many kinds of business, and the first of them."""
    money = sum(case.money for case in gap.cases)
    named = [f"《{case.title}》" for case in sorted(gap.cases, key=lambda case: (not case.money, case.codes))]
    more = " 等" if len(named) > TOLD else ""
    until = f"至 {gap.end - timedelta(days=1)}" if gap.end else "起"
    of_them = f"（其中涉及资金 {money} 项）" if money else ""
    return f"{gap.first} {until}，{len(named)} 项业务无人可办{of_them}：{'、'.join(named[:TOLD])}{more}"


THEN = "请先以“上级派人代办”（staff.stand_in）报请上级派人，或改日期"


def notice_gaps(changes: Changes, who: str, gaps: Iterable[Gap]) -> None:
    """Let approvers see what they would break, before anything else."""
    for gap in gaps:
        changes.notice(f"{who}：{told(gap)}；{THEN}")
