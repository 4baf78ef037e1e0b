"""Years side by side: score, indicators and the figures they rest on, each year with what is known by the same day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jubao.reports.catalogue.performance import TASKS
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.monitoring_score import UNANSWERED, points_text
from jubao.reports.figures.figure import FigureValue, show
from jubao.reports.scoring.scored_year import FIGURE_OF_NAME, NoScore, Score, score_reading

OTHERS = (
    "payment.beneficiaries",
    "payment.pensions",
    "universal.completion_rate",
    "survey.awareness",
    "survey.satisfaction",
)


@dataclass(frozen=True)
class Compared:
    """A line of the comparison: values of the years as texts, newest first, and newest less the one before."""

    name: str
    values: tuple[str, ...]
    change: str


@dataclass(frozen=True)
class YearsCompared:
    """Scores and figures of several years, newest first; ``notes`` say what a score lacks."""

    years: tuple[int, ...]
    scores: tuple[Compared, ...]
    figures: tuple[Compared, ...]
    notes: tuple[str, ...]


def compare_years(years: Sequence[int], as_of: date) -> YearsCompared:
    """Compare years by everything recorded about them up to a day. Raises DayBeforeYear."""
    newest_first = tuple(sorted(set(years), reverse=True))
    readings = [Reading(year, as_of, settled=as_of) for year in newest_first]
    scores: list[Score | None] = []
    notes: list[str] = []
    for reading in readings:
        try:
            score = score_reading(reading)
        except NoScore as missing:
            scores.append(None)
            notes.append(str(missing))
            continue
        scores.append(score)
        notes += _lacking(score)
    return YearsCompared(newest_first, _score_lines(scores), _figure_lines(readings), tuple(notes))


def _lacking(score: Score) -> list[str]:
    """A warning when points were lost only because nothing is recorded: such a year cannot fairly be compared."""
    blind = [
        one.name for one in score.indicators if one.lost and (UNANSWERED in one.reason or "缺少数据" in one.reason)
    ]
    return [f"{score.year}年有{len(blind)}项指标没有依据可评，得分不宜直接对照：{'、'.join(blind)}"] if blind else []


def _score_lines(scores: Sequence[Score | None]) -> tuple[Compared, ...]:
    """Total, grade, then each indicator of any year by its name."""
    names = dict.fromkeys(one.name for score in scores if score for one in score.indicators)
    total = _line("自评得分", [score.points if score else None for score in scores])
    grade = Compared("评价等次", tuple(score.grade if score else "—" for score in scores), "")
    points = [{one.name: one.points for one in score.indicators} if score else {} for score in scores]
    return (total, grade, *(_line(name, [each.get(name) for each in points]) for name in names))


def _line(name: str, points: Sequence[Fraction | None]) -> Compared:
    texts = tuple("—" if one is None else points_text(one) for one in points)
    newest, before = points[0], points[1] if len(points) > 1 else None
    if newest is None or before is None:
        return Compared(name, texts, "")
    return Compared(name, texts, ("+" if newest > before else "") + points_text(newest - before))


def _figure_lines(readings: Sequence[Reading]) -> tuple[Compared, ...]:
    ids = dict.fromkeys([*(one for task in TASKS for one in task), *OTHERS, *FIGURE_OF_NAME.values()])
    for reading in readings:
        reading.ask(ids)
    return tuple(_figure_line([reading.value(figure_id) for reading in readings]) for figure_id in ids)


def _figure_line(values: Sequence[FigureValue]) -> Compared:
    figure = values[0].figure
    texts = tuple("—" if value.value is None else f"{value.text}{figure.unit}" for value in values)
    newest, before = values[0].value, values[1].value if len(values) > 1 else None
    if isinstance(newest, int | Fraction) and isinstance(before, int | Fraction):
        difference = newest - before
        return Compared(figure.name, texts, ("+" if difference > 0 else "") + show(difference, figure.unit))
    return Compared(figure.name, texts, "")
