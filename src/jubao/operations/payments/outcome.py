"""What the bank's answer means for pensions, payouts and delegated payments, their accounts and books."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import SOURCES, Ids, Postings, balance_matrix, post_to_accounts
from jubao.operations.envelope.changes import Changes
from jubao.operations.fund.books import amounts_by_item, post
from jubao.operations.payments.columns import read_columns
from jubao.operations.payments.items import ACCOUNT_ITEMS, AMOUNTS, paid_by_item
from jubao.operations.settlement.overpayment import first_months
from jubao.records.models import BackpayMonth, DelegatedLine, PaymentBatch, Payout, PayoutOrder, PensionMonth
from jubao.rules.benefit import account_draw
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen

PAID, FAILED = "PAID", "FAILED"


@dataclass(frozen=True)
class Answers:
    """What the bank says of lines it had not spoken of before, one per position.

    Attributes:
        line: shape (n,), ids of bank lines.
        amount: shape (n,), fen.
        is_paid: shape (n,).
        code: n failure codes, empty where paid.
    """

    line: Ids
    amount: Fen
    is_paid: NDArray[np.bool_]
    code: Sequence[str]

    @property
    def paid(self) -> Ids:
        """Lines that were paid, sorted."""
        return np.sort(self.line[self.is_paid])

    @property
    def failed(self) -> Ids:
        """Lines that came back, sorted."""
        return np.sort(self.line[~self.is_paid])

    @property
    def paid_fen(self) -> int:
        """Sum of what was paid."""
        return int(self.amount[self.is_paid].sum())

    @property
    def failed_fen(self) -> int:
        """Sum of what came back."""
        return int(self.amount[~self.is_paid].sum())

    def results(self) -> list[str]:
        """The result of each line, as it is kept."""
        results: list[str] = np.where(self.is_paid, PAID, FAILED).tolist()
        return results


def settle_outcome(batch: PaymentBatch, answers: Answers, *, changes: Changes) -> None:
    """Carry the bank's answers to what the lines were to pay, and book them."""
    SETTLE[batch.kind](batch, answers, changes)
    failure = "delegated_failed" if batch.kind == "DELEGATED" else "payment_failed"
    post(failure, {"amount": answers.failed_fen}, changes=changes, reference=batch.number)


PENSIONS = f"""
    SELECT id, bank_line_id, person_id, {", ".join(AMOUNTS)} FROM records_pensionmonth
    WHERE batch_id = %s AND state = 'DUE' ORDER BY id
"""


def _settle_pensions(batch: PaymentBatch, answers: Answers, changes: Changes) -> None:
    key, bank_line, person, *amounts = read_columns(PENSIONS, [batch.pk], "nnn" + "n" * len(AMOUNTS))
    fen = np.stack(amounts, axis=1)
    paid, failed = np.isin(bank_line, answers.paid), np.isin(bank_line, answers.failed)
    changes.update(PensionMonth, key[paid], state=PAID)
    changes.update(PensionMonth, key[failed], state=FAILED)
    memo = f"{batch.month}养老金发放成功{answers.paid.size}人"
    sums = amounts_by_item(paid_by_item(fen[paid]))
    post("payment_succeeded", sums, changes=changes, reference=batch.number, memo=memo)
    parts = fen[:, ACCOUNT_ITEMS]
    drawing = paid & parts.any(axis=1)
    _draw(batch, person[drawing], parts[drawing], changes)


def _draw(batch: PaymentBatch, drawing: Ids, paid: Fen, changes: Changes) -> None:
    """Take the paid account parts, shape (n, 7), out of the accounts, never below zero; the fund carries the rest."""
    person, place = np.unique(drawing, return_inverse=True)
    parts = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    np.add.at(parts, place, paid)
    drawn = account_draw(balance_matrix(person, changes), parts)
    memo = f"{batch.month}账户养老金"
    postings = Postings(person, -drawn, batch.month)
    post_to_accounts(postings, EntryKind.PENSION, event="account_drawn", changes=changes, memo=memo)


