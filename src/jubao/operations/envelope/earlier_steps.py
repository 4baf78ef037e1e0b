"""What was signed before the next person signs: the proposal and its signatures must be as their events sealed them.

Nobody re-reads what others signed; so the envelope does, before every further signature. The events of the chain are
keyed, and every step is signed by its person: whoever can change the books, even with the key of the chain, cannot make
another content pass for the one that was signed.
"""

import json
from collections.abc import Iterator, Sequence

from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import signed
from jubao.operations.envelope.standing import Standing
from jubao.records.models import Proposal, Signature
from jubao.records.sealing import canonical, digest
from jubao.records.signing import is_genuine


def require_as_sealed(proposal: Proposal, standing: Standing) -> None:
    """Refuse to go on with a proposal that is not what its maker proposed and its earlier signers saw.

    Args:
        proposal: what is to be signed.
        standing: what was read of it for this step.
    Raises:
        Refused: with what does not agree; the proposal may still be rejected.
    """
    mine = [step for step in standing.steps if step.proposal_id == proposal.pk]
    earlier = [step for step in mine if step.step < proposal.next_step]  # one given meanwhile is no contradiction
    steps = sorted(earlier, key=lambda step: step.step)
    wrong = next(_contradictions(proposal, steps, standing), "")
    if wrong:
        raise Refused(
            f"申请 {proposal.key} {wrong}，可能被改动过，不能签署：请停止办理，运行 jubao verify 查明，退回后重新提出"
        )


def _contradictions(proposal: Proposal, steps: Sequence[Signature], standing: Standing) -> Iterator[str]:
    content = canonical([proposal.code, proposal.arguments, json.loads(proposal.preview)])
    if digest(content) != proposal.hash:
        yield "的内容与其哈希不符"
    if [step.step for step in steps] != list(range(proposal.next_step)):
        yield "已有的签署环节不齐"
    if any(step.shown_hash != proposal.hash for step in steps):
        yield "的内容不是此前签署人看到的内容"
    if not all(_is_own(step, proposal, standing) for step in steps):
        yield "有签署不是签署人本人所签"
    events = [step.act_id for step in steps]
    whole = standing.is_as_sealed(proposal) and all(map(standing.is_as_sealed, steps))
    if proposal.act_id not in events or not whole:
        yield "或其签署与审计链封存的不符"
        return  # only an event whose seal holds can bear witness
    for event in sorted(events):
        says = json.loads(standing.events[event].payload)
        if (says["proposal"], says["hash"], says["case"]) != (proposal.key, proposal.hash, proposal.case_ref):
            yield "与审计链封存的内容不符"


def _is_own(step: Signature, proposal: Proposal, standing: Standing) -> bool:
    """Whether a step was signed with its person's own key."""
    person, algorithm, public = standing.keys.get(step.key_id, ("", "", ""))
    content = signed(step, proposal).content
    return person == step.person and is_genuine(content, step.signed, algorithm=algorithm, public=public)
