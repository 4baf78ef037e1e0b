"""Figures of the year's answer (绩效): tasks handed down and reached, score and grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from jubao.reports.evaluation.scored_year import NoScore, score_reading
from jubao.reports.figures.figure import Figure, Unit
from jubao.reports.figures.measure import Evidence, Value

if TYPE_CHECKING:
    from jubao.reports.figures.reading import Reading

TASKS = (
    ("collection.target.province", "collection.received"),
    ("collection.target.bureau", "collection.received"),
    ("fiscal.target", "fund.upper_received"),
    ("universal.adjusted_target", "universal.completed"),
)


@dataclass(frozen=True)
class Tasks:
    """Key tasks of the year that have a target; with ``reached`` only those whose result reaches it."""

    reached: bool

    def value(self, reading: Reading) -> Value:
        """How many tasks; None when none was handed down."""
        whole = reading.whole_year()
        assigned = any(whole.number(target) for target, _ in TASKS)
        return self.add_up(self.rows(reading)) if assigned else None

    def rows(self, reading: Reading) -> list[Evidence]:
        """The tasks by the id of their target."""
        whole = reading.whole_year()
        return [
            Evidence(reference=target, name=whole.find(target).name)
            for target, result in TASKS
            if (wanted := whole.number(target))
            if not self.reached or (whole.number(result) or 0) >= wanted
        ]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Length of the list."""
        return len(rows)


class Points:
    """The score: the points each indicator earned."""

    def value(self, reading: Reading) -> Value:
        """Sum of the points; None before there is an office."""
        rows = self.rows(reading)
        return self.add_up(rows) if rows else None

    def rows(self, reading: Reading) -> list[Evidence]:
        """Indicators with the points they earned."""
        try:
            score = score_reading(reading)
        except NoScore:
            return []
        return [Evidence(one.indicator.id, one.name, quantity=one.points, note=one.reason) for one in score.indicators]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """Sum of the list."""
        total = sum((Fraction(row.quantity) for row in rows), Fraction(0))
        return int(total) if total.denominator == 1 else total


class Grade:
    """The grade; the one row behind it is the score."""

    def value(self, reading: Reading) -> Value:
        """The grade's Chinese name; None before there is an office."""
        return self.add_up(self.rows(reading))

    def rows(self, reading: Reading) -> list[Evidence]:
        """The score with the grade it leads to."""
        try:
            score = score_reading(reading)
        except NoScore:
            return []
        return [Evidence("performance.score", score.grade, quantity=score.points)]

    def add_up(self, rows: Sequence[Evidence]) -> Value:
        """The grade of the only row."""
        return rows[0].name if rows else None


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
