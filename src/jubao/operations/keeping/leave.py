"""Leave to replace the books by a backup (恢复账簿): proposed by the director, witnessed by audit, allowed by the superior."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import StringConstraints

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    ACTS,
    ONE,
    About,
    Arguments,
    Final,
    Given,
    Paper,
    Unit,
    act,
    approve,
    audit,
)
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.fields import Count, Domain, Evidence, Kind, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seals import altered_events
from jubao.operations.envelope.view import View
from jubao.records.models import AuditEvent, OutboxItem, Proposal, RestoreApproval
from jubao.reports.streaming import told

OWN = "office.restore"
SHOWN = 20
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$"), Domain(Kind.TEXT)]


class RestoreOffice(Arguments):
    """Which backup shall take the place of the books, and why."""

    file_sha256: Hash = ask("备份文件哈希", "SHA-256 of the backup", hint="jubao restore FILE --look 所示")
    head: Count = ask("备份的链头号", "Head of its chain", hint="同上，备份最后一个审计事件的号码")
    head_mac: Hash = ask("备份的链头密封值", "Hash of that head")
    reason: Evidence = ask("恢复原因", "Reason", hint="如 数据库损坏报告 2017-1", column=(RestoreApproval, "reason"))


@act(
    "office.restore",
    title="恢复账簿",
    asks=RestoreOffice,
    maker=Post.DIRECTOR,
    chain=[audit(Post.AUDIT), approve(Post.PERMISSION)],
    about=About.OFFICE,
    undone_by=Final("恢复前的账簿原样留存，恢复后逐项核对；批准而未恢复的，办理任何业务后即失效"),
    gives=[Given("lost_acts", "将失去的业务数", "acts that will be lost", Unit.ROWS)],
    most_cases=ONE,
    papers=[Paper("恢复原因的书面说明")],
    second_factor=True,
)
class RestoreLeave:
    """Let a backup take the place of the books, knowing what is lost by it.

    Source: GB/T 22239-2019 8.1.4.9（备份恢复）；社会保险经办条例第三十七条（分级审核）.
    """

    def check(self, cases: Sequence[RestoreOffice], view: View) -> Faults:
        """The backup ends before these books do."""
        faults = Faults()
        last = _last(view)
        for number, case in enumerate(cases, start=1):
            if case.head > last:
                rule = f"备份的链头第 {case.head} 号晚于现有账簿的第 {last} 号"
                faults.add(number, "head", rule, next_step="请核对是否选对了备份；账簿被截短的，先报告上级并保留现场")
        return faults

    def plan(self, cases: Sequence[RestoreOffice], view: View) -> Changes:
        """The leave, with the number of acts that will have to be done again."""
        changes = Changes(view)
        [case] = cases
        lost = _lost_acts(case.head)
        mac = AuditEvent.objects.filter(pk=case.head).values_list("mac", flat=True).first()
        if case.head and mac != case.head_mac:
            changes.notice(
                f"备份的链头与现有账簿第 {case.head} 号事件不符：备份不是本账簿的，或现有账簿被改写过，请先查明"
            )
        for code, count in sorted(lost.items()):
            changes.notice(f"将失去 {count} 项“{ACTS[code].title}”，恢复后须逐项核对")
        if files := list(_files_since(case.head)):
            changes.notice(f"其间交出 {len(files)} 个文件：{'、'.join(files[:SHOWN])}")
        changes.add(RestoreApproval(**case.model_dump(), lost_acts=lost.total()))
        return changes.giving(lost_acts=lost.total())


def _last(view: View) -> int:
    return view.once("last event", lambda: AuditEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0)


def _lost_acts(head: int) -> Counter[str]:
    """Acts done since an event, by code; leave to restore itself is none that is missed."""
    done = AuditEvent.objects.filter(pk__gt=head, kind=AuditEvent.Kind.EXECUTED).exclude(code=OWN).order_by("id")
    return Counter(done.values_list("code", flat=True))


def _files_since(head: int) -> Iterable[str]:
    return OutboxItem.objects.filter(act__gt=head).order_by("id").values_list("name", flat=True)


# ── Using it ──


class NoLeave(Refused):
    """The books in use may not be replaced by this backup."""


def require_leave(key: str, sha256: str) -> None:
    """Refuse to replace the books unless a leave for this very file was executed and nothing was done since.

    Raises:
        NoLeave: no such leave, for another file, altered, or outrun by other acts.
    """
    proposal = Proposal.objects.filter(key=key, code=OWN).first()
    if proposal is None or proposal.state != Proposal.State.EXECUTED:
        raise NoLeave(f"申请 {key} 不是已办结的“恢复账簿”，不能替换现有账簿：请先提出并签署 {OWN}")
    approval = next((one for one in _approvals() if told(one.act.payload).get("proposal") == key), None)
    if approval is None or altered_events(RestoreApproval, [approval.act_id]):
        raise NoLeave(f"申请 {key} 的审批记录与办理时封存的内容不一致，不能据以恢复，请立即报告上级")
    if approval.file_sha256 != sha256:
        raise NoLeave(
            f"申请 {key} 批准的是另一份备份（{approval.file_sha256[:12]}…），这份是 {sha256[:12]}…，请核对文件"
        )
    if since := _lost_acts(approval.act_id).total():
        raise NoLeave(f"申请 {key} 批准之后又办理了 {since} 项业务，所批的损失已不是实情，请重新提出“恢复账簿”")


def _approvals() -> Iterable[RestoreApproval]:
    return RestoreApproval.objects.select_related("act").order_by("-id")
