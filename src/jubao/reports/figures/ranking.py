"""Figures that are one of many measured values: the middle one, the ninetieth of a hundred, the longest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from jubao.reports.figures.measure import Evidence, Value

if TYPE_CHECKING:
    from jubao.reports.figures.reading import Reading

MEDIAN, NINETIETH, LONGEST = Fraction(1, 2), Fraction(9, 10), Fraction(1)


@dataclass(frozen=True)
class Ranked:
    """The value that a share of all rows does not exceed, by nearest rank; None when there is no row."""

    find: Callable[[], list[Evidence]]
    share: Fraction

    def value(self, _: Reading, /) -> Value:
        """The value at the rank."""
        return self.add_up(self.find())

    def rows(self, _: Reading, /) -> list[Evidence]:
        """All measured rows."""
        return self.find()

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The value at the rank of the list."""
        measured = sorted(int(row.quantity) for row in rows)
        return measured[ceil(self.share * len(measured)) - 1] if measured else None
