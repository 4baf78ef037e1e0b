"""How rows become a number, and the way back: every measure can list the rows that make it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Count, Max, QuerySet, Sum

from jubao.reports.evaluation.formula import FigureMissing, evaluate
from jubao.reports.figures.window import Window
from jubao.vocabulary.resident_number import mask

if TYPE_CHECKING:
    from jubao.reports.figures.reading import Reading

Value = int | Fraction | str | None
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row behind a figure: what it is, whose it is (number masked), how much, and the act that wrote it.

    ``quantity`` is fen where ``money`` says so, else people or pieces; ``note`` tells why where it matters.
    """

    reference: str
    name: str = ""
    number: str = ""
    quantity: int | Fraction = 1
    act: int | None = None
    on: date | None = None
    money: bool = False
    note: str = ""


@dataclass(frozen=True)
class Named:
    """Query paths to the reference, the name and the resident number of what a row is about."""

    reference: str
    name: str = ""
    number: str = ""

    @property
    def paths(self) -> list[str]:
        """The paths that are there."""
        return [path for path in (self.reference, self.name, self.number) if path]


def person(path: str = "person") -> Named:
    """Rows about an insured person."""
    return Named(f"{path}__personal_number", f"{path}__name", f"{path}__resident_number")


@dataclass(frozen=True)
class Part:
    """Rows of one table: what they are about, and the column that is added up."""

    rows: QuerySet[Any]
    named: Named
    amount: str = ""

    def evidence(self) -> Iterator[Evidence]:
        """Every row, in the order of its key."""
        paths = [*self.named.paths, *([self.amount] if self.amount else [])]
        wanted = self.rows.order_by("pk").values(*dict.fromkeys(paths), "act_id", "act__business_date")
        for row in wanted.iterator(CHUNK):
            yield _evidence(self, row, row[self.amount] if self.amount else 1)

    def total(self) -> int | None:
        """Sum of the column; None when there is no row."""
        found = self.rows.aggregate(total=Sum(self.amount))["total"]
        return None if found is None else int(found)


def _evidence(part: Part, row: Mapping[str, Any], quantity: int) -> Evidence:
    named = part.named
    number = str(row[named.number]) if named.number else ""
    return Evidence(
        reference=str(row[named.reference]),
        name=str(row[named.name]) if named.name else "",
        number=mask(number) if number else "",
        quantity=int(quantity),
        act=row["act_id"],
        on=row["act__business_date"],
        money=part.amount.endswith("_fen"),
    )


class Measure(Protocol):
    """What a figure measures."""

    def value(self, reading: Reading, /) -> Value:
        """The figure itself; None when nothing is recorded that could answer."""

    def rows(self, reading: Reading, /) -> list[Evidence]:
        """The rows behind it."""

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The figure again, from the rows behind it alone."""


@dataclass(frozen=True)
class People:
    """Distinct people (or outlets, sections): however many facts somebody has, they count once."""

    part: Part

    def value(self, _: Reading, /) -> Value:
        """Distinct references."""
        return int(self.part.rows.aggregate(n=Count(self.part.named.reference, distinct=True))["n"])

    def rows(self, _: Reading, /) -> list[Evidence]:
        """One row a person, with the latest act and the sum of their facts."""
        quantity = Sum(self.part.amount) if self.part.amount else Count("pk")
        wanted = (
            self.part.rows.order_by()
            .values(*self.part.named.paths)
            .annotate(quantity=quantity, last_act=Max("act_id"), last_on=Max("act__business_date"))
            .order_by(self.part.named.reference)
        )
        return [
            _evidence(
                self.part,
                row | {"act_id": row["last_act"], "act__business_date": row["last_on"]},
                row["quantity"],
            )
            for row in wanted.iterator(CHUNK)
        ]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Length of the list."""
        return len(rows)


@dataclass(frozen=True)
class Cases:
    """Every row counts once: awards, transfers, reports sent."""

    part: Part

    def value(self, _: Reading, /) -> Value:
        """Number of rows."""
        return self.part.rows.count()

    def rows(self, _: Reading, /) -> list[Evidence]:
        """All rows."""
        return list(self.part.evidence())

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Length of the list."""
        return len(rows)


class Total:
    """The sum of a column over rows of one or more tables; fen for money.

    With ``blank`` no rows mean "not stated" (None) instead of nought.
    """

    def __init__(self, *parts: Part, blank: bool = False) -> None:
        """Keep the parts that are added up."""
        self.parts, self.blank = parts, blank

    def value(self, _: Reading, /) -> Value:
        """Sum over all parts."""
        return self._whole([total for part in self.parts if (total := part.total()) is not None])

    def rows(self, _: Reading, /) -> list[Evidence]:
        """All rows of all parts."""
        return [row for part in self.parts for row in part.evidence()]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Sum of the list."""
        return self._whole([int(row.quantity) for row in rows])

    def _whole(self, amounts: Sequence[int]) -> int | None:
        return None if self.blank and not amounts else sum(amounts)


@dataclass(frozen=True)
class Stated:
    """One number somebody stated; the latest row counts."""

    part: Part

    def value(self, reading: Reading, /) -> Value:
        """The latest row's number."""
        return self.add_up(self.rows(reading))

    def rows(self, _: Reading, /) -> list[Evidence]:
        """The latest row, if any."""
        last = self.part.rows.filter(**{f"{self.part.amount}__isnull": False}).order_by("-act_id", "-pk")
        keys = list(last.values_list("pk", flat=True)[:1])
        return list(Part(self.part.rows.filter(pk__in=keys), self.part.named, self.part.amount).evidence())

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The quantity of the only row."""
        return int(rows[0].quantity) if rows else None


@dataclass(frozen=True)
class Common:
    """An amount all rows share, such as the grant each family received."""

    part: Part

    def value(self, reading: Reading, /) -> Value:
        """The shared amount, both ends when amounts differ (as a text), None without rows."""
        return self.add_up(self.rows(reading))

    def rows(self, _: Reading, /) -> list[Evidence]:
        """All rows."""
        return list(self.part.evidence())

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The shared amount of the list."""
        amounts = sorted({int(row.quantity) for row in rows})
        if len(amounts) > 1:
            return f"{amounts[0]}至{amounts[-1]}分不等"
        return amounts[0] if amounts else None


class Derived:
    """Arithmetic over other figures; the rows behind are those figures, each of which opens in turn."""

    def __init__(self, formula: str, **figures: str) -> None:
        """Keep the formula and the figure id behind each of its names."""
        self.formula, self.figures = formula, figures

    def value(self, reading: Reading, /) -> Value:
        """The formula over the figures; None when one of them is missing."""
        return self.add_up(self.rows(reading))

    def rows(self, reading: Reading, /) -> list[Evidence]:
        """The figures that are there, by id."""
        found = [(figure_id, reading.value(figure_id)) for figure_id in self.figures.values()]
        return [
            Evidence(reference=figure_id, name=reading.find(figure_id).name, quantity=value.value)
            for figure_id, value in found
            if isinstance(value.value, int | Fraction)
        ]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The formula over the list."""
        by_id = {row.reference: row.quantity for row in rows}
        values = {name: by_id[figure_id] for name, figure_id in self.figures.items() if figure_id in by_id}
        try:
            result = evaluate(self.formula, values)
        except FigureMissing:
            return None
        return int(result) if result.denominator == 1 else result


def derived(formula: str, **figures: str) -> Callable[[Window], Measure]:
    """What a figure measures that is arithmetic over other figures, whatever the window."""
    return lambda _: Derived(formula, **figures)
