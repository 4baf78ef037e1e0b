"""A figure broken down (分组): by place, sex, age, category, tier, level, channel, month; the parts sum to the figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from jubao.records.models import CategoryPeriod, Person, Residence
from jubao.reports.figures.averaging import Held
from jubao.reports.figures.dimension import LABELS, PERSONAL, ROWWISE, band, in_order, label_of
from jubao.reports.figures.measure import CHUNK, Cases, Measure, Part, People, Total
from jubao.reports.figures.place import latest_of, places_of

if TYPE_CHECKING:
    from datetime import date

    from jubao.reports.figures.reading import Reading
    from jubao.reports.figures.window import Window

MIXED, UNKNOWN = "多项", "未登记"
NUMBER_PATH = "personal_number"
Broken = list[tuple[str, int]]


class CannotBreakDown(ValueError):
    """A figure has no such breakdown: it is arithmetic over others, or its rows know nothing of the kind."""


def parts_of(measure: Measure) -> tuple[Part, ...]:
    """The parts whose rows make a measure; none for arithmetic over other figures."""
    if isinstance(measure, Total):
        return measure.parts
    return (measure.part,) if isinstance(measure, People | Cases | Held) else ()


def breakdowns(measure: Measure) -> tuple[str, ...]:
    """The dimensions every part of a measure can be cut by."""
    cuts = [_dimensions(part) for part in parts_of(measure)]
    return tuple(by for by in LABELS if cuts and all(by in known for known in cuts))


def broken_down(reading: Reading, figure_id: str, by: str) -> Broken:
    """Labels with their values in the order of the labels; the values sum to the figure.

    Somebody who counts once and has rows under several labels stands under 多项.

    Raises:
        NoSuchFigure: no figure of this id.
        CannotBreakDown: with the breakdowns the figure has.
    """
    figure = reading.find(figure_id)
    window = reading.window(figure)
    measure = figure.measure(window)
    if by not in (known := breakdowns(measure)):
        there = "、".join(f"{name}（{LABELS[name]}）" for name in known) or "无（请改查它所用的指标）"
        raise CannotBreakDown(f"指标 {figure_id} {figure.name} 不能按“{LABELS.get(by, by)}”分组，可用的分组：{there}")
    found: dict[str, int] = {}
    for part in parts_of(measure):
        for label, quantity in _labelled(part, by, window, measure):
            found[label] = found.get(label, 0) + quantity
    return sorted(found.items(), key=lambda one: _place(by, one[0]))


def _dimensions(part: Part) -> set[str]:
    rowwise = set(ROWWISE.get(part.rows.model.__name__, {}))
    return rowwise | (set(PERSONAL) if _person_path(part) else set())


def _person_path(part: Part) -> str:
    """The query path from a row to its person's key; empty where the row is about nobody of the register."""
    path, _, last = part.named.reference.rpartition("__")
    return f"{path}_id" if last == NUMBER_PATH else ""


def _labelled(part: Part, by: str, window: Window, measure: Measure) -> Iterator[tuple[str, int]]:
    """Labels and quantities: sums add the column, cases count rows, people count each reference a single time."""
    once, summed = isinstance(measure, People), isinstance(measure, Total | Held)
    own = ROWWISE.get(part.rows.model.__name__, {}).get(by)
    traits = {} if own else _traits(by, window)
    amount = [part.amount] if summed and part.amount else []
    paths = [part.named.reference, own or _person_path(part), *amount]
    labels: dict[Any, set[str]] = {}
    for reference, key, *fen in part.rows.order_by("pk").values_list(*paths).iterator(CHUNK):
        label = (label_of(by, key) if own else traits.get(key)) or UNKNOWN
        if once:
            labels.setdefault(reference, set()).add(label)
        else:
            yield label, int(fen[0]) if fen else 1
    for some in labels.values():
        yield (next(iter(some)) if len(some) == 1 else MIXED), 1


def _traits(by: str, window: Window) -> dict[int, str]:
    """The trait of every person as known on the day, by primary key."""
    match by:
        case "township" | "division":
            column = 0 if by == "township" else 1
            return {key: place[column] for key, place in places_of(window).items()}
        case "household":
            latest = latest_of(Residence, "household_type", window)
        case "category":
            latest = latest_of(CategoryPeriod, "category", window)
        case "sex":
            latest = dict(Person.objects.order_by("pk").values_list("pk", "sex"))
        case _:
            born = Person.objects.order_by("pk").values_list("pk", "birth_date")
            return {key: band(by, _age(birth, window.last)) for key, birth in born.iterator(CHUNK)}
    return {key: label_of(by, code) for key, code in latest.items()}


def _age(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _place(by: str, label: str) -> tuple[bool, int, int, str]:
    """Labels of a code list or of bands in their own order, others by length and name, unknown ones last."""
    order = in_order(by)
    known = order.index(label) if label in order else len(order)
    return label in {MIXED, UNKNOWN}, known, len(label) if by == "tier" else 0, label
