"""One signature on its way: whether it may be given, the approved plan or another try at it, and what it writes."""

import json
from dataclasses import dataclass, replace

from django.db import transaction

from jubao.operations.envelope import audit, planning, recusing
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.attempts import HasMoved
from jubao.operations.envelope.chaining import PreviewChanged, Taken, append, signature
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments, Declaration
from jubao.operations.envelope.earlier_steps import require_as_sealed
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import hand_of, sign_step
from jubao.operations.envelope.locking import Held, take_lock
from jubao.operations.envelope.planning import Planned
from jubao.operations.envelope.request import (
    Answer,
    Request,
    next_step,
    require_fresh_code,
    require_right,
    require_signing_day,
    signed,
    today,
)
from jubao.operations.envelope.standing import Standing, before_signing
from jubao.operations.envelope.view import View, moved
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.records.sealing import canonical
from jubao.reports.recusals import concerned_in
from jubao.vocabulary import month as months

Kind = AuditEvent.Kind
State = Proposal.State


def not_open(proposal: Proposal) -> Refused:
    """The refusal of a step of a proposal that waits for none any more."""
    return Refused(f"申请 {proposal.key} {State(proposal.state).label}，不再接受签署")


@dataclass
class Signing:
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
            raise not_open(row)
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
