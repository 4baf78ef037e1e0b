"""Money between the fund's accounts and upward: opening, sweep, draw, remittance, and fiscal money in."""

from collections.abc import Sequence
from datetime import date

from jubao.ledger.balances import balances
from jubao.ledger.models import Voucher
from jubao.operations.envelope.declaration import ActReference, Arguments, Refused, Result, act, approve, check, release
from jubao.operations.envelope.posts import Post
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import unused_receipt
from jubao.operations.fund.shares import share_out
from jubao.operations.inbound import read_inbound, take_in
from jubao.records.models import FiscalReceipt, FundMovement
from jubao.vocabulary import month as months

OPENING = {"COLLECTION_ACCOUNT": "collection", "DISBURSEMENT_ACCOUNT": "disbursement", "FISCAL_ACCOUNT": "fiscal"}
LEVELS = {"中央": "central", "省": "province", "市": "city", "县": "county"}


class OpeningBalance(Arguments):
    """What one of our bank accounts held at the takeover."""

    account: str
    amount_fen: int


class OpenFund(Arguments):
    """The balances the books open with."""

    balances: list[OpeningBalance]


@act("fund.open", title="基金期初建账", arguments=OpenFund, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def open_funds(cases: Sequence[OpenFund], *, on: date, act: ActReference) -> Result:
    """Open the fund's and the delegated books with their bank balances, once. Source: 财会〔2011〕3号."""
    if Voucher.objects.filter(book__in=["FUND", "DELEGATED"]).exists():
        raise Refused("账簿已有凭证，不能再建期初余额")
    stated = {row.account: row.amount_fen for row in cases[0].balances}
    if unknown := sorted(set(stated) - {*OPENING, "DELEGATED_BANK"}):
        raise Refused(f"期初余额只能建在银行账户上，没有账户 {'、'.join(unknown)}")
    post("fund_opened", {OPENING[key]: fen for key, fen in stated.items() if key in OPENING}, act=act)
    post("delegated_opened", {"amount": stated.get("DELEGATED_BANK", 0)}, act=act)
    return {"total_fen": sum(stated.values())}


class MoveMonth(Arguments):
    """A month whose collection account is emptied."""

    month: int


@act("fund.sweep", title="收入户归集", arguments=MoveMonth, maker=Post.ACCOUNTANT, chain=[release(Post.DEPUTY_FINANCE)])
def sweep_months(cases: Sequence[MoveMonth], *, on: date, act: ActReference) -> Result:
    """Move the whole collection account to the fiscal account at month end. Source: 财社〔2011〕16号（收支两条线）."""
    month = cases[0].month
    held = balances("FUND").get("COLLECTION_ACCOUNT", 0)
    if held <= 0:
        return {"amount_fen": 0}
    FundMovement.objects.create(
        act_id=act.id, kind="SWEEP", month=month, amount_fen=held, purpose=f"{month}收入户归集", reference=f"GJ{month}"
    )
    post("sweep", {"amount": held}, act=act, reference=f"GJ{month}")
    return {"amount_fen": held, "reference": f"GJ{month}"}


class DrawFund(Arguments):
    """Money asked from the fiscal account for a month's payments."""

    month: int
    amount_fen: int


@act("fund.draw", title="请款拨入支出户", arguments=DrawFund, maker=Post.ACCOUNTANT,
     chain=[release(Post.DEPUTY_FINANCE)])  # fmt: skip
def draw_funds(cases: Sequence[DrawFund], *, on: date, act: ActReference) -> Result:
    """Draw money into the disbursement account, never more than the fiscal account holds.

    Source: 财社〔2011〕16号（财政专户）.
    """
    references = []
    for case in cases:
        _require("FISCAL_ACCOUNT", case.amount_fen, "请款")
        number = FundMovement.objects.filter(kind="DRAW", month=case.month).count() + 1
        reference = f"QK{case.month}{number:02d}"
        FundMovement.objects.create(
            act_id=act.id, kind="DRAW", month=case.month, amount_fen=case.amount_fen, purpose=f"{case.month}发放请款",
            reference=reference,
        )  # fmt: skip
        post("draw", {"amount": case.amount_fen}, act=act, reference=reference)
        references.append(reference)
    return {"amount_fen": sum(case.amount_fen for case in cases), "references": references}


class RemitSurplus(Arguments):
    """Account surplus that goes up to the province."""

    amount_fen: int
    year_of_surplus: int
    purpose: str = "个人账户结余上解"
    reference: str


@act("fund.remit", title="上解省级财政专户", arguments=RemitSurplus, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)])  # fmt: skip
def remit_surpluses(cases: Sequence[RemitSurplus], *, on: date, act: ActReference) -> Result:
    """Remit surplus upward, exactly as much as the people's account money of that year adds up to.

    Never more than the fiscal account holds, never more than the accounts of those who neither draw nor left.
    Source: 湘政发〔2014〕23号（省级专户）.
    """
    people = 0
    for case in cases:
        _require("FISCAL_ACCOUNT", case.amount_fen, "上解")
        movement = FundMovement.objects.create(
            act_id=act.id, kind="REMIT", month=months.of(on), amount_fen=case.amount_fen, purpose=case.purpose,
            reference=case.reference,
        )  # fmt: skip
        people += share_out(movement, case.year_of_surplus, act=act)
        post("remitted", {"amount": case.amount_fen}, act=act, reference=case.reference)
    return {"amount_fen": sum(case.amount_fen for case in cases), "shares": people}


def _require(account: str, amount_fen: int, purpose: str) -> None:
    held = balances("FUND").get(account, 0)
    if not 0 < amount_fen <= held:
        raise Refused(f"{purpose}金额 {amount_fen} 分须大于零且不超过账户余额 {held} 分")


class TakeNotices(Arguments):
    """A file of fiscal notices whose money arrived."""

    file: str


@act("fiscal.receive", title="财政补助到账", arguments=TakeNotices, maker=Post.ACCOUNTANT,
     chain=[check(Post.DEPUTY_FINANCE)])  # fmt: skip
def receive_fiscal_money(cases: Sequence[TakeNotices], *, on: date, act: ActReference) -> Result:
    """Book fiscal money by level and purpose, each notice against its own bank line. Source: 财社〔2011〕16号."""
    total = 0
    for case in cases:
        table = read_inbound(case.file, "fiscal_notice")
        for row in table.records():
            receipt = unused_receipt("FISCAL_ACCOUNT", row["reference"] or "", row["amount"])
            FiscalReceipt.objects.create(
                act_id=act.id, notice=row["notice_number"], level=row["level"], purpose=row["purpose"],
                amount_fen=row["amount"], statement_line=receipt,
            )  # fmt: skip
            post("fiscal_received", {LEVELS[row["level"]]: row["amount"]}, act=act, on=receipt.date,
                 reference=row["reference"], memo=f"{row['notice_number']} {row['level']}{row['purpose']}")  # fmt: skip
            total += row["amount"]
        take_in(case.file, "fiscal_notice", rows=table.rows, act=act)
    return {"amount_fen": total}
