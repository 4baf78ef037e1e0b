"""Suspicions found true: pensions and relations that end with their settlement, and the other agency that is asked."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Final, Given, Paper, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AccountNumber, Day, Evidence, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.people import enrolments_of, find_people, shown
from jubao.operations.registers.kinds import title_of
from jubao.operations.registers.sources import SourceFact, borne_out, source_facts
from jubao.operations.settlement.contributors import check_contributors, end_contributors
from jubao.operations.settlement.ending_terms import TerminateAward
from jubao.operations.settlement.stated_end import LONGEST_PAPER, EndOfRelation
from jubao.operations.settlement.termination import SETTLED, check_terminations, terminate
from jubao.operations.suspicions.decisions import (
    Answered,
    Decision,
    State,
    answer,
    answered_with,
    check_decidable,
    check_no_hint,
    hits_of,
    join,
    kinds_of,
    own_hits,
    proven,
    scored_left_open,
)
from jubao.records.models import Payout, Person
from jubao.vocabulary.codes import ContributorEndReason, EnrolmentState, TerminationReason
from jubao.vocabulary.codes.pension import Burial

LONGEST_PROOF, LONGEST_MEMO = 200, 60
STATES_TO_ASK = (State.OPEN, State.TERMINATED)
ALONG = Given("along", "一并办结的其他疑点", "other suspicions answered with it", Unit.ROWS)


class ConfirmSuspicion(Decision):
    """A suspicion found true: what ended the pension, when, and who receives what is left.

    ``identity_evidence`` says why the person is the one meant, where only a score said so; ``memo`` why the day
    differs from what every source says.
    """

    reason: TerminationReason = ask("终止原因", "Reason")
    event_date: Day = ask("死亡或终止日期", "Day of death or ending", hint="如 2017-03-12", not_after="today")
    reported_date: Day | None = ask("报告日期", "Day reported", default=None, hint="家属或本人来报的那天")
    burial: Burial | None = ask("安葬方式", "Burial", default=None)
    heir_name: Text | None = ask("领取人姓名", "Receiver", default=None, column=(Payout, "payee_name"))
    heir_account: AccountNumber | None = ask("领取人账号", "Receiver's account", default=None, hint="只写数字")
    heir_bank: Text = ask(
        "领取人开户银行", "Receiver's bank", default="", column=(Payout, "payee_bank"), hint="付给继承人的填写"
    )
    evidence: Evidence = ask(
        "核实材料", "Evidence", longest=LONGEST_PAPER, hint="如 死亡医学证明 2017-0312、核查表、对方复函"
    )
    heir_evidence: Evidence | None = ask(
        "继承关系证明", "Evidence of the heir", default=None, longest=LONGEST_PAPER, hint="付给继承人必填"
    )
    identity_evidence: Text = ask(
        "同一人的依据", "Proof of identity", default="", longest=LONGEST_PROOF, hint="打分得出的疑点必填，如 户口簿一致"
    )
    memo: Text = ask(
        "备注",
        "Memo",
        default="",
        longest=LONGEST_MEMO,
        hint="日期与各来源都不同的，写明依据，如 死亡医学证明 2017-0312",
    )


@act(
    "match.confirm",
    title="疑点核实终止",
    asks=ConfirmSuspicion,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.AWARD,
    undone_by="award.reinstate",
    deadline="procedure.statutory_workdays:cancellation",
    papers=[Paper("核实材料（死亡证明、核查表或对方机构的答复）")],
    gives=[*SETTLED, ALONG],
)
class ConfirmationOfSuspicion:
    """End the pensions of suspicions found true, with their settlement. Source: 社会保险经办条例第二十五、四十六条."""

    def check(self, cases: Sequence[ConfirmSuspicion], view: View) -> Faults:
        """A suspicion that may end a pension, the person proven, a day that a source bears out or a reason explains."""
        faults = Faults()
        check_no_hint(cases, view, faults, ending=True)
        people = check_decidable(cases, view, faults, identity=[case.identity_evidence for case in cases])
        _check_days(cases, people, view, faults)
        endings = _terminations(cases)
        told, lists = [case.memo for case in cases], [case.list_number for case in cases]
        join(faults, check_terminations(endings, view, explained=told, answers=lists))
        return faults

    def plan(self, cases: Sequence[ConfirmSuspicion], view: View) -> Changes:
        """The suspicions answered, those of the same concern with them, and the settlements."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        proofs = [case.identity_evidence for case in cases]
        answered = answered_with(cases, people, view, identity=proofs)
        evidence = [proven(f"核实：{c.reason.label} {c.event_date}", c.identity_evidence) for c in cases]
        answer(cases, answered, State.TERMINATED, evidence, changes)
        settled = terminate(_terminations(cases), changes)
        facts = _facts(people, view)
        for case, person in zip(cases, people, strict=True):
            decided = f"{case.reason.label} {case.event_date}" + (f"（{case.memo}）" if case.memo else "")
            _tell(person, decided, facts.get(person.pk, []), changes)
        scored_left_open(cases, people, answered, changes)
        return changes.giving(**settled, along=sum(len(one.others) for one in answered))


