"""One proposal on its way: planned outside every lock, written under it; an act without a chain is applied at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from jubao.operations.envelope import audit, planning, recusing
from jubao.operations.envelope.attempts import HasMoved
from jubao.operations.envelope.chaining import Taken, append, signature
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments, Declaration, Step
from jubao.operations.envelope.hands import hand_of, sign_step
from jubao.operations.envelope.locking import Held, take_lock
from jubao.operations.envelope.planning import Planned
from jubao.operations.envelope.request import Answer, Request, proposed, require_right
from jubao.operations.envelope.standing import Standing
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.records.sealing import canonical, digest

Kind = AuditEvent.Kind
State = Proposal.State


@dataclass(frozen=True)
class Proposing:
    """One proposal on its way."""

    declaration: Declaration
    arguments: Sequence[Arguments]
    request: Request
    standing: Standing
    named: frozenset[str]
    recused: frozenset[str]

    def once(self, locked: bool) -> Taken:  # noqa: FBT001  called by place
        """Plan, then write what is proposed; an act without a chain is applied at once."""
        request, declaration = self.request, self.declaration
        planned = None if locked else self._planned()
        applied = planned if not declaration.chain else None
        read = applied.marks["tables"] if applied else ()
        written = [Proposal, Signature, *(applied.changes.rows if applied else ())]
        with transaction.atomic():
            held = take_lock(request, key=request.key, read=read, written=written)
            if held.known and (known := proposed(request)) is not None:
                return known, None
            rights = held.rights  # they may have been taken away
            post = require_right(declaration.maker, request, declaration, rights, recused=self.recused)
            if planned is None:
                planned = self._planned()
            elif applied and not applied.stands(held.marks):
                raise HasMoved
            return self._write(held, planned, Step("MAKE", post))

    def _planned(self) -> Planned:
        view = self.request.view(self.standing.persons, self.standing.area)
        planned = planning.make(self.declaration, self.arguments, view, shown=True)
        what = f"“{self.declaration.title}”"
        recusing.require_distance(self.request.by, planned.concerns, what, self.standing.recusals)
        return planned

    def _write(self, held: Held, planned: Planned, made: Step) -> Taken:
        request = replace(self.request, at=audit.instant_after(held.head, self.request.at))
        declaration = self.declaration
        stated = canonical([case.model_dump(mode="json") for case in self.arguments])
        hash_ = digest(canonical([declaration.code, stated, planned.preview]))
        waits = bool(declaration.chain)
        state = State.PENDING if waits else State.EXECUTED
        result = {} if waits else planned.changes.result
        changes = Changes(planned.changes.view) if waits else planned.changes
        row = changes.add(
            Proposal(
                key=request.key,
                body_hash=request.body,
                code=declaration.code,
                case_ref=request.case_ref,
                maker=request.by,
                business_date=request.on,
                proposed_at=request.at,
                due_date=planned.due,
                arguments=stated,
                preview=canonical(planned.preview),
                marks=canonical(planned.marks),
                concerns=canonical(sorted(self.named | planned.concerns)),
                hash=hash_,
                state=state,
            )
        )
        step = signature(row, request, made, 0, shown_hash=hash_, state=state, result=result)
        changes.add(sign_step(step, row, hand_of(request.by), changes, held.registered))
        written = append(held, Kind.PROPOSED if waits else Kind.EXECUTED, row, request, changes)
        if waits:
            planning.remember(hash_, planned)
        return Answer(request.key, hash_, state, planned.preview, result), written
