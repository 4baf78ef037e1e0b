"""A list to be filled in elsewhere: headings in the first row so that it can be read back, choices in the cells."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time

import xlsxwriter

from jubao.documents.sheet import DATE, Sheet, check_sheets
from jubao.documents.workbook import A4, OPTIONS, SHAPES, WIDTHS, Paper, draw_row

HEAD_HEIGHT, ROW_HEIGHT = 32, 48  # points: room for two lines of heading, and to write by hand
EARLIEST_DAY = datetime(1900, 1, 1, tzinfo=UTC).date()


def fill_in_bytes(sheets: Sequence[Sheet], *, choices: Mapping[str, Sequence[str]]) -> bytes:
    """One sheet as an Excel form, the same bytes for the same sheet.

    The title stands in the page header, not in a cell: the first row holds the headings, and nothing is merged.

    Args:
        sheets: exactly one list.
        choices: what may be entered in a column, by its heading; a date column takes days only.
    Raises:
        ListNotWritable: as ``write_workbook``.
    """
    check_sheets(sheets)
    (sheet,) = sheets
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as workbook:
        created = datetime.combine(sheet.as_of, time(), tzinfo=UTC)
        workbook.set_properties({"title": sheet.title, "author": sheet.unit, "created": created})
        formats = {name: workbook.add_format(shape) for name, shape in SHAPES.items()}
        paper = workbook.add_worksheet(sheet.name)
        _set_paper(paper, sheet)
        paper.set_row(0, HEAD_HEIGHT)
        for position, column in enumerate(sheet.columns):
            paper.write_string(0, position, column.title, formats["heading"])
        for number, row in enumerate(sheet.rows, start=1):
            paper.set_row(number, ROW_HEIGHT)
            draw_row(paper, number, row, sheet.columns, formats)
        _offer(paper, sheet, choices)
    return buffer.getvalue()


def _set_paper(paper: Paper, sheet: Sheet) -> None:
    """A4 across, one page wide, headings and title on every page."""
    paper.set_landscape()
    paper.set_paper(A4)
    paper.set_margins(left=0.4, right=0.4, top=0.9, bottom=0.6)
    paper.fit_to_pages(1, 0)
    paper.repeat_rows(0, 0)
    paper.freeze_panes(1, 0)
    title = f"{sheet.title} {sheet.note}".replace("&", "&&").strip()
    paper.set_header(f'&L{sheet.unit.replace("&", "&&")}&C&"黑体"&14{title}&R{sheet.as_of:%Y-%m-%d}')
    paper.set_footer("&C第 &P 页  共 &N 页")
    for position, column in enumerate(sheet.columns):
        paper.set_column(position, position, column.width or WIDTHS[column.kind])


def _offer(paper: Paper, sheet: Sheet, choices: Mapping[str, Sequence[str]]) -> None:
    """Let a cell take only what its column allows; an empty cell is always allowed."""
    last = max(len(sheet.rows), 1)
    for position, column in enumerate(sheet.columns):
        if column.title in choices:
            allowed = {"validate": "list", "source": list(choices[column.title])}
            paper.data_validation(1, position, last, position, allowed)
        elif column.kind == DATE:
            days = {"validate": "date", "criteria": ">=", "value": EARLIEST_DAY}
            paper.data_validation(1, position, last, position, days)
