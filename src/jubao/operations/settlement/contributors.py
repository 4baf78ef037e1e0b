"""Ending a contributor's relation: who may leave and why, interest settled, the account cleared, the refund owed."""

from collections.abc import Sequence

import numpy as np

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Evidence, PastDay, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import change_state, find_people, ids_of, people_table, shown
from jubao.operations.settlement.ends_of_accounts import (
    clear_accounts,
    ends_of_accounts,
    kept_accounts,
    paid_out,
)
from jubao.operations.settlement.payees import check_payees, owe_payouts
from jubao.operations.settlement.stated_end import (
    LONGEST_PAPER,
    LONGEST_REMARK,
    EndOfRelation,
    check_stated,
    contradictions,
)
from jubao.records.models import Payout, Settlement
from jubao.vocabulary.codes import ContributionState, ContributorEndReason
from jubao.vocabulary.codes.membership import AccountEnd


class EndEnrolment(Arguments):
    """A contributor whose relation ends: why, when, on what paper, and to whom the account is paid."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    reason: ContributorEndReason = ask("终止原因", "Reason")
    event_date: Day = ask("发生日期", "Day of the event", hint="死亡日期、出国（境）定居日期等", not_after="today")
    reported_date: PastDay | None = ask("报告日期", "Day reported", default=None, hint="家属或本人来报的那天")
    evidence: Evidence | None = ask(
        "证明材料", "Evidence", hint="死亡必填，如“死亡医学证明 2017-0312”", default=None, longest=LONGEST_PAPER
    )
    memo: Text = ask("备注", "Memo", default="", longest=LONGEST_REMARK)
    payee_name: Text = ask(
        "收款人姓名", "Payee", hint="付给继承人时填写；不填为本人", default="", column=(Payout, "payee_name")
    )
    payee_account: Text = ask(
        "收款账号", "Payee's account", hint="付给继承人时填写；不填为本人已登记的账户", default="", longest=32
    )
    payee_bank: Text = ask(
        "开户银行", "Payee's bank", hint="付给继承人时填写", default="", column=(Payout, "payee_bank")
    )
    heir_evidence: Evidence | None = ask(
        "继承关系证明",
        "Evidence of the heir",
        hint="付给继承人必填，如“亲属关系证明 2017-08”",
        default=None,
        longest=LONGEST_PAPER,
    )

    @property
    def ending(self) -> EndOfRelation:
        """The same, as every way to end a contributor's relation states it."""
        said = self.model_dump() | {"evidence": self.evidence or "", "heir_evidence": self.heir_evidence or ""}
        return EndOfRelation(**said)


@act(
    "enrolment.end",
    title="参保关系终止（缴费人员）",
    asks=EndEnrolment,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by="enrolment.restore",
    gives=[
        Given("ended", "终止人数", "relations ended", Unit.PEOPLE),
        Given("refund_fen", "应退合计", "refunds owed", Unit.FEN),
    ],
    deadline="procedure.statutory_workdays:cancellation",
    papers=[Paper("注销登记表；死亡的附死亡证明，付给继承人的附继承关系证明")],
)
class Ending:
    """End contributors' relations and settle their accounts. Source: 社会保险经办条例第十条."""

    def check(self, cases: Sequence[EndEnrolment], view: View) -> Faults:
        """Only a contributor's relation ends here; a death is proven, and paid is the person or a proven heir."""
        faults = Faults()
        check_contributors([case.ending for case in cases], view, faults)
        return faults

    def plan(self, cases: Sequence[EndEnrolment], view: View) -> Changes:
        """Settlements, cleared accounts, payouts owed and ended relations."""
        changes = Changes(view)
        return changes.giving(**end_contributors([case.ending for case in cases], changes))


def check_contributors(endings: Sequence[EndOfRelation], view: View, faults: Faults) -> None:
    """Everything that stands against ending some contributors' relations, and against whom they want paid.

    Source: 社会保险经办条例第十条（注销登记）、第二十五条（死亡的证明）.
    """
    people = find_people([ending.person for ending in endings], view, faults)
    if len(people) != len(endings):
        return
    table, kept = people_table([ending.person for ending in endings], view), kept_accounts(people, view)
    ends, alive = ends_of_accounts(endings, view), contradictions(people, endings)
    for number, (person, end, rules) in enumerate(zip(people, ends, alive, strict=True), start=1):
        place = shown(person.resident_number)
        draws_or_ended = table.contribution_state[number - 1] == ContributionState.ENDED.value
        if draws_or_ended and not (person.pk in kept and end.account is not AccountEnd.KEPT):
            rule = "关系已经终止" if table.ended[number - 1] else "正在领取待遇，应按待遇终止办理"
            faults.add(number, "person", rule, place=place)
        if table.uncredited[number - 1]:
            faults.add(number, "person", "有已到账未记账的缴费", next_step="请先记账划拨", place=place)
        if end.account is AccountEnd.MOVED:
            rule = "账户随关系转移，不在本地支付"
            faults.add(number, "reason", rule, next_step="请办理关系转出", source=end.source, place=place)
        for rule in rules:
            then = "请核实死亡日期；缴费确在身故之后的，请先办理重复缴费退款"
            faults.add(number, "event_date", rule, next_step=then, place=place)
    check_stated(people, endings, view, faults)
    if not faults:
        refund = paid_out(ids_of(people), ends, view).sum(axis=1)
        check_payees(people, refund, [e.payee for e in endings], view, faults)


def end_contributors(endings: Sequence[EndOfRelation], changes: Changes) -> dict[str, int]:
    """End contributors' relations, settle interest, clear the accounts and owe the refunds.

    Returns:
        people ended and total refund in fen.
    """
    view = changes.view
    people = find_people([ending.person for ending in endings], view)
    table, ends = people_table([ending.person for ending in endings], view), ends_of_accounts(endings, view)
    reasons = [str(ending.reason) for ending in endings]
    refundable = clear_accounts(table.person, ends, changes=changes)
    refund = refundable.sum(axis=1)
    changes.insert(
        Settlement,
        {
            "person_id": table.person,
            "reason": reasons,
            "event_date": [e.event_date for e in endings],
            "reported_date": [e.reported_date for e in endings],
            "burial": "",
            "account": [str(end.account) for end in ends],
            "refundable_fen": refund,
            "personal_fen": refundable[:, 0],
            "backpay_fen": 0,
            "drawn_fen": 0,
            "overpaid_fen": 0,
            "funeral_fen": 0,
            "offset_fen": 0,
            "refund_fen": refund,
            "to_recover_fen": 0,
            "memo": [e.told for e in endings],
        },
        count=len(people),
    )
    owe_payouts(people, refund, Payout.Kind.REFUND, [e.payee for e in endings], changes=changes)
    running = np.flatnonzero(~table.ended)
    change_state(table.of(running), to=("4", "3"), reason=[reasons[row] for row in running.tolist()], changes=changes)
    return {"ended": len(people), "refund_fen": int(refund.sum())}
