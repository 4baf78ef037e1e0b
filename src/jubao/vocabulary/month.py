"""Months as integers YYYYMM, and int64 arrays of them; periods of months are half-open."""

import calendar
import re
from datetime import date
from typing import TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

Months: TypeAlias = NDArray[np.int64]
Days: TypeAlias = NDArray[np.datetime64]

_TEXT = re.compile(r"([0-9]{4})-?([0-9]{2})", re.ASCII)
_IN_YEAR = 12
_EPOCH_YEAR = 1970


class NotAMonth(ValueError):
    """A value cannot be read as a month."""


def make(year: int, number: int) -> int:
    """Give the month of a year and a number 1..12 as YYYYMM; raises ``NotAMonth``.

    >>> make(2017, 6)
    201706
    """
    if not (1 <= number <= _IN_YEAR and 1 <= year <= date.max.year):
        raise NotAMonth(f"没有 {year} 年 {number} 月；月份应为 1 至 12")
    return year * 100 + number


def of(day: date) -> int:
    """Give the month a day lies in.

    >>> of(date(2017, 12, 15))
    201712
    """
    return day.year * 100 + day.month


def of_days(days: Days) -> Months:
    """Give the months days lie in.

    Args:
        days: shape (n,), datetime64[D].

    Returns:
        shape (n,), int64 YYYYMM.
    """
    since_1970 = days.astype("datetime64[M]").astype(np.int64)
    return _from_index(since_1970 + _EPOCH_YEAR * _IN_YEAR)


@overload
def add(month: int, months: int) -> int: ...
@overload
def add(month: Months, months: int | Months) -> Months: ...
def add(month: int | Months, months: int | Months) -> int | Months:
    """Give the month a number of months later (or earlier, when negative).

    >>> add(201711, 3), add(201701, -1)
    (201802, 201612)
    """
    return _from_index(_to_index(month) + months)


@overload
def between(earlier: int, later: int) -> int: ...
@overload
def between(earlier: Months, later: int | Months) -> Months: ...
@overload
def between(earlier: int, later: Months) -> Months: ...
def between(earlier: int | Months, later: int | Months) -> int | Months:
    """Count the months from one month (included) to another (excluded); negative when it lies before.

    >>> between(201704, 201710), between(201802, 201801)
    (6, -1)
    """
    return _to_index(later) - _to_index(earlier)


def span(first: int, end: int) -> list[int]:
    """List the months of a half-open period.

    >>> span(201711, 201802)
    [201711, 201712, 201801]
    """
    return [add(first, step) for step in range(between(first, end))]


def first_day(month: int) -> date:
    """Give the first day of a month."""
    return date(year(month), number(month), 1)


def last_day(month: int) -> date:
    """Give the last day of a month.

    >>> last_day(201602)
    datetime.date(2016, 2, 29)
    """
    return date(year(month), number(month), calendar.monthrange(year(month), number(month))[1])


@overload
def year(month: int) -> int: ...
@overload
def year(month: Months) -> Months: ...
def year(month: int | Months) -> int | Months:
    """Give the year of a month."""
    return month // 100


@overload
def number(month: int) -> int: ...
@overload
def number(month: Months) -> Months: ...
def number(month: int | Months) -> int | Months:
    """Give the number 1..12 of a month in its year."""
    return month % 100


def parse(text: str) -> int:
    """Read a month written ``201706`` or ``2017-06``; raises ``NotAMonth``.

    >>> parse("201706"), parse("2017-06")
    (201706, 201706)
    """
    if (match := _TEXT.fullmatch(text)) is None:
        raise NotAMonth(f"“{text}”不是年月：应为六位数字，如 201706；请改正后重新报送")
    return make(int(match[1]), int(match[2]))


@overload
def _to_index(month: int) -> int: ...
@overload
def _to_index(month: Months) -> Months: ...
def _to_index(month: int | Months) -> int | Months:
    """Count months since the year 0, so that months can be added."""
    return month // 100 * _IN_YEAR + month % 100 - 1


@overload
def _from_index(index: int) -> int: ...
@overload
def _from_index(index: Months) -> Months: ...
def _from_index(index: int | Months) -> int | Months:
    return index // _IN_YEAR * 100 + index % _IN_YEAR + 1
