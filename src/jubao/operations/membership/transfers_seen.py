"""Relations that move in and out (关系转移), and registrations that wait, as a page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.operations.envelope.seen.pending import waiting
from jubao.records.models import Payout, Transfer
from jubao.records.payments import PAYOUT_STATES
from jubao.reports.business.named import TAIL, Named
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import FigureValue
from jubao.reports.figures.place import place_names
from jubao.reports.viewers import people_seen
from jubao.vocabulary.codes.membership import TransferIn, TransferOut
from jubao.vocabulary.viewer import SEARCHING, Viewer

MOVING = SEARCHING - {Post.CASHIER}
"""Posts that see transfers (controls e.2, rows 2, 10 and 36)."""
FIGURES = tuple(f"transfers.{name}" for name in ("amount_in", "amount_out", "cross_province_out"))
ACTS = ("transfer.receive", "transfer.send", "enrolment.enrol")
"""Acts whose proposals are registrations that wait, or moves."""
ON_A_PAGE = 50
KINDS = {str(code): code.label for codes in (TransferIn, TransferOut) for code in codes}
STATES = dict(PAYOUT_STATES)
TAGS = {"DUE": "warn", "ORDERED": "work", "PAID": "ok", "FAILED": "stop", "VOID": ""}
IN, OUT = "IN", "OUT"
DIRECTIONS = ("", IN, OUT)


@dataclass(frozen=True)
class Waiting:
    """A proposal that waits: its key, what it is, who made it and when, whose turn it is, by when, and whether that is over."""

    key: str
    title: str
    maker: str
    on: date
    waits_for: str
    due: date | None
    is_late: bool


@dataclass(frozen=True, order=True)
class KindTotal:
    """Moves of the year of one direction and kind: how many, and how much money."""

    direction: str
    kind: str
    count: int
    fen: int


@dataclass(frozen=True)
class MoveLine:
    """A move: which way, who, of which kind, from or to which agency, when, years and money; for one out, its payment."""

    key: int
    is_in: bool
    who: Named
    kind: str
    agency: str
    on: date
    years: int
    fen: int
    state: str
    tag: str


@dataclass(frozen=True)
class Moves:
    """Moves of the viewer's year.

    Attributes:
        year: of the figures; figures: the named ones, none where the viewer sees some divisions only.
        waiting: proposals that wait, the earliest due first; hidden: those about people he stays away from.
        kinds: the year by direction and kind; direction: the one asked for, empty for both.
        lines: a page of all moves, the latest first; after: where the next one begins, else None; left_out: recused.
        acts: what may be begun.
    """

    year: int
    figures: tuple[FigureValue, ...]
    waiting: tuple[Waiting, ...]
    hidden: int
    kinds: tuple[KindTotal, ...]
    direction: str
    lines: tuple[MoveLine, ...]
    after: int | None
    left_out: int
    acts: tuple[OfferedAct, ...]


def moves(*, viewer: Viewer, direction: str = "", after: str = "") -> Moves | None:
    """Moves in and out and what waits, of the viewer's divisions; None where what is asked is not understood.

    Args:
        direction: ``IN``, ``OUT`` or empty for both; after: key of the last move of the page before.
    Raises:
        MayNotLook: none of his posts sees transfers.
    """
    viewer.require(MOVING, "关系转移")
    if direction not in DIRECTIONS or (after and not after.isdecimal()):
        return None
    rows = _moves(viewer)
    year = rows.filter(act__business_date__gte=date(viewer.day.year, 1, 1)).order_by()
    counted = year.values_list("direction", "kind").annotate(n=Count("pk"), fen=Sum("amount_fen"))
    kinds = sorted(KindTotal(way, KINDS[kind], n, int(fen)) for way, kind, n, fen in counted)
    rows = rows.filter(direction=direction) if direction else rows
    rows = rows.filter(pk__lt=int(after)) if after else rows
    paid = Payout.objects.filter(person=OuterRef("person"), kind=Payout.Kind.TRANSFER, act=OuterRef("act"))
    page = list(
        rows.select_related("person", "act")
        .annotate(paid=Subquery(paid.order_by("-pk").values("state")[:1]))
        .order_by("-pk")[: ON_A_PAGE + 1]
    )
    shown = page[:ON_A_PAGE]
    near = [row for row in shown if row.person.resident_number not in viewer.recused]
    found, hidden = waiting(viewer)
    return Moves(
        year=viewer.day.year,
        figures=tuple(Reading(viewer.day.year, viewer.day).all(FIGURES)) if viewer.is_everywhere else (),
        waiting=tuple(_waiting(one, viewer) for one in found if one["code"] in ACTS),
        hidden=hidden,
        kinds=tuple(kinds),
        direction=direction,
        lines=_lines(near),
        after=shown[-1].pk if len(page) > ON_A_PAGE else None,
        left_out=len(shown) - len(near),
        acts=tuple(act for act in offered(viewer, about=About.PERSON, answers={}) if act.code in ACTS),
    )


def _moves(viewer: Viewer) -> "QuerySet[Transfer]":
    rows = Transfer.objects.all()
    return rows if viewer.is_everywhere else rows.filter(person__in=people_seen(viewer))


def _waiting(one: Mapping[str, Any], viewer: Viewer) -> Waiting:
    due = date.fromisoformat(one["due_date"]) if one["due_date"] else None
    return Waiting(
        key=one["key"],
        title=one["title"],
        maker=one["maker"],
        on=date.fromisoformat(one["business_date"]),
        waits_for=one["waits_for"],
        due=due,
        is_late=due is not None and due < viewer.day,
    )


def _lines(rows: Sequence[Transfer]) -> tuple[MoveLine, ...]:
    places = place_names() if rows else {}
    found = []
    for row in rows:
        who, state = row.person, vars(row)["paid"] or ""
        place = places.get(who.division, (who.division, who.division))
        found.append(
            MoveLine(
                key=row.pk,
                is_in=row.direction == IN,
                who=Named(who.pk, who.name, who.resident_number[-TAIL:], *place),
                kind=KINDS[row.kind],
                agency=row.agency,
                on=row.act.business_date,
                years=row.years,
                fen=row.amount_fen,
                state=STATES.get(state, ""),
                tag=TAGS.get(state, ""),
            )
        )
    return tuple(found)
