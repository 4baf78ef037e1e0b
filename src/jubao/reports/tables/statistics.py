"""Filling statistical tables: each cell keeps the query that made it, and the workbook prints both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from jubao.documents.sheet import INTEGER, MONEY, TEXT, Column, Sheet
from jubao.records.models import AuditEvent, Office
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import FigureValue, Unit, show
from jubao.reports.figures.measure import Figures, Value
from jubao.reports.tables.table import SPANS, Slot, Statistic
from jubao.vocabulary import month as months
from jubao.vocabulary.viewer import SEARCHING, Viewer

TOTAL = "合计"
HEADING_ROWS = 3
QUERY_HEADINGS = ("单元格", "行", "列", "指标编号", "指标名称", "分组", "取值", "区间", "起", "截止", "数值", "定义")


class PeriodNotOffered(ValueError):
    """A table is not made for such a period."""


@dataclass(frozen=True)
class Period:
    """A month, quarter or year: its first and last day, and what it is called."""

    kind: str
    first: date
    last: date
    name: str


@dataclass(frozen=True)
class Cell:
    """A cell with its query: figure, cut and span; ``value`` is None where the figure has no such cut."""

    row: Slot
    column: Slot
    figure: FigureValue
    by: str
    label: str
    span: str
    since: date
    value: Value

    @property
    def text(self) -> str:
        """The value as people read it."""
        return show(self.value, self.figure.figure.unit)


@dataclass(frozen=True)
class Filled:
    """A table with its cells, row by row."""

    statistic: Statistic
    period: Period
    rows: tuple[Slot, ...]
    cells: tuple[tuple[Cell, ...], ...]


def period_of(year: int, *, month: int | None = None, quarter: int | None = None) -> Period:
    """The month or quarter of a year, or the whole year."""
    if month:
        return Period("month", date(year, month, 1), _last(year, month), f"{year}年{month}月")
    if quarter:
        return Period("quarter", date(year, quarter * 3 - 2, 1), _last(year, quarter * 3), f"{year}年第{quarter}季度")
    return Period("year", date(year, 1, 1), _last(year, 12), f"{year}年")


def _last(year: int, month: int) -> date:
    return months.last_day(months.make(year, month))


def fill(statistic: Statistic, period: Period, *, viewer: Viewer) -> Filled:
    """Every cell of a table for a period.

    Raises:
        PeriodNotOffered: the table is not made for such a period.
        MayNotLook: the viewer does not see the whole office.
    """
    viewer.require(SEARCHING, f"《{statistic.title}》")
    viewer.require_everywhere(f"《{statistic.title}》")
    if period.kind not in statistic.periods:
        offered = "、".join({"month": "月", "quarter": "季", "year": "年"}[one] for one in statistic.periods)
        raise PeriodNotOffered(f"《{statistic.title}》按{offered}编制，不能编制{period.name}的，请改选期间")
    readings = _readings(period)
    rows = statistic.rows or _expanded(statistic, readings)
    asked = [_asked(row, column) for row in rows for column in statistic.columns]
    for span, reading in readings.items():
        reading.ask(figure_id for figure_id, of in asked if of == span)
    cells = tuple(tuple(_cell(row, column, readings) for column in statistic.columns) for row in rows)
    return Filled(statistic, period, rows, cells)


def _readings(period: Period) -> dict[str, Reading]:
    """One reading a span; a year's own period is its cumulation."""
    year = period.first.year
    whole = Reading(year, period.last)
    own = whole if period.kind == "year" else Reading(year, period.last, since=period.first)
    before = _last(year - 1, period.last.month)
    earlier = Reading(year - 1, before, since=None if period.kind == "year" else date(year - 1, period.first.month, 1))
    return {"period": own, "year": whole, "last_year": earlier}


def _expanded(statistic: Statistic, readings: dict[str, Reading]) -> tuple[Slot, ...]:
    """A row for each label that any column's figure has in its span, then the total, which is cut by nothing."""
    labels: dict[str, None] = {}
    for figure_id in (statistic.rows_of, *(column.figure for column in statistic.columns)):
        reading = readings["period"]
        if statistic.rows_by in reading.breakdowns(figure_id):
            labels |= dict.fromkeys(label for label, _ in reading.broken_down(figure_id, statistic.rows_by))
    return (*(Slot(label, by=statistic.rows_by, label=label) for label in labels), Slot(TOTAL))


