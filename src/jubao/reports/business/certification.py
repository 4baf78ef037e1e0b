"""Who must still prove that they live (资格认证): by month of expiry and township, overdue, and held for want of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from jubao.records.models import AwardEvent, Certification
from jubao.reports.business.named import TAIL, Named
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import FigureValue
from jubao.reports.figures.place import place_names
from jubao.reports.figures.state_on_day import Kind, lawful
from jubao.reports.viewers import people_seen
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import CertificationMethod, RelationState, SuspensionReason
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, Viewer

CERTIFYING = SEARCHING - {Post.CASHIER}
"""Posts that see who is certified (controls e.2, rows 12 and 36)."""
FIGURES = tuple(f"certification.{name}" for name in ("due", "valid", "overdue", "rate", "certified", "held"))
AHEAD = 3
"""Months ahead that are told one by one."""
LONGEST_OVERDUE = 20


@dataclass(frozen=True)
class Overdue:
    """Somebody paid without a valid certification: the last one (None where there is none), and since which month it is over."""

    who: Named
    certified: date | None
    method: str
    since: int | None


@dataclass(frozen=True)
class TownshipLine:
    """A township: people drawing now, by when their certification runs out.

    Attributes:
        code, name: of the township.
        people: everybody who draws there.
        never: without any certification; overdue: with one that ran out before this month.
        by_month: running out in this month and those after it, in the order of ``Certifications.months``.
        later: after those; held: suspended for want of a certification.
    """

    code: str
    name: str
    people: int
    never: int
    overdue: int
    by_month: tuple[int, ...]
    later: int
    held: int


@dataclass(frozen=True)
class Certifications:
    """Certification on a day.

    Attributes:
        day: of the viewer; cycle: months a certification is good for, None where nobody verified the law.
        figures: the named figures of certification, where the viewer sees the whole office.
        months: this month and the ones told one by one.
        townships: a line each; total: all of them.
        longest: who is paid longest without one, the first few; left_out: of these, how many the viewer does not see.
    """

    day: date
    cycle: int | None
    figures: tuple[FigureValue, ...]
    months: tuple[int, ...]
    townships: tuple[TownshipLine, ...]
    total: TownshipLine
    longest: tuple[Overdue, ...]
    left_out: int


def certifications(*, viewer: Viewer) -> Certifications:
    """Certification as it stands, of the viewer's divisions.

    Raises:
        MayNotLook: none of his posts has to do with it.
    """
    viewer.require(CERTIFYING, "资格认证")
    cycle = lawful("certification.cycle_months", viewer.day)
    now = months.of(viewer.day)
    ahead = tuple(months.add(now, step) for step in range(AHEAD))
    counted = _counted(viewer, int(cycle), ahead) if cycle else {}
    held = _held(viewer)
    places = place_names()
    lines = tuple(
        _line(code, places.get(code, (code, code))[1], counted.get(code, {}), held.get(code, 0), ahead)
        for code in sorted(counted.keys() | held.keys())
    )
    longest, hidden = _longest(viewer, int(cycle), places) if cycle else ((), 0)
    return Certifications(
        day=viewer.day,
        cycle=int(cycle) if cycle else None,
        figures=_figures(viewer),
        months=ahead,
        townships=lines,
        total=_total(lines, len(ahead)),
        longest=longest,
        left_out=hidden,
    )


def _figures(viewer: Viewer) -> tuple[FigureValue, ...]:
    """The named figures; none for who answers for some divisions, since they add up the whole office."""
    return tuple(Reading(viewer.day.year, viewer.day).all(FIGURES)) if viewer.is_everywhere else ()


def _drawing(viewer: Viewer) -> "QuerySet[Any]":
    """Everybody of the viewer's divisions who draws now, with the day of the last certification."""
    last = Certification.objects.filter(person=OuterRef("pk")).order_by("-certified_date", "-pk")
    drawing = people_seen(viewer).filter(state=str(RelationState.DRAWING), merged_into__isnull=True)
    return drawing.annotate(certified=Subquery(last.values("certified_date")[:1]))


