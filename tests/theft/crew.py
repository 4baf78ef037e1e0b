"""Who takes which step of an act when some of the staff collude: they as many as the books let them, the others the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.operations.envelope.acting import declaration_of
from jubao.operations.envelope.posts import Post, holders
from tests.theft.outcome import End, Outcome, Stopped

ORDINARY = {"largest", "late_voucher"}
"""Exceptions that say nothing against anybody."""
EVERYBODY = ("L1", "L2", "L3", "L4", "J1", "G1", "D1", "D2", "C1", "C2", "P1")


@dataclass(frozen=True)
class Shift:
    """Who takes the steps of one act, the maker first."""

    people: tuple[str, ...]
    crew: frozenset[str]

    @property
    def unseen(self) -> bool:
        """Whether nobody but the crew sees the act before it happens."""
        return set(self.people) <= self.crew

    @property
    def rank(self) -> tuple[int, tuple[str, ...]]:
        """The crew prefers the shift in which fewest others look."""
        return sum(one not in self.crew for one in self.people), self.people


def shift(code: str, crew: frozenset[str], *, on: date, taken: set[str], honest_maker: bool) -> Shift:
    """The people of an act as the crew would have them.

    Args:
        code: the act.
        crew: who colludes.
        on: the business date.
        taken: who took a step of its case already and is out.
        honest_maker: whether somebody outside the crew would ask for the act; nobody else begins a fraud.
    Raises:
        Stopped: nobody of the crew may begin it, or nobody is free for a step.
    """
    declaration = declaration_of(code)
    posts = [declaration.maker, *(step.post for step in declaration.chain)]
    shifts = [Shift(people, crew) for people in _ways(posts, taken, on) if honest_maker or people[0] in crew]
    if shifts:
        return min(shifts, key=lambda one: one.rank)
    if honest_maker or set(holders(declaration.maker, on=on, besides=taken)) & crew:
        raise Stopped(Outcome(End.IMPOSSIBLE, declaration.title, "案件中剩下的人不够，须请上级派人"))
    raise Stopped(Outcome(End.NEEDS_MORE, declaration.title, f"还缺 1 人：{declaration.maker.label}经办"))


def _ways(posts: Sequence[Post], taken: set[str], on: date) -> Iterator[tuple[str, ...]]:
    """Every way to fill posts one after the other with different people, as the books stand."""
    if not posts:
        yield ()
        return
    for one in holders(posts[0], on=on, besides=taken):
        for rest in _ways(posts[1:], taken | {one}, on):
            yield (one, *rest)


def names_it(preview: dict[str, Any], faces: set[str], words: Sequence[str]) -> str:
    """What of a preview gives a fraud away: an exception that names one of its faces, or a notice; empty when nothing does.

    Args:
        faces: names and personal numbers of the people the fraud is about.
        words: of notices that concern it.
    """
    for one in preview["exceptions"]:
        named = {value for who in one["people"] for value in (who["name"], who["personal_number"]) if value}
        if one["kind"] not in ORDINARY and named & faces:
            return str(one["text"])
    for notice in preview["notices"]:
        if any(word in notice for word in words):
            return str(notice)
    return ""
