"""Working days of the state calendar, for the deadlines of procedures."""

from datetime import date, timedelta

from chinese_calendar import constants
from chinese_calendar import is_workday as is_announced_workday


class HolidaysNotKnown(ValueError):
    """The holiday calendar does not reach a day, so nobody can say whether it is a working day."""


def first_year_known() -> int:
    """The first year whose holidays the calendar knows."""
    first: date = min(constants.holidays)
    return first.year


def last_year_known() -> int:
    """The last year whose holidays the calendar knows; the notice for the next one appears each November.

    >>> last_year_known() >= 2026
    True
    """
    last: date = max(constants.holidays)
    return last.year


def is_workday(day: date) -> bool:
    """Tell whether an office works on a day.

    The yearly holiday notice of the State Council decides (adjusted working weekends included).

    Raises:
        HolidaysNotKnown: no notice of that year is known.

    >>> is_workday(date(2017, 10, 2)), is_workday(date(2017, 9, 30)), is_workday(date(2017, 6, 3))
    (False, True, False)
    """
    if not first_year_known() <= day.year <= last_year_known():
        raise HolidaysNotKnown(
            f"节假日安排只知道 {first_year_known()} 年至 {last_year_known()} 年，不能判断 {day} 是否工作日；"
            f"国务院公布 {day.year} 年放假安排后请更新程序的节假日表（chinesecalendar），在此之前请写明具体期限"
        )
    return bool(is_announced_workday(day))


def add_workdays(day: date, days: int) -> date:
    """Give the day that lies a number of working days after a day, which itself does not count.

    Args:
        day: the day of the event.
        days: working days, not negative; 0 gives the day itself.
    Raises:
        HolidaysNotKnown: the days run into a year whose holidays are not known.
    """
    assert days >= 0, "a deadline lies after its event"
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day


def workdays_until(day: date, *, on: date) -> int:
    """How many working days there are after ``on`` up to a day, that day included; negative for one that has passed.

    A weekend between counts nothing, so a day may lie ahead with 0 working days left.

    >>> workdays_until(date(2017, 12, 13), on=date(2017, 12, 11)), workdays_until(date(2017, 12, 8), on=date(2017, 12, 11))
    (2, -1)
    >>> workdays_until(date(2017, 12, 10), on=date(2017, 12, 8)), workdays_until(date(2017, 12, 9), on=date(2017, 12, 11))
    (0, -1)

    Raises:
        HolidaysNotKnown: a day between lies in a year whose holidays are not known.
    """
    if day < on:  # what was due before today is at least one day late
        late = sum(is_workday(day + timedelta(days=n)) for n in range(1, (on - day).days + 1))
        return -max(late, 1)
    return sum(is_workday(on + timedelta(days=n)) for n in range(1, (day - on).days + 1))


def workday_of_month(day: date) -> int:
    """Which working day of its month a day is, or follows; 0 before the first one.

    >>> workday_of_month(date(2017, 12, 11)), workday_of_month(date(2017, 10, 8))
    (7, 0)

    Raises:
        HolidaysNotKnown: no notice of that year is known.
    """
    return sum(is_workday(day.replace(day=number)) for number in range(1, day.day + 1))
