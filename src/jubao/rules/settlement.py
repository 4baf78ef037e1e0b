"""What ends with a pension: refund, offset, recovery, duplicate drawing and overlap (终止结算)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary import month
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.fen import Fen, divide_half_up
from jubao.vocabulary.month import Months

_MONTHS = 12


class NegativeAmount(ValueError):
    """A settlement was given an amount below zero; ``positions`` says which rows."""

    def __init__(self, what: str, positions: NDArray[np.intp]) -> None:
        """Keep the rows, so that the caller can name the people."""
        self.positions = positions
        super().__init__(f"结算项目“{what}”有 {len(positions)} 行为负，未作任何计算；请核对账户与发放明细")


class SubsidyAboveBalance(ValueError):
    """The government part of some balance is larger than the balance; ``positions`` says which rows."""

    def __init__(self, positions: NDArray[np.intp]) -> None:
        """Keep the rows, so that the caller can name the people."""
        self.positions = positions
        super().__init__(f"有 {len(positions)} 个账户的政府补贴部分大于账户余额；请核对分来源余额")


class OverlapOutOfRange(ValueError):
    """An overlap is not between 0 and 12 months of one contribution year."""


class OverlapMethod(StrEnum):
    """How a year of contributions that overlaps another scheme is refunded."""

    MONTH_PRORATA = "month_prorata"
    WHOLE_YEAR = "whole_year"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is owed both ways at an end, shape (n,), fen.

    credit = offset + refund; overpaid = offset + to_recover.
    """

    credit: Fen
    offset: Fen
    refund: Fen
    to_recover: Fen


@dataclass(frozen=True, slots=True)
class DuplicateSettlement:
    """What is owed both ways when a pension was drawn twice, shape (n,), fen.

    account_left = offset + refund; base_back = offset + still_due.
    """

    account_left: Fen
    offset: Fen
    refund: Fen
    still_due: Fen


def overpaid_months(last_entitled_month: Months, last_paid_month: Months) -> NDArray[np.int64]:
    """Months paid after the last month due (多发月数).

    Args:
        last_entitled_month: shape (n,), YYYYMM; for a death its month.
        last_paid_month: shape (n,), YYYYMM; last benefit month paid.
    Returns:
        shape (n,), int64 months, never below zero.
    Raises:
        Nothing.
    Source:
        国发〔2014〕8号, part 7 (paid up to the month of death).

    >>> overpaid_months(np.array([201703, 201703]), np.array([201708, 201702])).tolist()
    [5, 0]
    """
    return np.maximum(month.between(last_entitled_month, last_paid_month), 0)


def account_paid_out(balance: Fen, ends: Sequence[AccountEnd], government: Sequence[int]) -> Fen:
    """What of accounts is paid to somebody when relations end (账户处理).

    Args:
        balance: shape (n, s), int64 fen by source.
        ends: n ways an account ends; policy ``scheme.settlement_by_reason`` on the day of the event.
        government: columns of the sources governments pay.
    Returns:
        shape (n, s), int64 fen; nothing of an account that moves or is kept.
    Raises:
        NegativeAmount: some balance is below zero.
    Source:
        国发〔2014〕8号, parts 6 (inheritance) and 8 (moving); 人社部发〔2014〕17号 (linkage).

    >>> balance = np.array([[700, 300]] * 3)
    >>> ends = [AccountEnd.PAID, AccountEnd.PAID_WITHOUT_SUBSIDY, AccountEnd.KEPT]
    >>> account_paid_out(balance, ends, [1]).tolist()
    [[700, 300], [700, 0], [0, 0]]
    """
    _refuse_negative("账户余额", balance.min(axis=1, initial=0))
    paid = balance * np.array([end.is_paid for end in ends], dtype=np.int64)[:, None]
    stays = np.array([end is AccountEnd.PAID_WITHOUT_SUBSIDY for end in ends], dtype=np.bool_)
    paid[np.ix_(np.flatnonzero(stays), np.array(government, dtype=np.int64))] = 0
    return paid


