"""Which months of a pension were due and never paid, and which parts a month consists of."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from jubao.columns.by_code import amount_column
from jubao.operations.envelope.changes import Changes
from jubao.operations.pensions.lifted_suspensions import LiftedSuspension, lifted_suspensions_of, runs_from
from jubao.operations.pensions.open_month import first_open_month
from jubao.operations.people import in_slices
from jubao.operations.settlement.ending_terms import Ending, MonthAmount
from jubao.records.models import (
    Arrears,
    Award,
    AwardComponent,
    AwardEvent,
    PensionMonth,
)
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem

GONE = ("FAILED", "HELD")
"""States of a month that never reached the person: refused by the bank, or kept back before release."""


def unpaid_until(endings: Sequence[Ending], changes: Changes) -> None:
    """Fill in what is due up to the last month and nobody was paid: no run pays anything of an award that has ended.

    Whole months: held (in this plan, too), owed, failed at the bank, and those whose payroll did not run yet. Of every
    month the components in force count, less the lines that stand; so a difference of a rise is owed as well, whether
    no run took it or the bank refused it. Months a lifted stop left unpaid are not due.
    """
    awards = [ending.award.pk for ending in endings]
    components, rests, sent = components_of(awards), lifted_suspensions_of(awards), _months_as_planned(awards, changes)
    owed, first_open = _owed(awards, rests), first_open_month(changes.view)
    for ending in endings:
        key = ending.award.pk
        lifted, standing = rests.get(key, []), _standing(sent.get(key, []))
        wanted = set(held_months_due(ending)) | owed.get(key, set())
        wanted |= set(_unsent(ending, sent.get(key, []), lifted)) | set(_not_run(ending, first_open, lifted))
        wanted |= {month for month, _ in standing if not any(rest.first <= month < rest.paid_from for rest in lifted)}
        ending.unpaid = [
            MonthAmount(month, row.item, row.amount_fen - standing[month, row.item])
            for month in sorted(month for month in wanted if month <= ending.last_month)
            for row in components[key]
            if in_force(row, month) and row.amount_fen > standing[month, row.item]
        ]


def _standing(sent: Sequence[PensionMonth]) -> Counter[tuple[int, str]]:
    """What reached the person or is on its way, fen by month and item, later differences included."""
    standing: Counter[tuple[int, str]] = Counter()
    for row in sent:
        if row.state not in GONE:
            standing.update({(row.month, item): fen for item, fen in items_of(row).items()})
    return standing


def _not_run(ending: Ending, first_open: int, rests: Sequence[LiftedSuspension]) -> Sequence[int]:
    """Months up to the last one due that no payroll has run for, and that no stop lifted later keeps from running."""
    first = max(ending.award.start_month, runs_from(first_open, rests))
    return months.span(first, months.add(ending.last_month, 1))


def _months_as_planned(awards: Sequence[int], changes: Changes) -> dict[int, list[PensionMonth]]:
    """Pension months by award, each in the state this plan leaves it in."""
    found: dict[int, list[PensionMonth]] = {}
    for part in in_slices(awards):
        for row in pension_months(part).order_by("id"):
            row.state = changes.head(PensionMonth, row.pk, "state", row.state)
            found.setdefault(row.award_id, []).append(row)
    return found


def pension_months(awards: Sequence[int]) -> QuerySet[PensionMonth]:
    """What payrolls listed for some awards; asked for by person as well, which is what they are indexed by."""
    people = Award.objects.filter(pk__in=awards).order_by().values("person")
    return PensionMonth.objects.filter(person__in=people, award__in=awards)


def items_of(row: PensionMonth) -> dict[str, int]:
    """What a pension month consists of, fen by item."""
    amounts = {str(item): int(getattr(row, amount_column(item))) for item in BenefitItem}
    return {item: fen for item, fen in amounts.items() if fen}


def last_suspensions(awards: Sequence[int]) -> dict[int, AwardEvent]:
    """The latest suspension by award."""
    return {
        event.award_id: event
        for part in in_slices(awards)
        for event in AwardEvent.objects.filter(award__in=part, kind=AwardEvent.Kind.SUSPENDED).order_by("id")
    }


def _owed(awards: Sequence[int], rests: Mapping[int, Sequence[LiftedSuspension]]) -> dict[int, set[int]]:
    """Whole months still owed by award that no run took, and that no stop lifted later has decided about."""
    found: dict[int, set[int]] = {}
    for part in in_slices(awards):
        rows = Arrears.objects.filter(award__in=part, taken_run__isnull=True, item="").order_by("id")
        for award, first, end, act in rows.values_list("award_id", "from_month", "to_month", "act_id"):
            over = rests.get(award, ())
            due = {month for month in months.span(first, end) if not any(rest.covers(month, act) for rest in over)}
            found.setdefault(award, set()).update(due)
    return found


def held_months_due(ending: Ending) -> Sequence[int]:
    """Months of the suspension an award ends in; one that never pays back ends before them."""
    first = ending.award.suspended_from
    return [] if first is None else months.span(first, months.add(ending.last_month, 1))


def _unsent(ending: Ending, sent: Sequence[PensionMonth], rests: Sequence[LiftedSuspension]) -> Iterator[int]:
    """Months the bank returned or that were held before release, except those a suspension decides about."""
    held = ending.award.suspended_from
    for row in sent:
        mine = row.state in GONE and row.adjustment == 0 and (held is None or row.month < held)
        if mine and not any(rest.covers(row.month, row.act_id) for rest in rests):
            yield row.month


def components_of(awards: Sequence[int]) -> dict[int, list[AwardComponent]]:
    """Components by award."""
    found: dict[int, list[AwardComponent]] = {award: [] for award in awards}
    for part in in_slices(awards):
        for row in AwardComponent.objects.filter(award__in=part).order_by("award", "item", "from_month"):
            found[row.award_id].append(row)
    return found


def in_force(row: AwardComponent, month: int) -> bool:
    """Whether a component is part of a benefit month."""
    return row.from_month <= month and (row.to_month is None or month < row.to_month)
