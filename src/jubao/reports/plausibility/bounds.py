"""Plausible bounds of figures (合理范围): formulas over figures of this year and the last; outside needs a reason."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jubao.records.models import AuditEvent, FigureReason
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import Figure, show
from jubao.reports.figures.formula import FigureMissing, evaluate
from jubao.reports.figures.window import Window
from jubao.reports.plausibility.neighbours import Neighbours, stand_out
from jubao.vocabulary.yaml_files import read_yaml

FILE = Path(__file__).parent / "bounds.yaml"
LAST_YEAR = "@last"


@dataclass(frozen=True)
class Bound:
    """Least and most a figure plausibly is, as formulas; money in fen, percentages as such."""

    figure: str
    why: str
    min: str = ""
    max: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Unusual:
    """A figure outside a bound, as a sentence, and the reason somebody gave for it."""

    bound: Bound
    text: str
    reason: str = ""


@cache
def _file() -> dict[str, Any]:
    return dict(read_yaml(FILE.read_text(encoding="utf-8")))


def bounds() -> list[Bound]:
    """Every bound of a single figure."""
    return [Bound(**one) for one in _file()["figures"]]


def neighbours() -> list[Neighbours]:
    """Every share that is compared between places."""
    return [Neighbours(**one) for one in _file()["neighbours"]]


def bound_of_unit(figure: Figure) -> Bound | None:
    """What holds for every figure of a unit; None for balances that may lie on either side."""
    stated = _file()["units"].get(str(figure.unit))
    if stated is None or figure.id.startswith(tuple(_file()["may_be_negative"])):
        return None
    return Bound(figure.id, f"以{figure.unit}计的指标一般在此范围内", **stated)


def unusual(reading: Reading) -> list[Unusual]:
    """Figures of the running business outside their bounds; figures that are not recorded are not judged."""
    earlier = _earlier(reading)
    values = [value.figure for value in reading.all()]
    judged = [*bounds(), *(bound for figure in values if (bound := bound_of_unit(figure)))]
    if earlier:
        named = (figure_id for bound in judged for figure_id in bound.names.values())
        earlier.ask(figure_id.removesuffix(LAST_YEAR) for figure_id in named if figure_id.endswith(LAST_YEAR))
    texts = [(bound, _outside(bound, reading, earlier)) for bound in judged]
    texts += [(Bound(rule.figure, rule.why), text) for rule in neighbours() for text in stand_out(rule, reading)]
    reasons = _reasons(reading)
    return [Unusual(bound, text, reasons.get(bound.figure, "")) for bound, text in texts if text]


def _earlier(reading: Reading) -> Reading | None:
    """The same day a year before; None where the books had not begun by the start of that year."""
    year, month = reading.as_of.year - 1, reading.as_of.month
    day = date(year, month, min(reading.as_of.day, monthrange(year, month)[1]))
    first = AuditEvent.objects.order_by("business_date").values_list("business_date", flat=True).first()
    begun = first is not None and first.year < reading.year
    return Reading(reading.year - 1, day) if begun else None


def _outside(bound: Bound, reading: Reading, earlier: Reading | None) -> str:
    found = reading.value(bound.figure)
    if isinstance(found.value, str | None):
        return ""
    numbers = _numbers(bound, reading, earlier)
    sides = []
    for formula, is_least in ((bound.min, True), (bound.max, False)):
        try:
            limit = evaluate(formula, numbers) if formula else None
        except FigureMissing:
            limit = None
        if limit is not None and (found.value < limit if is_least else found.value > limit):
            whole = int(limit) if limit.denominator == 1 else limit
            shown = show(whole, found.figure.unit)
            sides.append(f"{'低于' if is_least else '高于'}{shown}")
    said = f"{found.figure.name}{found.text}{found.figure.unit}"
    return f"{said}{'、'.join(sides)}：{bound.why}，请核实或说明原因" if sides else ""


def _numbers(bound: Bound, reading: Reading, earlier: Reading | None) -> dict[str, Any]:
    """Values of the names of a bound; a name of last year is missing where there are no books."""
    found = {}
    for name, figure_id in bound.names.items():
        source = earlier if figure_id.endswith(LAST_YEAR) else reading
        value = source.value(figure_id.removesuffix(LAST_YEAR)).value if source else None
        if not isinstance(value, str | None):
            found[name] = value
    return found


def _reasons(reading: Reading) -> dict[str, str]:
    """The latest reason given for each figure of the year by the day."""
    day: date = max(reading.as_of, reading.settled)
    rows = FigureReason.objects.filter(Window(reading.year, day).known(), year=reading.year).order_by("pk")
    return dict(rows.values_list("figure", "reason"))
