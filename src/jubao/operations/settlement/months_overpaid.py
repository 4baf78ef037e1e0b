"""Which months of a pension were paid beyond the last month due, and are not claimed back yet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db.models import Sum

from jubao.operations.envelope.view import View
from jubao.operations.pensions.open_month import first_month_here
from jubao.operations.people import in_slices
from jubao.operations.settlement.ending_terms import MonthAmount, Stop
from jubao.operations.settlement.months_due import components_of, in_force, items_of, pension_months
from jubao.records.models import (
    AccountEntry,
    AwardComponent,
    EarlierPayment,
    OverpaidMonth,
    WithdrawnMonth,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind


def overpaid_after(stops: Sequence[Stop], view: View) -> None:
    """Fill in the months paid after the last month due and not claimed yet: our own lines, and before the takeover."""
    people = [stop.person.pk for stop in stops]
    paid, taken_over = _paid([stop.award.pk for stop in stops]), _before_takeover(stops, view)
    listed_of = [
        [row for row in paid.get(stop.award.pk, []) if row.month > stop.last_month] + taken_over.get(stop.award.pk, [])
        for stop in stops
    ]
    claimed = claimed_by_month(people) if any(listed_of) else {}
    for stop, listed in zip(stops, listed_of, strict=True):
        unclaimed = _less(listed, claimed.get(stop.person.pk, {}))
        stop.overpaid = _with_draws(stop, unclaimed)


def claimed_by_month(people: Sequence[int]) -> dict[int, dict[tuple[int, str], int]]:
    """What is claimed back from some people already: by person, month and item, fen; withdrawn parts left out."""
    found: dict[int, dict[tuple[int, str], int]] = {}
    for part in in_slices(people):
        mine = OverpaidMonth.objects.filter(overpayment__person__in=part).order_by("id")
        gone = WithdrawnMonth.objects.filter(overpaid_month__overpayment__person__in=part).order_by("id")
        claimed = mine.values_list("overpayment__person_id", "month", "item", "amount_fen")
        names = ("overpaid_month__overpayment__person_id", "overpaid_month__month", "overpaid_month__item")
        for rows, sign in ((claimed, 1), (gone.values_list(*names, "amount_fen"), -1)):
            for person, month, item, fen in rows:
                held = found.setdefault(person, {})
                held[month, item] = held.get((month, item), 0) + sign * fen
    return found


def _less(listed: Sequence[MonthAmount], claimed: Mapping[tuple[int, str], int]) -> list[MonthAmount]:
    """What of some months is not claimed yet."""
    left = [replace(row, amount_fen=row.amount_fen - claimed.get((row.month, row.item), 0)) for row in listed]
    return [row for row in left if row.amount_fen > 0]


def _paid(awards: Sequence[int]) -> dict[int, list[MonthAmount]]:
    """What the bank paid by award: one amount for each month and item, later differences included."""
    sums: Counter[tuple[int, int, str]] = Counter()
    for part in in_slices(awards):
        for row in pension_months(part).filter(state="PAID").order_by("id"):
            sums.update({(row.award_id, row.month, item): fen for item, fen in items_of(row).items()})
    found: dict[int, list[MonthAmount]] = {}
    for (award, month, item), fen in sorted(sums.items()):
        found.setdefault(award, []).append(MonthAmount(month, item, fen))
    return found


def _with_draws(stop: Stop, rows: Sequence[MonthAmount]) -> list[MonthAmount]:
    """Overpaid months in order; of an account item never more counts as drawn than the account really gave."""
    account = any(BenefitItem(row.item).is_account for row in rows)
    drawn, opened = (_drawn_by_source(stop.person.pk), _opened_sources(stop.person.pk)) if account else ({}, set())
    listed = []
    for row in sorted(rows, key=lambda m: (m.month, m.item), reverse=True):
        source = str(BenefitItem(row.item).source or "")
        if row.before_takeover:
            part = row.amount_fen if source in opened else 0
        else:
            part = min(row.amount_fen, drawn.get(source, 0))
            drawn[source] = drawn.get(source, 0) - part
        listed.append(replace(row, drawn_fen=part))
    return sorted(listed, key=lambda m: (m.month, m.item))


def _drawn_by_source(person: int) -> dict[str, int]:
    """What the account gave for pensions since the takeover and has not got back, by source, fen."""
    kinds = [EntryKind.PENSION, EntryKind.RETURNED]
    entries = AccountEntry.objects.filter(person=person, kind__in=kinds).order_by("source")
    return {source: -int(fen) for source, fen in entries.values_list("source").annotate(fen=Sum("amount_fen"))}


def _opened_sources(person: int) -> set[str]:
    """Sources that held money at the takeover: they had paid every month before it; an empty one may not have."""
    opened = AccountEntry.objects.filter(person=person, kind=EntryKind.OPENING, amount_fen__gt=0).order_by("source")
    return set(opened.values_list("source", flat=True))


def _before_takeover(stops: Sequence[Stop], view: View) -> dict[int, list[MonthAmount]]:
    """By award, months before the first one paid here that were paid after the last month due, account included.

    This office pays from the month of the business date on at the latest, or from the one after a register taken over in
    it; so only a pension that ends before that month is asked about.
    """
    now = months.of(view.on)
    reaching = [stop for stop in stops if stop.award.opened_with_register and stop.last_month < now]
    first_here = first_month_here() if reaching else None
    if first_here is None:
        return {}
    awards = [stop.award.pk for stop in reaching]
    components, told = components_of(awards), _told(awards)
    return {
        stop.award.pk: _paid_elsewhere(stop, components[stop.award.pk], told.get(stop.award.pk, []), first_here)
        for stop in reaching
    }


def _told(awards: Sequence[int]) -> dict[int, list[MonthAmount]]:
    """By award, what the office before lists as paid, by month and item."""
    found: dict[int, list[MonthAmount]] = {}
    for part in in_slices(awards):
        rows = EarlierPayment.objects.filter(award__in=part).order_by("month", "item")
        for award, month, item, fen in rows.values_list("award_id", "month", "item", "amount_fen"):
            found.setdefault(award, []).append(MonthAmount(month, item, fen, before_takeover=True))
    return found


def _paid_elsewhere(
    stop: Stop, rows: Sequence[AwardComponent], told: Sequence[MonthAmount], first_here: int
) -> list[MonthAmount]:
    """The months of one pension: from the first one the office before lists as it lists them, before as the register says."""
    first = max(months.add(stop.last_month, 1), stop.award.start_month)
    until = min(first_here, stop.award.suspended_from or first_here)
    stated = [
        MonthAmount(month, row.item, row.amount_fen, before_takeover=True)
        for month in months.span(first, min(until, told[0].month) if told else until)
        for row in rows
        if in_force(row, month)
    ]
    return stated + [one for one in told if one.month >= first]
