"""Sheets, the same way for every command: whole on the terminal, or as PDF or Excel by the name's ending."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from jubao.documents.sheet import Sheet

PDF, EXCEL = ".pdf", ".xlsx"
WIDEST = 1000


def save_sheets(sheets: "list[Sheet]", out: Path) -> str:
    """Write sheets to a PDF or Excel file; gives its SHA-256.

    Raises:
        BadParameter: the name ends otherwise.
        Refused: the machine has no Chinese font.
    """
    from jubao.documents.sheet_pdf import write_sheets_pdf
    from jubao.documents.typesetting import NoChineseFont
    from jubao.documents.workbook import write_workbook
    from jubao.operations.envelope.fault import Refused

    ending = out.suffix.lower()
    if ending not in {PDF, EXCEL}:
        raise typer.BadParameter("文件名须以 .pdf 或 .xlsx 结尾", param_hint="--out")
    try:
        return write_sheets_pdf(out, sheets) if ending == PDF else write_workbook(out, sheets)
    except NoChineseFont as missing:
        raise Refused(str(missing)) from missing


def print_sheet(sheet: "Sheet") -> None:
    """Print a sheet whole: where the terminal is too narrow, its lines run on; no amount is cut."""
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table

    from jubao.documents.sheet import NUMERIC, TEXT
    from jubao.documents.sheet_pdf import outline

    said = outline(sheet)
    paper = Table(title=said["title"], caption=sheet.note or None)
    for column in sheet.columns:
        right, words = column.kind in NUMERIC, column.kind == TEXT
        paper.add_column(
            column.title,
            justify="right" if right else "left",
            no_wrap=not words,
            overflow="fold",
            min_width=len(column.title) * 2 if words else None,
        )
    for row in [*said["rows"], *([said["totals"]] if said["totals"] else [])]:
        paper.add_row(*row)
    endless = Console(width=WIDEST)
    width = max(Measurement.get(endless, endless.options, paper).minimum, Console().width)
    Console(markup=False, highlight=False, width=width).print(paper)
