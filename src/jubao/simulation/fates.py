"""What the year does to pensioners: alerts, suspensions, ends, resumptions, refused payments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.chance import Chance, choose, spread, weighted
from jubao.simulation.people import Days, Numbers, People, Text
from jubao.simulation.roles import ALERTS, Role, december_failures, several
from jubao.simulation.settings import section
from jubao.simulation.targets import Targets
from jubao.vocabulary import month

NEVER = 13
_DECEMBER = 12
_DEATHS_IN_YEAR = 3  # a death up to two months before the month of this list lies in the year
_LAST_RESUMPTION = 11
HELD_MONTH = 4  # the month one pension is held before its release instead of refused by a bank
_ALERTED = tuple(Role(number) for number in ALERTS)
_REASONS = {"1201": 70, "1202": 12, "1299": 18}


@dataclass
class Fates:
    """Columns beside the people, month numbers 1 to 12 of the year; 0 where nothing happens.

    ``stop`` is the first payroll that no longer pays (13: never), ``back`` the first that pays again.
    """

    listed: Numbers  # month in which the list naming the person arrives
    origin: Text  # MINISTRY_DEATH, POLICE_DEATH, CROSS_PROVINCE or empty
    stop: Numbers
    decided: Numbers  # month in which the end is confirmed
    back: Numbers
    suspended_from: Numbers  # YYYYMM, for suspensions that began before the year
    suspension_reason: Text
    makes_up: NDArray[np.bool_]
    event: Days  # death, or start of the other pension
    reported: Days
    burial: Text
    failed: Numbers  # month whose payment the bank refuses


def decide_fates(chance: Chance, people: People, plan: Targets, scale: float, year: int) -> Fates:
    """Decide for every pensioner what happens when; counts follow from the roles."""
    fates = _uneventful(people.role.size)
    _list_alerts(chance.stream("alerts"), people, fates, plan)
    _find_deaths(chance.stream("deaths"), people, fates, plan, year)
    _find_other_pensions(chance.stream("other pensions"), people, fates, year)
    _end_without_list(chance.stream("ends"), people, fates, year)
    _suspend(chance.stream("suspensions"), people, fates)
    _resume_old(chance.stream("resumptions"), people, fates, year)
    _refuse_payments(chance.stream("failures"), people, fates, scale)
    return fates


def _uneventful(size: int) -> Fates:
    none, empty = np.zeros(size, dtype=np.int64), np.zeros(size, dtype="U14")
    never, no_day = np.full(size, NEVER), np.full(size, "NaT", dtype="datetime64[D]")
    return Fates(
        none,
        empty,
        never,
        none.copy(),
        none.copy(),
        none.copy(),
        empty.copy(),
        np.zeros(size, dtype=np.bool_),
        no_day,
        no_day.copy(),
        empty.copy(),
        none.copy(),
    )


def _list_alerts(stream: np.random.Generator, people: People, fates: Fates, plan: Targets) -> None:
    """Put people on the ministry's and the police's lists; they are held from the next payroll on."""
    habits = section("benefits")
    ministry = {
        Role.ALERT_EMPLOYEES: plan.alerts_employees * plan.ministry_terminated // plan.alerts_terminated,
        Role.ALERT_HELD: plan.ministry_suspended,
    }
    ministry[Role.ALERT_DIED] = plan.ministry_terminated - ministry[Role.ALERT_EMPLOYEES]
    for role in _ALERTED:
        rows = stream.permutation(people.rows(role))
        cut = ministry[role]
        for origin, members in (("MINISTRY_DEATH", rows[:cut]), ("POLICE_DEATH", rows[cut:])):
            months = habits["ministry_months" if origin.startswith("M") else "police_months"]
            if role is Role.ALERT_EMPLOYEES:
                months = [number for number in months if number in habits["employees_months"]]
            fates.origin[members] = origin
            fates.listed[members] = spread(stream, months, members.size)
    rows = people.rows(*_ALERTED)
    fates.stop[rows] = fates.listed[rows] + 1
    confirmed = people.rows(Role.ALERT_DIED, Role.ALERT_EMPLOYEES)
    later = (stream.integers(0, 4, confirmed.size) == 0) & (people.role[confirmed] == Role.ALERT_DIED)
    fates.decided[confirmed] = np.minimum(fates.listed[confirmed] + 1 + later, _DECEMBER)
    mistaken = np.flatnonzero((people.role == Role.ALERT_DIED) & (fates.origin == "POLICE_DEATH"))[:1]
    fates.listed[mistaken], fates.stop[mistaken], fates.decided[mistaken] = _DECEMBER - 1, _DECEMBER, _DECEMBER


def taken_for_dead(people: People, fates: Fates) -> int:
    """The one on the last lists of the police who is ended as dead in December, and lives."""
    listed = (people.role == Role.ALERT_DIED) & (fates.origin == "POLICE_DEATH") & (fates.decided == _DECEMBER)
    return int(np.flatnonzero(listed)[0])


def _find_deaths(stream: np.random.Generator, people: People, fates: Fates, plan: Targets, year: int) -> None:
    """Date the deaths one to six months before the hold; some families meet all funeral conditions.

    Those who do were cremated and reported within 30 days; of the others a third each miss the
    cremation, the report, or both. The 30th and the 31st day both occur.
    """
    rows = stream.permutation(people.rows(Role.ALERT_DIED))
    rows = rows[np.argsort(fates.listed[rows] < _DEATHS_IN_YEAR, kind="stable")]  # the grant began with the year
    granted, others = rows[: plan.funeral_grants], rows[plan.funeral_grants :]
    held = people.rows(Role.ALERT_HELD)
    _date_events(stream, fates, np.concatenate([rows, held]), (1, 6), year)
    _date_events(stream, fates, granted, (1, 2), year)
    late = stream.integers(31, 40, others.size)
    in_time = stream.integers(2, 31, rows.size)
    in_time[:1], late[:1] = 30, 31
    lack = np.arange(others.size) % 3
    fates.reported[granted] = fates.event[granted] + in_time[: granted.size]
    fates.reported[others] = fates.event[others] + np.where(lack == 0, in_time[granted.size :], late)
    fates.burial[granted] = "火化"
    fates.burial[others] = np.where(lack == 1, "火化", "土葬")


def _date_events(stream: np.random.Generator, fates: Fates, rows: Numbers, before: tuple[int, int], year: int) -> None:
    """Date events some months before the month of the list, on any day of their month."""
    back = stream.integers(before[0], before[1] + 1, rows.size)
    first = np.datetime64(f"{year}-01", "M") + (fates.listed[rows] - 1 - back)
    days = ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    fates.event[rows] = first.astype("datetime64[D]") + stream.integers(0, days)


def _find_other_pensions(stream: np.random.Generator, people: People, fates: Fates, year: int) -> None:
    """Date the start of employees' pensions, and put the cross-province people on their list."""
    employees = people.rows(Role.ALERT_EMPLOYEES)
    _date_events(stream, fates, employees, (1, 6), year)
    fates.event[employees] = fates.event[employees].astype("datetime64[M]").astype("datetime64[D]")
    rows = people.rows(Role.CROSS_PROVINCE)
    fates.origin[rows] = "CROSS_PROVINCE"
    fates.listed[rows] = section("benefits")["duplicate_month"]
    fates.stop[rows] = fates.listed[rows] + 1
    fates.decided[rows] = fates.listed[rows] + 1 + stream.integers(0, 2, rows.size)


