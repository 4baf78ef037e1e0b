"""Money of other departments: come for a programme, and what is left of it given back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Sum

from jubao.ledger.balances import balances
from jubao.operations.delegated.rosters import (
    LIVE,
)
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    About,
    Arguments,
    Given,
    Paper,
    Unit,
    act,
    check,
    release,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, Evidence, ReceiptRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.receipts import bank_receipt, unused_receipt
from jubao.records.models import DelegatedFunding, DelegatedLine
from jubao.records.programmes import DelegatedReturn
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.fen import format_yuan

BANK = "DELEGATED_BANK"


class FundProgramme(Arguments):
    """Money the owning department sent."""

    programme: DelegatedProgramme = ask("代发项目", "Programme")
    amount_fen: Amount = ask("到账金额", "Amount")
    reference: ReceiptRef = ask("银行流水号", "Bank reference", hint="代发专户对账单上的流水号")
    notice: Evidence = ask("拨款通知", "Notice", longest=60, hint="主管部门拨款通知的文号")


@act(
    "delegated.fund",
    title="代发资金到账",
    asks=FundProgramme,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE)],
    about=About.PROGRAMME,
    undone_by="delegated.return_fund",
    papers=[Paper("主管部门拨款通知")],
    gives=[Given("amount_fen", "到账金额", "amount", Unit.FEN)],
    also_seen_by=[Post.BENEFITS],
)
class ProgrammeFunding:
    """Book money for a programme against its bank line, never in the fund's books. Source: 代发委托协议."""

    def check(self, cases: Sequence[FundProgramme], view: View) -> Faults:
        """Each sum stands on the bank's statement of the delegated account and was not used before."""
        faults = Faults()
        times = Counter(case.reference for case in cases)
        for number, case in enumerate(cases, start=1):
            unused_receipt(BANK, case.reference, case.amount_fen, faults, case=number, field="reference")
            if times[case.reference] > 1:
                rule = f"流水号 {case.reference} 在同一申请中出现 {times[case.reference]} 次"
                faults.add(number, "reference", rule, next_step="一笔进账只能入账一次")
        return faults

    def plan(self, cases: Sequence[FundProgramme], view: View) -> Changes:
        """The money of each programme, and its voucher on the day it arrived."""
        changes = Changes(view)
        for case in cases:
            receipt = bank_receipt(BANK, case.reference)
            assert receipt is not None, "a plan is made after its check"
            changes.add(
                DelegatedFunding(
                    programme=str(case.programme), amount_fen=case.amount_fen, statement_line_id=receipt.pk
                )
            )
            post(
                "delegated_funded",
                {"amount": case.amount_fen},
                changes=changes,
                on=receipt.date,
                reference=case.reference,
                memo=f"{case.programme}代发资金，{case.notice}",
            )
        return changes.giving(amount_fen=sum(case.amount_fen for case in cases))


class ReturnFund(Arguments):
    """Unused money of a programme that goes back to its department."""

    programme: DelegatedProgramme = ask("代发项目", "Programme")
    amount_fen: Amount = ask("退回金额", "Amount")
    evidence: Evidence = ask("依据", "Evidence", hint="主管部门来函或结算单", column=(DelegatedReturn, "evidence"))


