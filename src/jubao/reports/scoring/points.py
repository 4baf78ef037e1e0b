"""Points lost by an indicator of the scoring table, exactly, with the reason in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from jubao.policy.tables import Bands, Count, Questions, Ratio, Rubric, ScoredIndicator, Steps
from jubao.reports.figures.figure import rounded
from jubao.reports.figures.formula import FigureMissing, evaluate


@dataclass(frozen=True)
class IndicatorScore:
    """What one indicator came to: points possible, points lost, the value it was judged by, and why."""

    indicator: ScoredIndicator
    lost: Fraction
    value: Fraction | None
    reason: str

    @property
    def name(self) -> str:
        """The indicator's own (third level) name."""
        return self.indicator.levels[-1]

    @property
    def points(self) -> Fraction:
        """Points earned."""
        return self.indicator.points - self.lost


def score_indicator(
    indicator: ScoredIndicator,
    figures: Mapping[str, Fraction],
    answers: Mapping[str, bool],
    *,
    partial_step: str,
) -> IndicatorScore:
    """Score one indicator.

    Args:
        indicator: its points, formula and deduction.
        figures: name to value, for the formula.
        answers: question to whether it is met; a question without an answer is not met.
        partial_step: STARTED (a step begun counts whole) or COMPLETED.
    Raises:
        NotAFormula: the scoring table holds a text that is no arithmetic.
    Source:
        policy ``evaluation.rubric``.
    """
    if isinstance(indicator.deduction, Questions):
        lost, reason = _lost_by_questions(indicator, indicator.deduction, answers)
        return IndicatorScore(indicator, lost, None, reason)
    try:
        value = evaluate(indicator.formula or "", figures)
    except FigureMissing as missing:
        full = indicator.without_figures == "FULL"
        lost = Fraction(0) if full else Fraction(indicator.points)
        return IndicatorScore(indicator, lost, None, "无此项业务，不扣分" if full else str(missing))
    lost = min(_lost_by_value(indicator, value, partial_step), Fraction(indicator.points))
    return IndicatorScore(indicator, lost, value, _reason(indicator.deduction, value))


def score_all(rubric: Rubric, figures: Mapping[str, Fraction], answers: Mapping[str, bool]) -> list[IndicatorScore]:
    """Score every indicator of a scoring table, in its order."""
    return [
        score_indicator(indicator, figures, answers, partial_step=rubric.partial_step)
        for indicator in rubric.indicators
    ]


def grade_of(points: Fraction, grades: Sequence[Mapping[str, object]]) -> str:
    """The Chinese name of the first grade whose least score is reached; grades stand best first."""
    for grade in grades:
        if points >= Fraction(str(grade["least"])):
            return str(grade["name"])
    raise AssertionError("the lowest grade begins at nought")


def _lost_by_questions(
    indicator: ScoredIndicator, deduction: Questions, answers: Mapping[str, bool]
) -> tuple[Fraction, str]:
    failed = [question for question in deduction.questions if not answers.get(question, False)]
    lost = Fraction(indicator.points * len(failed), len(deduction.questions))
    said = [f"{question}（{'未达到' if question in answers else '没有依据'}）" for question in failed]
    return lost, "；".join(said) or "各项均有依据"


def _lost_by_value(indicator: ScoredIndicator, value: Fraction, partial_step: str) -> Fraction:
    match indicator.deduction:
        case Steps(kind=kind, full=full, step=step, lose=lose):
            away = value - Fraction(full)
            beyond = {"over": away, "under": -away, "deviation": abs(away)}[kind]
            steps = max(beyond, Fraction(0)) / Fraction(step)
            return Fraction(lose) * (ceil(steps) if partial_step == "STARTED" else int(steps))
        case Bands(bands=bands, beyond=beyond_all):
            return Fraction(next((band.lose for band in bands if value <= Fraction(band.up_to)), beyond_all))
        case Count(lose=lose):
            return Fraction(lose) * max(value, Fraction(0))
        case Ratio():
            return indicator.points * (1 - min(max(value, Fraction(0)), Fraction(1)))
    raise AssertionError(f"no way to score {indicator.deduction}")


def _reason(deduction: object, value: Fraction) -> str:
    shown = rounded(value * 100 if isinstance(deduction, Ratio) else value)
    unit = "处" if isinstance(deduction, Count) else "%"
    return f"计分值{shown}{unit}"
