"""The department budget of a year: lines and execution, objectives and indicators, targets on their path, the score."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from jubao.records.models import BudgetLine, Indicator, Objective
from jubao.reports.analysis.days import Days, days_asked
from jubao.reports.catalogue.budget import ITEM_PREFIX
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.budget_execution import Executed, NoBudget, ThreePublic, execute_budget
from jubao.reports.evaluation.monitoring import Progress, Watched, watch
from jubao.reports.evaluation.monitoring_score import OpenedIndicator, open_score, points_text
from jubao.reports.figures.figure import share_text
from jubao.reports.figures.window import Window
from jubao.reports.scoring.scored_year import NoScore
from jubao.vocabulary.viewer import Viewer

TOTAL = "budget.expenditure.total"
TOLERANCE = 10
"""Percentage points an item may be off the straight path before it is named, as ``jubao budget`` has it."""


@dataclass(frozen=True)
class BudgetItem:
    """An item of the budget in fen, and the figure of its spending."""

    executed: Executed
    figure: str

    @property
    def rate_text(self) -> str:
        """Spending in percent of the budget."""
        return share_text(self.executed.rate)


@dataclass(frozen=True)
class Income:
    """A line of income: its group and amount in fen."""

    group: str
    name: str
    amount_fen: int


@dataclass(frozen=True)
class DeclaredObjective:
    """An objective of the year, the item it is paid from, and how much of that is spent; None without such an item."""

    number: int
    text: str
    item: BudgetItem | None


@dataclass(frozen=True)
class DeclaredIndicator:
    """An indicator as declared: its place on the form, what is measured, target, live figure or stated result."""

    group: str
    kind: str
    content: str
    target: str
    figure: str
    result: str


@dataclass(frozen=True)
class Scored:
    """The score of the year: points, grade, thresholds, and every indicator opened, those that lost points first."""

    points: str
    grade: str
    thresholds: str
    indicators: tuple[OpenedIndicator, ...]

    @property
    def lost(self) -> int:
        """How many indicators lost points."""
        return sum(bool(one.scored.lost) for one in self.indicators)


@dataclass(frozen=True)
class DepartmentBudget:
    """The budget of a year and what became of it.

    Attributes:
        days: year and day; path: share of the year that has passed, in percent.
        income, items, total: its lines; three_public: reception, vehicles, going abroad and their sum.
        procurement: items that are procured; objectives, indicators: as declared.
        watched: targets on their path; scored: the score, None with the reason in ``unscored``.
        missing: why there is no budget to show, empty where there is one.
    """

    days: Days
    path: str
    income: tuple[Income, ...]
    items: tuple[BudgetItem, ...]
    total: BudgetItem | None
    three_public: tuple[ThreePublic, ...]
    procurement: tuple[BudgetItem, ...]
    objectives: tuple[DeclaredObjective, ...]
    indicators: tuple[DeclaredIndicator, ...]
    watched: tuple[Watched, ...]
    scored: Scored | None
    unscored: str
    missing: str

    @property
    def progress(self) -> tuple[tuple[Progress, int], ...]:
        """How many targets stand where."""
        counted = Counter(one.progress for one in self.watched)
        return tuple((one, counted[one]) for one in Progress if counted[one])


def department_budget(*, viewer: Viewer, year: str = "", as_of: str = "") -> DepartmentBudget:
    """The budget of a year with what was known by a day.

    Raises:
        CannotFilter: the year or the day is not understood.
        MayNotLook: the viewer does not answer for the whole office.
    """
    viewer.require_everywhere("部门预算")
    days = days_asked(viewer, year=year, as_of=as_of)
    known = Window(days.year, days.as_of).known()
    missing, total, path = "", None, Fraction(0)
    items: tuple[BudgetItem, ...] = ()
    three_public: tuple[ThreePublic, ...] = ()
    try:
        execution = execute_budget(days.year, days.as_of, tolerance=TOLERANCE)
        items = tuple(_item(one) for one in execution.items)
        total, three_public, path = BudgetItem(execution.total, TOTAL), execution.three_public, execution.path
    except NoBudget as none:
        missing = str(none.args[0])
    reading = Reading(days.year, days.as_of, settled=days.as_of if as_of else days.settled)
    scored, unscored = _scored(reading)
    return DepartmentBudget(
        days=days,
        path=share_text(path * 100),
        income=tuple(
            Income(*row)
            for row in BudgetLine.objects.filter(known, year=days.year, direction="收入")
            .order_by("item", "pk")
            .values_list("group", "name", "amount_fen")
        ),
        items=items,
        total=total,
        three_public=three_public,
        procurement=tuple(one for one in items if one.executed in execution.procurement) if items else (),
        objectives=tuple(_objectives(days.year, known, items)),
        indicators=tuple(_indicators(reading, known)),
        watched=tuple(watch(days.year, days.as_of)),
        scored=scored,
        unscored=unscored,
        missing=missing,
    )


def _item(one: Executed) -> BudgetItem:
    return BudgetItem(one, f"{ITEM_PREFIX}{one.item}")


def _objectives(year: int, known: object, items: tuple[BudgetItem, ...]) -> Iterator[DeclaredObjective]:
    by_code = {one.executed.item: one for one in items}
    for row in Objective.objects.filter(known, year=year).order_by("number"):
        yield DeclaredObjective(row.number, row.text, by_code.get(row.item))


def _indicators(reading: Reading, known: object) -> Iterator[DeclaredIndicator]:
    rows = list(Indicator.objects.filter(known, year=reading.year).order_by("number"))
    reading.ask(row.figure for row in rows if row.figure)
    for row in rows:
        result = reading.value(row.figure).with_unit if row.figure else row.actual
        yield DeclaredIndicator(row.group, row.kind, row.content, row.target, row.figure, result)


def _scored(reading: Reading) -> tuple[Scored | None, str]:
    try:
        opened = open_score(reading)
    except NoScore as missing:
        return None, str(missing)
    indicators = tuple(sorted(opened.indicators, key=lambda one: not one.scored.lost))
    return Scored(points_text(opened.score.points), opened.score.grade, opened.thresholds, indicators), ""
