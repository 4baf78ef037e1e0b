"""Whose turn it is: the steps of a proposal as they are drawn, what follows a signature, and why somebody may not give it."""

from dataclasses import dataclass

from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.seen.endings import Ending
from jubao.operations.envelope.seen.inbox import Queue
from jubao.operations.envelope.seen.proposal import ShownProposal, ShownStep
from jubao.records.models import Proposal
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.due import due
from jubao.vocabulary.viewer import Viewer

State = Proposal.State


@dataclass(frozen=True)
class ChainStep:
    """One step as a chain draws it: what it is, whose, who took it or may, and its state (done, now, stop or nothing)."""

    role: str
    post: str
    told: Both
    state: str


def drawn_step(step: ShownStep, row: Proposal, viewer: Viewer, queue: Queue, ending: Ending | None) -> ChainStep:
    """One step as it is drawn."""
    if step.at is not None:
        you = "（您）" if step.by == viewer.staff else ""
        words = f"{step.name or step.by}{you} {step.at:%m-%d %H:%M}"
        is_returned = ending is not None and step.decision == "退回"
        return ChainStep(step.role, step.post, both(words, words), "stop" if is_returned else "done")
    if step.next is None:
        return ChainStep(step.role, step.post, both("待签" if row.state == State.PENDING else "—", "—"), "")
    free = "、".join(f"{one.name}（您）" if one.by == viewer.staff else one.name for one in step.next[:3])
    if not free:
        return ChainStep(step.role, step.post, both("当前无人可签", "nobody can sign now"), "now")
    left = due(row.due_date, on=viewer.day)
    whose = both(f"{free} {left.words.chinese}", f"{free} {left.words.english}") if left else both(free, free)
    return ChainStep(step.role, step.post, whose, "now")


def then(row: Proposal, declaration: Declaration) -> Both:
    """What follows a signature of the step it waits for."""
    if row.next_step == len(declaration.chain):
        return both(
            "您是最后一环，同意后立即办结，一次生效。", "You are the last: once you agree it is done, all at once."
        )
    post = declaration.chain[row.next_step].post.label
    return both(f"签后即转{post}。", f"Next it goes to {post}.")


def why_not(row: Proposal, told: ShownProposal, viewer: Viewer) -> Both:
    """Why the viewer may not take the step it waits for."""
    step = told.waits_for
    assert step is not None, "what waits, waits for a step"
    free = "、".join(one.name for one in step.next or ())
    if row.maker == viewer.staff:
        return both(f"这是您提出的，由{step.post}签署。", f"You proposed it; {step.post} signs.")
    if any(one.by == viewer.staff for one in told.steps):
        return both(
            "您已经签过本件，同一案件须由不同的人办理。", "You signed it already; a case needs different people."
        )
    if not free:
        return both(
            f"现在等{step.post}，当前无人可签，请以“上级派人代办”报请上级。",
            f"It waits for {step.post}; nobody can sign now, ask the higher level for a stand-in.",
        )
    return both(f"现在等{step.post}签署（{free}）。", f"It waits for {step.post} ({free}).")


def came_first(told: ShownProposal, ending: Ending | None, ended_by: str, step: int, *, viewer: Viewer) -> Both | None:
    """Who took a step of a proposal before the viewer's own signature came; None where nobody did."""
    taken = next((one for one in told.steps if one.step == step and one.at is not None), None)
    if taken is not None and taken.at is not None:
        at = taken.at
        clock = f"{at.hour}:{at:%M}"
        decision = taken.decision if taken.decision == "退回" else "签"
        if taken.by == viewer.staff:
            return both(
                f"您 {clock} 已{decision}过，没有重复签。", f"You took this step at {clock}; it was not taken twice."
            )
        return both(
            f"{taken.name} {clock} 已{decision}。您没有重复签。",
            f"{taken.name} took this step at {clock}; you did not take it twice.",
        )
    if ending is not None:
        words = f"{ended_by} {ending.at:%H:%M}"
        return both(f"{words} 已撤回或作废。您没有签。", f"{words}: no longer open. You did not sign.")
    return None
