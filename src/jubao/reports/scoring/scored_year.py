"""The score of the year (绩效自评得分): the area's scoring table over the year's figures and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from jubao.policy.in_force import NoLawForDay
from jubao.policy.tables import Rubric
from jubao.records.models import EvaluationAnswer, Office
from jubao.reports.figures.measure import Figures
from jubao.reports.figures.window import Window
from jubao.reports.law import office_policy
from jubao.reports.scoring.points import IndicatorScore, grade_of, score_all

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
    """The year's score: every indicator with what it lost and why; points exactly, grade in Chinese.

    ``area`` is where the office is, whose scoring table applied.
    """

    year: int
    as_of: date
    area: str
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


def score_reading(figures: Figures) -> Score:
    """Score the year of a reading, over its whole-year figures and what is recorded about it by its settling day.

    Raises:
        OfficeNotFounded: no office is set up by the day.
        NoScoringTable: the law has no scoring table for the year and area.
    """
    whole = figures.whole_year()
    office = Office.objects.filter(Window(whole.year, whole.as_of).known()).order_by("pk").first()
    if office is None:
        raise OfficeNotFounded(f"{whole.as_of} 尚未建账，没有可评分的机构，请先办理机构建账")
    rubric, grades = _scoring_table(date(whole.year, 12, 31), office.district_code)
    recorded = whole.once(recorded_answers).values()
    stated = {one.question: Fraction(one.value) for one in recorded if one.value is not None}
    answers = {one.question: one.met for one in recorded if one.value is None}
    indicators = score_all(rubric, stated | live_figures(whole), answers)
    points = sum((one.points for one in indicators), Fraction(0))
    return Score(whole.year, whole.as_of, office.district_code, tuple(indicators), grade_of(points, grades))


def _scoring_table(year_end: date, area: str) -> tuple[Rubric, list[dict[str, Any]]]:
    """The scoring table and the grades in force at the end of a year."""
    policy = office_policy()
    try:
        return policy.rubric(year_end, area), policy.table("evaluation.grades", on=year_end, area=area)
    except NoLawForDay as missing:
        raise NoScoringTable(f"{year_end.year} 年不能自评：{missing}") from missing


def recorded_answers(figures: Figures) -> dict[str, EvaluationAnswer]:
    """The latest answer to each question of the year recorded by the day: a value, or met or not.

    A live figure outranks a value.
    """
    window = Window(figures.year, figures.as_of)
    rows = EvaluationAnswer.objects.filter(window.known(), year=window.year).order_by("pk")
    return {row.question: row for row in rows}


def live_figures(figures: Figures) -> dict[str, Fraction]:
    """Names of the scoring table that a figure answers; names without a value are left out."""
    figures.ask(FIGURE_OF_NAME.values())
    found = {name: figures.value_of(figure_id) for name, figure_id in FIGURE_OF_NAME.items()}
    return {name: Fraction(value) for name, value in found.items() if isinstance(value, int | Fraction)}
