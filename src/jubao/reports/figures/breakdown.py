"""A figure broken down (分组): by place, sex, age, category, tier, level, channel, month; the parts sum to the figure."""

from collections.abc import Iterator

from django.db.models import Aggregate, Case, Count, IntegerField, Max, Min, Sum, Value, When

from jubao.reports.figures.dimension import LABELS, PERSONAL, ROWWISE, in_order
from jubao.reports.figures.evidence import Part
from jubao.reports.figures.figure import Figure
from jubao.reports.figures.grouping import Grouping, grouping_of
from jubao.reports.figures.measure import Cases, Measure, People, SumByPerson, Total
from jubao.reports.figures.window import Window
from jubao.reports.streaming import rows_of

MIXED, UNKNOWN = "多项", "未登记"
NUMBER_PATH = "personal_number"
Broken = list[tuple[str, int]]


class CannotBreakDown(ValueError):
    """A figure has no such breakdown: it is arithmetic over others, or its rows know nothing of the kind."""


def breakdowns(measure: Measure) -> tuple[str, ...]:
    """The dimensions every part of a measure can be cut by; none for arithmetic over other figures."""
    cuts = [_dimensions(part) for part in _parts_of(measure)]
    return tuple(by for by in LABELS if cuts and all(by in known for known in cuts))


def broken_down(figure: Figure, window: Window, by: str) -> Broken:
    """Labels with their values in the order of the labels; the values sum to the figure.

    Somebody who counts once and has rows under several labels stands under 多项.

    Raises:
        CannotBreakDown: with the breakdowns the figure has.
    """
    measure = figure.measure(window)
    refuse_unless_known(figure, measure, by)
    found: dict[str, int] = {}
    for part in _parts_of(measure):
        for label, quantity in _labelled(part, by, window, measure):
            found[label] = found.get(label, 0) + quantity
    return sorted(found.items(), key=lambda one: _place(by, one[0]))


def refuse_unless_known(figure: Figure, measure: Measure, by: str) -> None:
    """Refuse a breakdown a figure does not have. Raises CannotBreakDown with those it has."""
    if by not in (known := breakdowns(measure)):
        there = "、".join(f"{name}（{LABELS[name]}）" for name in known) or "无（请改查它所用的指标）"
        raise CannotBreakDown(f"指标 {figure.id} {figure.name} 不能按“{LABELS.get(by, by)}”分组，可用的分组：{there}")


def _parts_of(measure: Measure) -> tuple[Part, ...]:
    return measure.parts if isinstance(measure, Total | SumByPerson | People | Cases) else ()


def _dimensions(part: Part) -> set[str]:
    rowwise = set(ROWWISE.get(part.source.model.__name__, {}))
    return rowwise | (set(PERSONAL) if person_path(part) else set())


def person_path(part: Part) -> str:
    """The query path from a row to its person; empty where the row is about nobody of the register."""
    path, _, last = part.named.reference.rpartition("__")
    return path if last == NUMBER_PATH else ""


def _labelled(part: Part, by: str, window: Window, measure: Measure) -> Iterator[tuple[str, int]]:
    """Labels and quantities, grouped by the engine: sums add the column, cases count rows, people count once."""
    own = ROWWISE.get(part.source.model.__name__, {}).get(by, "")
    grouping = grouping_of(by, window, column=own, person=person_path(part))
    if isinstance(measure, People) and own:
        return _people(part, grouping)
    quantity: Aggregate = Count("pk")
    if isinstance(measure, People):
        quantity = Count(part.named.reference, distinct=True)
    elif isinstance(measure, Total | SumByPerson):
        quantity = Sum(part.amount)
    rows = part.rows.order_by().annotate(under=grouping.key).values("under").annotate(quantity=quantity)
    found = rows.values_list("under", "quantity")
    return ((grouping.label(under) or UNKNOWN, int(total)) for under, total in found.iterator())


def _people(part: Part, grouping: Grouping) -> Iterator[tuple[str, int]]:
    """People by the only label their rows bear; who has several, or rows with and without one, stands under 多项."""
    rows = part.rows.order_by().annotate(under=grouping.key).values(part.named.reference)
    each = rows.annotate(
        least=Min("under"),
        most=Max("under"),
        keyed=Count("under"),
        partly=Case(
            When(keyed=0, then=0), When(keyed=Count("pk"), then=0), default=Value(1), output_field=IntegerField()
        ),
    )
    sql, parameters = each.values_list("least", "most", "partly").query.sql_with_params()
    grouped = f"SELECT least, most, partly, COUNT(*) FROM ({sql}) AS people GROUP BY least, most, partly"  # noqa: S608
    for least, most, partly, people in rows_of(grouped, parameters):
        yield (MIXED if least != most or partly else grouping.label(least) or UNKNOWN), int(people)


def _place(by: str, label: str) -> tuple[bool, int, int, str]:
    """Labels of a code list or of bands in their own order, others by length and name, unknown ones last."""
    order = in_order(by)
    known = order.index(label) if label in order else len(order)
    return label in {MIXED, UNKNOWN}, known, len(label) if by == "tier" else 0, label
