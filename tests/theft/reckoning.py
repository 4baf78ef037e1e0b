"""How a way ends for crews that did not try it: reckoned beside an attempt of everybody, from who begins and who looks.

The books stay the same whoever signs; what differs is who may begin an act, and who looks before it happens.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from jubao.operations.envelope.acting import case_persons, declaration_of
from jubao.operations.envelope.posts import Taker, holders
from tests.theft.crew import EVERYBODY, Shift, shift
from tests.theft.outcome import End, Outcome, Stopped


@dataclass
class Move:
    """One act of an attempt.

    Args:
        code: the act; on: its day; case_ref: its case.
        honest_maker: whether somebody outside the crew would ask for it.
        discovers: what its refusal brings to light; empty when it only hinders.
        helpers: who is of the crew by now and was not on the staff before.
        barred: whom the act itself keeps from beginning it, because it concerns them.
        begins: whether the attempt took no step of its case before.
        seen: what whoever looks before signing sees of the fraud; empty when nothing.
        refusal: the rule that refuses it, whoever signs; empty when none.
    """

    code: str
    on: date
    case_ref: str
    honest_maker: bool
    discovers: str
    helpers: frozenset[str]
    barred: frozenset[str]
    begins: bool
    seen: str = ""
    refusal: str = ""
    _free: dict[tuple[Taker, frozenset[str]], list[str]] = field(default_factory=dict)

    @property
    def refused(self) -> Outcome:
        """What the refusal of the act means."""
        end = End.SHOWN if self.discovers else End.IMPOSSIBLE
        return Outcome(end, declaration_of(self.code).title, self.discovers + self.refusal)

    def shift(self, crew: frozenset[str], taken: frozenset[str] | None = None) -> Shift:
        """The people of the act as a crew would have them; who took a step of its case is asked of the books if not given.

        Raises:
            Stopped: nobody of the crew may begin it, or nobody is free for a step.
        """
        out = frozenset(case_persons(self.case_ref)) if taken is None else taken
        whole = crew | self.helpers
        makers = None if self.honest_maker else whole - self.barred
        return shift(self.code, makers, whole, self.free, taken=out)

    def free(self, taker: Taker, taken: frozenset[str]) -> list[str]:
        """Who may take a step as the books stand, asked once."""
        if (taker, taken) not in self._free:
            self._free[taker, taken] = holders(taker, on=self.on, besides=taken)
        return self._free[taker, taken]


@dataclass
class Reckoning:
    """A crew, who would have taken which cases, and how the way ends for it once that is clear."""

    crew: frozenset[str]
    outcome: Outcome | None = None
    _taken: dict[str, frozenset[str]] = field(default_factory=dict)
    _next: Shift | None = None

    def look(self, move: Move) -> None:
        """See who would take the steps of an act, while the books stand as they do before it."""
        if self.outcome is not None:
            return
        taken = None if move.begins else self._taken.get(move.case_ref, frozenset())
        try:
            self._next = move.shift(self.crew, taken)
        except Stopped as stopped:
            self.outcome = stopped.outcome

    def meet(self, move: Move) -> None:
        """The act was refused, or shown to somebody, or it was done."""
        if self.outcome is not None:
            return
        assert self._next is not None, "whoever meets an act looked at it first"
        if move.refusal:
            self.outcome = move.refused
        elif move.seen and not self._next.unseen:
            self.outcome = Outcome(End.SHOWN, declaration_of(move.code).title, move.seen)
        self._taken[move.case_ref] = self._taken.get(move.case_ref, frozenset()) | set(self._next.people)


def reckonings() -> list[Reckoning]:
    """Each of the staff alone, and every two of them."""
    return [Reckoning(crew) for crew in _crews()]


def _crews() -> Iterator[frozenset[str]]:
    for place, one in enumerate(EVERYBODY):
        yield frozenset({one})
        yield from (frozenset({one, other}) for other in EVERYBODY[place + 1 :])
