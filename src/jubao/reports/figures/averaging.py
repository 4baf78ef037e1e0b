"""Measures of money held and money a head: a balance person by person, a quotient of figures in whole fen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from jubao.reports.figures.measure import Derived, Evidence, Measure, Part, People, Value
from jubao.vocabulary.fen import divide_half_up

if TYPE_CHECKING:
    from jubao.reports.figures.reading import Reading
    from jubao.reports.figures.window import Window


class PerHead(Derived):
    """Money divided by people, in whole fen, halves up; None when there is nobody."""

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The quotient over the list, rounded."""
        exact = super().add_up(rows)
        return divide_half_up(exact.numerator, exact.denominator) if isinstance(exact, Fraction) else exact


@dataclass(frozen=True)
class Held:
    """The sum of a column with one row behind it for each person, not for each entry; fen for money."""

    part: Part

    def value(self, _: Reading, /) -> Value:
        """Sum over all entries."""
        return self.part.total() or 0

    def rows(self, reading: Reading, /) -> list[Evidence]:
        """One row a person with the sum of their entries; who holds nothing is left out."""
        return [row for row in People(self.part).rows(reading) if row.quantity]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Sum of the list."""
        return sum(int(row.quantity) for row in rows)


@dataclass(frozen=True)
class Unknown:
    """Nothing is recorded that could answer: no office yet, or no verified law for the day."""

    def value(self, _: Reading, /) -> Value:
        """No value."""
        return None

    def rows(self, _: Reading, /) -> list[Evidence]:
        """No rows."""
        return []

    def add_up(self, _: Sequence[Evidence]) -> Value:
        """No value."""
        return None


def per_head(formula: str, **figures: str) -> Callable[[Window], Measure]:
    """What a figure measures that is money a head, whatever the window."""
    return lambda _: PerHead(formula, **figures)
