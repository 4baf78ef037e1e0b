"""Who takes which step of an act when some of the staff collude: they as many as the books let them, the others the rest."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jubao.operations.envelope.acting import declaration_of
from jubao.operations.envelope.posts import Taker
from tests.theft.outcome import End, Outcome, Stopped

ORDINARY = {"largest", "late_voucher"}
"""Exceptions that say nothing against anybody."""
EVERYBODY = ("L1", "L2", "L3", "L4", "J1", "G1", "D1", "D2", "C1", "C2", "P1")


Free = Callable[[Taker, frozenset[str]], list[str]]
"""Gives who may take a step when some people are out."""


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


def shift(
    code: str, makers: frozenset[str] | None, crew: frozenset[str], free: Free, *, taken: frozenset[str]
) -> Shift:
    """The people of an act as the crew would have them.

    Args:
        code: the act.
        makers: who of the crew would begin it; None where somebody honest would ask for it as well.
        crew: who colludes.
        free: who may take a step when some people are out, as the books stand.
        taken: who took a step of its case already and is out.
    Raises:
        Stopped: nobody of the crew may begin it, or nobody is free for a step.
    """
    declaration = declaration_of(code)
    takers = [declaration.maker, *(step.post for step in declaration.chain)]
    shifts = [Shift(people, crew) for people in _ways(takers, taken, free) if makers is None or people[0] in makers]
    if shifts:
        return min(shifts, key=lambda one: one.rank)
    if makers is None or set(free(declaration.maker, taken)) & makers:
        raise Stopped(Outcome(End.IMPOSSIBLE, declaration.title, "案件中剩下的人不够，须请上级派人"))
    raise Stopped(Outcome(End.NEEDS_MORE, declaration.title, f"还缺 1 人：{declaration.maker.label}经办"))


def _ways(takers: Sequence[Taker], taken: frozenset[str], free: Free) -> Iterator[tuple[str, ...]]:
    """Every way to fill steps one after the other with different people."""
    if not takers:
        yield ()
        return
    for one in free(takers[0], taken):
        for rest in _ways(takers[1:], taken | {one}, free):
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
