"""When somebody on another department's roster is no longer paid, and when they are paid again."""

from collections.abc import Sequence

from jubao.operations.delegated.rosters import dead_among, find_payee, overpaid, payee_number
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    About,
    Arguments,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Evidence, FromMonth, PersonRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.payments.holding import keep_back
from jubao.operations.people import shown
from jubao.records.models import BankLine, DelegatedPayee, PaymentBatch
from jubao.records.programmes import DelegatedPayeeEvent
from jubao.vocabulary.codes import DelegatedProgramme
from jubao.vocabulary.codes.delegated import DelegatedReason
from jubao.vocabulary.fen import format_yuan

Kind = DelegatedPayeeEvent.Kind
PERSON_HINT = "公民身份号码或代发人员编号，如 D00000001"


class ChangePayee(Arguments):
    """Somebody on a roster, and the month from which something changes."""

    programme: DelegatedProgramme = ask("代发项目", "Programme")
    person: PersonRef = ask("代发人员", "Payee", hint=PERSON_HINT)
    from_month: FromMonth = ask("起始年月", "From month", hint="从哪个月起，如 201705")
    evidence: Evidence = ask(
        "依据", "Evidence", hint="主管部门来函或核实记录", column=(DelegatedPayeeEvent, "evidence")
    )


class StopPayee(ChangePayee):
    """Somebody on a roster who is not paid for the time being, and why."""

    reason: DelegatedReason = ask("停发原因", "Reason")


class EndPayee(ChangePayee):
    """Somebody on a roster who is never paid again, and why."""

    reason: DelegatedReason = ask("终止原因", "Reason")


STOP_GIVES = [
    Given("payees", "人数", "payees", Unit.PEOPLE),
    Given("held", "同时扣留的明细", "lines held", Unit.ROWS),
    Given("overpaid_fen", "此后月份已代发金额", "already paid for later months", Unit.FEN),
]


@act(
    "delegated.stop",
    title="代发停发",
    asks=StopPayee,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS)],
    about=About.PROGRAMME,
    undone_by="delegated.resume",
    papers=[Paper("主管部门来函或疑点核实记录")],
    gives=STOP_GIVES,
)
class DelegatedStop:
    """Stop paying people of a roster from a month on; locked months are held, what was paid is told.

    Source: 各代发项目主管部门名册；社会保险经办条例第二十六条（疑点应当核实后处理）.
    """

    def check(self, cases: Sequence[StopPayee], view: View) -> Faults:
        """Somebody on the roster who is paid at present, each once."""
        faults = Faults()
        for number, payee in _found(cases, view, faults):
            if payee.ended_from is not None:
                _add(number, payee, f"已自 {payee.ended_from} 起终止代发，不必停发", faults)
            elif payee.stopped_from is not None:
                _add(number, payee, f"已自 {payee.stopped_from} 起停发", faults)
        return faults

    def plan(self, cases: Sequence[StopPayee], view: View) -> Changes:
        """The stops, and the held lines of locked months."""
        return _no_longer(cases, Kind.STOPPED, view)


@act(
    "delegated.end",
    title="代发终止",
    asks=EndPayee,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS)],
    about=About.PROGRAMME,
    undone_by="delegated.resume",
    papers=[Paper("死亡证明或主管部门来函")],
    gives=STOP_GIVES,
)
class DelegatedEnd:
    """End paying people of a roster from a month on; locked months are held, what was paid is told.

    Source: 各代发项目主管部门名册.
    """

    def check(self, cases: Sequence[EndPayee], view: View) -> Faults:
        """Somebody on the roster who has not ended yet, each once."""
        faults = Faults()
        for number, payee in _found(cases, view, faults):
            if payee.ended_from is not None:
                _add(number, payee, f"已自 {payee.ended_from} 起终止代发", faults)
        return faults

    def plan(self, cases: Sequence[EndPayee], view: View) -> Changes:
        """The ends, and the held lines of locked months."""
        return _no_longer(cases, Kind.ENDED, view)


class ResumePayee(ChangePayee):
    """Somebody on a roster who is paid again from a month on."""


