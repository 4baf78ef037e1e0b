"""The self-evaluation of a year (绩效自评报告): the paper as it will be printed, what must be explained, score, signing."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.http import Http404, HttpResponse, QueryDict

from jubao.desk.figures.addresses import figure_address
from jubao.desk.figures.contradictions import ShownContradiction, shown_contradiction
from jubao.desk.frame.page import page
from jubao.desk.frame.seat import Seat
from jubao.desk.frame.submission import Sent, submission
from jubao.desk.reports.signing import SIGN, SigningStep, signing_steps
from jubao.documents.evaluation_tables import IndicatorNotOnForm
from jubao.documents.typesetting import NoChineseFont
from jubao.documents.word import TextNotPrintable
from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.analysis.days import Days
from jubao.reports.analysis.marked import Pieces, ShownCell, ShownTable
from jubao.reports.analysis.report import Draft, ReportOfYear, SignedVersion, report_of_year, written_report
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import both
from jubao.vocabulary.codes.office import SignedReportKind
from jubao.vocabulary.viewer import Viewer

KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@dataclass(frozen=True)
class Stretch:
    """A stretch of text; a number leads to its figure, a contradicted one to what is wrong with it."""

    text: str
    address: str
    is_wrong: bool


Stretches = tuple[Stretch, ...]


@dataclass(frozen=True)
class PaperCell:
    """A cell of the paper."""

    lines: tuple[Stretches, ...]
    across: int
    down: int


@dataclass(frozen=True)
class PaperTable:
    """A table of the paper."""

    heading: str
    note: str
    heads: tuple[tuple[PaperCell, ...], ...]
    rows: tuple[tuple[PaperCell, ...], ...]


@dataclass(frozen=True)
class PaperChapter:
    """A chapter of the paper."""

    heading: str
    paragraphs: tuple[Stretches, ...]


@dataclass(frozen=True)
class ShownReport:
    """The page: year and day, the paper in pieces, what must be explained and what is, score, signed versions, acts."""

    year: int
    days: Days
    missing: str
    draft: Draft | None
    parts: tuple[PaperTable, ...]
    chapters: tuple[PaperChapter, ...]
    appendices: tuple[PaperTable, ...]
    open: tuple[ShownContradiction, ...]
    explained: tuple[ShownContradiction, ...]
    signed: tuple[SignedVersion, ...]
    steps: tuple[SigningStep, ...]
    waiting: str
    sign: tuple[OfferedAct, ...]
    acts: tuple[OfferedAct, ...]


@page("reports/<year:year>", title=both("绩效自评报告", "Self-evaluation"), audience=FIGURES, queries=95)
def report(viewer: Viewer, asked: QueryDict, year: int) -> ShownReport:
    """The report of a year, its numbers open and its contradictions beside."""
    return _shown(report_of_year(year, viewer=viewer, as_of=asked.get("as-of", "")), viewer)


@submission("reports/<year:year>/file", audience=FIGURES)
def write(seat: Seat, sent: Sent, year: int) -> HttpResponse:
    """The report as a Word or PDF file, as it would be signed today; it is not kept."""
    kind = sent.fields.get("kind", "")
    try:
        written = written_report(year, kind, viewer=seat.viewer, as_of=sent.fields.get("as-of", ""))
    except (TextNotPrintable, IndicatorNotOnForm, NoChineseFont) as no:
        raise Refused(f"没有写成文件：{no}") from no
    if written is None:
        raise Http404
    response = HttpResponse(written.content, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(written.name)}"
    return response


def _shown(it: ReportOfYear, viewer: Viewer) -> ShownReport:
    days, draft = it.days, it.draft
    answers = {
        "year": str(days.year),
        "kind": str(SignedReportKind.SELF_EVALUATION),
        "as_of": days.as_of.isoformat(),
        "dated": days.settled.isoformat(),
    }
    acts = offered(viewer, about=About.REPORT, answers=answers)
    return ShownReport(
        year=days.year,
        days=days,
        missing=it.missing,
        draft=draft,
        parts=tuple(_table(one, days) for one in draft.parts) if draft else (),
        chapters=tuple(
            PaperChapter(one.heading, tuple(_stretches(text, days) for text in one.paragraphs))
            for one in (draft.chapters if draft else ())
        ),
        appendices=tuple(_table(one, days) for one in draft.appendices) if draft else (),
        open=tuple(shown_contradiction(one, days, viewer) for one in it.open),
        explained=tuple(shown_contradiction(one, days, viewer) for one in it.explained),
        signed=it.signed,
        steps=signing_steps(it.waiting),
        waiting=it.waiting.key if it.waiting else "",
        sign=tuple(one for one in acts if one.code == SIGN),
        acts=tuple(one for one in acts if one.code.startswith("performance.")),
    )


def _stretches(pieces: Pieces, days: Days) -> Stretches:
    def address(figure: str, why: str) -> str:
        return f"#{why}" if why else figure_address(figure, days) if figure else ""

    return tuple(Stretch(one.text, address(one.figure, one.why), bool(one.why)) for one in pieces)


def _table(table: ShownTable, days: Days) -> PaperTable:
    def cells(rows: Iterable[Iterable[ShownCell]]) -> tuple[tuple[PaperCell, ...], ...]:
        return tuple(
            tuple(
                PaperCell(tuple(_stretches(line, days) for line in cell.lines), cell.across, cell.down) for cell in row
            )
            for row in rows
        )

    heads, rows = table.rows[: table.header_rows], table.rows[table.header_rows :]
    return PaperTable(table.heading, table.note, cells(heads), cells(rows))
