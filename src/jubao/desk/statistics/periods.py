"""Periods of a table as one chooses them: months, quarters and the year, none that has not begun."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from jubao.reports.tables.statistics import Period, period_of
from jubao.reports.tables.table import Statistic
from jubao.vocabulary.both import Both, both

QUARTERS, MONTHS = 4, 12


@dataclass(frozen=True)
class PeriodChoice:
    """A period one may choose: its words, its address, whether it is over and whether it is shown."""

    words: Both
    address: str
    is_over: bool
    is_shown: bool


def choices(statistic: Statistic, year: int, day: date, shown: Period | None = None) -> tuple[PeriodChoice, ...]:
    """The periods of a year for which a table is made, as far as they have begun by a day."""
    found: list[tuple[Period, Both, dict[str, int]]] = []
    if "year" in statistic.periods:
        found.append((period_of(year), both("全年", "Year"), {}))
    if "quarter" in statistic.periods:
        quarters = range(1, QUARTERS + 1)
        found += [(period_of(year, quarter=q), both(f"{q}季度", f"Q{q}"), {"quarter": q}) for q in quarters]
    if "month" in statistic.periods:
        found += [
            (period_of(year, month=month), both(f"{month}月", f"{month:02}"), {"month": month})
            for month in range(1, MONTHS + 1)
        ]
    here = reverse("statistics.statistic", args=[statistic.name])
    return tuple(
        PeriodChoice(words, f"{here}?{urlencode({'year': year} | said)}", period.last <= day, period == shown)
        for period, words, said in found
        if period.first <= day
    )
