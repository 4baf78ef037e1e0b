"""Which year is looked at and up to which day: as asked, else where the books stand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from jubao.records.models import AuditEvent
from jubao.reports.figures.breakdown import CannotBreakDown
from jubao.reports.figures.paged import NoSuchPlace
from jubao.reports.figures.reading import DayBeforeYear
from jubao.reports.lists.filters import CannotFilter
from jubao.vocabulary.viewer import Viewer

EARLIEST, LATEST = 2009, 2199


@dataclass(frozen=True)
class Days:
    """A year, the day its running business is looked at, and the day what counts for the whole year is known by.

    With ``since`` only a month or quarter of the year counts, from that day on.
    """

    year: int
    as_of: date
    settled: date
    since: date | None = None

    @property
    def years(self) -> tuple[int, ...]:
        """Years one may choose, the newest first."""
        newest = max(self.settled.year, self.year)
        return tuple(range(newest, max(newest - 6, EARLIEST) - 1, -1))


def days_asked(viewer: Viewer, *, year: str = "", as_of: str = "", since: str = "") -> Days:
    """The year and day as an address states them; what it leaves out is where the books stand when he looks.

    Raises:
        CannotFilter: the year or a day is none, or the days do not follow each other within the year.
    """
    latest = AuditEvent.objects.filter(business_date__lte=viewer.day).aggregate(day=Max("business_date"))["day"]
    known = latest or viewer.day
    day = _day(as_of) if as_of else None
    wanted = _year(year) if year else (day or known).year
    year_end = date(wanted, 12, 31)
    chosen = day or (min(known, year_end) if known.year >= wanted else year_end)
    if chosen.year < wanted:
        raise CannotFilter(f"截止日 {chosen} 早于 {wanted} 年，请改用该年之内或之后的日期")
    first = _day(since) if since else None
    if first is not None and not date(wanted, 1, 1) <= first <= chosen:
        raise CannotFilter(f"起始日 {first} 应在 {wanted} 年之内、不晚于截止日 {chosen}，请改正")
    return Days(wanted, chosen, max(year_end, known, chosen), first)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and EARLIEST <= int(text) <= LATEST):
        raise CannotFilter(f"年度应为 {EARLIEST} 到 {LATEST} 的整数，现为“{text}”")
    return int(text)


def _day(text: str) -> date:
    plain = text.replace(".", "-").replace("/", "-")
    try:
        return date.fromisoformat(plain)
    except ValueError:
        raise CannotFilter(f"“{text}”不是日期，请写成 2017-12-15") from None


@contextmanager
def understood() -> Iterator[None]:
    """What an address asks of figures and cannot be understood is said like any condition. Raises CannotFilter."""
    try:
        yield
    except (CannotBreakDown, NoSuchPlace, DayBeforeYear) as wrong:
        raise CannotFilter(wrong.args[0]) from wrong
