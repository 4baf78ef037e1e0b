"""One figure opened: value, target and last year, its parts, its months, what it agrees with, and the rows behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from jubao.records.models import SignedFigure
from jubao.reports.analysis.days import Days, days_asked, understood
from jubao.reports.analysis.groups import Group, group_of
from jubao.reports.analysis.path import Step, is_drawn_at_once, path_of
from jubao.reports.analysis.year import Target, books_begun_by, same_day_last_year, target_ids, targets_of
from jubao.reports.catalogue.figures import NoSuchFigure
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.signed import exact_text
from jubao.reports.figures.derived import Derived
from jubao.reports.figures.dimension import LABELS
from jubao.reports.figures.evidence import Part
from jubao.reports.figures.figure import Figure, FigureValue, Unit, show
from jubao.reports.figures.formula import names
from jubao.reports.figures.measure import Cases, FromParts, Measure, People, SumByPerson
from jubao.reports.figures.paged import BehindPage, behind_page
from jubao.reports.figures.reading import FigureReading, ask_together
from jubao.reports.plausibility.relation import RELATIONS, Told, told
from jubao.vocabulary.viewer import Viewer

AGREEING = 5
"""Relations shown beside a figure."""


@dataclass(frozen=True)
class Slice:
    """One label of the breakdown: its value, and its share of the whole in percent; None where the whole is nothing."""

    label: str
    value: int
    share: Fraction | None


@dataclass(frozen=True)
class Signed:
    """The figure as it was signed last: on which report, the value then, and whether it is the same today."""

    title: str
    dated: date
    as_of: date
    text: str
    agrees: bool
    same_day: bool


@dataclass(frozen=True)
class OpenedFigure:
    """A figure opened.

    Attributes:
        figure, days, value: what, when, how much; group: where it is found.
        targets, last_year: to compare with; last_day: the day of last year's value.
        dimensions: by what it can be broken down; by: by what it is; parts: the breakdown.
        label: the part whose rows are shown, empty for all; path: months; has_path: False where they wait to be asked for.
        made_from: the figures it is arithmetic over; formula: how, with their names.
        relations: what must hold between it and others; signed: as signed last, None where it was not.
        sources: what the rows behind are called; count: how many they are, None where only reading tells.
        behind: a page of them.
    """

    figure: Figure
    days: Days
    group: Group
    value: FigureValue
    targets: tuple[Target, ...]
    last_year: FigureValue | None
    last_day: date
    dimensions: tuple[tuple[str, str], ...]
    by: str
    parts: tuple[Slice, ...]
    label: str
    path: tuple[Step, ...]
    has_path: bool
    made_from: tuple[FigureValue, ...]
    formula: str
    relations: tuple[Told, ...]
    signed: Signed | None
    sources: tuple[str, ...]
    count: int | None
    behind: BehindPage

    @property
    def by_words(self) -> str:
        """What the breakdown is by, in words."""
        return LABELS.get(self.by, "")

    def shown(self, quantity: int | Fraction) -> str:
        """A number of this figure as people read it."""
        return show(quantity, self.figure.unit)


@dataclass(frozen=True)
class AskedOfFigure:
    """What an address asks of a figure, as it stands there; what is empty is not asked.

    Attributes:
        year, as_of: when; since: the first day of a period inside the year.
        by: the dimension of the breakdown, by default the figure's first; label: of which the rows are shown.
        after: where the page of rows before ended; path: anything, where the months are wanted at any price.
    """

    year: str = ""
    as_of: str = ""
    since: str = ""
    by: str = ""
    label: str = ""
    after: str = ""
    path: str = ""


def opened_figure(figure_id: str, asked: AskedOfFigure, *, viewer: Viewer) -> OpenedFigure | None:
    """A figure of a year opened; None where the catalogue has no such figure.

    Raises:
        CannotFilter: something asked is not understood.
        MayNotLook: the viewer sees no people, or not the whole office's.
    """
    viewer.require_everywhere("指标")
    days = days_asked(viewer, year=asked.year, as_of=asked.as_of, since=asked.since)
    reading = Reading(days.year, days.as_of, settled=days.settled, since=days.since)
    try:
        figure = reading.find(figure_id)
    except NoSuchFigure:
        return None
    with understood():
        return _opened(figure, reading, days, asked, viewer)


def _opened(figure: Figure, reading: Reading, days: Days, asked: AskedOfFigure, viewer: Viewer) -> OpenedFigure:
    relations = [one for one in RELATIONS if figure.id in one.figures.values()][:AGREEING]
    last_day = same_day_last_year(days.as_of)
    reading.ask([figure.id, *target_ids([figure.id]), *(name for one in relations for name in one.figures.values())])
    is_whole = days.since is None  # a period inside the year has no task of its own and no months
    before = reading.on(last_day, year=days.year - 1) if is_whole and books_begun_by(last_day) else None
    if before:
        ask_together([before], [figure.id])
    measure, dimensions = reading.measure(figure.id), reading.breakdowns(figure.id)
    chosen = asked.by or (dimensions[0] if dimensions else "")
    targets = targets_of(figure.id, reading) if is_whole else ()
    with_path = is_whole and (bool(asked.path) or is_drawn_at_once())
    asks_most = max((one.value.value for one in targets if isinstance(one.value.value, int)), default=None)
    return OpenedFigure(
        figure=figure,
        days=days,
        group=group_of(figure.id),
        value=reading.value(figure.id),
        targets=targets,
        last_year=before.value(figure.id) if before else None,
        last_day=last_day,
        dimensions=tuple((name, LABELS[name]) for name in dimensions),
        by=chosen,
        parts=_slices(reading.broken_down(figure.id, chosen)) if chosen else (),
        label=asked.label,
        path=path_of(reading, figure.id, target=asks_most) if with_path else (),
        has_path=with_path or figure.whole_year or not is_whole,
        made_from=tuple(reading.all(measure.over)),
        formula=_formula(measure, reading),
        relations=tuple(one for relation in relations if (one := told(relation, reading)) is not None),
        signed=_signed(figure, reading),
        sources=_sources(measure),
        count=_count(measure, reading.value(figure.id)),
        behind=behind_page(
            reading, figure.id, viewer=viewer, after=asked.after, by=chosen if asked.label else "", label=asked.label
        ),
    )


def _slices(parts: Sequence[tuple[str, int]]) -> tuple[Slice, ...]:
    """The parts, with their shares where all of them are on one side of nought."""
    whole = sum(value for _, value in parts)
    shared = whole > 0 and all(value >= 0 for _, value in parts)
    return tuple(Slice(label, value, Fraction(value * 100, whole) if shared else None) for label, value in parts)


def _formula(measure: Measure, reading: FigureReading) -> str:
    """The formula with the names of its figures; empty where the figure is counted."""
    if not isinstance(measure, Derived):
        return ""
    words = measure.formula
    for name in sorted(names(measure.formula), key=len, reverse=True):
        words = words.replace(name, f"《{reading.name_of(measure.figures[name])}》")
    return words.replace("*", "×").replace("/", "÷").replace(" - ", " − ")


def _parts(measure: Measure) -> Iterable[Part]:
    return measure.parts if isinstance(measure, FromParts) else ()


def _sources(measure: Measure) -> tuple[str, ...]:
    """The registers behind, as the office calls them."""
    return tuple(dict.fromkeys(str(part.source.model._meta.verbose_name) for part in _parts(measure)))


def _count(measure: Measure, value: FigureValue) -> int | None:
    """How many rows are behind; people and cases are counted by the figure itself."""
    if isinstance(measure, People | Cases) and isinstance(value.value, int):
        return value.value
    parts = list(_parts(measure))
    if isinstance(measure, SumByPerson) or not parts:
        return None
    return sum(part.rows.order_by().count() for part in parts)


def _signed(figure: Figure, reading: FigureReading) -> Signed | None:
    """The figure as it was signed last for the year, beside today's value for the same day."""
    if reading.since is not None:
        return None
    row = (
        SignedFigure.objects.filter(figure=figure.id, signed_report__year=reading.year)
        .select_related("signed_report")
        .order_by("-pk")
        .first()
    )
    if row is None:
        return None
    same_day = row.as_of == reading.window(figure).as_of
    agrees = same_day and row.exact == exact_text(reading.value(figure.id).value)
    text = row.text if figure.unit is Unit.GRADE else f"{row.text}{figure.unit}"
    return Signed(row.signed_report.title, row.signed_report.dated, row.as_of, text, agrees, same_day)
