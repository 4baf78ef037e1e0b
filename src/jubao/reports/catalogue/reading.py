"""Reading the whole catalogue: the mechanism of ``figures.reading`` with every figure of the office."""

from collections.abc import Iterator, Mapping
from datetime import date

from jubao.reports.catalogue.budget import project_items
from jubao.reports.catalogue.figures import catalogue, find_figure
from jubao.reports.figures.evidence import Evidence
from jubao.reports.figures.figure import Figure, FigureValue
from jubao.reports.figures.reading import DayBeforeYear, FigureReading, settling_day
from jubao.vocabulary.viewer import Viewer

__all__ = ["DayBeforeYear", "Reading", "behind", "compute", "settling_day"]


class WholeCatalogue:
    """Every figure of the catalogue, and of a year its project items."""

    def find(self, figure_id: str, /) -> Figure:
        """The figure of an id. Raises NoSuchFigure."""
        return find_figure(figure_id)

    def every(self, year: int, /) -> Mapping[str, Figure]:
        """The catalogue in its order, then the project items of the year."""
        return catalogue() | {figure.id: figure for figure in project_items(year)}


class Reading(FigureReading):
    """A reading of the whole catalogue; arguments as ``FigureReading`` has them."""

    def __init__(self, year: int, as_of: date, *, settled: date | None = None, since: date | None = None) -> None:
        """Fix year and days; no figure is read yet."""
        super().__init__(WholeCatalogue(), year, as_of, settled=settled, since=since)


def compute(figure_id: str, *, year: int, as_of: date) -> FigureValue:
    """One figure of a year as of a day. Raises NoSuchFigure, DayBeforeYear."""
    return Reading(year, as_of).value(figure_id)


def behind(figure_id: str, *, year: int, as_of: date, viewer: Viewer) -> Iterator[Evidence]:
    """The rows behind one figure, streamed. Raises NoSuchFigure, DayBeforeYear, MayNotLook."""
    return Reading(year, as_of).behind(figure_id, viewer=viewer)
