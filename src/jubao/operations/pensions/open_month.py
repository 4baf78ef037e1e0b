"""Which month is the first that this office pays, and which one a payroll runs for next."""

from django.db.models import Max, Min

from jubao.operations.envelope.view import View
from jubao.records.models import Award, PayrollRun
from jubao.vocabulary import month as months


def first_open_month(view: View) -> int:
    """The next month a payroll will run for: the one after the last run, else the first month paid here.

    Where nobody draws a pension yet, it is the month of the business date.
    """
    last: int | None = PayrollRun.objects.aggregate(last=Max("month"))["last"]
    if last is not None:
        return months.add(last, 1)
    first = first_month_here()
    return months.of(view.on) if first is None else first


def first_month_here() -> int | None:
    """The first month this office pays: that of its first payroll, or the one it must begin with.

    What the register tells of pensions was paid up to its day, so payrolls begin with the month after it; without
    pensions in the register, with the month in which the first one was granted. None where there is no pension.
    """
    first: int | None = PayrollRun.objects.aggregate(first=Min("month"))["first"]
    if first is not None:
        return first
    taken_over = Award.objects.filter(opened_with_register=True)
    day = taken_over.aggregate(day=Min("person__identities__valid_from"))["day"]
    if day is not None:
        return months.add(months.of(day), 1)
    granted = Award.objects.aggregate(day=Min("act__business_date"))["day"]
    return None if granted is None else months.of(granted)
