"""The figures of a year by group: value, target, last year, and the note of what contradicts what (指标)."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString

from jubao.desk.drawings.bars import bar
from jubao.desk.drawings.scale import scale_over
from jubao.desk.figures.addresses import figure_address, with_days
from jubao.desk.figures.words import SCALED, ShownNumber, drawn_number, name_of, percent, shown
from jubao.desk.frame.page import page
from jubao.reports.analysis.days import Days
from jubao.reports.analysis.groups import NAMED
from jubao.reports.analysis.year import FigureRow, YearOfFigures, year_of_figures
from jubao.reports.figures.figure import Unit
from jubao.vocabulary.audience import FIGURES
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

WHOLE = 100 * SCALED


@dataclass(frozen=True)
class GroupTab:
    """A group one may look at, how many figures it has, and whether it is shown."""

    title: Both
    count: int
    address: str
    is_shown: bool


@dataclass(frozen=True)
class ShownTarget:
    """A target: what it is called, how much, and how much of it is reached, as a word and as a bar."""

    name: Both
    number: ShownNumber
    share: str
    bar: SafeString
    address: str


@dataclass(frozen=True)
class ShownFigure:
    """One row: a figure, its value, targets, last year, and the place of what contradicts it."""

    name: Both
    key: str
    address: str
    number: ShownNumber
    targets: tuple[ShownTarget, ...]
    last: ShownNumber
    why: str


@dataclass(frozen=True)
class ShownYear:
    """The page: year and day, groups, rows, and the sentences of the contradictions with their anchors."""

    days: Days
    last_day: object
    group: str
    tabs: tuple[GroupTab, ...]
    rows: tuple[ShownFigure, ...]
    contradictions: tuple[tuple[str, str], ...]
    all_contradictions: str
    charts: str


@page("figures", title=both("指标", "Figures"), audience=FIGURES, menu=("analysis", 10), queries=60)
def year(viewer: Viewer, asked: QueryDict) -> ShownYear:
    """The figures of a group in a year, first those the self-evaluation names."""
    return _shown(
        year_of_figures(
            viewer=viewer,
            year=asked.get("year", ""),
            as_of=asked.get("as-of", ""),
            group=asked.get("group", ""),
        )
    )


def _shown(it: YearOfFigures) -> ShownYear:
    here = reverse("figures.year")
    tabs = tuple(
        GroupTab(
            group.title, count, with_days(here, it.days, group="" if group is NAMED else group.key), group is it.shown
        )
        for group, count in it.groups
    )
    return ShownYear(
        days=it.days,
        last_day=it.last_day,
        group="" if it.shown is NAMED else it.shown.key,
        tabs=tabs,
        rows=tuple(_row(row, it.days) for row in it.rows),
        contradictions=tuple((one.anchor, one.text) for one in it.contradictions),
        all_contradictions=with_days(reverse("figures.contradictions"), it.days),
        charts=with_days(reverse("figures.charts"), it.days),
    )


def _row(row: FigureRow, days: Days) -> ShownFigure:
    figure = row.value.figure
    shares = [drawn_number(one.share, Unit.PERCENT) or 0 for one in row.targets]
    scale = scale_over([*shares, WHOLE])
    targets = tuple(
        ShownTarget(
            name_of(one.value.figure),
            shown(one.value),
            percent(one.share),
            bar(share, scale=scale, goal=WHOLE, behind=share < WHOLE),
            figure_address(one.value.figure.id, days),
        )
        for one, share in zip(row.targets, shares, strict=True)
    )
    why = row.contradicts[0] if row.contradicts else ""
    return ShownFigure(
        name_of(figure),
        figure.id,
        figure_address(figure.id, days),
        shown(row.value),
        targets,
        shown(row.last_year),
        why,
    )
