"""Lists for the office printer as Excel files: typed cells, totals written as values, no formula anywhere."""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from operator import index
from pathlib import Path
from typing import Any

import xlsxwriter

from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.sheet import (
    DATE,
    IDENTIFIER,
    INTEGER,
    MONEY,
    MONTH,
    NUMERIC,
    TEXT,
    Column,
    Row,
    Sheet,
    Value,
    check_sheets,
    column_totals,
)

Paper = Any  # an xlsxwriter worksheet; the library has no types
Formats = dict[str, Any]

WIDTHS = {TEXT: 14.0, IDENTIFIER: 21.0, MONEY: 14.0, INTEGER: 10.0, DATE: 12.0, MONTH: 10.0}
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001  (full-width forms count as formulas, too)
A4 = 9
HEADING_ROWS = 3
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
TITLE_HEIGHT, TITLE_POINTS = 28, 16
LINE = {"border": 1, "valign": "vcenter", "font_name": "宋体", "font_size": 10}
SHAPES: dict[str, dict[str, Any]] = {
    TEXT: LINE | {"text_wrap": True},
    "quoted": LINE | {"text_wrap": True, "quote_prefix": True},
    IDENTIFIER: LINE | {"num_format": "@", "align": "center"},
    MONEY: LINE | {"num_format": "#,##0.00"},
    INTEGER: LINE | {"num_format": "0"},
    DATE: LINE | {"num_format": "yyyy-mm-dd", "align": "center"},
    MONTH: LINE | {"num_format": "@", "align": "center"},
    "title": {"bold": True, "font_name": "黑体", "font_size": TITLE_POINTS, "align": "center"},
    "note": {"font_name": "宋体", "font_size": 10},
    "heading": LINE | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#E8E8E8"},
    "total": LINE | {"bold": True},
    "total_money": LINE | {"bold": True, "num_format": "#,##0.00"},
    "total_integer": LINE | {"bold": True, "num_format": "0"},
}


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> str:
    """Write the lists; return the SHA-256 of the file (hex).

    Raises:
        ListNotWritable: a sheet name, a text, a value or the number of rows does not fit.
    """
    return put_in_place(path, workbook_bytes(sheets))


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The Excel file of some lists, the same bytes for the same lists. Raises as ``write_workbook``."""
    check_sheets(sheets)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as workbook:
        first = sheets[0]
        created = datetime.combine(first.as_of, time(), tzinfo=UTC)
        workbook.set_properties({"title": first.title, "author": first.unit, "created": created})
        formats = {name: workbook.add_format(shape) for name, shape in SHAPES.items()}
        for sheet in sheets:
            draw_sheet(workbook.add_worksheet(sheet.name), sheet, formats)
    return buffer.getvalue()


def draw_sheet(paper: Paper, sheet: Sheet, formats: Formats) -> None:
    """Title, issuing unit and day, headings, rows, totals, in the order in which they are stored."""
    _set_paper(paper, sheet)
    _draw_title(paper, sheet, formats)
    for position, column in enumerate(sheet.columns):
        paper.write_string(HEADING_ROWS - 1, position, column.title, formats["heading"])
    for number, row in enumerate(sheet.rows, start=HEADING_ROWS):
        draw_row(paper, number, row, sheet.columns, formats)
    if any(column.is_totalled for column in sheet.columns):
        _draw_totals(paper, HEADING_ROWS + len(sheet.rows), sheet, formats)


def _set_paper(paper: Paper, sheet: Sheet) -> None:
    """A4 across, one page wide, headings on every page, page numbers below."""
    paper.set_landscape()
    paper.set_paper(A4)
    paper.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    paper.fit_to_pages(1, 0)
    paper.repeat_rows(0, HEADING_ROWS - 1)
    paper.freeze_panes(HEADING_ROWS, 0)
    paper.set_footer("&C第 &P 页  共 &N 页")
    for position, column in enumerate(sheet.columns):
        paper.set_column(position, position, column.width or WIDTHS[column.kind])


def _draw_title(paper: Paper, sheet: Sheet, formats: Formats) -> None:
    """The title across all columns; below it who issues the list, up to which day, in which unit of money."""
    paper.set_row(0, TITLE_HEIGHT)
    if len(sheet.columns) > 1:
        paper.merge_range(0, 0, 0, len(sheet.columns) - 1, "", formats["title"])
    paper.write_string(0, 0, sheet.title, formats["title"])
    money = "金额单位：元" if any(column.kind == MONEY for column in sheet.columns) else ""
    words = (f"编制单位：{sheet.unit}", f"截至日期：{sheet.as_of:%Y-%m-%d}", money, sheet.note)
    paper.write_string(1, 0, "    ".join(word for word in words if word), formats["note"])


def draw_row(paper: Paper, number: int, row: Row, columns: Sequence[Column], formats: Formats) -> None:
    """One row; each value goes through the writer of its kind: no text becomes formula, link or number."""
    for position, (value, column) in enumerate(zip(row, columns, strict=True)):
        place = (number, position)
        if value is None or value == "":
            paper.write_blank(*place, None, formats[column.kind])
        elif column.kind in NUMERIC:
            paper.write_number(*place, _figure(value, column.kind), formats[column.kind])
        elif isinstance(value, date):
            paper.write_datetime(*place, value, formats[DATE])
        else:
            is_risky = column.kind == TEXT and str(value).startswith(FORMULA_STARTS)
            paper.write_string(*place, str(value), formats["quoted" if is_risky else column.kind])


def _draw_totals(paper: Paper, number: int, sheet: Sheet, formats: Formats) -> None:
    """The last row: 合计 under the first column that is not added up, sums as plain values."""
    totals = column_totals(sheet)
    label = next((position for position, total in enumerate(totals) if total is None), None)
    for position, (total, column) in enumerate(zip(totals, sheet.columns, strict=True)):
        if total is not None:
            paper.write_number(number, position, _figure(total, column.kind), formats[f"total_{column.kind}"])
        else:
            paper.write_string(number, position, "合计" if position == label else "", formats["total"])


def _figure(value: Value, kind: str) -> Decimal:
    """The number a cell shows: yuan with exactly two decimals for money (from fen), whole otherwise."""
    number = Decimal(index(value))  # type: ignore[arg-type]
    return number.scaleb(-2) if kind == MONEY else number