def _end_without_list(stream: np.random.Generator, people: People, fates: Fates, year: int) -> None:
    """End a few pensions at the request of the people themselves."""
    employees, abroad = people.rows(Role.ENDED_EMPLOYEES), people.rows(Role.ENDED_ABROAD)
    before_comparison = section("benefits")["comparison_month"]
    fates.decided[employees] = stream.integers(2, before_comparison, employees.size)
    fates.decided[abroad] = stream.integers(3, _LAST_RESUMPTION, abroad.size)
    rows = np.concatenate([employees, abroad])
    fates.stop[rows] = fates.decided[rows] + 1
    months = np.datetime64(f"{year}-01", "M") + (fates.decided[rows] - 1)
    months[: employees.size] -= stream.integers(1, 5, employees.size)
    fates.event[rows] = months.astype("datetime64[D]")


def _suspend(stream: np.random.Generator, people: People, fates: Fates) -> None:
    """Suspend people in the year for other reasons than a list; some come back within it."""
    standing, returning = people.rows(Role.SUSPENDED), people.rows(Role.SUSPENDED_RESUMED)
    fates.stop[standing] = stream.integers(3, NEVER, standing.size)
    fates.stop[returning] = stream.integers(3, _LAST_RESUMPTION, returning.size)
    resumed_in = fates.stop[returning] + stream.integers(0, 5, returning.size)
    fates.back[returning] = np.minimum(resumed_in, _LAST_RESUMPTION) + 1
    rows = np.concatenate([standing, returning])
    fates.suspension_reason[rows] = weighted(stream, _REASONS, rows.size)
    fates.makes_up[rows] = fates.suspension_reason[rows] != "1202"


def _resume_old(stream: np.random.Generator, people: People, fates: Fates, year: int) -> None:
    """Bring back the people who were suspended in the year before."""
    rows = people.rows(Role.RESUMED)
    before = month.make(year - 1, 1) + np.zeros(rows.size, dtype=np.int64)
    fates.suspended_from[rows] = month.add(before, stream.integers(0, 12, rows.size))
    fates.stop[rows] = 1
    fates.back[rows] = stream.integers(1, _LAST_RESUMPTION + 1, rows.size) + 1
    fates.suspension_reason[rows] = weighted(stream, _REASONS, rows.size)
    fates.makes_up[rows] = fates.suspension_reason[rows] != "1202"


def _refuse_payments(stream: np.random.Generator, people: People, fates: Fates, scale: float) -> None:
    """Let the banks refuse some payments every month, other people's each time."""
    each = [several(section("benefits")["failures_a_month"], scale)] * _LAST_RESUMPTION
    each.append(december_failures(scale))
    rows = stream.permutation(choose(stream, people.rows(Role.PENSIONER), sum(each)))
    fates.failed[rows] = np.repeat(np.arange(1, _DECEMBER + 1), each)


def held_back(fates: Fates) -> int:
    """The one whose payment is held before its release, of those who are not paid in that month."""
    return int(np.flatnonzero(fates.failed == HELD_MONTH)[0])
