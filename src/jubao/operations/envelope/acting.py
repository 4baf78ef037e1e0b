"""The only way to change anything: propose, sign step by step, apply once, and answer repeats alike.

A plan is made outside every lock, from one snapshot. Under the chain's lock the envelope only asks whether what the
plan read has moved since; unmoved, it is applied as approved. Moved, it is planned again outside the lock, and only
another content voids the proposal.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from jubao.operations.envelope import audit, planning, recusing
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.attempts import HasMoved, attempt
from jubao.operations.envelope.chaining import PreviewChanged, Written, after_commit, append, refusals, signature
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments, Declaration, Step, declaration_of
from jubao.operations.envelope.earlier_steps import require_as_sealed
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.hands import hand_of, sign_step
from jubao.operations.envelope.locking import Held, take_lock
from jubao.operations.envelope.planning import Planned
from jubao.operations.envelope.request import (
    Answer,
    KeyReused,
    Request,
    case_persons,
    next_step,
    proposed,
    require_case,
    require_fresh_code,
    require_key,
    require_now,
    require_right,
    require_signing_day,
    signed,
    today,
)
from jubao.operations.envelope.standing import Standing, before_proposing, before_signing
from jubao.operations.envelope.view import View, moved
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.records.sealing import canonical, digest
from jubao.reports.recusals import concerned_in
from jubao.vocabulary import month as months
from jubao.vocabulary.resident_number import masked

__all__ = ["Answer", "KeyReused", "PreviewChanged", "case_persons", "check", "declaration_of", "next_step", "propose", "sign"]

Taken = tuple[Answer, Written | None]
"""The answer to a step, and what was written; nothing where the step had been taken before."""
Kind = AuditEvent.Kind
State = Proposal.State


def check(
    code: str, cases: Sequence[dict[str, Any]], *, by: str, on: date, at: datetime, case_ref: str | None = None
) -> Faults:
    """Everything that stands against an act, asked while people type: read-only, no lock, nothing chained.

    Raises:
        Refused: no such act; MustStayAway: it names somebody from whom the one who asks stays away.
    """
    declaration = declaration_of(code)
    cases = recusing.without_clear_numbers(declaration, cases)
    faults, arguments = parse_arguments(declaration, cases)
    if faults:
        return faults
    recusing.require_distance(by, recusing.named(declaration, cases), f"“{declaration.title}”")
    view = Request("", "", by, on, at, case_ref or "").view(case_persons(case_ref or ""))
    try:
        require_now(declaration, Request("", "", by, on, at, ""))
    except Refused as refused:
        faults.add(0, "", refused.message)
        return faults
    with view.open():
        return planning.faults_of(declaration, arguments, view)


def propose(
    code: str,
    cases: Sequence[dict[str, Any]],
    *,
    key: str,
    by: str,
    on: date,
    at: datetime,
    case_ref: str | None = None,
) -> Answer:
    """Ask for an act: check the right, plan it, and store arguments, preview and hash; without a chain it is applied.

    Args:
        code: the act's code.
        cases: one mapping of arguments per case.
        key: the client's key of this request; repeating key and body returns the stored answer.
        by: staff code of the maker.
        on: business date.
        at: instant, aware.
        case_ref: the case this act continues, where its declaration allows it; in a case no person takes two steps.
            Default the key: a case of its own.
    Raises:
        Refused: with every fault named; the refusal itself is chained, nothing else changes.
    """
    declaration = declaration_of(code)
    cases = recusing.without_clear_numbers(declaration, cases)
    body = digest(canonical([code, list(cases), by, on, case_ref]))
    request = Request(key, body, by, on, at.replace(microsecond=0), case_ref or key)
    with refusals(declaration, request):
        hand_of(by)
        require_key(key)
        standing = before_proposing(request.key, request.case_ref, request.days)
        if standing.known and (known := proposed(request)) is not None:
            return known
        try:
            answer, written = _propose(declaration, cases, request, standing)
        except Refused:
            if (known := proposed(request)) is not None:  # the same request, done meanwhile
                return known
            raise
    after_commit(written)
    return answer


def _propose(
    declaration: Declaration, cases: Sequence[dict[str, Any]], request: Request, standing: Standing
) -> Taken:
    faults, arguments = parse_arguments(declaration, cases)
    if faults:
        raise Refused(f"{declaration.title}：填报内容有误，共 {len(faults)} 处", faults=list(faults))
    require_now(declaration, request)
    require_case(declaration, request)
    named = recusing.named(declaration, cases)
    recused = recusing.require_distance(request.by, named, f"“{declaration.title}”", standing.recusals)
    require_right(declaration.maker, request, declaration, standing, recused=recused)
    require_fresh_code(declaration, request)
    return attempt(_Proposing(declaration, arguments, request, standing, named, recused).once)


def sign(
    proposal: str, *, by: str, on: date, at: datetime, shown_hash: str, agree: bool = True, reason: str = ""
) -> Answer:
    """Take the next step of a proposal; after the last step the act is applied in the same transaction.

    Args:
        proposal: the proposal's key.
        by: staff code of the signer; ``on``: business date; ``at``: instant, aware.
        shown_hash: the hash of what the signer saw; another hash is refused.
        agree: False rejects the proposal; then a reason is required.
        reason: why it is rejected.
    Raises:
        Refused: wrong person or hash, or the facts changed since the approval (``PreviewChanged``).
    """
    body = digest(canonical([proposal, by, shown_hash, agree, reason]))
    unknown = Request(proposal, body, by, on, at.replace(microsecond=0), "")
    with refusals(None, unknown):
        hand_of(by)
        standing = before_signing(proposal, unknown.days)
        row = standing.proposal
        if row is None:
            raise Refused(f"没有编号为 {masked(proposal)} 的申请")
    declaration = declaration_of(row.code)
    request = Request(proposal, body, by, on, unknown.at, row.case_ref)
    with refusals(declaration, request):
        try:
            answer, written = attempt(_Signing(row, standing, declaration, request, shown_hash, agree, reason).once)
        except Refused:
            now = before_signing(proposal, request.days)
            if (known := signed(row, request, now)) is not None:  # the same signature, given meanwhile by another process
                return known
            if now.proposal is not None and now.proposal.state != row.state:  # another took the last step meanwhile
                raise _not_open(now.proposal) from None
            raise
    after_commit(written)
    return answer


def _not_open(proposal: Proposal) -> Refused:
    """The refusal of a step of a proposal that waits for none any more."""
    return Refused(f"申请 {proposal.key} {State(proposal.state).label}，不再接受签署")


@dataclass(frozen=True)
class _Proposing:
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


@dataclass
class _Signing:
    """One signature on its way; what stands is read anew when it has moved."""

    row: Proposal
    standing: Standing
    declaration: Declaration
    request: Request
    shown_hash: str
    agree: bool
    reason: str

    def once(self, locked: bool) -> Taken:  # noqa: FBT001  called by place
        """Sign; the last agreeing signature applies the act."""
        if locked:
            return self._under_lock()
        if (known := signed(self.row, self.request, self.standing)) is not None:
            return known, None
        self._require_allowed()
        planned = self._approved() if self._applies else None
        if self.agree and not self._applies:
            self._check_again()
        read = planned.marks["tables"] if planned else ()
        written = [Signature, *(planned.changes.rows if planned else ())]
        with transaction.atomic():
            held = take_lock(self.request, proposal=self.row.key, read=read, written=written)
            if held.proposal != (self.row.state, self.row.next_step):  # another step was taken meanwhile
                self._read_again()
                raise HasMoved
            self._require_right(held.rights)  # it may have been taken away
            if planned is not None and not planned.stands(held.marks):
                planning.forget(self.row.hash)
                raise HasMoved
            return self._write(held, planned)

    def _under_lock(self) -> Taken:
        """The same with everything read, checked and planned under the lock, so that nothing can move."""
        with transaction.atomic():
            held = take_lock(self.request)
            self._read_again()
            if (known := signed(self.row, self.request, self.standing)) is not None:
                return known, None
            self._require_allowed()
            return self._write(held, self._planned_again() if self._applies else None)

    def _read_again(self) -> None:
        self.standing = before_signing(self.row.key, self.request.days)
        assert self.standing.proposal is not None, "a proposal is never removed"
        self.row = self.standing.proposal

    @property
    def _applies(self) -> bool:
        """Whether this signature is the last one and agrees."""
        return self.agree and self.row.next_step == len(self.declaration.chain)

    def _require_allowed(self) -> None:
        row, request = self.row, self.request
        if row.state != State.PENDING:
            raise _not_open(row)
        if self.shown_hash != row.hash:
            raise Refused(f"申请 {row.key} 的内容与签署人看到的不一致，请重新打开后再签署")
        if request.at < row.proposed_at - audit.WAITED:
            raise Refused(f"签署时间早于申请 {row.key} 的提出时间，请校准本机时钟后再办")
        require_signing_day(self.declaration, row, request)
        self._require_right(self.standing)
        if not self.agree and not self.reason:
            raise Refused("退回须写明理由")
        if self.agree:
            require_fresh_code(self.declaration, request)
            require_as_sealed(row, self.standing)

    def _require_right(self, rights: Standing) -> None:
        """The next step is theirs to take, and concerns nobody they stay away from."""
        row = self.row
        concerned, what = concerned_in(row.concerns), f"申请 {row.key} "
        recused = recusing.require_distance(self.request.by, concerned, what, rights.recusals)
        require_right(next_step(row).post, self.request, self.declaration, rights, recused=recused)

    def _approved(self) -> Planned:
        """The approved plan: the one remembered, which is asked under the lock whether it stands; else made again."""
        kept = None if self._in_a_later_month else planning.remembered(self.row.hash)
        return kept or self._planned_again()

    def _planned_again(self) -> Planned:
        row, planned = self.row, planning.make(self.declaration, self._arguments(), self._view())
        if canonical(essence(planned.changes)) == canonical(json.loads(row.preview)["essence"]):
            return planned
        if self._in_a_later_month:
            raise PreviewChanged(
                f"申请 {row.key} 是 {today(row.proposed_at)} 提出的，已跨月；按 {self.request.on} 办理，"
                f"将发生的变动与所批不同，已作废，请重新提出"
            )
        raise PreviewChanged(f"申请 {row.key} 审批后事实已变化，将发生的变动与所批不同，已作废，请重新提出")

    @property
    def _in_a_later_month(self) -> bool:
        """Whether the month in which the proposal was made has passed: then it takes effect today or not at all."""
        return months.of(today(self.row.proposed_at)) != months.of(today(self.request.at))

    def _check_again(self) -> None:
        """Between the first and the last signature: what moved meanwhile may stand against the act already."""
        kept, marks = planning.remembered(self.row.hash), json.loads(self.row.marks)
        changed = not kept.stands() if kept else marks["persons"] or any(moved(marks))
        if changed or self._in_a_later_month:
            view = self._view()
            with view.open():
                planning.refuse(self.declaration, planning.faults_of(self.declaration, self._arguments(), view))

    def _arguments(self) -> list[Arguments]:
        return [self.declaration.arguments.model_validate(case) for case in json.loads(self.row.arguments)]

    def _view(self) -> View:
        """The books on the day the act takes effect, seen by everybody of the case and the signer.

        That is the day of the proposal while its month lasts; later the day of the signature.
        """
        row, persons = self.row, frozenset({*self.standing.persons, self.request.by})
        day = self.request.on if self._in_a_later_month else row.business_date
        return View(day, row.proposed_at, row.case_ref, persons, self.standing.area)

    def _write(self, held: Held, planned: Planned | None) -> Taken:
        row, request = self.row, replace(self.request, at=audit.instant_after(held.head, self.request.at))
        state = State.REJECTED if not self.agree else State.EXECUTED if planned else State.PENDING
        kind = Kind.REJECTED if not self.agree else Kind.EXECUTED if planned else Kind.SIGNED
        result = planned.changes.result if planned else {}
        changes = planned.changes.copy() if planned else Changes(self._view())
        changes.executed_after(request.on - row.business_date)
        made = signature(
            row,
            request,
            self.declaration.chain[row.next_step - 1],
            row.next_step,
            shown_hash=self.shown_hash,
            state=state,
            result=result,
            agree=self.agree,
            reason=self.reason,
        )
        changes.add(sign_step(made, row, hand_of(request.by), changes, held.registered))
        changes.set(row, state=state, next_step=row.next_step + 1)
        written = append(held, kind, row, request, changes)
        return Answer(row.key, row.hash, state, json.loads(row.preview), result), written
