"""Reconciling a restored office (恢复后核对): every thing that was done after the backup is done again, or not, and why."""

from collections.abc import Iterator, Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Paper, Unit, act, approve
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Count, Evidence, ProposalRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.keeping.missing import MissingItem, missing_items
from jubao.records.custody import open_restoration
from jubao.records.models import Restoration, RestorationAnswer, RestorationClosed, Signature
from jubao.vocabulary.codes.custody import Missing, Outcome

COMMAND = "jubao restored"
SHOWN = 20


class MissingAnswer(Arguments):
    """What became of one thing that was done after the backup."""

    kind: Missing = ask("缺失内容", "What is missing")
    first_event: Count | None = ask("首个事件号", "First event", default=None)
    last_event: Count | None = ask("最后事件号", "Last event", default=None, not_before="first_event")
    name: Text = ask("文件名", "File", hint="jubao restored 所列", default="", column=(RestorationAnswer, "name"))
    outcome: Outcome = ask("核对结果", "Outcome")
    proposal: ProposalRef | None = ask("补办的请求号", "Request it was done again by", default=None)
    reason: Text = ask("说明", "Why", hint="不补办的原因", default="", column=(RestorationAnswer, "reason"))


class ReconcileRestore(Arguments):
    """What the restored books were compared with, and what became of everything they miss."""

    compared: Evidence = ask(
        "核对依据", "Compared with", hint="如 恢复前后各专户对账单、各网点登记", column=(RestorationClosed, "compared")
    )
    answers: tuple[MissingAnswer, ...] = ask("逐项核对", "Answers", default=(), longest=5000)


@act(
    "restore.reconcile",
    title="恢复后核对办结",
    asks=ReconcileRestore,
    maker=Post.AUDIT,
    chain=[approve(Post.DIRECTOR)],
    about=About.OFFICE,
    undone_by=Final("核对是对当时情况的确认；之后发现的差错由各项业务自己的更正办法处理"),
    gives=[Given("redone", "已补办", "done again", Unit.ROWS), Given("left", "不补办", "not done again", Unit.ROWS)],
    most_cases=ONE,
    papers=[Paper("银行对账单和各网点登记等核对材料")],
)
class Reconciliation:
    """End the reconciliation of a restored office; from then on money may leave again.

    Source: GB/T 22239-2019 8.1.4.9（备份恢复）；社会保险经办条例第三十七条（分级审核）.
    """

    def check(self, cases: Sequence[ReconcileRestore], view: View) -> Faults:
        """A restored office, and an answer to each thing it misses, to nothing else and to nothing twice."""
        faults = Faults()
        restoration = _restoration(view)
        for number, case in enumerate(cases, start=1):
            if restoration is None:
                faults.add(number, "", "没有待核对的恢复", next_step="无需办理")
                continue
            for rule, then in _unanswered(case.answers, _missing(restoration, view)):
                faults.add(number, "answers", rule, next_step=then)
            for answer in case.answers:
                if rule := _contradiction(answer, restoration):
                    faults.add(
                        number, "answers", rule, next_step="请逐项写明补办的请求号或不补办的原因", place=_words(answer)
                    )
        return faults

    def plan(self, cases: Sequence[ReconcileRestore], view: View) -> Changes:
        """The answers, and the end."""
        changes = Changes(view)
        [case] = cases
        restoration = _restoration(view)
        assert restoration is not None, "the check found it"
        for answer in case.answers:
            told = answer.model_dump() | {"proposal": answer.proposal or ""}
            changes.add(RestorationAnswer(restoration=restoration, **told))
        changes.add(RestorationClosed(restoration=restoration, compared=case.compared))
        if left := [answer.name for answer in case.answers if answer.kind is Missing.OUTBOUND]:
            names = "、".join(left[:SHOWN])
            changes.notice(
                f"恢复以前交出过 {len(left)} 个文件（{names}）：银行可能已付，请先与对账单核对，不得重复支付"
            )
        redone = sum(answer.outcome is Outcome.REDONE for answer in case.answers)
        return changes.giving(redone=redone, left=len(case.answers) - redone)


def _restoration(view: View) -> Restoration | None:
    return view.once("open restoration", open_restoration)


def _missing(restoration: Restoration, view: View) -> list[MissingItem]:
    return view.once("missing items", lambda: missing_items(restoration))


def _unanswered(answers: Sequence[MissingAnswer], items: Sequence[MissingItem]) -> Iterator[tuple[str, str]]:
    """What is wrong with the answers as a whole, each with what to do."""
    files = [(answer.kind, answer.name) for answer in answers if answer.kind is not Missing.EVENTS]
    wanted = [(item.kind, item.name) for item in items if item.kind is not Missing.EVENTS]
    for item in items:
        if item.kind is not Missing.EVENTS and (item.kind, item.name) not in files:
            yield f"{item.words}没有核对结果", f"请运行 {COMMAND} 查看全部缺失内容"
    for one in files:
        if one not in wanted or files.count(one) > 1:
            yield f"{one[0].label}《{one[1]}》不在缺失内容之列，或填报两次", f"请按 {COMMAND} 所列填报"
    events = next((item for item in items if item.kind is Missing.EVENTS), None)
    spans = sorted((one.first_event or 0, one.last_event or 0) for one in answers if one.kind is Missing.EVENTS)
    expected = events.first_event if events else None
    for first, last in spans:
        if expected is None or first != expected or last < first:
            yield f"第 {first} 至 {last} 号事件不接前一段，或不在缺失之列", "请从首个缺失事件起逐段填报，不重叠、不间断"
            return
        expected = last + 1
    if events and expected != (events.last_event or 0) + 1:
        yield f"第 {expected} 至 {events.last_event} 号事件没有核对结果", "请逐段写明补办的请求号，或不补办的原因"


def _contradiction(answer: MissingAnswer, restoration: Restoration) -> str:
    """What is wrong with one answer, or nothing."""
    if answer.outcome is Outcome.NOT_DONE:
        return "" if answer.reason else "不补办的没有写明原因"
    if not answer.proposal:
        return "已补办的没有写明请求号"
    done = Signature.objects.filter(proposal__key=answer.proposal, state_after="EXECUTED", act__gt=restoration.act_id)
    return "" if done.exists() else f"申请 {answer.proposal} 不是恢复之后办结的业务"


def _words(answer: MissingAnswer) -> str:
    return MissingItem(answer.kind, answer.name, answer.first_event, answer.last_event).words
