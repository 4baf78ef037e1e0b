"""The annual self-evaluation report as PDF: the same outline as the Word file, set by typst."""

from pathlib import Path
from typing import Any

from jubao.documents.evaluation_form import SelfEvaluationForm
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
from jubao.documents.grid import Cell
from jubao.documents.reproducible_zip import put_in_place
from jubao.documents.typesetting import typeset
from jubao.documents.word import UNPRINTABLE, TextNotPrintable

TEMPLATE = Path(__file__).parent / "self_evaluation.typ"


def write_self_evaluation_pdf(form: SelfEvaluationForm, path: Path) -> str:
    """Write the report; return the SHA-256 of the file (hex), the same for the same form, fonts and typst.

    Raises:
        IndicatorNotOnForm: an indicator has no place on the form.
        TextNotPrintable: a text holds control characters.
        NoChineseFont: no known Chinese font is installed.
    """
    return put_in_place(path, self_evaluation_pdf(form))


def self_evaluation_pdf(form: SelfEvaluationForm) -> bytes:
    """The PDF of a report. Raises as ``write_self_evaluation_pdf``."""
    return typeset(TEMPLATE, pdf_outline(form), dated=form.cover.report_date)


def pdf_outline(form: SelfEvaluationForm) -> dict[str, Any]:
    """Everything the PDF says, as JSON-able data. Raises IndicatorNotOnForm, TextNotPrintable."""
    cover = form.cover
    outline = {
        "title": "".join(cover.title_lines),
        "author": cover.unit,
        "dated": [cover.report_date.year, cover.report_date.month, cover.report_date.day],
        "reference": form.reference,
        "annex": ANNEX,
        "lines": list(cover.title_lines),
        "cover": [list(line) for line in cover_lines(cover)],
        "printer": f"{cover.printer}（制）",
        "parts": [_titled(part) for part in part_tables(form)],
        "filler": filler_line(form.signatures),
        "text_part": TEXT_PART,
        "chapters": [list(chapter) for chapter in chapters(form.narrative)],
        "appendices": [_titled(appendix) for appendix in appendix_tables(form)],
    }
    _refuse_unprintable(outline)
    return outline


def _titled(titled: Titled) -> dict[str, Any]:
    return {
        "heading": titled.heading,
        "note": titled.note,
        "widths": list(titled.widths_cm),
        "rows": [[_cell(cell) for cell in row] for row in titled.rows],
        "whole": titled.keeps_together,
        "header_rows": titled.header_rows,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "lines": [{"text": line.text, "align": line.align, "inset": line.inset_cm} for line in cell.lines],
        "across": cell.across,
        "down": cell.down,
        "bold": cell.face.bold,
        "size": cell.face.size_pt,
    }


def _refuse_unprintable(said: Any) -> None:
    """Look at every text; one that no file can carry is named by its character."""
    if isinstance(said, dict | list):
        for inner in said.values() if isinstance(said, dict) else said:
            _refuse_unprintable(inner)
    elif isinstance(said, str) and (fault := UNPRINTABLE.search(said)):
        message = f"文字第 {fault.start() + 1} 个字符（U+{ord(fault[0]):04X}）无法印到文件上"
        raise TextNotPrintable(f"{message}：请在来源数据中删去该字符后重新生成")