def settle_termination(refundable: Fen, backpay: Fen, funeral: Fen, overpaid: Fen) -> Settlement:
    """Settle the end of a pension: what is owed to the heirs against what was paid too much.

    Args:
        refundable: shape (n,), int64 fen; account balance, overpaid account part already put back.
        backpay: shape (n,), fen still due for months alive.
        funeral: shape (n,), fen of funeral grant.
        overpaid: shape (n,), fen paid after the last month due.
    Returns:
        ``Settlement`` of shape (n,): credit, offset, refund, to_recover.
    Raises:
        NegativeAmount: some amount is below zero.
    Source:
        Settlement record of the province, elements AAE418 to AAE427.

    >>> settle_termination(*(np.array([fen]) for fen in (37_500, 0, 100_000, 50_000))).refund.tolist()
    [87500]
    """
    _refuse_negative("可退账户金额", refundable)
    _refuse_negative("补发金额", backpay)
    _refuse_negative("丧葬补助金", funeral)
    _refuse_negative("多发金额", overpaid)
    credit = refundable + backpay + funeral
    offset = np.minimum(overpaid, credit)
    return Settlement(credit, offset, credit - offset, overpaid - offset)


def settle_duplicate(base_back: Fen, balance: Fen, government_part: Fen) -> DuplicateSettlement:
    """End a residents' pension drawn beside an employees' one (重复领取清退).

    Args:
        base_back: shape (n,), int64 fen; basic pension drawn in the duplicate months.
        balance: shape (n,), fen; account balance.
        government_part: shape (n,), fen of it from government subsidies, not refunded.
    Returns:
        ``DuplicateSettlement`` of shape (n,): account_left, offset, refund, still_due.
    Raises:
        NegativeAmount: some amount is below zero.
        SubsidyAboveBalance: a government part is larger than its balance.
    Source:
        人社部发〔2014〕17号 (城乡养老保险制度衔接暂行办法): duplicate benefits.

    >>> settle_duplicate(np.array([153_000]), np.array([90_000]), np.array([21_000])).still_due.tolist()
    [84000]
    """
    _refuse_negative("应退基础养老金", base_back)
    _refuse_negative("账户余额", balance)
    _refuse_negative("政府补贴部分", government_part)
    if (bad := np.flatnonzero(government_part > balance)).size:
        raise SubsidyAboveBalance(bad)
    left = balance - government_part
    offset = np.minimum(base_back, left)
    return DuplicateSettlement(left, offset, left - offset, base_back - offset)


def overlap_refund(personal: Fen, overlap_months: NDArray[np.int64], method: OverlapMethod | str) -> Fen:
    """Contribution refunded for months also paid in the employees' scheme (重复缴费退还).

    Args:
        personal: shape (n,), int64 fen; personal contribution (or collective assistance) of one year.
        overlap_months: shape (n,), 0..12 months of that year paid in both schemes.
        method: policy ``linkage.overlap_refund_method``: ``month_prorata`` or ``whole_year``.
    Returns:
        shape (n,), int64 fen, halves rounded up.
    Raises:
        NegativeAmount: some contribution is below zero.
        OverlapOutOfRange: an overlap is not between 0 and 12 months.
        ValueError: the method is unknown.
    Source:
        人社部发〔2014〕17号 (duplicate contributions); month pro-rata is the usual reading.

    >>> overlap_refund(np.array([30_000]), np.array([6]), "month_prorata").tolist()
    [15000]
    """
    _refuse_negative("个人缴费", personal)
    if ((overlap_months < 0) | (overlap_months > _MONTHS)).any():
        raise OverlapOutOfRange("重复缴费月数应在 0 至 12 之间；请逐年核对两险缴费月份")
    if OverlapMethod(method) is OverlapMethod.WHOLE_YEAR:
        return np.where(overlap_months > 0, personal, 0)
    return divide_half_up(personal * overlap_months, _MONTHS)


def _refuse_negative(what: str, amount: Fen) -> None:
    if (bad := np.flatnonzero(amount < 0)).size:
        raise NegativeAmount(what, bad)
