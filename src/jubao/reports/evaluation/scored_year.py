"""The score of the year (绩效自评得分): the area's scoring table over the year's figures and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jubao.policy.store import NoLawForDay
from jubao.policy.tables import Rubric
from jubao.records.models import EvaluationAnswer, Office
from jubao.reports.evaluation.scoring import IndicatorScore, grade_of, score_all
from jubao.reports.figures.window import Window
from jubao.reports.law import office_policy

if TYPE_CHECKING:
    from jubao.reports.figures.reading import Reading

FIGURE_OF_NAME: Mapping[str, str] = {
    "staff_actual": "office.staff_actual",
    "posts_authorised": "office.posts_authorised",
    "three_public_actual": "three_public.total",
    "three_public_budget": "three_public_budget.total",
    "three_public_budget_last_year": "three_public_budget.last_year",
    "project_spending": "budget.expenditure.project",
    "budget_initial": "budget.plan.initial",
    "budget_total": "budget.plan.total",
    "budget_added": "budget.plan.added",
    "budget_completed": "budget.expenditure.total",
    "carry_over": "budget.expenditure.balance",
    "public_use_actual": "budget.expenditure.public_use",
    "public_use_budget": "budget.plan.public_use",
    "assets_in_use": "assets.in_use",
    "assets_total": "assets.total",
    "key_tasks_done": "tasks.reached",
    "key_tasks_assigned": "tasks.assigned",
    "satisfied_answers": "survey.satisfaction_positive",
    "survey_answers": "survey.satisfaction_answers",
}


class NoScore(LookupError):
    """The year cannot be scored."""


class OfficeNotFounded(NoScore):
    """There is no office yet, so no area whose scoring table could apply."""


class NoScoringTable(NoScore):
    """The law has no scoring table for the year and area."""


@dataclass(frozen=True)
class Score:
    """The year's score: every indicator with what it lost and why; points exactly, grade in Chinese."""

    year: int
    as_of: date
    indicators: tuple[IndicatorScore, ...]
    grade: str

    @property
    def points(self) -> Fraction:
        """Points earned, of a hundred."""
        return sum((one.points for one in self.indicators), Fraction(0))

    @property
    def lost(self) -> dict[str, tuple[Fraction, str]]:
        """Points lost and reason by indicator name, where points were lost."""
        return {one.indicator.id: (one.lost, one.reason) for one in self.indicators if one.lost}


def score(year: int, as_of: date) -> Score:
    """Score a year with everything recorded about it by a day.

    Raises:
        OfficeNotFounded: no office is set up by the day.
        NoScoringTable: the law has no scoring table for the year and area.
    """
    from jubao.reports.figures.reading import Reading

    return score_reading(Reading(year, as_of, settled=as_of))


def score_reading(reading: Reading) -> Score:
    """Score the year of a reading, over its whole-year figures. Raises as ``score``."""
    whole = reading.whole_year()
    window = Window(whole.year, whole.as_of)
    office = Office.objects.filter(window.known()).order_by("pk").first()
    if office is None:
        raise OfficeNotFounded(f"{whole.as_of} 尚未建账，没有可评分的机构，请先办理机构建账")
    rubric, grades = _scoring_table(date(whole.year, 12, 31), office.district_code)
    figures, answers = recorded_answers(window)
    indicators = score_all(rubric, figures | live_figures(whole), answers)
    points = sum((one.points for one in indicators), Fraction(0))
    return Score(whole.year, whole.as_of, tuple(indicators), grade_of(points, grades))


def _scoring_table(year_end: date, area: str) -> tuple[Rubric, list[dict[str, Any]]]:
    """The scoring table and the grades in force at the end of a year."""
    policy = office_policy()
    try:
        return policy.rubric(year_end, area), policy.table("evaluation.grades", on=year_end, area=area)
    except NoLawForDay as missing:
        raise NoScoringTable(f"{year_end.year} 年不能自评：{missing}") from missing


def recorded_answers(window: Window) -> tuple[dict[str, Fraction], dict[str, bool]]:
    """Values of names, and questions met or not, as recorded by the day; live figures outrank the values."""
    rows = EvaluationAnswer.objects.filter(window.known(), year=window.year).order_by("pk")
    stated = list(rows.values_list("question", "met", "value"))
    values = {question: Fraction(value) for question, _, value in stated if value is not None}
    return values, {question: met for question, met, value in stated if value is None}


def live_figures(reading: Reading) -> dict[str, Fraction]:
    """Names of the scoring table that a figure answers; names without a value are left out."""
    found = {name: reading.value(figure_id).value for name, figure_id in FIGURE_OF_NAME.items()}
    return {name: Fraction(value) for name, value in found.items() if isinstance(value, int | Fraction)}
