"""What was signed before the next person signs: the proposal and its signatures must be as their events sealed them.

Nobody re-reads what others signed; so the envelope does, before every further signature. The events of the chain are
keyed, and every step is signed by its person: whoever can change the books, even with the key of the chain, cannot make
another content pass for the one that was signed.
"""

import json
from collections.abc import Iterator, Sequence

from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import signed
from jubao.operations.envelope.seals import altered_events
from jubao.records.models import AuditEvent, Proposal, Signature
from jubao.records.sealing import canonical, digest
from jubao.records.signing import is_genuine


def require_as_sealed(proposal: Proposal) -> None:
    """Refuse to go on with a proposal that is not what its maker proposed and its earlier signers saw.

    Raises:
        Refused: with what does not agree; the proposal may still be rejected.
    """
    earlier = Signature.objects.filter(proposal=proposal, step__lt=proposal.next_step)  # one given meanwhile is no contradiction
    steps = list(earlier.select_related("key__staff").order_by("step"))
    wrong = next(_contradictions(proposal, steps), "")
    if wrong:
        raise Refused(
            f"申请 {proposal.key} {wrong}，可能被改动过，不能签署：请停止办理，运行 jubao verify 查明，退回后重新提出"
        )


def _contradictions(proposal: Proposal, steps: Sequence[Signature]) -> Iterator[str]:
    content = canonical([proposal.code, proposal.arguments, json.loads(proposal.preview)])
    if digest(content) != proposal.hash:
        yield "的内容与其哈希不符"
    if [step.step for step in steps] != list(range(proposal.next_step)):
        yield "已有的签署环节不齐"
    if any(step.shown_hash != proposal.hash for step in steps):
        yield "的内容不是此前签署人看到的内容"
    if not all(_is_own(step, proposal) for step in steps):
        yield "有签署不是签署人本人所签"
    events = [step.act_id for step in steps]
    if proposal.act_id not in events or altered_events(Proposal, [proposal.act_id]) or altered_events(Signature, events):
        yield "或其签署与审计链封存的不符"
        return  # only an event whose seal holds can bear witness
    for payload in AuditEvent.objects.filter(pk__in=events).order_by("id").values_list("payload", flat=True):
        says = json.loads(payload)
        if (says["proposal"], says["hash"], says["case"]) != (proposal.key, proposal.hash, proposal.case_ref):
            yield "与审计链封存的内容不符"


def _is_own(step: Signature, proposal: Proposal) -> bool:
    """Whether a step was signed with its person's own key."""
    key = step.key
    content = signed(step, proposal).content
    return key.staff.code == step.person and is_genuine(
        content, step.signed, algorithm=key.algorithm, public=key.public
    )
