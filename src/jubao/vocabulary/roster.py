"""Who holds which post from when to when, and who is away: the office's people over time, as plain data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from jubao.vocabulary.posts import Post, conflicts

HELD, COVERED, SENT = "A", "B", "S"
"""A岗, B岗, and a post somebody of the higher level fills for a time (上级代办)."""


@dataclass(frozen=True)
class Holding:
    """A post of somebody, from a day on until before another; no end where none is known."""

    code: str
    post: Post
    capacity: str
    start: date
    end: date | None = None

    def runs(self, on: date) -> bool:
        """Whether it is in force on a day."""
        return self.start <= on and (self.end is None or on < self.end)

    def over(self, on: date) -> bool:
        """Whether it is in force neither on a day nor on any later one."""
        return self.end is not None and self.end <= max(on, self.start)


@dataclass(frozen=True)
class Away:
    """Days somebody is away, half-open."""

    code: str
    start: date
    end: date


@dataclass(frozen=True)
class Roster:
    """Everybody's posts and absences; ``keyless`` can sign nothing, for no key of theirs is in force, and count as away."""

    holdings: tuple[Holding, ...]
    absences: tuple[Away, ...] = ()
    keyless: frozenset[str] = frozenset()

    def away(self, on: date) -> frozenset[str]:
        """Who is away on a day."""
        return self.keyless | frozenset(one.code for one in self.absences if one.start <= on < one.end)

    def present(self, post: Post, *, on: date) -> list[str]:
        """Who holds or covers a post on a day and is not away: A岗 first, then B岗, then who was sent."""
        away = self.away(on)
        running = [one for one in self.holdings if one.post == post and one.runs(on) and one.code not in away]
        return list(dict.fromkeys(one.code for one in sorted(running, key=lambda one: (one.capacity, one.code))))

    def of(self, code: str) -> list[Holding]:
        """Every post somebody has, had or will have."""
        return [one for one in self.holdings if one.code == code]

    def plus(self, holdings: Iterable[Holding] = (), absences: Iterable[Away] = ()) -> "Roster":
        """The same with further posts and absences."""
        return Roster((*self.holdings, *holdings), (*self.absences, *absences), self.keyless)

    def without(self, code: str, *, since: date, posts: Iterable[Post] = Post, sent: bool = True) -> "Roster":
        """The same with posts of somebody ended from a day on; ``sent``: also those somebody was sent to fill."""
        ended = set(posts)

        def cut(one: Holding) -> Holding:
            concerned = one.code == code and one.post in ended and (sent or one.capacity != SENT)
            return replace(one, end=min(since, one.end or since)) if concerned else one

        return replace(self, holdings=tuple(map(cut, self.holdings)))

    def turns(self, first: date, last: date | None) -> set[date]:
        """The days from ``first`` on, and before ``last``, on which somebody comes, goes, or gets another post."""
        spans = [(one.start, one.end) for one in self.holdings] + [(one.start, one.end) for one in self.absences]
        days = {day for span in spans for day in span if day is not None}
        return {day for day in days if day > first and (last is None or day < last)} | {first}


def conflicts_over_time(holdings: Iterable[Holding]) -> Iterator[tuple[date, str]]:
    """The days from which somebody's posts exclude each other, and what forbids it (controls e.1).

    Args:
        holdings: all of one person.
    """
    all_of_them = list(holdings)
    for day in sorted({one.start for one in all_of_them}):
        running = [one for one in all_of_them if one.runs(day)]
        held = [one.post for one in running if one.capacity != COVERED]
        covered = [one.post for one in running if one.capacity == COVERED]
        yield from ((day, rule) for rule in conflicts(held, covered))
