"""What the ends of contributors' relations share: interest settled, account cleared, payout owed."""

from collections.abc import Sequence

import numpy as np

from jubao.operations.contributions.accounts import (
    GOVERNMENT_COLUMNS,
    SOURCES,
    Ids,
    Postings,
    balance_matrix,
    post_to_accounts,
)
from jubao.operations.contributions.open_interest import interest_owed, post_owed
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.membership.ends_of_accounts import (
    EndOfAccount,
    ends_of_accounts,
    has_ended,
    kept_accounts,
    notice_ends,
)
from jubao.operations.membership.payees import check_payees, owe_payouts
from jubao.operations.membership.stated_end import EndOfRelation, check_stated, contradictions
from jubao.operations.people import change_state, enrolments_of, find_people, ids_of, in_slices, shown
from jubao.records.models import Contribution, Enrolment, Payout, Person, Settlement
from jubao.rules.settlement import account_paid_out
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.fen import Fen

__all__ = [
    "EndOfRelation",
    "check_contributors",
    "check_payees",
    "clear_accounts",
    "end_contributors",
    "owe_payouts",
    "uncredited_people",
]

# ── Checking ──


def check_contributors(endings: Sequence[EndOfRelation], view: View, faults: Faults) -> None:
    """Everything that stands against ending some contributors' relations, and against whom they want paid.

    Source: 社会保险经办条例第十条（注销登记）、第二十五条（死亡的证明）.
    """
    people = find_people([ending.person for ending in endings], view, faults)
    if len(people) != len(endings):
        return
    enrolments, kept = enrolments_of(people, view), kept_accounts(people, view)
    uncredited = uncredited_people(people, view)
    ends, alive = ends_of_accounts(endings, view), contradictions(people, endings)
    for number, (person, end, rules) in enumerate(zip(people, ends, alive, strict=True), start=1):
        place = shown(person.resident_number)
        if rule := _wrong_state(enrolments[person.pk], kept=person.pk in kept and end.account is not AccountEnd.KEPT):
            faults.add(number, "person", rule, place=place)
        if person.pk in uncredited:
            faults.add(number, "person", "有已到账未记账的缴费", next_step="请先记账划拨", place=place)
        if end.account is AccountEnd.MOVED:
            rule = "账户随关系转移，不在本地支付"
            faults.add(number, "reason", rule, next_step="请办理关系转出", source=end.source, place=place)
        for rule in rules:
            then = "请核实死亡日期；缴费确在身故之后的，请先办理重复缴费退款"
            faults.add(number, "event_date", rule, next_step=then, place=place)
    check_stated(people, endings, view, faults)
    if not faults:
        check_payees(people, _refund(people, endings, view).sum(axis=1), [e.payee for e in endings], view, faults)


def _wrong_state(enrolment: Enrolment, *, kept: bool) -> str:
    if enrolment.contribution_state != "3" or kept:
        return ""
    return "关系已经终止" if has_ended(enrolment) else "正在领取待遇，应按待遇终止办理"


def uncredited_people(people: Sequence[Person], view: View) -> set[int]:
    """Those who have money received and not yet credited."""
    keys = [p.pk for p in people]
    waiting = Contribution.objects.filter(crediting__isnull=True).order_by("id")
    return view.once(
        ("uncredited", tuple(keys)),
        lambda: {
            key
            for part in in_slices(keys)
            for key in waiting.filter(person_id__in=part).values_list("person_id", flat=True)
        },
    )


# ── Planning ──


def end_contributors(endings: Sequence[EndOfRelation], changes: Changes) -> dict[str, int]:
    """End contributors' relations, settle interest, clear the accounts and owe the refunds.

    Returns:
        people ended and total refund in fen.
    """
    view = changes.view
    people = find_people([ending.person for ending in endings], view)
    enrolments, ends = enrolments_of(people, view), ends_of_accounts(endings, view)
    reasons = [str(ending.reason) for ending in endings]
    refundable = clear_accounts(ids_of(people), ends, changes=changes)
    refund = refundable.sum(axis=1)
    changes.insert(
        Settlement,
        {
            "person_id": ids_of(people),
            "reason": reasons,
            "event_date": [e.event_date for e in endings],
            "burial": "",
            "account": [str(end.account) for end in ends],
            "refundable_fen": refund,
            "personal_fen": refundable[:, 0],
            "backpay_fen": 0,
            "drawn_fen": 0,
            "overpaid_fen": 0,
            "funeral_fen": 0,
            "offset_fen": 0,
            "refund_fen": refund,
            "to_recover_fen": 0,
            "memo": [e.told for e in endings],
        },
        count=len(people),
    )
    owe_payouts(people, refund, Payout.Kind.REFUND, [e.payee for e in endings], changes=changes)
    running = [place for place, person in enumerate(people) if not has_ended(enrolments[person.pk])]
    ending = [enrolments[people[place].pk] for place in running]
    change_state(ending, to=("4", "3"), reason=[reasons[place] for place in running], changes=changes)
    return {"ended": len(people), "refund_fen": int(refund.sum())}


def clear_accounts(person: Ids, ends: Sequence[EndOfAccount], *, changes: Changes) -> Fen:
    """Settle interest to the month before, clear every account that is not kept, and tell what is paid out.

    Interest of a year that is not settled yet is settled with it. A kept account stays as it is and goes on earning.
    Returns:
        shape (n, 7), int64 fen by source: the part paid out.
    """
    view = changes.view
    rows = np.flatnonzero([end.account.is_paid for end in ends])
    paid, leavers = np.zeros((person.size, len(SOURCES)), dtype=np.int64), person[rows]
    through = months.add(months.of(view.on), -1)
    owed = interest_owed(leavers, through_month=through, view=view, changes=changes)
    post_owed(leavers, owed, changes=changes, memo="终止结算结清利息")
    balance = balance_matrix(leavers, changes)
    leaving = Postings(leavers, -balance, months.of(view.on))
    post_to_accounts(leaving, EntryKind.SETTLEMENT, event="account_settled", changes=changes)
    paid[rows] = account_paid_out(balance, [ends[row].account for row in rows.tolist()], GOVERNMENT_COLUMNS)
    notice_ends(ends, changes)
    return paid


def _refund(people: Sequence[Person], endings: Sequence[EndOfRelation], view: View) -> Fen:
    """What would be paid out to some people, shape (n, 7)."""
    person, ends = ids_of(people), ends_of_accounts(endings, view)
    through = months.add(months.of(view.on), -1)
    balance = balance_matrix(person)
    for period in interest_owed(person, through_month=through, view=view):
        balance = balance + period.fen
    return account_paid_out(balance, [end.account for end in ends], GOVERNMENT_COLUMNS)
