"""Lists as PDF, page by page as the office printer gives them: the same sheets that go into an Excel file."""

from collections.abc import Sequence
from datetime import date
from operator import index
from pathlib import Path
from typing import Any

from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.sheet import MONEY, NUMERIC, Column, Sheet, Value, check_sheets, column_totals
from jubao.documents.typesetting import printable, typeset
from jubao.documents.workbook import WIDTHS
from jubao.vocabulary.fen import format_yuan

TEMPLATE = Path(__file__).parent / "sheet.typ"


def write_sheets_pdf(path: Path, sheets: Sequence[Sheet]) -> str:
    """Write the lists; return the SHA-256 of the file (hex), the same for the same lists, fonts and typst.

    Raises:
        ListNotWritable: a value does not fit its column.
        TextNotPrintable: a text holds control characters.
        NoChineseFont: no known Chinese font is installed.
    """
    return put_in_place(path, sheets_pdf(sheets))


def sheets_pdf(sheets: Sequence[Sheet]) -> bytes:
    """The PDF of some lists, each beginning on a page of its own. Raises as ``write_sheets_pdf``."""
    check_sheets(sheets)
    return typeset(TEMPLATE, {"sheets": [outline(sheet) for sheet in sheets]}, dated=sheets[0].as_of)


def outline(sheet: Sheet) -> dict[str, Any]:
    """What one list says, as JSON-able data. Raises TextNotPrintable."""
    money = "金额单位：元" if any(column.kind == MONEY for column in sheet.columns) else ""
    head = (f"编制单位：{sheet.unit}", f"截至日期：{sheet.as_of:%Y-%m-%d}", money, sheet.note)
    rows = [[_text(value, column) for value, column in zip(row, sheet.columns, strict=True)] for row in sheet.rows]
    return {
        "title": printable(sheet.title),
        "head": printable("　　".join(text for text in head if text)),
        "columns": [_column(column) for column in sheet.columns],
        "rows": rows,
        "totals": _totals(sheet),
    }


def _column(column: Column) -> dict[str, Any]:
    return {"title": column.title, "width": column.width or WIDTHS[column.kind], "right": column.kind in NUMERIC}


def _totals(sheet: Sheet) -> list[str]:
    """The last row, where a column is added up; empty otherwise."""
    sums = column_totals(sheet)
    if not any(column.is_totalled for column in sheet.columns):
        return []
    label = next((place for place, total in enumerate(sums) if total is None), None)
    return [
        "合计" if place == label else _text(total, column)
        for place, (total, column) in enumerate(zip(sums, sheet.columns, strict=True))
    ]


def _text(value: Value, column: Column) -> str:
    """A value as it is printed: yuan with two decimals for money (from fen), days as YYYY-MM-DD."""
    if value is None:
        return ""
    if column.kind == MONEY:
        return format_yuan(index(value))  # type: ignore[arg-type]
    return value.isoformat() if isinstance(value, date) else printable(str(value))
