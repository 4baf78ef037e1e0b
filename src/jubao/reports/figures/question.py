"""What figures ask of the books, answered together: a statement for each source, a walk for each list."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Aggregate, QuerySet, Value

from jubao.reports.figures.window import Window

Walk = Callable[[Window], Iterable[Any]]
Answer = int | None | Sequence[int]


@dataclass(frozen=True)
class Summed:
    """A count or sum over rows of a source; the answer is None where there is nothing to sum."""

    source: QuerySet[Any]
    total: Aggregate

    @property
    def asked_of(self) -> Hashable:
        """The source as the engine reads it: the same for all questions that one statement can answer."""
        return self.source.order_by().query.sql_with_params()


@dataclass(frozen=True)
class Walked:
    """The quantities of rows that are worked out one by one; the answer leaves out rows without a quantity."""

    walk: Walk
    window: Window
    quantity: Callable[[Any], int | None]

    @property
    def asked_of(self) -> Hashable:
        """The walk and its window: the same for all questions that one walk can answer."""
        return self.walk, self.window


Question = Summed | Walked
Asked = TypeVar("Asked", Summed, Walked)


def answers(questions: Sequence[Question]) -> list[Answer]:
    """The answers in the order of the questions; what is asked of one source is read together."""
    found: list[Answer] = [None] * len(questions)
    summed = [(place, one) for place, one in enumerate(questions) if isinstance(one, Summed)]
    walked = [(place, one) for place, one in enumerate(questions) if isinstance(one, Walked)]
    alone: list[tuple[int, Summed]] = []
    for some in _by_source(summed):
        if len(some) == 1:
            alone += some
            continue
        for (place, _), total in zip(some, _totals([one for _, one in some]), strict=True):
            found[place] = total
    for place, total in _united(alone):
        found[place] = total
    for several in _by_source(walked):
        for (place, _), quantities in zip(several, _quantities([one for _, one in several]), strict=True):
            found[place] = quantities
    return found


def statements(questions: Sequence[Question]) -> int:
    """In how many statements and walks the books can tell: what stands alone of its source is told together."""
    each = [len(some) for some in _by_source(list(enumerate(q for q in questions if isinstance(q, Summed))))]
    walks = [*_by_source(list(enumerate(q for q in questions if isinstance(q, Walked))))]
    return sum(size > 1 for size in each) + any(size == 1 for size in each) + len(walks)


def _by_source(asked: Iterable[tuple[int, Asked]]) -> Iterable[list[tuple[int, Asked]]]:
    together: dict[Hashable, list[tuple[int, Asked]]] = {}
    for place, one in asked:
        together.setdefault(one.asked_of, []).append((place, one))
    return together.values()


def _totals(questions: Sequence[Summed]) -> list[int | None]:
    """Every count and sum over one source, in one statement."""
    columns = {f"total_{place}": one.total for place, one in enumerate(questions)}
    found = questions[0].source.order_by().aggregate(**columns)
    return [None if found[column] is None else int(found[column]) for column in columns]


def _united(alone: Sequence[tuple[int, Summed]]) -> Iterable[tuple[int, int | None]]:
    """The counts and sums that are the only one asked of their source, all in one statement."""
    rows = [
        one.source.order_by().annotate(asked=Value(place)).values("asked").annotate(total=one.total)
        for place, one in alone
    ]
    found = [row.values_list("asked", "total") for row in rows]
    for place, total in found[0].union(*found[1:], all=True) if found else ():
        yield place, None if total is None else int(total)


def _quantities(questions: Sequence[Walked]) -> list[array[int]]:
    """The quantities of every question about one list, in one walk; whole numbers alone are kept."""
    kept = [array("q") for _ in questions]
    first = questions[0]
    for row in first.walk(first.window):
        for quantities, one in zip(kept, questions, strict=True):
            if (quantity := one.quantity(row)) is not None:
                quantities.append(quantity)
    return kept
