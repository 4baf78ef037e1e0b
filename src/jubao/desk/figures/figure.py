"""One figure opened (指标): value, target, last year, its parts, its months, its definition, and the rows behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from jubao.desk.drawings.bars import bar
from jubao.desk.drawings.lines import Lines, Series, lines
from jubao.desk.drawings.numbers import table
from jubao.desk.drawings.point import Point
from jubao.desk.drawings.scale import scale_over
from jubao.desk.figures.addresses import figure_address, person_address, voucher_address, with_days
from jubao.desk.figures.words import (
    ShownNumber,
    dimension_words,
    drawn_number,
    drawn_unit,
    name_of,
    percent,
    shown,
)
from jubao.desk.frame.page import page
from jubao.reports.analysis.days import Days
from jubao.reports.analysis.opened import AskedOfFigure, OpenedFigure, Signed, Slice, opened_figure
from jubao.reports.analysis.path import Step
from jubao.reports.figures.figure import FigureValue, Unit, show
from jubao.reports.figures.paged import Behind, Leads
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.plausibility.relation import Told
from jubao.vocabulary.audience import FIGURES_TO_PEOPLE
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

PARTS_SHOWN = 30
REACHED, GOAL, MONTH = both("实际", "Reached"), both("目标进度", "Target"), both("月份", "Month")
LONGEST_PLACE = 12


@dataclass(frozen=True)
class PartRow:
    """A part of the breakdown: its value, its share of the whole, a bar, and the address of its rows."""

    label: str
    text: str
    share: str
    bar: SafeString
    address: str
    is_open: bool


@dataclass(frozen=True)
class RowBehind:
    """A row behind the figure: who or what, the end of the number, how much, when, why, and where it leads."""

    name: str
    reference: str
    tail: str
    text: str
    on: object
    note: str
    address: str


@dataclass(frozen=True)
class Facing:
    """A figure beside this one: a target, last year's value, or one it is made from."""

    name: Both
    number: ShownNumber
    address: str
    share: str


@dataclass(frozen=True)
class ShownFigurePage:
    """The page of a figure.

    Attributes:
        name, key, definition, days, group, group_address: what and where.
        value, targets, last, last_day: how much, beside what.
        dimensions: what it can be broken down by, each with its address and whether it is shown.
        by, parts, folded, whole: the breakdown; folded parts are named by ``more``.
        path, path_table, path_address: its months, or the address that asks for them.
        formula, made_from, relations, signed, sources, count: what it rests on.
        rows, first, next, start, left_out, label, all_rows: the rows behind.
    """

    name: Both
    key: str
    definition: str
    days: Days
    group: Both
    group_address: str
    value: ShownNumber
    targets: tuple[Facing, ...]
    last: ShownNumber
    last_day: object
    dimensions: tuple[tuple[Both, str, bool], ...]
    by: Both
    parts: tuple[PartRow, ...]
    folded: int
    more: str
    whole: str
    unit: Both
    path: SafeString
    path_table: SafeString
    path_address: str
    formula: str
    made_from: tuple[Facing, ...]
    relations: tuple[Told, ...]
    signed: Signed | None
    sources: tuple[str, ...]
    count: int | None
    rows: tuple[RowBehind, ...]
    first: int
    next: str
    start: str
    left_out: int
    label: str
    all_rows: str

    @property
    def last_row(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) + self.left_out - 1


@page("figures/<figure:key>", title=both("指标", "Figure"), audience=FIGURES_TO_PEOPLE, queries=16, parts=("behind",))
def figure(viewer: Viewer, asked: QueryDict, key: str) -> ShownFigurePage | None:
    """One figure of a year down to the people and vouchers it is made of."""
    wanted = AskedOfFigure(
        year=asked.get("year", ""),
        as_of=asked.get("as-of", ""),
        since=asked.get("since", ""),
        by=asked.get("by", ""),
        label=asked.get("under", ""),
        after=asked.get("after", ""),
        path=asked.get("path", ""),
    )
    it = opened_figure(key, wanted, viewer=viewer)
    return None if it is None else _shown(it, viewer, _passed(asked), with_all=bool(asked.get("parts")))


def _passed(asked: QueryDict) -> int:
    """How many rows were shown before."""
    text = asked.get("passed", "") or "0"
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_PLACE):
        raise CannotFilter(f"条件 passed 应为整数，现为“{text}”")
    return int(text)


