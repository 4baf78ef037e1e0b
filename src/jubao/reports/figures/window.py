"""The year asked about and the day up to which facts count."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q


@dataclass(frozen=True)
class Window:
    """A year as the books knew it on a day: only facts whose act bears a business date up to it exist.

    With ``since`` only a month or quarter of the year, from that day on, counts for what happens within a period.
    ``area`` is where the office is, whose law counts; None where nobody looked yet.
    """

    year: int
    as_of: date
    since: date | None = None
    area: str | None = None

    @property
    def first(self) -> date:
        """New Year's Day, or the first day of the period inside the year."""
        return self.since or date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """The last day of the year that counts."""
        return min(self.as_of, date(self.year, 12, 31))

    def known(self, act: str = "act") -> Q:
        """Facts recorded by the day, whatever their year."""
        return Q(**{f"{act}__business_date__lte": self.as_of})

    def acted(self, act: str = "act") -> Q:
        """Facts recorded within the year and by the day."""
        return self.dated(f"{act}__business_date")

    def dated(self, field: str) -> Q:
        """Dates of a field within the year and by the day."""
        return Q(**{f"{field}__gte": self.first, f"{field}__lte": self.last})

    def months(self, field: str) -> Q:
        """Months (YYYYMM) of a field within the year, or within the period inside it."""
        last = self.last.month if self.since else 12
        return Q(**{f"{field}__gte": self.year * 100 + self.first.month, f"{field}__lte": self.year * 100 + last})
