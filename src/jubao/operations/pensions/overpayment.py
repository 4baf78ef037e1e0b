"""Claiming back what was paid without a right: the case, its months, the offset, and later receipts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import numpy as np
from django.db.models import F

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import amounts_by_item, post
from jubao.operations.fund.receipts import unused_receipt
from jubao.operations.law import law
from jubao.operations.pensions.closing import Ending, Month
from jubao.operations.people import find_people, shown
from jubao.records.models import OverpaidMonth, Overpayment, RecoveryEvent
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason
from jubao.vocabulary.fen import Fen, yuan_plain


class MonthItem(Protocol):
    """Anything that names a benefit item and its fen."""

    @property
    def item(self) -> Any:
        """The benefit item's code."""

    @property
    def amount_fen(self) -> Any:
        """The amount in fen."""


def _post_claims(claimed: Sequence[Month], act: ActReference) -> None:
    """Months of this year reduce this year's expenditure; earlier ones are other income."""
    this_year = [m for m in claimed if m.month // 100 == act.on.year]
    sums: dict[str, int] = {}
    for month in this_year:
        sums[month.item] = sums.get(month.item, 0) + month.amount_fen
    post("overpayment_found", amounts_by_item(sums), act=act)
    earlier = sum(m.amount_fen for m in claimed) - sum(sums.values())
    post("overpayment_found_earlier", {"amount": earlier}, act=act)


@dataclass(frozen=True)
class OffsetShares:
    """What of each settlement the offset takes, shape (n,), fen: account first, then grant, then back-pay."""

    account: Fen
    funeral: Fen
    backpay: Fen


def share_offset(offset: Fen, *, account: Fen, funeral: Fen, backpay: Fen) -> OffsetShares:
    """Spread offsets over what is credited, in the order the settlement form lists it."""
    from_account = np.minimum(offset, account)
    from_funeral = np.minimum(offset - from_account, funeral)
    rest = offset - from_account - from_funeral
    assert (rest <= backpay).all(), "an offset never exceeds what is credited"
    return OffsetShares(from_account, from_funeral, rest)


def claim_overpayments(endings: Sequence[Ending], shares: OffsetShares, *, act: ActReference) -> None:
    """Open a recovery case for every ending with overpaid months, and set the settlement's offset against it."""
    offset = shares.account + shares.funeral + shares.backpay
    due = act.on + timedelta(days=int(law(act.on).value("procedure.repayment_notice_days")))
    for ending, off in zip(endings, offset.tolist(), strict=True):
        if not ending.claimed:
            continue
        total = sum(m.amount_fen for m in ending.claimed)
        case = Overpayment.objects.create(
            act_id=act.id, person=ending.person, reason=ending.case.reason, amount_fen=total, open_fen=total - off,
            from_month=min(m.month for m in ending.claimed), owner_post=Post.BENEFITS,
            to_month=months.add(max(m.month for m in ending.claimed), 1),
            due_date=due,
        )  # fmt: skip
        OverpaidMonth.objects.bulk_create(
            OverpaidMonth(act_id=act.id, overpayment=case, month=m.month, item=m.item, amount_fen=m.amount_fen)
            for m in ending.claimed
        )
        if off:
            RecoveryEvent.objects.create(act_id=act.id, overpayment=case, kind="OFFSET", amount_fen=off)
    _post_claims([m for e in endings for m in e.claimed], act)
    _post_offsets(endings, shares, act)


def _post_offsets(endings: Sequence[Ending], shares: OffsetShares, act: ActReference) -> None:
    sums: dict[str, int] = {}
    for ending, fen in zip(endings, shares.backpay.tolist(), strict=True):
        for item, part in first_months(ending.unpaid, fen).items():
            sums[item] = sums.get(item, 0) + part
    amounts = amounts_by_item(sums)
    amounts |= {"account_refund": int(shares.account.sum()), "funeral_grant": int(shares.funeral.sum())}
    post("overpayment_offset", amounts, act=act)


def first_months(owed: Iterable[MonthItem], fen: int) -> dict[str, int]:
    """The first ``fen`` of some months' items, by item."""
    sums: dict[str, int] = {}
    for month in owed:
        part = min(fen, month.amount_fen)
        sums[month.item] = sums.get(month.item, 0) + part
        fen -= part
    return {item: part for item, part in sums.items() if part}


class ReceiveRecovery(Arguments):
    """Overpaid money that a person or an heir paid back, all or in part, as the bank confirms it."""

    person: str
    amount_fen: int
    reference: str
    received_date: date | None = None
    reason: TerminationReason | None = None


@act("recovery.receive", title="多发待遇追回", arguments=ReceiveRecovery, maker=Post.BENEFITS,
     chain=[check(Post.ACCOUNTANT)])  # fmt: skip
def receive_recoveries(cases: Sequence[ReceiveRecovery], *, on: date, act: ActReference) -> Result:
    """Record repayments against their cases, never more than is open; instalments are filled in their order.

    Source: 社会保险经办条例第四十六条.
    """
    total = 0
    for index, case in enumerate(cases, start=1):
        claim = _claim_for(index, case)
        receipt = unused_receipt("COLLECTION_ACCOUNT", case.reference, case.amount_fen)
        RecoveryEvent.objects.create(
            act_id=act.id, overpayment=claim, kind="RECEIPT", amount_fen=case.amount_fen, statement_line=receipt
        )
        Overpayment.objects.filter(pk=claim.pk).update(open_fen=F("open_fen") - case.amount_fen)
        post("recovery_received", {"amount": case.amount_fen}, act=act, on=receipt.date, reference=case.reference)
        total += case.amount_fen
    return {"received": len(cases), "amount_fen": total}


def _claim_for(index: int, case: ReceiveRecovery) -> Overpayment:
    """The person's earliest claim with that much open, among those of the reason stated."""
    person = find_people([case.person])[0]
    rows = Overpayment.objects.filter(person=person, open_fen__gt=0).order_by("id")
    fitting = [row for row in rows if case.reason in (None, row.reason)]
    for claim in fitting:
        if claim.open_fen >= case.amount_fen:
            return claim
    there = "、".join(f"{yuan_plain(row.open_fen)} 元" for row in fitting) or "无"
    raise Refused(
        f"第{index}项 {shown(person.resident_number)}：没有未追回金额不少于 {yuan_plain(case.amount_fen)} 元的案件"
        f"（未追回：{there}），多还的款项请先列待查收款再退回"
    )
