"""Every birthday from 1925 to 2010, by enumeration, against a second calendar written without numpy."""

from datetime import date, timedelta

import numpy as np
import pytest

from jubao.rules import eligibility

FIRST, LAST = date(1925, 1, 1), date(2010, 12, 31)
BIRTHDAYS = [FIRST + timedelta(step) for step in range((LAST - FIRST).days + 1)]
BIRTHS = np.array(BIRTHDAYS, dtype="datetime64[D]")


def birthday_in(born: date, year: int) -> date:
    """The birthday in a year; the last day of February where there is no 29th (民法典 art. 202)."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def completed_years(born: date, on: date) -> int:
    """Age counted by looking at this year's birthday."""
    return on.year - born.year - (0 if on >= birthday_in(born, on.year) else 1)


@pytest.mark.parametrize("age", [16, 60, 65, 70, 75])
def test_the_month_of_an_age_and_the_first_pension_month(age):
    reached = [birthday_in(born, born.year + age) for born in BIRTHDAYS]
    after = [(day.replace(day=1) + timedelta(32)).replace(day=1) for day in reached]
    assert eligibility.age_month(BIRTHS, age).tolist() == [day.year * 100 + day.month for day in reached]
    first = eligibility.start_month(eligibility.age_month(BIRTHS, age), np.full(len(BIRTHS), 190001))
    assert first.tolist() == [day.year * 100 + day.month for day in after]


@pytest.mark.parametrize(
    "on",
    [
        date(2011, 7, 1),
        date(2016, 2, 28),
        date(2016, 2, 29),
        date(2017, 2, 28),
        date(2017, 3, 1),
        date(2017, 12, 31),
        date(1900, 2, 28),
        date(2000, 2, 29),
        date(2026, 1, 1),
    ],
)
def test_completed_years_on_a_day(on):
    assert eligibility.age_on(BIRTHS, on).tolist() == [completed_years(born, on) for born in BIRTHDAYS]


def test_completed_years_when_everybody_has_an_own_day():
    days = BIRTHS + np.arange(len(BIRTHS)) % 36_525
    alone = [completed_years(born, day) for born, day in zip(BIRTHDAYS, days.tolist(), strict=True)]
    assert eligibility.age_on(BIRTHS, days).tolist() == alone


def test_leap_days_of_every_year_from_1930_to_2040():
    leap = np.array([date(1952, 2, 29)], dtype="datetime64[D]")
    for year in range(1953, 2041):
        if date(year, 3, 1) - timedelta(1) == date(year, 2, 28):
            assert eligibility.age_on(leap, date(year, 2, 27))[0] == year - 1952 - 1
            assert eligibility.age_on(leap, date(year, 2, 28))[0] == year - 1952
        else:
            assert eligibility.age_on(leap, date(year, 2, 28))[0] == year - 1952 - 1
            assert eligibility.age_on(leap, date(year, 2, 29))[0] == year - 1952


def hunan_years(born: date) -> int:
    """The formula of the province for a launch on 2011-07-01, as its offices write it."""
    years = born.year - 1951
    if years < 0:
        return 0
    if years == 0:
        return 1 if born.month >= 7 else 0
    return min(years, 15)


def test_required_years_follow_the_formula_of_the_province():
    required = eligibility.required_years(BIRTHS, date(2011, 7, 1), 60, 15)
    assert required.tolist() == [hunan_years(born) for born in BIRTHDAYS]


@pytest.mark.parametrize("launch", [date(2009, 9, 1), date(2010, 10, 15), date(2012, 1, 1)])
def test_required_years_elsewhere_start_at_the_launch(launch):
    required = eligibility.required_years(BIRTHS, launch, 60, 15)
    for born, years in zip(BIRTHDAYS, required.tolist(), strict=True):
        if completed_years(born, launch) >= 60 and birthday_in(born, born.year + 60) != launch:
            assert years == 0
        else:
            assert years == max(1, min(15, born.year + 60 - launch.year))
    assert (np.diff(required) >= 0).all()
