"""Money that has no act of its own: bank interest, and receipts nobody can place yet (待查收款) until they are cleared."""

from collections import Counter
from collections.abc import Mapping, Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check, release
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, ReceiptRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.funds import FILL_UP, missing
from jubao.operations.fund.receipts import (
    ACCOUNTS,
    INTEREST_EVENT,
    RETURNED_EVENT,
    bank_receipt,
    held_unidentified_fen,
    received,
    require_unused,
)
from jubao.records.models import StatementLine
from jubao.vocabulary.codes.receipt import FundAccount, ReceiptOutcome

ACCOUNT = "COLLECTION_ACCOUNT"
INTEREST: Mapping[FundAccount, str] = {
    FundAccount.COLLECTION: "collection",
    FundAccount.DISBURSEMENT: "disbursement",
    FundAccount.FISCAL: "fiscal",
}
LONGEST_WORDS = 150
Asked = Sequence[tuple[str, str]]
"""Bank accounts and references, one for each case."""


def _check_free(asked: Asked, faults: Faults) -> None:
    """Every line is there, free, and named once."""
    times = Counter(asked)
    for number, (account, reference) in enumerate(asked, start=1):
        if times[account, reference] > 1:
            faults.add(number, "reference", f"流水号 {reference} 重复填报", next_step="请删去重复的一项")
        line = received(account, reference, faults, case=number, field="reference")
        if line is not None:
            require_unused(line, faults, case=number, field="reference")


def _lines(asked: Asked) -> list[StatementLine]:
    """The bank's lines, which the check has found."""
    found = [bank_receipt(account, reference) for account, reference in asked]
    return [line for line in found if line is not None]


class HoldReceipt(Arguments):
    """A receipt on the collection account whose payer or purpose is not known, by the bank's reference."""

    reference: ReceiptRef = ask("流水号", "Bank reference", hint="收入户对账单上的流水号")
    reason: Text = ask("原因", "Reason", hint="如 来款单位尚未查明", shortest=1, longest=LONGEST_WORDS)


@act(
    "receipt.unidentified",
    title="待查收款入账",
    asks=HoldReceipt,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.RECEIPT,
    undone_by="receipt.identify",
    gives=[
        Given("held", "挂账笔数", "held", Unit.ROWS),
        Given("amount_fen", "挂账金额", "amount", Unit.FEN),
    ],
    papers=[Paper("银行进账回单", required=False)],
)
class ReceiptHolding:
    """Book receipts nobody can place as money owed, each against its bank line. Source: 财会〔2011〕3号（暂收款）."""

    def check(self, cases: Sequence[HoldReceipt], view: View) -> Faults:
        """Every receipt is on the collection account's statement, and free."""
        faults = Faults()
        _check_free([(ACCOUNT, case.reference) for case in cases], faults)
        return faults

    def plan(self, cases: Sequence[HoldReceipt], view: View) -> Changes:
        """One voucher for each receipt, dated when it came."""
        changes = Changes(view)
        lines = _lines([(ACCOUNT, case.reference) for case in cases])
        for case, line in zip(cases, lines, strict=True):
            post(
                "unidentified_received",
                {"amount": line.credit_fen},
                changes=changes,
                on=line.date,
                reference=line.reference,
                memo=f"待查收款 {case.reason}",
            )
        return changes.giving(held=len(cases), amount_fen=sum(line.credit_fen for line in lines))


class BookInterest(Arguments):
    """Interest the bank paid into one of the fund's accounts (收入户、支出户、财政专户), by the bank's reference."""

    account: FundAccount = ask("账户", "Account")
    reference: ReceiptRef = ask("流水号", "Bank reference", hint="该账户对账单上的流水号")


@act(
    "receipt.interest",
    title="存款利息入账",
    asks=BookInterest,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.RECEIPT,
    undone_by="voucher.reverse",
    gives=[
        Given("booked", "入账笔数", "booked", Unit.ROWS),
        Given("amount_fen", "利息金额", "amount", Unit.FEN),
    ],
    papers=[Paper("银行利息回单", required=False)],
)
class InterestBooking:
    """Book bank interest as income of the fund, each line once. Source: 财会〔2011〕3号（利息收入）."""

    def check(self, cases: Sequence[BookInterest], view: View) -> Faults:
        """Every receipt is on its account's statement, and free."""
        faults = Faults()
        _check_free(_interest(cases), faults)
        return faults

    def plan(self, cases: Sequence[BookInterest], view: View) -> Changes:
        """One voucher for each receipt, dated when it came."""
        changes = Changes(view)
        lines = _lines(_interest(cases))
        for case, line in zip(cases, lines, strict=True):
            post(
                INTEREST_EVENT,
                {INTEREST[case.account]: line.credit_fen},
                changes=changes,
                on=line.date,
                reference=line.reference,
                memo=f"{case.account.label}存款利息",
            )
        return changes.giving(booked=len(lines), amount_fen=sum(line.credit_fen for line in lines))


