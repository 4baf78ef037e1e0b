"""Execution of the department budget within the year: every item against its budget and the days that have passed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from django.db.models import Sum

from jubao.records.models import BudgetLine, Spending
from jubao.reports.catalogue.budget import CONTROLLED, MEMO_GROUP, THREE_PUBLIC
from jubao.reports.catalogue.reading import DayBeforeYear, Reading
from jubao.reports.evaluation.monitoring import elapsed
from jubao.reports.figures.window import Window

PROCUREMENT = "采购"


class NoBudget(LookupError):
    """Nothing is known of the year's budget by the day."""


class Deviation(StrEnum):
    """How an item stands against its budget and the path of the year."""

    OVERSPENT = "超预算"
    AHEAD = "偏快"
    ON_PATH = "正常"
    BEHIND = "偏慢"


@dataclass(frozen=True)
class Executed:
    """An item: budget and spending in fen, the share of the year that has passed, and the tolerance in points."""

    item: str
    name: str
    group: str
    budget_fen: int
    spent_fen: int
    path: Fraction
    tolerance: int

    @property
    def rate(self) -> Fraction | None:
        """Spending in percent of the budget; None without a budget."""
        return Fraction(self.spent_fen * 100, self.budget_fen) if self.budget_fen else None

    @property
    def ahead(self) -> Fraction | None:
        """Percentage points the spending is ahead of the path; negative when it is behind."""
        return None if self.rate is None else self.rate - self.path * 100

    @property
    def deviation(self) -> Deviation:
        """Overspent beats everything; else ahead or behind by more than the tolerance."""
        if self.spent_fen > self.budget_fen:
            return Deviation.OVERSPENT
        if self.ahead is None or abs(self.ahead) <= self.tolerance:
            return Deviation.ON_PATH
        return Deviation.AHEAD if self.ahead > 0 else Deviation.BEHIND


@dataclass(frozen=True)
class ThreePublic:
    """One of the three public expenses in fen: ceilings of both years, spending of both; None is not recorded."""

    name: str
    ceiling_fen: int | None
    spent_fen: int | None
    last_ceiling_fen: int | None
    last_spent_fen: int | None

    @property
    def rate(self) -> Fraction | None:
        """Spending in percent of this year's ceiling."""
        return Fraction((self.spent_fen or 0) * 100, self.ceiling_fen) if self.ceiling_fen else None

    @property
    def is_over(self) -> bool:
        """Spent beyond the ceiling, or without one."""
        return (self.spent_fen or 0) > (self.ceiling_fen or 0)


@dataclass(frozen=True)
class Execution:
    """The budget on a day: items, their sum, the three public expenses, and the items that are procured."""

    year: int
    as_of: date
    path: Fraction
    items: tuple[Executed, ...]
    total: Executed
    three_public: tuple[ThreePublic, ...]

    @property
    def procurement(self) -> tuple[Executed, ...]:
        """Items whose group or name says they are government procurement (政府采购)."""
        return tuple(one for one in self.items if PROCUREMENT in one.group or PROCUREMENT in one.name)


def execute_budget(year: int, as_of: date, *, tolerance: int) -> Execution:
    """The execution of a year's budget with what was known by a day.

    Args:
        year: budget year.
        as_of: day up to which budget lines and spending count.
        tolerance: percentage points an item may be off the straight path before it is named.
    Raises:
        DayBeforeYear: ``as_of`` lies before the year.
        NoBudget: no expenditure budget of the year is known by then.
    """
    if as_of.year < year:
        raise DayBeforeYear(f"截止日 {as_of} 早于 {year} 年，不能查看该年预算执行，请改用该年之内或之后的日期")
    window, path = Window(year, as_of), elapsed(year, as_of)
    lines = BudgetLine.objects.filter(window.known(), year=year, direction="支出").exclude(group=MEMO_GROUP)
    planned = [(line.item, line.name, line.group, line.amount_fen) for line in lines.order_by("item")]
    if not planned:
        raise NoBudget(f"截至 {as_of} 没有 {year} 年的支出预算，请先办理部门预算录入（office.budget）")
    spent = _spent(window)
    items = [
        Executed(item, name, group, budget, spent.get(item, 0), path, tolerance)
        for item, name, group, budget in planned
    ]
    return Execution(year, as_of, path, tuple(items), _total(items, path, tolerance), _three_public(year, as_of))


def _spent(window: Window) -> Mapping[str, int]:
    """Spending by item in fen; spending needs a budgeted item, so nothing falls beside the lines."""
    rows = Spending.objects.filter(window.known(), window.dated("date")).order_by().values("item")
    return {row["item"]: int(row["total"]) for row in rows.annotate(total=Sum("amount_fen"))}


def _total(items: Sequence[Executed], path: Fraction, tolerance: int) -> Executed:
    budget, spent = sum(one.budget_fen for one in items), sum(one.spent_fen for one in items)
    return Executed("", "合计", "", budget, spent, path, tolerance)


def _three_public(year: int, as_of: date) -> tuple[ThreePublic, ...]:
    """Each controlled expense and their sum; last year counts as a whole, with what is known of it by the day."""
    now, before = (Reading(one, as_of, settled=as_of) for one in (year, year - 1))
    names = {key: THREE_PUBLIC[key][0][0] for key in CONTROLLED} | {"total": "合计"}
    for reading in (now, before):
        reading.ask(f"{what}.{key}" for what in ("three_public_budget", "three_public") for key in names)
    return tuple(
        ThreePublic(
            name,
            now.number(f"three_public_budget.{key}"),
            now.number(f"three_public.{key}"),
            before.number(f"three_public_budget.{key}"),
            before.number(f"three_public.{key}"),
        )
        for key, name in names.items()
    )
