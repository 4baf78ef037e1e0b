"""What a payment that came back takes with it: months and sums that fail after all, the account, the vouchers."""

from dataclasses import dataclass

import numpy as np

from jubao.operations.contributions.accounts import Postings, post_to_accounts
from jubao.operations.contributions.open_interest import first_open_month_of_interest
from jubao.operations.contributions.sources import AMOUNTS as SOURCE_AMOUNTS
from jubao.operations.envelope.changes import Changes
from jubao.operations.fund.books import amounts_by_item, post
from jubao.operations.payments.items import AMOUNTS, paid_by_item
from jubao.operations.payments.outcome import FAILED, MONTHS_OF_PAYOUT
from jubao.records.models import (
    AccountPosting,
    BankLine,
    DelegatedLine,
    LineReturn,
    Payout,
    PensionMonth,
    StatementLine,
)
from jubao.vocabulary.codes import EntryKind

AMOUNT_OF_PAYOUT = {
    Payout.Kind.REFUND: "account_refund",
    Payout.Kind.FUNERAL: "funeral_grant",
    Payout.Kind.TRANSFER: "transfer",
    Payout.Kind.DUPLICATE: "personal",
}


@dataclass(frozen=True)
class Found:
    """The payment that came back, and the money's line on the statement."""

    line: BankLine
    receipt: StatementLine


def _take_back_pension(found: Found, changes: Changes) -> int:
    rows = list(PensionMonth.objects.filter(bank_line=found.line).order_by("id").values_list("id", *AMOUNTS))
    changes.update(PensionMonth, [key for key, *_ in rows], state=FAILED)
    sums = paid_by_item(np.array([fen for _, *fen in rows], dtype=np.int64))
    _post_reversal(amounts_by_item(sums), found, changes)
    return _return_to_account(found.line, changes)


def _return_to_account(line: BankLine, changes: Changes) -> int:
    """Give an account what the payment drew from it, by source."""
    back = drawn_by(line, changes)
    memo = f"批次{line.batch.number}退票退回个人账户"
    post_to_accounts(back, EntryKind.RETURNED, event="account_returned", changes=changes, memo=memo)
    return int(back.amount.sum())


def drawn_by(line: BankLine, changes: Changes) -> Postings:
    """What a payment drew, as postings back: as if it had never left the account in a year still open.

    The bank's answer and the draw are of one act.
    """
    answer = LineReturn.objects.get(bank_line=line)
    drawn = AccountPosting.objects.filter(act=answer.act_id, person=line.person_id, kind=EntryKind.PENSION)
    rows = np.array(list(drawn.order_by("id").values_list("value_month", *SOURCE_AMOUNTS)), dtype=np.int64)
    month, amount = np.hsplit(rows.reshape(-1, 1 + len(SOURCE_AMOUNTS)), [1])
    person = np.full(len(amount), line.person_id or 0, dtype=np.int64)
    return Postings(person, -amount, np.maximum(month[:, 0], first_open_month_of_interest(changes.view)))


def _take_back_payout(found: Found, changes: Changes) -> int:
    payout = Payout.objects.get(orders__bank_line=found.line)
    changes.set(payout, state=FAILED)
    if payout.kind in MONTHS_OF_PAYOUT:
        _post_reversal(amounts_by_item(MONTHS_OF_PAYOUT[payout.kind]([payout])), found, changes)
    else:
        _post_reversal({AMOUNT_OF_PAYOUT[Payout.Kind(payout.kind)]: payout.amount_fen}, found, changes)
    return 0


def _post_reversal(amounts: dict[str, int], found: Found, changes: Changes) -> None:
    """The money on the day it came back, and the expenditure less by as much, under the bank's reference."""
    line, reference = found.line, found.receipt.reference
    memo = f"批次{line.batch.number}第{line.seq}笔退票"
    post(
        "payment_returned",
        {"amount": line.amount_fen},
        changes=changes,
        on=found.receipt.date,
        reference=reference,
        memo=memo,
    )
    post("payment_reversed", amounts, changes=changes, reference=reference, memo=f"{memo}，冲回支出")


def _take_back_delegated(found: Found, changes: Changes) -> int:
    line = found.line
    rows = DelegatedLine.objects.filter(bank_line=line).order_by("id")
    changes.update(DelegatedLine, list(rows.values_list("id", flat=True)), state=FAILED)
    post(
        "delegated_payment_returned",
        {"amount": line.amount_fen},
        changes=changes,
        on=found.receipt.date,
        reference=found.receipt.reference,
        memo=f"批次{line.batch.number}第{line.seq}笔退票",
    )
    return 0


TAKE_BACK = {"PENSION": _take_back_pension, "SETTLEMENT": _take_back_payout, "DELEGATED": _take_back_delegated}


def take_back(found: Found, changes: Changes) -> int:
    """Plan that what a payment paid was not paid: its months or sums fail, the books and the account get it back.

    Returns:
        fen that go back to the person's account.
    """
    return TAKE_BACK[found.line.batch.kind](found, changes)