def _interest(cases: Sequence[BookInterest]) -> Asked:
    return [(ACCOUNTS[case.account.value], case.reference) for case in cases]


class IdentifyReceipt(Arguments):
    """What a held receipt turned out to be.

    IDENTIFIED gives the bank line free, so that the act it belongs to (contribution, transfer, recovery) takes it;
    RETURNED sends the money back where it came from.
    """

    reference: ReceiptRef = ask("流水号", "Bank reference", hint="挂在待查收款的流水号")
    outcome: ReceiptOutcome = ask("查明结果", "Outcome")
    finding: Evidence = ask("查明情况", "Finding", hint="凭什么查明，如 银行回函", longest=LONGEST_WORDS)


EVENTS: Mapping[ReceiptOutcome, str] = {
    ReceiptOutcome.IDENTIFIED: "unidentified_withdrawn",
    ReceiptOutcome.RETURNED: RETURNED_EVENT,
}


@act(
    "receipt.identify",
    title="待查收款查明",
    asks=IdentifyReceipt,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.COLLECTION), release(Post.DEPUTY_FINANCE)],
    about=About.RECEIPT,
    undone_by=Final("已查明的款项由所属业务入账，退回的款项已离开账户"),
    gives=[
        Given("cleared", "查明笔数", "cleared", Unit.ROWS),
        Given("amount_fen", "查明金额", "amount", Unit.FEN),
    ],
    papers=[Paper("查明依据", required=False)],
)
class ReceiptIdentification:
    """Clear held receipts: identified, they are booked by their own act; unwanted, they go back to the payer.

    Source: 财会〔2011〕3号（暂收款）.
    """

    def check(self, cases: Sequence[IdentifyReceipt], view: View) -> Faults:
        """Every receipt is held, and named once; the collection account holds what is to go back."""
        faults = Faults()
        held = _held(cases, view)
        times = Counter(case.reference for case in cases)
        for number, case in enumerate(cases, start=1):
            if held[case.reference] <= 0:
                rule = f"流水号 {case.reference} 没有挂在待查收款"
                faults.add(number, "reference", rule, next_step="请核对流水号")
            if times[case.reference] > 1:
                faults.add(number, "reference", f"流水号 {case.reference} 重复填报", next_step="请删去重复的一项")
        _check_can_return(cases, held, view, faults)
        return faults

    def plan(self, cases: Sequence[IdentifyReceipt], view: View) -> Changes:
        """One voucher for each receipt."""
        changes = Changes(view)
        held = _held(cases, view)
        for case in cases:
            post(
                EVENTS[case.outcome],
                {"amount": held[case.reference]},
                changes=changes,
                reference=case.reference,
                memo=f"待查收款查明 {case.finding}",
            )
        return changes.giving(cleared=len(cases), amount_fen=sum(held.values()))


def _check_can_return(cases: Sequence[IdentifyReceipt], held: Mapping[str, int], view: View, faults: Faults) -> None:
    """What is sent back together does not exceed what the account holds it is sent from."""
    leaving = 0
    for number, case in enumerate(cases, start=1):
        if case.outcome is ReceiptOutcome.RETURNED:
            leaving += held[case.reference]
            if short := missing(ACCOUNT, leaving, view):
                rule = f"流水号 {case.reference} 的款项不能退回：{short}"
                faults.add(number, "reference", rule, next_step=FILL_UP[ACCOUNT])


def _held(cases: Sequence[IdentifyReceipt], view: View) -> dict[str, int]:
    """What of every receipt named still rests among the unidentified, in fen."""
    references = sorted({case.reference for case in cases})
    return view.once(
        ("held", *references), lambda: {reference: held_unidentified_fen(reference) for reference in references}
    )