def _asked(row: Slot, column: Slot) -> tuple[str, str]:
    """The figure of a cell and the span it is for."""
    return row.figure or column.figure, column.span or row.span or "period"


def _cell(row: Slot, column: Slot, readings: dict[str, Reading]) -> Cell:
    figure_id, span = _asked(row, column)
    cut = row if row.by else column
    reading = readings[span]
    value = reading.value(figure_id)
    told = (_cut(reading, value, cut) if cut.by else value.value) if reading.once(_has_books) else None
    since = reading.since or date(reading.year, 1, 1)
    return Cell(row, column, value, cut.by, cut.label, span, since, told)


def _has_books(reading: Figures) -> bool:
    """Whether the books had begun: what lies before them is not nought but unknown."""
    return AuditEvent.objects.filter(business_date__lte=reading.as_of).exists()


def _cut(reading: Reading, value: FigureValue, cut: Slot) -> Value:
    """What one label comes to; None where the figure has no such breakdown."""
    figure_id = value.figure.id
    if cut.by not in reading.breakdowns(figure_id):
        return None
    return dict(reading.broken_down(figure_id, cut.by)).get(cut.label, 0)


def sheets_of(filled: Filled) -> list[Sheet]:
    """The table as an office prints it, and a second sheet that says where each cell came from."""
    office = Office.objects.values_list("name", flat=True).first() or ""
    statistic, period = filled.statistic, filled.period
    kinds = [_kind([row[place] for row in filled.cells]) for place in range(len(statistic.columns))]
    columns = (
        Column("项目", TEXT, width=24),
        *((Column("单位", TEXT, width=6),) if statistic.rows else ()),
        *(Column(column.title, kind) for column, kind in zip(statistic.columns, kinds, strict=True)),
    )
    rows = [_printed(slot, cells, kinds, filled) for slot, cells in zip(filled.rows, filled.cells, strict=True)]
    title = f"{period.name}{statistic.title}"
    printed = Sheet("统计表", title, office, period.last, columns, rows)
    queries = tuple(Column(heading, TEXT) for heading in QUERY_HEADINGS)
    told = Sheet("取数说明", f"{title}（取数说明）", office, period.last, queries, _queries(filled))
    return [printed, replace(told, note="每个单元格的指标、分组和截止日；同一指标可用 figures 命令追到记录")]


def _kind(cells: Sequence[Cell]) -> str:
    """Money and whole numbers are typed when a column holds nothing else; a mixed column is text."""
    units = {cell.figure.figure.unit for cell in cells}
    if not all(isinstance(cell.value, int | None) for cell in cells) or units & {Unit.PERCENT, Unit.POINTS}:
        return TEXT
    if units == {Unit.MONEY}:
        return MONEY
    return TEXT if Unit.MONEY in units else INTEGER


def _printed(slot: Slot, cells: Sequence[Cell], kinds: Sequence[str], filled: Filled) -> list[str | int | None]:
    values: list[str | int | None] = []
    for cell, kind in zip(cells, kinds, strict=True):
        values.append(cell.text if kind == TEXT else cell.value if isinstance(cell.value, int) else None)
    unit = [str(cells[0].figure.figure.unit)] if filled.statistic.rows else []
    return [slot.title, *unit, *values]


def _queries(filled: Filled) -> list[list[str]]:
    first = 2 if filled.statistic.rows else 1
    return [
        [
            f"{_letter(first + across)}{HEADING_ROWS + down + 1}",
            cell.row.title,
            cell.column.title,
            cell.figure.figure.id,
            cell.figure.figure.name,
            cell.by,
            cell.label,
            SPANS[cell.span],
            str(cell.since),
            str(cell.figure.as_of),
            cell.text,
            cell.figure.figure.definition,
        ]
        for down, row in enumerate(filled.cells)
        for across, cell in enumerate(row)
    ]


def _letter(place: int) -> str:
    """A column's letter, A to ZZ."""
    high, low = divmod(place, 26)
    return (chr(ord("A") + high - 1) if high else "") + chr(ord("A") + low)
