"""Whose account money a remittance carries up: shared over the people, to the fen."""

from datetime import date

import numpy as np

from jubao.operations.envelope.declaration import ActReference, Refused
from jubao.records import bulk
from jubao.records.models import FundMovement, RemittanceShare
from jubao.reports.fiscal.remittance import account_money, year_of_money
from jubao.vocabulary.fen import allocate, format_yuan


class NothingLeftToRemit(Refused):
    """A remittance is larger than what the year's account money still comes to."""


def share_out(movement: FundMovement, year_of_surplus: int, *, act: ActReference) -> int:
    """Write the shares of a remittance: in proportion to what each person's account may still send up.

    The fen that do not divide go to the largest remainders, the person registered earlier first among equals;
    so the shares add up to the movement, and no share passes what its account has left.

    Returns:
        number of shares.
    Raises:
        NothingLeftToRemit: the movement is larger than the account money of that year not yet sent.
    """
    money = account_money(year_of_money(year_of_surplus), as_of=date.max)
    left = int(money.left.sum())
    if movement.amount_fen > left:
        raise NothingLeftToRemit(
            f"上解 {movement.reference} 金额 {format_yuan(movement.amount_fen)} 元，超过{money.year}年度账户资金尚可上解的 "
            f"{format_yuan(left)} 元（已领取待遇、已终止人员的账户资金留存当地，利息不上解）；"
            "请用 jubao fund remittance 核对后减少金额，或先办理缴费记账"
        )
    share = allocate(movement.amount_fen, money.left)
    kept = np.flatnonzero(share)
    bulk.insert(
        RemittanceShare,
        {"movement_id": movement.pk, "person_id": money.person[kept], "year": money.year,
         "amount_fen": share[kept], "act_id": act.id},
        count=kept.size,
    )  # fmt: skip
    return int(kept.size)
