"""Alerts that nobody has answered yet: what was noticed, who must answer it, and by when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.declaration import ACTS
from jubao.records.models import Alert, Person
from jubao.vocabulary.codes import AlertKind
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.posts import LABELS, Post
from jubao.vocabulary.viewer import Viewer

State = Alert.State
ANSWER = "watch.close"
OVERSEEING = frozenset({Post.DIRECTOR, Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT, Post.AUDIT})
"""Posts that see every alert (controls e.2, row 42); the others see what they must answer themselves."""
PAGE = 50


@dataclass(frozen=True)
class OpenAlert:
    """One alert that waits for an answer.

    Attributes:
        key: of the row; kind, label: what kind; subject: about what; text: what was noticed.
        month: YYYYMM; found_on: the day it was raised; days: how old it is, in days.
        state_words: 待处理 or 已上报; people: how many people it names.
        owner: the post that must answer, in words; is_mine: whether the viewer holds it; due: by when.
        case: what is known of the answer already, for its form; no number of a person stands in it.
    """

    key: int
    kind: str
    label: str
    subject: str
    text: str
    month: int
    found_on: date
    days: int
    state_words: str
    people: int
    owner: str
    is_mine: bool
    due: Due | None
    case: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Alerts:
    """A page of open alerts, the earliest due first: the rows, how many, how many of them late or the viewer's own.

    ``may_answer`` says whether one of his posts proposes the answer; ``answerer`` which post does; ``left_out`` how many
    he does not see because he stays away from whom they name.
    """

    rows: tuple[OpenAlert, ...]
    count: int
    late: int
    mine: int
    may_answer: bool
    answerer: str
    left_out: int
    after: int | None


def open_alerts(*, viewer: Viewer, after: int | None = None, limit: int = PAGE) -> Alerts:
    """Alerts without an answer that the viewer may see: his own to answer, and all of them for who oversees.

    Args:
        viewer: who looks, on which day.
        after: key of the last row of the page before.
    """
    rows = Alert.objects.exclude(state=State.CLOSED).select_related("act").order_by("due_date", "id")
    if not viewer.posts & OVERSEEING:
        rows = rows.filter(owner_post__in=sorted(viewer.posts))
    found = list(rows)
    seen = [row for row, hidden in zip(found, _hidden(found, viewer), strict=True) if not hidden]
    places = {row.pk: place for place, row in enumerate(seen, start=1)}
    first = places.get(after or 0, 0)
    some = seen[first : first + limit]
    taker = ACTS[ANSWER].maker
    return Alerts(
        rows=tuple(_told(row, viewer) for row in some),
        count=len(seen),
        late=sum(row.due_date is not None and row.due_date < viewer.day for row in seen),
        mine=sum(row.owner_post in viewer.posts for row in seen),
        may_answer=taker in viewer.posts,
        answerer=taker.label,
        left_out=len(found) - len(seen),
        after=some[-1].pk if some and len(seen) > first + limit else None,
    )


def _hidden(rows: Sequence[Alert], viewer: Viewer) -> list[bool]:
    """For each alert, whether it names somebody from whom the viewer stays away."""
    if not viewer.recused.keyed_numbers:
        return [False] * len(rows)
    named = [_people(row) for row in rows]
    wanted = sorted({number for some in named for number in some})
    numbers = Person.objects.filter(personal_number__in=wanted).order_by("pk")
    away = {
        personal for personal, own in numbers.values_list("personal_number", "resident_number") if own in viewer.recused
    }
    return [not away.isdisjoint(some) for some in named]


def _people(row: Alert) -> list[str]:
    """The personal numbers an alert names."""
    return [str(number) for number in json.loads(row.details or "{}").get("people", ())]


def _told(row: Alert, viewer: Viewer) -> OpenAlert:
    about = () if row.subject.isdigit() else (("subject", row.subject),)  # a person's number stands in no address
    return OpenAlert(
        key=row.pk,
        kind=row.kind,
        label=AlertKind(row.kind).label,
        subject=row.subject,
        text=row.text,
        month=row.month,
        found_on=row.act.business_date,
        days=(viewer.day - row.act.business_date).days,
        state_words=str(State(row.state).label),
        people=len(_people(row)),
        owner=LABELS[Post(row.owner_post)],
        is_mine=row.owner_post in viewer.posts,
        due=due(row.due_date, on=viewer.day),
        case=(("kind", row.kind), ("month", str(row.month)), *about),
    )
