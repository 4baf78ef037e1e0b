"""The year asked about and the day up to which facts count."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q


@dataclass(frozen=True)
class Window:
    """A year as the books knew it on a day: only facts whose act bears a business date up to it exist."""

    year: int
    as_of: date

    @property
    def first(self) -> date:
        """New Year's Day."""
        return date(self.year, 1, 1)

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
        """Months (YYYYMM) of a field within the year."""
        return Q(**{f"{field}__gt": self.year * 100, f"{field}__lte": self.year * 100 + 12})
