"""What the self-evaluation report says and in which order: the same outline is drawn by Word and by PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from jubao.documents.evaluation_appendix import FIGURE_WIDTHS_CM, SCORE_WIDTHS_CM, definition_rows, scoring_rows
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
from jubao.documents.grid import Rows

WHOLE_PARTS = (1, 3)  # the money tables are read at one glance, the last part is signed by hand
NUMERALS = "一二三四五六"
ANNEX = "附件1"
TEXT_PART = "评价报告综述（文字部分）"
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


@dataclass(frozen=True, slots=True)
class Titled:
    """A table under its heading; ``note`` stands between them."""

    heading: str
    widths_cm: tuple[float, ...]
    rows: Rows
    note: str = ""
    keeps_together: bool = False
    header_rows: int = 0


def cover_lines(cover: Cover) -> tuple[tuple[str, str], ...]:
    """Labels and values of the cover."""
    dated = cover.report_date
    return (
        ("部门(单位)名称", cover.unit),
        ("预算编码", cover.budget_code),
        ("评价方式", cover.method),
        ("评价机构", cover.body),
        ("报告日期", f"{dated.year}年{dated.month}月{dated.day}日"),
    )


def part_tables(form: SelfEvaluationForm) -> list[Titled]:
    """Parts 一 to 四. Raises IndicatorNotOnForm."""
    tables: tuple[tuple[tuple[float, ...], Rows], ...] = (
        (PROFILE_WIDTHS_CM, profile_rows(form.profile)),
        (MONEY_WIDTHS_CM, money_rows(form)),
        (PERFORMANCE_WIDTHS_CM, performance_rows(form)),
        (EVALUATOR_WIDTHS_CM, evaluator_rows(form.evaluators, form.signatures)),
    )
    return [
        Titled(f"{NUMERALS[number]}、{title}", widths, rows, keeps_together=number in WHOLE_PARTS)
        for number, (title, (widths, rows)) in enumerate(zip(PARTS, tables, strict=True))
    ]


def filler_line(signatures: Signatures) -> str:
    """Who filled the form in, and the telephone."""
    blank = "\u3000" * 10
    return f"填报人（签名）：{signatures.filled_by or blank}\u3000\u3000\u3000联系电话：{signatures.phone}"


def chapters(narrative: Narrative) -> Iterator[tuple[str, list[str]]]:
    """The six chapters of the text part: heading and paragraphs."""
    told = (
        narrative.overview,
        narrative.spending,
        narrative.special_projects,
        narrative.performance,
        narrative.problems,
        narrative.measures,
    )
    for numeral, title, chapter in zip(NUMERALS, CHAPTERS, told, strict=True):
        yield f"（{numeral}）{title}", _chapter_lines(chapter)


def _chapter_lines(chapter: Chapter) -> list[str]:
    """Opening paragraphs, then sections 1、2、… each with its paragraphs."""
    lines = list(chapter.paragraphs)
    for number, section in enumerate(chapter.sections, start=1):
        lines += [f"{number}、{section.title}", *section.paragraphs]
    return lines


def appendix_tables(form: SelfEvaluationForm) -> list[Titled]:
    """附表1 and 附表2, where there is anything to list."""
    tables: list[Titled] = []
    if form.definitions:
        rows = definition_rows(form.definitions)
        tables.append(Titled("附表1  指标口径和截止日", FIGURE_WIDTHS_CM, rows, form.reference, header_rows=1))
    if form.scoring:
        score = "" if form.score is None else f"{form.score.normalize():f}分，{form.grade}"
        rows = scoring_rows(form.scoring, total=score)
        tables.append(Titled("附表2  计分表和扣分原因", SCORE_WIDTHS_CM, rows, form.thresholds, header_rows=1))
    return tables
