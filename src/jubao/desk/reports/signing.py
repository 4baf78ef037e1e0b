"""The steps a report passes until it is signed, as its act declares them, and where a proposal stands now."""

from dataclasses import dataclass

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.posts import AnyPost
from jubao.operations.envelope.seen.description import ROLES
from jubao.reports.analysis.report import Waiting
from jubao.vocabulary.both import Both

SIGN = "report.sign"


@dataclass(frozen=True)
class SigningStep:
    """A step: its role, the post that takes it, what is told of it, and whether it is done or due now."""

    role: Both
    post: str
    told: str
    state: str


def signing_steps(waiting: Waiting | None) -> tuple[SigningStep, ...]:
    """The chain of the act; without a proposal its maker is due."""
    declared = ACTS[SIGN]
    makers = declared.maker.among if isinstance(declared.maker, AnyPost) else (declared.maker,)
    steps = [("MAKE", "、".join(post.label for post in makers))]
    steps += [(step.role, step.post.label) for step in declared.chain]
    due = waiting.next_step if waiting else 0
    states = ["done" if place < due else "now" if place == due else "" for place in range(len(steps))]
    return tuple(
        SigningStep(Both(ROLES[role], role.capitalize()), post, waiting.maker if waiting and place == 0 else "", state)
        for place, ((role, post), state) in enumerate(zip(steps, states, strict=True))
    )
