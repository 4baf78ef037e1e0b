"""Money that has no act of its own: bank interest, and receipts nobody can place yet (待查收款) until they are cleared."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, check, release
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import ACCOUNTS, INTEREST_EVENT, bank_receipt, held_unidentified_fen, require_unused
from jubao.records.models import StatementLine

ACCOUNT = "COLLECTION_ACCOUNT"
INTEREST: Mapping[str, str] = {
    "收入户": "collection", "支出户": "disbursement", "财政专户": "fiscal",
}  # fmt: skip


class HoldReceipt(Arguments):
    """A receipt on the collection account whose payer or purpose is not known, by the bank's reference."""

    reference: str
    reason: str


@act("receipt.unidentified", title="待查收款入账", arguments=HoldReceipt, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def hold_receipts(cases: Sequence[HoldReceipt], *, on: date, act: ActReference) -> Result:
    """Book receipts nobody can place as money owed, each against its bank line. Source: 财会〔2011〕3号（暂收款）."""
    total = 0
    for case, line in zip(cases, _unplaced(cases), strict=True):
        post("unidentified_received", {"amount": line.credit_fen}, act=act, on=line.date, reference=line.reference,
             memo=f"待查收款 {case.reason}")  # fmt: skip
        total += line.credit_fen
    return {"held": len(cases), "amount_fen": total}


def _unplaced(cases: Sequence[HoldReceipt]) -> list[StatementLine]:
    return _free_lines([(ACCOUNT, case.reference) for case in cases], "待查收款")


def _free_lines(asked: Sequence[tuple[str, str]], what: str) -> list[StatementLine]:
    """The bank's lines by account and reference; all that are unknown, used, held or named twice are refused together."""
    lines, faults = [], []
    for account, reference in asked:
        try:
            line = bank_receipt(account, reference)
            require_unused(line)
            lines.append(line)
        except Refused as refusal:
            faults.append(refusal.message)
    faults += [f"流水号 {one[1]} 重复填报" for one in sorted(set(asked)) if asked.count(one) > 1]
    if faults:
        raise Refused(f"{what}未入账：共 {len(faults)} 处错误", faults=faults)
    return lines


class BookInterest(Arguments):
    """Interest the bank paid into one of the fund's accounts (收入户、支出户、财政专户), by the bank's reference."""

    account: Literal["收入户", "支出户", "财政专户"]
    reference: str


@act("receipt.interest", title="存款利息入账", arguments=BookInterest, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def book_interest(cases: Sequence[BookInterest], *, on: date, act: ActReference) -> Result:
    """Book bank interest as income of the fund, each line once. Source: 财会〔2011〕3号（利息收入）."""
    lines = _free_lines([(ACCOUNTS[case.account], case.reference) for case in cases], "存款利息")
    for case, line in zip(cases, lines, strict=True):
        post(INTEREST_EVENT, {INTEREST[case.account]: line.credit_fen}, act=act, on=line.date, reference=line.reference,
             memo=f"{case.account}存款利息")  # fmt: skip
    return {"booked": len(lines), "amount_fen": sum(line.credit_fen for line in lines)}


class IdentifyReceipt(Arguments):
    """What a held receipt turned out to be.

    IDENTIFIED gives the bank line free, so that the act it belongs to (contribution, transfer, recovery) takes it;
    RETURNED sends the money back where it came from.
    """

    reference: str
    outcome: Literal["IDENTIFIED", "RETURNED"]
    finding: str


EVENTS = {"IDENTIFIED": "unidentified_withdrawn", "RETURNED": "unidentified_returned"}


@act("receipt.identify", title="待查收款查明", arguments=IdentifyReceipt, maker=Post.ACCOUNTANT,
     chain=[check(Post.COLLECTION), release(Post.DEPUTY_FINANCE)])  # fmt: skip
def identify_receipts(cases: Sequence[IdentifyReceipt], *, on: date, act: ActReference) -> Result:
    """Clear held receipts: identified, they are booked by their own act; unwanted, they go back to the payer.

    Source: 财会〔2011〕3号（暂收款）.
    """
    held = {case.reference: held_unidentified_fen(case.reference) for case in cases}
    faults = [f"流水号 {reference} 没有挂在待查收款" for reference, fen in held.items() if fen <= 0]
    if len(held) < len(cases):
        faults.append("同一流水号重复填报")
    if faults:
        raise Refused(f"待查收款查明未办理：共 {len(faults)} 处错误", faults=faults)
    for case in cases:
        post(EVENTS[case.outcome], {"amount": held[case.reference]}, act=act, reference=case.reference,
             memo=f"待查收款查明 {case.finding}")  # fmt: skip
    return {"cleared": len(cases), "amount_fen": sum(held.values())}
