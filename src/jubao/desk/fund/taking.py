"""Sheets and papers of the fund as files to print or to go on working with; that they were taken is written down."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import Http404, HttpResponse

from jubao.desk.frame.seat import Seat
from jubao.documents.sheet import Sheet
from jubao.documents.sheet_pdf import write_sheets_pdf
from jubao.documents.workbook import write_workbook
from jubao.operations.exports import note_taken_out

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def taken(seat: Seat, sheets: Sequence[Sheet] | None, name: str, form: str) -> HttpResponse:
    """Sheets as Excel or PDF.

    Args:
        seat: who takes them; sheets: None where there are none; name: of the file, without its ending.
        form: ``xlsx`` or ``pdf``.
    Raises:
        Http404: no sheets, or no such form.
        NoChineseFont: the machine has none to print with.
    """
    if not sheets or form not in KINDS:
        raise Http404
    note_taken_out(seat.staff, name, sum(len(sheet.rows) for sheet in sheets), "", form, at=seat.at)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"sheets.{form}"
        (write_sheets_pdf if form == "pdf" else write_workbook)(path, sheets)
        return as_file(path.read_bytes(), f"{name}.{form}", KINDS[form])


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """Bytes as a file of a name."""
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
