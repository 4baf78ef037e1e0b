"""The rows behind a figure: one source's rows that meet a condition, whose they are, and how much each is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import Any, ClassVar

from django.db.models import Q, QuerySet

from jubao.records.models import Person
from jubao.reports.streaming import CHUNK
from jubao.vocabulary.resident_number import mask
from jubao.vocabulary.viewer import Viewer


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
    """Rows of a source that meet a condition: what they are about, and the column that is added up.

    What several figures have in common stands in ``source``, what is a figure's own in ``where``: figures of one
    source are read in one statement.
    """

    source: QuerySet[Any]
    named: Named
    amount: str = ""
    where: Q = field(default_factory=Q)
    WRITTEN: ClassVar = ("act_id", "act__business_date")

    def only(self, where: Q) -> Part:
        """Those of the rows that meet a further condition."""
        return replace(self, where=self.where & where)

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows themselves."""
        return self.source.filter(self.where)

    def evidence(self) -> Iterator[Evidence]:
        """Every row, in the order of its key."""
        return (told for _, told in self.after(0))

    def after(self, key: int, *also: str) -> Iterator[tuple[Mapping[str, Any], Evidence]]:
        """Rows after a key in the order of the keys: each with its columns, ``pk`` and ``also`` among them, and told."""
        paths = [*self.named.paths, *([self.amount] if self.amount else [])]
        wanted = self.rows.filter(pk__gt=key).order_by("pk").values("pk", *dict.fromkeys(paths), *self.WRITTEN, *also)
        for row in wanted.iterator(CHUNK):
            yield row, self.told(row, row[self.amount] if self.amount else 1)

    def told(self, row: Mapping[str, Any], quantity: int) -> Evidence:
        """One row with its columns by path, ``act_id`` and ``act__business_date``."""
        number = str(row[self.named.number]) if self.named.number else ""
        return Evidence(
            reference=str(row[self.named.reference]),
            name=str(row[self.named.name]) if self.named.name else "",
            number=mask(number) if number else "",
            quantity=int(quantity),
            act=row["act_id"],
            on=row["act__business_date"],
            money=self.amount.endswith("_fen"),
        )


def without_recused(rows: Iterable[Evidence], viewer: Viewer) -> Iterator[Evidence]:
    """Rows behind a figure without those about people from whom the viewer stays away."""
    if not viewer.recused:
        yield from rows
        return
    everybody = Person.objects.order_by("pk").values_list("personal_number", "resident_number").iterator(CHUNK)
    away = {personal for personal, resident in everybody if resident in viewer.recused}
    yield from (row for row in rows if row.reference not in away)
