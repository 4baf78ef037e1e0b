"""Ending a pension: months overpaid, account, funeral grant, offset, refund and recovery, in one settlement."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, grid, post_entries
from jubao.operations.envelope.declaration import ActReference, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.membership.ending import clear_accounts, owe_payouts
from jubao.operations.payments.holding import keep_back_pensions
from jubao.operations.pensions.closing import Ending, TerminateAward
from jubao.operations.pensions.overpayment import claim_overpayments, share_offset
from jubao.operations.pensions.unpaid import overpaid_after, unpaid_until
from jubao.operations.people import awards_of, change_state, enrolments_of, find_people, ids_of, in_slices, shown
from jubao.records import bulk
from jubao.records.models import Award, AwardEvent, BackpayMonth, Payout, PayrollLine, Settlement
from jubao.rules.funeral import funeral_grant
from jubao.rules.settlement import settle_termination
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind, TerminationReason
from jubao.vocabulary.fen import Fen


@act("award.terminate", title="待遇终止", arguments=TerminateAward, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)], workdays=10)  # fmt: skip
def terminate_awards(cases: Sequence[TerminateAward], *, on: date, act: ActReference) -> Result:
    """End pensions and settle them. Source: 国发〔2014〕8号第八条；社会保险经办条例第二十五、四十六条."""
    return terminate(cases, on=on, act=act)


def terminate(cases: Sequence[TerminateAward], *, on: date, act: ActReference) -> Result:
    """End the pensions of some people: every money item of every one of them, once.

    Returns:
        number ended and died, overpaid, refunded, to recover and funeral grants in fen.
    Raises:
        Refused: no running pension, a payment is on its way to the bank, or a date is impossible; what is only
            locked is held instead and settled with the rest.
    """
    endings = _endings(cases, on, act)
    _put_back(endings, on, act)
    people = [e.person for e in endings]
    refundable = clear_accounts(ids_of(people), [e.case.reason for e in endings], on=on, act=act)
    settlement = _settle(endings, refundable, act)
    _close(endings, on, act)
    return {"ended": len(endings)} | settlement


def _endings(cases: Sequence[TerminateAward], on: date, act: ActReference) -> list[Ending]:
    people = find_people([case.person for case in cases])
    awards = awards_of(people)
    sent = PayrollLine.objects.filter(state="DUE").exclude(batch__state="LOCKED")
    in_transit = {key for part in in_slices([p.pk for p in people])
                  for key in sent.filter(person__in=part).values_list("person_id", flat=True)}  # fmt: skip
    faults, endings = [], []
    for index, (person, case) in enumerate(zip(people, cases, strict=True), start=1):
        where = f"第{index}项 {shown(person.resident_number)}"
        award = awards.get(person.pk)
        if award is None:
            faults.append(f"{where}：没有正在领取的待遇")
            continue
        if person.pk in in_transit:
            faults.append(f"{where}：有发放款项在途，请待银行回盘后办理")
        if not person.birth_date < case.event_date <= on:
            faults.append(f"{where}：发生日期 {case.event_date} 不在出生之后、办理之前")
        if case.reported_date and not case.event_date <= case.reported_date <= on:
            faults.append(f"{where}：报告日期 {case.reported_date} 不合理")
        endings.append(Ending(person, award, case, _last_entitled(case)))
    if faults:
        raise Refused(f"待遇终止未办理：共 {len(faults)} 处不符", faults=faults)
    keep_back_pensions({e.person.pk: 0 for e in endings}, "待遇终止，由结算一并支付", act=act)
    overpaid_after(endings)
    unpaid_until(endings, on=on)
    return endings


def _last_entitled(case: TerminateAward) -> int:
    """The month of death is still due; when another pension starts, the month before it is the last."""
    month = months.of(case.event_date)
    return month if case.reason == TerminationReason.DEATH else months.add(month, -1)


def _put_back(endings: Sequence[Ending], on: date, act: ActReference) -> None:
    """The account part of months overpaid after a death returns to the account before it is settled."""
    back = np.zeros((len(endings), len(SOURCES)), dtype=np.int64)
    for row, ending in enumerate(endings):
        for month in ending.claimed:
            if month.drawn_fen:
                back[row, SOURCES.index(BenefitItem(month.item).source)] += month.drawn_fen
    person = ids_of([e.person for e in endings])
    post_entries(grid(person, back, months.of(on)), EntryKind.RETURNED, event="account_returned", act=act)


def _settle(endings: Sequence[Ending], refundable: Fen, act: ActReference) -> Result:
    refund_base = refundable.sum(axis=1)
    unpaid = np.array([sum(m.amount_fen for m in e.unpaid) for e in endings], dtype=np.int64)
    overpaid = np.array([sum(m.amount_fen for m in e.claimed) for e in endings], dtype=np.int64)
    funeral = _funeral(endings, act.on)
    settled = settle_termination(refund_base, unpaid, funeral, overpaid)
    ids = bulk.insert(
        Settlement,
        {
            "person_id": ids_of([e.person for e in endings]), "award_id": ids_of([e.award for e in endings]),
            "reason": [str(e.case.reason) for e in endings], "event_date": [e.case.event_date for e in endings],
            "reported_date": [e.case.reported_date for e in endings], "burial": [e.case.burial or "" for e in endings],
            "refundable_fen": refund_base, "personal_fen": refundable[:, 0], "backpay_fen": unpaid,
            "overpaid_fen": overpaid, "funeral_fen": funeral, "offset_fen": settled.offset,
            "refund_fen": settled.refund, "to_recover_fen": settled.to_recover,
            "memo": [e.case.memo for e in endings], "act_id": act.id,
        },
        count=len(endings),
    )  # fmt: skip
    _list_backpay(endings, ids.tolist(), act)
    shares = share_offset(settled.offset, account=refund_base, funeral=funeral, backpay=unpaid)
    claim_overpayments(endings, shares, act=act)
    _owe(endings, refund_base - shares.account, funeral - shares.funeral, unpaid - shares.backpay, act)
    return {
        "died": sum(e.case.reason == TerminationReason.DEATH for e in endings),
        "overpaid_fen": int(overpaid.sum()), "refund_fen": int(settled.refund.sum()),
        "to_recover_fen": int(settled.to_recover.sum()), "funeral_fen": int(funeral.sum()),
    }  # fmt: skip


def _funeral(endings: Sequence[Ending], on: date) -> Fen:
    """The grant for deaths that meet the locality's conditions (丧葬补助金)."""
    died = np.array(
        [e.case.event_date if e.case.reason == TerminationReason.DEATH else None for e in endings],
        dtype="datetime64[D]",
    )
    reported = np.array([e.case.reported_date for e in endings], dtype="datetime64[D]")
    cremated = np.array([e.case.burial == "火化" for e in endings])
    in_payment = np.array([_in_payment_at(e) for e in endings])
    return funeral_grant(died, reported, cremated, in_payment, rule=law(on).funeral_rule())


