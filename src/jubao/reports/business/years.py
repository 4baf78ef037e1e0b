"""The year a page is asked for, and the years it offers."""

from datetime import date

from jubao.reports.figures.window import Window
from jubao.vocabulary.viewer import Viewer

OFFERED = 4


def window_of(year: str, *, viewer: Viewer) -> Window | None:
    """A year up to the viewer's day, this one where none is stated; None for one that is not offered."""
    if not year:
        return Window(viewer.day.year, viewer.day)
    if not year.isdecimal() or int(year) not in years_offered(viewer):
        return None
    return Window(int(year), min(viewer.day, date(int(year), 12, 31)))


def years_offered(viewer: Viewer) -> tuple[int, ...]:
    """This year and the last few."""
    return tuple(range(viewer.day.year, viewer.day.year - OFFERED, -1))
