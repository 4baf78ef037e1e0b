"""Monitoring within the year: tasks and declared targets against the straight path from January to December."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from jubao.records.models import Indicator
from jubao.reports.catalogue.performance import TASKS
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import FigureValue
from jubao.reports.figures.window import Window

MONTHS_TASK = ("养老金按月发放", "payment.months_paid", 12)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class Progress(StrEnum):
    """Where a target stands on a day."""

    DONE = "完成"
    ON_PATH = "正常"
    BEHIND = "滞后"
    UNKNOWN = "无数据"


@dataclass(frozen=True)
class Watched:
    """A target on a day: what was reached, what the straight path asks by then, and where that leaves it.

    ``target``, ``path`` and ``reached`` are fen, counts or percent as ``unit`` of the figure says; ``path`` is
    None for targets that do not grow over the year (shares, surveys).
    """

    name: str
    figure: str
    target: Fraction
    path: Fraction | None
    reached: Fraction | None
    target_text: str
    path_text: str
    reached_text: str

    @property
    def progress(self) -> Progress:
        """Done, on the path, behind, or unknown."""
        if self.reached is None:
            return Progress.UNKNOWN
        if self.reached >= self.target:
            return Progress.DONE
        return Progress.ON_PATH if self.path is not None and self.reached >= self.path else Progress.BEHIND

    @property
    def share(self) -> Fraction | None:
        """What was reached, in percent of the target; None without result or target."""
        return None if self.reached is None or not self.target else self.reached * 100 / self.target


def elapsed(year: int, as_of: date) -> Fraction:
    """Share of the year's days that have passed at the end of a day; one after the year."""
    first, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    return Fraction(min(max((as_of - first).days + 1, 0), days), days)


def watch(year: int, as_of: date) -> list[Watched]:
    """Tasks handed down, the twelve monthly pensions and declared indicators, with what was known by the day."""
    reading = Reading(year, as_of, settled=as_of)
    share = elapsed(year, as_of)
    reading.ask([MONTHS_TASK[1], *(figure_id for task in TASKS for figure_id in task)])
    tasks = [_task(reading, target, result, share) for target, result in TASKS if reading.number(target)]
    return [*tasks, _months(reading, share), *_declared(reading)]


def _task(reading: Reading, target: str, result: str, share: Fraction) -> Watched:
    aim = reading.value(target)
    assert isinstance(aim.value, int), "a task is a whole number"
    return _watched(aim.figure.name, reading.value(result), Fraction(aim.value), aim.value * share)


def _months(reading: Reading, share: Fraction) -> Watched:
    name, figure, months = MONTHS_TASK
    return _watched(name, reading.value(figure), Fraction(months), Fraction(int(months * share)))


def _declared(reading: Reading) -> list[Watched]:
    """Indicators with a percentage as target and a live figure as result; they are judged as they stand."""
    known = Window(reading.year, reading.settled).known()
    rows = Indicator.objects.filter(known, year=reading.year).exclude(figure="").order_by("number")
    found = [(row, _PERCENT.fullmatch(row.target.strip())) for row in rows]
    return [_watched(row.content, reading.value(row.figure), Fraction(bound[1]), None) for row, bound in found if bound]


def _watched(name: str, result: FigureValue, target: Fraction, path: Fraction | None) -> Watched:
    reached = Fraction(result.value) if isinstance(result.value, int | Fraction) else None

    def told(value: Fraction | None) -> str:
        """A value in the unit of the result; what the path asks is shown in whole units."""
        if value is None:
            return ""
        whole: int | Fraction = int(value) if value.denominator == 1 or result.figure.unit != "%" else value
        return FigureValue(result.figure, result.year, result.as_of, whole).with_unit

    return Watched(name, result.figure.id, target, path, reached, told(target), told(path), told(reached))
