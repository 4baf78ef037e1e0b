"""Taking the writers' lock: with it, in the same message, everything a step asks while it holds it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from jubao.operations.envelope import audit
from jubao.operations.envelope.hands import IN_FORCE, Registered
from jubao.operations.envelope.keys import Model, first_keys_question, first_keys_told
from jubao.operations.envelope.progress import Phase, enter
from jubao.operations.envelope.request import Request
from jubao.operations.envelope.standing import KNOWN, Standing, ask_rights
from jubao.operations.envelope.view import marks_question, marks_told
from jubao.records import bulk
from jubao.records.models import AuditEvent

PROPOSAL_NOW = "SELECT state, next_step FROM records_proposal WHERE key = %s"


@dataclass
class Held:
    """What the books say now that nobody else writes.

    Attributes:
        head: the last event of the chain; None in empty books.
        known: whether the key of a request is taken.
        proposal: state and next step of the proposal to be signed.
        rights: everybody of the case, and who is present in which post; a right may have been taken away.
        registered: the signing key in force for who takes the step.
        marks: the last event of each table a plan has read.
        first: the next key of each table that is written to.
    """

    head: AuditEvent | None = None
    known: bool = False
    proposal: tuple[str, int] | None = None
    rights: Standing = field(default_factory=Standing)
    registered: Registered | None = None
    marks: Mapping[str, int] = field(default_factory=dict)
    first: dict[Model, int] = field(default_factory=dict)


def take_lock(
    request: Request, *, key: str = "", proposal: str = "", read: Iterable[str] = (), written: Sequence[Model] = ()
) -> Held:
    """Wait for one's turn, for the rest of this transaction, and ask.

    Args:
        request: who takes the step, on which days and in which case.
        key: of a request that may have been served meanwhile.
        proposal: key of the proposal to be signed.
        read: tables a plan has read.
        written: tables that get new rows.
    """
    enter(Phase.WRITING)
    held, together = Held(), bulk.Together()

    def take(name: str, value: Any) -> None:
        setattr(held, name, value)

    if connection.vendor == "postgresql":
        together.ask(*audit.LOCK)
    together.ask(audit.HEAD, [], then=lambda rows: take("head", audit.head_told(rows)))
    ask_rights(request.case_ref, request.days, held.rights, together)
    together.ask(IN_FORCE, [request.by], then=lambda rows: take("registered", rows[0] if rows else None))
    if key:
        together.ask(KNOWN, [key], then=lambda rows: take("known", bool(rows)))
    if proposal:
        together.ask(PROPOSAL_NOW, [proposal], then=lambda rows: take("proposal", rows[0] if rows else None))
    if wanted := sorted(read):
        together.ask(*marks_question(wanted), then=lambda rows: take("marks", marks_told(wanted, rows)))
    if written:
        together.ask(first_keys_question(written), [], then=lambda rows: take("first", first_keys_told(written, rows)))
    together.run()
    return held
