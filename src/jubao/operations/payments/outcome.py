"""What the bank's answer means for pensions, payouts and delegated payments, their accounts and books."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db.models import QuerySet, Sum

from jubao.operations.contributions.accounts import SOURCES, balance_matrix, grid, post_entries
from jubao.operations.envelope.declaration import ActReference
from jubao.operations.fund.books import amounts_by_item, post
from jubao.operations.pensions.overpayment import first_months
from jubao.operations.people import in_slices
from jubao.records.models import (
    BackpayMonth,
    DelegatedLine,
    LineReturn,
    PaymentBatch,
    Payout,
    PayoutOrder,
    PayrollLine,
)
from jubao.rules.benefit import account_draw
from jubao.vocabulary.codes import BenefitItem, EntryKind


class Sent(NamedTuple):
    """A line as it was sent, and what the bank has said about it."""

    pk: int
    seq: int
    payee_number: str
    account: str
    amount_fen: int
    result: str


SENT = ("id", "seq", "payee_number", "account", "amount_fen", "result")


def answered(result: str, act: ActReference) -> QuerySet[LineReturn, Any]:
    """The bank lines an act's return file gave this result, as a subquery: one statement settles them all."""
    return LineReturn.objects.filter(act_id=act.id, result=result).values("bank_line_id")


def settle_outcome(
    batch: PaymentBatch, paid: Sequence[Sent], failed: Sequence[Sent], *, act: ActReference
) -> None:
    """Carry the result of some bank lines, recorded by the act, to what they paid, and book it."""
    settle = {"PENSION": _settle_pensions, "SETTLEMENT": _settle_payouts, "DELEGATED": _settle_delegated}
    settle[batch.kind](batch, [line.pk for line in paid], [line.pk for line in failed], act)
    failure = "delegated_failed" if batch.kind == "DELEGATED" else "payment_failed"
    post(failure, {"amount": sum(line.amount_fen for line in failed)}, act=act, reference=batch.number)


def _settle_pensions(batch: PaymentBatch, paid: list[int], failed: list[int], act: ActReference) -> None:
    for state in ("FAILED", "PAID"):
        PayrollLine.objects.filter(bank_line__in=answered(state, act)).update(state=state)
    lines = PayrollLine.objects.filter(bank_line__in=answered("PAID", act))
    sums = {item: int(fen) for item, fen in lines.values_list("item").annotate(Sum("amount_fen")).order_by("item")}
    post("payment_succeeded", amounts_by_item(sums), act=act, reference=batch.number,
         memo=f"{batch.month}养老金发放成功{len(paid)}人")  # fmt: skip
    _draw(batch, lines.filter(item__in=COLUMN_OF_ITEM), act)


# Account items and the account column each of them draws on.
COLUMN_OF_ITEM = {
    str(item): SOURCES.index(item.source) for item in BenefitItem if item.source is not None
}


def _draw(batch: PaymentBatch, lines: QuerySet[PayrollLine], act: ActReference) -> None:
    """Take the paid account parts out of the accounts, never below zero; the fund carries the rest."""
    rows = list(lines.values_list("person_id", "item", "amount_fen"))
    drawing, items, amounts = zip(*rows, strict=True) if rows else ((), (), ())
    person, place = np.unique(np.array(drawing, dtype=np.int64), return_inverse=True)
    parts = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    columns = np.array([COLUMN_OF_ITEM[item] for item in items], dtype=np.int64)
    np.add.at(parts, (place, columns), np.array(amounts, dtype=np.int64))
    drawn = account_draw(balance_matrix(person), parts)
    post_entries(grid(person, -drawn, batch.month), EntryKind.PENSION, event="account_drawn", act=act,
                 memo=f"{batch.month}账户养老金")  # fmt: skip


def _settle_payouts(batch: PaymentBatch, paid: list[int], failed: list[int], act: ActReference) -> None:
    orders = PayoutOrder.objects.filter(bank_line__batch=batch).select_related("payout").order_by("id")
    ok, bad = set(paid), set(failed)
    done = [order.payout for order in orders if order.bank_line_id in ok]
    back = [order.payout for order in orders if order.bank_line_id in bad]
    for state, some in (("PAID", done), ("FAILED", back)):
        for part in in_slices([payout.pk for payout in some]):
            Payout.objects.filter(pk__in=part).update(state=state)
    events = {Payout.Kind.REFUND: "refund_paid", Payout.Kind.FUNERAL: "funeral_paid",
              Payout.Kind.TRANSFER: "transfer_out"}  # fmt: skip
    for kind, event in events.items():
        total = sum(payout.amount_fen for payout in done if payout.kind == kind)
        post(event, {"amount": total}, act=act, reference=batch.number)
    refunded = sum(payout.amount_fen for payout in done if payout.kind == Payout.Kind.DUPLICATE)
    post("contribution_refunded", {"personal": refunded}, act=act, reference=batch.number)
    _book_backpay([payout for payout in done if payout.kind == Payout.Kind.BACKPAY], batch, act)


def _book_backpay(done: Sequence[Payout], batch: PaymentBatch, act: ActReference) -> None:
    sums: dict[str, int] = {}
    for payout in done:
        owed = BackpayMonth.objects.filter(settlement__person=payout.person_id).order_by("-month", "item")
        for item, fen in first_months(owed, payout.amount_fen).items():
            sums[item] = sums.get(item, 0) + fen
    post("payment_succeeded", amounts_by_item(sums), act=act, reference=batch.number, memo="终止补发")


def _settle_delegated(batch: PaymentBatch, paid: list[int], failed: list[int], act: ActReference) -> None:
    for state in ("PAID", "FAILED"):
        DelegatedLine.objects.filter(bank_line__in=answered(state, act)).update(state=state)
    lines = DelegatedLine.objects.filter(bank_line__in=answered("PAID", act))
    total = int(lines.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
    post("delegated_paid", {"amount": total}, act=act, reference=batch.number)
