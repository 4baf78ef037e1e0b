"""A month of payment beside the one before it, whether it is locked or its turn has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from jubao.operations.payments.due import payroll_of
from jubao.operations.payments.items import AMOUNTS
from jubao.operations.payments.payroll_changes import Changes, Paid, changes_between, happened, paid_in
from jubao.operations.pensions.open_month import first_month_here
from jubao.records.models import PayrollRun
from jubao.vocabulary import month as months


@dataclass(frozen=True)
class Compared:
    """A month beside the one before: the runs, what both pay, the differences, and what a month not locked would pay."""

    run: PayrollRun | None
    earlier: PayrollRun | None
    before: Paid
    after: Paid
    changes: Changes
    payers: Mapping[str, int] | None


def compared(month: int, on: date) -> Compared | None:
    """A month beside the one before it; None where it was not locked and its turn has not come by a day."""
    runs = list(PayrollRun.objects.filter(month__lte=month).select_related("batch").order_by("-month")[:2])
    if runs and runs[0].month == month:
        run, earlier = runs[0], runs[1] if len(runs) > 1 else None
        paid = paid_in([earlier, run] if earlier else [run])
        before, after = (paid[0], paid[-1]) if earlier else (Paid.nothing(), paid[0])
        changes = changes_between(before, after, happened(since=earlier, until=run), is_first=earlier is None)
        return Compared(run, earlier, before, after, changes, None)
    if PayrollRun.objects.filter(month__gt=month).exists():
        return None
    earlier = runs[0] if runs else None
    if not _is_the_turn_of(month, earlier, on):
        return None
    due = payroll_of(month).due
    before, after = (paid_in([earlier])[0] if earlier else Paid.nothing()), Paid.of_due(due)
    changes = changes_between(before, after, happened(since=earlier, until=None), is_first=earlier is None)
    payers = dict(zip(AMOUNTS, due.fen.sum(axis=0).tolist(), strict=True))
    return Compared(None, earlier, before, after, changes, payers)


def following(month: int, *, on: date) -> int | None:
    """The month paid after one that was paid, or the next one where its time has come; None before that."""
    later: int | None = PayrollRun.objects.filter(month__gt=month).aggregate(first=Min("month"))["first"]
    if later is not None:
        return later
    return months.add(month, 1) if months.add(month, 1) <= months.of(on) else None


def turn_of(last: PayrollRun | None, on: date) -> int:
    """The first month that was not paid yet; months in which nobody is due are passed over."""
    return months.add(last.month, 1) if last else first_month_here() or months.of(on)


def _is_the_turn_of(month: int, last: PayrollRun | None, on: date) -> bool:
    """Whether a month is the next one by a day; months before it in which nobody is due are passed over."""
    first = turn_of(last, on)
    if not first <= month <= months.of(on):
        return False
    return not any(len(payroll_of(earlier).due) for earlier in months.span(first, month))
