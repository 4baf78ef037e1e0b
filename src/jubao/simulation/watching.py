"""The audit post's monthly watch: once a month, before the collection account is swept."""

from jubao.simulation.calendar_of_year import MONTHS
from jubao.simulation.paper import Paper, YearPlan

_WATCH_DAY = 26


def run(plan: YearPlan, paper: Paper) -> None:
    """Watch every month of the year."""
    for number in MONTHS:
        paper.note(plan.office.day(number, _WATCH_DAY), "watch.run", [{"month": plan.office.month(number)}])
