"""Reading figures: what they ask of the books is asked together, each is measured once, and opens down to its rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any, Protocol, TypeVar

from django.db.models import Max

from jubao.records.models import AuditEvent, Office
from jubao.reports.figures.breakdown import Broken, breakdowns, broken_down
from jubao.reports.figures.evidence import Evidence, without_recused
from jubao.reports.figures.figure import Figure, FigureValue
from jubao.reports.figures.measure import Answers, Figures, Measure, Value
from jubao.reports.figures.question import Question, answers
from jubao.reports.figures.window import Window
from jubao.vocabulary.viewer import SEARCHING, Viewer

T = TypeVar("T")
Key = tuple[str, Window]


class Catalogue(Protocol):
    """The figures a reading knows."""

    def find(self, figure_id: str, /) -> Figure:
        """The figure of an id. Raises NoSuchFigure."""

    def every(self, year: int, /) -> Mapping[str, Figure]:
        """All figures of a year by id, in the order reports print them."""


class DayBeforeYear(ValueError):
    """Figures of a year cannot be read as of a day before it began."""


class FigureReading:
    """All figures of a year as of a day; what they ask is kept, so that nothing is read twice.

    Args:
        catalogue: the figures there are.
        year: the year that is reported.
        as_of: last business date that counts for the figures of the running business.
        settled: last business date that counts for figures of the whole year; by default the year's end or,
            later, the latest act of the books, so that what is recorded after the year about it is not lost.
        since: first day of a month or quarter inside the year; by default the year counts from its start.
    Raises:
        DayBeforeYear: ``as_of`` lies before the year.
    """

    def __init__(
        self, catalogue: Catalogue, year: int, as_of: date, *, settled: date | None = None, since: date | None = None
    ) -> None:
        """Fix year and days; no figure is read yet."""
        if as_of.year < year:
            raise DayBeforeYear(f"截止日 {as_of} 早于 {year} 年，不能出具该年指标，请改用 {year} 年之内或之后的日期")
        self.catalogue, self.year, self.as_of = catalogue, year, as_of
        self.settled = settled or settling_day(year, as_of)
        self.since = since
        self._figures: dict[str, Figure] = {}
        self._measures: dict[str, Measure] = {}
        self._answers: dict[Key, Answers] = {}
        self._values: dict[str, FigureValue] = {}
        self._broken: dict[tuple[str, str], Broken] = {}
        self._worked: dict[Callable[[Any], Any], Any] = {}

    @cached_property
    def _area(self) -> str:
        """Where the office is, whose law counts; empty before there is one."""
        return Office.objects.order_by("pk").values_list("district_code", flat=True).first() or ""

    def find(self, figure_id: str) -> Figure:
        """The figure of an id. Raises NoSuchFigure."""
        if figure_id not in self._figures:
            self._figures[figure_id] = self.catalogue.find(figure_id)
        return self._figures[figure_id]

    def window(self, figure: Figure) -> Window:
        """Year and day that count for a figure."""
        if figure.whole_year:
            return Window(self.year, self.settled, area=self._area)
        return Window(self.year, self.as_of, self.since, self._area)

    def measure(self, figure_id: str) -> Measure:
        """What a figure measures here. Raises NoSuchFigure."""
        if figure_id not in self._measures:
            figure = self.find(figure_id)
            self._measures[figure_id] = figure.measure(self.window(figure))
        return self._measures[figure_id]

    def ask(self, figure_ids: Iterable[str], /) -> None:
        """Put the questions of some figures, and of those they are made from, to the books. Raises NoSuchFigure."""
        ask_together([self], figure_ids)

    def questions(self, figure_ids: Iterable[str]) -> dict[Key, Sequence[Question]]:
        """What some figures, and those they are made from, still ask of the books. Raises NoSuchFigure."""
        waiting: dict[Key, Sequence[Question]] = {}
        wanted = list(figure_ids)
        for figure_id in wanted:  # grows by what each is made from
            key = figure_id, self.window(self.find(figure_id))
            if key not in self._answers and key not in waiting:
                measure = self.measure(figure_id)
                waiting[key] = measure.questions
                wanted += measure.over
        return waiting

    def keep(self, key: Key, found: Answers) -> None:
        """Keep what the books answered to a figure's questions."""
        self._answers[key] = found

    def value(self, figure_id: str) -> FigureValue:
        """A figure's value, measured once."""
        if figure_id not in self._values:
            self.ask([figure_id])
            figure = self.find(figure_id)
            window = self.window(figure)
            measured = self.measure(figure_id).value(self, self._answers[figure_id, window])
            self._values[figure_id] = FigureValue(figure, self.year, window.as_of, measured)
        return self._values[figure_id]

    def value_of(self, figure_id: str, /) -> Value:
        """A figure's bare value."""
        return self.value(figure_id).value

    def name_of(self, figure_id: str, /) -> str:
        """A figure's name. Raises NoSuchFigure."""
        return self.find(figure_id).name

    def once(self, work: Callable[[Figures], T], /) -> T:
        """What several measures work out from the same figures, worked out once."""
        if work not in self._worked:
            self._worked[work] = work(self)
        return self._worked[work]

    def tell(self, figure_id: str) -> str:
        """A figure in running text: value and unit."""
        return self.value(figure_id).with_unit

    def number(self, figure_id: str) -> int | None:
        """A figure that is a whole number (fen, people); None when it is not recorded or not whole."""
        value = self.value(figure_id).value
        return value if isinstance(value, int) else None

    def behind(self, figure_id: str, *, viewer: Viewer) -> Iterator[Evidence]:
        """The rows behind a figure, streamed; their number or sum is the figure, but for whom the viewer stays away from.

        Raises:
            NoSuchFigure: no figure has the id.
            MayNotLook: the viewer sees no people, or not the whole office's (controls e.2, rows 1 and 36).
        """
        viewer.require(SEARCHING, f"“{self.find(figure_id).name}”背后的记录")
        viewer.require_everywhere(f"“{self.find(figure_id).name}”")
        return without_recused(self.measure(figure_id).rows(self), viewer)

    def breakdowns(self, figure_id: str) -> tuple[str, ...]:
        """The dimensions a figure can be broken down by; none for arithmetic over other figures."""
        return breakdowns(self.measure(figure_id))

    def broken_down(self, figure_id: str, by: str) -> Broken:
        """Labels and values whose sum is the figure, read once. Raises NoSuchFigure, CannotBreakDown."""
        if (figure_id, by) not in self._broken:
            figure = self.find(figure_id)
            self._broken[figure_id, by] = broken_down(figure, self.window(figure), by)
        return self._broken[figure_id, by]

    def add_up(self, figure_id: str, rows: Iterable[Evidence]) -> Value:
        """What rows behind a figure come to: the way back, to compare with its value."""
        return self.measure(figure_id).add_up(rows)

    def all(self, ids: Iterable[str] | None = None) -> list[FigureValue]:
        """Values of some figures, by default of the whole catalogue."""
        wanted = list(ids) if ids is not None else self.every()
        self.ask(wanted)
        return [self.value(figure_id) for figure_id in wanted]

    def every(self) -> list[str]:
        """Ids of the whole catalogue, as it stands in the year."""
        return [*self._every]

    @cached_property
    def _every(self) -> Mapping[str, Figure]:
        every = self.catalogue.every(self.year)
        self._figures |= every
        return every

    def measured(self) -> list[str]:
        """Ids of the figures whose value was wanted so far, in the order of the catalogue, those it does not list last."""
        places = {figure_id: place for place, figure_id in enumerate(self._every)}
        return sorted(self._values, key=lambda figure_id: (places.get(figure_id, len(places)), figure_id))

    def whole_year(self) -> "FigureReading":
        """The same year with everything that counts for the year as a whole; what was asked already is shared."""
        return self if self.as_of == self.settled else self._whole

    @cached_property
    def _whole(self) -> "FigureReading":
        whole = FigureReading(self.catalogue, self.year, self.settled, settled=self.settled)
        whole._area, whole._figures = self._area, self._figures
        whole._answers = self._answers
        return whole

    def on(self, day: date, *, year: int | None = None) -> "FigureReading":
        """The same figures as of another day, of this year or another one; where the office is, is known already.

        What counts for a whole year counts as it does here. Raises DayBeforeYear.
        """
        other = FigureReading(self.catalogue, year or self.year, day, settled=max(self.settled, day))
        other._area, other._figures = self._area, self._figures
        return other


def ask_together(readings: Sequence[FigureReading], figure_ids: Iterable[str]) -> None:
    """Put the questions of some figures in several years, or on several days, to the books together.

    Raises NoSuchFigure.
    """
    wanted = list(figure_ids)
    asked = [(reading, key, some) for reading in readings for key, some in reading.questions(wanted).items()]
    found = iter(answers([question for _, _, some in asked for question in some]))
    for reading, key, some in asked:
        reading.keep(key, [next(found) for _ in some])


def settling_day(year: int, as_of: date) -> date:
    """The day up to which facts about a whole year count: ``as_of`` after the year, else the latest."""
    year_end = date(year, 12, 31)
    if as_of > year_end:
        return as_of
    latest = AuditEvent.objects.aggregate(day=Max("business_date"))["day"]
    return max(year_end, latest) if latest else year_end
