"""Statistical tables as they are asked for: which table, which period, for whom."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min

from jubao.records.models import AuditEvent, Office
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.tables.statistics import Filled, PeriodNotOffered, fill, period_of
from jubao.reports.tables.table import NoSuchTable, Statistic, find_table, tables
from jubao.vocabulary.viewer import Viewer

QUARTERS, MONTHS = 4, 12


@dataclass(frozen=True)
class Offered:
    """The tables there are, the year they are asked for, the years with books, and the day until which books are known."""

    year: int
    years: tuple[int, ...]
    day: date
    tables: tuple[Statistic, ...]


@dataclass(frozen=True)
class ShownStatistic:
    """A filled table, with the office, the day until which books are known, and the years with books."""

    filled: Filled
    office: str
    day: date
    settled: date
    years: tuple[int, ...]


def offered_tables(*, viewer: Viewer, year: str = "") -> Offered:
    """Every table, for a year. Raises CannotFilter, MayNotLook."""
    viewer.require_everywhere("统计表")
    day, years = _known(viewer)
    return Offered(_whole(year, "年度", years[-1], 2199) or day.year, years, day, tuple(tables().values()))


def statistic_asked(
    name: str, *, viewer: Viewer, year: str = "", month: str = "", quarter: str = ""
) -> ShownStatistic | None:
    """A table for the period an address asks for, by default the year so far; None where there is no such table.

    Raises:
        CannotFilter: year, month or quarter is none, or the table is not made for such a period.
        MayNotLook: the viewer does not see the whole office.
    """
    viewer.require_everywhere("统计表")
    try:
        statistic = find_table(name)
    except NoSuchTable:
        return None
    day, years = _known(viewer)
    wanted = _whole(year, "年度", 2009, 2199) or day.year
    chosen = _whole(month, "月份", 1, MONTHS)
    period = period_of(wanted, month=chosen, quarter=None if chosen else _whole(quarter, "季度", 1, QUARTERS))
    office = Office.objects.values_list("name", flat=True).first() or ""
    try:
        filled = fill(statistic, period, viewer=viewer)
    except PeriodNotOffered as none:
        raise CannotFilter(none.args[0]) from none
    return ShownStatistic(filled, office, day, max(day, period.last), years)


def _known(viewer: Viewer) -> tuple[date, tuple[int, ...]]:
    """The latest day of the books when the viewer looks, and the years with books, the newest first."""
    days = AuditEvent.objects.filter(business_date__lte=viewer.day).aggregate(
        first=Min("business_date"), last=Max("business_date")
    )
    first, last = days["first"] or viewer.day, days["last"] or viewer.day
    return last, tuple(range(last.year, first.year - 1, -1))


def _whole(text: str, what: str, least: int, most: int) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise CannotFilter(f"{what}应为 {least} 到 {most} 的整数，现为“{text}”")
    return int(text)