def _shown(it: OpenedFigure, viewer: Viewer, passed: int, *, with_all: bool) -> ShownFigurePage:
    key, days, unit = it.figure.id, it.days, it.figure.unit
    under = {"by": it.by, "under": it.label}
    path, path_table = _path(it)
    after = passed + len(it.behind.rows) + it.behind.left_out
    parts, folded = _parts(it, with_all=with_all)
    return ShownFigurePage(
        name=name_of(it.figure),
        key=key,
        definition=it.figure.definition,
        days=days,
        group=it.group.title,
        group_address=with_days(reverse("figures.year"), days, group=it.group.key),
        value=shown(it.value),
        targets=tuple(_facing(one.value, days, share=percent(one.share)) for one in it.targets),
        last=shown(it.last_year),
        last_day=it.last_day,
        dimensions=tuple(
            (dimension_words(by), figure_address(key, days, by=by), by == it.by) for by, _ in it.dimensions
        ),
        by=dimension_words(it.by),
        parts=parts,
        folded=folded,
        more=figure_address(key, days, by=it.by, parts="all"),
        whole=_text(sum(one.value for one in it.parts), unit),
        unit=shown(it.value).unit if unit is not Unit.MONEY else both("元", "yuan"),
        path=path,
        path_table=path_table,
        path_address="" if it.has_path else figure_address(key, days, by=it.by, path="all"),
        formula=it.formula,
        made_from=tuple(_facing(one, days) for one in it.made_from),
        relations=it.relations,
        signed=it.signed,
        sources=it.sources,
        count=it.count,
        rows=tuple(_row(one, it, viewer) for one in it.behind.rows),
        first=passed + 1,
        next=figure_address(key, days, **under, after=it.behind.after or "", passed=after) if it.behind.after else "",
        start=figure_address(key, days, **under) if passed else "",
        left_out=it.behind.left_out,
        label=it.label,
        all_rows=figure_address(key, days, by=it.by),
    )


def _text(value: int, unit: Unit) -> str:
    return show(value, unit).replace("-", "−")


def _facing(value: FigureValue, days: Days, *, share: str = "") -> Facing:
    return Facing(name_of(value.figure), shown(value), figure_address(value.figure.id, days), share)


def _parts(it: OpenedFigure, *, with_all: bool) -> tuple[tuple[PartRow, ...], int]:
    """The parts that are shown, and how many are not: of many, the greatest."""
    kept: Sequence[Slice] = it.parts
    if len(kept) > PARTS_SHOWN + 1 and not with_all:
        kept = sorted(kept, key=lambda one: -abs(one.value))[:PARTS_SHOWN]
    scale = scale_over([one.value for one in it.parts])
    rows = tuple(
        PartRow(
            one.label,
            _text(one.value, it.figure.unit),
            percent(one.share),
            bar(one.value, scale=scale),
            figure_address(it.figure.id, it.days, by=it.by, under=one.label),
            one.label == it.label,
        )
        for one in kept
    )
    return rows, len(it.parts) - len(rows)


def _path(it: OpenedFigure) -> tuple[SafeString, SafeString]:
    """The months as a drawing and as a table; nothing where there are none."""
    if not it.path:
        return SafeString(""), SafeString("")
    numbers = [drawn_number(one.value, it.figure.unit) for one in it.path]
    goals = [one.goal for one in it.path]
    most = max(abs(number or 0) for number in [*numbers, *goals])
    labels = tuple(both(f"{one.month % 100}月", f"{one.month % 100:02}") for one in it.path)
    reached = Series(REACHED, tuple(_point(it, one, number) for one, number in zip(it.path, numbers, strict=True)))
    path = [reached]
    if any(goal is not None for goal in goals):
        points = (None if goal is None else Point(GOAL, goal) for goal in goals)
        path.append(Series(GOAL, tuple(points)))
    title = both(
        f"{it.days.year}年各月末的{it.figure.name}", f"{it.figure.english} at the end of each month of {it.days.year}"
    )
    drawing = Lines(title, drawn_unit(it.figure.unit, most), MONTH, labels, tuple(path))
    return lines(drawing), table(drawing.numbers())


def _point(it: OpenedFigure, step: Step, number: int | None) -> Point | None:
    if number is None:
        return None
    then = Days(it.days.year, step.on, it.days.settled)
    return Point(f"{step.on:%Y-%m-%d}", number, figure_address(it.figure.id, then, by=it.by))


def _row(one: Behind, it: OpenedFigure, viewer: Viewer) -> RowBehind:
    row = one.row
    address = {
        Leads.PERSON: person_address,
        Leads.VOUCHER: lambda key: voucher_address(key, viewer),
        Leads.FIGURE: lambda key: figure_address(key, it.days),
        Leads.NOTHING: lambda _: "",
    }[one.leads](one.key)
    reference = {Leads.PERSON: "", Leads.FIGURE: "", Leads.VOUCHER: one.key}.get(one.leads, row.reference)
    text = show(row.quantity, Unit.MONEY if row.money else it.figure.unit).replace("-", "−")
    return RowBehind(row.name, reference, one.tail, text, row.on, row.note, address)
