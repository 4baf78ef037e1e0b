"""Who may draw, and from when: ages, first months and required years (国发〔2014〕8号, part 7)."""

from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary import month
from jubao.vocabulary.month import Months

Days: TypeAlias = NDArray[np.datetime64]
Years: TypeAlias = NDArray[np.int64]

_LEAP_DAY, _DAY_BEFORE = 229, 228


def age_month(birth: Days, age: int) -> Months:
    """Month in which an age is reached (到龄年月).

    A person born on February 29 reaches an age in a common year on February 28: where the month has
    no corresponding day, its last day counts (民法典 art. 202). The month is February in any case.

    Args:
        birth: shape (n,), datetime64[D]; birth dates.
        age: years; policy ``scheme.pension_age`` for the pension.
    Returns:
        shape (n,), int64 YYYYMM.
    Raises:
        Nothing; a missing date (NaT) must not be passed.
    Source:
        国发〔2014〕8号, part 7 (age 60); 民法典 art. 202 (corresponding day).

    >>> age_month(np.array(["1957-05-20", "1956-02-29"], dtype="datetime64[D]"), 60).tolist()
    [201705, 201602]
    """
    return month.add(month.of_days(birth), age * 12)


def start_month(age_reached: Months, years_met: Months, *, offset: int = 1) -> Months:
    """First pension month: counted from the later of the two conditions, usually the month after it.

    Args:
        age_reached: shape (n,), YYYYMM; month the pension age was reached.
        years_met: shape (n,), YYYYMM; month the last missing year was paid; an earlier one if none was.
        offset: months from the month in which the conditions are met; policy ``scheme.start_month_offset``.
    Returns:
        shape (n,), int64 YYYYMM.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7: from the month after the conditions are met.

    >>> start_month(np.array([201712, 201712]), np.array([201802, 201612])).tolist()
    [201803, 201801]
    """
    return month.add(np.maximum(age_reached, years_met), offset)


def last_month_due(ended: Months, died: NDArray[np.bool_], *, offset: int = 1) -> Months:
    """Last month a pension is due when it ends: usually that of the death; before another pension, the month before it.

    Args:
        ended: shape (n,), YYYYMM; month of the death, or in which the other pension begins.
        died: shape (n,), bool.
        offset: months from the month of death to the first month no longer due; policy ``scheme.stop_month_offset``.
    Returns:
        shape (n,), int64 YYYYMM.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7 (stopped from the month after death); 人社部发〔2014〕17号 (no two pensions at a time).

    >>> last_month_due(np.array([201703, 201703]), np.array([True, False])).tolist()
    [201703, 201702]
    """
    return month.add(ended, np.where(died, offset, 0) - 1)


def bounded_start(start: Months, *, launch: date, applied: Months | None = None) -> Months:
    """First pension month, not before the scheme began, and where the place wants it, not before the application.

    Who had reached the age before the scheme began draws from the month in which it began.

    Args:
        start: shape (n,), YYYYMM; month after the conditions were met.
        launch: day the scheme started in the area; policy ``scheme.launch_date``.
        applied: shape (n,), YYYYMM; month of the application, where policy ``procedure.late_award_rule`` says
            AFTER_APPLICATION; else None.
    Returns:
        shape (n,), int64 YYYYMM.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7: people past the age when the scheme began draw from the month in which it began.

    >>> bounded_start(np.array([200903, 201706]), launch=date(2011, 7, 1)).tolist()
    [201107, 201706]
    """
    first = np.maximum(start, month.of(launch))
    return first if applied is None else np.maximum(first, month.add(applied, 1))


def age_on(birth: Days, on: date | Days) -> Years:
    """Age in completed years on a day (周岁).

    Args:
        birth: shape (n,), datetime64[D].
        on: one day, or shape (n,) datetime64[D]. February 29 counts as February 28 in common years.
    Returns:
        shape (n,), int64 years; negative before birth.
    Raises:
        Nothing.
    Source:
        民法典 art. 200 to 202 (corresponding day).

    >>> age_on(np.array(["1952-02-29", "1952-03-01"], dtype="datetime64[D]"), date(2017, 2, 28)).tolist()
    [65, 64]
    """
    day = np.asarray(on, dtype="datetime64[D]")
    born_year, born_day = _split(birth)
    year, month_day = _split(day)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    birthday = np.where((born_day == _LEAP_DAY) & ~leap, _DAY_BEFORE, born_day)
    return np.asarray(year - born_year - (month_day < birthday), dtype=np.int64)


def required_years(birth: Days, launch: date, pension_age: int, full_years: int) -> Years:
    """Contribution years a person needs, by cohort (应缴年限).

    Who had reached the pension age before the launch needs none; who was younger needs one year for
    every calendar year between launch and the year of the pension age, at least one, at most the full years.

    Args:
        birth: shape (n,), datetime64[D].
        launch: day the scheme started in the area; policy ``scheme.launch_date``.
        pension_age: years; policy ``scheme.pension_age``.
        full_years: years; policy ``scheme.required_years``.
    Returns:
        shape (n,), int64 years from 0 to ``full_years``.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7 (cohorts); Hunan practice: birth year minus 1951 for a launch on 2011-07-01.

    >>> births = np.array(["1951-06-30", "1951-07-01", "1957-05-01", "1990-01-01"], dtype="datetime64[D]")
    >>> required_years(births, date(2011, 7, 1), 60, 15).tolist()
    [0, 1, 6, 15]
    """
    oldest_payer = np.datetime64(date(launch.year - pension_age, launch.month, launch.day), "D")
    born_year, _ = _split(birth)
    years = np.clip(born_year + pension_age - launch.year, 1, full_years)
    return np.asarray(np.where(birth < oldest_payer, 0, years), dtype=np.int64)


def arrears_years(required: Years, paid: Years) -> Years:
    """Years still missing (欠费年数).

    Args:
        required: shape (n,), years; see ``required_years``.
        paid: shape (n,), years credited to the account.
    Returns:
        shape (n,), int64 years, never below zero.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7.

    >>> arrears_years(np.array([6, 6]), np.array([4, 7])).tolist()
    [2, 0]
    """
    missing: Years = np.maximum(required - paid, 0)
    return missing


def _split(days: Days) -> tuple[Years, Years]:
    """Split days into years and month-and-day numbers (MMDD)."""
    months = month.of_days(days)
    in_month = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    month_days: Years = month.number(months) * 100 + in_month
    return month.year(months), month_days
