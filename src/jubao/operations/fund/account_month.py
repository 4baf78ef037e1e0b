"""A month of a bank account as the desk shows it: lines facing each other, and the acts that match and sign it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from jubao.operations.envelope.seen.offered import OfferedAct
from jubao.operations.fund.offering import offered_of, withheld
from jubao.reports.reconciliation.facing import BLANK, CONFIRMATION, Facing, Written, facing
from jubao.vocabulary.both import both
from jubao.vocabulary.viewer import Viewer

BY_RULE, BY_HAND, SIGN, STATEMENT, CONFIRM = (
    "reconcile.match",
    "reconcile.match_by_hand",
    "reconcile.sign",
    "bank.statement",
    "fiscal.confirm",
)


@dataclass(frozen=True)
class AccountMonthPage:
    """The month, the acts offered, and the forms' own key.

    ``may_pair`` says that the viewer may propose what is ticked, ``may_sign`` that he may sign the month now.
    """

    facing: Facing
    acts: tuple[OfferedAct, ...]
    may_pair: bool
    may_sign: bool
    key: str

    @property
    def bureau(self) -> str:
        """What the finance bureau's word is called among the reasons."""
        return CONFIRMATION

    def with_fault(self, fault: str, faults: Sequence[str] = ()) -> Self:
        """The same with what was wrong with what was sent."""
        return replace(self, facing=replace(self.facing, fault=fault, faults=faults))


def account_month_page(
    account: str, month: int, written: Written = BLANK, *, viewer: Viewer
) -> AccountMonthPage | None:
    """As ``facing``, with what may be done. Raises MayNotLook."""
    found = facing(account, month, written, viewer=viewer)
    if found is None:
        return None
    codes = (STATEMENT, BY_RULE, *((CONFIRM,) if found.asks_bureau else ()), SIGN, BY_HAND)
    answers = {"office_account": found.name.chinese, "month": str(month)}
    acts = {act.code: _told(act, found) for act in offered_of(viewer, codes, answers)}
    by_hand, sign = acts.pop(BY_HAND, None), acts.get(SIGN)
    may_sign = sign is not None and sign.may
    if may_sign:
        del acts[SIGN]  # it is signed where its items stand
    return AccountMonthPage(
        found,
        tuple(acts.values()),
        by_hand is not None and by_hand.may,
        may_sign,
        f"{account}-{month}-{secrets.token_hex(8)}",
    )


def _told(act: OfferedAct, found: Facing) -> OfferedAct:
    """An act as far as this page tells what stands against it."""
    if act.code not in {SIGN, BY_RULE}:
        return act
    if found.agreed.signed_on is not None:
        return withheld(act, both("本月已经签定", "Signed already"))
    if act.code == SIGN and not found.is_over:
        return withheld(act, both("当月尚未结束", "The month is not over"))
    return act
