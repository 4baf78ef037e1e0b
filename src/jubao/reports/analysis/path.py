"""A figure month by month through its year, and the straight path to its target beside it."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jubao.records.models import Person
from jubao.reports.evaluation.monitoring import elapsed
from jubao.reports.figures.measure import Value
from jubao.reports.figures.question import Summed, statements
from jubao.reports.figures.reading import FigureReading, ask_together
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import divide_half_up

FEW_PEOPLE = 5_000
MOST_STATEMENTS = 2
"""A path is drawn where the books can tell all months in so many statements."""


@dataclass(frozen=True)
class Step:
    """A month of the path: its last day that counts, the value by then, and what the straight path asks by then.

    ``value`` and ``goal`` are None where there is nothing (yet).
    """

    month: int
    on: date
    value: Value
    goal: int | None


def path_of(reading: FigureReading, figure_id: str, *, target: int | None) -> tuple[Step, ...]:
    """The figure at the end of each month of its year, up to its day; none where it has no months or costs too much.

    Args:
        reading: year and day; the answer of its own day is used.
        figure_id: the figure; target: what it should reach by the year's end, in the unit of its value.
    """
    if reading.find(figure_id).whole_year:
        return ()
    ends = [months.last_day(months.make(reading.year, number)) for number in range(1, 13)]
    past = [reading.on(day) for day in ends if day < reading.as_of]
    asked = [question for one in past for some in one.questions([figure_id]).values() for question in some]
    if not all(isinstance(question, Summed) for question in asked) or statements(asked) > MOST_STATEMENTS:
        return ()
    ask_together(past, [figure_id])
    values = [*(one.value(figure_id).value for one in past)]
    if len(past) < len(ends):
        values.append(reading.value(figure_id).value)
    if not any(isinstance(value, int | Fraction) for value in values):
        return ()
    return tuple(_step(reading, number, values, target) for number in range(1, 13))


def is_drawn_at_once() -> bool:
    """Whether a path is drawn without being asked for: each month is read anew, which takes long of many people."""
    newest = Person.objects.order_by("-pk").values_list("pk", flat=True).first()
    return (newest or 0) <= FEW_PEOPLE


def _step(reading: FigureReading, number: int, values: Sequence[Value], target: int | None) -> Step:
    year = reading.year
    end = date(year, number, monthrange(year, number)[1])
    is_last = number == len(values)
    on = min(end, reading.as_of) if is_last else end
    return Step(
        months.make(year, number),
        on,
        values[number - 1] if number <= len(values) else None,
        None if target is None else _goal(target, elapsed(year, end)),
    )


def _goal(target: int, share: Fraction) -> int:
    """What the straight path asks by a day, in whole units."""
    return divide_half_up(target * share.numerator, share.denominator)