def _in_payment_at(ending: Ending) -> bool:
    held = ending.award.suspended_from
    return ending.award.start_month <= ending.last_month and (held is None or held > ending.last_month)


def _list_backpay(endings: Sequence[Ending], settlements: list[int], act: ActReference) -> None:
    BackpayMonth.objects.bulk_create(
        BackpayMonth(act_id=act.id, settlement_id=settlement, month=m.month, item=m.item, amount_fen=m.amount_fen)
        for ending, settlement in zip(endings, settlements, strict=True)
        for m in ending.unpaid
    )


def _owe(endings: Sequence[Ending], account: Fen, funeral: Fen, backpay: Fen, act: ActReference) -> None:
    people = [e.person for e in endings]
    payees = [(e.case.heir_name or "", e.case.heir_account or "") for e in endings]
    sums = {Payout.Kind.REFUND: account, Payout.Kind.FUNERAL: funeral, Payout.Kind.BACKPAY: backpay}
    for kind, amount in sums.items():
        owe_payouts(people, amount, kind, payees, on=act.on, act=act)


def _close(endings: Sequence[Ending], on: date, act: ActReference) -> None:
    AwardEvent.objects.bulk_create(
        AwardEvent(
            act_id=act.id, award=e.award, kind=AwardEvent.Kind.ENDED, month=months.add(e.last_month, 1),
            reason=e.case.reason, memo=e.case.memo,
        )
        for e in endings
    )  # fmt: skip
    for ending in endings:
        Award.objects.filter(pk=ending.award.pk).update(
            ended_month=months.add(ending.last_month, 1), suspended_from=None
        )
    enrolments = enrolments_of([e.person for e in endings])
    change_state([enrolments[e.person.pk] for e in endings], to=("4", "3"),
                 reason=[str(e.case.reason) for e in endings], on=on, act=act)  # fmt: skip
