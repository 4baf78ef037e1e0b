"""What rows are grouped by in the engine, and what people call each group."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Case, CharField, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, ExtractMonth, ExtractYear

from jubao.records.models import CategoryPeriod, Residence
from jubao.reports.figures.dimension import AGES, BANDS, SEXES, label_of
from jubao.reports.figures.place import place_names
from jubao.reports.figures.window import Window
from jubao.rules.eligibility import born_by

Key: TypeAlias = Combinable
ACCOUNT_ITEMS = "002"
"""What the codes of all benefit items that the individual account pays begin with."""


@dataclass(frozen=True)
class Grouping:
    """The key rows are grouped by, and the label of a key; empty where the row does not say."""

    key: Key
    label: Callable[[Any], str]


def grouping_of(by: str, window: Window, *, column: str, person: str) -> Grouping:
    """How rows are grouped by a dimension.

    Args:
        by: the dimension.
        window: traits of people count as known on its day.
        column: query path to the rows' own column for the dimension; empty where it is a trait of the person.
        person: query path to the person.
    """
    if column:
        return Grouping(_of_column(by, column), lambda key: label_of(by, key))
    if by in {"township", "division"}:
        place, names = ("township", "division").index(by), place_names()
        return Grouping(
            _latest(Residence, "division", window, person), lambda code: names.get(code, (code, code))[place]
        )
    return Grouping(_of_person(by, window, person), lambda key: label_of(by, key))


def _of_column(by: str, column: str) -> Key:
    """A column as it stands, dates by their month, numbers by the least of their band, items of the account as one."""
    if by == "month" and column.endswith("date"):
        return ExtractYear(column) * 100 + ExtractMonth(column)
    if by == "level":
        of_account = When(**{f"{column}__startswith": ACCOUNT_ITEMS}, then=Value(ACCOUNT_ITEMS))
        return Case(of_account, default=F(column), output_field=CharField())
    if by in BANDS:
        return _banded({least: Q(**{f"{column}__gte": least}) for least, _ in BANDS[by]})
    return F(column)


def _of_person(by: str, window: Window, person: str) -> Key:
    match by:
        case "household":
            return _latest(Residence, "household_type", window, person)
        case "category":
            return _latest(CategoryPeriod, "category", window, person)
        case "age_band":
            born = {least: born_by(window.last, least) for least, _ in BANDS[by]}
            return _banded({least: Q(**{f"{person}__birth_date__lte": day}) for least, day in born.items()})
        case "sex_age":
            born = {least: born_by(window.last, least) for least in AGES}
            band = _banded({least: Q(**{f"{person}__birth_date__lte": day}) for least, day in born.items()})
            return Cast(F(f"{person}__sex"), IntegerField()) * SEXES + band
    return F(f"{person}__{by}")


def _banded(reached: dict[int, Q]) -> Case:
    """The least number of the highest band that is reached, else of the lowest."""
    whens = [When(condition, then=Value(least)) for least, condition in reversed(reached.items())]
    return Case(*whens, default=Value(min(reached)), output_field=IntegerField())


def _latest(model: type[Residence | CategoryPeriod], column: str, window: Window, person: str) -> Subquery:
    """The value of each person's latest period that had begun and was known by the day."""
    begun = model.objects.filter(window.known(), valid_from__lte=window.as_of, person=OuterRef(person))
    return Subquery(begun.order_by("-valid_from", "-pk").values(column)[:1])
