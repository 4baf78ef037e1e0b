"""One proposal as an approver needs it: who asks for what, who signed, who is next, and everything its preview says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jubao.operations.envelope.declaration import ACTS, Declaration
from jubao.operations.envelope.fault import NoLawForDay, Refused
from jubao.operations.envelope.posts import LABELS, Post, taker_of
from jubao.operations.envelope.seen.description import NO_DEADLINE, ROLES, undone_by
from jubao.operations.envelope.seen.everybody import everybody as all_people
from jubao.operations.envelope.seen.given import Result, Sum, results, sums
from jubao.operations.envelope.seen.signers import Signers, signers_of
from jubao.operations.envelope.seen.stated import Stated, people_named, stated
from jubao.operations.envelope.seen.told import Told, told_of
from jubao.operations.envelope.seen.words import veiled
from jubao.operations.law import law
from jubao.records.models import Proposal, Signature, Staff
from jubao.reports.recusals import concerned_in
from jubao.vocabulary.viewer import MayNotLook, Viewer

LOCAL = ZoneInfo("Asia/Shanghai")
State = Proposal.State


@dataclass(frozen=True)
class Colleague:
    """Somebody of the office: staff code and name."""

    by: str
    name: str


@dataclass(frozen=True)
class Asked:
    """A paper that must or may lie before the act."""

    title: str
    required: bool


@dataclass(frozen=True)
class ShownStep:
    """One step the hash binds: who took it and when, or who may take it next.

    Attributes:
        step: its number, 0 the maker's; role, post: what it is and whose, in words.
        by, name: who took it, empty before; on: the business date; at: the instant, by the office's clock.
        decision, reason: 提出, 同意 or 退回, and why.
        next: who may take it now; None where it is not the next one.
    """

    step: int
    role: str
    post: str
    by: str = ""
    name: str = ""
    on: date | None = None
    at: datetime | None = None
    decision: str = ""
    reason: str = ""
    next: tuple[Colleague, ...] | None = None

    @property
    def is_taken(self) -> bool:
        """Whether somebody took it."""
        return bool(self.by)

    @property
    def is_next(self) -> bool:
        """Whether the proposal waits for it."""
        return self.next is not None


@dataclass(frozen=True, kw_only=True)
class ShownProposal(Told):
    """A proposal with everything in words: what its preview says, and what is around it.

    Attributes:
        key, hash: of the proposal; code, title, purpose, source, about: of its act.
        state, state_words: where it stands; case_ref: the case it belongs to.
        business_date: of the act; proposed_at: when it was proposed; days_back: how many days before that the act is dated.
        due_date, due_words: until when it must be done, and where no day can be told, why.
        undone_by: what takes it back, in words; papers: what must lie before it; second_factor: whether a code is asked.
        steps: the chain; cases: what was stated; sums, result: what it adds up to and gives.
    """

    key: str
    hash: str
    code: str
    title: str
    purpose: str
    source: str
    about: str
    state: str
    state_words: str
    case_ref: str
    business_date: date
    proposed_at: datetime
    days_back: int
    due_date: date | None
    due_words: str
    undone_by: str
    papers: tuple[Asked, ...]
    second_factor: bool
    steps: tuple[ShownStep, ...]
    cases: tuple[tuple[Stated, ...], ...]
    sums: tuple[Sum, ...]
    result: tuple[Result, ...]

    @property
    def waits_for(self) -> ShownStep | None:
        """The step it waits for; None where it waits for none any more."""
        return next((step for step in self.steps if step.is_next), None)


def shown(key: str, *, viewer: Viewer, everybody: bool = False) -> ShownProposal:
    """A proposal with everything in words; the next signers are those of the viewer's day.

    Args:
        key: of the proposal.
        viewer: who looks; where his task lifts masks, numbers stand in full, to be compared with the papers.
        everybody: whether all people are listed, not only the first ones that the preview keeps.
    Raises:
        Refused: no such proposal.
        MayNotLook: none of his posts sees such acts, or it concerns somebody from whom he stays away.
    """
    return in_words(proposal_seen(key, viewer=viewer), viewer=viewer, everybody=everybody)


def proposal_seen(key: str, *, viewer: Viewer) -> Proposal:
    """The row of a proposal for who may see it. Raises as ``shown``."""
    row = Proposal.objects.filter(key=key).first()
    if row is None:
        raise Refused(f"没有编号为 {veiled(key)} 的申请")
    declaration = ACTS[row.code]
    viewer.require(declaration.audience, f"“{declaration.title}”的申请")
    if not concerned_in(row.concerns).isdisjoint(viewer.recused.keyed_numbers):
        raise MayNotLook(f"申请 {key} 涉及您应当回避的人员，不能查看，请交其他岗位人员办理")
    return row


def in_words(
    row: Proposal, *, viewer: Viewer, everybody: bool = False, signers: Signers | None = None
) -> ShownProposal:
    """A proposal that the viewer may see, in words; ``signers`` where they were asked already."""
    declaration, numbers = ACTS[row.code], bool(viewer.lifted)
    preview, cases = json.loads(row.preview), json.loads(row.arguments)
    if numbers:
        viewer.looks_at(people_named(declaration.questions, cases), f"申请 {row.key}", approved=True)
    proposed = row.proposed_at.astimezone(LOCAL)
    told = vars(told_of(preview))
    if everybody:
        told = told | {"people": all_people(row)}
    return ShownProposal(
        **told,
        key=row.key,
        hash=row.hash,
        code=row.code,
        title=declaration.title,
        purpose=declaration.purpose,
        source=declaration.source,
        about=str(declaration.about.value),
        state=str(row.state),
        state_words=str(State(row.state).label),
        case_ref=row.case_ref,
        business_date=row.business_date,
        proposed_at=proposed,
        days_back=(proposed.date() - row.business_date).days,
        due_date=row.due_date,
        due_words=_due(row, declaration),
        undone_by=undone_by(declaration),
        papers=tuple(Asked(paper.title, paper.required) for paper in declaration.papers),
        second_factor=declaration.second_factor,
        steps=steps_of(row, preview["steps"], signers or signers_of(row, viewer.day)),
        cases=tuple(stated(declaration.questions, case, numbers=numbers) for case in cases),
        sums=sums(preview["changes"]),
        result=results(declaration.gives, preview["result"]),
    )


def _due(row: Proposal, declaration: Declaration) -> str:
    """Until when the act must be done; that no law says so, or that calendar or checked law do not reach so far."""
    if row.due_date is not None:
        return row.due_date.isoformat()
    name, _, entry = (declaration.deadline or "").partition(":")
    try:
        value: Any = law(row.business_date).value(name) if name else None
    except NoLawForDay as silent:
        return str(silent)
    workdays = value.get(entry) if entry and value else value
    return f"{workdays}个工作日，节假日安排尚未公布，日期待定" if workdays else NO_DEADLINE


# ── The chain ──


def steps_of(row: Proposal, bound: Sequence[Sequence[str]], signers: Signers) -> tuple[ShownStep, ...]:
    """Every step the hash binds: who took it and when, or who may take it next."""
    taken = {step.step: step for step in Signature.objects.filter(proposal=row).order_by("step")}
    names = names_of_staff()
    return tuple(
        _taken(number, role, taken[number], names)
        if number in taken
        else _open(row, number, role, taker_of(post).label, signers, names)
        for number, (role, post) in enumerate(bound)
    )


def names_of_staff() -> dict[str, str]:
    """Everybody's name by staff code."""
    return dict(Staff.objects.order_by("id").values_list("code", "name"))


def _taken(number: int, role: str, step: Signature, names: Mapping[str, str]) -> ShownStep:
    return ShownStep(
        step=number,
        role=ROLES[role],
        post=LABELS[Post(step.post)],
        by=step.person,
        name=names.get(step.person, ""),
        on=step.business_date,
        at=step.signed_at.astimezone(LOCAL),
        decision=str(step.get_decision_display()) if number else "提出",
        reason=step.reason,
    )


def _open(row: Proposal, number: int, role: str, post: str, signers: Signers, names: Mapping[str, str]) -> ShownStep:
    waits = row.state == State.PENDING and number == row.next_step
    free = tuple(Colleague(code, names.get(code, "")) for code in signers.may_sign(row)) if waits else None
    return ShownStep(step=number, role=ROLES[role], post=post, next=free)
