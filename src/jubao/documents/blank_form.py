"""A workbook to be filled in: headings, a row of hints, a format and a rule for each column; no formula in any cell."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from jubao.documents.sheet import DATE, INTEGER, MONEY, MONTH, TEXT, Column, Row
from jubao.documents.workbook import LINE, OPTIONS, SHAPES, WIDTHS, draw_row

HEADING_ROW, HINT_ROW, FIRST_ROW = 0, 1, 2
CODES, NOTES = "代码", "说明"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)  # Excel knows no day before these
MONTH_LENGTHS = {"validate": "length", "criteria": "between", "minimum": 6, "maximum": 7}
LONGEST_MESSAGE, LONGEST_TITLE = 250, 30
MADE = datetime(2017, 1, 1, tzinfo=UTC)  # a fixed moment, so that the same form gives the same bytes
AS_TEXT = {"num_format": "@"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A column to fill in: heading, hint, kind of value (``documents.sheet``), what it may be.

    ``least`` and ``most`` are in the measure of the kind: fen for money, a day for dates; ``longest`` bounds a text.
    """

    heading: str
    hint: str
    kind: str = TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    least: Any = None
    most: Any = None
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A sheet to fill in: its columns, what stands in it already, and for how many rows the rules hold."""

    name: str
    entries: tuple[Entry, ...]
    rows: Sequence[Row] = ()
    room: int = 1000


def form_bytes(title: str, sheets: Sequence[FormSheet], notes: Sequence[tuple[str, str]]) -> bytes:
    """The workbook of a form, the same bytes for the same form.

    Args:
        title: of the form, kept in the file's properties.
        sheets: what is filled in, in order.
        notes: pairs for the last sheet: what, and how.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as workbook:
        workbook.set_properties({"title": title, "created": MADE})
        formats = {name: workbook.add_format(shape) for name, shape in SHAPES.items()}
        formats |= {
            "hint": workbook.add_format(LINE | {"text_wrap": True, "italic": True, "font_color": "#666666"}),
            "required": workbook.add_format(SHAPES["heading"] | {"font_color": "#C00000"}),
            "text": workbook.add_format(AS_TEXT),
            MONEY + "_column": workbook.add_format({"num_format": "#,##0.00"}),
            INTEGER + "_column": workbook.add_format({"num_format": "0"}),
            DATE + "_column": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }
        listed = _listed(sheets)
        for sheet in sheets:
            _draw(workbook.add_worksheet(sheet.name), sheet, formats, listed)
        if listed:
            _draw_codes(workbook.add_worksheet(CODES), listed, formats)
        _draw_notes(workbook.add_worksheet(NOTES), notes, formats)
    return buffer.getvalue()


def _listed(sheets: Sequence[FormSheet]) -> dict[tuple[str, ...], int]:
    """Each list of codes once, by the column of the sheet of codes it stands in."""
    lists = dict.fromkeys(entry.choices for sheet in sheets for entry in sheet.entries if entry.choices)
    return {choices: position for position, choices in enumerate(lists)}


def _draw(paper: Any, sheet: FormSheet, formats: dict[str, Any], listed: dict[tuple[str, ...], int]) -> None:
    paper.freeze_panes(FIRST_ROW, 1)
    for position, entry in enumerate(sheet.entries):
        width = max(WIDTHS[entry.kind], 2 * len(entry.heading) + 2)
        paper.set_column(position, position, width, formats.get(f"{entry.kind}_column", formats["text"]))
        if rule := _rule(entry, listed):
            last = FIRST_ROW + max(sheet.room, len(sheet.rows)) - 1
            paper.data_validation(FIRST_ROW, position, last, position, rule | _messages(entry))
    for position, entry in enumerate(sheet.entries):
        paper.write_string(HEADING_ROW, position, entry.heading, formats["required" if entry.required else "heading"])
    for position, entry in enumerate(sheet.entries):
        paper.write_string(HINT_ROW, position, entry.hint, formats["hint"])
    columns = [Column(entry.heading, entry.kind) for entry in sheet.entries]
    for number, row in enumerate(sheet.rows, start=FIRST_ROW):
        draw_row(paper, number, row, columns, formats)


def _rule(entry: Entry, listed: dict[tuple[str, ...], int]) -> dict[str, Any]:
    """What Excel itself refuses in a column."""
    if entry.choices:
        letter = xl_col_to_name(listed[entry.choices])
        source = f"='{CODES}'!${letter}$1:${letter}${len(entry.choices)}"
        return {"validate": "list", "source": source}
    if entry.kind == MONEY:
        return _between("decimal", _yuan(entry.least), _yuan(entry.most))
    if entry.kind == INTEGER:
        return _between("integer", entry.least, entry.most)
    if entry.kind == DATE:
        least, most = entry.least or FIRST_DAY, entry.most or LAST_DAY
        return _between("date", max(least, FIRST_DAY), min(most, LAST_DAY))
    if entry.kind == MONTH:
        return dict(MONTH_LENGTHS)
    return {"validate": "length", "criteria": "<=", "value": entry.longest} if entry.longest else {}


def _between(what: str, least: Any, most: Any) -> dict[str, Any]:
    if least is None or most is None:
        return {}
    return {"validate": what, "criteria": "between", "minimum": least, "maximum": most}


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen).scaleb(-2)


def _messages(entry: Entry) -> dict[str, Any]:
    hint = entry.hint[:LONGEST_MESSAGE]
    told = {"input_title": entry.heading[:LONGEST_TITLE], "input_message": hint} if hint else {}
    wrong = {"error_title": "填写有误", "error_message": (entry.hint or entry.heading)[:LONGEST_MESSAGE]}
    return told | wrong


def _draw_codes(paper: Any, listed: dict[tuple[str, ...], int], formats: dict[str, Any]) -> None:
    paper.set_column(0, len(listed) - 1, 28, formats["text"])
    for number in range(max(map(len, listed))):
        for choices, position in listed.items():
            if number < len(choices):
                paper.write_string(number, position, choices[number], formats["text"])


def _draw_notes(paper: Any, notes: Sequence[tuple[str, str]], formats: dict[str, Any]) -> None:
    paper.set_column(0, 0, 16)
    paper.set_column(1, 1, 90)
    for number, (what, how) in enumerate(notes):
        paper.write_string(number, 0, what, formats["heading"])
        paper.write_string(number, 1, how, formats[TEXT])
