"""The proposal behind an event of the chain: what was done, who proposed and signed it, and whether the viewer may open it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import F, OuterRef, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from jubao.records.models import Proposal, Signature, Staff
from jubao.vocabulary.posts import LABELS, Post
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class DeclaredAct:
    """What is told of an act here: its title, the posts that may see its proposals, and the posts of its chain in order."""

    title: str
    audience: frozenset[Post]
    chain: tuple[Post, ...]


Declared = Callable[[str], DeclaredAct]
"""What an act declares, by its code; whoever declares acts tells it."""
UNREAD = tuple(f"proposal__{name}" for name in ("preview", "marks", "arguments", "concerns"))
"""What of a proposal is large and not told here."""


@dataclass(frozen=True)
class Step:
    """One step somebody took: role and post as labels, name, day, and whether he agreed."""

    step: int
    post: str
    name: str
    on: date
    agreed: bool
    reason: str


@dataclass(frozen=True)
class Case:
    """What was done in one proposal.

    Attributes:
        code, title: the act; key: of the proposal, empty where the viewer may not open it.
        on: business date; state: label; is_done: whether it was executed; steps: who took which.
        event: number of the event that executed it, 0 where none did.
    """

    code: str
    title: str
    key: str
    on: date
    state: str
    is_done: bool
    steps: tuple[Step, ...]
    event: int


def cases_behind(
    events: Iterable[int] | RawSQL, declared: Declared, *, viewer: Viewer, most: int | None = None
) -> dict[int, Case]:
    """The case that each of some events executed, by event, the latest first, from two statements.

    Args:
        events: numbers of events, or a query of them; declared: tells of an act's code.
        viewer: who asks; a case of acts that none of his posts sees is told without its key.
        most: how many, the latest; all when left out.
    """
    executed = executed_in(events, most=most)
    found = cases_of(executed.values(), declared, viewer=viewer)
    return {event: replace(found[key], event=event) for event, key in executed.items()}


def executed_in(events: Iterable[int] | RawSQL, *, most: int | None = None) -> dict[int, int]:
    """By event, the latest first, the key of the proposal it executed."""
    last = Signature.objects.filter(act__in=events, state_after=Proposal.State.EXECUTED)
    return dict(last.order_by("-act_id").values_list("act_id", "proposal_id")[:most])


def cases_of(proposals: Iterable[int], declared: Declared, *, viewer: Viewer) -> dict[int, Case]:
    """Cases by the key of their proposal, with everybody who took a step, from one statement."""
    named = Staff.objects.filter(code=OuterRef("person")).values("name")[:1]
    rows = Signature.objects.filter(proposal__in=list(proposals)).select_related("proposal")
    rows = rows.annotate(name=Coalesce(Subquery(named), F("person"))).defer("result", "signed", *UNREAD)
    steps = list(rows.order_by("proposal_id", "step"))
    found: dict[int, Case] = {}
    for proposal, own in _by_proposal(steps).items():
        row = own[0].proposal
        act = declared(row.code)
        told = tuple(
            Step(
                one.step,
                LABELS[Post(one.post)] if one.post in LABELS else one.post,
                vars(one)["name"],
                one.business_date,
                one.decision == "AGREE",
                one.reason,
            )
            for one in own
        )
        state, key = Proposal.State(row.state), row.key if viewer.posts & act.audience else ""
        is_done = state is Proposal.State.EXECUTED
        found[proposal] = Case(row.code, act.title, key, row.business_date, str(state.label), is_done, told, 0)
    return found


def _by_proposal(steps: Sequence[Signature]) -> dict[int, list[Signature]]:
    found: dict[int, list[Signature]] = {}
    for one in steps:
        found.setdefault(one.proposal_id, []).append(one)
    return found
