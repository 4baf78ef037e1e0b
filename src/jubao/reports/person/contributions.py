"""Years somebody paid, or others paid for him: by payer, with where the money came from and when it was credited."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from jubao.records.models import AccountPosting, Contribution, EarlierYear, Person
from jubao.reports.paid_years import paid_years
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.codes import Channel, ContributionKind, EntryKind, Source

PAYERS = (
    Source.PERSONAL,
    Source.PROVINCE,
    Source.CITY,
    Source.COUNTY,
    Source.COLLECTIVE,
    Source.GOVERNMENT_PAID,
)
"""Who pays for a year; what other schemes send is no contribution."""


@dataclass(frozen=True, kw_only=True)
class Year:
    """What was paid for one year.

    Attributes:
        year: the contribution year; kind: how it was paid, in words; received: when the money came; credited: when it
            entered the account, None before; channel: label; place: outlet; receipt: number; empty where nobody told.
        by_payer: fen of each payer, in the order of ``PAYERS``; total_fen: their sum.
        state: counted, waiting for its crediting, given back, or told of the time before; counts: whether the year counts.
    """

    year: int
    kind: str
    received: date | None = None
    credited: date | None = None
    channel: str = ""
    place: str = ""
    receipt: str = ""
    by_payer: tuple[int, ...]
    total_fen: int
    state: Both
    tone: str
    counts: bool


@dataclass(frozen=True)
class Contributions:
    """What was paid for somebody: labels of payers in order, years the latest first, and how many count.

    ``earlier_years`` counted when the register was taken over; ``told_years`` of them are told one by one;
    ``by_payer`` and ``total_fen`` add up the years shown that count.
    """

    payers: tuple[str, ...]
    years: tuple[Year, ...]
    counted: int
    earlier_years: int
    told_years: int
    by_payer: tuple[int, ...]
    total_fen: int


COUNTED, EARLIER = both("已计", "Counted"), both("接入前", "Before these books")
WAITING, GIVEN_BACK = both("待记账", "Not credited yet"), both("已退款", "Given back")


def contributions_of(person: Person) -> Contributions:
    """Everything paid for somebody, from five statements."""
    since = paid_years(np.array([person.pk], dtype=np.int64))
    years = years_of(person)
    counting = [one.by_payer for one in years if one.counts]
    sums = tuple(sum(column) for column in zip(*counting, strict=True)) if counting else (0,) * len(PAYERS)
    earlier = person.enrolment.earlier_years
    return Contributions(
        payers=tuple(source.label for source in PAYERS),
        years=years,
        counted=earlier + int(since.year.size),
        earlier_years=earlier,
        told_years=sum(1 for one in years if one.state is EARLIER),
        by_payer=sums,
        total_fen=sum(sums),
    )


def years_of(person: Person) -> tuple[Year, ...]:
    """The years paid for somebody, the latest first, from three statements."""
    own = Contribution.objects.filter(person=person).select_related("batch", "outlet", "crediting", "refund")
    postings = _postings(person)
    own_years = [_own(row, _put_in(row, postings)) for row in own.order_by("year", "pk")]
    told = [_earlier(row) for row in EarlierYear.objects.filter(person=person).order_by("year")]
    return tuple(sorted([*own_years, *_paid_for(postings), *told], key=lambda one: one.year, reverse=True))


Amounts = tuple[int, ...]


def _postings(person: Person) -> list[AccountPosting]:
    """What was paid in for him, the reversals of it among them; interest and pensions left out."""
    kinds = [EntryKind.CONTRIBUTION, EntryKind.SUBSIDY, EntryKind.REVERSAL]
    rows = AccountPosting.objects.filter(person=person, kind__in=kinds).select_related("act")
    return list(rows.order_by("pk"))


def _put_in(row: Contribution, postings: Sequence[AccountPosting]) -> Amounts:
    """What every payer put in for a contribution; before it is credited, only his own money is there."""
    own = [_amounts(one) for one in postings if one.contribution_id == row.pk and one.reversal_of_id is None]
    if not own:
        return (row.amount_fen, *(0 for _ in PAYERS[1:]))
    return tuple(sum(column) for column in zip(*own, strict=True))


def _amounts(row: AccountPosting | EarlierYear) -> Amounts:
    return tuple(int(getattr(row, f"{source.name.lower()}_fen")) for source in PAYERS)


def _own(row: Contribution, amounts: Amounts) -> Year:
    credited, refund = getattr(row, "crediting", None), getattr(row, "refund", None)
    state, tone = (GIVEN_BACK, "stop") if refund else (COUNTED, "ok") if credited else (WAITING, "warn")
    return Year(
        year=row.year,
        kind=ContributionKind(row.kind).label,
        received=row.received_date,
        credited=credited.credited_date if credited else None,
        channel=Channel(row.batch.channel).label,
        place=row.outlet.name if row.outlet else "",
        receipt=row.receipt_number,
        by_payer=amounts,
        total_fen=sum(amounts),
        state=state,
        tone=tone,
        counts=bool(credited) and not refund,
    )


def _paid_for(postings: Sequence[AccountPosting]) -> list[Year]:
    """Years that governments paid for him, with the subsidy that came along; what was taken back is left out."""
    taken_back = {one.reversal_of_id for one in postings}
    found: dict[int, list[AccountPosting]] = defaultdict(list)
    for one in postings:
        if one.contribution_id is None and one.reversal_of_id is None and one.pk not in taken_back:
            found[one.year].append(one)
    return [_year_paid_for(year, own) for year, own in found.items()]


def _year_paid_for(year: int, rows: list[AccountPosting]) -> Year:
    amounts = tuple(sum(column) for column in zip(*map(_amounts, rows), strict=True))
    on = rows[0].act.business_date
    return Year(
        year=year,
        kind=Source.GOVERNMENT_PAID.label,
        received=on,
        credited=on,
        by_payer=amounts,
        total_fen=sum(amounts),
        state=COUNTED,
        tone="ok",
        counts=True,
    )


def _earlier(row: EarlierYear) -> Year:
    amounts = _amounts(row)
    return Year(
        year=row.year,
        kind=ContributionKind.CURRENT.label,
        by_payer=amounts,
        total_fen=sum(amounts),
        state=EARLIER,
        tone="",
        counts=True,
    )
