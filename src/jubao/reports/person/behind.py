"""The proposal behind an event of the chain: what was done, who proposed and signed it, and whether the viewer may open it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from jubao.records.models import Proposal, Signature, Staff
from jubao.vocabulary.posts import LABELS, Post
from jubao.vocabulary.viewer import Viewer

Declared = Callable[[str], tuple[str, frozenset[Post]]]
"""By code, an act's title and the posts that may see its proposals; who declares acts tells it."""


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


def cases_behind(events: Iterable[int], declared: Declared, *, viewer: Viewer) -> dict[int, Case]:
    """The case that each of some events executed, by event, from two statements.

    Args:
        events: numbers of events; declared: tells of an act's code.
        viewer: who asks; a case of acts that none of his posts sees is told without its key.
    """
    wanted = sorted(set(events))
    last = Signature.objects.filter(act__in=wanted, state_after=Proposal.State.EXECUTED)
    executed = dict(last.order_by("pk").values_list("proposal_id", "act_id"))
    steps = Signature.objects.filter(proposal__in=list(executed)).select_related("proposal")
    found = cases_of(list(steps.order_by("proposal_id", "step")), declared, viewer=viewer)
    return {executed[key]: case_at(case, executed[key]) for key, case in found.items()}


def case_at(case: Case, event: int) -> Case:
    """A case with the event that executed it."""
    return Case(case.code, case.title, case.key, case.on, case.state, case.is_done, case.steps, event)


def cases_of(steps: list[Signature], declared: Declared, *, viewer: Viewer) -> dict[int, Case]:
    """Cases by the key of their proposal, from all their steps in order, each with its proposal read beside it."""
    names = names_of_staff()
    found: dict[int, Case] = {}
    for proposal, own in _by_proposal(steps).items():
        row = own[0].proposal
        title, posts = declared(row.code)
        told = tuple(
            Step(
                one.step,
                LABELS.get(Post(one.post), one.post) if one.post in LABELS else one.post,
                names.get(one.person, one.person),
                one.business_date,
                one.decision == "AGREE",
                one.reason,
            )
            for one in own
        )
        state, key = Proposal.State(row.state), row.key if viewer.posts & posts else ""
        is_done = state is Proposal.State.EXECUTED
        found[proposal] = Case(row.code, title, key, row.business_date, str(state.label), is_done, told, 0)
    return found


def _by_proposal(steps: list[Signature]) -> dict[int, list[Signature]]:
    found: dict[int, list[Signature]] = {}
    for one in steps:
        found.setdefault(one.proposal_id, []).append(one)
    return found


def names_of_staff() -> dict[str, str]:
    """Everybody of the office by code."""
    return dict(Staff.objects.order_by("pk").values_list("code", "name"))
