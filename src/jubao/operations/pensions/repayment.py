"""Overpaid money that came back: a bank receipt set against a claim, never more than is open."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, PastDay, ReceiptRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.operations.pensions.claims import OfCase, claims_of, people_of
from jubao.operations.people import shown
from jubao.records.models import Overpayment, RecoveryEvent
from jubao.vocabulary.fen import yuan_plain

ACCOUNT = "COLLECTION_ACCOUNT"


class ReceiveRecovery(OfCase):
    """Overpaid money that a person or an heir paid back, all or in part, as the bank confirms it."""

    amount_fen: Amount = ask("退回金额", "Amount paid back")
    reference: ReceiptRef = ask("银行流水号", "Bank reference", hint="收入户对账单上的流水号")
    received_date: PastDay | None = ask("到账日期", "Received on", default=None, hint="不填按对账单上的日期")


@act(
    "recovery.receive",
    title="多发待遇追回",
    asks=ReceiveRecovery,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTANT)],
    about=About.RECOVERY,
    undone_by=Final("款项已由银行确认到账；多还的列待查收款再退回"),
    papers=[Paper("银行进账单", required=False)],
    gives=[
        Given("received", "退回笔数", "repayments", Unit.ROWS),
        Given("amount_fen", "退回金额", "paid back", Unit.FEN),
    ],
)
class Repayment:
    """Record repayments against their cases, never more than is open; instalments are filled in their order.

    Source: 社会保险经办条例第四十六条.
    """

    def check(self, cases: Sequence[ReceiveRecovery], view: View) -> Faults:
        """A claim with that much open, and money the bank confirms that nobody used yet."""
        faults = Faults()
        _claims(cases, view, faults)
        references = [case.reference for case in cases]
        for number, case in enumerate(cases, start=1):
            if references.index(case.reference) < number - 1:
                faults.add(
                    number, "reference", f"流水号 {case.reference} 在申请中出现两次", next_step="请删去重复的一项"
                )
                continue
            receipt = unused_receipt(ACCOUNT, case.reference, case.amount_fen, faults, case=number, field="reference")
            if receipt and case.received_date not in (None, receipt.date):
                rule = f"到账日期 {case.received_date} 与对账单的 {receipt.date} 不符"
                faults.add(number, "received_date", rule, next_step="请核对")
        return faults

    def plan(self, cases: Sequence[ReceiveRecovery], view: View) -> Changes:
        """The receipts, less open on their claims, and a voucher of each on the day the bank received it."""
        changes = Changes(view)
        total = 0
        for case, claim in zip(cases, _claims(cases, view), strict=True):
            receipt = bank_receipt(ACCOUNT, case.reference)
            assert receipt is not None, "a plan is made after its check"
            changes.add(
                RecoveryEvent(overpayment=claim, kind="RECEIPT", amount_fen=case.amount_fen, statement_line=receipt)
            )
            changes.set(claim, open_fen=claim.open_fen - case.amount_fen)
            amounts = {"amount": case.amount_fen}
            post("recovery_received", amounts, changes=changes, on=receipt.date, reference=case.reference)
            total += case.amount_fen
        return changes.giving(received=len(cases), amount_fen=total)


def _claims(cases: Sequence[ReceiveRecovery], view: View, faults: Faults | None = None) -> list[Overpayment]:
    """For every case the person's earliest fitting claim with that much open, what came before it counted."""
    noted = Faults() if faults is None else faults
    people = people_of(cases, view, noted)
    by_person = claims_of(people, view)
    taken: dict[int, int] = {}
    claims = []
    for number, (case, person) in enumerate(zip(cases, people, strict=False), start=1):
        fitting = [claim for claim in by_person.get(person.pk, []) if claim.open_fen > 0 and case.fits(claim)]
        left = {claim.pk: claim.open_fen - taken.get(claim.pk, 0) for claim in fitting}
        found = next((claim for claim in fitting if left[claim.pk] >= case.amount_fen), None)
        if found is None:
            there = "、".join(f"{yuan_plain(left[claim.pk])} 元" for claim in fitting if left[claim.pk]) or "无"
            rule = f"没有未追回金额不少于 {yuan_plain(case.amount_fen)} 元的案件（未追回：{there}）"
            step = "多还的款项请先列待查收款再退回"
            noted.add(number, "amount_fen", rule, next_step=step, place=shown(person.resident_number))
            continue
        taken[found.pk] = taken.get(found.pk, 0) + case.amount_fen
        claims.append(found)
    assert faults is not None or not noted, "a plan is made after its check"
    return claims
