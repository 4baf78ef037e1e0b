"""Sheets as a file, the same way for every command: PDF or Excel by the name's ending, and why it could not be."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from jubao.documents.sheet import Sheet

PDF, EXCEL = ".pdf", ".xlsx"


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
