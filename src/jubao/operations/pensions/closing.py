"""A pension that ends: what was stated, the months that were paid too much, and those never paid."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from jubao.operations.envelope.declaration import Account, Arguments, Memo, Party
from jubao.records.models import Award, Person
from jubao.vocabulary.codes import BenefitItem, TerminationReason


class TerminateAward(Arguments):
    """A pension that ends: why, when it happened, when it was reported, and who receives what is left."""

    person: str
    reason: TerminationReason
    event_date: date
    reported_date: date | None = None
    burial: Literal["火化", "土葬"] | None = None
    heir_name: Party | None = None
    heir_account: Account | None = None
    memo: Memo = ""


@dataclass(frozen=True)
class Month:
    """One benefit month and item: the amount in fen, and how much of it was drawn from the account."""

    month: int
    item: str
    amount_fen: int
    drawn_fen: int = 0


@dataclass
class Ending:
    """One pension that ends, with the months that were paid too much or not at all."""

    person: Person
    award: Award
    case: TerminateAward
    last_month: int
    overpaid: list[Month] = field(default_factory=list)
    unpaid: list[Month] = field(default_factory=list)

    @property
    def claimed(self) -> list[Month]:
        """What must come back: after a death everything, in a double pension the basic part only."""
        if self.case.reason == TerminationReason.DEATH:
            return self.overpaid
        return [m for m in self.overpaid if not BenefitItem(m.item).is_account]
