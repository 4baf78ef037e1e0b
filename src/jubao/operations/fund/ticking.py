"""What a clerk does where books and bank face each other: ticks proposed as a match by hand, a month proposed to be signed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from jubao.operations.envelope.acting import Answer, propose
from jubao.operations.envelope.fault import Refused
from jubao.reports.reconciliation.lines import ACCOUNTS, Entry, sides
from jubao.vocabulary.fen import format_yuan

BY_HAND, SIGN = "reconcile.match_by_hand", "reconcile.sign"


class TicksDoNotAddUp(Refused):
    """What is ticked on both sides cannot be the same money."""


def propose_ticked(
    account: str,
    *,
    book: Collection[str],
    bank: Collection[str],
    reason: str,
    key: str,
    by: str,
    on: date,
    at: datetime,
) -> Answer:
    """Propose that ticked lines are the same money; a tick on one leg of a voucher stands for all of its legs.

    Args:
        account: key of a bank account.
        book, bank: keys of the lines ticked, as the page has them.
        reason: why they are the same.
        key: the form's own; by, on, at: who asks, on which business day and when.
    Raises:
        TicksDoNotAddUp: fewer than two lines, different sums, or no reason; the difference is named.
        Refused: as ``propose``.
    """
    both = sides(account)
    names = {_name(one) for one in both.book if str(one.id) in set(book)}
    ours = [one for one in both.book if _name(one) in names]
    theirs = [one for one in both.bank if str(one.id) in set(bank)]
    _require_equal(ours, theirs)
    if not reason.strip():
        raise TicksDoNotAddUp("手工勾对须写明理由：为什么这几笔是同一笔钱")
    case = {
        "account": ACCOUNTS[account][0],
        "bank": [one.reference for one in theirs],
        "vouchers": sorted(names),
        "reason": reason.strip(),
    }
    return propose(BY_HAND, [case], key=key, by=by, on=on, at=at)


def reasons_of(items: Sequence[str], whys: Sequence[str]) -> dict[str, str]:
    """Reasons by what they are of, as a form sends both in one order; of two for the same, one that says something."""
    found: dict[str, str] = {}
    for item, why in zip(items, whys, strict=False):
        found[item] = why.strip() or found.get(item, "")
    return found


def propose_signed(
    account: str, month: int, *, reasons: Mapping[str, str], key: str, by: str, on: date, at: datetime
) -> Answer:
    """Propose to sign a month of an account with a reason for what stands between its two balances.

    Args:
        account: key of a bank account; month: YYYYMM.
        reasons: by voucher, reference or 财政专户对账单; empty ones are none.
        key: the form's own; by, on, at: who asks, on which business day and when.
    Raises:
        Refused: as ``propose``, with every item that still lacks a reason.
    """
    stated = [{"item": item, "reason": why} for item, why in reasons.items() if why]
    case = {"account": ACCOUNTS[account][0], "period": month, "reasons": stated}
    return propose(SIGN, [case], key=key, by=by, on=on, at=at)


def _require_equal(ours: Collection[Entry], theirs: Collection[Entry]) -> None:
    if len(ours) + len(theirs) <= 1:
        raise TicksDoNotAddUp("至少勾选两笔才能勾对：账上的和银行的，或账上互相冲抵的两笔")
    left, right = sum(one.fen for one in ours), sum(one.fen for one in theirs)
    if left != right:
        raise TicksDoNotAddUp(
            f"两边不等：账面合计 {format_yuan(left)} 元，银行合计 {format_yuan(right)} 元，"
            f"相差 {format_yuan(left - right)} 元。请核对所选各笔"
        )


def _name(one: Entry) -> str:
    return one.voucher or one.reference
