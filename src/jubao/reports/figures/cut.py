"""One label of a breakdown as rows: what stands under it adds up to the value the breakdown gives it."""

from typing import Any

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, Value, When

from jubao.reports.figures.breakdown import MIXED, UNKNOWN, person_path, refuse_unless_known
from jubao.reports.figures.dimension import ROWWISE
from jubao.reports.figures.evidence import Part
from jubao.reports.figures.figure import Figure
from jubao.reports.figures.grouping import grouping_of
from jubao.reports.figures.measure import Cases, Measure, People, SumByPerson, Total
from jubao.reports.figures.window import Window


def cut(figure: Figure, window: Window, *, by: str, label: str) -> Measure:
    """What a figure measures of the rows under one label only.

    Raises:
        CannotBreakDown: with the breakdowns the figure has.
    """
    measure = figure.measure(window)
    refuse_unless_known(figure, measure, by)
    match measure:
        case People():
            return People(_of_people(measure.part, by, label, window))
        case SumByPerson():
            return SumByPerson(_of_rows(measure.part, by, label, window))
        case Cases():
            return Cases(*(_of_rows(part, by, label, window) for part in measure.parts))
    assert isinstance(measure, Total), "nothing else can be broken down"
    return Total(*(_of_rows(part, by, label, window) for part in measure.parts))


def _of_rows(part: Part, by: str, label: str, window: Window) -> Part:
    """Rows whose own key, or whose person's, bears the label."""
    keyed, keys = _keyed(part, by, label, window)
    where = Q(under__in=[key for key in keys if key is not None])
    if None in keys:
        where |= Q(under__isnull=True)
    return Part(keyed.source, part.named, part.amount, part.where & where)


def _of_people(part: Part, by: str, label: str, window: Window) -> Part:
    """Rows of the people who stand under the label: those whose rows bear it alone, or several of them (多项)."""
    if not ROWWISE.get(part.source.model.__name__, {}).get(by, ""):
        return _of_rows(part, by, label, window)
    keyed, keys = _keyed(part, by, label, window)
    partly = Case(When(keyed=0, then=0), When(keyed=Count("pk"), then=0), default=Value(1), output_field=IntegerField())
    each = (
        keyed.rows.order_by()
        .values(part.named.reference)
        .annotate(least=Min("under"), most=Max("under"), keyed=Count("under"), partly=partly)
    )
    several = ~Q(least=F("most")) | Q(partly=1)
    if label == MIXED:
        people = each.filter(several)
    else:
        alone = Q(least=F("most"), partly=0, least__in=[key for key in keys if key is not None])
        people = each.filter(alone | Q(keyed=0)) if None in keys else each.filter(alone)
    whose = Q(**{f"{part.named.reference}__in": people.values(part.named.reference)})
    return part.only(whose)


def _keyed(part: Part, by: str, label: str, window: Window) -> tuple[Part, list[Any]]:
    """The part with each row's key as ``under``, and the keys that are called by the label."""
    own = ROWWISE.get(part.source.model.__name__, {}).get(by, "")
    grouping = grouping_of(by, window, column=own, person=person_path(part))
    keyed = Part(part.source.annotate(under=grouping.key), part.named, part.amount, part.where)
    found = keyed.rows.order_by().values_list("under", flat=True).distinct()
    return keyed, [key for key in found if (grouping.label(key) or UNKNOWN) == label]
