"""The official statistical tables (统计表): which there are, and for which periods."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from jubao.desk.frame.page import page
from jubao.desk.statistics.periods import PeriodChoice, choices
from jubao.reports.analysis.statistics import Offered, offered_tables
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class ListedTable:
    """A table: its title, how large it is, and the periods it is made for, the latest that is over first."""

    title: str
    columns: int
    address: str
    periods: tuple[PeriodChoice, ...]


@dataclass(frozen=True)
class ListedTables:
    """The page: the year, the years one may choose, the tables."""

    year: int
    years: tuple[int, ...]
    tables: tuple[ListedTable, ...]


@page("statistics", title=both("统计表", "Statistics"), audience=FIGURES, menu=("analysis", 20), queries=2)
def tables(viewer: Viewer, asked: QueryDict) -> ListedTables:
    """Every statistical table with its periods of a year."""
    return _shown(offered_tables(viewer=viewer, year=asked.get("year", "")))


def _shown(it: Offered) -> ListedTables:
    return ListedTables(
        it.year,
        it.years,
        tuple(
            ListedTable(
                one.title,
                len(one.columns),
                reverse("statistics.statistic", args=[one.name]),
                choices(one, it.year, it.day),
            )
            for one in it.tables
        ),
    )
