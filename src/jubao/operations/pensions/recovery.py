"""Claiming overpaid money back after the settlement: the notice that asks for it, and what is given up."""

from collections.abc import Sequence
from datetime import timedelta

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Final, Form, Given, Paper, Unit, act, approve, audit, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Amount, Day, Evidence, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.fund.books import post
from jubao.operations.pensions.claims import OfCase, demanded, open_claims
from jubao.operations.people import in_slices, shown
from jubao.records.models import RecoveryDemand, RecoveryEvent
from jubao.vocabulary.fen import yuan_plain


class DemandRepayment(OfCase):
    """A notice that goes out: its number (文书编号), and who receives it when that is not the person."""

    number: Text = ask(
        "文书编号", "Notice number", column=(RecoveryDemand, "number"), shortest=1, hint="如 追〔2017〕1号"
    )
    receiver: Text = ask(
        "送达对象",
        "Receiver",
        default="",
        column=(RecoveryDemand, "receiver"),
        hint="不是本人时填，如 某某的法定继承人",
    )
    due_date: Day | None = ask("还款期限", "Repay by", default=None, hint="不填按规定的天数")


@act(
    "recovery.demand",
    title="追回通知",
    asks=DemandRepayment,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT), approve(Post.DEPUTY_BUSINESS)],
    about=About.RECOVERY,
    undone_by=Final("通知发出后不能收回；有误的另发更正通知"),
    gives=[
        Given("demanded", "通知件数", "notices", Unit.ROWS),
        Given("amount_fen", "通知金额", "asked for", Unit.FEN),
    ],
    prints=[Form("追回通知书", "jubao notice 文书编号 --by 工号 --out F.docx")],
)
class Demand:
    """Ask in writing for what is open; the notice is printed from this record (``jubao notice``).

    Source: 社会保险经办条例第四十六条.
    """

    def check(self, cases: Sequence[DemandRepayment], view: View) -> Faults:
        """An open claim, a number nobody used, and a day to repay that is not past."""
        faults = Faults()
        open_claims(cases, view, faults)
        numbers = [case.number for case in cases]
        known = _known_numbers(numbers)
        for number, case in enumerate(cases, start=1):
            if case.due_date and case.due_date < view.on:
                rule = f"还款期限 {case.due_date} 早于通知日期 {view.on}"
                faults.add(number, "due_date", rule, place=shown(case.person))
            if case.number in known or numbers.index(case.number) < number - 1:
                faults.add(number, "number", f"文书编号 {case.number} 已用过", next_step="请另编号")
        return faults

    def plan(self, cases: Sequence[DemandRepayment], view: View) -> Changes:
        """One notice for each claim, of all that is open."""
        changes = Changes(view)
        claims = open_claims(cases, view)
        usual = view.on + timedelta(days=int(view.law.value("procedure.repayment_notice_days")))
        changes.add_all(
            RecoveryDemand(
                overpayment=claim,
                number=case.number,
                amount_fen=claim.open_fen,
                sent_date=view.on,
                due_date=case.due_date or usual,
                receiver=case.receiver or claim.person.name,
            )
            for case, claim in zip(cases, claims, strict=True)
        )
        return changes.giving(demanded=len(cases), amount_fen=sum(claim.open_fen for claim in claims))


def _known_numbers(numbers: Sequence[str]) -> set[str]:
    return {
        number
        for part in in_slices(numbers)
        for number in RecoveryDemand.objects.filter(number__in=part).order_by("id").values_list("number", flat=True)
    }


class WriteOffRecovery(OfCase):
    """Money given up: how much (all that is open when not stated), and the decision it rests on (会议纪要等)."""

    amount_fen: Amount | None = ask("核销金额", "Given up", default=None, hint="不填为全部未追回金额")
    basis: Evidence = ask("核销依据", "Decision", column=(RecoveryEvent, "basis"), hint="如 2017年第12次主任办公会纪要")


@act(
    "recovery.write_off",
    title="多发待遇核销",
    asks=WriteOffRecovery,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTANT), audit(Post.AUDIT), approve(Post.DIRECTOR)],
    about=About.RECOVERY,
    undone_by=Final("核销按会议决定办理；核销后又还款的列待查收款，按决定处理"),
    papers=[Paper("核销决定（会议纪要等）")],
    gives=[
        Given("written_off", "核销件数", "claims written off", Unit.ROWS),
        Given("amount_fen", "核销金额", "given up", Unit.FEN),
    ],
    second_factor=True,
)
class WriteOff:
    """Give up what cannot be recovered, on a decision, after it was demanded; the books carry it as an expense.

    Source: 社会保险经办条例第四十六条；财会〔2017〕28号，暂付款.
    """

    def check(self, cases: Sequence[WriteOffRecovery], view: View) -> Faults:
        """An open claim that was demanded before, and no more than is open."""
        faults = Faults()
        claims = open_claims(cases, view, faults)
        if faults:
            return faults
        asked_for = demanded(claims)
        for number, (case, claim) in enumerate(zip(cases, claims, strict=True), start=1):
            fen, place = case.amount_fen or claim.open_fen, shown(claim.person.resident_number)
            if fen > claim.open_fen:
                rule = f"核销 {yuan_plain(fen)} 元多于未追回 {yuan_plain(claim.open_fen)} 元"
                faults.add(number, "amount_fen", rule, place=place)
            if claim.pk not in asked_for:
                faults.add(number, "person", "尚未发出追回通知", next_step="请先通知还款", place=place)
        return faults

    def plan(self, cases: Sequence[WriteOffRecovery], view: View) -> Changes:
        """Less open on each claim, and one voucher of the whole."""
        changes = Changes(view)
        total = 0
        for case, claim in zip(cases, open_claims(cases, view), strict=True):
            fen = case.amount_fen or claim.open_fen
            changes.add(RecoveryEvent(overpayment=claim, kind="WRITTEN_OFF", amount_fen=fen, basis=case.basis))
            changes.set(claim, open_fen=claim.open_fen - fen)
            total += fen
        post("overpayment_written_off", {"amount": total}, changes=changes)
        return changes.giving(written_off=len(cases), amount_fen=total)
