"""Figures that are arithmetic over other figures, each of which opens in turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction

from jubao.reports.figures.evidence import Evidence
from jubao.reports.figures.formula import FigureMissing, evaluate
from jubao.reports.figures.measure import Answers, Figures, Measure, Value
from jubao.reports.figures.question import Question
from jubao.reports.figures.window import Window
from jubao.vocabulary.fen import divide_half_up


class FromFigures:
    """A measure that asks the books nothing: its rows are other figures."""

    @property
    def over(self) -> Collection[str]:
        """Ids of the other figures, where they are known beforehand."""
        return ()

    @property
    def questions(self) -> Sequence[Question]:
        """None: the other figures ask."""
        return ()

    def value(self, figures: Figures, _: Answers, /) -> Value:
        """The figure from the rows behind it."""
        return self.add_up(self.rows(figures))

    def rows(self, figures: Figures, /) -> Iterator[Evidence]:
        """The figures behind it."""
        raise NotImplementedError

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The figure from other figures."""
        raise NotImplementedError


class Derived(FromFigures):
    """A formula over other figures; the rows behind are those figures."""

    def __init__(self, formula: str, **figures: str) -> None:
        """Keep the formula and the figure id behind each of its names."""
        self.formula, self.figures = formula, figures

    @property
    def over(self) -> Collection[str]:
        """Ids of the figures behind the names."""
        return self.figures.values()

    def rows(self, figures: Figures, /) -> Iterator[Evidence]:
        """The figures that are there, by id."""
        figures.ask(self.over)
        for figure_id in self.figures.values():
            value = figures.value_of(figure_id)
            if isinstance(value, int | Fraction):
                yield Evidence(reference=figure_id, name=figures.name_of(figure_id), quantity=value)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The formula over the list; None when one of its figures is missing."""
        by_id = {row.reference: row.quantity for row in rows}
        values = {name: by_id[figure_id] for name, figure_id in self.figures.items() if figure_id in by_id}
        try:
            result = evaluate(self.formula, values)
        except FigureMissing:
            return None
        return int(result) if result.denominator == 1 else result


class PerHead(Derived):
    """Money divided by people, in whole fen, halves up; None when there is nobody."""

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The quotient over the list, rounded."""
        exact = super().add_up(rows)
        return divide_half_up(exact.numerator, exact.denominator) if isinstance(exact, Fraction) else exact


class Unknown(FromFigures):
    """Nothing is recorded that could answer: no office yet, or no verified law for the day."""

    def rows(self, _: Figures, /) -> Iterator[Evidence]:
        """No rows."""
        return iter(())

    def add_up(self, _: Iterable[Evidence], /) -> Value:
        """No value."""
        return None


def derived(formula: str, **figures: str) -> Callable[[Window], Measure]:
    """What a figure measures that is arithmetic over other figures, whatever the window."""
    return lambda _: Derived(formula, **figures)


def per_head(formula: str, **figures: str) -> Callable[[Window], Measure]:
    """What a figure measures that is money a head, whatever the window."""
    return lambda _: PerHead(formula, **figures)