def _terminations(cases: Sequence[ConfirmSuspicion]) -> list[TerminateAward]:
    """The ending each case asks for."""
    shared = set(TerminateAward.model_fields) - {"memo"}
    return [
        TerminateAward(
            **case.model_dump(include=shared),
            memo=f"名单{case.list_number}核实" + (f"；{case.memo}" if case.memo else ""),
        )
        for case in cases
    ]


def _facts(people: Sequence[Person], view: View) -> dict[int, list[SourceFact]]:
    keys = [person.pk for person in people]
    return view.once(("source facts", tuple(keys)), lambda: source_facts(keys))


def _check_days(cases: Sequence[ConfirmSuspicion], people: Sequence[Person], view: View, faults: Faults) -> None:
    """A day that differs from what every source says needs its reason in writing."""
    if not people:
        return
    facts = _facts(people, view)
    for number, (case, person) in enumerate(zip(cases, people, strict=True), start=1):
        told = facts.get(person.pk, [])
        if case.memo or borne_out(told, case.reason, case.event_date):
            continue
        sources = "；".join(map(str, told))
        rule = f"所填日期 {case.event_date} 与各来源都不同（{sources}）"
        step = "请核对日期，确实不同的在备注中写明依据"
        faults.add(number, "memo", rule, next_step=step, place=shown(person.resident_number))


def _tell(person: Person, decided: str, facts: Sequence[SourceFact], changes: Changes) -> None:
    """What every source says, beside what was decided, for whoever signs."""
    told = "；".join(map(str, facts)) if facts else "没有来源写明"
    changes.notice(f"{shown(person.resident_number)} 所定：{decided}。来源：{told}")


class EndPayer(Decision):
    """A contributor found elsewhere whose relation here ends.

    ``evidence`` names the paper beside the list, ``heir_evidence`` shows why somebody else than the person is paid.
    """

    reason: ContributorEndReason = ask("终止原因", "Reason")
    event_date: Day = ask("发生日期", "Day of the event", hint="如 2017-03-12", not_after="today")
    reported_date: Day | None = ask("报告日期", "Day reported", default=None, hint="家属或本人来报的那天")
    payee_name: Text = ask("收款人姓名", "Payee", default="", column=(Payout, "payee_name"), hint="付给本人的不填")
    payee_account: Text = ask(
        "收款账号", "Payee's account", default="", column=(Payout, "payee_account"), hint="付到本人登记账户的不填"
    )
    payee_bank: Text = ask(
        "开户银行", "Payee's bank", default="", column=(Payout, "payee_bank"), hint="付给继承人的填写"
    )
    identity_evidence: Text = ask(
        "同一人的依据", "Proof of identity", default="", longest=LONGEST_PROOF, hint="打分得出的疑点必填，如 户口簿一致"
    )
    evidence: Evidence = ask("证明", "Paper", longest=LONGEST_PAPER, hint="如 死亡医学证明 2017-0312、对方参保证明")
    heir_evidence: Text = ask(
        "继承关系证明", "Proof of heirship", default="", longest=LONGEST_PAPER, hint="付给继承人的必填"
    )


