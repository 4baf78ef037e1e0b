"""Money paid without a right as pages show it (追回): cases by age, what came back, instalments, and one case whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum

from jubao.operations.envelope.posts import Post
from jubao.records.models import Overpayment
from jubao.reports.business.named import TAIL, Named
from jubao.reports.business.years import window_of, years_offered
from jubao.reports.catalogue.reading import Reading
from jubao.reports.catalogue.recovery import AGES
from jubao.reports.figures.figure import FigureValue
from jubao.reports.figures.place import place_names
from jubao.reports.figures.recovered import instalments
from jubao.reports.figures.window import Window
from jubao.reports.viewers import people_seen
from jubao.vocabulary.codes.pension import OverpaymentReason
from jubao.vocabulary.viewer import SEARCHING, Viewer

RECOVERING = SEARCHING - {Post.CASHIER, Post.OFFICE, Post.COLLECTION}
"""Posts with a part in recovery or a look at it (controls e.2, rows 30, 31 and 36)."""
FUNNEL = (
    "audit.candidates",
    "audit.dead",
    "audit.overpaid_people",
    "audit.overpaid",
    "audit.recovered",
    "recovery.written_off",
    "audit.open",
)
"""From the suspicion to the money back: the named figures of the year."""
ON_A_PAGE = 50
REASONS = {str(code): code.label for code in OverpaymentReason}


@dataclass(frozen=True)
class Band:
    """Open cases of one age: in words, how many, and fen still open."""

    words: str
    cases: int
    fen: int


@dataclass(frozen=True)
class CaseLine:
    """A case in the list of cases.

    Attributes:
        key: opens it; who: whom it is about; reason: why it was paid without a right.
        fen, open_fen: claimed, and still open; days: since it was found; due: to be paid back by; is_late: after that day.
        has_demand, has_plan: whether a notice went out, and whether instalments are agreed.
    """

    key: int
    who: Named
    reason: str
    fen: int
    open_fen: int
    days: int
    due: date
    is_late: bool
    has_demand: bool
    has_plan: bool


@dataclass(frozen=True)
class Recoveries:
    """Recovery as it stands.

    Attributes:
        year: of the figures; years: those offered.
        funnel: from the suspicion to the money back, none where the viewer sees some divisions only.
        bands: open cases by age; open_cases, open_fen: all of them; late: past the day set for them.
        parts_late, parts_late_fen: instalments overdue.
        lines: a page of open cases, the earliest due first; after: where the next one begins, else empty.
        left_out: recused.
    """

    year: int
    years: tuple[int, ...]
    funnel: tuple[FigureValue, ...]
    bands: tuple[Band, ...]
    open_cases: int
    open_fen: int
    late: int
    parts_late: int
    parts_late_fen: int
    lines: tuple[CaseLine, ...]
    after: str
    left_out: int


def recoveries(*, viewer: Viewer, after: str = "", year: str = "") -> Recoveries | None:
    """Open cases, those first that are due first; None where what is asked is not understood.

    Args:
        after: due day and key of the last case of the page before, ``2017-05-02.17``; year: of the figures.
    Raises:
        MayNotLook: none of his posts has to do with recovery.
    """
    viewer.require(RECOVERING, "多发待遇追回")
    place, window = _place(after), window_of(year, viewer=viewer)
    if place is None or window is None:
        return None
    cases = cases_seen(viewer).filter(open_fen__gt=0)
    ages = list(
        cases.order_by().values_list("act__business_date", "due_date").annotate(n=Count("pk"), fen=Sum("open_fen"))
    )
    parts = _late_parts(viewer)
    rows = cases.filter(Q(due_date__gt=place[0]) | Q(due_date=place[0], pk__gt=place[1])) if place else cases
    counted = rows.select_related("person", "act").annotate(
        demands_sent=Count("demands", distinct=True), plans_agreed=Count("plans", distinct=True)
    )
    page = list(counted.order_by("due_date", "pk")[: ON_A_PAGE + 1])
    shown = page[:ON_A_PAGE]
    near = [row for row in shown if row.person.resident_number not in viewer.recused]
    last = shown[-1] if len(page) > ON_A_PAGE else None
    return Recoveries(
        year=window.year,
        years=years_offered(viewer),
        funnel=_funnel(window, viewer),
        bands=_bands(ages, viewer.day),
        open_cases=sum(n for _, _, n, _ in ages),
        open_fen=sum(fen for _, _, _, fen in ages),
        late=sum(n for _, due, n, _ in ages if due < viewer.day),
        parts_late=len(parts),
        parts_late_fen=sum(parts),
        lines=_lines(near, viewer),
        after=f"{last.due_date}.{last.pk}" if last else "",
        left_out=len(shown) - len(near),
    )


def _place(after: str) -> tuple[date, int] | tuple[()] | None:
    """Where a page begins; empty at the first one, None where it is not understood."""
    if not after:
        return ()
    day, _, key = after.partition(".")
    try:
        return date.fromisoformat(day), int(key)
    except ValueError:
        return None


def cases_seen(viewer: Viewer) -> "QuerySet[Overpayment]":
    """The cases about people of the viewer's divisions."""
    rows = Overpayment.objects.all()
    return rows if viewer.is_everywhere else rows.filter(person__in=people_seen(viewer))


def _funnel(window: Window, viewer: Viewer) -> tuple[FigureValue, ...]:
    """The named figures of the year; none for who answers for some divisions, since they add up the whole office."""
    return tuple(Reading(window.year, window.as_of).all(FUNNEL)) if viewer.is_everywhere else ()


def _bands(ages: Iterable[tuple[date, date, int, int]], day: date) -> tuple[Band, ...]:
    sums = {words: [0, 0] for _, _, _, words in AGES}
    for found, _, cases, fen in ages:
        days = max((day - found).days, 0)
        words = next(words for _, least, most, words in AGES if least <= days <= most)
        sums[words][0] += cases
        sums[words][1] += fen
    return tuple(Band(words, *sums[words]) for words in sums)


def _late_parts(viewer: Viewer) -> list[int]:
    """What of each overdue instalment is still to come, fen; of the whole office or of nobody."""
    if not viewer.is_everywhere:
        return []
    listed = instalments(Window(viewer.day.year, viewer.day))
    return [one.rest_fen for one in listed if one.overdue(viewer.day)]


def _lines(rows: Sequence[Overpayment], viewer: Viewer) -> tuple[CaseLine, ...]:
    places = place_names() if rows else {}
    return tuple(
        CaseLine(
            key=row.pk,
            who=named_of(row, places),
            reason=REASONS.get(row.reason, row.reason),
            fen=row.amount_fen,
            open_fen=row.open_fen,
            days=(viewer.day - row.act.business_date).days,
            due=row.due_date,
            is_late=row.due_date < viewer.day,
            has_demand=bool(vars(row)["demands_sent"]),
            has_plan=bool(vars(row)["plans_agreed"]),
        )
        for row in rows
    )


def named_of(row: Overpayment, places: dict[str, tuple[str, str]]) -> Named:
    """Whom a case is about."""
    who = row.person
    place = places.get(who.division, (who.division, who.division))
    return Named(who.pk, who.name, who.resident_number[-TAIL:], *place)
