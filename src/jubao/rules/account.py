"""Interest on individual accounts (个人账户计息): month products or days, rounded once per account."""

from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jubao.rules.eligibility import Days
from jubao.vocabulary.fen import PPM, Fen, multiply_divide, round_parts
from jubao.vocabulary.month import Months

Places = NDArray[np.int64]

_MONTHS = 12
_DAYS_IN_YEAR = 365
_INT64_MAX = 2**63 - 1


class NegativeBalance(ValueError):
    """Some balance is below zero; ``positions`` says which rows."""

    def __init__(self, positions: NDArray[np.intp]) -> None:
        """Keep the rows, so that the caller can name the people."""
        self.positions = positions
        super().__init__(f"有 {len(positions)} 个账户余额为负，未作任何计算；请先核对这些账户的收支明细")


class FlowOutsidePeriod(ValueError):
    """Some flow lies outside the period interest is computed for; ``positions`` says which flows."""

    def __init__(self, positions: NDArray[np.intp]) -> None:
        """Keep the flows, so that the caller can name the entries."""
        self.positions = positions
        super().__init__(f"有 {len(positions)} 笔收支不在计息期内（或已含于期初余额）；请核对入账日期后重算")


class NoRateInForce(ValueError):
    """No interest rate is in force on the first day of the period."""


class AmountTooLarge(ValueError):
    """An amount is too large to be computed exactly in 64 bits."""


def month_product_interest(
    opening: Fen,
    flow_account: Places,
    flow_month: Months,
    flow_amount: Fen,
    *,
    rate_ppm: int,
    after_month: int = 0,
    through_month: int = _MONTHS,
    credit_month_counts: bool = False,
) -> Fen:
    """Interest of one year or part of a year by month products (月积数法).

    interest = half up of (opening x (through - after) + sum of flow x months left) x rate / 12.

    Args:
        opening: shape (n,), int64 fen; balance at the end of ``after_month``.
        flow_account: shape (f,), places 0..n-1 of the accounts the flows belong to.
        flow_month: shape (f,), month numbers after_month+1..12 of the flows.
        flow_amount: shape (f,), int64 fen, signed; pensions paid are negative.
        rate_ppm: yearly rate in millionths; policy ``interest.account_rate``.
        after_month: month number 0..12 up to whose end interest is already in ``opening``.
        through_month: month number up to whose end interest is due.
        credit_month_counts: whether the month of a flow earns, too; policy ``interest.credit_month_counts``.
    Returns:
        shape (n,), int64 fen.
    Raises:
        NegativeBalance: some opening balance is below zero.
        FlowOutsidePeriod: a flow lies at or before ``after_month``, or after December.
    Source:
        人社部发〔2014〕23号 (interest once a year, settled at award and end); method: docs/decisions/0004.

    >>> none, march, hundred = np.array([0]), np.array([3]), np.array([10_000])
    >>> month_product_interest(np.array([100_000]), none, march, hundred, rate_ppm=15_000).tolist()
    [1613]
    """
    earning = _months_left(flow_month, after_month, through_month, credit_month_counts=credit_month_counts)
    _refuse_negative(opening)
    product = opening * (through_month - after_month)
    np.add.at(product, flow_account, flow_amount * earning)
    return multiply_divide(product, rate_ppm, PPM * _MONTHS)


def interest_by_source(  # noqa: PLR0913  as above
    opening: Fen,
    flow_account: Places,
    flow_source: Places,
    flow_month: Months,
    flow_amount: Fen,
    *,
    rate_ppm: int,
    after_month: int = 0,
    through_month: int = _MONTHS,
    credit_month_counts: bool = False,
) -> Fen:
    """Interest by month products for balances kept by source (分来源计息).

    A person's total is rounded once; the fen are given to the sources by the largest remainder
    of their exact parts, the earlier source first among equals.

    Args:
        opening: shape (n, s), int64 fen; balances by source at the end of ``after_month``.
        flow_account: shape (f,), places 0..n-1.
        flow_source: shape (f,), places 0..s-1.
        flow_month: shape (f,), month numbers after_month+1..12.
        flow_amount: shape (f,), int64 fen, signed.
        rate_ppm: yearly rate in millionths.
        after_month: as in ``month_product_interest``.
        through_month: as in ``month_product_interest``.
        credit_month_counts: as in ``month_product_interest``.
    Returns:
        shape (n, s), int64 fen; each row adds up to the interest of the whole account.
    Raises:
        NegativeBalance: some opening balance is below zero.
        FlowOutsidePeriod: a flow lies at or before ``after_month``, or after December.
    Source:
        As ``month_product_interest``; sub-balances by source: the province's calculation sheet.

    >>> none = np.array([], dtype=np.int64)
    >>> interest_by_source(np.array([[100, 233]]), none, none, none, none, rate_ppm=15_000).tolist()
    [[2, 3]]
    """
    earning = _months_left(flow_month, after_month, through_month, credit_month_counts=credit_month_counts)
    _refuse_negative(opening)
    product = opening * (through_month - after_month)
    np.add.at(product, (flow_account, flow_source), flow_amount * earning)
    return round_parts(product, rate_ppm, PPM * _MONTHS)


