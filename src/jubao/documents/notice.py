"""One-page notices and letters (告知书, 通知书, 权益记录单) as Word files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jubao.documents.grid import Cell, draw_table
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.word import (
    FANGSONG,
    SONG_BOLD,
    Face,
    add_paragraph,
    document_bytes,
    new_document,
    number_pages,
)

TITLE = Face("黑体", 20)
REFERENCE = Face("仿宋", 12)
PAGE_WIDTH_CM = 16.2


@dataclass(frozen=True, slots=True)
class NoticeTable:
    """A table in a notice: headings and rows of ready-made texts; widths in cm, equal when left out."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths_cm: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: title, number (文号), addressee, paragraphs, table, closing lines, who signs and when."""

    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    office: str
    dated: date
    number: str = ""
    table: NoticeTable | None = None
    closing: tuple[str, ...] = ()
    reference: str = ""


def write_notice(notice: Notice, path: Path) -> str:
    """Write the notice; return the SHA-256 of the file (hex), the same for the same notice.

    Raises:
        TextNotPrintable: a text holds control characters.
    """
    return put_in_place(path, notice_bytes(notice))


def notice_bytes(notice: Notice) -> bytes:
    """The Word file of a notice. Raises as ``write_notice``."""
    document = new_document(title=notice.title, author=notice.office, dated=notice.dated)
    number_pages(document, reference=notice.reference)
    add_paragraph(document, notice.title, TITLE, align="center", before_pt=20, after_pt=10)
    if notice.number:
        add_paragraph(document, notice.number, REFERENCE, align="center", after_pt=16)
    add_paragraph(document, f"{notice.addressee}：", FANGSONG, after_pt=6)
    for text in notice.paragraphs:
        add_paragraph(document, text, FANGSONG, align="justify", indent=True, after_pt=6)
    if notice.table:
        rows = _table_rows(notice.table)
        draw_table(document, _widths(notice.table), rows, header_rows=1)
    for text in notice.closing:
        add_paragraph(document, text, FANGSONG, align="justify", indent=True, before_pt=8)
    dated = f"{notice.dated.year}年{notice.dated.month}月{notice.dated.day}日"
    add_paragraph(document, notice.office, FANGSONG, align="right", before_pt=36)
    add_paragraph(document, dated, FANGSONG, align="right", before_pt=6)
    return document_bytes(document)


def _table_rows(table: NoticeTable) -> Sequence[Sequence[Cell]]:
    """Headings in bold, then the rows."""
    heading = [Cell(text, face=SONG_BOLD) for text in table.headings]
    return [heading, *([Cell(text) for text in row] for row in table.rows)]


def _widths(table: NoticeTable) -> tuple[float, ...]:
    """The widths as given, or the page shared equally."""
    return table.widths_cm or (PAGE_WIDTH_CM / len(table.headings),) * len(table.headings)
