"""Agreements to pay an overpayment back in parts, which come to what is open, to the fen."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, Day, Evidence, PastDay, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.pensions.claims import OfCase, demanded, open_claims
from jubao.operations.people import shown
from jubao.records.models import Instalment, InstalmentPlan, Overpayment
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import RecoveryMeans
from jubao.vocabulary.fen import yuan_plain

MOST_PARTS = 600


class Part(BaseModel):
    """One instalment: the day it is due and fen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_date: Day = ask("应还日期", "Due on", hint="如 2017-10-31")
    amount_fen: Amount = ask("应还金额", "Amount")


class AgreeInstalments(OfCase):
    """An agreement to pay back in parts: who pays, when it was agreed, and every part."""

    debtor: Text = ask("还款人", "Who pays", column=(InstalmentPlan, "debtor"), shortest=1)
    agreed_date: PastDay = ask("协议日期", "Agreed on", not_after="today")
    parts: list[Part] = ask("各期", "Parts", shortest=1, longest=MOST_PARTS)
    evidence: Evidence = ask(
        "协议", "Agreement", column=(InstalmentPlan, "evidence"), hint="协议编号，如 分期协议 2017-03"
    )
    memo: Text = ask("备注", "Memo", default="", column=(InstalmentPlan, "memo"))


@act(
    "recovery.instalments",
    title="分期还款协议",
    asks=AgreeInstalments,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT), check(Post.ACCOUNTANT), approve(Post.DEPUTY_BUSINESS)],
    about=About.RECOVERY,
    undone_by="recovery.instalments",
    papers=[Paper("分期还款协议")],
    gives=[
        Given("agreed", "协议件数", "agreements", Unit.ROWS),
        Given("instalments", "期数", "parts", Unit.ROWS),
        Given("amount_fen", "分期总额", "to be paid", Unit.FEN),
    ],
)
class Instalments:
    """Record agreements whose parts come to what is open, to the fen; a later one of a claim replaces the earlier.

    Source: 社会保险经办条例第四十六条.
    """

    def check(self, cases: Sequence[AgreeInstalments], view: View) -> Faults:
        """An open claim, asked for before if that is the order, parts that come to it, on days in order and in reach."""
        faults = Faults()
        claims = open_claims(cases, view, faults)
        if faults:
            return faults
        order = list(view.law.value("procedure.recovery_order"))
        notice_first = order.index(RecoveryMeans.NOTICE) < order.index(RecoveryMeans.INSTALMENTS)
        asked_for = demanded(claims) if notice_first else {claim.pk for claim in claims}
        for number, (case, claim) in enumerate(zip(cases, claims, strict=True), start=1):
            if claim.pk not in asked_for:
                place = shown(claim.person.resident_number)
                faults.add(number, "person", "尚未发出追回通知", next_step="请先通知还款", place=place)
            for name, rule, next_step in _rules_broken(case, claim, view):
                faults.add(number, name, rule, next_step=next_step, place=shown(claim.person.resident_number))
        return faults

    def plan(self, cases: Sequence[AgreeInstalments], view: View) -> Changes:
        """The agreements and their parts."""
        changes = Changes(view)
        claims = open_claims(cases, view)
        for case, claim in zip(cases, claims, strict=True):
            agreement = changes.add(
                InstalmentPlan(
                    overpayment=claim,
                    agreed_date=case.agreed_date,
                    amount_fen=claim.open_fen,
                    debtor=case.debtor,
                    evidence=case.evidence,
                    memo=case.memo,
                )
            )
            changes.add_all(
                Instalment(plan=agreement, seq=seq, due_date=part.due_date, amount_fen=part.amount_fen)
                for seq, part in enumerate(case.parts, start=1)
            )
        parts = sum(len(case.parts) for case in cases)
        total = sum(claim.open_fen for claim in claims)
        return changes.giving(agreed=len(cases), instalments=parts, amount_fen=total)


def _rules_broken(case: AgreeInstalments, claim: Overpayment, view: View) -> Iterator[tuple[str, str, str]]:
    """Field, rule and next step of everything that is wrong with an agreement."""
    total = sum(part.amount_fen for part in case.parts)
    if total != claim.open_fen:
        rule = f"各期合计 {yuan_plain(total)} 元，未追回 {yuan_plain(claim.open_fen)} 元"
        yield "parts", rule, "请改到一致"
    found = claim.act.business_date
    if case.agreed_date < found:
        yield "agreed_date", f"协议日期 {case.agreed_date} 早于多发认定日期 {found}", "请按协议原件填写"
    longest = int(view.law.value("procedure.instalments_longest_months"))
    last = case.parts[-1].due_date
    if months.of(last) > months.add(months.of(view.on), longest):
        rule = f"末期应还日期 {last} 超过分期还款最长 {longest} 个月"
        yield "parts", rule, "请缩短期限；确实无力偿还的，按核销办理（recovery.write_off）"
    if case.parts[0].due_date < case.agreed_date:
        yield "parts", f"第1期应还日期 {case.parts[0].due_date} 早于协议日期 {case.agreed_date}", "请核对日期"
    for seq, (earlier, later) in enumerate(pairwise(case.parts), start=2):
        if later.due_date <= earlier.due_date:
            yield "parts", f"第{seq}期应还日期 {later.due_date} 不晚于上一期", "请按日期先后填写"