def day_count_interest(
    opening: Fen,
    flow_account: Places,
    flow_date: Days,
    flow_amount: Fen,
    *,
    rates: list[tuple[date, int]],
    from_date: date,
    to_date: date,
) -> Fen:
    """Simple interest by days over 365, at the rate in force each day (按日计息).

    Args:
        opening: shape (n,), int64 fen; balance at the start of ``from_date``.
        flow_account: shape (f,), places 0..n-1.
        flow_date: shape (f,), datetime64[D]; first day each flow earns, from ``from_date`` to ``to_date``.
        flow_amount: shape (f,), int64 fen, signed.
        rates: (first day, yearly rate in millionths), by ascending day.
        from_date: first day of the period, included.
        to_date: end of the period, excluded.
    Returns:
        shape (n,), int64 fen, rounded half up once.
    Raises:
        NegativeBalance: some opening balance is below zero.
        FlowOutsidePeriod: a flow lies outside the period.
        NoRateInForce: the first rate starts after ``from_date``.
        AmountTooLarge: an account moves more than 64 bits can hold exactly.
    Source:
        人社部发〔2014〕23号; simple interest by days.

    >>> none = np.array([], dtype=np.int64)
    >>> year = {"from_date": date(2017, 1, 1), "to_date": date(2018, 1, 1)}
    >>> day_count_interest(np.array([100_000]), none, none.astype("datetime64[D]"), none,
    ...     rates=[(date(2015, 10, 24), 15_000)], **year).tolist()
    [1500]
    """
    _refuse_negative(opening)
    start, end = np.datetime64(from_date, "D"), np.datetime64(to_date, "D")
    if (outside := np.flatnonzero((flow_date < start) | (flow_date > end))).size:
        raise FlowOutsidePeriod(outside)
    whole = _rate_days(np.array([start]), rates, start, end)
    exposure = opening.copy()
    np.add.at(exposure, flow_account, np.abs(flow_amount))
    if exposure.size and int(exposure.max()) > _INT64_MAX // max(int(whole[0]), 1):
        raise AmountTooLarge("账户金额过大，无法精确计息；请核对金额单位是否为分")
    product = opening * whole
    np.add.at(product, flow_account, flow_amount * _rate_days(flow_date, rates, start, end))
    return multiply_divide(product, 1, PPM * _DAYS_IN_YEAR)


def _months_left(flow_month: Months, after: int, through: int, *, credit_month_counts: bool) -> Months:
    """Count the months each flow earns; refuse flows outside the period."""
    assert 0 <= after <= through <= _MONTHS, "interest months lie in one year"
    if (outside := np.flatnonzero((flow_month <= after) | (flow_month > _MONTHS))).size:
        raise FlowOutsidePeriod(outside)
    return np.maximum(through - flow_month + int(credit_month_counts), 0)


def _rate_days(days: Days, rates: list[tuple[date, int]], start: np.datetime64, end: np.datetime64) -> Fen:
    """Sum rate (millionths) x days from each day to the end of the period, over the rates in force."""
    if not rates or np.datetime64(rates[0][0], "D") > start:
        raise NoRateInForce(f"{start} 尚无适用的记账利率；请在政策参数中补充该日之前生效的利率")
    total = np.zeros(len(days), dtype=np.int64)
    limits = [np.datetime64(day, "D") for day, _ in rates] + [max(end, np.datetime64(rates[-1][0], "D"))]
    for (first, last), (_, ppm) in zip(pairwise(limits), rates, strict=True):
        length = np.minimum(last, end) - np.maximum(days, first)
        total += np.maximum(length.astype(np.int64), 0) * ppm
    return total


def _refuse_negative(balance: Fen) -> None:
    if (bad := np.flatnonzero((balance < 0).reshape(len(balance), -1).any(axis=1))).size:
        raise NegativeBalance(bad)