@act(
    "delegated.resume",
    title="代发恢复",
    asks=ResumePayee,
    maker=Post.BENEFITS,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PROGRAMME,
    undone_by="delegated.stop",
    papers=[Paper("主管部门来函和本人健在的核实记录")],
    gives=[Given("payees", "人数", "payees", Unit.PEOPLE)],
)
class DelegatedResumption:
    """Pay people of a roster again from a month on; the months between are paid only if they lie after it.

    A stop or end found to be wrong from the start is resumed from its own first month, and so loses nothing.
    Source: 各代发项目主管部门名册.
    """

    def check(self, cases: Sequence[ResumePayee], view: View) -> Faults:
        """Somebody who is stopped or ended, from no earlier month, and whom no register says to be dead."""
        faults = Faults()
        found = _found(cases, view, faults)
        dead = dead_among([payee.resident_number for _, payee in found])
        for number, payee in found:
            since = _since(payee)
            if since is None:
                _add(number, payee, "没有停发或终止，不必恢复", faults)
            elif cases[number - 1].from_month < since:
                rule = f"自 {since} 起停发或终止，不能从更早的 {cases[number - 1].from_month} 起恢复"
                faults.add(number, "from_month", rule, place=payee_number(payee))
            if payee.resident_number in dead:
                step = "请先排除死亡疑点或撤销死亡登记"
                _add(number, payee, "已登记死亡或在死亡名单上，不能恢复", faults, then=step)
        return faults

    def plan(self, cases: Sequence[ResumePayee], view: View) -> Changes:
        """The resumptions."""
        changes = Changes(view)
        for _, payee in _found(cases, view):
            changes.set(payee, stopped_from=None, ended_from=None)
        _events(cases, Kind.RESUMED, changes)
        return changes.giving(payees=len(cases))


def _since(payee: DelegatedPayee) -> int | None:
    """The first month that is not paid any more."""
    return min((month for month in (payee.stopped_from, payee.ended_from) if month is not None), default=None)


def _found(cases: Sequence[ChangePayee], view: View, faults: Faults | None = None) -> list[tuple[int, DelegatedPayee]]:
    """The payees stated, with the number of their case; who is not there or there twice is a fault."""
    found: dict[int, int] = {}
    listed = []
    for number, case in enumerate(cases, start=1):
        payee = find_payee(str(case.programme), case.person, view, faults, case=number)
        if payee is None:
            continue
        if payee.pk in found and faults is not None:
            rule = f"与第{found[payee.pk]}项重复"
            faults.add(number, "person", rule, next_step="请删去重复的一项", place=shown(case.person))
        found.setdefault(payee.pk, number)
        listed.append((number, payee))
    return listed


def _add(number: int, payee: DelegatedPayee, rule: str, faults: Faults, *, then: str = "") -> None:
    faults.add(number, "person", rule, next_step=then, place=payee_number(payee))


def _events(cases: Sequence[ChangePayee], kind: Kind, changes: Changes) -> None:
    payees = [payee.pk for _, payee in _found(cases, changes.view)]
    changes.insert(
        DelegatedPayeeEvent,
        {
            "payee_id": payees,
            "kind": str(kind),
            "month": [case.from_month for case in cases],
            "reason": [str(getattr(case, "reason", "")) for case in cases],
            "evidence": [case.evidence for case in cases],
        },
        count=len(payees),
    )


def _no_longer(cases: Sequence[ChangePayee], kind: Kind, view: View) -> Changes:
    """The events and heads of people who are not paid any more, their locked lines held, and what was paid too much."""
    changes = Changes(view)
    head = "stopped_from" if kind == Kind.STOPPED else "ended_from"
    held, too_much = 0, 0
    for number, payee in _found(cases, view):
        first = cases[number - 1].from_month
        changes.set(payee, **{head: first})
        lines = _locked_lines(payee, first)
        keep_back(lines, f"代发{kind.label}", changes=changes)
        held += len(lines)
        paid = overpaid(payee, first)
        if paid:
            fen = sum(one for _, one in paid)
            too_much += fen
            changes.notice(
                f"{payee_number(payee)} {paid[0][0]} 起已代发 {len(paid)} 个月 {format_yuan(fen)} 元，"
                "请会同主管部门追回"
            )
    _events(cases, kind, changes)
    return changes.giving(payees=len(cases), held=held, overpaid_fen=too_much)


def _locked_lines(payee: DelegatedPayee, first: int) -> list[BankLine]:
    """The payee's lines in locked batches that pay a month from ``first`` on."""
    lines = BankLine.objects.filter(
        batch__state=PaymentBatch.State.LOCKED,
        result="",
        delegated_lines__payee=payee,
        delegated_lines__month__gte=first,
    )
    return list(lines.select_related("batch").order_by("id").distinct())
