"""Horizontal bars: a breakdown as a drawing, and the small bar with a goal mark that stands in a table's cell."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from jubao.desk.drawings.element import TENTHS, element, tenths
from jubao.desk.drawings.numbers import Cell, Numbers, Row
from jubao.desk.drawings.point import Point, Words, drawing, opened, said_of, shortened, text
from jubao.desk.drawings.scale import Scale, scale_over
from jubao.desk.drawings.unit import Unit
from jubao.vocabulary.both import both

WIDTH, ROW, TOP, FOOT = 680, 24, 6, 24
LABELS, VALUES = 150, 86
LABEL_SIGNS = 22
THICK = 12
SMALL_WIDTH, SMALL_HEIGHT = 110, 6
GOAL = both("目标", "Target")
NONE = both("到这一天还没有数。", "Nothing yet on this day.")


@dataclass(frozen=True)
class Bars:
    """A breakdown: its title, unit, and one point a bar in the order it is read; ``named`` heads the labels."""

    title: Words
    unit: Unit
    named: Words
    points: tuple[Point, ...]

    @property
    def scale(self) -> Scale:
        """The axis that holds every value and every goal."""
        return scale_over([value for point in self.points for value in (point.value, point.goal or 0)])

    def numbers(self) -> Numbers:
        """The same numbers as a table; the goals only where there are any."""
        with_goals = any(point.goal is not None for point in self.points)
        heads: tuple[Words, ...] = (self.named, self.unit.words, *((GOAL,) if with_goals else ()))
        return Numbers(self.title, heads, tuple(self._row(point, with_goals=with_goals) for point in self.points))

    def _row(self, point: Point, *, with_goals: bool) -> Row:
        cells = (Cell(self.unit.show(point.value)), *((Cell(self.unit.show(point.goal)),) if with_goals else ()))
        return Row(point.label, cells, point.address)


def bars(breakdown: Bars) -> SafeString:
    """The breakdown as bars, labels left, values right, goals as marks across."""
    if not breakdown.points:
        return element("div", NONE, class_="empty")
    scale, unit = breakdown.scale, breakdown.unit
    start, end = LABELS * TENTHS, (WIDTH - VALUES) * TENTHS
    foot = TOP + ROW * len(breakdown.points)
    pieces = [_grid(scale.at(value, start, end), foot, unit.mark(value), zero=not value) for value in scale.lines]
    pieces += [_bar(point, place, scale, unit) for place, point in enumerate(breakdown.points)]
    return drawing(breakdown.title, *pieces, width=WIDTH, height=foot + FOOT)


def _grid(x: int, foot: int, mark: str, *, zero: bool) -> SafeString:
    line = element("line", class_="axis" if zero else "grid", x1=tenths(x), x2=tenths(x), y1=str(TOP), y2=str(foot))
    return element("g", line, text(mark, tenths(x), str(foot + 16), anchor="middle"), aria_hidden="true")


def _bar(point: Point, place: int, scale: Scale, unit: Unit) -> SafeString:
    start, end = LABELS * TENTHS, (WIDTH - VALUES) * TENTHS
    zero, tip = scale.at(0, start, end), scale.at(point.value, start, end)
    goal = zero if point.goal is None else scale.at(point.goal, start, end)
    top = TOP + ROW * place + (ROW - THICK) // 2
    shape = element(
        "rect",
        class_="f1" if point.value >= 0 else "f2",
        x=tenths(min(zero, tip)),
        y=str(top),
        width=tenths(abs(tip - zero)),
        height=str(THICK),
    )
    base = str(top + THICK - 2)
    said = said_of(point.label, point.value, unit)
    pieces = [
        text(shortened(point.label, LABEL_SIGNS), str(LABELS - 8), base, anchor="end"),
        text(unit.show(point.value), tenths(max(zero, tip, goal) + 6 * TENTHS), base),
    ]
    if point.goal is not None:
        at = tenths(goal)
        pieces.append(element("line", class_="goal", x1=at, x2=at, y1=str(top - 3), y2=str(top + THICK + 3)))
        said = f"{said}，{GOAL} {unit.spoken(point.goal)}"
    return opened(element("g", shape, *pieces), said, point.address)


def bar(value: int, *, scale: Scale, goal: int | None = None, behind: bool = False) -> SafeString:
    """A small bar for a table's cell, drawn on the axis of its whole column; the number beside it says the value.

    ``behind`` draws it in the second colour: it falls short of what it should be by now.
    """
    start, end = 0, SMALL_WIDTH * TENTHS
    zero, tip = scale.at(0, start, end), scale.at(value, start, end)
    colour = "stop" if value < 0 else "f2" if behind else None
    shape = element(
        "rect", class_=colour, x=tenths(min(zero, tip)), width=tenths(abs(tip - zero)), height=str(SMALL_HEIGHT)
    )
    mark = SafeString("")
    if goal is not None:
        at = min(scale.at(goal, start, end), end - 8)
        mark = element("rect", class_="goal", x=tenths(at), width="0.8", height=str(SMALL_HEIGHT))
    return element(
        "svg",
        shape,
        mark,
        class_="bar",
        viewBox=f"0 0 {SMALL_WIDTH} {SMALL_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )
