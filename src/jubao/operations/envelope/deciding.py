"""A signer's decision as a form brings it: everything looked at, a reason where one is needed, then one signature.

What the form itself lacks is said before a one-time code is used up. What came of it is one of three: the step was taken;
it could not be taken as it stands, and the form comes back with what was typed; or somebody or the facts came first.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime

from jubao.operations.envelope.acting import Answer, PreviewChanged, sign
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import NotProven
from jubao.operations.envelope.seen.moved import what_moved
from jubao.operations.envelope.seen.proposal import proposal_seen
from jubao.operations.envelope.seen.review import Amiss, Review, Typed, review
from jubao.operations.envelope.seen.turns import came_first
from jubao.records.models import Proposal
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.viewer import Viewer

State = Proposal.State
LONGEST_REASON = 200
Proven = Callable[[], AbstractContextManager[None]]
"""Acts with the one-time code that was typed; raises NotProven where it is wrong."""


@dataclass(frozen=True)
class Decision:
    """What a signer decided.

    Attributes:
        agree: whether he agrees; None where the form did not say.
        typed: his reason, and what he ticked; code: the one-time code typed, or empty.
        shown_hash: the hash of what he saw; step: the number of the step he meant to take.
    """

    agree: bool | None
    typed: Typed
    code: str
    shown_hash: str
    step: int


@dataclass(frozen=True)
class Decided:
    """The step was taken: the answer, one sentence to say, and the key of what waits for him next."""

    answer: Answer
    said: Both
    next: str | None


@dataclass(frozen=True)
class Undecided:
    """The step was not taken; ``is_late`` where somebody else, or the facts, came first: then nothing typed can mend it."""

    review: Review
    is_late: bool


def decide(
    key: str, decision: Decision, *, viewer: Viewer, on: date, at: datetime, proven: Proven
) -> Decided | Undecided:
    """Take the step a signer decided on, once.

    Args:
        key: of the proposal.
        viewer: who signs; ``on``: business date; ``at``: instant, aware.
        proven: how the code that was typed is taken.
    Raises:
        Refused: it is not his to sign, and nobody came first. MayNotLook: not his to see.
    """
    seen = review(key, viewer=viewer)
    if seen.may_sign and (amiss := tuple(_amiss(seen, decision))):
        return Undecided(seen.with_(decision.typed, *amiss), is_late=False)
    if not seen.may_sign and (late := _late(seen, decision, viewer)) is not None:
        return late
    try:
        with proven():
            answer = sign(
                key,
                by=viewer.staff,
                on=on,
                at=at,
                shown_hash=decision.shown_hash,
                agree=bool(decision.agree),
                reason=decision.typed.reason,
            )
    except PreviewChanged as changed:
        return _moved(key, changed, viewer, on)
    except NotProven as unproven:
        return Undecided(seen.with_(decision.typed, _code_amiss(unproven, decision)), is_late=False)
    except Refused as refused:
        return _refused(key, refused, decision, viewer)
    return Decided(answer, _said(seen, answer, decision), seen.place.after or seen.place.before)


def _amiss(seen: Review, decision: Decision) -> Iterator[Amiss]:
    """What the form itself lacks."""
    if decision.agree is None:
        yield Amiss("decision", both("请选同意或退回。", "Choose to agree or to send it back."))
    reason = decision.typed.reason
    if decision.agree is False and not reason:
        yield Amiss("reason", both("退回须写明理由，经办人要据此改正。", "Say why you send it back."))
    if len(reason) > LONGEST_REASON:
        yield Amiss(
            "reason",
            both(
                f"最多 {LONGEST_REASON} 个字，现在 {len(reason)} 个。",
                f"At most {LONGEST_REASON} characters, now {len(reason)}.",
            ),
        )
    open_ = [tick for tick in seen.ticks if tick.number not in decision.typed.ticks]
    if decision.agree and open_:
        yield Amiss(
            f"tick-{open_[0].number}",
            both(
                f"还有 {len(open_)} 处例外没有逐条看过。请先看第 {'、'.join(str(one.number) for one in open_)} 处并勾选，再同意。",
                f"{len(open_)} exceptions are not ticked yet. Look at each and tick it before you agree.",
            ),
        )


def _code_amiss(unproven: NotProven, decision: Decision) -> Amiss:
    if decision.code:
        return Amiss("otp", both(f"{unproven.message}。", "The code is wrong or was used; wait for the next one."))
    return Amiss(
        "otp",
        both("本项须再次验证：请输入验证器上现在的六位动态码。", "Prove yourself again: type the code of just now."),
    )


def _late(seen: Review, decision: Decision, viewer: Viewer) -> Undecided | None:
    """Somebody took the step he meant to take, or the proposal waits no more."""
    first = came_first(seen.proposal, seen.ending, seen.ended_by, decision.step, viewer=viewer)
    if first is None:
        return None
    return Undecided(replace(seen.with_(decision.typed), came_first=first), is_late=True)


def _moved(key: str, changed: PreviewChanged, viewer: Viewer, on: date) -> Undecided:
    now = review(key, viewer=viewer)
    moved = what_moved(proposal_seen(key, viewer=viewer), on=on)
    return Undecided(replace(now, moved=moved, came_first=both(changed.message, changed.message)), is_late=True)


def _refused(key: str, refused: Refused, decision: Decision, viewer: Viewer) -> Undecided:
    """Refused under way: somebody came first after all, or something stands against it."""
    now = review(key, viewer=viewer)
    if not now.may_sign:
        if (late := _late(now, decision, viewer)) is not None:
            return late
        raise refused
    told = [Amiss("", both(sentence, sentence)) for sentence in (refused.message, *refused.faults)]
    return Undecided(now.with_(decision.typed, *told), is_late=False)


def _said(seen: Review, answer: Answer, decision: Decision) -> Both:
    what = seen.proposal.title
    if not decision.agree:
        return both(f"已退回“{what}”，理由随件告知经办人。", f"{what}: sent back with your reason.")
    if answer.state == State.EXECUTED:
        return both(f"已同意“{what}”，签齐办结。", f"{what}: agreed, and done.")
    then = seen.then.chinese if seen.then else ""
    return both(f"已同意“{what}”。{then}", f"{what}: agreed. {seen.then.english if seen.then else ''}")
