"""Proposals about somebody that wait for a signature: what is asked for, by whom, and who must sign next."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from jubao.records.keyed_numbers import keyed
from jubao.records.models import Person, Proposal, Staff
from jubao.reports.person.behind import Declared, DeclaredAct
from jubao.vocabulary.both import Both
from jubao.vocabulary.saying import day_said, post_said, sentence
from jubao.vocabulary.viewer import Viewer


@dataclass(frozen=True)
class Waiting:
    """One proposal that waits.

    Attributes:
        title: of the act; told: who proposed it when and who must sign next, in a sentence.
        key: of the proposal, empty where the viewer may not see such acts; is_mine: whether a post of his signs next.
        due: by when the act must be done, None where no law says so.
    """

    title: str
    told: Both
    key: str
    is_mine: bool
    due: date | None


def about(person: Person, *states: Proposal.State) -> "QuerySet[Proposal]":
    """Proposals in some states that concern somebody; a list that a rule chose concerns nobody in particular."""
    return Proposal.objects.filter(state__in=states, concerns__contains=keyed(person.resident_number)).order_by("-pk")


def waiting_about(person: Person, declared: Declared, *, viewer: Viewer) -> tuple[Waiting, ...]:
    """What waits about somebody, the latest first, from one statement."""
    named = Staff.objects.filter(code=OuterRef("maker")).values("name")[:1]
    rows = about(person, Proposal.State.PENDING).annotate(maker_name=Coalesce(Subquery(named), F("maker")))
    return tuple(_told(row, declared(row.code), viewer) for row in rows.defer("preview", "marks", "arguments"))


def _told(row: Proposal, act: DeclaredAct, viewer: Viewer) -> Waiting:
    following = act.chain[row.next_step - 1] if 0 < row.next_step <= len(act.chain) else None
    told = sentence(
        "{title}由{name}于{day}提出，待{post}签署",
        "{title} was proposed by {name} on {day} and waits for {post}",
        title=act.title,
        name=vars(row)["maker_name"],
        day=day_said(row.business_date),
        post=post_said(following or ""),
    )
    key = row.key if viewer.posts & act.audience else ""
    return Waiting(act.title, told, key, following in viewer.posts, row.due_date)
