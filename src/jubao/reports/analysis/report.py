"""The self-evaluation of a year as it will be printed: its numbers open, what must be explained beside, who signed what."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from jubao.documents.evaluation_form import SelfEvaluationForm
from jubao.documents.evaluation_outline import ANNEX, TEXT_PART, chapters, cover_lines, filler_line
from jubao.documents.self_evaluation import self_evaluation_bytes
from jubao.documents.self_evaluation_pdf import self_evaluation_pdf
from jubao.records.models import AuditEvent, Proposal, SignedFigure, SignedReport
from jubao.reports.analysis.contradictions import Contradiction, Why, disagreeing, implausible
from jubao.reports.analysis.days import Days, days_asked
from jubao.reports.analysis.kept import while_books_stand
from jubao.reports.analysis.marked import (
    MarkedReading,
    Pieces,
    ShownTable,
    numbers_in,
    pieces,
    plain_paper,
    printed_appendices,
    printed_parts,
)
from jubao.reports.catalogue.reading import Reading
from jubao.reports.checking.check import Checked, check_paper
from jubao.reports.checking.finding import Finding
from jubao.reports.evaluation.monitoring_score import OpenedScore, open_score, points_text
from jubao.reports.evaluation.self_evaluation import fill_self_evaluation, left_blank
from jubao.reports.evaluation.signed import SELF_EVALUATION, SignedState, signed_reports
from jubao.reports.scoring.scored_year import NoScore
from jubao.vocabulary.viewer import Viewer

SCORED = ("performance.score", "performance.grade")


@dataclass(frozen=True)
class ScoredLevel:
    """A first level of the scoring table: points earned of points possible."""

    name: str
    earned: str
    points: int
    lost: str


@dataclass(frozen=True)
class ShownChapter:
    """A chapter of the text part: heading and paragraphs."""

    heading: str
    paragraphs: tuple[Pieces, ...]


@dataclass(frozen=True)
class SignedVersion:
    """A report that was signed: its days, the hash of its file, score and grade as frozen."""

    title: str
    dated: date
    as_of: date
    sha256: str
    score: str
    grade: str


@dataclass(frozen=True)
class Waiting:
    """A proposal to sign the report of a year: its key, whose it is, and the step that is due."""

    key: str
    maker: str
    next_step: int


@dataclass(frozen=True)
class Draft:
    """The report as it would be printed today.

    Attributes:
        annex, title, cover, printer, filler, text_part: words of the form.
        parts: its tables; chapters: its text; appendices: definitions and scoring table.
        numbers: how many numbers open; wavy: how many of them are contradicted.
        blank: what people must fill in by hand.
        levels, score, grade, thresholds: the score.
    """

    annex: str
    title: tuple[str, str]
    cover: tuple[tuple[str, str], ...]
    printer: str
    filler: str
    text_part: str
    parts: tuple[ShownTable, ...]
    chapters: tuple[ShownChapter, ...]
    appendices: tuple[ShownTable, ...]
    numbers: int
    wavy: int
    blank: tuple[str, ...]
    levels: tuple[ScoredLevel, ...]
    score: str
    grade: str
    thresholds: str


@dataclass(frozen=True)
class ReportOfYear:
    """The report of a year: its draft (None with the reason in ``missing``), what must be explained, what was signed.

    ``waiting`` is a proposal to sign it that is not decided yet.
    """

    days: Days
    draft: Draft | None
    missing: str
    contradictions: tuple[Contradiction, ...]
    signed: tuple[SignedVersion, ...]
    waiting: Waiting | None

    @property
    def open(self) -> tuple[Contradiction, ...]:
        """What nobody explained yet."""
        return tuple(one for one in self.contradictions if not one.reason)

    @property
    def explained(self) -> tuple[Contradiction, ...]:
        """What is unusual and was explained."""
        return tuple(one for one in self.contradictions if one.reason)


@dataclass(frozen=True)
class YearOfReports:
    """A year of the books with its signed reports, the latest first."""

    year: int
    signed: tuple[SignedVersion, ...]


@dataclass(frozen=True)
class SignedAgainstBooks:
    """Every signed report of a year beside the books of today."""

    year: int
    states: tuple[SignedState, ...]


@dataclass(frozen=True)
class WrittenReport:
    """The report as a file."""

    name: str
    content: bytes


def reports_by_year(*, viewer: Viewer) -> tuple[YearOfReports, ...]:
    """Every year since the books began, the latest first, with what was signed of it. Raises MayNotLook."""
    viewer.require_everywhere("报告")
    first = AuditEvent.objects.order_by("business_date").values_list("business_date", flat=True).first()
    newest = days_asked(viewer).year
    signed = _signed()
    years = range(newest, (first.year if first else newest) - 1, -1)
    return tuple(YearOfReports(year, tuple(signed.get(year, ()))) for year in years)


def report_of_year(year: int, *, viewer: Viewer, as_of: str = "") -> ReportOfYear:
    """The report of a year as it would be printed.

    Args:
        year: evaluated; as_of: the day its running business is looked at, as an address states it.
    Raises:
        CannotFilter: the day is not understood, or lies before the year.
        MayNotLook: the viewer does not answer for the whole office.
    """
    viewer.require_everywhere("报告")
    days = days_asked(viewer, year=str(year), as_of=as_of)
    draft, missing, contradictions = _drafted(days)
    return ReportOfYear(days, draft, missing, contradictions, tuple(_signed(year).get(year, ())), _waiting(year))


@while_books_stand
def _drafted(days: Days) -> tuple[Draft | None, str, tuple[Contradiction, ...]]:
    """The draft with what contradicts itself in it; or none, and why there is none."""
    reading = MarkedReading(days.year, days.as_of, settled=days.settled)
    try:
        form = fill_self_evaluation(reading)
        opened = open_score(reading)
    except NoScore as missing:
        return None, str(missing), ()
    ids = reading.measured()[: len(form.definitions)]
    checked = check_paper(plain_paper(form, f"{days.year}年度自评"))
    contradictions = (*disagreeing(reading), *_in_paper(checked), *implausible(reading))
    wrong = {figure_id: one.anchor for one in reversed(contradictions) if not one.reason for figure_id in one.figures}
    return _draft(form, ids, opened, wrong), "", contradictions


def signed_against_books(year: int, home: Path, *, viewer: Viewer) -> SignedAgainstBooks:
    """What was signed of a year and what the books say today for the same days. Raises MayNotLook.

    Args:
        year: evaluated; home: where signed files are kept.
    """
    viewer.require_everywhere("报告")
    return SignedAgainstBooks(year, tuple(reversed([*signed_reports(year, home)])))


def written_report(year: int, kind: str, *, viewer: Viewer, as_of: str = "") -> WrittenReport | None:
    """The report as a Word or PDF file; None for another kind, or where the year cannot be scored.

    Raises as ``report_of_year``, and as the documents do.
    """
    viewer.require_everywhere("报告")
    writers = {"docx": self_evaluation_bytes, "pdf": self_evaluation_pdf}
    if kind not in writers:
        return None
    days = days_asked(viewer, year=str(year), as_of=as_of)
    try:
        form = fill_self_evaluation(Reading(days.year, days.as_of, settled=days.settled))
    except NoScore:
        return None
    return WrittenReport(f"{year}年度绩效自评报告.{kind}", writers[kind](form))


def _draft(form: SelfEvaluationForm, ids: Sequence[str], opened: OpenedScore, wrong: Mapping[str, str]) -> Draft:
    parts = printed_parts(form, wrong)
    told = tuple(
        ShownChapter(heading, tuple(pieces(text, wrong) for text in texts))
        for heading, texts in chapters(form.narrative)
    )
    numbers = list(numbers_in(parts, (text for chapter in told for text in chapter.paragraphs)))
    return Draft(
        annex=ANNEX,
        title=form.cover.title_lines,
        cover=cover_lines(form.cover),
        printer=f"{form.cover.printer}（制）",
        filler=filler_line(form.signatures),
        text_part=TEXT_PART,
        parts=parts,
        chapters=told,
        appendices=printed_appendices(form, ids, wrong),
        numbers=len(numbers),
        wavy=sum(bool(one.why) for one in numbers),
        blank=tuple(left_blank(form)),
        levels=tuple(_levels(opened)),
        score=points_text(opened.score.points),
        grade=form.grade,
        thresholds=form.thresholds,
    )


def _levels(opened: OpenedScore) -> Iterator[ScoredLevel]:
    """Points by the first level of the scoring table, in its order."""
    earned: dict[str, Fraction] = {}
    points: dict[str, int] = {}
    for one in opened.indicators:
        level = one.scored.indicator.levels[0]
        earned[level] = earned.get(level, Fraction(0)) + one.scored.points
        points[level] = points.get(level, 0) + one.scored.indicator.points
    for level, total in points.items():
        lost = total - earned[level]
        yield ScoredLevel(level, points_text(earned[level]), total, points_text(lost) if lost else "")


def _in_paper(checked: Checked) -> Iterator[Contradiction]:
    """Where the text contradicts itself, with the figures its numbers state."""
    for number, finding in enumerate(checked.contradictions, start=1):
        text = f"{finding.rule}：{finding.reason}"
        yield Contradiction(Why.PAPER, text, _figures_of(finding, checked), finding.place, "", f"p{number}")


def _figures_of(finding: Finding, checked: Checked) -> tuple[str, ...]:
    """The figures whose numbers stand where the finding is, in its own words."""
    stated = [one for one in checked.statements if one.concept and one.place == finding.place]
    return tuple(dict.fromkeys(one.concept for one in stated if one.printed in finding.quote))


def _waiting(year: int) -> Waiting | None:
    """The latest proposal to sign the year's report that is not decided."""
    rows = Proposal.objects.filter(code="report.sign", state=Proposal.State.PENDING).order_by("-pk")
    for key, maker, next_step, arguments in rows.values_list("key", "maker", "next_step", "arguments"):
        if any(case.get("year") == year for case in json.loads(arguments)):
            return Waiting(key, maker, next_step)
    return None


def _signed(year: int | None = None) -> dict[int, list[SignedVersion]]:
    """Signed reports by year, the latest first, with score and grade as they were frozen."""
    reports = SignedReport.objects.filter(kind=SELF_EVALUATION, **({} if year is None else {"year": year}))
    frozen = SignedFigure.objects.filter(signed_report__in=reports, figure__in=SCORED)
    scored = {(report, figure): text for report, figure, text in frozen.values_list("signed_report", "figure", "text")}
    found: dict[int, list[SignedVersion]] = {}
    for one in reports.order_by("-pk"):
        score, grade = (scored.get((one.pk, figure), "") for figure in SCORED)
        version = SignedVersion(one.title, one.dated, one.as_of, one.sha256, score, grade)
        found.setdefault(one.year, []).append(version)
    return found
