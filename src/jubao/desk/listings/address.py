"""The address of a list: everything that is asked of it stands there, and is read back as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from jubao.reports.figures.window import Window
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.lists.listing import Asked
from jubao.vocabulary import month as months

YEAR, MONTH, ORDER, AFTER, BEFORE = "year", "month", "order", "after", "from"
RESERVED = frozenset({YEAR, MONTH, ORDER, AFTER, BEFORE})


@dataclass(frozen=True)
class Address:
    """What an address asks of a list.

    Attributes:
        name: of the list; asked: its conditions and order.
        year, month: the period asked about; month None is the whole year, year None the year of the day.
        after: the place where the page begins; passed: how many rows were shown before it.
    """

    name: str
    asked: Asked = field(default_factory=Asked)
    year: int | None = None
    month: int | None = None
    after: str | None = None
    passed: int = 0

    def window(self, day: date) -> Window:
        """The period, as the books knew it on its last day, or on ``day`` where it is not over."""
        year = self.year or day.year
        last = months.last_day(months.make(year, self.month or 12))
        since = date(year, self.month, 1) if self.month else None
        return Window(year, min(last, day), since)

    def filtered(self, name: str, text: str) -> "Address":
        """The same with one condition changed, or without it; from the first page."""
        kept = {key: value for key, value in self.asked.filters.items() if key != name}
        filters = kept | {name: text} if text else kept
        return replace(self, asked=replace(self.asked, filters=filters), after=None, passed=0)

    def ordered(self, order: str) -> "Address":
        """The same in another order, from the first page."""
        return replace(self, asked=replace(self.asked, order=order), after=None, passed=0)

    def write(self, route: str = "listings.shown") -> str:
        """As an address; what is not asked does not stand there."""
        said: dict[str, str | int] = dict(sorted(self.asked.filters.items()))
        said |= {YEAR: self.year} if self.year else {}
        said |= {MONTH: self.month} if self.month else {}
        said |= {ORDER: self.asked.order} if self.asked.order else {}
        said |= {AFTER: self.after, BEFORE: self.passed} if self.after else {}
        address = reverse(route, kwargs={"name": self.name})
        return f"{address}?{urlencode(said)}" if said else address


def read(name: str, query: QueryDict | Mapping[str, str]) -> Address:
    """Read an address back; empty values are not asked.

    Raises:
        CannotFilter: year, month or place in the list is no number.
    """
    said = {key: str(query.get(key)).strip() for key in query}
    filters = {key: value for key, value in said.items() if key not in RESERVED and value}
    month = _whole(said, MONTH, 1, 12)
    return Address(
        name,
        Asked(filters, said.get(ORDER, "")),
        _whole(said, YEAR, 2009, 2199),
        month,
        said.get(AFTER) or None,
        _whole(said, BEFORE, 0, 10**9) or 0,
    )


def _whole(said: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    text = said.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise CannotFilter(f"条件 {name} 应为 {least} 到 {most} 的整数，现为“{text}”")
    return int(text)
