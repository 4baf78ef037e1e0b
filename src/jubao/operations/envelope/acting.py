"""The only way to change anything: propose, sign step by step, apply once, and answer repeats alike.

A plan is made outside every lock, from one snapshot. Under the chain's lock the envelope only asks whether what the
plan read has moved since; unmoved, it is applied as approved. Moved, it is planned again outside the lock, and only
another content voids the proposal.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from jubao.operations.envelope import planning, recusing
from jubao.operations.envelope.arguments import parse_arguments
from jubao.operations.envelope.attempts import attempt
from jubao.operations.envelope.chaining import PreviewChanged, Taken, after_commit, refusals
from jubao.operations.envelope.declaration import Declaration, declaration_of
from jubao.operations.envelope.fault import Faults, Refused
from jubao.operations.envelope.hands import hand_of
from jubao.operations.envelope.proposing import Proposing
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
    signed,
)
from jubao.operations.envelope.signing import Signing, not_open
from jubao.operations.envelope.standing import Standing, before_proposing, before_signing
from jubao.operations.envelope.trying import Tried, preview
from jubao.records.models import Proposal
from jubao.records.sealing import canonical, digest
from jubao.vocabulary.resident_number import masked

__all__ = [
    "Answer",
    "KeyReused",
    "PreviewChanged",
    "Tried",
    "case_persons",
    "check",
    "declaration_of",
    "next_step",
    "preview",
    "propose",
    "sign",
]

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


def _propose(declaration: Declaration, cases: Sequence[dict[str, Any]], request: Request, standing: Standing) -> Taken:
    faults, arguments = parse_arguments(declaration, cases)
    if faults:
        raise Refused(f"{declaration.title}：填报内容有误，共 {len(faults)} 处", faults=list(faults))
    require_now(declaration, request)
    require_case(declaration, request)
    named = recusing.named(declaration, cases)
    recused = recusing.require_distance(request.by, named, f"“{declaration.title}”", standing.recusals)
    require_right(declaration.maker, request, declaration, standing, recused=recused)
    require_fresh_code(declaration, request)
    return attempt(Proposing(declaration, arguments, request, standing, named, recused).once)


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
            answer, written = attempt(Signing(row, standing, declaration, request, shown_hash, agree, reason).once)
        except Refused:
            now = before_signing(proposal, request.days)
            if (
                known := signed(row, request, now)
            ) is not None:  # the same signature, given meanwhile by another process
                return known
            if now.proposal is not None and now.proposal.state != State.PENDING:  # another took the last step meanwhile
                raise not_open(now.proposal) from None
            raise
    after_commit(written)
    return answer
