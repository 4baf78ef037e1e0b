"""The annual self-evaluation report (附件1 部门整体支出绩效评价自评报告) as a Word file."""

from pathlib import Path

from docx.document import Document as WordDocument
from docx.shared import Cm

from jubao.documents.evaluation_form import Chapter, Cover, Narrative, SelfEvaluationForm, Signatures
from jubao.documents.evaluation_money import MONEY_WIDTHS_CM, money_rows
from jubao.documents.evaluation_tables import (
    EVALUATOR_WIDTHS_CM,
    PERFORMANCE_WIDTHS_CM,
    PROFILE_WIDTHS_CM,
    evaluator_rows,
    performance_rows,
    profile_rows,
)
from jubao.documents.grid import Rows, draw_table
from jubao.documents.sealing import put_in_place
from jubao.documents.word import (
    FANGSONG,
    HEI,
    Face,
    add_paragraph,
    add_text,
    document_bytes,
    new_document,
    number_pages,
    start_page,
)

WHOLE_PARTS = (1, 3)  # the money tables are read at one glance, the last part is signed by hand
BODY_SPACING = 1.4
NUMERALS = "一二三四五六"
PARTS = (
    "部门（单位）基本概况",
    "部门（单位）收支情况",
    "部门（单位）整体支出绩效自评情况",
    "评价人员",
)
CHAPTERS = (
    "部门（单位）概况",
    "部门（单位）整体支出管理及使用情况",
    "部门（单位）专项组织实施情况",
    "部门（单位）整体支出绩效情况",
    "存在的主要问题",
    "改进措施和有关建议",
)
TITLE = Face("黑体", 22)
COVER_LABEL = Face("宋体", 15)
COVER_VALUE = Face("宋体", 15, underline=True)
TEXT_PART = "评价报告综述（文字部分）"
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
    _draw_parts(document, form)
    _draw_filler(document, form.signatures)
    start_page(document)
    _draw_narrative(document, form.narrative)
    return document_bytes(document)


def _draw_cover(document: WordDocument, cover: Cover) -> None:
    """Annex number, title, what is evaluated, date, and who printed the form."""
    add_paragraph(document, "附件1", HEI)
    first, second = cover.title_lines
    add_paragraph(document, first, TITLE, align="center", before_pt=110, after_pt=14)
    add_paragraph(document, second, TITLE, align="center", after_pt=90)
    dated = cover.report_date
    for label, value in (
        ("部门(单位)名称", cover.unit),
        ("预算编码", cover.budget_code),
        ("评价方式", cover.method),
        ("评价机构", cover.body),
        ("报告日期", f"{dated.year}年{dated.month}月{dated.day}日"),
    ):
        _draw_cover_line(document, label, value)
    add_paragraph(document, f"{cover.printer}（制）", COVER_LABEL, align="center", before_pt=110)


def _draw_cover_line(document: WordDocument, label: str, value: str) -> None:
    """One labelled line of the cover; a long value wraps under itself."""
    paragraph = add_paragraph(document, f"{label}：", COVER_LABEL, after_pt=14)
    paragraph.paragraph_format.left_indent = Cm(1.2)
    add_text(paragraph, value, COVER_VALUE)


def _draw_parts(document: WordDocument, form: SelfEvaluationForm) -> None:
    """Parts 一 to 四, one table each; the first begins a page."""
    tables: tuple[tuple[tuple[float, ...], Rows], ...] = (
        (PROFILE_WIDTHS_CM, profile_rows(form.profile)),
        (MONEY_WIDTHS_CM, money_rows(form)),
        (PERFORMANCE_WIDTHS_CM, performance_rows(form)),
        (EVALUATOR_WIDTHS_CM, evaluator_rows(form.evaluators, form.signatures)),
    )
    for number, (title, (widths, rows)) in enumerate(zip(PARTS, tables, strict=True)):
        heading = add_paragraph(
            document, f"{NUMERALS[number]}、{title}", HEI, before_pt=12, after_pt=6, outline=1
        )
        heading.paragraph_format.page_break_before = number == 0
        draw_table(document, widths, rows, keeps_together=number in WHOLE_PARTS)


def _draw_filler(document: WordDocument, signatures: Signatures) -> None:
    """Who filled the form in, and the telephone."""
    blank = "\u3000" * 10
    words = f"填报人（签名）：{signatures.filled_by or blank}\u3000\u3000\u3000联系电话：{signatures.phone}"
    add_paragraph(document, words, before_pt=12)


def _draw_narrative(document: WordDocument, narrative: Narrative) -> None:
    """The text part: six chapters numbered （一） to （六）."""
    add_paragraph(document, TEXT_PART, TEXT_PART_HEAD, align="center", after_pt=12, outline=1)
    chapters = (
        narrative.overview,
        narrative.spending,
        narrative.special_projects,
        narrative.performance,
        narrative.problems,
        narrative.measures,
    )
    for numeral, title, chapter in zip(NUMERALS, CHAPTERS, chapters, strict=True):
        head = add_paragraph(
            document, f"（{numeral}）{title}", CHAPTER_HEAD, indent=True, before_pt=6, outline=2
        )
        head.paragraph_format.line_spacing = BODY_SPACING
        _draw_chapter(document, chapter)


def _draw_chapter(document: WordDocument, chapter: Chapter) -> None:
    """Opening paragraphs, then sections 1、2、… each with its paragraphs."""
    for text in chapter.paragraphs:
        _draw_body(document, text)
    for number, section in enumerate(chapter.sections, start=1):
        _draw_body(document, f"{number}、{section.title}")
        for text in section.paragraphs:
            _draw_body(document, text)


def _draw_body(document: WordDocument, text: str) -> None:
    """One paragraph of running text."""
    paragraph = add_paragraph(document, text, FANGSONG, align="justify", indent=True)
    paragraph.paragraph_format.line_spacing = BODY_SPACING
