"""Account surplus that goes up to the province, exactly as much as the people's accounts add up to."""

from collections.abc import Sequence

from django.db.models import Min

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Form, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, Text, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.fund.funds import check_covered, held_fen
from jubao.operations.fund.shares import Shares, insert_shares, share_out
from jubao.records.models import Enrolment, FundMovement
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan


class RemitSurplus(Arguments):
    """Account surplus that goes up to the province."""

    amount_fen: Amount = ask("上解金额", "Amount")
    year_of_surplus: Year = ask("结余年度", "Year of surplus", hint="哪一年度的个人账户结余", not_after="today")
    purpose: Text = ask("用途", "Purpose", default="个人账户结余上解", column=(FundMovement, "purpose"), shortest=1)
    reference: Text = ask("凭据号", "Reference", hint="如 SJ2017001", column=(FundMovement, "reference"), shortest=1)


@act(
    "fund.remit",
    title="上解省级财政专户",
    asks=RemitSurplus,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.BANK_ACCOUNT,
    undone_by=Final("上解的资金由省级财政专户管理，本级不能撤回"),
    gives=[
        Given("amount_fen", "上解金额", "amount", Unit.FEN),
        Given("shares", "各人明细数", "shares", Unit.ROWS),
    ],
    papers=[Paper("上级核定的上解计划", required=False)],
    second_factor=True,
    prints=[Form("个人账户结余上解表", "jubao fund remittance --out F.pdf")],
)
class Remittance:
    """Remit surplus upward, exactly as much as the people's account money of that year adds up to.

    Never more than the fiscal account holds, never more than the accounts of those who neither draw nor left.
    Source: 湘政发〔2014〕23号（省级专户）.
    """

    def check(self, cases: Sequence[RemitSurplus], view: View) -> Faults:
        """Covered by the fiscal account and by the accounts of the people; every reference once; a year with accounts."""
        faults = Faults()
        check_covered([case.amount_fen for case in cases], held_fen("FISCAL_ACCOUNT", view), "上解", faults)
        _check_references(cases, faults)
        first = Enrolment.objects.aggregate(month=Min("enrolled_month"))["month"]
        for number, case in enumerate(cases, start=1):
            if first is not None and case.year_of_surplus < first // 100:
                rule = f"{case.year_of_surplus} 年尚无人参保（最早 {first}），没有账户结余"
                faults.add(number, "year_of_surplus", rule, next_step="请核对结余年度")
        if faults:
            return faults
        for number, (case, shares) in enumerate(zip(cases, _shared_out(cases, view), strict=True), start=1):
            if not shares.person.size:
                then = "请核对后减少金额，或先办理缴费记账"
                faults.add(number, "amount_fen", _too_much(case, shares), next_step=then)
        return faults

    def plan(self, cases: Sequence[RemitSurplus], view: View) -> Changes:
        """One movement with its voucher for each case, and whose money it carries."""
        changes = Changes(view)
        people = 0
        for case, shares in zip(cases, _shared_out(cases, view), strict=True):
            movement = changes.add(
                FundMovement(
                    kind="REMIT",
                    month=months.of(view.on),
                    amount_fen=case.amount_fen,
                    purpose=case.purpose,
                    reference=case.reference,
                )
            )
            insert_shares(movement, shares, changes)
            people += shares.person.size
            post("remitted", {"amount": case.amount_fen}, changes=changes, reference=case.reference)
        return changes.giving(amount_fen=sum(case.amount_fen for case in cases), shares=people)


def _check_references(cases: Sequence[RemitSurplus], faults: Faults) -> None:
    named = [case.reference for case in cases]
    used = set(FundMovement.objects.order_by("id").values_list("reference", flat=True))
    for number, reference in enumerate(named, start=1):
        if reference in used:
            faults.add(number, "reference", f"凭据号 {reference} 已经用过", next_step="请核对凭据号")
        used.add(reference)


def _shared_out(cases: Sequence[RemitSurplus], view: View) -> list[Shares]:
    asked = [(case.amount_fen, case.year_of_surplus) for case in cases]
    return view.once(("shares", *asked), lambda: share_out(asked))


def _too_much(case: RemitSurplus, shares: Shares) -> str:
    return (
        f"上解 {case.reference} 金额 {format_yuan(case.amount_fen)} 元，超过{shares.year}年度账户资金尚可上解的 "
        f"{format_yuan(shares.left_fen)} 元（已领取待遇、已终止人员的账户资金留存当地，利息不上解）"
    )
