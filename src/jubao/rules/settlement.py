"""What ends with a relation: what of the account is paid out, refund, offset and recovery (终止结算)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.fen import Fen


class NegativeAmount(ValueError):
    """A settlement was given an amount below zero; ``positions`` says which rows."""

    def __init__(self, what: str, positions: NDArray[np.intp]) -> None:
        """Keep the rows, so that the caller can name the people."""
        self.positions = positions
        super().__init__(f"结算项目“{what}”有 {len(positions)} 行为负，未作任何计算；请核对账户与发放明细")


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is owed both ways at an end, shape (n,), fen.

    credit = offset + refund; overpaid = offset + to_recover.
    """

    credit: Fen
    offset: Fen
    refund: Fen
    to_recover: Fen


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


def _refuse_negative(what: str, amount: Fen) -> None:
    if (bad := np.flatnonzero(amount < 0)).size:
        raise NegativeAmount(what, bad)
