"""What an act gives, or would give, in words: its result with labels, and what its rows add up to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from jubao.operations.envelope.declaration import Given, Unit
from jubao.operations.envelope.seen.words import NOTHING, month, yuan
from jubao.records.facts import fact_models


@dataclass(frozen=True)
class Result:
    """One field of a result: its name, its label, its value as it is, and in words."""

    name: str
    label: str
    value: Any
    words: str


@dataclass(frozen=True)
class Amount:
    """What one column of money adds up to, in fen."""

    label: str
    fen: int


@dataclass(frozen=True)
class Sum:
    """The rows added to one table: how many, about how many people where it tells, and their sums of money."""

    title: str
    rows: int
    people: int | None
    amounts: tuple[Amount, ...]


def results(gives: Sequence[Given], result: Mapping[str, Any]) -> tuple[Result, ...]:
    """A result with labels, each value in words and as it is."""
    return tuple(
        Result(given.name, given.label, result[given.name], _given(given, result[given.name]))
        for given in gives
        if given.name in result
    )


def _given(given: Given, value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, list):
        return "、".join(_given(given, one) for one in value) or NOTHING
    if isinstance(value, dict):
        return "；".join(f"{name} {_given(given, one)}" for name, one in value.items()) or NOTHING
    words = GIVEN.get(given.unit)
    return words(value) if words and isinstance(value, int) else str(value)


GIVEN: Mapping[Unit, Callable[[int], str]] = {
    Unit.FEN: yuan,
    Unit.PEOPLE: "{} 人".format,
    Unit.ROWS: "{} 条".format,
    Unit.MONTH: month,
    Unit.FLAG: lambda value: "是" if value else "否",
}


def sums(changes: Mapping[str, Any]) -> tuple[Sum, ...]:
    """The rows added to each table, with the sums of their columns of money."""
    tables = {model._meta.db_table: model for model in fact_models()}
    return tuple(_sum(tables[table], told) for table, told in sorted(changes.items()))


def _sum(model: type[models.Model], told: Mapping[str, Any]) -> Sum:
    titles = {field.attname: str(field.verbose_name) for field in model._meta.concrete_fields}
    amounts = tuple(
        Amount(titles[name.partition(":")[2]], fen) for name, fen in told.items() if name.startswith("sum:") and fen
    )
    return Sum(told["title"], told["count"], told.get("people"), amounts)
