"""The score opened: every indicator of the scoring table with its inputs, points lost, reason and evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jubao.policy.tables import Questions
from jubao.records.models import EvaluationAnswer
from jubao.reports.figures.evidence import Evidence
from jubao.reports.figures.figure import rounded
from jubao.reports.figures.formula import names
from jubao.reports.figures.reading import FigureReading
from jubao.reports.law import office_policy
from jubao.reports.scoring.points import IndicatorScore
from jubao.reports.scoring.scored_year import FIGURE_OF_NAME, Score, recorded_answers, score_reading
from jubao.vocabulary.viewer import Viewer

MISSING, UNANSWERED = "（未登记）", "没有依据"


class NoSuchIndicator(LookupError):
    """The scoring table has no indicator of this id or name."""


@dataclass(frozen=True)
class Input:
    """What an indicator is judged by: a figure (``figure`` is its id), or a stated answer and its evidence."""

    name: str
    label: str
    text: str
    figure: str = ""
    evidence: str = ""
    act: int | None = None

    @property
    def sentence(self) -> str:
        """Label, value and evidence as one phrase."""
        return f"{self.label}{self.text}" + (f"（{self.evidence}）" if self.evidence else "")


@dataclass(frozen=True)
class OpenedIndicator:
    """A scored indicator and everything it was judged by."""

    scored: IndicatorScore
    inputs: tuple[Input, ...]

    @property
    def basis(self) -> str:
        """What the points rest on, in words."""
        return "；".join(one.sentence for one in self.inputs)


@dataclass(frozen=True)
class OpenedScore:
    """The year's score with every indicator opened, and the dated grades it was measured by."""

    score: Score
    indicators: tuple[OpenedIndicator, ...]
    thresholds: str

    def find(self, item: str) -> OpenedIndicator:
        """The indicator of an id or a Chinese name. Raises NoSuchIndicator."""
        for one in self.indicators:
            if item in (one.scored.indicator.id, one.scored.name):
                return one
        known = "、".join(f"{one.scored.indicator.id}（{one.scored.name}）" for one in self.indicators)
        raise NoSuchIndicator(f"计分表中没有指标 {item}，可选：{known}")


def open_score(reading: FigureReading) -> OpenedScore:
    """Score the year of a reading and open every indicator. Raises NoScore."""
    score = score_reading(reading)
    whole = reading.whole_year()
    answers = whole.once(recorded_answers)
    labels = _labels(date(whole.year, 12, 31))
    opened = tuple(OpenedIndicator(one, _inputs(one, whole, answers, labels)) for one in score.indicators)
    return OpenedScore(score, opened, grade_thresholds(whole.year, score.area))


def rows_behind(
    reading: FigureReading, opened: OpenedIndicator, *, viewer: Viewer
) -> list[tuple[Input, Iterator[Evidence]]]:
    """Each input of an indicator with the rows behind it, streamed; a stated answer is its own row."""
    whole = reading.whole_year()
    return [
        (one, whole.behind(one.figure, viewer=viewer) if one.figure else iter((_stated(one),))) for one in opened.inputs
    ]


def _stated(one: Input) -> Evidence:
    return Evidence(one.name, one.text, act=one.act, note=one.evidence)


def grade_thresholds(year: int, area: str) -> str:
    """The grades in force at the end of a year, from which score on, since when and by which source."""
    row = office_policy().row("evaluation.grades", on=date(year, 12, 31), area=area)
    grades = "、".join(f"{grade['name']}{grade['least']}分起" for grade in row.value)
    return f"等次标准自{row.valid_from}起（{row.source}）：{grades}"


def _labels(year_end: date) -> dict[str, str]:
    return {entry["name"]: entry["label"] for entry in office_policy().table("evaluation.figures", on=year_end)}


def _inputs(
    one: IndicatorScore, whole: FigureReading, answers: Mapping[str, EvaluationAnswer], labels: Mapping[str, str]
) -> tuple[Input, ...]:
    """Names of the formula with their values, or the questions with their answers."""
    if isinstance(one.indicator.deduction, Questions):
        return tuple(_answered(question, answers) for question in one.indicator.deduction.questions)
    return tuple(_named(name, whole, answers, labels) for name in names(one.indicator.formula or "0"))


def _answered(question: str, answers: Mapping[str, EvaluationAnswer]) -> Input:
    row = answers.get(question)
    if row is None:
        return Input(question, f"{question}：", UNANSWERED)
    return Input(question, f"{question}：", "达到" if row.met else "未达到", evidence=row.evidence, act=row.act_id)


def _named(
    name: str, whole: FigureReading, answers: Mapping[str, EvaluationAnswer], labels: Mapping[str, str]
) -> Input:
    """A live figure where there is one, else what was stated, else the gap."""
    label, figure = labels.get(name, name), FIGURE_OF_NAME.get(name, "")
    if figure and (value := whole.value(figure)).value is not None:
        return Input(name, label, value.with_unit, figure)
    row = answers.get(name)
    if row is not None and row.value is not None:
        return Input(name, label, str(row.value), evidence=row.evidence, act=row.act_id)
    return Input(name, label, MISSING)


def points_text(points: Fraction) -> str:
    """Points as people read them: at most two decimals."""
    return f"{rounded(points):f}"