PAYOUT_EVENTS: Mapping[str, str] = {
    Payout.Kind.REFUND: "refund_paid",
    Payout.Kind.FUNERAL: "funeral_paid",
    Payout.Kind.TRANSFER: "transfer_out",
}


def _settle_payouts(batch: PaymentBatch, answers: Answers, changes: Changes) -> None:
    orders = PayoutOrder.objects.filter(bank_line__batch=batch).select_related("payout").order_by("id")
    ok, bad = set(answers.paid.tolist()), set(answers.failed.tolist())
    done = [order.payout for order in orders if order.bank_line_id in ok]
    back = [order.payout for order in orders if order.bank_line_id in bad]
    changes.update(Payout, [payout.pk for payout in done], state=PAID)
    changes.update(Payout, [payout.pk for payout in back], state=FAILED)
    for kind, event in PAYOUT_EVENTS.items():
        total = sum(payout.amount_fen for payout in done if payout.kind == kind)
        post(event, {"amount": total}, changes=changes, reference=batch.number)
    refunded = sum(payout.amount_fen for payout in done if payout.kind == Payout.Kind.DUPLICATE)
    post("contribution_refunded", {"personal": refunded}, changes=changes, reference=batch.number)
    for kind, months_of in MONTHS_OF_PAYOUT.items():
        paid = amounts_by_item(months_of([payout for payout in done if payout.kind == kind]))
        memo = Payout.Kind(kind).label
        post("payment_succeeded", paid, changes=changes, reference=batch.number, memo=str(memo))


def backpay_by_item(payouts: Sequence[Payout]) -> dict[str, int]:
    """What some back-payments to heirs consist of, fen by benefit item."""
    sums: dict[str, int] = {}
    for payout in payouts:
        owed = BackpayMonth.objects.filter(settlement__person=payout.person_id, settlement__act=payout.act_id).order_by(
            "-month", "item"
        )
        for item, fen in first_months(owed, payout.amount_fen).items():
            sums[item] = sums.get(item, 0) + fen
    return sums


def returned_by_item(payouts: Sequence[Payout]) -> dict[str, int]:
    """What some payments that came back after a settlement consist of, fen by benefit item."""
    lines = PensionMonth.objects.filter(bank_line__late_return__payout__in=[payout.pk for payout in payouts])
    return paid_by_item(
        np.array(list(lines.order_by("id").values_list(*AMOUNTS)), dtype=np.int64).reshape(-1, len(AMOUNTS))
    )


MONTHS_OF_PAYOUT: Mapping[str, Callable[[Sequence[Payout]], dict[str, int]]] = {
    Payout.Kind.BACKPAY: backpay_by_item,
    Payout.Kind.RETURNED: returned_by_item,
}
"""Payouts that pay pension months, and what they consist of."""


DELEGATED = """
    SELECT id, bank_line_id, amount_fen FROM records_delegatedline
    WHERE batch_id = %s AND state = 'DUE' ORDER BY id
"""


def _settle_delegated(batch: PaymentBatch, answers: Answers, changes: Changes) -> None:
    key, bank_line, amount = read_columns(DELEGATED, [batch.pk], "nnn")
    paid, failed = np.isin(bank_line, answers.paid), np.isin(bank_line, answers.failed)
    changes.update(DelegatedLine, key[paid], state=PAID)
    changes.update(DelegatedLine, key[failed], state=FAILED)
    post("delegated_paid", {"amount": int(amount[paid].sum())}, changes=changes, reference=batch.number)


SETTLE: Mapping[str, Callable[[PaymentBatch, Answers, Changes], None]] = {
    "PENSION": _settle_pensions,
    "SETTLEMENT": _settle_payouts,
    "DELEGATED": _settle_delegated,
}
