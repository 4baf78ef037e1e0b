"""The office's working days of one year: on which day what is usually done."""

from dataclasses import dataclass
from datetime import date, timedelta

from jubao.vocabulary import month
from jubao.vocabulary.workdays import add_workdays, is_workday

MONTHS = tuple(range(1, 13))
CUT_OFF_DAY = 15
PAYROLL_DAY, DELEGATED_DAY = 5, 8
_LIST_DAY, _HOLD_DAY = 9, 10


@dataclass(frozen=True)
class OfficeYear:
    """One calendar year of an office; months are numbers 1 to 12."""

    year: int

    def day(self, number: int, day: int) -> date:
        """The first working day on or after a day of a month, never leaving the month."""
        wanted = working_day(date(self.year, number, day))
        return wanted if wanted.month == number else self.last(number)

    def last(self, number: int) -> date:
        """The last working day of a month."""
        wanted = month.last_day(self.month(number))
        while not is_workday(wanted):
            wanted -= timedelta(days=1)
        return wanted

    def month(self, number: int) -> int:
        """A month of the year as YYYYMM; 0 is last December, 13 next January."""
        return month.add(month.make(self.year, 1), number - 1)

    def list_day(self, number: int) -> date:
        """The day lists from outside come in: never between the lock of a month's payments and their release."""
        released = add_workdays(self.day(number, DELEGATED_DAY), 1)
        return max(self.day(number, _LIST_DAY), released)

    def hold_day(self, number: int) -> date:
        """The day everybody on a list that came in is held from the next payroll on."""
        return max(self.day(number, _HOLD_DAY), self.list_day(number))

    def run_after(self, number: int) -> int:
        """The first payroll (month number) that sees what was done in the second half of a month."""
        return number + 1


def working_day(day: date) -> date:
    """The first working day on or after a day."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def due(day: date, days: int = 30) -> str:
    """A deadline some calendar days after a day, as ISO text."""
    return (day + timedelta(days=days)).isoformat()
