"""Claiming back what was paid without a right: the case, its months, the offset, and later receipts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, Postings, post_to_accounts
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import amounts_by_item, post
from jubao.operations.people import ids_of
from jubao.operations.settlement.ending_terms import Ending, MonthAmount, Stop, total_fen
from jubao.records.models import OverpaidMonth, Overpayment, RecoveryEvent
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind
from jubao.vocabulary.fen import Fen


class OfItem(Protocol):
    """Anything that names a benefit item and its fen."""

    @property
    def item(self) -> Any:
        """The benefit item's code."""

    @property
    def amount_fen(self) -> Any:
        """The amount in fen."""


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


def put_back(stops: Sequence[Stop], changes: Changes) -> None:
    """Plan that the account part of claimed months returns to the account it was drawn from."""
    back = np.zeros((len(stops), len(SOURCES)), dtype=np.int64)
    for row, stop in enumerate(stops):
        for month in stop.claimed:
            source = BenefitItem(month.item).source
            if month.drawn_fen and source is not None:
                back[row, SOURCES.index(source)] += month.drawn_fen
    returned = Postings(ids_of([stop.person for stop in stops]), back, months.of(changes.view.on))
    post_to_accounts(returned, EntryKind.RETURNED, event="account_returned", changes=changes)


def claim_overpayments(stops: Sequence[Stop], offset: Fen, changes: Changes) -> None:
    """Plan a recovery case for every stop with months paid beyond it.

    Args:
        stops: pensions that end or rest, with what was paid too much.
        offset: shape (n,), fen of each that its settlement sets off at once; the rest is open.
        changes: the plan it becomes part of.
    """
    view = changes.view
    due = view.on + timedelta(days=int(view.law.value("procedure.repayment_notice_days")))
    for stop, off in zip(stops, offset.tolist(), strict=True):
        if not stop.claimed:
            continue
        total = total_fen(stop.claimed)
        case = changes.add(
            Overpayment(
                person=stop.person,
                reason=stop.reason,
                from_month=min(m.month for m in stop.claimed),
                to_month=months.add(max(m.month for m in stop.claimed), 1),
                amount_fen=total,
                open_fen=total - off,
                owner_post=str(Post.BENEFITS),
                due_date=due,
            )
        )
        changes.add_all(
            OverpaidMonth(overpayment=case, month=m.month, item=m.item, amount_fen=m.amount_fen) for m in stop.claimed
        )
        if off:
            changes.add(RecoveryEvent(overpayment=case, kind="OFFSET", amount_fen=off))
    _post_claims([month for stop in stops for month in stop.claimed], changes)


def _post_claims(claimed: Sequence[MonthAmount], changes: Changes) -> None:
    """Months of this year reduce this year's expenditure; earlier ones are other income."""
    this_year = changes.view.on.year
    sums = sums_by_item(m for m in claimed if months.year(m.month) == this_year)
    post("overpayment_found", amounts_by_item(sums), changes=changes)
    earlier = total_fen(claimed) - sum(sums.values())
    post("overpayment_found_earlier", {"amount": earlier}, changes=changes)


def post_offsets(endings: Sequence[Ending], shares: OffsetShares, changes: Changes) -> None:
    """Plan the voucher of what settlements set off: account and grant as such, back-pay by its items."""
    sums: dict[str, int] = {}
    for ending, fen in zip(endings, shares.backpay.tolist(), strict=True):
        for item, part in first_months(ending.unpaid, fen).items():
            sums[item] = sums.get(item, 0) + part
    amounts = amounts_by_item(sums)
    amounts |= {"account_refund": int(shares.account.sum()), "funeral_grant": int(shares.funeral.sum())}
    post("overpayment_offset", amounts, changes=changes)


def sums_by_item(listed: Iterable[OfItem]) -> dict[str, int]:
    """Fen by benefit item."""
    sums: dict[str, int] = {}
    for one in listed:
        sums[one.item] = sums.get(one.item, 0) + one.amount_fen
    return sums


def first_months(owed: Iterable[OfItem], fen: int) -> dict[str, int]:
    """The first ``fen`` of some months' items, by item."""
    sums: dict[str, int] = {}
    for month in owed:
        part = min(fen, month.amount_fen)
        sums[month.item] = sums.get(month.item, 0) + part
        fen -= part
    return {item: part for item, part in sums.items() if part}
