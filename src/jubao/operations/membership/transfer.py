"""Relations that move: in against the bank's receipt, out with the whole account."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, balance_matrix, grid, post_entries, settle_interest
from jubao.operations.contributions.contribution import contributed_years
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import unused_receipt
from jubao.operations.law import law
from jubao.operations.membership.ending import owe_payouts
from jubao.operations.membership.registration import add_people
from jubao.operations.people import change_state, enrolments_of, find_people, ids_of, shown
from jubao.records import bulk
from jubao.records.models import Contribution, Payout, StatementLine, Transfer
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributorEndReason, EntryKind, Source
from jubao.vocabulary.resident_number import normalise


class ReceiveTransfer(Arguments):
    """A relation that comes in: who, from where, the years, and the money by source."""

    person: str
    name: str
    kind: Literal["WITHIN_PROVINCE", "CROSS_PROVINCE", "FROM_EMPLOYEES"]
    from_agency: str
    division: str
    household_type: str = "10"
    category: str = "011"
    tier: int = 0
    years: int
    personal_fen: int = 0
    province_fen: int = 0
    city_fen: int = 0
    county_fen: int = 0
    collective_fen: int = 0
    government_paid_fen: int = 0
    reference: str = ""
    bank: str = ""
    bank_account: str = ""
    address: str = ""
    phone: str = ""

    @property
    def amounts(self) -> list[int]:
        """Money by source in the order of the accounts; what comes from employees' accounts is transfer money."""
        named = [getattr(self, f"{source.lower()}_fen", 0) for source in SOURCES]
        if self.kind != "FROM_EMPLOYEES":
            return named
        return [sum(named) if source == Source.TRANSFER else 0 for source in SOURCES]


@act("transfer.receive", title="关系转入", arguments=ReceiveTransfer, maker=Post.ACCOUNTS,
     chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def receive_transfers(cases: Sequence[ReceiveTransfer], *, on: date, act: ActReference) -> Result:
    """Register people who move in, and credit their money against the bank's receipt.

    Source: 国发〔2014〕8号第九条；人社部发〔2014〕17号.
    """
    receipts = [_receipt(case) for case in cases]
    columns: dict[str, list[Any]] = {
        "name": [c.name for c in cases], "resident_number": [normalise(c.person) for c in cases],
        "household_type": [c.household_type for c in cases], "category": [c.category for c in cases],
        "division": [c.division for c in cases], "address": [c.address for c in cases],
        "phone": [c.phone for c in cases], "tier": [c.tier for c in cases], "bank": [c.bank for c in cases],
        "bank_account": [c.bank_account for c in cases], "card_number": [""] * len(cases),
        "contributed_years": [c.years for c in cases],
    }  # fmt: skip
    person = add_people(columns, len(cases), on=on, act=act)
    amounts = np.array([c.amounts for c in cases], dtype=np.int64)
    post_entries(grid(person, amounts, months.of(on)), EntryKind.TRANSFER_IN, event="account_transferred_in", act=act)
    for case, receipt, key in zip(cases, receipts, person.tolist(), strict=True):
        Transfer.objects.create(
            act_id=act.id, person_id=key, direction="IN", kind=case.kind, agency=case.from_agency,
            amount_fen=sum(case.amounts), years=case.years, statement_line=receipt,
        )  # fmt: skip
        if receipt:
            post("transfer_in", {"amount": receipt.credit_fen}, act=act, on=receipt.date, reference=case.reference)
    return {"received": len(cases), "amount_fen": int(amounts.sum())}


def _receipt(case: ReceiveTransfer) -> StatementLine | None:
    total = sum(case.amounts)
    return unused_receipt("COLLECTION_ACCOUNT", case.reference, total) if total else None


class SendTransfer(Arguments):
    """A relation that moves out, and the agency account its money goes to."""

    person: str
    kind: Literal["WITHIN_PROVINCE", "CROSS_PROVINCE", "TO_EMPLOYEES"]
    to_agency: str
    to_account: str
    applied_date: date


@act("transfer.send", title="关系转出", arguments=SendTransfer, maker=Post.ACCOUNTS,
     chain=[check(Post.COLLECTION), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def send_transfers(cases: Sequence[SendTransfer], *, on: date, act: ActReference) -> Result:
    """Settle and send whole accounts of contributors who moved away; nobody in payment moves.

    Source: 国发〔2014〕8号第九条；社会保险经办条例第十二条.
    """
    people = find_people([case.person for case in cases])
    enrolments = enrolments_of(people)
    waiting = set(Contribution.objects.filter(crediting__isnull=True).values_list("person_id", flat=True))
    faults = [
        f"第{i}项 {shown(p.resident_number)}：{'已领取待遇或关系已终止' if p.pk not in waiting else '有未记账的缴费'}，不能转出"
        for i, p in enumerate(people, start=1)
        if enrolments[p.pk].contribution_state == "3" or p.pk in waiting
    ]
    if faults:
        raise Refused(f"关系转出未办理：共 {len(faults)} 人不符合条件", faults=faults)
    person = ids_of(people)
    if on.month > 1:
        settle_interest(person, through_month=months.add(months.of(on), -1), act=act, **law(on).interest_terms())
    balance = balance_matrix(person)
    post_entries(grid(person, -balance, months.of(on)), EntryKind.TRANSFER_OUT, event="account_transferred_out",
                 act=act)  # fmt: skip
    total, years = balance.sum(axis=1), contributed_years(people)
    bulk.insert(
        Transfer,
        {
            "person_id": person, "direction": "OUT", "kind": [c.kind for c in cases],
            "agency": [c.to_agency for c in cases], "amount_fen": total, "statement_line_id": None, "act_id": act.id,
            "years": [years[p.pk] for p in people],
        },
        count=len(cases),
    )  # fmt: skip
    owe_payouts(people, total, Payout.Kind.TRANSFER, [(c.to_agency, c.to_account) for c in cases], on=on, act=act)
    reasons = [
        str(ContributorEndReason.EMPLOYEES_SCHEME if c.kind == "TO_EMPLOYEES" else ContributorEndReason.TRANSFERRED_OUT)
        for c in cases
    ]
    change_state([enrolments[p.pk] for p in people], to=("4", "3"), reason=reasons, on=on, act=act)
    return {"sent": len(cases), "amount_fen": int(total.sum())}
