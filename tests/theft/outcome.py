"""How an attempt to steal ends, and how certain that is: only one of the ends is a fault of the program."""

from dataclasses import dataclass
from enum import StrEnum


class End(StrEnum):
    """What becomes of an attempt, worst last."""

    IMPOSSIBLE = "IMPOSSIBLE"
    NEEDS_MORE = "NEEDS_MORE"
    HELD = "HELD"
    SHOWN = "SHOWN"
    SUCCEEDS = "SUCCEEDS"

    @property
    def label(self) -> str:
        """In Chinese with its English, for the table."""
        return LABELS[self]


LABELS = {
    End.IMPOSSIBLE: "办不成 Impossible",
    End.NEEDS_MORE: "缺人 Needs more",
    End.HELD: "款项扣留 Held",
    End.SHOWN: "第三人可见 Shown",
    End.SUCCEEDS: "得手 Succeeds",
}


@dataclass(frozen=True)
class Outcome:
    """How an attempt ended.

    Args:
        end: which end.
        where: the act at which it ended, by its title.
        why: the refusal, whoever is missing, what was shown to whom, or what holds the money.
    """

    end: End
    where: str
    why: str


class Stopped(Exception):
    """The attempt goes no further."""

    def __init__(self, outcome: Outcome) -> None:
        """Stop with an outcome."""
        super().__init__(str(outcome))
        self.outcome = outcome
