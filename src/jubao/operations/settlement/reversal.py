"""Taking a settlement back: the account as it was, claims withdrawn, offsets undone, payouts void."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.operations.contributions.accounts import Postings, post_to_accounts
from jubao.operations.contributions.sources import AMOUNTS
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import amounts_by_item
from jubao.operations.pensions.resumption import owe_differences
from jubao.operations.people import in_slices
from jubao.operations.settlement.overpayment import first_months, share_offset
from jubao.operations.settlement.stated_end import DEATHS
from jubao.operations.settlement.withdrawal import DueAgain, take_back, withdraw
from jubao.records.models import (
    AccountPosting,
    Award,
    BackpayMonth,
    Payout,
    Person,
    Settlement,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import yuan_plain

FAR_MONTH = 219912
GOES_BACK = ("DUE", "FAILED")
"""States of a payout nobody received: not yet ordered, held back, or returned by the bank."""


@dataclass(frozen=True)
class Reversal:
    """One settlement that does not stand, with what it owed and the evidence against it; a contributor's has no award."""

    person: Person
    award: Award | None
    settlement: Settlement
    payouts: Sequence[Payout]
    evidence: str

    @property
    def acts(self) -> set[int]:
        """The settlement's act, and those that owed more by it: months that came back from the bank afterwards."""
        return {self.settlement.act_id, *(payout.act_id for payout in self.payouts)}


@dataclass(frozen=True)
class Restored:
    """What taking settlements back moves, fen: payouts voided, and accounts restored."""

    voided_fen: int
    account_fen: int


def payouts_of(settled: Mapping[int, Settlement], view: View) -> dict[int, list[Payout]]:
    """What the settlements of some people owe, by person; what the bank gave back after them included."""

    def read() -> dict[int, list[Payout]]:
        found: dict[int, list[Payout]] = {}
        for part in in_slices(sorted(settled)):
            for payout in Payout.objects.filter(person__in=part).order_by("id"):
                act = settled[payout.person_id].act_id
                if payout.act_id == act or (payout.kind == Payout.Kind.RETURNED and payout.act_id > act):
                    found.setdefault(payout.person_id, []).append(payout)
        return found

    return view.once(("payouts of settlements", tuple(sorted(settled))), read)


def check_reversible(
    settlement: Settlement, evidence_date: date, payouts: Sequence[Payout], faults: Faults, *, case: int, place: str
) -> None:
    """A settlement is taken back on evidence later than the death it was for, while its money is with nobody."""
    if settlement.reason in DEATHS and evidence_date <= settlement.event_date:
        rule = f"依据日期 {evidence_date} 不在所记死亡日期 {settlement.event_date} 之后"
        faults.add(case, "evidence_date", rule, next_step="须有其后的依据", place=place)
    _check_unpaid(payouts, faults, case=case, place=place)


def _check_unpaid(payouts: Sequence[Payout], faults: Faults, *, case: int, place: str) -> None:
    """Nobody has received anything of a settlement, and nothing of it is on its way."""
    for payout in payouts:
        if payout.state not in GOES_BACK:
            rule = f"{payout.get_kind_display()} {yuan_plain(payout.amount_fen)} 元{payout.get_state_display()}"
            step = "请待款项由银行退回后办理" if payout.state == "PAID" else "请待银行回盘后办理"
            faults.add(case, "person", rule, next_step=step, place=place)


def reverse(listed: Sequence[Reversal], changes: Changes) -> Restored:
    """Plan that every entry of some settlements is answered by another; nobody has received anything of them."""
    restored = _restore_accounts(listed, changes)
    _withdraw_claims(listed, changes)
    _take_offsets_back(listed, changes)
    return Restored(_void_payouts(listed, changes), restored)


def _restore_accounts(listed: Sequence[Reversal], changes: Changes) -> int:
    """Plan that what the settlements took out of the accounts returns, posting by posting; its sum, fen."""
    taken = [
        posting
        for one in listed
        for posting in AccountPosting.objects.filter(
            person=one.person, act__in=one.acts, kind=EntryKind.SETTLEMENT
        ).order_by("id")
    ]
    closed = _years_with_interest({posting.year for posting in taken})
    amounts = [[-int(getattr(posting, name)) for name in AMOUNTS] for posting in taken]
    restored = Postings(
        person=np.array([posting.person_id for posting in taken], dtype=np.int64),
        amount=np.array(amounts, dtype=np.int64).reshape(-1, len(AMOUNTS)),
        value_month=np.array([_value_month(posting, closed, changes) for posting in taken], dtype=np.int64),
        reversal_of=[posting.pk for posting in taken],
    )
    post_to_accounts(restored, EntryKind.REVERSAL, event="account_returned", changes=changes, memo="待遇终止撤销")
    return int(restored.amount.sum())


def _years_with_interest(years: set[int]) -> set[int]:
    """Years whose interest is settled for everybody."""
    settled = AccountPosting.objects.filter(kind=EntryKind.INTEREST, year__in=years).order_by("year")
    return set(settled.values_list("year", flat=True).distinct())


def _value_month(posting: AccountPosting, closed: set[int], changes: Changes) -> int:
    """The month the account never lost the money in; where that year's interest is settled, this year's first."""
    if posting.year not in closed:
        return posting.value_month
    changes.notice(f"{posting.year}年度利息已结算，该账户 {posting.value_month} 以后的上年利息须另行补记")
    return months.make(changes.view.on.year, 1)


def _withdraw_claims(listed: Sequence[Reversal], changes: Changes) -> None:
    """Months the settlements claimed are due: claims go, and what heirs paid back is owed to the person."""
    due = [DueAgain(one.person.pk, one.settlement.act_id, 0, FAR_MONTH) for one in listed]
    again = withdraw(due, {one.person.pk: one.evidence for one in listed}, changes)
    owe_differences({one.person.pk: one.award for one in listed if one.award is not None}, again, changes)


def _take_offsets_back(listed: Sequence[Reversal], changes: Changes) -> None:
    """What a settlement had set off against account, grant and back-pay was never spent on them."""
    amounts: dict[str, int] = {}
    for one in listed:
        row = one.settlement
        parts = [np.array([fen], dtype=np.int64) for fen in (row.refundable_fen, row.funeral_fen, row.backpay_fen)]
        offset = np.array([row.offset_fen], dtype=np.int64)
        shares = share_offset(offset, account=parts[0], funeral=parts[1], backpay=parts[2])
        owed = BackpayMonth.objects.filter(settlement=row).order_by("month", "item", "id")
        mine = amounts_by_item(first_months(owed, int(shares.backpay[0])))
        mine |= {"account_refund": int(shares.account[0]), "funeral_grant": int(shares.funeral[0])}
        for name, fen in mine.items():
            amounts[name] = amounts.get(name, 0) + fen
    take_back("overpayment_offset", amounts, changes=changes, memo="待遇终止撤销")


def _void_payouts(listed: Sequence[Reversal], changes: Changes) -> int:
    """Nothing of the settlements is paid any more; the sum, fen."""
    mine = [payout for one in listed for payout in one.payouts]
    changes.update(Payout, [payout.pk for payout in mine], state="VOID")
    return sum(payout.amount_fen for payout in mine)
