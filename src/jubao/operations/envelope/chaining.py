"""What every step leaves in the chain: the rows of a request with their event, and the event of a thing not done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.db import Error as DatabaseFault

from jubao.operations.envelope import anchor, audit, outbox
from jubao.operations.envelope.applying import apply
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Declaration, Step
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.locking import Held
from jubao.operations.envelope.refusals import Unavailable, sentence_of, without_numbers
from jubao.operations.envelope.request import Answer, Request, today
from jubao.operations.envelope.view import View
from jubao.records import bulk
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.records.sealing import canonical

Kind = AuditEvent.Kind


class PreviewChanged(Refused):
    """What would happen now is not what was approved; the proposal is void."""


@dataclass(frozen=True)
class Written:
    """What a step has written: its event and the one before, by number, and whether any file waits."""

    events: dict[int, anchor.Event]
    file_waits: bool


Taken = tuple[Answer, Written | None]
"""The answer to a step, and what was written; nothing where the step had been taken before."""


@contextmanager
def refusals(declaration: Declaration | None, request: Request) -> Iterator[None]:
    """Chain a refusal, void a proposal whose facts changed, and turn the engine's errors into sentences."""
    try:
        yield
    except PreviewChanged as refusal:
        told = {"proposal": request.key, "case": request.case_ref, "message": without_numbers(refusal.message)}
        _not_done(Kind.VOIDED, declaration, request, told)
        raise
    except Refused as refusal:
        _not_done(Kind.REFUSED, declaration, request, _told(request, refusal))
        raise
    except DatabaseFault as error:
        said = sentence_of(error)
        if not isinstance(said, Unavailable):  # books that cannot be written cannot tell of it either
            _not_done(Kind.REFUSED, declaration, request, _told(request, said))
        raise said from error


def _told(request: Request, refusal: Refused) -> dict[str, Any]:
    return {"body": request.body, "message": without_numbers(refusal.message), "faults": len(refusal.faults)}


def note(kind: str, staff: str, at: datetime, payload: dict[str, Any]) -> None:
    """Chain an event of somebody who did nothing to the books: a login, a lock.

    Raises:
        Refused: the books cannot be written.
    """
    try:
        with transaction.atomic():
            head = audit.lock_chain()
            request = Request("", "", staff, today(at), audit.instant_after(head, at), "")
            audit.append_event(head, kind, "identity", request, payload=payload, measured={}, together=bulk.Together())
    except DatabaseFault as error:
        raise sentence_of(error) from error
    anchor.write_anchor()


def _not_done(kind: str, declaration: Declaration | None, request: Request, payload: dict[str, Any]) -> None:
    """Chain an event of a thing not done; where the books cannot be written, the refusal itself must do."""
    try:
        with transaction.atomic():
            head = audit.lock_chain()
            changes = Changes(View(request.on, request.at, request.case_ref))
            if kind == Kind.VOIDED:
                for row in Proposal.objects.filter(key=request.key, state=Proposal.State.PENDING).order_by("id"):
                    changes.set(row, state=Proposal.State.VOID)
            together = bulk.Together()
            measured = apply(changes, head.id + 1 if head else 1, together)
            audit.append_event(
                head,
                kind,
                declaration.code if declaration else "unknown",
                replace(request, at=max(request.at, head.at)) if head else request,
                payload=payload,
                measured=measured,
                together=together,
            )
        anchor.write_anchor()
    except (DatabaseError, OSError):
        return


def append(held: Held, kind: str, proposal: Proposal, request: Request, changes: Changes) -> Written:
    """Write changes and the event that seals them, after the head of the chain; the caller holds its lock."""
    together, waiting = bulk.Together(), list[Any]()
    measured = apply(changes, held.head.id + 1 if held.head else 1, together, first=held.first)
    together.ask(outbox.WAITS, [], then=waiting.extend)
    event = audit.append_event(
        held.head,
        kind,
        proposal.code,
        request,
        payload={"proposal": proposal.key, "case": proposal.case_ref, "hash": proposal.hash},
        measured=measured,
        together=together,
    )
    known = [one for one in (held.head, event) if one is not None]
    return Written({one.pk: (one.mac, one.key_number) for one in known}, file_waits=bool(waiting))


def after_commit(written: Written | None) -> None:
    """What follows once the books are safe: files to their trays, the chain's head outside."""
    if written is None or written.file_waits:
        outbox.deliver()
    anchor.write_anchor(written.events if written else None)


def signature(  # noqa: PLR0913  a signature says all of this
    proposal: Proposal,
    request: Request,
    step: Step,
    number: int,
    *,
    shown_hash: str,
    state: str,
    result: dict[str, Any],
    agree: bool = True,
    reason: str = "",
) -> Signature:
    """One step of a case, not yet written: who, in which post, saw which hash, and what answer the request got."""
    return Signature(
        proposal=proposal,
        body_hash=request.body,
        case_ref=proposal.case_ref,
        step=number,
        role=step.role,
        post=step.post,
        person=request.by,
        decision="AGREE" if agree else "REJECT",
        reason=reason,
        shown_hash=shown_hash,
        business_date=request.on,
        signed_at=request.at,
        state_after=state,
        result=canonical(result),
    )
