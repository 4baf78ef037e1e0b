"""Working days of the state calendar, for the deadlines of procedures."""

from datetime import date, timedelta

from chinese_calendar import is_workday as is_announced_workday

_SATURDAY = 5


def is_workday(day: date) -> bool:
    """Tell whether an office works on a day.

    The yearly holiday notice of the State Council decides (adjusted working weekends included);
    for a year not yet announced, Monday to Friday are taken as working days.

    >>> is_workday(date(2017, 10, 2)), is_workday(date(2017, 9, 30)), is_workday(date(2017, 6, 3))
    (False, True, False)
    """
    try:
        return bool(is_announced_workday(day))
    except NotImplementedError:
        return day.weekday() < _SATURDAY


def add_workdays(day: date, days: int) -> date:
    """Give the day that lies a number of working days after a day, which itself does not count.

    Args:
        day: the day of the event.
        days: working days, not negative; 0 gives the day itself.
    """
    assert days >= 0, "a deadline lies after its event"
    while days:
        day += timedelta(days=1)
        days -= is_workday(day)
    return day
