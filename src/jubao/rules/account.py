"""Interest on individual accounts (个人账户计息): month products, rounded once per account."""

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary.fen import PPM, Fen, round_parts
from jubao.vocabulary.month import Months

Places = NDArray[np.int64]

_MONTHS = 12


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


def interest_by_source(  # noqa: PLR0913  a flow has four columns, a period three terms
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
    """Interest of one year or part of a year by month products (月积数法), for balances kept by source (分来源计息).

    interest = half up of (opening x (through - after) + sum of flow x months left) x rate / 12.

    A person's total is rounded once; the fen are given to the sources by the largest remainder of their exact parts, the
    earlier source first among equals.

    Args:
        opening: shape (n, s), int64 fen; balances by source at the end of ``after_month``.
        flow_account: shape (f,), places 0..n-1.
        flow_source: shape (f,), places 0..s-1.
        flow_month: shape (f,), month numbers after_month+1..12.
        flow_amount: shape (f,), int64 fen, signed.
        rate_ppm: yearly rate in millionths; policy ``interest.account_rate``.
        after_month: month number 0..12 up to whose end interest is already in ``opening``.
        through_month: month number up to whose end interest is due.
        credit_month_counts: whether the month of a flow earns, too; policy ``interest.credit_month_counts``.
    Returns:
        shape (n, s), int64 fen; each row adds up to the interest of the whole account.
    Raises:
        NegativeBalance: some opening balance is below zero.
        FlowOutsidePeriod: a flow lies at or before ``after_month``, or after December.
    Source:
        人社部发〔2014〕23号 (interest once a year, settled at award and end); method: docs/decisions/0004;
        sub-balances by source: the province's calculation sheet.

    >>> none = np.array([], dtype=np.int64)
    >>> interest_by_source(np.array([[100, 233]]), none, none, none, none, rate_ppm=15_000).tolist()
    [[2, 3]]
    """
    earning = _months_left(flow_month, after_month, through_month, credit_month_counts=credit_month_counts)
    _refuse_negative(opening)
    product = opening * (through_month - after_month)
    np.add.at(product, (flow_account, flow_source), flow_amount * earning)
    return round_parts(product, rate_ppm, PPM * _MONTHS)


def _months_left(flow_month: Months, after: int, through: int, *, credit_month_counts: bool) -> Months:
    """Count the months each flow earns; refuse flows outside the period."""
    assert 0 <= after <= through <= _MONTHS, "interest months lie in one year"
    if (outside := np.flatnonzero((flow_month <= after) | (flow_month > _MONTHS))).size:
        raise FlowOutsidePeriod(outside)
    return np.maximum(through - flow_month + int(credit_month_counts), 0)


def _refuse_negative(balance: Fen) -> None:
    if (bad := np.flatnonzero((balance < 0).reshape(len(balance), -1).any(axis=1))).size:
        raise NegativeBalance(bad)
