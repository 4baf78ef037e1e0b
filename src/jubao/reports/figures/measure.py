"""How rows become a number, and the way back: every measure says what it asks of the books and which rows make it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Protocol, TypeVar

from django.db.models import Count, Max, Min, Q, Sum

from jubao.reports.figures.evidence import Evidence, Part
from jubao.reports.figures.question import Answer, Question, Summed
from jubao.reports.streaming import CHUNK

Value = int | Fraction | str | None
Answers = Sequence[Answer]
T = TypeVar("T")


class Figures(Protocol):
    """What a measure may want of the reading it is measured in: other figures of the year, measured once each."""

    year: int
    as_of: date
    settled: date

    def ask(self, figure_ids: Iterable[str], /) -> None:
        """Put the questions of some figures to the books together, before their values are wanted one by one."""

    def value_of(self, figure_id: str, /) -> Value:
        """Another figure's value."""

    def name_of(self, figure_id: str, /) -> str:
        """Another figure's name."""

    def whole_year(self) -> Figures:
        """The same year with everything that counts for the year as a whole."""

    def once(self, work: Callable[[Figures], T], /) -> T:
        """What several measures work out from the same figures, worked out once."""


class Measure(Protocol):
    """What a figure measures."""

    @property
    def over(self) -> Collection[str]:
        """Ids of the figures it is arithmetic over; none where it asks the books."""

    @property
    def questions(self) -> Sequence[Question]:
        """What must be asked of the books; nothing for arithmetic over other figures."""

    def value(self, figures: Figures, answers: Answers, /) -> Value:
        """The figure itself from the answers; None when nothing is recorded that could answer."""

    def rows(self, figures: Figures, /) -> Iterator[Evidence]:
        """The rows behind it, streamed."""

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The figure again, from the rows behind it alone."""


class FromParts:
    """A measure over rows of one or more sources."""

    over: Collection[str] = ()

    def __init__(self, *parts: Part) -> None:
        """Keep the parts whose rows make the figure."""
        self.parts = parts

    @property
    def part(self) -> Part:
        """The only part."""
        [only] = self.parts
        return only

    def rows(self, _: Figures, /) -> Iterator[Evidence]:
        """All rows of all parts."""
        for part in self.parts:
            yield from part.evidence()


class People(FromParts):
    """Distinct people (or outlets, sections): however many facts somebody has, they count once."""

    @property
    def questions(self) -> Sequence[Question]:
        """How many distinct references."""
        return [Summed(self.part.source, Count(self.part.named.reference, distinct=True, filter=self.part.where))]

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """Distinct references."""
        return _whole(answers[0]) or 0

    def rows(self, _: Figures, /) -> Iterator[Evidence]:
        """One row a person, with the latest act and the sum of their facts."""
        return by_person(self.part)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """Length of the list."""
        return sum(1 for _ in rows)


class Cases(FromParts):
    """Every row counts once: awards, transfers, reports sent."""

    @property
    def questions(self) -> Sequence[Question]:
        """How many rows."""
        return [Summed(self.part.source, Count("pk", filter=self.part.where))]

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """Number of rows."""
        return _whole(answers[0]) or 0

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """Length of the list."""
        return sum(1 for _ in rows)


class Total(FromParts):
    """The sum of a column over rows of one or more tables; fen for money.

    With ``blank`` no rows mean "not stated" (None) instead of nought.
    """

    def __init__(self, *parts: Part, blank: bool = False) -> None:
        """Keep the parts that are added up."""
        super().__init__(*parts)
        self.blank = blank

    @property
    def questions(self) -> Sequence[Question]:
        """The sum of each part."""
        return [Summed(part.source, Sum(part.amount, filter=part.where)) for part in self.parts]

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """Sum over all parts."""
        found = [total for answer in answers if (total := _whole(answer)) is not None]
        return None if self.blank and not found else sum(found)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """Sum of the list."""
        total: int | None = None if self.blank else 0
        for row in rows:
            total = (total or 0) + int(row.quantity)
        return total


class SumByPerson(FromParts):
    """The sum of a column with one row behind it for each person, not for each entry; fen for money."""

    @property
    def questions(self) -> Sequence[Question]:
        """The sum."""
        return [Summed(self.part.source, Sum(self.part.amount, filter=self.part.where))]

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """Sum over all entries."""
        return _whole(answers[0]) or 0

    def rows(self, _: Figures, /) -> Iterator[Evidence]:
        """One row a person with the sum of their entries; who holds nothing is left out."""
        return (row for row in by_person(self.part) if row.quantity)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """Sum of the list."""
        return sum(int(row.quantity) for row in rows)


class LatestStated:
    """One number somebody stated; the latest row counts."""

    over: Collection[str] = ()

    def __init__(self, part: Part) -> None:
        """Keep the part whose latest row is wanted."""
        self._part = part

    def _latest(self) -> Part:
        stated = self._part.only(Q(**{f"{self._part.amount}__isnull": False}))
        last = stated.rows.order_by("-act_id", "-pk").values("pk")[:1]
        return stated.only(Q(pk__in=last))

    @property
    def questions(self) -> Sequence[Question]:
        """The number of the latest row."""
        latest = self._latest()
        return [Summed(latest.source, Sum(latest.amount, filter=latest.where))]

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """The latest row's number."""
        return _whole(answers[0])

    def rows(self, _: Figures, /) -> Iterator[Evidence]:
        """The latest row, if any."""
        return self._latest().evidence()

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The quantity of the only row."""
        return next((int(row.quantity) for row in rows), None)


class SharedAmount(FromParts):
    """An amount all rows share, such as the grant each family received."""

    @property
    def questions(self) -> Sequence[Question]:
        """The least and the greatest amount."""
        part = self.part
        return [Summed(part.source, of(part.amount, filter=part.where)) for of in (Min, Max)]

    def value(self, _: Figures, answers: Answers, /) -> Value:
        """The shared amount, both ends when amounts differ (as a text), None without rows."""
        least, greatest = (_whole(answer) for answer in answers)
        return _shared(least, greatest)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The shared amount of the list."""
        least, greatest = None, None
        for row in rows:
            fen = int(row.quantity)
            least = fen if least is None else min(least, fen)
            greatest = fen if greatest is None else max(greatest, fen)
        return _shared(least, greatest)


def by_person(part: Part) -> Iterator[Evidence]:
    """One row for each reference, with the latest act and the sum (or number) of its facts."""
    quantity = Sum(part.amount) if part.amount else Count("pk")
    wanted = (
        part.rows.order_by()
        .values(*part.named.paths)
        .annotate(quantity=quantity, last_act=Max("act_id"), last_on=Max("act__business_date"))
        .order_by(part.named.reference)
    )
    for row in wanted.iterator(CHUNK):
        latest = {"act_id": row["last_act"], "act__business_date": row["last_on"]}
        yield part.told(row | latest, row["quantity"])


def _shared(least: int | None, greatest: int | None) -> Value:
    return least if least == greatest else f"{least}至{greatest}分不等"


def _whole(answer: Answer) -> int | None:
    assert answer is None or isinstance(answer, int), "a sum is one number"
    return answer
