"""Months that are paid afterwards (补发): at award, at resumption, after a late notice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary import month
from jubao.vocabulary.fen import Fen
from jubao.vocabulary.month import Months

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

_PLACE = 10**6


class NoStandardInForce(ValueError):
    """Some month lies before the first dated standard."""


class StandardsOutOfOrder(ValueError):
    """Dated standards do not ascend."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A monthly amount with its history: from each month (ascending) the amount beside it, in fen."""

    from_month: Months
    amount_fen: Fen

    def __post_init__(self) -> None:
        """Refuse rows that do not ascend."""
        if (np.diff(self.from_month) <= 0).any():
            raise StandardsOutOfOrder("待遇标准的生效年月应逐行递增；请检查政策参数")

    def at(self, months: Months) -> Fen:
        """Amount in force in each month, in fen; raises ``NoStandardInForce`` before the first row."""
        row = np.searchsorted(self.from_month, months, side="right") - 1
        if (row < 0).any():
            raise NoStandardInForce(f"{months.min()} 尚无待遇标准；请在政策参数中补充更早的标准")
        return self.amount_fen[row]


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


def backpay_months(
    suspended_from: Months, resumed_month: Months, reason_pays_back: Flags
) -> tuple[Places, Months]:
    """Months paid back when suspended pensions resume (待遇接续补发).

    Args:
        suspended_from: shape (n,), YYYYMM; first month not paid.
        resumed_month: shape (n,), YYYYMM; first month paid again, itself no back-pay.
        reason_pays_back: shape (n,), bool; policy ``suspension`` by reason: 1201 yes, 1202 (custody) no.
    Returns:
        place, shape (k,); month, shape (k,), YYYYMM.
    Raises:
        Nothing.
    Source:
        Practice of the province: full back-pay for 1201, none for 1202, each month by its own standard.

    >>> stopped, resumed = np.array([201704, 201704]), np.array([201710, 201710])
    >>> backpay_months(stopped, resumed, np.array([True, False]))[0].tolist()
    [0, 0, 0, 0, 0, 0]
    """
    return expand_months(suspended_from, np.where(reason_pays_back, resumed_month, suspended_from))


def adjustment_difference(months: Months, old: Standard, new: Standard) -> Fen:
    """Difference a late notice makes in months already paid (调整补发).

    Args:
        months: shape (k,), YYYYMM; months paid by the old standard, of any number of people.
        old: standard the months were paid by.
        new: standard the notice sets.
    Returns:
        shape (k,), int64 fen; negative where too much was paid.
    Raises:
        NoStandardInForce: a month lies before the first row of a standard.
    Source:
        Notices adjusting the basic pension, e.g. 人社部规〔2018〕3号: due from the effective month on.

    >>> old = Standard(np.array([201407]), np.array([8500]))
    >>> new = Standard(np.array([201407, 201801]), np.array([8500, 10300]))
    >>> adjustment_difference(np.array([201712, 201801, 201802]), old, new).tolist()
    [0, 1800, 1800]
    """
    return new.at(months) - old.at(months)


def total_by_place(place: Places, amount: Fen, size: int) -> Fen:
    """Add up the amounts of (place, month) pairs per place.

    Args:
        place: shape (k,), 0..size-1.
        amount: shape (k,), int64 fen.
        size: number of places.
    Returns:
        shape (size,), int64 fen.
    Raises:
        IndexError: a place is not below ``size``.
    Source:
        Plain addition.

    >>> total_by_place(np.array([0, 0, 2]), np.array([1800, 1800, 5]), 3).tolist()
    [3600, 0, 5]
    """
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, place, amount)
    return total
