"""What restored books say of themselves: an event of their chain, which file they came from and what was known outside."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jubao.operations.envelope import audit
from jubao.operations.envelope.applying import apply
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.request import Request, today
from jubao.operations.envelope.view import View
from jubao.records import bulk
from jubao.records.keyring import Ring
from jubao.records.models import AuditEvent, Restoration
from jubao.records.sealing import GENESIS

COMMAND: Final = "restore"
RESTORER: Final = "jubao"
"""Whose event it is: nobody's of the office; who had leave is told by the request that is named."""


@dataclass(frozen=True)
class Restored:
    """The backup's hash, the last event known outside, by whose leave, where the replaced books went, and when."""

    sha256: str
    known_outside: int
    leave: str
    aside: str
    at: datetime


def note_restoration(said: Restored, ring: Ring) -> None:
    """Chain the event that opens the reconciliation; the caller holds the transaction that filled the books."""
    head = audit.lock_chain()
    at = audit.instant_after(head, said.at.replace(microsecond=0))
    changes = Changes(View(today(at), at, ""))
    changes.add(
        Restoration(
            file_sha256=said.sha256,
            head=head.id if head else 0,
            head_mac=head.mac if head else GENESIS,
            known_outside=said.known_outside,
            approval=said.leave,
            aside=said.aside,
        )
    )
    together = bulk.Together()
    audit.append_event(
        head,
        AuditEvent.Kind.RESTORED,
        COMMAND,
        Request(COMMAND, "", RESTORER, today(at), at, ""),
        payload={"file": said.sha256, "leave": said.leave},
        measured=apply(changes, head.id + 1 if head else 1, together),
        together=together,
        ring=ring,
    )
