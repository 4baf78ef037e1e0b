"""Months: arithmetic against the calendar, arrays as single months, text read strictly."""
# ruff: noqa: RUF001  (full-width and foreign characters are what is tested)

import calendar
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.vocabulary import month
from jubao.vocabulary.workdays import HolidaysNotKnown, add_workdays, is_workday, last_year_known

days = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@given(days, st.integers(-1200, 1200))
def test_adding_months_walks_the_calendar(day, months):
    year, number = divmod(day.year * 12 + day.month - 1 + months, 12)
    later = month.add(month.of(day), months)
    assert later == month.make(year, number + 1)
    assert month.between(month.of(day), later) == months
    assert month.add(np.array([month.of(day)]), months).tolist() == [later]
    assert month.between(np.array([month.of(day)]), np.array([later])).tolist() == [months]


@given(days)
def test_a_month_knows_its_first_and_last_day(day):
    this = month.of(day)
    assert (month.year(this), month.number(this)) == (day.year, day.month)
    assert month.first_day(this) == day.replace(day=1)
    assert month.last_day(this).day == calendar.monthrange(day.year, day.month)[1]
    assert month.of_days(np.array([day], dtype="datetime64[D]")).tolist() == [this]
    assert month.parse(str(this)) == this


@given(days, st.integers(0, 40))
def test_a_span_is_half_open_and_without_gaps(day, length):
    first = month.of(day)
    months = month.span(first, month.add(first, length))
    assert len(months) == length
    assert all(month.first_day(later) == month.last_day(one) + timedelta(1) for one, later in pairwise(months))


@pytest.mark.parametrize(
    "text", ["", "201713", "201700", "2017", "2017-6", "2017/06", " 201706", "20170601", "２０１７０６"]
)
def test_what_is_not_plainly_a_month_is_refused(text):
    with pytest.raises(month.NotAMonth):
        month.parse(text)


def test_there_is_no_thirteenth_month():
    with pytest.raises(month.NotAMonth):
        month.make(2017, 13)


def test_deadlines_skip_the_national_holiday_week():
    assert add_workdays(date(2017, 9, 30), 1) == date(2017, 10, 9)
    assert add_workdays(date(2017, 9, 29), 1) == date(2017, 9, 30)
    assert add_workdays(date(2017, 6, 1), 0) == date(2017, 6, 1)


def test_a_year_whose_holidays_are_not_announced_says_so():
    """Weekdays of the Spring Festival must not count as working days just because nobody knows them yet."""
    last = last_year_known()
    assert isinstance(is_workday(date(last, 12, 31)), bool)
    for unknown in (date(last + 1, 1, 1), date(2090, 1, 2), date(1990, 1, 2)):
        with pytest.raises(HolidaysNotKnown, match=f"不能判断 {unknown} 是否工作日.*请更新"):
            is_workday(unknown)


def test_a_deadline_beyond_the_known_holidays_is_not_guessed():
    last = date(last_year_known(), 12, 31)
    assert add_workdays(last, 0) == last
    with pytest.raises(HolidaysNotKnown, match=str(last.year)):
        add_workdays(last, 1)
