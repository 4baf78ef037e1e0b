"""An age pyramid: two groups back to back, the oldest on top, both on one axis."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from jubao.desk.drawings.element import TENTHS, element, tenths
from jubao.desk.drawings.numbers import Cell, Numbers, Row
from jubao.desk.drawings.point import Point, Words, drawing, opened, said_of, shortened, text
from jubao.desk.drawings.scale import Scale, scale_over
from jubao.desk.drawings.unit import PEOPLE, Unit

WIDTH, ROW, TOP, FOOT = 680, 18, 24, 24
MIDDLE = 72
GRID_LINES = 3
SIDE_SIGNS, BAND_SIGNS = 40, 10


@dataclass(frozen=True)
class Band:
    """Ages that stand together: what they are called, and how many on each side."""

    label: Words
    left: Point
    right: Point


@dataclass(frozen=True)
class Pyramid:
    """The people by age: the names of both sides, and the bands, the youngest first."""

    title: Words
    named: Words
    left: Words
    right: Words
    bands: tuple[Band, ...]
    unit: Unit = PEOPLE

    @property
    def scale(self) -> Scale:
        """One axis for both sides, so that they compare; less than nobody has no length, its number is still said."""
        values = [max(side.value, 0) for band in self.bands for side in (band.left, band.right)]
        return scale_over(values, lines=GRID_LINES)

    def numbers(self) -> Numbers:
        """The same numbers as a table, the youngest first."""
        rows = tuple(
            Row(band.label, tuple(Cell(self.unit.show(side.value), side.address) for side in (band.left, band.right)))
            for band in self.bands
        )
        return Numbers(self.title, (self.named, self.left, self.right), rows)


def pyramid(people: Pyramid) -> SafeString:
    """The pyramid: bands upwards with age, the left side growing to the left."""
    scale, foot = people.scale, TOP + ROW * len(people.bands)
    centre = WIDTH // 2
    pieces = [
        text(shortened(people.left, SIDE_SIGNS), str(centre - MIDDLE // 2), "14", anchor="end"),
        text(shortened(people.right, SIDE_SIGNS), str(centre + MIDDLE // 2), "14"),
    ]
    pieces += [_grid(scale, value, side, foot, people.unit) for value in scale.lines for side in (-1, 1)]
    for place, band in enumerate(people.bands):
        top = foot - ROW * (place + 1)
        pieces.append(text(shortened(band.label, BAND_SIGNS), str(centre), str(top + 13), anchor="middle"))
        pieces += [_side(band.left, -1, top, scale, people.unit), _side(band.right, 1, top, scale, people.unit)]
    return drawing(people.title, *pieces, width=WIDTH, height=foot + FOOT)


def _at(scale: Scale, value: int, side: int) -> int:
    """Where a value stands, in tenths: outwards from the middle on its side."""
    inner, outer = MIDDLE // 2 * TENTHS, (WIDTH // 2 - 24) * TENTHS
    return WIDTH // 2 * TENTHS + side * scale.at(value, inner, outer)


def _grid(scale: Scale, value: int, side: int, foot: int, unit: Unit) -> SafeString:
    x = tenths(_at(scale, value, side))
    line = element("line", class_="grid" if value else "axis", x1=x, x2=x, y1=str(TOP), y2=str(foot))
    return element("g", line, text(unit.mark(value), x, str(foot + 16), anchor="middle"), aria_hidden="true")


def _side(point: Point, side: int, top: int, scale: Scale, unit: Unit) -> SafeString:
    zero, tip = _at(scale, 0, side), _at(scale, point.value, side)
    shape = element(
        "rect",
        class_="f1" if side < 0 else "f2",
        x=tenths(min(zero, tip)),
        y=str(top + 2),
        width=tenths(abs(tip - zero)),
        height=str(ROW - 4),
    )
    return opened(shape, said_of(point.label, point.value, unit), point.address)
