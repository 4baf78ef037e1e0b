"""The steps of a month from calculation to the bank and back, stitched from what its acts declare and who signed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Q

from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.description import ROLES
from jubao.records.models import BatchStep, PaymentBatch, PostHolding, Proposal, Signature, Staff
from jubao.vocabulary.both import Both, both

CALCULATE, RELEASE, TRANSMIT, RETURN = "payroll.calculate", "payment.release", "payment.transmit", "payment.return"
ACTS_OF_A_MONTH = (CALCULATE, RELEASE, TRANSMIT, RETURN)
LOCAL = ZoneInfo("Asia/Shanghai")


class Stands(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    LATER = ""


@dataclass(frozen=True)
class PayrollStep:
    """One step of a month.

    Attributes:
        act: code of the act it belongs to, which is offered there.
        role: what is done: the act itself where it is proposed, then 复核, 审批, 放行.
        post: the post that takes it; who: whoever took it, or holds the post now.
        at: when it was taken; due: by when, where the law sets a day.
        proposal: key of the proposal it signed or waits in; empty before there is one.
        state: how far it is.
    """

    act: str
    role: Both
    post: str
    who: str
    at: datetime | None
    due: date | None
    proposal: str
    state: Stands

    @property
    def told(self) -> str:
        """Who took it and when, or who holds the post."""
        return f"{self.who} {self.at.astimezone(LOCAL):%m-%d %H:%M}" if self.at else self.who


@dataclass(frozen=True)
class Signed:
    """Everything that was signed for a month, by act: its proposals that were executed or wait, each with its steps."""

    steps: Mapping[tuple[str, int], Signature]
    pending: Proposal | None

    def of(self, code: str, step: int) -> Signature | None:
        """Who took a step of an act."""
        return self.steps.get((code, step))


def signed_for(month: int, batch: PaymentBatch | None) -> Signed:
    """What was signed for a month: of its batch's case and of the bank's answer, or of a proposal that still waits.

    Args:
        month: YYYYMM; batch: its batch, None while it is not locked.
    """
    waits = Q(proposal__state=Proposal.State.PENDING, proposal__code=CALCULATE)
    wanted = waits
    if batch is not None:
        answered = BatchStep.objects.filter(batch=batch, state=PaymentBatch.State.RETURNED).values("act")
        wanted = Q(case_ref=batch.case_ref) | Q(
            proposal__in=Signature.objects.filter(act__in=answered).values("proposal")
        )
    rows = Signature.objects.filter(wanted).select_related("proposal").order_by("id")
    kept = [row for row in rows if row.proposal.state in {"EXECUTED", "PENDING"} and _is_of(row.proposal, month)]
    steps = {(row.proposal.code, row.step): row for row in kept if row.decision == "AGREE"}
    pending = next((row.proposal for row in kept if row.proposal.state == "PENDING"), None)
    return Signed(steps, pending)


def _is_of(proposal: Proposal, month: int) -> bool:
    """Whether a proposal is about a month; the other acts name a batch, and their case says whose."""
    return proposal.code != CALCULATE or any(case["month"] == month for case in json.loads(proposal.arguments))


def steps_of(signed: Signed, *, on: date) -> tuple[PayrollStep, ...]:
    """Every step the declarations ask for, in order: taken ones with who and when, the next one, and those after it.

    Args:
        signed: what was signed; on: the day whose holders of posts are named.
    """
    names = dict(Staff.objects.order_by("pk").values_list("code", "name"))
    holders = _holders(on)
    found: list[PayrollStep] = []
    is_next = True
    for code in ACTS_OF_A_MONTH:
        declaration = ACTS[code]
        for number, (role, post) in enumerate(_declared(declaration)):
            row = signed.of(code, number)
            waits = signed.pending if signed.pending is not None and signed.pending.code == code else None
            found.append(
                PayrollStep(
                    act=code,
                    role=role,
                    post=post.label,
                    who=names.get(row.person, row.person) if row else holders.get(post, ""),
                    at=row.signed_at if row else None,
                    due=waits.due_date if waits and not row else None,
                    proposal=row.proposal.key if row else waits.key if waits else "",
                    state=Stands.DONE if row else Stands.NOW if is_next else Stands.LATER,
                )
            )
            is_next = is_next and row is not None
    return tuple(found)


def _declared(declaration: Declaration) -> Sequence[tuple[Both, Post]]:
    """What is done and by which post: the maker's step, and each of the chain."""
    assert isinstance(declaration.maker, Post), "each of these acts has one post that proposes it"
    chain = ((both(ROLES[step.role], step.role.capitalize()), step.post) for step in declaration.chain)
    named = both(declaration.title, declaration.code.replace(".", ": "))
    return [(named, declaration.maker), *chain]


def _holders(on: date) -> dict[Post, str]:
    """Who holds each post (A岗) on a day, by name."""
    held = PostHolding.objects.on(on).filter(capacity="A").order_by("pk").values_list("post", "staff__name")
    return {Post(post): name for post, name in held}
