"""The figures of a year by group: value, target, the same day last year, and where they contradict each other."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jubao.records.models import AuditEvent
from jubao.reports.analysis.contradictions import Contradiction, disagreeing, implausible
from jubao.reports.analysis.days import Days, days_asked
from jubao.reports.analysis.groups import GROUPS, NAMED, Group, find_group
from jubao.reports.analysis.kept import while_books_stand
from jubao.reports.catalogue.performance import TASKS
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.narrative import figures_named
from jubao.reports.figures.figure import FigureValue, Unit, show
from jubao.reports.figures.reading import FigureReading, ask_together
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.plausibility.relation import RELATIONS
from jubao.vocabulary.viewer import Viewer

FEBRUARY, LEAP_DAY = 2, 29


@dataclass(frozen=True)
class Target:
    """What a figure should reach in the year: the figure that states it, its value, and how much of it is reached."""

    value: FigureValue
    share: Fraction | None

    @property
    def text(self) -> str:
        """The target with its unit."""
        return self.value.with_unit

    @property
    def share_text(self) -> str:
        """How much of it is reached, in percent; empty where nothing can be said."""
        return "" if self.share is None else show(self.share, Unit.PERCENT)


@dataclass(frozen=True)
class FigureRow:
    """A figure with its targets and the same day last year; None where there were no books then or it is not asked."""

    value: FigureValue
    targets: tuple[Target, ...]
    last_year: FigureValue | None
    contradicts: tuple[str, ...]

    @property
    def last_text(self) -> str:
        """Last year's value with its unit; empty where there is none."""
        return "" if self.last_year is None or self.last_year.value is None else self.last_year.with_unit


@dataclass(frozen=True)
class YearOfFigures:
    """Figures of a year.

    Attributes:
        days: year and day; last_day: the same day a year before.
        groups: all groups, with how many figures each has; shown: the one that is shown; rows: its figures.
        contradictions: relations among all figures that do not hold.
    """

    days: Days
    last_day: date
    groups: tuple[tuple[Group, int], ...]
    shown: Group
    rows: tuple[FigureRow, ...]
    contradictions: tuple[Contradiction, ...]


@dataclass(frozen=True)
class YearOfContradictions:
    """Everything that must be explained about a year's figures: relations, then bounds, the unexplained first."""

    days: Days
    relations: tuple[Contradiction, ...]
    bounds: tuple[Contradiction, ...]

    @property
    def open(self) -> int:
        """How many wait for an explanation or for their records to be put right."""
        return len(self.relations) + sum(not one.reason for one in self.bounds)


def year_of_figures(*, viewer: Viewer, year: str = "", as_of: str = "", group: str = "") -> YearOfFigures:
    """The figures of a group in a year, by default those the self-evaluation names.

    Raises:
        CannotFilter: year, day or group is not understood.
        MayNotLook: the viewer does not answer for the whole office.
    """
    viewer.require_everywhere("指标")
    shown = find_group(group or NAMED.key)
    if shown is None:
        raise CannotFilter(f"没有“{group}”这一组指标，请从上方选一组")
    days = days_asked(viewer, year=year, as_of=as_of)
    reading = Reading(days.year, days.as_of, settled=days.settled)
    ids = figures_named() if shown is NAMED else shown.of(reading.every())
    last_day = same_day_last_year(days.as_of)
    before = reading.on(last_day, year=days.year - 1)
    reading.ask([*ids, *target_ids(ids), *(one for relation in RELATIONS for one in relation.figures.values())])
    contradictions = disagreeing(reading)
    begun = books_begun_by(last_day)
    if begun:
        ask_together([before], ids)
    named = {figure_id: one.anchor for one in contradictions for figure_id in one.figures}
    rows = tuple(_row(figure_id, reading, before if begun else None, named) for figure_id in ids)
    every = reading.every()
    groups = ((NAMED, len(figures_named())), *((one, len(one.of(every))) for one in GROUPS))
    return YearOfFigures(days, last_day, groups, shown, rows, contradictions)


def contradictions_of_year(*, viewer: Viewer, year: str = "", as_of: str = "") -> YearOfContradictions:
    """Every relation that does not hold and every figure outside its bounds. Raises as ``year_of_figures``."""
    viewer.require_everywhere("指标")
    return _contradictions(days_asked(viewer, year=year, as_of=as_of))


@while_books_stand
def _contradictions(days: Days) -> YearOfContradictions:
    reading = Reading(days.year, days.as_of, settled=days.settled)
    reading.ask(reading.every())
    return YearOfContradictions(days, disagreeing(reading), implausible(reading))


def targets_of(figure_id: str, reading: FigureReading) -> tuple[Target, ...]:
    """The tasks handed down for a figure, with the share that is reached; none where no task was stated."""
    reached = reading.value(figure_id).value
    stated = [reading.value(target) for target, result in TASKS if result == figure_id]
    return tuple(Target(one, _share(reached, one.value)) for one in stated if isinstance(one.value, int) and one.value)


def target_ids(figure_ids: Iterable[str]) -> list[str]:
    """Ids of the tasks handed down for some figures."""
    wanted = set(figure_ids)
    return [target for target, result in TASKS if result in wanted]


def same_day_last_year(day: date) -> date:
    """The same day a year before; for 29 February the day before."""
    if (day.month, day.day) == (FEBRUARY, LEAP_DAY):
        return date(day.year - 1, FEBRUARY, LEAP_DAY - 1)
    return day.replace(year=day.year - 1)


def books_begun_by(day: date) -> bool:
    """Whether there were books on a day: what lies before them is not nought but unknown."""
    return AuditEvent.objects.filter(business_date__lte=day).exists()


def _row(figure_id: str, reading: FigureReading, before: FigureReading | None, named: dict[str, str]) -> FigureRow:
    contradicts = (named[figure_id],) if figure_id in named else ()
    last = before.value(figure_id) if before else None
    return FigureRow(reading.value(figure_id), targets_of(figure_id, reading), last, contradicts)


def _share(reached: object, target: object) -> Fraction | None:
    if not isinstance(reached, int | Fraction) or not isinstance(target, int) or not target:
        return None
    return Fraction(reached) * 100 / target
