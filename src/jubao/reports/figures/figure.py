"""A named figure: its definition and unit, and its value for a year as of a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from jubao.reports.figures.measure import Measure, Value
from jubao.reports.figures.window import Window
from jubao.vocabulary.fen import divide_half_up, format_wan, format_yuan

PERCENT_PLACES = 2
WAN_FEN = 1_000_000
HUNDRED_YUAN_FEN = 10_000


class Unit(StrEnum):
    """What a figure counts; money is kept in fen and shown in yuan."""

    MONEY = "元"
    PEOPLE = "人"
    CASES = "人次"
    ROWS = "条"
    PIECES = "个"
    SHEETS = "份"
    TASKS = "项"
    MONTHS = "个月"
    DAYS = "天"
    PERCENT = "%"
    POINTS = "分"
    GRADE = "等次"


@dataclass(frozen=True)
class Figure:
    """A figure of the catalogue: names in two languages, unit, definition in words, and how it is measured.

    ``whole_year`` figures (budget, survey, score) answer for the year as a whole, not as of a day within it.
    """

    id: str
    name: str
    english: str
    unit: Unit
    definition: str
    measure: Callable[[Window], Measure]
    whole_year: bool = False


def money(key: str, name: str, english: str, definition: str, measure: Callable[[Window], Measure]) -> Figure:
    """A figure in fen."""
    return Figure(key, name, english, Unit.MONEY, definition, measure)


def people(key: str, name: str, english: str, definition: str, measure: Callable[[Window], Measure]) -> Figure:
    """A figure that counts people."""
    return Figure(key, name, english, Unit.PEOPLE, definition, measure)


@dataclass(frozen=True)
class FigureValue:
    """A figure's value: fen or a count (int), a ratio (Fraction), a word, or None if nothing is recorded."""

    figure: Figure
    year: int
    as_of: date
    value: Value

    @property
    def text(self) -> str:
        """The value as people read it, without its unit; empty when nothing is recorded."""
        return show(self.value, self.figure.unit)

    @property
    def with_unit(self) -> str:
        """The value with its unit, money in 万元 where it is a round sum of ten thousands or more."""
        if self.value is None:
            return "（未登记）"
        if self.figure.unit is Unit.MONEY and isinstance(self.value, int):
            return wan_or_yuan(self.value)
        return self.text if self.figure.unit is Unit.GRADE else f"{self.text}{self.figure.unit}"


def show(value: Value, unit: Unit) -> str:
    """A value as people read it: yuan with two decimals, percent and points with at most two."""
    if value is None or isinstance(value, str):
        return value or ""
    if unit is Unit.MONEY:
        return format_yuan(int(value))
    if isinstance(value, int) and unit not in {Unit.PERCENT, Unit.POINTS}:
        return f"{value:,}"
    return f"{rounded(Fraction(value)):f}"


def rounded(value: Fraction, places: int = PERCENT_PLACES) -> Decimal:
    """A fraction as a decimal, half up, without idle noughts."""
    decimal = Decimal(divide_half_up(value.numerator * 10**places, value.denominator)).scaleb(-places)
    return decimal.quantize(Decimal(1)) if decimal == decimal.to_integral() else decimal.normalize()


def wan_or_yuan(fen: int) -> str:
    """Money in running text: 万元 when at most two decimals tell it exactly, else yuan."""
    exact = fen % HUNDRED_YUAN_FEN == 0 and abs(fen) >= WAN_FEN
    return f"{format_wan(fen)}万元" if exact else f"{format_yuan(fen).removesuffix('.00')}元"


def share_text(share: Fraction | None) -> str:
    """A percentage as people read it."""
    return "—" if share is None else f"{rounded(share):f}%"
