"""Figures of the year's answer (绩效): tasks handed down and reached, score and grade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from jubao.reports.figures.derived import FromFigures
from jubao.reports.figures.evidence import Evidence
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Answers, Figures, Value
from jubao.reports.scoring.scored_year import NoScore, Score, score_reading

TASKS = (
    ("collection.target.province", "collection.received"),
    ("collection.target.bureau", "collection.received"),
    ("fiscal.target", "fund.upper_received"),
    ("universal.adjusted_target", "universal.completed"),
)


class Tasks(FromFigures):
    """Key tasks of the year that have a target; with ``reached`` only those whose result reaches it."""

    def __init__(self, *, reached: bool) -> None:
        """Keep whether all tasks count or only those reached."""
        self._reached = reached

    def value(self, figures: Figures, _: Answers, /) -> Value:
        """How many tasks; None when none was handed down."""
        targets = [target for target, _, _ in _handed_down(figures)]
        return self.add_up(self.rows(figures)) if targets else None

    def rows(self, figures: Figures, /) -> Iterator[Evidence]:
        """The tasks by the id of their target."""
        whole = figures.whole_year()
        for target, wanted, result in _handed_down(figures):
            if not self._reached or result >= wanted:
                yield Evidence(reference=target, name=whole.name_of(target))

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """Length of the list."""
        return sum(1 for _ in rows)


def _handed_down(figures: Figures) -> Iterator[tuple[str, int, int]]:
    """The id of each target that was stated for the year, the target and the result."""
    whole = figures.whole_year()
    whole.ask(figure_id for task in TASKS for figure_id in task)
    for target, result in TASKS:
        wanted, reached = (whole.value_of(figure_id) for figure_id in (target, result))
        if isinstance(wanted, int) and wanted:
            yield target, wanted, reached if isinstance(reached, int) else 0


class Points(FromFigures):
    """The score: the points each indicator earned."""

    def rows(self, figures: Figures, /) -> Iterator[Evidence]:
        """Indicators with the points they earned."""
        score = _scored(figures)
        for one in score.indicators if score else ():
            yield Evidence(one.indicator.id, one.name, quantity=one.points, note=one.reason)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """Sum of the list; None before there is an office."""
        points = [Fraction(row.quantity) for row in rows]
        total = sum(points, Fraction(0))
        return (int(total) if total.denominator == 1 else total) if points else None


class Grade(FromFigures):
    """The grade; the one row behind it is the score."""

    def rows(self, figures: Figures, /) -> Iterator[Evidence]:
        """The score with the grade it leads to."""
        score = _scored(figures)
        if score:
            yield Evidence("performance.score", score.grade, quantity=score.points)

    def add_up(self, rows: Iterable[Evidence], /) -> Value:
        """The grade of the only row; None before there is an office."""
        return next((row.name for row in rows), None)


def _scored(figures: Figures) -> Score | None:
    """The year's score, worked out once; None before there is an office or where the law has no scoring table."""
    return figures.whole_year().once(_score_or_none)


def _score_or_none(whole: Figures) -> Score | None:
    try:
        return score_reading(whole)
    except NoScore:
        return None


PERFORMANCE = (
    Figure(
        "tasks.assigned",
        "交办重点工作数",
        "Key tasks assigned",
        Unit.TASKS,
        "年内下达了任务数的重点工作项数：省、局征缴任务，上级转移支付任务，全民参保登记任务",
        lambda _: Tasks(reached=False),
        whole_year=True,
    ),
    Figure(
        "tasks.reached",
        "完成重点工作数",
        "Key tasks reached",
        Unit.TASKS,
        "其中结果达到任务数的项数",
        lambda _: Tasks(reached=True),
        whole_year=True,
    ),
    Figure(
        "performance.score",
        "绩效自评得分",
        "Performance score",
        Unit.POINTS,
        "按当年计分表，由本系统指标和已登记依据逐项计分之和",
        lambda _: Points(),
        whole_year=True,
    ),
    Figure(
        "performance.grade",
        "评价等次",
        "Performance grade",
        Unit.GRADE,
        "自评得分按等次标准所达到的等次",
        lambda _: Grade(),
        whole_year=True,
    ),
)
