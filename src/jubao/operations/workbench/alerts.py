"""Alerts that nobody has answered yet: what was noticed, who must answer it, and by when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.seen.makers import makes
from jubao.records.models import Alert, Person
from jubao.vocabulary.codes import AlertKind
from jubao.vocabulary.due import Due, due
from jubao.vocabulary.posts import LABELS, Post
from jubao.vocabulary.viewer import Viewer

State = Alert.State
ANSWER = "watch.close"
OVERSEEING = frozenset({Post.DIRECTOR, Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT, Post.AUDIT})
"""Posts that see every alert (controls e.2, row 42); the others see what they must answer themselves."""
PAGE, FEW, SLICE = 50, 3, 800


@dataclass(frozen=True)
class Named:
    """Somebody an alert names: key and name in the register."""

    key: int
    name: str


@dataclass(frozen=True)
class OpenAlert:
    """One alert that waits for an answer.

    Attributes:
        key: of the row; kind, label: what kind; subject: about what; text: what was noticed.
        month: YYYYMM; found_on: the day it was raised; days: how old it is, in days.
        state_words: 待处理 or 已上报; people: how many people it names; named: the first of them.
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
    named: tuple[Named, ...]
    owner: str
    is_mine: bool
    due: Due | None
    case: tuple[tuple[str, str], ...]


Known = dict[str, tuple[Named, str]]
"""By personal number, somebody an alert names, and his resident number, which is compared and never shown."""


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
    recused = bool(viewer.recused.keyed_numbers)
    known = _known(found) if recused else {}
    seen = [row for row in found if not _is_near(row, known, viewer)] if recused else found
    places = {row.pk: place for place, row in enumerate(seen, start=1)}
    first = places.get(after or 0, 0)
    some = seen[first : first + limit]
    known = known or _known(some)
    answering = ACTS[ANSWER]
    return Alerts(
        rows=tuple(_told(row, known, viewer) for row in some),
        count=len(seen),
        late=sum(row.due_date is not None and row.due_date < viewer.day for row in seen),
        mine=sum(row.owner_post in viewer.posts for row in seen),
        may_answer=makes(answering, viewer),
        answerer=answering.maker.label,
        left_out=len(found) - len(seen),
        after=some[-1].pk if some and len(seen) > first + limit else None,
    )


def _known(rows: Sequence[Alert]) -> Known:
    """By personal number, everybody whom some alerts name, with his resident number to be compared."""
    wanted = sorted({number for row in rows for number in _people(row)})
    found = {}
    for start in range(0, len(wanted), SLICE):
        people = Person.objects.filter(personal_number__in=wanted[start : start + SLICE]).order_by("pk")
        for personal, key, name, number in people.values_list("personal_number", "pk", "name", "resident_number"):
            found[personal] = (Named(key, name), number)
    return found


def _is_near(row: Alert, known: Known, viewer: Viewer) -> bool:
    """Whether an alert names somebody from whom the viewer stays away."""
    return any(number in known and known[number][1] in viewer.recused for number in _people(row))


def _people(row: Alert) -> list[str]:
    """The personal numbers an alert names."""
    return [str(number) for number in json.loads(row.details or "{}").get("people", ())]


def _told(row: Alert, known: Known, viewer: Viewer) -> OpenAlert:
    about = () if row.subject.isdigit() else (("subject", row.subject),)  # a person's number stands in no address
    people = _people(row)
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
        people=len(people),
        named=tuple(known[number][0] for number in people[:FEW] if number in known),
        owner=LABELS[Post(row.owner_post)],
        is_mine=row.owner_post in viewer.posts,
        due=due(row.due_date, on=viewer.day),
        case=(("kind", row.kind), ("month", str(row.month)), *about),
    )
