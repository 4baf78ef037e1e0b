"""Working out what a pension that ends is owed and owes: months, account, funeral grant, and the offset."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.view import View
from jubao.operations.law import Law
from jubao.operations.payments.holding import keep_back_pensions
from jubao.operations.people import awards_of, find_people, ids_of
from jubao.operations.settlement.backpay import draw_backpay
from jubao.operations.settlement.ending_terms import Ending, TerminateAward, added_up, total_fen
from jubao.operations.settlement.ends_of_accounts import EndOfAccount, clear_accounts, ends_of_accounts
from jubao.operations.settlement.months_due import held_months_due, last_suspensions, unpaid_until
from jubao.operations.settlement.months_overpaid import overpaid_after
from jubao.operations.settlement.overpayment import (
    OffsetShares,
    put_back,
    share_offset,
)
from jubao.operations.settlement.withdrawal import DueAgain, withdraw
from jubao.records.models import Award, Payout
from jubao.rules import settlement as rules
from jubao.rules.eligibility import last_month_due
from jubao.rules.funeral import funeral_grant
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason
from jubao.vocabulary.codes.pension import Burial
from jubao.vocabulary.fen import Fen

FAR_MONTH = 219912


@dataclass(frozen=True)
class Reckoning:
    """The settlement of some endings before it is written down; arrays of shape (n,), fen.

    ``drawn`` is what of the back-pay came out of the account; what is refunded is the account without it.
    """

    endings: Sequence[Ending]
    ends: Sequence[EndOfAccount]
    refundable: Fen
    personal: Fen
    backpay: Fen
    drawn: Fen
    overpaid: Fen
    funeral: Fen
    settled: rules.Settlement
    shares: OffsetShares

    @property
    def owed(self) -> dict[str, Fen]:
        """What is to be paid by kind of payout."""
        return {
            str(Payout.Kind.REFUND): self.refundable - self.shares.account,
            str(Payout.Kind.FUNERAL): self.funeral - self.shares.funeral,
            str(Payout.Kind.BACKPAY): self.backpay - self.shares.backpay,
        }


def reckon(cases: Sequence[TerminateAward], changes: Changes) -> Reckoning:
    """Work out the settlement of some endings; lines are held and accounts cleared in ``changes``."""
    endings = _endings(cases, changes)
    put_back(endings, changes)
    ends = ends_of_accounts(cases, changes.view)
    drawn = draw_backpay(endings, changes)
    refundable = clear_accounts(ids_of([e.person for e in endings]), ends, changes=changes)
    account = refundable.sum(axis=1)
    backpay = np.array([total_fen(e.unpaid) for e in endings], dtype=np.int64)
    overpaid = np.array([total_fen(e.claimed) for e in endings], dtype=np.int64)
    funeral = _funeral(endings, changes.view)
    settled = rules.settle_termination(account, backpay, funeral, overpaid)
    shares = share_offset(settled.offset, account=account, funeral=funeral, backpay=backpay)
    return Reckoning(endings, ends, account, refundable[:, 0], backpay, drawn, overpaid, funeral, settled, shares)


def _endings(cases: Sequence[TerminateAward], changes: Changes) -> list[Ending]:
    people = find_people([case.person for case in cases], changes.view)
    awards = awards_of(people, changes.view)
    never_due = unpaid_stops(list(awards.values()), changes.view)
    endings = [
        Ending(
            person,
            awards[person.pk],
            str(case.reason),
            min(last, months.add(never_due.get(awards[person.pk].pk, FAR_MONTH), -1)),
            case=case,
        )
        for person, case, last in zip(people, cases, _last_months_due(cases, changes.view.law), strict=True)
    ]
    keep_back_pensions({person.pk: 0 for person in people}, "待遇终止，由结算一并支付", changes=changes)
    overpaid_after(endings, changes.view)
    unpaid_until(endings, changes)
    _withdraw_held(endings, changes)
    return endings


def _withdraw_held(endings: Sequence[Ending], changes: Changes) -> None:
    """Months a suspension claimed that are due after all: the claim goes, and what came back of it is owed again."""
    held = last_suspensions([ending.award.pk for ending in endings])
    due = []
    for ending in endings:
        if months_due := held_months_due(ending):
            by = held[ending.award.pk].act_id
            due.append(DueAgain(ending.person.pk, by, months_due[0], months.add(months_due[-1], 1)))
    again = withdraw(due, "待遇终止结算：暂停期间的待遇应予支付", changes)
    for ending in endings:
        if ending.person.pk in again:
            ending.unpaid = added_up([*ending.unpaid, *again[ending.person.pk].owed])


def unpaid_stops(awards: Sequence[Award], view: View) -> dict[int, int]:
    """Awards suspended for what never pays back (custody), with the month they rest from: they end with it."""
    back_pay = view.law.value("suspension.back_pay")
    held = last_suspensions([award.pk for award in awards if award.suspended_from is not None])
    return {
        award.pk: award.suspended_from
        for award in awards
        if award.suspended_from is not None and award.pk in held and back_pay[held[award.pk].reason] == "NONE"
    }


def _last_months_due(cases: Sequence[TerminateAward], law: Law) -> list[int]:
    """The last month each pension is due: up to the death, or before another pension starts."""
    ended = np.array([months.of(case.event_date) for case in cases], dtype=np.int64)
    died = np.array([case.reason == TerminationReason.DEATH for case in cases], dtype=np.bool_)
    last = last_month_due(ended, died, offset=int(law.value("scheme.stop_month_offset")))
    return [int(month) for month in last]


def _funeral(endings: Sequence[Ending], view: View) -> Fen:
    """The grant for deaths that meet the locality's conditions, by the law of the day of death (丧葬补助金)."""
    grant = np.zeros(len(endings), dtype=np.int64)
    first_day = view.law.value("funeral.rule_start")
    for row, ending in enumerate(endings):
        died = ending.case.event_date
        if ending.case.reason != TerminationReason.DEATH or died < first_day:
            continue
        grant[row] = funeral_grant(
            np.array([died], dtype="datetime64[D]"),
            np.array([ending.case.reported_date], dtype="datetime64[D]"),
            np.array([ending.case.burial == Burial.CREMATION]),
            np.array([_in_payment_at(ending)]),
            rule=view.law_on(died).funeral_rule(),
            contributed=np.array([ending.award.contributed_years > 0]),
        )[0]
    return grant


def _in_payment_at(ending: Ending) -> bool:
    held, month = ending.award.suspended_from, months.of(ending.case.event_date)
    return ending.award.start_month <= month and (held is None or held > month)
