"""The only way to change anything: propose, sign step by step, execute once, and answer repeats alike."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from pydantic import ValidationError

from jubao.operations.envelope import audit
from jubao.operations.envelope.anchor import anchor_after_commit
from jubao.operations.envelope.declaration import ACTS, ActReference, Arguments, Declaration, Refused, Step
from jubao.operations.envelope.posts import Post, holders
from jubao.operations.envelope.preview import preview_of
from jubao.policy.store import Policy
from jubao.records.models import AuditEvent, Command, Proposal, Signature, Staff
from jubao.records.sealing import Measured
from jubao.vocabulary.workdays import add_workdays

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class KeyReused(Refused):
    """The same request key came with another body."""


class PreviewChanged(Refused):
    """What would happen now is not what was approved; the proposal is void."""


@dataclass(frozen=True)
class Answer:
    """What a request led to; a repeated request gets the same answer."""

    proposal: str
    hash: str
    state: str
    preview: dict[str, Any]
    result: dict[str, Any]


@dataclass(frozen=True)
class Signing:
    """Who signs, when and in which step."""

    staff: str
    on: date
    at: datetime
    role: str
    post: str
    step: int


def propose(
    code: str, cases: Sequence[dict[str, Any]], *, key: str, by: str, on: date, at: datetime, case_ref: str | None = None
) -> Answer:
    """Ask for an act: check the right, rehearse it, and store arguments, preview and hash.

    Args:
        code: the act's code.
        cases: one mapping of arguments per case.
        key: the client's key of this request; repeating key and body returns the stored answer.
        by: staff code of the maker.
        on: business date.
        at: instant, aware.
        case_ref: joins several acts into one case in which no person takes two steps; default the key.
    Raises:
        Refused: with every fault named; the refusal itself is chained, nothing else changes.
    """
    declaration = declaration_of(code)
    body = audit.digest(audit.canonical([code, list(cases), by, on, case_ref]))
    if (known := _answered(key, body)) is not None:
        return known
    try:
        with transaction.atomic():
            anchor_after_commit()
            return _propose(declaration, cases, _Request(key, body, by, on, at.replace(microsecond=0), case_ref or key))
    except (DataError, IntegrityError) as error:
        conflict = Refused(f"{declaration.title}：与已有记录冲突（{error}），请核对后重新提出")
        _record_refusal(declaration, by, on, at, body, conflict)
        raise conflict from error
    except Refused as refusal:
        _record_refusal(declaration, by, on, at, body, refusal)
        raise


def sign(
    proposal: str, *, by: str, on: date, at: datetime, shown_hash: str, agree: bool = True, reason: str = ""
) -> Answer:
    """Take the next step of a proposal; after the last step the act is executed in the same transaction.

    Args:
        proposal: the proposal's key.
        by: staff code of the signer.
        shown_hash: the hash of what the signer saw; another hash is refused.
        agree: False rejects the proposal; then a reason is required.
    Raises:
        Refused: wrong person, wrong hash, or the facts changed since the approval (``PreviewChanged``).
    """
    body = audit.digest(audit.canonical([proposal, by, shown_hash, agree, reason]))
    key = f"{proposal}#{by}"
    if (known := _answered(key, body)) is not None:
        return known
    declaration = None
    try:
        with transaction.atomic():
            anchor_after_commit()
            audit.lock_chain()
            row = _known_proposal(proposal)
            declaration = declaration_of(row.code)
            return _sign(row, declaration, _Request(key, body, by, on, at.replace(microsecond=0), row.case_ref),
                         shown_hash, agree=agree, reason=reason)  # fmt: skip
    except PreviewChanged as refusal:
        _void(proposal, by, on, at, refusal)
        raise
    except (DataError, IntegrityError) as error:
        conflict = Refused(f"签署未完成：与已有记录冲突（{error}）")
        _record_refusal(declaration, by, on, at, body, conflict)
        raise conflict from error
    except Refused as refusal:
        _record_refusal(declaration, by, on, at, body, refusal)
        raise


def _known_proposal(key: str) -> Proposal:
    row = Proposal.objects.filter(key=key).first()
    if row is None:
        raise Refused(f"没有编号为 {key} 的申请")
    return row


def declaration_of(code: str) -> Declaration:
    """The act declared under a code."""
    if code not in ACTS:
        raise Refused(f"没有名为 {code} 的业务")
    return ACTS[code]


@dataclass(frozen=True)
class _Request:
    key: str
    body: str
    by: str
    on: date
    at: datetime
    case_ref: str


def _answered(key: str, body: str) -> Answer | None:
    command = Command.objects.filter(key=key).first()
    if command is None:
        return None
    if command.body_hash != body:
        raise KeyReused(f"请求号 {key} 已用于另一项内容，请换用新的请求号")
    return Answer(**json.loads(command.result))


def _propose(declaration: Declaration, cases: Sequence[dict[str, Any]], request: _Request) -> Answer:
    arguments = parse_arguments(declaration, cases)
    audit.lock_chain()
    _require_right(declaration.maker, request, declaration)
    if case_persons(request.case_ref) & {request.by}:
        raise Refused(f"{request.by} 已经办过案件 {request.case_ref} 的一个环节，不能再经办")
    stated = audit.canonical([case.model_dump(mode="json") for case in arguments])
    preview, rehearsed = _rehearse(declaration, arguments, request)
    preview["policy"] = Policy.load().fingerprint
    hash_ = audit.digest(audit.canonical([declaration.code, stated, preview]))
    event_id = audit.next_event_id()
    proposal = Proposal.objects.create(
        act_id=event_id, key=request.key, code=declaration.code, case_ref=request.case_ref, maker=request.by,
        business_date=request.on, proposed_at=request.at, arguments=stated, preview=audit.canonical(preview),
        due_date=add_workdays(request.on, declaration.workdays) if declaration.workdays else None, hash=hash_,
    )  # fmt: skip
    signing = Signing(request.by, request.on, request.at, "MAKE", declaration.maker, 0)
    _write_signature(proposal, signing, event_id, hash_, agree=True, reason="")
    answer = Answer(request.key, hash_, Proposal.State.PENDING, preview, rehearsed)
    if declaration.chain:
        _write_command(request, declaration.code, answer, event_id)
        _append(AuditEvent.Kind.PROPOSED, proposal, request, event_id)
        return answer
    _append(AuditEvent.Kind.PROPOSED, proposal, request, event_id)
    return _execute(proposal, declaration, arguments, request)


def _sign(
    proposal: Proposal, declaration: Declaration, request: _Request, shown_hash: str, *, agree: bool, reason: str
) -> Answer:
    if proposal.state != Proposal.State.PENDING:
        raise Refused(f"申请 {proposal.key} {Proposal.State(proposal.state).label}，不再接受签署")
    if shown_hash != proposal.hash:
        raise Refused(f"申请 {proposal.key} 的内容与签署人看到的不一致，请重新打开后再签署")
    step = declaration.chain[proposal.next_step - 1]
    if request.by in case_persons(proposal.case_ref):
        raise Refused(f"{request.by} 已经办过案件 {proposal.case_ref} 的一个环节，同一案件须由不同的人办理")
    _require_right(step.post, request, declaration)
    if not agree and not reason:
        raise Refused("退回须写明理由")
    event_id = audit.next_event_id()
    signing = Signing(request.by, request.on, request.at, step.role, step.post, proposal.next_step)
    _write_signature(proposal, signing, event_id, shown_hash, agree=agree, reason=reason)
    last = proposal.next_step == len(declaration.chain)
    if agree and last:
        _append(AuditEvent.Kind.SIGNED, proposal, request, event_id)
        arguments = [declaration.arguments.model_validate(case) for case in json.loads(proposal.arguments)]
        return _execute(proposal, declaration, arguments, request)
    state = Proposal.State.PENDING if agree else Proposal.State.REJECTED
    Proposal.objects.filter(pk=proposal.pk).update(state=state, next_step=proposal.next_step + 1)
    answer = Answer(proposal.key, proposal.hash, state, json.loads(proposal.preview), {})
    _write_command(request, proposal.code, answer, event_id)
    _append(AuditEvent.Kind.SIGNED if agree else AuditEvent.Kind.REJECTED, proposal, request, event_id)
    return answer


def _execute(
    proposal: Proposal, declaration: Declaration, arguments: Sequence[Arguments], request: _Request
) -> Answer:
    if json.loads(proposal.preview)["policy"] != Policy.load().fingerprint:
        raise PreviewChanged(f"申请 {proposal.key} 审批后政策参数已更新，请重新提出")
    event_id = audit.next_event_id()
    persons = frozenset(case_persons(proposal.case_ref) | {request.by})
    reference = ActReference(event_id, declaration.code, proposal.case_ref, proposal.business_date, request.at, persons)
    result = declaration.function(arguments, on=proposal.business_date, act=reference)
    approved = json.loads(proposal.preview)["changes"]
    measured: Measured = {}
    if audit.canonical(preview_of(event_id, measured)) != audit.canonical(approved):
        raise PreviewChanged(f"申请 {proposal.key} 审批后事实已变化，将发生的变动与所批不同，已作废，请重新提出")
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.EXECUTED, next_step=len(declaration.chain) + 1)
    answer = Answer(proposal.key, proposal.hash, Proposal.State.EXECUTED, json.loads(proposal.preview), result)
    _write_command(request, declaration.code, answer, event_id)
    _append(AuditEvent.Kind.EXECUTED, proposal, request, event_id, measured)
    return answer


class _Rehearsed(Exception):
    """Carries the outcome of a rehearsal out of its savepoint, which is then rolled back."""

    def __init__(self, preview: dict[str, Any], result: dict[str, Any]) -> None:
        self.preview, self.result = preview, result


def _rehearse(
    declaration: Declaration, arguments: Sequence[Arguments], request: _Request
) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        with transaction.atomic():
            event_id = audit.next_event_id()
            persons = frozenset(case_persons(request.case_ref) | {request.by})
            reference = ActReference(event_id, declaration.code, request.case_ref, request.on, request.at, persons)
            result = declaration.function(arguments, on=request.on, act=reference)
            raise _Rehearsed({"changes": preview_of(event_id)}, result)  # noqa: TRY301  the way out of a savepoint
    except _Rehearsed as outcome:
        return outcome.preview, outcome.result


SHAPE_FAULTS = {
    "missing": "必填",
    "extra_forbidden": "不是本业务的填报项",
    "enum": "不在可选代码之内",
    "literal_error": "不在可选代码之内",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "bool_parsing": "应为是或否",
    "date_from_datetime_parsing": "应为日期（YYYY-MM-DD）",
    "date_parsing": "应为日期（YYYY-MM-DD）",
    "date_type": "应为日期（YYYY-MM-DD）",
    "list_type": "应为列表",
    "model_type": "应为一组填报项",
    "dict_type": "应为一组填报项",
    "tuple_type": "应为列表",
    "int_parsing_size": "数字过大",
    "date_from_datetime_inexact": "应为日期（YYYY-MM-DD）",
    "string_too_long": "最多{max_length}个字",
    "string_too_short": "不能为空",
    "too_short": "至少要有{min_length}项",
    "too_long": "最多{max_length}项",
    "greater_than": "应大于{gt}",
    "greater_than_equal": "不应小于{ge}",
    "less_than": "应小于{lt}",
    "less_than_equal": "不应大于{le}",
    "value_error": "{error}",
}


def parse_arguments(declaration: Declaration, cases: Sequence[dict[str, Any]]) -> list[Arguments]:
    """Validate the shape of every case; all faults of all cases are named."""
    parsed, faults = [], []
    for number, case in enumerate(cases, start=1):
        try:
            parsed.append(declaration.arguments.model_validate(case))
        except ValidationError as error:
            faults += [
                f"第{number}项 {'.'.join(map(str, fault['loc']))}："
                + SHAPE_FAULTS.get(fault["type"], fault["msg"]).format_map(fault.get("ctx", {}))
                for fault in error.errors()
            ]
        faults += [f"第{number}项：含有不可见的控制字符，请重新填写" for _ in _unseen(case)]
    if not cases:
        faults.append("没有任何事项")
    if faults:
        raise Refused(f"{declaration.title}：填报内容有误，共 {len(faults)} 处", faults=faults)
    return parsed


def _unseen(value: Any) -> Iterator[str]:
    """Texts with characters nobody sees and no database keeps alike."""
    if isinstance(value, str):
        yield from [value] if _UNSEEN.search(value) else []
        return
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list | tuple) else ()
    for name, one in inside:
        yield from _unseen(name)
        yield from _unseen(one)


def case_persons(case_ref: str) -> set[str]:
    """Everybody who took a step of a case."""
    return set(Signature.objects.filter(case_ref=case_ref).values_list("person", flat=True))


def next_step(proposal: Proposal) -> Step:
    """The step a pending proposal waits for."""
    return declaration_of(proposal.code).chain[proposal.next_step - 1]


def _require_right(post: Post, request: _Request, declaration: Declaration) -> None:
    if declaration.code == "office.found" and not Staff.objects.exists():
        return
    if request.by not in holders(post, on=request.on, besides=case_persons(request.case_ref)):
        raise Refused(f"{request.by} 在 {request.on} 不在{post.label}，不能办理“{declaration.title}”的这一环节")


def _write_signature(
    proposal: Proposal, signing: Signing, event_id: int, shown_hash: str, *, agree: bool, reason: str
) -> None:
    Signature.objects.create(
        act_id=event_id, proposal=proposal, case_ref=proposal.case_ref, step=signing.step, role=signing.role,
        post=signing.post, person=signing.staff, decision="AGREE" if agree else "REJECT", reason=reason,
        shown_hash=shown_hash, business_date=signing.on, signed_at=signing.at,
    )  # fmt: skip


def _write_command(request: _Request, code: str, answer: Answer, event_id: int) -> None:
    Command.objects.create(
        act_id=event_id, key=request.key, code=code, body_hash=request.body, result=audit.canonical(answer.__dict__)
    )


def _append(
    kind: str, proposal: Proposal, request: _Request, event_id: int, measured: Measured | None = None
) -> None:
    payload = {"proposal": proposal.key, "case": proposal.case_ref, "hash": proposal.hash}
    audit.append_event(
        kind, proposal.code, staff=request.by, on=request.on, at=request.at, payload=payload, event_id=event_id,
        measured=measured,
    )  # fmt: skip


def _record_refusal(
    declaration: Declaration | None, by: str, on: date, at: datetime, body: str, refusal: Refused
) -> None:
    with transaction.atomic():
        payload = {"body": body, "message": refusal.message, "faults": len(refusal.faults)}
        audit.append_event(
            AuditEvent.Kind.REFUSED, declaration.code if declaration else "unknown", staff=by, on=on,
            at=at.replace(microsecond=0), payload=payload,
        )  # fmt: skip
        anchor_after_commit()


def _void(key: str, by: str, on: date, at: datetime, refusal: Refused) -> None:
    with transaction.atomic():
        audit.lock_chain()
        proposal = Proposal.objects.get(key=key)
        Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.VOID)
        payload = {"proposal": key, "case": proposal.case_ref, "message": refusal.message}
        audit.append_event(
            AuditEvent.Kind.VOIDED, proposal.code, staff=by, on=on, at=at.replace(microsecond=0), payload=payload
        )
        anchor_after_commit()
