"""Reading figures: each is measured once for a year and a day, and opens down to its rows."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Max

from jubao.records.models import AuditEvent
from jubao.reports.catalogue.figures import catalogue, find_figure, project_figures
from jubao.reports.figures.breakdown import Broken, breakdowns, broken_down
from jubao.reports.figures.figure import Figure, FigureValue
from jubao.reports.figures.measure import Evidence
from jubao.reports.figures.window import Window


class DayBeforeYear(ValueError):
    """Figures of a year cannot be read as of a day before it began."""


class Reading:
    """All figures of a year as of a day; values are measured on demand and kept.

    Args:
        year: the year that is reported.
        as_of: last business date that counts for the figures of the running business.
        settled: last business date that counts for figures of the whole year; by default the year's end or,
            later, the latest act of the books, so that what is recorded after the year about it is not lost.
        since: first day of a month or quarter inside the year; by default the year counts from its start.
    Raises:
        DayBeforeYear: ``as_of`` lies before the year.
    """

    def __init__(
        self, year: int, as_of: date, *, settled: date | None = None, since: date | None = None
    ) -> None:
        """Fix year and days; nothing is read yet."""
        if as_of.year < year:
            raise DayBeforeYear(f"截止日 {as_of} 早于 {year} 年，不能出具该年指标，请改用 {year} 年之内或之后的日期")
        self.year, self.as_of = year, as_of
        self.settled = settled or settling_day(year, as_of)
        self.since = since
        self._values: dict[str, FigureValue] = {}
        self._broken: dict[tuple[str, str], Broken] = {}

    def find(self, figure_id: str) -> Figure:
        """The figure of an id. Raises NoSuchFigure."""
        return find_figure(figure_id)

    def window(self, figure: Figure) -> Window:
        """Year and day that count for a figure."""
        if figure.whole_year:
            return Window(self.year, self.settled)
        return Window(self.year, self.as_of, self.since)

    def value(self, figure_id: str) -> FigureValue:
        """A figure's value, measured once."""
        if figure_id not in self._values:
            figure = self.find(figure_id)
            window = self.window(figure)
            measured = figure.measure(window).value(self)
            self._values[figure_id] = FigureValue(figure, self.year, window.as_of, measured)
        return self._values[figure_id]

    def number(self, figure_id: str) -> int | None:
        """A figure that is a whole number (fen, people); None when it is not recorded or not whole."""
        value = self.value(figure_id).value
        return value if isinstance(value, int) else None

    def behind(self, figure_id: str) -> list[Evidence]:
        """The rows behind a figure; their number or sum is the figure."""
        figure = self.find(figure_id)
        return figure.measure(self.window(figure)).rows(self)

    def breakdowns(self, figure_id: str) -> tuple[str, ...]:
        """The dimensions a figure can be broken down by; none for arithmetic over other figures."""
        figure = self.find(figure_id)
        return breakdowns(figure.measure(self.window(figure)))

    def broken_down(self, figure_id: str, by: str) -> Broken:
        """Labels and values whose sum is the figure, read once. Raises NoSuchFigure, CannotBreakDown."""
        if (figure_id, by) not in self._broken:
            self._broken[figure_id, by] = broken_down(self, figure_id, by)
        return self._broken[figure_id, by]

    def add_up(self, figure_id: str, rows: list[Evidence]) -> object:
        """What rows behind a figure come to: the way back, to compare with its value."""
        figure = self.find(figure_id)
        return figure.measure(self.window(figure)).add_up(rows)

    def all(self, ids: Iterable[str] | None = None) -> list[FigureValue]:
        """Values of some figures, by default of the whole catalogue and the year's project items."""
        wanted = list(ids) if ids is not None else [*catalogue(), *project_figures(self.year)]
        return [self.value(figure_id) for figure_id in wanted]

    def measured(self) -> list[str]:
        """Ids of the figures measured so far, in the order of the catalogue, project items last."""
        places = {figure_id: place for place, figure_id in enumerate(catalogue())}
        return sorted(self._values, key=lambda figure_id: (places.get(figure_id, len(places)), figure_id))

    def whole_year(self) -> "Reading":
        """The same year with everything that counts for the year as a whole."""
        return self if self.as_of == self.settled else Reading(self.year, self.settled, settled=self.settled)


def settling_day(year: int, as_of: date) -> date:
    """The day up to which facts about a whole year count: ``as_of`` after the year, else the latest."""
    year_end = date(year, 12, 31)
    if as_of > year_end:
        return as_of
    latest = AuditEvent.objects.aggregate(day=Max("business_date"))["day"]
    return max(year_end, latest) if latest else year_end


def compute(figure_id: str, *, year: int, as_of: date) -> FigureValue:
    """One figure of a year as of a day. Raises NoSuchFigure, DayBeforeYear."""
    return Reading(year, as_of).value(figure_id)


def behind(figure_id: str, *, year: int, as_of: date) -> list[Evidence]:
    """The rows behind one figure. Raises NoSuchFigure, DayBeforeYear."""
    return Reading(year, as_of).behind(figure_id)
