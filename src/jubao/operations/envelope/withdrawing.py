"""Withdrawing (撤回): the maker of a proposal takes it back while it waits, with a reason; nothing of it is ever done.

A person takes one step of a case, and the maker took theirs; so a withdrawal is no signature but an event of the chain, like
that of a proposal whose facts moved: it names the maker and the reason, and the proposal is void from then on.
"""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from jubao.operations.envelope import anchor, audit
from jubao.operations.envelope.applying import apply
from jubao.operations.envelope.chaining import refusals
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import declaration_of
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import hand_of
from jubao.operations.envelope.refusals import without_numbers
from jubao.operations.envelope.request import Request, require_clock
from jubao.operations.envelope.seen.endings import WITHDRAWN
from jubao.operations.envelope.signing import not_open
from jubao.operations.envelope.view import View
from jubao.records import bulk
from jubao.records.models import AuditEvent, Proposal
from jubao.records.sealing import canonical, digest
from jubao.vocabulary.resident_number import masked

State = Proposal.State
LONGEST_REASON = 200


def withdraw(proposal: str, *, by: str, on: date, at: datetime, reason: str) -> None:
    """Take back a proposal of one's own that waits; taken back already, nothing changes.

    Args:
        proposal: the proposal's key.
        by: staff code of its maker; ``on``: business date; ``at``: instant, aware.
        reason: why; whoever signed already reads it.
    Raises:
        Refused: it is not theirs, it waits no more, or no reason is given.
    """
    reason = reason.strip()
    body = digest(canonical([proposal, by, WITHDRAWN, reason]))
    request = Request(proposal, body, by, on, at.replace(microsecond=0), "")
    row = Proposal.objects.filter(key=proposal).first()
    declaration = declaration_of(row.code) if row else None
    with refusals(declaration, request):
        hand_of(by)
        if row is None or declaration is None:
            raise Refused(f"没有编号为 {masked(proposal)} 的申请")
        if row.maker != by:
            raise Refused(f"申请 {row.key} 不是 {by} 提出的，只能由提出的人撤回；不同意的请在签署时退回")
        if not reason:
            raise Refused("撤回须写明理由")
        if len(reason) > LONGEST_REASON:
            raise Refused(f"撤回的理由最多 {LONGEST_REASON} 个字，现在 {len(reason)} 个")
        require_clock(declaration, request)
        with transaction.atomic():
            if not _take_back(row, replace(request, case_ref=row.case_ref), reason):
                return
    anchor.write_anchor()


def _take_back(row: Proposal, request: Request, reason: str) -> bool:
    """Under the chain's lock: void what still waits, and say who took it back; False where that was done before."""
    head = audit.lock_chain()
    now = Proposal.objects.get(pk=row.pk)  # another step may have been taken meanwhile
    if now.state == State.VOID:
        return False
    if now.state != State.PENDING:
        raise not_open(now)
    request = replace(request, at=audit.instant_after(head, request.at))
    changes = Changes(View(request.on, request.at, request.case_ref))
    changes.set(now, state=State.VOID)
    together = bulk.Together()
    measured = apply(changes, head.id + 1 if head else 1, together)
    told = {"proposal": row.key, "case": row.case_ref, "message": without_numbers(reason), WITHDRAWN: True}
    audit.append_event(
        head, AuditEvent.Kind.VOIDED, row.code, request, payload=told, measured=measured, together=together
    )
    return True
