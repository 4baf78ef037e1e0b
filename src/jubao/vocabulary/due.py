"""A day by which something must be done, and how many working days are left, in words."""

from dataclasses import dataclass
from datetime import date

from jubao.vocabulary.both import Both, both
from jubao.vocabulary.workdays import HolidaysNotKnown, workdays_until


@dataclass(frozen=True)
class Due:
    """A deadline as somebody meets it on a day.

    Attributes:
        day: by which it must be done.
        left: working days left, 0 on the day itself, negative when it has passed; None beyond the calendar known.
    """

    day: date
    left: int | None

    @property
    def is_late(self) -> bool:
        """Whether the day has passed."""
        return self.left is not None and self.left < 0

    @property
    def is_today(self) -> bool:
        """Whether it is the day, or no working day is left before it."""
        return self.left == 0

    @property
    def words(self) -> Both:
        """How long there is.

        >>> Due(date(2017, 12, 11), 0).words.chinese, Due(date(2017, 12, 8), -1).words.chinese
        ('今天到期', '逾期 1 天')
        """
        if self.left is None:
            return both(f"{self.day:%Y-%m-%d} 前", f"by {self.day:%Y-%m-%d}")
        if self.left == 0:
            return both("今天到期", "due today")
        days = abs(self.left)
        unit = "working day" if days == 1 else "working days"
        if self.left < 0:
            return both(f"逾期 {days} 天", f"{days} {unit} late")
        return both(f"还剩 {days} 天", f"{days} {unit} left")


def due(day: date | None, *, on: date) -> Due | None:
    """The deadline as it is met on a day; None where there is none.

    >>> due(date(2017, 12, 13), on=date(2017, 12, 11)).left, due(None, on=date(2017, 12, 11))
    (2, None)
    """
    if day is None:
        return None
    try:
        return Due(day, workdays_until(day, on=on))
    except HolidaysNotKnown:
        return Due(day, None)
