"""One statistical table of a period (统计表): as it is printed, each cell leading to its figure; as Excel with its queries."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpResponse, QueryDict

from jubao.desk.figures.addresses import figure_address
from jubao.desk.figures.words import UNITS
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Sent, submission
from jubao.desk.statistics.periods import PeriodChoice, choices
from jubao.documents.workbook import workbook_bytes
from jubao.reports.analysis.days import Days
from jubao.reports.analysis.statistics import ShownStatistic, statistic_asked
from jubao.reports.figures.figure import Unit
from jubao.reports.tables.statistics import Cell, sheets_of
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class TableCell:
    """A cell: its text, whether it is negative, the address of its figure, how it is said."""

    text: str
    is_red: bool
    address: str
    said: str


@dataclass(frozen=True)
class TableRow:
    """A row: its heading, its unit where rows have their own, its cells; the total stands last."""

    title: str
    unit: Both | None
    cells: tuple[TableCell, ...]
    is_total: bool


@dataclass(frozen=True)
class ShownTable:
    """The page: title and period, heads of the columns, rows, periods one may choose, what Excel is asked with."""

    name: str
    title: str
    office: str
    period: str
    last: date
    is_over: bool
    heads: tuple[tuple[str, Both | None], ...]
    has_units: bool
    rows: tuple[TableRow, ...]
    choices: tuple[PeriodChoice, ...]
    year: int
    years: tuple[int, ...]
    month: str
    quarter: str


@page("statistics/<word:name>", title=both("统计表", "Statistical table"), audience=FIGURES, queries=60)
def statistic(viewer: Viewer, asked: QueryDict, name: str) -> ShownTable | None:
    """A table of a month, quarter or year."""
    it = statistic_asked(
        name,
        viewer=viewer,
        year=asked.get("year", ""),
        month=asked.get("month", ""),
        quarter=asked.get("quarter", ""),
    )
    return None if it is None else _shown(it, asked)


@submission("statistics/<word:name>/excel", audience=FIGURES)
def excel(seat: Seat, sent: Sent, name: str) -> HttpResponse:
    """The table as Excel, with a second sheet that says where each cell came from; it names nobody."""
    it = statistic_asked(
        name,
        viewer=seat.viewer,
        year=sent.fields.get("year", ""),
        month=sent.fields.get("month", ""),
        quarter=sent.fields.get("quarter", ""),
    )
    if it is None:
        raise Http404
    response = HttpResponse(workbook_bytes(sheets_of(it.filled)), content_type=EXCEL)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{it.filled.period.last:%Y%m%d}.xlsx"'
    return response


def _shown(it: ShownStatistic, asked: QueryDict) -> ShownTable:
    filled = it.filled
    declared, period = filled.statistic, filled.period
    by_rows = bool(declared.rows)
    units = [{cell.figure.figure.unit for cell in column} for column in zip(*filled.cells, strict=True)]
    heads = tuple(
        (column.title, None if by_rows or len(unit) != 1 else UNITS[next(iter(unit))])
        for column, unit in zip(declared.columns, units or [set()] * len(declared.columns), strict=True)
    )
    rows = tuple(
        TableRow(
            slot.title,
            UNITS[cells[0].figure.figure.unit] if by_rows else None,
            tuple(_cell(cell, it.settled) for cell in cells),
            not by_rows and not slot.by,
        )
        for slot, cells in zip(filled.rows, filled.cells, strict=True)
    )
    return ShownTable(
        name=declared.name,
        title=declared.title,
        office=it.office,
        period=period.name,
        last=period.last,
        is_over=period.last <= it.day,
        heads=heads,
        has_units=by_rows,
        rows=rows,
        choices=choices(declared, period.first.year, it.day, period),
        year=period.first.year,
        years=it.years,
        month=asked.get("month", ""),
        quarter=asked.get("quarter", ""),
    )


def _cell(cell: Cell, settled: date) -> TableCell:
    """A cell leads to its figure of the same days, cut as the cell is; nothing leads nowhere."""
    value = cell.figure
    begins = cell.since if cell.since > date(value.year, 1, 1) and not value.figure.whole_year else None
    days = Days(value.year, value.as_of, settled, begins)
    said = f"{cell.row.title} {cell.column.title} {value.figure.name}"
    text = cell.text.replace("-", "−") if cell.value is not None else "—"
    is_red = isinstance(cell.value, int) and cell.value < 0 and value.figure.unit is not Unit.GRADE
    address = figure_address(value.figure.id, days, by=cell.by, under=cell.label) if cell.value is not None else ""
    return TableCell(text, is_red, address, said)
