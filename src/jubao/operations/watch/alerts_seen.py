"""What the monthly watch found (预警) as a page shows it: by kind, by owner, the oldest first."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.records.models import Alert, AlertEvent, Person
from jubao.vocabulary.codes import AlertKind
from jubao.vocabulary.viewer import SEARCHING, Viewer

WATCHED_BY = frozenset({Post.DIRECTOR, Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT, Post.AUDIT})
"""Posts that see every alert (controls e.2, row 42); any other sees those it owns."""
SEEING = SEARCHING
ON_A_PAGE = 50
State = Alert.State
TAGS = {State.OPEN: "warn", State.ESCALATED: "stop", State.CLOSED: "ok"}


@dataclass(frozen=True)
class KindCount:
    """How many alerts of a kind are open, and how many of these are past their day."""

    kind: str
    words: str
    open: int
    late: int


@dataclass(frozen=True)
class AlertLine:
    """One alert.

    Attributes:
        kind: in words; subject: what or whom it is about; person: key of that person, where it is one of the register.
        month: it belongs to; text: what was found; state, tag: where it stands; note: what was done last.
        owner: whose turn it is; due: by when; days: since that day, where it is over.
    """

    kind: str
    subject: str
    person: int | None
    month: int
    text: str
    state: str
    tag: str
    note: str
    owner: str
    due: date | None
    days: int


@dataclass(frozen=True)
class Watched:
    """Open alerts.

    Attributes:
        kinds: what is open by kind, the most first; kind: the one asked for, empty for all.
        lines: a page, the earliest due first; after: where the next one begins, else empty.
        open, late: all of them; left_out: of the page, those about people the viewer stays away from.
        sees_all: whether he sees every alert, not only those his posts own; acts: to run the watch and to close an alert.
    """

    kinds: tuple[KindCount, ...]
    kind: str
    lines: tuple[AlertLine, ...]
    after: str
    open: int
    late: int
    left_out: int
    sees_all: bool
    acts: tuple[OfferedAct, ...]


def watched(*, viewer: Viewer, kind: str = "", after: str = "") -> Watched | None:
    """The open alerts this viewer sees, the earliest due first; None where what is asked is not understood.

    Args:
        kind: only of this kind; after: due day and key of the last one of the page before, ``2017-05-02.17``.
    Raises:
        MayNotLook: he configures rights, or answers for some divisions only.
    """
    viewer.require(SEEING, "预警")
    viewer.require_everywhere("预警")
    place = _place(after)
    if kind not in {"", *map(str, AlertKind)} or place is None:
        return None
    sees_all = bool(viewer.posts & WATCHED_BY)
    of_viewer = Alert.objects.exclude(state=State.CLOSED)
    if not sees_all:
        of_viewer = of_viewer.filter(owner_post__in=sorted(viewer.posts))
    counted = (
        of_viewer.order_by()
        .values_list("kind")
        .annotate(open=Count("pk"), late=Count("pk", filter=Q(due_date__lt=viewer.day)))
    )
    kinds = [KindCount(code, AlertKind(code).label, n, late) for code, n, late in counted]
    kinds.sort(key=lambda one: (-one.open, one.kind))
    rows = _behind(of_viewer.filter(kind=kind) if kind else of_viewer, place)
    page = list(rows.order_by("due_date", "pk")[: ON_A_PAGE + 1])
    shown = page[:ON_A_PAGE]
    lines = tuple(_lines(shown, viewer))
    last = shown[-1] if len(page) > ON_A_PAGE else None
    may = offered(viewer, about=(About.MONTH, About.ALERT), answers={})
    return Watched(
        kinds=tuple(kinds),
        kind=kind,
        lines=lines,
        after=f"{last.due_date}.{last.pk}" if last else "",
        open=sum(one.open for one in kinds),
        late=sum(one.late for one in kinds),
        left_out=len(shown) - len(lines),
        sees_all=sees_all,
        acts=tuple(act for act in may if act.code in {"watch.run", "watch.close"}),
    )


Place = tuple[date, int] | tuple[()]


def _place(after: str) -> Place | None:
    """Where a page begins; empty at the first one, None where it is not understood."""
    if not after:
        return ()
    day, _, key = after.partition(".")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def _behind(rows: "QuerySet[Alert]", place: Place) -> "QuerySet[Alert]":
    if not place:
        return rows
    day, key = place
    return rows.filter(Q(due_date__gt=day) | Q(due_date=day, pk__gt=key))


def _lines(rows: Sequence[Alert], viewer: Viewer) -> Iterator[AlertLine]:
    """Alerts in words; those about somebody from whom the viewer stays away are left out."""
    named = {row.pk: list(json.loads(row.details).get("people", ())) for row in rows}
    wanted = {number for numbers in named.values() for number in numbers}
    known = Person.objects.filter(personal_number__in=wanted).order_by("pk")
    people = {
        number: (key, resident)
        for key, number, resident in known.values_list("pk", "personal_number", "resident_number")
    }
    notes = _notes([row.pk for row in rows])
    for row in rows:
        if any(number in people and people[number][1] in viewer.recused for number in named[row.pk]):
            continue
        state = State(row.state)
        late = (viewer.day - row.due_date).days if row.due_date else 0
        yield AlertLine(
            kind=AlertKind(row.kind).label,
            subject=row.subject,
            person=people[row.subject][0] if row.subject in people else None,
            month=row.month,
            text=row.text,
            state=str(state.label),
            tag=TAGS[state],
            note=notes.get(row.pk, ""),
            owner=Post(row.owner_post).label if row.owner_post else "",
            due=row.due_date,
            days=max(late, 0),
        )


def _notes(alerts: Sequence[int]) -> dict[int, str]:
    """What was said last of each."""
    return dict(AlertEvent.objects.filter(alert__in=alerts).order_by("pk").values_list("alert_id", "note"))