Buckets = dict[int | None, int]


def _counted(viewer: Viewer, cycle: int, ahead: Sequence[int]) -> dict[str, Buckets]:
    """By township and month of expiry, how many draw: 0 stands for months before this one, the last month for those after."""
    rows = _drawing(viewer).annotate(month=TruncMonth("certified")).order_by().values_list("township", "month")
    found: dict[str, Buckets] = {}
    for township, month, people in rows.annotate(people=Count("pk")):
        due = None if month is None else months.add(months.of(month), cycle)
        bucket = due if due is None or due in ahead else 0 if due < ahead[0] else months.add(ahead[-1], 1)
        buckets = found.setdefault(township, {})
        buckets[bucket] = buckets.get(bucket, 0) + people
    return found


def _held(viewer: Viewer) -> dict[str, int]:
    """By township, how many are suspended for want of a certification."""
    last = AwardEvent.objects.filter(award__person=OuterRef("pk")).order_by("-pk")
    paused = (
        people_seen(viewer)
        .filter(state=str(RelationState.DRAWING_PAUSED))
        .annotate(kind=Subquery(last.values("kind")[:1]), reason=Subquery(last.values("reason")[:1]))
    )
    wanted = paused.filter(kind=Kind.SUSPENDED, reason=str(SuspensionReason.NO_PROOF_OF_LIFE))
    return dict(wanted.order_by().values_list("township").annotate(people=Count("pk")))


def _line(code: str, name: str, buckets: Buckets, held: int, ahead: Sequence[int]) -> TownshipLine:
    return TownshipLine(
        code=code,
        name=name,
        people=sum(buckets.values()),
        never=buckets.get(None, 0),
        overdue=buckets.get(0, 0),
        by_month=tuple(buckets.get(month, 0) for month in ahead),
        later=buckets.get(months.add(ahead[-1], 1), 0),
        held=held,
    )


def _total(lines: Sequence[TownshipLine], ahead: int) -> TownshipLine:
    return TownshipLine(
        code="",
        name="",
        people=sum(one.people for one in lines),
        never=sum(one.never for one in lines),
        overdue=sum(one.overdue for one in lines),
        by_month=tuple(sum(one.by_month[place] for one in lines) for place in range(ahead)),
        later=sum(one.later for one in lines),
        held=sum(one.held for one in lines),
    )


def _longest(viewer: Viewer, cycle: int, places: dict[str, tuple[str, str]]) -> tuple[tuple[Overdue, ...], int]:
    """Who draws longest without a valid certification, none before any."""
    good_from = months.first_day(months.add(months.of(viewer.day), -cycle))
    last = Certification.objects.filter(person=OuterRef("pk")).order_by("-certified_date", "-pk")
    people = _drawing(viewer).annotate(method=Subquery(last.values("method")[:1]))
    late = (people.filter(certified__isnull=True) | people.filter(certified__lt=good_from)).order_by(
        F("certified").asc(nulls_first=True), "pk"
    )[:LONGEST_OVERDUE]
    rows = list(late.values_list("pk", "name", "resident_number", "division", "certified", "method"))
    seen = tuple(_overdue(rows, viewer, cycle, places))
    return seen, len(rows) - len(seen)


def _overdue(
    rows: Sequence[tuple[Any, ...]], viewer: Viewer, cycle: int, places: dict[str, tuple[str, str]]
) -> Iterator[Overdue]:
    for key, name, number, division, certified, method in rows:
        if number not in viewer.recused:
            township, village = places.get(division, (division, division))
            since = months.add(months.of(certified), cycle + 1) if certified else None
            label = CertificationMethod(method).label if method else ""
            yield Overdue(Named(key, name, number[-TAIL:], township, village), certified, label, since)
