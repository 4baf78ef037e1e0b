"""Figures over rows that are worked out one by one instead of read from a table: sums, the middle one, the longest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

from jubao.reports.figures.evidence import Evidence
from jubao.reports.figures.measure import Answers, Figures, Value
from jubao.reports.figures.question import Question, Walk, Walked
from jubao.reports.figures.window import Window

Whole = Callable[[Iterable[int]], int | None]
MEDIAN, NINETIETH, LONGEST = Fraction(1, 2), Fraction(9, 10), Fraction(1)


@dataclass(frozen=True)
class WorkedOut:
    """A figure over the rows of a walk.

    Args:
        walk: works the rows out for a window, one by one; figures of one walk share it.
        window: year and day.
        told: a row as evidence; None where it does not belong to the figure.
        whole: makes the figure from the quantities; ``sum``, or ``ranked``.
    """

    walk: Walk
    window: Window
    told: Callable[[Any], Evidence | None]
    whole: Whole = sum

    @property
    def over(self) -> Collection[str]:
        """None: the rows are worked out from the books."""
        return ()

    @property
    def questions(self) -> Sequence[Question]:
        """The quantities of the rows."""
        return [Walked(self.walk, self.window, self._quantity)]

    def _quantity(self, row: Any) -> int | None:
        told = self.told(row)
        return None if told is None else int(told.quantity)

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """The figure over all rows."""
        [quantities] = answers
        assert quantities is not None
        assert not isinstance(quantities, int), "a walk gives every quantity"
        return self.whole(quantities)

    def rows(self, _: Figures, /) -> Iterator[Evidence]:
        """The rows of the figure, in the order of the walk."""
        return (told for row in self.walk(self.window) if (told := self.told(row)) is not None)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The figure over the list."""
        return self.whole(int(row.quantity) for row in rows)


def ranked(share: Fraction) -> Whole:
    """The value that a share of all rows does not exceed, by nearest rank; None when there is no row."""

    def at_rank(quantities: Iterable[int]) -> int | None:
        measured = sorted(quantities)
        return measured[ceil(share * len(measured)) - 1] if measured else None

    return at_rank


def longest(quantities: Iterable[int]) -> int:
    """The greatest, nought when there is no row."""
    return max(quantities, default=0)
