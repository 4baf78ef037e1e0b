"""A notice or letter (告知书、通知书) as PDF, A4: the same words as the Word file, set by typst."""

from pathlib import Path
from typing import Any

from jubao.documents.notice import Notice
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.typesetting import printable, typeset

TEMPLATE = Path(__file__).parent / "notice.typ"


def write_notice_pdf(notice: Notice, path: Path) -> str:
    """Write the notice; return the SHA-256 of the file (hex), the same for the same notice, fonts and typst.

    Raises:
        TextNotPrintable: a text holds control characters.
        NoChineseFont: no known Chinese font is installed.
    """
    return put_in_place(path, notice_pdf(notice))


def notice_pdf(notice: Notice) -> bytes:
    """The PDF of a notice. Raises as ``write_notice_pdf``."""
    return typeset(TEMPLATE, notice_outline(notice), dated=notice.dated)


def notice_outline(notice: Notice) -> dict[str, Any]:
    """What the page says, as JSON-able data; widths in tenths of a millimetre. Raises TextNotPrintable."""
    table = notice.table
    headings = [printable(text) for text in table.headings] if table else []
    widths = [round(width * 100) for width in table.widths_cm] if table and table.widths_cm else [1] * len(headings)
    return {
        "title": printable(notice.title),
        "number": printable(notice.number),
        "addressee": printable(notice.addressee),
        "paragraphs": [printable(text) for text in notice.paragraphs],
        "headings": headings,
        "widths": widths,
        "rows": [[printable(text) for text in row] for row in table.rows] if table else [],
        "closing": [printable(text) for text in notice.closing],
        "office": printable(notice.office),
        "dated": f"{notice.dated.year}年{notice.dated.month}月{notice.dated.day}日",
        "reference": printable(notice.reference),
    }
