"""Figures in words and numbers: names in two languages, units, and the whole numbers drawings are made of."""

from dataclasses import dataclass
from fractions import Fraction

from jubao.desk.drawings.unit import PERCENT, WAN, YUAN
from jubao.desk.drawings.unit import Unit as DrawnUnit
from jubao.reports.figures.dimension import LABELS
from jubao.reports.figures.figure import Figure, FigureValue, Unit
from jubao.reports.figures.measure import Value
from jubao.vocabulary.both import Both, Language, both, spoken
from jubao.vocabulary.fen import FEN_IN_WAN, divide_half_up, format_yuan

NOT_RECORDED = both("未登记", "Not recorded")
UNITS: dict[Unit, Both] = {
    Unit.MONEY: both("元", "yuan"),
    Unit.PEOPLE: both("人", "people"),
    Unit.CASES: both("人次", "cases"),
    Unit.ROWS: both("条", "rows"),
    Unit.PIECES: both("个", "pieces"),
    Unit.SHEETS: both("份", "copies"),
    Unit.TASKS: both("项", "tasks"),
    Unit.MONTHS: both("个月", "months"),
    Unit.DAYS: both("天", "days"),
    Unit.PERCENT: both("%", "%"),
    Unit.POINTS: both("分", "points"),
    Unit.GRADE: both("", ""),
}
DIMENSIONS = {
    "division": "Village",
    "age_band": "Age",
    "sex_age": "Sex and age",
    "category": "Category of insured",
    "tier": "Tier paid",
    "item": "Benefit item",
    "source": "Source in the account",
    "account": "Account of the books",
    "paid_by": "How paid",
    "years": "Years contributed",
    "state": "Decision",
}
"""English of the dimensions whose own word does not tell enough."""
SCALED = 10_000
"""Percentages and points are drawn in ten-thousandths: a drawing is made of whole numbers."""
SHARED = frozenset({Unit.PERCENT, Unit.POINTS})


@dataclass(frozen=True)
class ShownNumber:
    """A number as it stands on a page: its text, its unit, the exact amount where money is shown in 万元, and its sign."""

    text: str
    unit: Both
    exact: str = ""
    is_red: bool = False


def name_of(figure: Figure) -> Both:
    """A figure's name in both languages."""
    return Both(figure.name, figure.english)


def dimension_words(by: str) -> Both:
    """What a breakdown is by, in both languages."""
    return Both(LABELS.get(by, by), DIMENSIONS.get(by, by.capitalize()))


def shown(value: FigureValue | None) -> ShownNumber:
    """A figure's value as it stands on a page; money from ten thousand yuan on in 万元, its exact amount beside.

    English knows no 万: there money is in yuan.
    """
    if value is None or value.value is None:
        return ShownNumber(str(NOT_RECORDED) if value else "—", both("", ""))
    number, unit = value.value, value.figure.unit
    is_red = isinstance(number, int | Fraction) and number < 0
    if unit is Unit.MONEY and isinstance(number, int) and abs(number) >= FEN_IN_WAN and not _in_english():
        return ShownNumber(WAN.show(number), WAN.words, f"{format_yuan(number).replace('-', '−')} {YUAN.words}", is_red)
    return ShownNumber(value.text.replace("-", "−"), UNITS[unit], "", is_red)


def _in_english() -> bool:
    return spoken() is Language.ENGLISH


def drawn_unit(unit: Unit, most: int) -> DrawnUnit:
    """How numbers of a unit are written in a drawing; ``most`` is the greatest of them."""
    if unit is Unit.MONEY:
        return WAN if most >= FEN_IN_WAN and not _in_english() else YUAN
    if unit in SHARED:
        return DrawnUnit(UNITS[unit], SCALED, 2)
    return DrawnUnit(UNITS[unit])


def drawn_number(value: Value, unit: Unit) -> int | None:
    """A value as a whole number a drawing can hold: fen, people, or ten-thousandths; None where it is no number."""
    if not isinstance(value, int | Fraction):
        return None
    if unit in SHARED:
        exact = Fraction(value) * SCALED
        return divide_half_up(exact.numerator, exact.denominator)
    return int(value)


def percent(share: Fraction | None) -> str:
    """A percentage with two decimals; a dash for none."""
    return PERCENT.show(None if share is None else drawn_number(share, Unit.PERCENT))