@act(
    "delegated.return_fund",
    title="代发余款退回",
    asks=ReturnFund,
    maker=Post.ACCOUNTANT,
    chain=[release(Post.DEPUTY_FINANCE)],
    about=About.PROGRAMME,
    undone_by="delegated.fund",
    papers=[Paper("主管部门来函或代发结算单")],
    gives=[
        Given("amount_fen", "退回金额", "amount", Unit.FEN),
        Given("references", "凭据号", "references", Unit.TEXT),
    ],
    second_factor=True,
    also_seen_by=[Post.CASHIER, Post.BENEFITS],
)
class FundReturn:
    """Give unused money back to the department it came from, never more than is left of its programme.

    Source: 代发委托协议（结余资金退回主管部门）.
    """

    def check(self, cases: Sequence[ReturnFund], view: View) -> Faults:
        """What every programme still needs for locked months, and what belongs to the others, stays."""
        faults = Faults()
        asked: dict[str, int] = {}
        for number, case in enumerate(cases, start=1):
            programme = str(case.programme)
            asked[programme] = asked.get(programme, 0) + case.amount_fen
            left = left_of(programme, asked)
            if asked[programme] > left:
                rule = f"退回 {format_yuan(asked[programme])} 元，超过该项目未使用的 {format_yuan(max(left, 0))} 元"
                faults.add(number, "amount_fen", rule, next_step="请核对项目结余", place=programme)
        return faults

    def plan(self, cases: Sequence[ReturnFund], view: View) -> Changes:
        """What goes back, with its voucher."""
        changes = Changes(view)
        references = []
        for case in cases:
            programme = str(case.programme)
            reference = _next_reference(programme, months.of(view.on), changes)
            changes.add(
                DelegatedReturn(
                    programme=programme, amount_fen=case.amount_fen, reference=reference, evidence=case.evidence
                )
            )
            post(
                "delegated_returned",
                {"amount": case.amount_fen},
                changes=changes,
                reference=reference,
                memo=f"{programme}代发余款退回",
            )
            references.append(reference)
        return changes.giving(amount_fen=sum(case.amount_fen for case in cases), references=references)


def left_of(programme: str, asked: Mapping[str, int] | None = None) -> int:
    """What of a programme's money nobody needs, fen.

    The account holds all programmes' money together, and money taken over at the opening belongs to none by name. So
    what is free is what is owed to departments less everything locked or on its way, less what the others left, or
    what ``asked`` gives back of them in the same request where that is more.
    """
    return _left(programme, asked or {}, moved_by_programme())


def left_of_each(moved: Mapping[str, "Moved"]) -> dict[str, int]:
    """The same of every programme; ``moved`` is what ``moved_by_programme`` gives."""
    return {str(one): _left(str(one), {}, moved) for one in DelegatedProgramme}


def _left(programme: str, asked: Mapping[str, int], moved: Mapping[str, "Moved"]) -> int:
    free = -balances("DELEGATED").get("DELEGATED_PAYABLE", 0) - sum(one.due for one in moved.values())
    others = [one for one in moved if one != programme]
    return free - sum(max(moved[other].own, asked.get(other, 0), 0) for other in others)


@dataclass(frozen=True)
class Moved:
    """Money of a programme, fen: come, paid, on its way, and given back."""

    came: int
    paid: int
    due: int
    returned: int

    @property
    def own(self) -> int:
        """What came, less what was paid, is on its way, or went back."""
        return self.came - self.paid - self.due - self.returned


def moved_by_programme() -> dict[str, Moved]:
    """What came for each programme, was paid, is on its way, and went back."""
    came = _sums(DelegatedFunding.objects.values_list("programme"))
    back = _sums(DelegatedReturn.objects.values_list("programme"))
    lines = DelegatedLine.objects.filter(state__in=LIVE).values_list("payee__programme", "state")
    sent = {(code, state): int(fen) for code, state, fen in lines.order_by().annotate(fen=Sum("amount_fen"))}
    return {
        str(one): Moved(came.get(one, 0), sent.get((one, "PAID"), 0), sent.get((one, "DUE"), 0), back.get(one, 0))
        for one in DelegatedProgramme
    }


def _sums(rows: "QuerySet[Any, Any]") -> dict[str, int]:
    return {code: int(fen) for code, fen in rows.order_by().annotate(fen=Sum("amount_fen"))}


def _next_reference(programme: str, month: int, changes: Changes) -> str:
    stem = f"DT{programme}{month}"
    kept = DelegatedReturn.objects.filter(reference__startswith=stem).count()
    planned = sum(reference.startswith(stem) for (reference,) in changes.added(DelegatedReturn, "reference"))
    return f"{stem}{kept + planned + 1:02d}"
