"""What the ends of contributors' relations share: interest settled, account cleared, payout owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.operations.contributions.accounts import (
    GOVERNMENT_COLUMNS,
    SOURCES,
    Ids,
    balance_matrix,
    grid,
    post_entries,
    settle_interest,
)
from jubao.operations.envelope.declaration import ActReference, Refused, Result
from jubao.operations.law import law
from jubao.operations.people import accounts_of, change_state, enrolments_of, find_people, ids_of, shown
from jubao.records import bulk
from jubao.records.models import Contribution, Enrolment, Payout, Person, Settlement
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributorEndReason, EntryKind, TerminationReason
from jubao.vocabulary.fen import Fen

WHOLE_BALANCE = {
    ContributorEndReason.DEATH.value,
    TerminationReason.DEATH.value,
    ContributorEndReason.SETTLED_ABROAD.value,
    TerminationReason.SETTLED_ABROAD.value,
}


@dataclass(frozen=True)
class EndOfRelation:
    """One contributor's relation that ends."""

    person: str
    reason: str
    event_date: date
    memo: str = ""
    payee_name: str = ""
    payee_account: str = ""


def end_contributors(endings: Sequence[EndOfRelation], *, on: date, act: ActReference) -> Result:
    """End contributors' relations, settle interest, clear the accounts and owe the refunds.

    Returns:
        people ended and total refund in fen.
    Raises:
        Refused: somebody is unknown, draws a pension, is ended already, or has uncredited money.
    """
    people = find_people([ending.person for ending in endings])
    enrolments = enrolments_of(people)
    _refuse_wrong_state(people, enrolments, endings, on)
    person = ids_of(people)
    refundable = clear_accounts(person, [ending.reason for ending in endings], on=on, act=act)
    refund = refundable.sum(axis=1)
    zeros = np.zeros(person.size, dtype=np.int64)
    bulk.insert(
        Settlement,
        {
            "person_id": person, "award_id": None, "reason": [str(e.reason) for e in endings],
            "event_date": [e.event_date for e in endings], "reported_date": None, "burial": "",
            "refundable_fen": refund, "personal_fen": refundable[:, 0], "backpay_fen": zeros, "overpaid_fen": zeros,
            "funeral_fen": zeros, "offset_fen": zeros, "refund_fen": refund, "to_recover_fen": zeros,
            "memo": [e.memo for e in endings], "act_id": act.id,
        },
        count=person.size,
    )  # fmt: skip
    owe_payouts(people, refund, Payout.Kind.REFUND, [(e.payee_name, e.payee_account) for e in endings], on=on, act=act)
    change_state([enrolments[p.pk] for p in people], to=("4", "3"), reason=[str(e.reason) for e in endings], on=on,
                 act=act)  # fmt: skip
    return {"ended": len(people), "refund_fen": int(refund.sum())}


def _refuse_wrong_state(
    people: Sequence[Person], enrolments: dict[int, Enrolment], endings: Sequence[EndOfRelation], on: date
) -> None:
    uncredited = set(Contribution.objects.filter(crediting__isnull=True).values_list("person_id", flat=True))
    faults = []
    for index, (person, ending) in enumerate(zip(people, endings, strict=True), start=1):
        enrolment = enrolments[person.pk]
        where = f"第{index}项 {shown(person.resident_number)}"
        if enrolment.contribution_state == "3":
            what = "关系已经终止" if enrolment.enrolment_state == "4" else "正在领取待遇，应按待遇终止办理"
            faults.append(f"{where}：{what}")
        if person.pk in uncredited:
            faults.append(f"{where}：有已到账未记账的缴费，请先记账划拨")
        if ending.event_date > on:
            faults.append(f"{where}：发生日期 {ending.event_date} 晚于办理日期 {on}")
    if faults:
        raise Refused(f"参保关系终止未办理：共 {len(faults)} 处不符", faults=faults)


def clear_accounts(person: Ids, reasons: Sequence[str], *, on: date, act: ActReference) -> Fen:
    """Settle interest to the month before, clear every account, and tell what is refunded.

    After a death or emigration the whole balance goes out; when another scheme takes over, the part that
    governments paid stays in the fund.
    Returns:
        shape (n, 7), int64 fen by source: the part refunded.
    """
    through = months.make(on.year, on.month - 1) if on.month > 1 else None
    if through is not None:
        settle_interest(person, through_month=through, act=act, **law(on).interest_terms())
    balance = balance_matrix(person)
    post_entries(grid(person, -balance, months.of(on)), EntryKind.SETTLEMENT, event="account_settled", act=act)
    refunded = balance.copy()
    partial = np.array([str(reason) not in WHOLE_BALANCE for reason in reasons])
    refunded[np.ix_(np.flatnonzero(partial), np.array(GOVERNMENT_COLUMNS))] = 0
    assert refunded.shape == (person.size, len(SOURCES))
    return refunded


def owe_payouts(
    people: Sequence[Person], amount: Fen, kind: str, payees: Sequence[tuple[str, str]], *, on: date, act: ActReference
) -> int:
    """Record sums owed; where no payee is stated, the person's own account is used. Zero sums fall away."""
    rows = np.flatnonzero(amount).tolist()
    own = accounts_of([people[i] for i in rows], on=on)
    named: list[tuple[str, str, str]] = []
    faults = []
    for i in rows:
        name, account = payees[i]
        mine = own.get(people[i].pk)
        if account:
            named.append((name or people[i].name, "", account))
        elif mine:
            named.append((name or people[i].name, mine.bank, mine.account))
        else:
            faults.append(f"第{i + 1}项 {shown(people[i].resident_number)}：没有可用的收款账户")
    if faults:
        raise Refused(f"有 {len(faults)} 人没有收款账户，请先登记", faults=faults)
    bulk.insert(
        Payout,
        {
            "person_id": ids_of([people[i] for i in rows]), "kind": str(kind), "amount_fen": amount[np.array(rows, dtype=np.int64)],
            "payee_name": [n[0] for n in named], "payee_bank": [n[1] for n in named],
            "payee_account": [n[2] for n in named], "case_ref": act.case_ref, "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip
    return len(rows)
