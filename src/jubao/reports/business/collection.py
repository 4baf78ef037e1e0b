"""Contributions of a year as they come in (征缴): against the tasks, month by month, by township and village, file by file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractMonth

from jubao.records.models import Contribution, ContributionBatch
from jubao.reports.business.years import window_of, years_offered
from jubao.reports.catalogue.reading import Reading
from jubao.reports.catalogue.register import received
from jubao.reports.figures.figure import FigureValue
from jubao.reports.figures.place import place_names
from jubao.reports.figures.window import Window
from jubao.reports.viewers import people_seen
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import Channel, RelationState
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, Viewer

COLLECTING = SEARCHING - {Post.CASHIER}
"""Posts that see what is collected (controls e.2, rows 7, 9 and 36)."""
FIGURES = tuple(
    f"collection.{name}"
    for name in (
        "received",
        "payers",
        "target.province",
        "completion.province",
        "target.bureau",
        "completion.bureau",
        "makeup",
        "uncredited",
    )
)
RECEIVED, TARGETS = "collection.received", ("collection.target.bureau", "collection.target.province")
LATEST_FILES = 20
CHANNELS = {str(code): code.label for code in Channel}


@dataclass(frozen=True)
class MonthLine:
    """A month: what came in it and up to its end, this year and the last one, and where the path to the target stands.

    ``sum_fen`` is None for a month that has not begun. The path follows the last year's months where there was one, else
    it rises by a twelfth a month; None where no target was handed down.
    """

    month: int
    fen: int | None
    sum_fen: int | None
    last_sum_fen: int
    path_fen: int | None


@dataclass(frozen=True)
class PlaceLine:
    """A township or village: what came from people living there, how many paid, and how many contribute there.

    ``share`` is how many paid of a hundred who contribute, with one decimal; empty where nobody does.
    """

    code: str
    name: str
    fen: int
    payers: int
    contributors: int

    @property
    def share(self) -> str:
        """How many paid of a hundred who contribute."""
        return percent_of(self.payers, self.contributors)


def percent_of(part: int, whole: int) -> str:
    """A share in percent with one decimal, cut, never rounded up; empty of nothing."""
    return f"{part * 1000 // whole // 10}.{part * 1000 // whole % 10}" if whole else ""


@dataclass(frozen=True)
class FileLine:
    """A file of contributions: its number, channel, the day the money came, rows and sum."""

    number: str
    channel: str
    on: date
    count: int
    fen: int


@dataclass(frozen=True)
class Collected:
    """Contributions of a year.

    Attributes:
        year, day: of the figures; years: those offered; figures: the named ones, none where the viewer sees some divisions only.
        target_fen: the path's end, the bureau's task before the province's; None where none was handed down.
        months: each of the year; places: townships, or the villages of ``township``; total: all of them.
        township: code and name of the one asked for, empty for all.
        files: the latest ones.
    """

    year: int
    day: date
    years: tuple[int, ...]
    figures: tuple[FigureValue, ...]
    target_fen: int | None
    months: tuple[MonthLine, ...]
    places: tuple[PlaceLine, ...]
    total: PlaceLine
    township: str
    township_name: str
    files: tuple[FileLine, ...]


def collected(*, viewer: Viewer, township: str = "", year: str = "") -> Collected | None:
    """The year so far, of the viewer's divisions; None where no township has the code, or the year is not offered.

    Args:
        township: its code, to see its villages; year: this one where none is stated.
    Raises:
        MayNotLook: none of his posts sees collection.
    """
    viewer.require(COLLECTING, "征缴情况")
    names, window = place_names(), window_of(year, viewer=viewer)
    if window is None or (township and township not in names):
        return None
    figures = _figures(window, viewer)
    told = {one.figure.id: one.value for one in figures}
    target = next((value for name in TARGETS if isinstance(value := told.get(name), int) and value), None)
    places = _places(window, viewer, township, names)
    return Collected(
        year=window.year,
        day=window.as_of,
        years=years_offered(viewer),
        figures=figures,
        target_fen=target,
        months=_months(window, viewer, target),
        places=places,
        total=PlaceLine(
            "",
            "",
            sum(one.fen for one in places),
            sum(one.payers for one in places),
            sum(one.contributors for one in places),
        ),
        township=township,
        township_name=names[township][1] if township else "",
        files=_files(window, viewer),
    )


def _figures(window: Window, viewer: Viewer) -> tuple[FigureValue, ...]:
    """The named figures; none for who answers for some divisions, since they add up the whole office."""
    return tuple(Reading(window.year, window.as_of).all(FIGURES)) if viewer.is_everywhere else ()


def _seen(rows: "QuerySet[Contribution]", viewer: Viewer) -> "QuerySet[Contribution]":
    return rows if viewer.is_everywhere else rows.filter(person__in=people_seen(viewer))


def _months(window: Window, viewer: Viewer, target: int | None) -> tuple[MonthLine, ...]:
    """Each month of the year beside the last year's, and the path to the target."""
    last = Window(window.year - 1, date(window.year - 1, 12, 31))
    now, before = _by_month(window, viewer), _by_month(last, viewer)
    total = sum(before.values())
    found: list[MonthLine] = []
    summed, last_summed = 0, 0
    for number in range(1, 13):
        begun = number <= window.last.month
        summed, last_summed = summed + now.get(number, 0), last_summed + before.get(number, 0)
        share = (last_summed, total) if total else (number, 12)
        found.append(
            MonthLine(
                month=months.make(window.year, number),
                fen=now.get(number, 0) if begun else None,
                sum_fen=summed if begun else None,
                last_sum_fen=last_summed,
                path_fen=None if target is None else target * share[0] // share[1],
            )
        )
    return tuple(found)


def _by_month(window: Window, viewer: Viewer) -> dict[int, int]:
    rows = _seen(received(window), viewer).annotate(number=ExtractMonth("received_date")).order_by()
    return {int(number): int(fen) for number, fen in rows.values_list("number").annotate(fen=Sum("amount_fen"))}


def _places(
    window: Window, viewer: Viewer, township: str, names: Mapping[str, tuple[str, str]]
) -> tuple[PlaceLine, ...]:
    """Each township, or each village of one, by where the payers live now."""
    by = "division" if township else "township"
    came = _seen(received(window), viewer)
    paying = people_seen(viewer).filter(state=str(RelationState.CONTRIBUTING), merged_into__isnull=True)
    if township:
        came, paying = came.filter(person__township=township), paying.filter(township=township)
    sums = {
        code: (int(fen), payers)
        for code, fen, payers in came.order_by()
        .values_list(f"person__{by}")
        .annotate(fen=Sum("amount_fen"), payers=Count("person", distinct=True))
    }
    contributors = dict(paying.order_by().values_list(by).annotate(people=Count("pk")))
    return tuple(
        PlaceLine(code, names.get(code, (code, code))[1], *sums.get(code, (0, 0)), contributors.get(code, 0))
        for code in sorted(sums.keys() | contributors.keys())
    )


def _files(window: Window, viewer: Viewer) -> tuple[FileLine, ...]:
    """The latest files; a file holds people of every division, so only who sees all sees them."""
    if not viewer.is_everywhere:
        return ()
    rows = ContributionBatch.objects.filter(window.dated("received_date")).order_by("-received_date", "-pk")[
        :LATEST_FILES
    ]
    return tuple(
        FileLine(one.number, CHANNELS[one.channel], one.received_date, one.count, one.total_fen) for one in rows
    )
