"""Months that are paid afterwards (补发): at award, at resumption, after a late notice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary import month
from jubao.vocabulary.month import Months

Places = NDArray[np.int64]

_PLACE = 10**6


@dataclass(frozen=True, slots=True)
class Holds:
    """Months nothing is due for: award places, from (included), to (excluded)."""

    award: Places
    from_month: Months
    to_month: Months


def expand_months(from_month: Months, to_month: Months) -> tuple[Places, Months]:
    """Turn half-open periods into (place, month) pairs.

    Args:
        from_month: shape (n,), YYYYMM, included.
        to_month: shape (n,), YYYYMM, excluded; a period that ends before it begins gives nothing.
    Returns:
        place, shape (k,), 0..n-1 ascending; month, shape (k,), YYYYMM ascending within a place.
    Raises:
        Nothing.
    Source:
        House rule: periods are half-open.

    >>> place, months = expand_months(np.array([201711, 201801]), np.array([201802, 201801]))
    >>> place.tolist(), months.tolist()
    ([0, 0, 0], [201711, 201712, 201801])
    """
    count = np.maximum(month.between(from_month, to_month), 0)
    place = np.repeat(np.arange(len(count), dtype=np.int64), count)
    step = np.arange(len(place), dtype=np.int64) - np.repeat(np.cumsum(count) - count, count)
    return place, month.add(from_month[place], step)


def months_due(start: Months, end: Months, holds: Holds | None = None) -> tuple[Places, Months]:
    """Months due to awards between their start and a month, without the months held.

    Args:
        start: shape (n,), YYYYMM; first month each award is due for.
        end: shape (n,), YYYYMM, excluded; the month after the last due one.
        holds: months for which nothing is due (custody, ended), by award place; None for no holds.
    Returns:
        place, shape (k,); month, shape (k,), YYYYMM; ordered by place, then month.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7; award back-pay (核定补发) from the first pension month.

    >>> custody = Holds(np.array([0]), np.array([201704]), np.array([201706]))
    >>> months_due(np.array([201703]), np.array([201708]), custody)[1].tolist()
    [201703, 201706, 201707]
    """
    place, months = expand_months(start, end)
    if holds is None:
        return place, months
    row, held_month = expand_months(holds.from_month, holds.to_month)
    held = np.isin(place * _PLACE + months, holds.award[row] * _PLACE + held_month)
    return place[~held], months[~held]


def stretches(place: Places, months: Months) -> tuple[Places, Months, Months]:
    """Months in a row as half-open periods, the way back from ``expand_months``.

    Args:
        place: shape (k,), ascending.
        months: shape (k,), YYYYMM, ascending within a place.
    Returns:
        place, from (included) and to (excluded) of each period, shape (m,); ordered by place, then month.
    Raises:
        Nothing.
    Source:
        House rule: periods are half-open; arrears are written as periods (补发起止年月).

    >>> [column.tolist() for column in stretches(np.array([0, 0, 0, 1]), np.array([201711, 201712, 201802, 201803]))]
    [[0, 0, 1], [201711, 201802, 201803], [201801, 201803, 201804]]
    """
    begins = np.ones(months.size, dtype=np.bool_)
    begins[1:] = (place[1:] != place[:-1]) | (months[1:] != month.add(months[:-1], 1))
    ends = np.roll(begins, -1)
    return place[begins], months[begins], month.add(months[ends], 1)
