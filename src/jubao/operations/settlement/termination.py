"""Ending a pension: months overpaid, account, funeral grant, offset, refund and recovery, in one settlement."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from jubao.operations.contributions.accounts import Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import (
    awards_of,
    change_state,
    enrolments_of,
    find_people,
    ids_of,
    in_slices,
    relations_of,
    shown,
)
from jubao.operations.settlement.ending_terms import Ending, TerminateAward
from jubao.operations.settlement.overpayment import (
    claim_overpayments,
    post_offsets,
)
from jubao.operations.settlement.payees import check_payees, owe_payouts
from jubao.operations.settlement.reckoning import Reckoning, reckon
from jubao.operations.settlement.stated_end import check_stated, contradictions
from jubao.records.models import AwardEvent, BackpayMonth, PaymentBatch, PensionMonth, Person, Settlement
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import TerminationReason

SETTLED = [
    Given("ended", "终止人数", "pensions ended", Unit.PEOPLE),
    Given("died", "其中死亡", "of them died", Unit.PEOPLE),
    Given("overpaid_fen", "多发合计", "overpaid", Unit.FEN),
    Given("refund_fen", "退款合计", "refunded", Unit.FEN),
    Given("to_recover_fen", "应追回", "to recover", Unit.FEN),
    Given("funeral_fen", "丧葬补助金", "funeral grants", Unit.FEN),
]
"""What ``terminate`` gives."""


@act(
    "award.terminate",
    title="待遇终止",
    asks=TerminateAward,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.AWARD,
    undone_by="award.reinstate",
    deadline="procedure.statutory_workdays:cancellation",
    papers=[Paper("死亡证明、户籍注销证明或终止待遇的证明材料；付给继承人的附继承关系证明")],
    gives=SETTLED,
    prints=[Form("追回通知书", "jubao notice 文书编号 --by 工号 --out F.docx")],
)
class Termination:
    """End pensions and settle them. Source: 国发〔2014〕8号第六、七部分；社会保险经办条例第二十五、四十六条."""

    def check(self, cases: Sequence[TerminateAward], view: View) -> Faults:
        """A running pension, no money on its way, possible days, and somebody to receive what is left."""
        return check_terminations(cases, view)

    def plan(self, cases: Sequence[TerminateAward], view: View) -> Changes:
        """Every money item of every one of them, once."""
        changes = Changes(view)
        return changes.giving(**terminate(cases, changes))


def check_terminations(
    cases: Sequence[TerminateAward],
    view: View,
    *,
    explained: Sequence[str] | None = None,
    answers: Sequence[str] | None = None,
) -> Faults:
    """What stands against ending some pensions.

    Args:
        cases: the endings.
        view: the books.
        explained: what was written of books that show somebody alive after the stated death; the memo of each case
            when left out.
        answers: numbers of the lists whose suspicions the endings answer, none when left out.
    """
    reasons = [case.memo for case in cases] if explained is None else explained
    faults = Faults()
    people = find_people([case.person for case in cases], view, faults)
    if faults:
        return faults
    awards, on_the_way = awards_of(people, view), in_transit(people)
    lists = answers or [""] * len(cases)
    endings = [replace(case.ending, answers=number) for case, number in zip(cases, lists, strict=True)]
    alive = contradictions(people, endings)
    for number, (person, rules) in enumerate(zip(people, alive, strict=True), start=1):
        place = shown(person.resident_number)
        for rule in rules if not reasons[number - 1] else []:
            then = "请核实死亡日期；认证系误认或冒领的，在备注中写明查证情况"
            faults.add(number, "event_date", rule, next_step=then, place=place)
        if person.pk not in awards:
            faults.add(number, "person", "没有正在领取的待遇", place=place)
        if person.pk in on_the_way:
            faults.add(number, "person", "有发放款项在途", next_step="请待银行回盘后办理", place=place)
    check_stated(people, endings, view, faults, names={"payee_name": "heir_name", "payee_account": "heir_account"})
    if not faults:
        _check_receivers(people, cases, view, faults)
    return faults


def in_transit(people: Sequence[Person]) -> set[int]:
    """People with pension lines that the bank has and has not answered."""
    sent = PensionMonth.objects.filter(state="DUE").exclude(batch__state=PaymentBatch.State.LOCKED).order_by("id")
    keys = [person.pk for person in people]
    return {key for part in in_slices(keys) for key in sent.filter(person__in=part).values_list("person_id", flat=True)}


def _check_receivers(people: Sequence[Person], cases: Sequence[TerminateAward], view: View, faults: Faults) -> None:
    """Whoever is owed something needs an account it can be paid to; what is owed only the reckoning tells."""
    try:
        reckoned = reckon(cases, Changes(view))
    except Refused as refused:
        faults.add(0, "", refused.message)
        return
    owed = sum(reckoned.owed.values(), np.zeros(len(people), dtype=np.int64))
    check_payees(people, owed, [case.ending.payee for case in cases], view, faults, field="heir_account")


def terminate(cases: Sequence[TerminateAward], changes: Changes) -> dict[str, Any]:
    """Plan the end of some pensions: every money item of every one of them, once.

    What is only locked at the bank's door is held instead and settled with the rest.
    ``check_terminations`` has found nothing against it.

    Returns:
        number ended and died; overpaid, refunded, to recover and funeral grants in fen.
    """
    reckoned = reckon(cases, changes)
    endings = reckoned.endings
    _tell_of_the_living(endings, changes)
    _list_backpay(endings, _settlements(reckoned, changes), changes)
    claim_overpayments(endings, reckoned.settled.offset, changes)
    post_offsets(endings, reckoned.shares, changes)
    for kind, amount in reckoned.owed.items():
        owe_payouts([e.person for e in endings], amount, kind, [c.ending.payee for c in cases], changes=changes)
    _close(endings, changes)
    return {
        "ended": len(endings),
        "died": sum(e.case.reason == TerminationReason.DEATH for e in endings),
        "overpaid_fen": int(reckoned.overpaid.sum()),
        "refund_fen": int(reckoned.settled.refund.sum()),
        "to_recover_fen": int(reckoned.settled.to_recover.sum()),
        "funeral_fen": int(reckoned.funeral.sum()),
    }


def _tell_of_the_living(endings: Sequence[Ending], changes: Changes) -> None:
    """An approver sees first whom the books show alive after the day of death, and what was said to that."""
    alive = contradictions([ending.person for ending in endings], [ending.case.ending for ending in endings])
    for ending, rules in zip(endings, alive, strict=True):
        for rule in rules:
            changes.notice(f"{shown(ending.person.resident_number)}：{rule}；说明：{ending.case.memo}")


def _settlements(reckoned: Reckoning, changes: Changes) -> Ids:
    endings = reckoned.endings
    return changes.insert(
        Settlement,
        {
            "person_id": ids_of([e.person for e in endings]),
            "award_id": ids_of([e.award for e in endings]),
            "reason": [str(e.case.reason) for e in endings],
            "event_date": [e.case.event_date for e in endings],
            "reported_date": [e.case.reported_date for e in endings],
            "burial": [str(e.case.burial or "") for e in endings],
            "account": [str(end.account) for end in reckoned.ends],
            "refundable_fen": reckoned.refundable,
            "personal_fen": reckoned.personal,
            "backpay_fen": reckoned.backpay,
            "drawn_fen": reckoned.drawn,
            "overpaid_fen": reckoned.overpaid,
            "funeral_fen": reckoned.funeral,
            "offset_fen": reckoned.settled.offset,
            "refund_fen": reckoned.settled.refund,
            "to_recover_fen": reckoned.settled.to_recover,
            "memo": [e.case.ending.told for e in endings],
        },
        count=len(endings),
    )


def _list_backpay(endings: Sequence[Ending], settlements: Ids, changes: Changes) -> None:
    rows = [
        (settlement, month)
        for ending, settlement in zip(endings, settlements.tolist(), strict=True)
        for month in ending.unpaid
    ]
    columns = {
        "settlement_id": [settlement for settlement, _ in rows],
        "month": [month.month for _, month in rows],
        "item": [month.item for _, month in rows],
        "amount_fen": [month.amount_fen for _, month in rows],
    }
    changes.insert(BackpayMonth, columns, count=len(rows))


def _close(endings: Sequence[Ending], changes: Changes) -> None:
    changes.add_all(
        AwardEvent(
            award=ending.award,
            kind=AwardEvent.Kind.ENDED,
            month=months.add(ending.last_month, 1),
            reason=ending.reason,
            evidence=ending.case.evidence,
            memo=ending.case.memo,
        )
        for ending in endings
    )
    for ending in endings:
        changes.set(ending.award, ended_month=months.add(ending.last_month, 1), suspended_from=None)
    enrolments = enrolments_of([e.person for e in endings], changes.view)
    reasons = [ending.reason for ending in endings]
    relations = relations_of([enrolments[e.person.pk] for e in endings])
    change_state(relations, to=("4", "3"), reason=reasons, changes=changes)
