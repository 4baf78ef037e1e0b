"""The rows behind a figure page by page: whose they are, which voucher or figure they are, and where the next page begins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from django.db.models import Count, Max, Min, Sum

from jubao.ledger.models import Voucher, VoucherLine
from jubao.records.models import Person
from jubao.reports.figures.cut import cut
from jubao.reports.figures.evidence import Evidence, Part
from jubao.reports.figures.measure import Cases, Measure, People, SharedAmount, SumByPerson, Total
from jubao.reports.figures.reading import FigureReading
from jubao.vocabulary.viewer import SEARCHING, Viewer

ROWS = 30
VOUCHER = ("voucher__book", "voucher__period", "voucher__number")
"""What a voucher is called by: FUND-201706-12."""


class NoSuchPlace(ValueError):
    """An address names a place in the rows that there cannot be."""


class Leads(Enum):
    """What a row behind a figure leads to; the key is the person's, the voucher's book, period and number, or the figure's id."""

    PERSON = "PERSON"
    VOUCHER = "VOUCHER"
    FIGURE = "FIGURE"
    NOTHING = "NOTHING"


@dataclass(frozen=True)
class Behind:
    """One row: what it says, and what it leads to."""

    row: Evidence
    leads: Leads
    key: str

    @property
    def tail(self) -> str:
        """The last signs of the number (尾号); the number itself is masked already."""
        return self.row.number[-4:]


@dataclass(frozen=True)
class BehindPage:
    """One page of the rows.

    Attributes:
        rows: what stands there; after: where the next page begins, None on the last one.
        left_out: rows about people from whom the viewer stays away.
    """

    rows: tuple[Behind, ...]
    after: str | None
    left_out: int


@dataclass(frozen=True)
class Placed:
    """A row, the place after it, and what it leads to unless that is a person."""

    after: str
    row: Evidence
    leads: Leads = Leads.NOTHING
    key: str = ""


def behind_page(
    reading: FigureReading,
    figure_id: str,
    *,
    viewer: Viewer,
    after: str = "",
    by: str = "",
    label: str = "",
    limit: int | None = None,
) -> BehindPage:
    """One page of the rows behind a figure, or behind one label of its breakdown.

    Args:
        reading: year and day; after: where the page before ended, as it said; empty for the first page.
        by, label: a dimension and what is wanted of it; empty for all rows.
        limit: rows a page, by default ``ROWS``.
    Raises:
        NoSuchFigure, CannotBreakDown: as the reading raises them.
        NoSuchPlace: ``after`` is no place.
        MayNotLook: the viewer sees no people, or not the whole office's (controls e.2, rows 1 and 36).
    """
    figure = reading.find(figure_id)
    viewer.require(SEARCHING, f"“{figure.name}”背后的记录")
    viewer.require_everywhere(f"“{figure.name}”")
    measure = cut(figure, reading.window(figure), by=by, label=label) if by else reading.measure(figure_id)
    limit = limit or ROWS
    placed = list(islice(_placed(measure, reading, after, limit + 1), limit + 1))
    rows = _named(placed[:limit])
    shown = [one for one, number in rows if number not in viewer.recused]
    ends = placed[limit - 1].after if len(placed) > limit else None
    return BehindPage(tuple(shown), ends, len(rows) - len(shown))


def _placed(measure: Measure, reading: FigureReading, after: str, limit: int) -> Iterator[Placed]:
    match measure:
        case People() | SumByPerson():
            return _by_person(measure.part, _whole(after or "0"), limit, nothing_too=isinstance(measure, People))
        case Cases() | Total() | SharedAmount():
            return _by_row(measure.parts, after)
    return _streamed(measure, reading, _whole(after or "0"))


def _by_row(parts: Sequence[Part], after: str) -> Iterator[Placed]:
    """Every row in the order of the parts and of its key."""
    first, _, key = (after or "0.0").partition(".")
    start, passed = _whole(first), _whole(key)
    for place, part in enumerate(parts[start:], start):
        least = passed if place == start else 0
        of_voucher = part.source.model is VoucherLine
        for row, told in part.after(least, *(VOUCHER if of_voucher else ())):
            here = f"{place}.{row['pk']}"
            yield (
                Placed(here, told, Leads.VOUCHER, "-".join(str(row[path]) for path in VOUCHER))
                if of_voucher
                else Placed(here, told)
            )


def _by_person(part: Part, after: int, limit: int, *, nothing_too: bool) -> Iterator[Placed]:
    """One row for each reference, in the order of its first fact; sums of nothing are left out where they say nothing."""
    wanted = (
        part.rows.order_by()
        .values(*part.named.paths)
        .annotate(
            quantity=Sum(part.amount) if part.amount else Count("pk"),
            first=Min("pk"),
            last_act=Max("act_id"),
            last_on=Max("act__business_date"),
        )
        .filter(first__gt=after)
        .order_by("first")
    )
    if not nothing_too:
        wanted = wanted.exclude(quantity=0)
    for row in wanted[:limit]:
        told = row | {"act_id": row["last_act"], "act__business_date": row["last_on"]}
        yield Placed(str(row["first"]), part.told(told, row["quantity"]))


def _streamed(measure: Measure, reading: FigureReading, passed: int) -> Iterator[Placed]:
    """Rows that are worked out one by one, or figures: counted from the first."""
    known = reading.every()
    for place, row in enumerate(islice(measure.rows(reading), passed, None), passed + 1):
        is_figure = row.reference in known
        yield Placed(str(place), row, Leads.FIGURE, row.reference) if is_figure else Placed(str(place), row)


def _named(rows: Sequence[Placed]) -> list[tuple[Behind, str]]:
    """Rows with what they lead to, and the whole number of whom they are about: people and vouchers are looked up together."""
    wanted = {one.row.reference for one in rows if one.row.number}
    people = {
        personal: (key, number)
        for personal, key, number in Person.objects.filter(personal_number__in=wanted)
        .order_by()
        .values_list("personal_number", "pk", "resident_number")
    }
    vouchers = _vouchers(
        [one.row for one in rows if one.leads is Leads.NOTHING and one.row.money and not one.row.number]
    )
    found = []
    for one in rows:
        key, number = people.get(one.row.reference, (None, "")) if one.row.number else (None, "")
        leads, leads_to = (one.leads, one.key) if key is None else (Leads.PERSON, str(key))
        if leads is Leads.NOTHING and (voucher := vouchers.get((one.row.act, one.row.reference))):
            leads, leads_to = Leads.VOUCHER, voucher
        found.append((Behind(one.row, leads, leads_to), number))
    return found


def _vouchers(rows: Sequence[Evidence]) -> dict[tuple[int | None, str], str]:
    """The voucher by which the act of a row booked its very reference (a receipt, a movement of money), by both."""
    acts = {row.act for row in rows if row.act is not None}
    if not acts:
        return {}
    booked = Voucher.objects.filter(act_id__in=acts, reference__in={row.reference for row in rows}).order_by("-pk")
    return {
        (act, reference): f"{book}-{period}-{number}"
        for act, reference, book, period, number in booked.values_list(
            "act_id", "reference", "book", "period", "number"
        )
    }


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise NoSuchPlace(f"记录中没有“{text}”这个位置，请从第一页看起")
    return int(text)