@act(
    "match.end_payer",
    title="重复参保终止",
    asks=EndPayer,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by="enrolment.restore",
    deadline="procedure.statutory_workdays:cancellation",
    papers=[Paper("重复参保的核实材料")],
    gives=[
        Given("ended", "终止人数", "people ended", Unit.PEOPLE),
        Given("refund_fen", "退款金额", "refunds", Unit.FEN),
        ALONG,
    ],
)
class EndOfDoublePayer:
    """End contributors found insured elsewhere, with their settlement. Source: 人社部发〔2014〕17号."""

    def check(self, cases: Sequence[EndPayer], view: View) -> Faults:
        """A suspicion that may end a relation, the person proven, and a relation that can end."""
        faults, ending = Faults(), Faults()
        check_no_hint(cases, view, faults, ending=True)
        check_decidable(cases, view, faults, identity=[case.identity_evidence for case in cases])
        check_contributors(_endings(cases, view), view, ending)
        join(faults, ending)
        return faults

    def plan(self, cases: Sequence[EndPayer], view: View) -> Changes:
        """The suspicions answered, those of the same concern with them, and the settlements."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        answered = answered_with(cases, people, view, identity=[case.identity_evidence for case in cases])
        evidence = [proven(f"核实：{c.reason.label}", c.identity_evidence) for c in cases]
        answer(cases, answered, State.TERMINATED, evidence, changes)
        settled = end_contributors(_endings(cases, view), changes)
        scored_left_open(cases, people, answered, changes)
        return changes.giving(**settled, along=sum(len(one.others) for one in answered))


def _endings(cases: Sequence[EndPayer], view: View) -> list[EndOfRelation]:
    """The ending each case asks for, in memory of its list."""
    kinds = kinds_of(cases, view)
    return [
        EndOfRelation(
            person=case.person,
            reason=str(case.reason),
            event_date=case.event_date,
            memo=f"{title_of(kinds.get(case.list_number, ''))}名单{case.list_number}核实",
            payee_name=case.payee_name,
            payee_account=case.payee_account,
            payee_bank=case.payee_bank,
            reported_date=case.reported_date,
            evidence=case.evidence,
            heir_evidence=case.heir_evidence,
            answers=case.list_number,
        )
        for case in cases
    ]


class RequestOther(Decision):
    """A double pension already ended here; the other agency is asked to hold its own."""

    note: Text = ask("函件要点", "Note", default="", longest=120, hint="如 已终止，函请对方暂停待遇")
    identity_evidence: Text = ask(
        "同一人的依据", "Proof of identity", default="", longest=LONGEST_PROOF, hint="打分得出的疑点必填，如 户口簿一致"
    )


@act(
    "match.request_other",
    title="函请对方暂停待遇",
    asks=RequestOther,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.PERSON,
    undone_by=Final("函件发出后由对方机构答复；发错的另函更正"),
    papers=[Paper("函件", required=False)],
    gives=[Given("requested", "函请人数", "people asked about", Unit.PEOPLE)],
)
class RequestToOther:
    """Ask the other agency, for people whose relation here is ended. Source: 人社部发〔2014〕17号."""

    def check(self, cases: Sequence[RequestOther], view: View) -> Faults:
        """A suspicion not answered otherwise, the person proven, and nothing running here any more."""
        faults = Faults()
        identity = [case.identity_evidence for case in cases]
        people = check_decidable(cases, view, faults, states=STATES_TO_ASK, identity=identity)
        enrolments = enrolments_of(people, view)
        for number, person in enumerate(people, start=1):
            if enrolments[person.pk].enrolment_state != EnrolmentState.ENDED:
                rule = "在本地的关系尚未终止，不能函请对方"
                place = shown(person.resident_number)
                faults.add(number, "person", rule, next_step="请先办理本地终止", place=place)
        return faults

    def plan(self, cases: Sequence[RequestOther], view: View) -> Changes:
        """The suspicions that wait for the other agency."""
        changes = Changes(view)
        people = find_people([case.person for case in cases], view)
        hits = hits_of(people, view)
        own = [own_hits(case, person, hits, STATES_TO_ASK) for case, person in zip(cases, people, strict=True)]
        evidence = [proven(case.note or "已终止，函请对方暂停", case.identity_evidence) for case in cases]
        answer(cases, [Answered(rows) for rows in own], State.REQUESTED, evidence, changes)
        return changes.giving(requested=len(cases))
