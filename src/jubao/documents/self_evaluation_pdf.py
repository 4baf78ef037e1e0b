"""The annual self-evaluation report as PDF: the same outline as the Word file, set by typst."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import typst

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
from jubao.documents.sealing import put_in_place
from jubao.documents.word import UNPRINTABLE, TextNotPrintable

TEMPLATE = Path(__file__).parent / "self_evaluation.typ"
SERIF = ("Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Source Han Serif CN", "SimSun", "Songti SC")
SANS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "SimHei", "Heiti SC")


class NoChineseFont(RuntimeError):
    """The machine has no font a Chinese PDF could be set in."""


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
    fonts = choose_fonts(installed_fonts())
    outline = json.dumps(pdf_outline(form) | {"fonts": fonts}, ensure_ascii=False, sort_keys=True)
    instant = datetime.combine(form.cover.report_date, time(), tzinfo=UTC)
    return typst.compile(
        TEMPLATE.read_bytes(), format="pdf", sys_inputs={"outline": outline}, timestamp=int(instant.timestamp())
    )


def installed_fonts() -> list[str]:
    """Names of the font families typst finds on this machine."""
    return list(typst.Fonts().families())


def choose_fonts(families: Collection[str]) -> dict[str, str]:
    """A serif for the text and a sans for headings; either stands in for the other.

    Raises:
        NoChineseFont: neither is there.
    """
    song = next((name for name in SERIF if name in families), None)
    hei = next((name for name in SANS if name in families), None)
    if song is None and hei is None:
        message = f"本机没有可用的中文字体（{SERIF[0]}、{SANS[0]} 等），不能生成 PDF"
        raise NoChineseFont(f"{message}：请安装 Noto CJK 字体（软件包 fonts-noto-cjk）后重试，或改为输出 .docx")
    return {"song": song or str(hei), "hei": hei or str(song)}


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
