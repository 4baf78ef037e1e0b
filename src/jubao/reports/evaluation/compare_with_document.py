"""Derived beside stated: figures of the books against figures that a document states, with the difference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import FigureValue, Unit, rounded, show

MOST_BYTES = 1024 * 1024
FEN_IN = {"yuan": 100, "wan": 1_000_000}


class CannotReadStatedFigures(ValueError):
    """The file of stated figures does not say what it must."""


@dataclass(frozen=True)
class Comparison:
    """One figure beside what a document states; the difference is derived minus stated, in the figure's unit.

    Where the document only gives a bound ("at least"), what lies above it is no difference. A percentage is
    compared with as many decimals as the document prints.
    """

    derived: FigureValue
    stated: Fraction | str
    at_least: bool = False
    places: int = 0

    @property
    def difference(self) -> Fraction | None:
        """Nought when both agree; None when one of them is no number and they disagree."""
        value = self.derived.value
        if isinstance(value, str | None) or isinstance(self.stated, str):
            return Fraction(0) if value == self.stated else None
        exact = Fraction(value)
        if self.derived.figure.unit is Unit.PERCENT:
            exact = Fraction(rounded(exact, self.places)) if not self.at_least else exact
        gap = exact - self.stated
        return min(gap, Fraction(0)) if self.at_least else gap

    @property
    def agrees(self) -> bool:
        """Whether there is no difference."""
        return self.difference == 0

    @property
    def stated_text(self) -> str:
        """The stated figure as people read it."""
        unit = self.derived.figure.unit
        words = self.stated if isinstance(self.stated, str) else show(_plain(self.stated), unit)
        return f"≥{words}" if self.at_least else words

    @property
    def difference_text(self) -> str:
        """The difference as people read it."""
        gap = self.difference
        return "不符" if gap is None else show(_plain(gap), self.derived.figure.unit)


def compare(reading: Reading, stated: Mapping[str, Mapping[str, Any]]) -> list[Comparison]:
    """Every stated figure beside the derived one, in the order stated.

    Args:
        reading: the year and day to derive for.
        stated: figure id to ``{value, unit, at_least}``; money in yuan.
    Raises:
        NoSuchFigure: a stated id is not in the catalogue.
        CannotReadStatedFigures: a value is no number where the figure is one.
    """
    reading.ask(stated)
    return [_compared(reading.value(figure_id), entry) for figure_id, entry in stated.items()]


def read_stated(path: Path) -> dict[str, dict[str, Any]]:
    """The ``figures`` of a YAML file, every value as its text. Raises CannotReadStatedFigures."""
    try:
        body = yaml.load(_text_of(path), Loader=yaml.BaseLoader)  # noqa: S506 (texts only)
        figures = body["figures"]
        return {figure_id: dict(entry) for figure_id, entry in figures.items()}
    except CannotReadStatedFigures:
        raise
    except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        wanted = "figures: {指标: {value, unit, at_least}}"
        raise CannotReadStatedFigures(f"对照文件《{path.name}》读不懂，应为 {wanted}，请改正后重试") from error


def _text_of(path: Path) -> str:
    if path.stat().st_size > MOST_BYTES:
        raise CannotReadStatedFigures(f"对照文件《{path.name}》超过 {MOST_BYTES // 1024} KB，请只留要对照的指标后重试")
    return path.read_text(encoding="utf-8")


def stated_figures(document: Mapping[str, Any], paths: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The self-contained file of stated figures from a document's figures and the place of each.

    Args:
        document: nested figures of a document.
        paths: figure id to ``{path, unit, at_least, count}``; the unit yuan or wan is money, ``count`` takes
            a list's length. Figures the document leaves empty are left out.
    """
    figures: dict[str, Any] = {}
    for figure_id, place in paths.items():
        found = _at(document, str(place["path"]))
        if found is None:
            continue
        number = len(found) if place.get("count") else found
        unit = str(place["unit"])
        entry: dict[str, Any] = {"value": _as_text(number, unit), "unit": _unit(unit)}
        figures[figure_id] = entry | ({"at_least": True} if place.get("at_least") else {})
    return {"figures": figures}


def _at(document: Mapping[str, Any], path: str) -> Any:
    found: Any = document
    for step in path.split("."):
        found = found[int(step)] if isinstance(found, Sequence) else found[step]
    return found


def _as_text(number: Any, unit: str) -> str:
    text = str(number).removesuffix("以上").removesuffix("%")
    return f"{Decimal(text) * FEN_IN[unit] / FEN_IN['yuan']:.2f}" if unit in FEN_IN else text


def _unit(unit: str) -> str:
    return "元" if unit in FEN_IN else unit


def _compared(derived: FigureValue, entry: Mapping[str, Any]) -> Comparison:
    text, unit = str(entry["value"]), derived.figure.unit
    bound = str(entry.get("at_least", "")).lower() == "true"
    if unit is Unit.GRADE:
        return Comparison(derived, text, bound)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        message = f"对照值“{text}”不是数字（{derived.figure.id} {derived.figure.name}），请改正后重试"
        raise CannotReadStatedFigures(message) from error
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    stated = Fraction(number) * (FEN_IN["yuan"] if unit is Unit.MONEY else 1)
    return Comparison(derived, stated, bound, places)


def _plain(value: Fraction) -> int | Fraction:
    return int(value) if value.denominator == 1 else value
