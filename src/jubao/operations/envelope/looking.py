"""Looks (查看记录): whom somebody sees unmasked is written into the chain first, by an event of its own, and then shown.

One event for each list or page, with one row for each person; masked views leave no trace. More people than one
person may take out at once need an approved export, which serves once (controls e.2, row 35).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from jubao.operations.envelope import anchor, audit
from jubao.operations.envelope.applying import apply
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.refusals import without_numbers
from jubao.operations.envelope.request import Request, today
from jubao.operations.envelope.view import View
from jubao.operations.law import law
from jubao.records import bulk
from jubao.records.models import AuditEvent, ExportApproval, ExportUse, Look, Signature
from jubao.reports.viewers import posts_of, viewer_of
from jubao.vocabulary.codes.privacy import LookReason
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.posts import Post
from jubao.vocabulary.resident_number import masked
from jubao.vocabulary.viewer import LIFTING, MayNotLook, Viewer

CODE = "look"


@dataclass
class Looking:
    """One command of one person who sees whole numbers: who, as what, when, why and how; writes whom he sees.

    Attributes:
        staff: his code; post: in which he looks; at: when; reason, words: why.
        command: how, as ``jubao list register``; lifted: what is shown whole.
        approval: key of the approved export, or empty.
    """

    staff: str
    post: Post
    at: datetime
    reason: LookReason
    words: str
    command: str
    lifted: frozenset[Mask]
    approval: str = ""
    _written: set[int | None] = field(default_factory=set)
    _is_approved: bool = False

    @property
    def told(self) -> str:
        """Who looks, when and why."""
        why = f"{self.reason.label}：{self.words}" if self.words else self.reason.label
        return f"{self.staff} 于 {self.at:%Y-%m-%d %H:%M} 因“{why}”取得，限本次用途，不得转交"

    def people(self, keys: Sequence[int | None], subject: str, *, conditions: str = "", approved: bool = False) -> None:
        """As ``Witness.people``."""
        new = [key for key in dict.fromkeys(keys) if key not in self._written]
        if not new:
            return
        known = {*self._written, *keys} - {None}
        count = len(known) + sum(1 for key in keys if key is None)
        use = [] if approved else self._required(count, subject, conditions)
        self._write({"person_id": new}, len(new), f"{subject} {conditions}".strip(), use)
        self._written.update(new)

    def everybody(self, subject: str, *, count: int) -> None:
        """As ``Witness.everybody``."""
        self._write({"everybody": True}, 1, subject, self._required(count, subject, ""))

    # ── More than one person may take out ──

    def _required(self, count: int, subject: str, conditions: str) -> list[ExportUse]:
        """The use of the approval that lets so many go out; none where they are few, or it was written already."""
        day = today(self.at)
        limit = int(law(day).value("procedure.bulk_export_limit"))
        if count <= limit or self._is_approved:
            return []
        needed = f"《{subject}》{f'（条件 {conditions}）' if conditions else ''}{count} 人"
        if not self.approval:
            raise MayNotLook(
                f"{needed}，完整号码一次超过 {limit} 人须先经批准：请提出 export.approve，"
                f"名单填 {subject}，条件填 {conditions or '无'}，批准后以 --approval 请求号 导出一次"
            )
        found = self._approval()
        faults = list(_misfits(found, self.staff, subject, conditions, count)) if found else ["没有这项已批准的导出"]
        if found and found.until < day:
            faults.append(f"已于 {found.until} 到期")
        if faults:
            raise MayNotLook(f"{needed}，审批 {self.approval} 不能使用：{'；'.join(faults)}。请核对，或另行申请")
        self._is_approved = True
        return [ExportUse(approval=found, people=count)]

    def _approval(self) -> ExportApproval | None:
        executed = Signature.objects.filter(proposal__key=self.approval, state_after="EXECUTED").order_by("pk")
        return ExportApproval.objects.filter(act__in=executed.values("act")).select_related("staff").first()

    # ── Writing ──

    def _write(self, columns: dict[str, object], count: int, subject: str, use: list[ExportUse]) -> None:
        """One event with all rows, in a short transaction of its own."""
        with transaction.atomic():
            head = audit.lock_chain()
            at = audit.instant_after(head, self.at.replace(microsecond=0))
            request = Request("", "", self.staff, today(self.at), at, "")
            changes = Changes(View(request.on, at, ""))
            changes.insert(Look, columns | self._common(subject, at), count=count)
            changes.add_all(use)
            together = bulk.Together()
            measured = apply(changes, head.id + 1 if head else 1, together)
            told = {"command": self.command, "reason": str(self.reason), "people": count}
            audit.append_event(
                head, AuditEvent.Kind.LOOKED, CODE, request, payload=told, measured=measured, together=together
            )
        anchor.write_anchor()

    def _common(self, subject: str, at: datetime) -> dict[str, object]:
        """What all rows of one look say alike."""
        return {
            "staff": self.staff,
            "post": str(self.post),
            "reason": str(self.reason),
            "words": self.words,
            "command": self.command,
            "subject": masked(subject)[: _longest("subject")],
            "masks": ",".join(sorted(self.lifted)),
            "looked_at": at,
        }


def viewer_for(
    staff: str, *, at: datetime, lifted: Iterable[Mask], reason: str, command: str, approval: str = ""
) -> Viewer:
    """The viewer behind a staff code; where masks are lifted, with a reason and a witness.

    Args:
        staff: the code; at: when he looks.
        lifted: what his task needs whole.
        reason: code or label of a ``LookReason``, and words after a colon; needed where anything is lifted.
        command: how he looks; approval: key of the approved export, if any.
    Raises:
        MayNotLook: no such code or post, a post that lifts nothing, or no reason.
    """
    day, masks = today(at), frozenset(lifted)
    if not masks:
        return viewer_of(staff, on=day, lifted=(), witness=None)
    may = posts_of(staff, on=day) & LIFTING
    witness = None
    if may:
        why, words = _reason(reason)
        post = next(post for post in Post if post in may)
        witness = Looking(staff, post, at, why, words, command[: _longest("command")], masks, approval)
    return viewer_of(staff, on=day, lifted=masks if may else _refused(masks), witness=witness)


def _refused(masks: frozenset[Mask]) -> frozenset[Mask]:
    raise MayNotLook(f"本岗位只能查看遮盖后的{'、'.join(mask.label for mask in sorted(masks))}")


def _reason(stated: str) -> tuple[LookReason, str]:
    """Reason and words, of ``PAPERS`` or ``核对原件：李某来电``; numbers in the words are hidden."""
    name, _, words = stated.replace("：", ":").partition(":")
    name, words = name.strip(), without_numbers(words.strip())[: _longest("words")]
    found = next((one for one in LookReason if name in {one.value, one.label}), None)
    if found is None:
        known = "、".join(f"{one.value} {one.label}" for one in LookReason)
        raise MayNotLook(f"显示完整号码须写明理由：--reason 理由，可加冒号和说明；理由有：{known}")
    if found is LookReason.OTHER and not words:
        raise MayNotLook("理由为“其他”时须写明说明，如 --reason 其他：信访件核实")
    return found, words


def _longest(column: str) -> int:
    return int(Look._meta.get_field(column).max_length or 0)  # type: ignore[union-attr]


def _misfits(found: ExportApproval, staff: str, subject: str, conditions: str, count: int) -> Iterable[str]:
    """What of an approval is not what is being taken out."""
    if found.staff.code != staff:
        yield f"批给 {found.staff.code}，不是 {staff}"
    if (found.subject, found.conditions) != (subject, conditions or "无"):
        yield f"批的是《{found.subject}》{found.conditions}"
    if found.most_people < count:
        yield f"只批 {found.most_people} 人"
    if ExportUse.objects.filter(approval=found).exists():
        yield "已经用过一次"
