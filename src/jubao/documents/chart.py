"""Excel files with charts: the same lists as ever, and line charts drawn over columns of the first one."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path

import xlsxwriter

from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.sheet import Sheet, check_sheets
from jubao.documents.workbook import HEADING_ROWS, OPTIONS, SHAPES, draw_sheet

CHART_SHEET = "图"
WIDTH, HEIGHT, ROWS_EACH = 960, 380, 20


@dataclass(frozen=True)
class Chart:
    """A line chart over the first sheet: its title, its unit, and the columns (from 0) that are its lines."""

    title: str
    unit: str
    columns: tuple[int, ...]


def write_charted(path: Path, sheets: Sequence[Sheet], charts: Sequence[Chart]) -> str:
    """Write lists and charts; return the SHA-256 of the file (hex), the same for the same content.

    The first column of the first sheet is the axis below.

    Raises:
        ListNotWritable: a sheet name, a text, a value or the number of rows does not fit.
    """
    return put_in_place(path, charted_bytes(sheets, charts))


def charted_bytes(sheets: Sequence[Sheet], charts: Sequence[Chart]) -> bytes:
    """The Excel file of lists and charts. Raises as ``write_charted``."""
    check_sheets(sheets)
    buffer, first = io.BytesIO(), sheets[0]
    with xlsxwriter.Workbook(buffer, OPTIONS) as workbook:
        created = datetime.combine(first.as_of, time(), tzinfo=UTC)
        workbook.set_properties({"title": first.title, "author": first.unit, "created": created})
        formats = {name: workbook.add_format(shape) for name, shape in SHAPES.items()}
        for sheet in sheets:
            draw_sheet(workbook.add_worksheet(sheet.name), sheet, formats)
        paper = workbook.add_worksheet(CHART_SHEET)
        for place, chart in enumerate(charts):
            paper.insert_chart(place * ROWS_EACH, 0, _drawn(workbook, first, chart))
    return buffer.getvalue()


def _drawn(workbook: xlsxwriter.Workbook, sheet: Sheet, chart: Chart) -> object:
    """One line for each column, over all rows of the sheet."""
    top, bottom = HEADING_ROWS, HEADING_ROWS + len(sheet.rows) - 1
    drawn = workbook.add_chart({"type": "line"})
    for column in chart.columns:
        drawn.add_series(
            {
                "name": [sheet.name, HEADING_ROWS - 1, column],
                "categories": [sheet.name, top, 0, bottom, 0],
                "values": [sheet.name, top, column, bottom, column],
            }
        )
    drawn.set_title({"name": chart.title})
    drawn.set_y_axis({"name": chart.unit})
    drawn.set_size({"width": WIDTH, "height": HEIGHT})
    return drawn
