"""The annual self-evaluation report (附件1 部门整体支出绩效评价自评报告) as a Word file."""

from pathlib import Path

from docx.document import Document as WordDocument
from docx.shared import Cm

from jubao.documents.evaluation_form import Cover, Narrative, SelfEvaluationForm
from jubao.documents.evaluation_outline import (
    ANNEX,
    TEXT_PART,
    Titled,
    appendix_tables,
    chapters,
    cover_lines,
    filler_line,
    part_tables,
)
from jubao.documents.grid import draw_table
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.word import (
    FANGSONG,
    HEI,
    SONG,
    Face,
    add_paragraph,
    add_text,
    document_bytes,
    new_document,
    number_pages,
    start_page,
)

BODY_SPACING = 1.4
LAST_ON_NEW_PAGE = 1  # the profile follows the cover; the money tables, which LibreOffice would split, follow it
TITLE = Face("黑体", 22)
COVER_LABEL = Face("宋体", 15)
COVER_VALUE = Face("宋体", 15, underline=True)
TEXT_PART_HEAD = Face("黑体", 16)
CHAPTER_HEAD = Face("黑体", 14)


def write_self_evaluation(form: SelfEvaluationForm, path: Path) -> str:
    """Write the report; return the SHA-256 of the file (hex), the same for the same form on every day.

    Raises:
        IndicatorNotOnForm: an indicator has no place on the form.
        TextNotPrintable: a text holds control characters.
    """
    return put_in_place(path, self_evaluation_bytes(form))


def self_evaluation_bytes(form: SelfEvaluationForm) -> bytes:
    """The Word file of a report. Raises as ``write_self_evaluation``."""
    cover = form.cover
    document = new_document(title="".join(cover.title_lines), author=cover.unit, dated=cover.report_date)
    number_pages(document, reference=form.reference, skip_first=True)
    _draw_cover(document, cover)
    for number, part in enumerate(part_tables(form)):
        _draw_titled(document, part, begins_page=number <= LAST_ON_NEW_PAGE)
    add_paragraph(document, filler_line(form.signatures), before_pt=12)
    start_page(document)
    _draw_narrative(document, form.narrative)
    for appendix in appendix_tables(form):
        _draw_titled(document, appendix, begins_page=True)
    return document_bytes(document)


def _draw_cover(document: WordDocument, cover: Cover) -> None:
    """Annex number, title, what is evaluated, date, and who printed the form."""
    add_paragraph(document, ANNEX, HEI)
    first, second = cover.title_lines
    add_paragraph(document, first, TITLE, align="center", before_pt=110, after_pt=14)
    add_paragraph(document, second, TITLE, align="center", after_pt=90)
    for label, value in cover_lines(cover):
        _draw_cover_line(document, label, value)
    add_paragraph(document, f"{cover.printer}（制）", COVER_LABEL, align="center", before_pt=110)


def _draw_cover_line(document: WordDocument, label: str, value: str) -> None:
    """One labelled line of the cover; a long value wraps under itself."""
    paragraph = add_paragraph(document, f"{label}：", COVER_LABEL, after_pt=14)
    paragraph.paragraph_format.left_indent = Cm(1.2)
    add_text(paragraph, value, COVER_VALUE)


def _draw_titled(document: WordDocument, titled: Titled, *, begins_page: bool) -> None:
    """A heading with its table; the first two parts and the appendices begin a page."""
    heading = add_paragraph(document, titled.heading, HEI, before_pt=12, after_pt=6, outline=1)
    heading.paragraph_format.page_break_before = begins_page
    if titled.note:
        add_paragraph(document, titled.note, SONG, after_pt=4)
    draw_table(
        document,
        titled.widths_cm,
        titled.rows,
        header_rows=titled.header_rows,
        keeps_together=titled.keeps_together,
    )


def _draw_narrative(document: WordDocument, narrative: Narrative) -> None:
    """The text part: six chapters numbered （一） to （六）."""
    add_paragraph(document, TEXT_PART, TEXT_PART_HEAD, align="center", after_pt=12, outline=1)
    for title, paragraphs in chapters(narrative):
        head = add_paragraph(document, title, CHAPTER_HEAD, indent=True, before_pt=6, outline=2)
        head.paragraph_format.line_spacing = BODY_SPACING
        for text in paragraphs:
            _draw_body(document, text)


def _draw_body(document: WordDocument, text: str) -> None:
    """One paragraph of running text."""
    paragraph = add_paragraph(document, text, FANGSONG, align="justify", indent=True)
    paragraph.paragraph_format.line_spacing = BODY_SPACING
