"""What a parameter of the law looks like: unit, dated rows with a source, and how far someone checked it."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

HOUSE = "house-defaults"
"""The instrument of what is no law: the program's own conventions (缺省约定)."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^(CN|\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$")]
Sentence = Annotated[str, StringConstraints(min_length=1)]


class Strict(BaseModel):
    """A frozen record that refuses unknown fields and converts nothing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Unit(StrEnum):
    """What a value counts; the last three are not quantities."""

    FEN = "fen"
    PPM = "ppm"
    MONTHS = "months"
    YEARS = "years"
    AGE = "age"
    DAYS = "days"
    WORKDAYS = "workdays"
    COUNT = "count"
    CODE = "code"
    FLAG = "flag"
    DATE = "date"
    TABLE = "table"


TYPES: dict[Unit, tuple[type, ...]] = {
    Unit.CODE: (str,),
    Unit.FLAG: (bool,),
    Unit.DATE: (date,),
    Unit.TABLE: (list, dict),
}


class Instrument(Strict):
    """A document a row may name as its source (文件依据); what is unknown of it stands in ``note``."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$")]
    number: Sentence | None
    title: Sentence
    date: date | None
    issuer: Sentence
    note: Sentence | None = None

    @model_validator(mode="after")
    def _what_is_unknown_is_said(self) -> Self:
        if (self.number is None or self.date is None) and self.note is None:
            raise ValueError(f"文件 {self.id} 缺文号或日期，须在 note 中说明")
        return self


class Row(Strict):
    """One value and its validity: from ``valid_from`` up to ``valid_to`` or the next row of the same area.

    ``announced`` is the day the value became known; without it the value counts as known from its first day.
    """

    valid_from: date = Field(alias="from")
    valid_to: date | None = Field(default=None, alias="to")
    value: Any
    source: Sentence
    area: AreaCode = "CN"
    announced: date | None = None
    uncertain: Sentence | None = None
    note: Sentence | None = None

    @property
    def instrument_id(self) -> str:
        """The instrument named by ``source``, without the part of it."""
        return self.source.split(" ", 1)[0]

    @property
    def part(self) -> str:
        """The part of the instrument, or nothing."""
        return self.source.partition(" ")[2]

    @property
    def known_from(self) -> date:
        """The day from which the office could know the value."""
        return self.announced or self.valid_from

    @model_validator(mode="after")
    def _period_is_not_empty(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"{self.valid_from} 起的一行止于 {self.valid_to}，期间为空")
        return self


class Parameter(Strict):
    """A term of the law with all its values, checked up to a day, or assumed up to a day and why.

    A ``house_rule`` is no law: how the office itself works (limits, alarms, days), which no notice can make outdated.
    ``local`` marks what the law leaves to a locality: a row of the nation only stands in there, and every act that
    goes by it says so.
    """

    term: Sentence
    description: Sentence
    unit: Annotated[Unit, Field(strict=False)]
    local: bool = False
    rows: list[Row] = Field(min_length=1)
    verified_until: date | None = None
    assumed_until: date | None = None
    house_rule: bool = False
    uncertain: Sentence | None = None

    @property
    def limit(self) -> date | None:
        """The last day for which the values may be asked; None for a rule of the house, which does not expire."""
        return self.verified_until or self.assumed_until

    def reaches(self, day: date) -> bool:
        """Whether the values may be asked for a day."""
        return self.limit is None or day <= self.limit

    @model_validator(mode="after")
    def _limit_is_said_once(self) -> Self:
        if [self.verified_until is not None, self.assumed_until is not None, self.house_rule].count(True) != 1:
            raise ValueError(f"{self.term}：verified_until、assumed_until 和 house_rule 须且只须写一个")
        if self.assumed_until is not None and self.uncertain is None:
            raise ValueError(f"{self.term}：推定的参数须在 uncertain 中说明")
        if late := [row.valid_from for row in self.rows if not self.reaches(row.valid_from)]:
            raise ValueError(f"{self.term}：{late[0]} 起的一行在核对日 {self.limit} 之后")
        if self.house_rule and (law := [row.source for row in self.rows if row.instrument_id != HOUSE]):
            raise ValueError(f"{self.term}：依据为 {law[0]} 的一行不是内部约定，须写明核对到哪一日")
        return self

    @model_validator(mode="after")
    def _values_fit_the_unit(self) -> Self:
        for row in self.rows:
            check_value(row.value, self.unit, self.term)
        return self

    @model_validator(mode="after")
    def _rows_do_not_overlap(self) -> Self:
        for area in {row.area for row in self.rows}:
            check_order((row for row in self.rows if row.area == area), self.term)
        return self


def check_value(value: Any, unit: Unit, term: str) -> None:
    """Refuse a value of the wrong type, a negative quantity and any float, however deep.

    Raises:
        ValueError: with the term and what was expected.
    """
    expected = TYPES.get(unit, (int,))
    if not isinstance(value, expected) or (isinstance(value, bool) and unit is not Unit.FLAG):
        raise ValueError(f"{term}：单位为 {unit} 的值不能是 {value!r}")
    if isinstance(value, int) and value < 0:
        raise ValueError(f"{term}：{value} 不能为负")
    if has_float(value):
        raise ValueError(f"{term}：表内不得有小数，金额写分，比例写百万分之几，分值写文字")


def has_float(value: Any) -> bool:
    """Whether a float hides anywhere in a nested value."""
    if isinstance(value, dict):
        return any(has_float(part) for part in value.values())
    if isinstance(value, list):
        return any(has_float(part) for part in value)
    return isinstance(value, float)


def check_order(rows: Iterable[Row], term: str) -> None:
    """Refuse rows of one area that stand out of order, start on one day, or run into the next row.

    A later row with an earlier announcement is in order; a row may be closed by the next one without ``to``.

    Raises:
        ValueError: with the two first days.
    """
    for one, following in pairwise(rows):
        if following.valid_from <= one.valid_from:
            raise ValueError(f"{term}：{one.valid_from} 与 {following.valid_from} 两行次序颠倒或重叠")
        if one.valid_to is not None and one.valid_to > following.valid_from:
            raise ValueError(f"{term}：{one.valid_from} 起的一行止于 {one.valid_to}，与下一行重叠")
