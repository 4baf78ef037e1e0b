"""Which months of a pension were paid too much, and which were due and never paid."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Min

from jubao.operations.law import law
from jubao.operations.pensions.closing import Ending, Month
from jubao.operations.pensions.resting import rests_of
from jubao.operations.people import in_slices
from jubao.records.models import AccountEntry, Arrears, AwardComponent, AwardEvent, PayrollLine, PayrollRun
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind


def overpaid_after(endings: Sequence[Ending]) -> None:
    """Fill in the months paid after the last entitled one: our own lines, and months before the takeover."""
    first_run = PayrollRun.objects.aggregate(first=Min("month"))["first"]
    paid: dict[int, list[tuple[int, str, int]]] = {}
    for key in in_slices([e.award.pk for e in endings]):
        rows = PayrollLine.objects.filter(award__in=key, state="PAID").values_list("award", "month", "item", "amount_fen")
        for award, month, item, fen in rows.order_by("award", "month", "item"):
            paid.setdefault(award, []).append((month, item, fen))
    components = components_of([e.award.pk for e in endings])
    for ending in endings:
        own = [row for row in paid.get(ending.award.pk, []) if row[0] > ending.last_month]
        earlier = _before_takeover(ending, components[ending.award.pk], first_run) if first_run else []
        ending.overpaid = _with_draws(ending, own) + earlier


def _with_draws(ending: Ending, rows: list[tuple[int, str, int]]) -> list[Month]:
    """Our own overpaid lines; of an account item never more counts as drawn than the account really gave."""
    account_items = [item for _, item, _ in rows if BenefitItem(item).is_account]
    drawn = _drawn_by_source(ending.person.pk) if account_items else {}
    listed = []
    for month, item, fen in sorted(rows, reverse=True):
        source = str(BenefitItem(item).source or "")
        part = min(fen, drawn.get(source, 0))
        drawn[source] = drawn.get(source, 0) - part
        listed.append(Month(month, item, fen, part))
    return sorted(listed, key=lambda m: (m.month, m.item))


def _drawn_by_source(person: int) -> dict[str, int]:
    entries = AccountEntry.objects.filter(person=person, kind=EntryKind.PENSION).values_list("source", "amount_fen")
    drawn: dict[str, int] = {}
    for source, fen in entries:
        drawn[source] = drawn.get(source, 0) - fen
    return drawn


def _before_takeover(ending: Ending, rows: Sequence[AwardComponent], first_run: int) -> list[Month]:
    """Months before our first payroll that the register says were paid, after the last entitled one."""
    if not ending.award.opened_with_register:
        return []
    first = max(months.add(ending.last_month, 1), ending.award.start_month)
    until = min(first_run, ending.award.suspended_from or first_run)
    return [
        Month(month, row.item, row.amount_fen)
        for month in months.span(first, until)
        for row in rows
        if in_force(row, month) and not BenefitItem(row.item).is_account
    ]


def unpaid_until(endings: Sequence[Ending], *, on: date) -> None:
    """Fill in months due up to the last entitled one that no run paid: held, owed, or failed at the bank."""
    back_pay = law(on).value("suspension.back_pay")
    components = components_of([e.award.pk for e in endings])
    for ending in endings:
        wanted = sorted(set(_months_open(ending, back_pay)))
        live = set(
            PayrollLine.objects.filter(award=ending.award, state__in=["DUE", "PAID"]).values_list("month", "item")
        )
        ending.unpaid = [
            Month(month, row.item, row.amount_fen)
            for month in wanted
            for row in components[ending.award.pk]
            if in_force(row, month) and (month, row.item) not in live
        ]


def _months_open(ending: Ending, back_pay: dict[str, str]) -> Iterable[int]:
    after_last = months.add(ending.last_month, 1)
    held = ending.award.suspended_from
    if held is not None and held < after_last:
        reason = (
            AwardEvent.objects.filter(award=ending.award, kind=AwardEvent.Kind.SUSPENDED)
            .order_by("-id").values_list("reason", flat=True).first()
        )  # fmt: skip
        if back_pay[reason or "1299"] != "NONE":
            yield from months.span(held, after_last)
    for owed in Arrears.objects.filter(award=ending.award, taken_run__isnull=True, item=""):
        yield from months.span(owed.from_month, min(owed.to_month, after_last))
    yield from _unsent(ending, after_last)


def _unsent(ending: Ending, after_last: int) -> Iterable[int]:
    """Months the bank returned or that were held before release, except those a suspension decides about."""
    held, rests = ending.award.suspended_from, rests_of([ending.award.pk]).get(ending.award.pk, [])
    lines = PayrollLine.objects.filter(award=ending.award, state__in=["FAILED", "HELD"], month__lt=after_last, adjustment=0)
    for month, act in lines.values_list("month", "act_id"):
        if (held is None or month < held) and not any(rest.covers(month, act) for rest in rests):
            yield month


def components_of(awards: Sequence[int]) -> dict[int, list[AwardComponent]]:
    """Components by award."""
    found: dict[int, list[AwardComponent]] = {award: [] for award in awards}
    for key in in_slices(awards):
        for row in AwardComponent.objects.filter(award__in=key).order_by("award", "item", "from_month"):
            found[row.award_id].append(row)
    return found


def in_force(row: AwardComponent, month: int) -> bool:
    """Whether a component is part of a benefit month."""
    return row.from_month <= month and (row.to_month is None or month < row.to_month)
