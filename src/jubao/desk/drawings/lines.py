"""Lines over the months: what was reached and the path to the target, at most two, each named at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from jubao.desk.drawings.element import TENTHS, element, tenths, together
from jubao.desk.drawings.numbers import Cell, Numbers, Row
from jubao.desk.drawings.point import Point, Words, drawing, opened, said_of, shortened, text
from jubao.desk.drawings.scale import Scale, scale_over
from jubao.desk.drawings.unit import NOTHING, Unit

WIDTH, HEIGHT = 680, 232
LEFT, RIGHT, TOP, BOTTOM = 64, 92, 14, 32
DOT = 4
SERIES = ("1", "2")
LEGEND_SIGNS = 13
LEGEND_GAP = 15 * TENTHS
LABELS_AT_MOST = 13


@dataclass(frozen=True)
class Series:
    """One line: its name and a value for each label below; None where there is none (yet)."""

    name: Words
    points: tuple[Point | None, ...]

    @property
    def values(self) -> list[int]:
        """The values that exist."""
        return [point.value for point in self.points if point is not None]


@dataclass(frozen=True)
class Lines:
    """A drawing of one or two lines over the same labels; the second is dashed."""

    title: Words
    unit: Unit
    named: Words
    labels: tuple[Words, ...]
    series: tuple[Series, ...]

    def __post_init__(self) -> None:
        """At most two lines, each as long as the axis below it."""
        assert len(self.series) <= len(SERIES), "two lines at most in one drawing"
        assert all(len(one.points) == len(self.labels) for one in self.series), "a value or None for each label"

    @property
    def scale(self) -> Scale:
        """The axis that holds both lines."""
        return scale_over([value for one in self.series for value in one.values])

    def numbers(self) -> Numbers:
        """The same numbers as a table, one row a label."""
        heads: tuple[Words, ...] = (self.named, *(f"{one.name}（{self.unit.words}）" for one in self.series))
        return Numbers(self.title, heads, tuple(self._row(place) for place in range(len(self.labels))))

    def _row(self, place: int) -> Row:
        points = [one.points[place] for one in self.series]
        cells = [
            Cell(NOTHING) if point is None else Cell(self.unit.show(point.value), point.address) for point in points
        ]
        return Row(self.labels[place], tuple(cells))


def lines(path: Lines) -> SafeString:
    """The lines with their grid; the points of the first are links where they open something."""
    scale, places = path.scale, _places(len(path.labels))
    pieces = [_grid(scale, value, path.unit) for value in scale.lines]
    pieces.append(_below(path.labels, places))
    pieces += [_line(one, places, scale, SERIES[order]) for order, one in reversed(list(enumerate(path.series)))]
    for order, one in enumerate(path.series):
        pieces += [_dot(point, x, scale, path.unit, SERIES[order]) for point, x in zip(one.points, places, strict=True)]
    pieces += _legend(path.series, places, scale)
    return drawing(path.title, *pieces, width=WIDTH, height=HEIGHT)


def _places(count: int) -> list[int]:
    """Where the labels stand, in tenths, spread over the width; a single one in the middle."""
    start, end = (LEFT + 6) * TENTHS, (WIDTH - RIGHT) * TENTHS
    if count == 1:
        return [(start + end) // 2]
    return [start + (end - start) * place // (count - 1) for place in range(count)]


def _height(scale: Scale, value: int) -> int:
    return scale.at(value, (HEIGHT - BOTTOM) * TENTHS, TOP * TENTHS)


def _grid(scale: Scale, value: int, unit: Unit) -> SafeString:
    y = _height(scale, value)
    line = element(
        "line", class_="grid" if value else "axis", x1=str(LEFT), x2=str(WIDTH - RIGHT), y1=tenths(y), y2=tenths(y)
    )
    return element(
        "g", line, text(unit.mark(value), str(LEFT - 6), tenths(y + 4 * TENTHS), anchor="end"), aria_hidden="true"
    )


def _below(labels: Sequence[Words], places: Sequence[int]) -> SafeString:
    """The labels under the axis, as many as can be read."""
    each = -(-len(labels) // LABELS_AT_MOST) or 1
    shown = [(label, x) for place, (label, x) in enumerate(zip(labels, places, strict=True)) if place % each == 0]
    y = str(HEIGHT - 10)
    return element(
        "g", *(text(shortened(label, 8), tenths(x), y, anchor="middle") for label, x in shown), aria_hidden="true"
    )


def _line(series: Series, places: Sequence[int], scale: Scale, order: str) -> SafeString:
    """The line, broken where a value is missing."""
    runs: list[list[str]] = [[]]
    for point, x in zip(series.points, places, strict=True):
        if point is None:
            runs.append([])
        else:
            runs[-1].append(f"{tenths(x)},{tenths(_height(scale, point.value))}")
    return together(*(element("polyline", class_=f"l{order}", points=" ".join(run)) for run in runs if len(run) > 1))


def _dot(point: Point | None, x: int, scale: Scale, unit: Unit, order: str) -> SafeString:
    if point is None or (order != SERIES[0] and not point.address):
        return SafeString("")
    shape = element("circle", class_=f"f{order}", cx=tenths(x), cy=tenths(_height(scale, point.value)), r=str(DOT))
    return opened(shape, said_of(point.label, point.value, unit), point.address)


def _legend(series: Sequence[Series], places: Sequence[int], scale: Scale) -> list[SafeString]:
    """Each line's name at its last point; two names never on top of each other."""
    ends = []
    for one in series:
        last = next((place for place in reversed(range(len(one.points))) if one.points[place] is not None), None)
        if last is not None and (point := one.points[last]) is not None:
            ends.append((_height(scale, point.value), places[last], one.name))
    ends.sort(key=lambda end: end[0])
    if len(ends) == len(SERIES) and (short := LEGEND_GAP - (ends[1][0] - ends[0][0])) > 0:
        down = max(TOP * TENTHS - (ends[0][0] - short // 2), 0)
        ends[0] = (ends[0][0] - short // 2 + down, *ends[0][1:])
        ends[1] = (ends[0][0] + LEGEND_GAP, *ends[1][1:])
    x = tenths((WIDTH - RIGHT + 10) * TENTHS)
    return [text(shortened(name, LEGEND_SIGNS), x, tenths(y + 4 * TENTHS)) for y, _, name in ends]
