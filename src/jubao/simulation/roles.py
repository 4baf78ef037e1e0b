"""The parts people play in the year: every person of the district has exactly one."""

from enum import IntEnum

from jubao.simulation.settings import section
from jubao.simulation.targets import Targets


class Role(IntEnum):
    """What the year holds for a person; the order is the order of rows in the columns."""

    PENSIONER = 0  # draws all year; a few bank failures among them
    ALERT_DIED = 1  # on a death list, held, died indeed
    ALERT_EMPLOYEES = 2  # on a death list, held, found to draw the employees' pension
    ALERT_HELD = 3  # on a death list, held, still unverified
    CROSS_PROVINCE = 4  # draws in another province as well
    ENDED_EMPLOYEES = 5  # moves to the employees' pension without a list
    ENDED_ABROAD = 6
    SUSPENDED = 7  # suspended in the year and stays so
    SUSPENDED_RESUMED = 8  # suspended and resumed within the year
    RESUMED = 9  # suspended before the year, resumed in it
    AWARDED = 10  # reaches 60 and is granted
    AWARDED_LATE = 11  # the same, after the cut-off
    SHORT_OF_YEARS = 12  # reaches 60 and owes years
    ENDED_BY_MATCH = 13  # contributor found in the employees' scheme
    ENDED_AT_HOME = 14  # contributor who died, moved, emigrated
    SENT_WITHIN = 15
    SENT_BRIDGING = 16
    CONTRIBUTOR = 17
    PAUSED = 18
    REQUESTED = 19  # ended before the year, still drawing elsewhere
    LONG_ENDED = 20
    JOINER = 21  # everybody from here on is not in the opening register
    RECEIVED_WITHIN = 22
    RECEIVED_CROSS = 23
    RECEIVED_BRIDGING = 24
    STRANGER = 25  # never insured here: on rolls of other departments


PENSIONERS = range(Role.PENSIONER, Role.AWARDED)
CONTRIBUTORS = range(Role.AWARDED, Role.REQUESTED)
ENDED = range(Role.REQUESTED, Role.JOINER)
NEWCOMERS = range(Role.JOINER, Role.STRANGER)
ALERTS = range(Role.ALERT_DIED, Role.CROSS_PROVINCE)


def head_counts(plan: Targets, scale: float) -> dict[Role, int]:
    """How many people play each role.

    The pensioners at the start follow from the payroll at the end: those paid or refused by their bank in
    December, less the new ones, plus the ended and the suspended.
    """
    pensioners = _fated_pensioners(plan)
    start = plan.paid + december_failures(scale) - plan.newly_eligible
    start += plan.beneficiaries_terminated + plan.suspended
    pensioners[Role.PENSIONER] = start - sum(pensioners.values())
    contributors = _fated_contributors(plan, scale)
    rest = plan.insured - start - sum(contributors.values())
    contributors[Role.PAUSED] = rest * section("register")["paused"] // 1000
    contributors[Role.CONTRIBUTOR] = rest - contributors[Role.PAUSED]
    counts = pensioners | contributors | _outside(plan, scale)
    return {role: counts[role] for role in Role}


def december_failures(scale: float) -> int:
    """How many pensions the banks refuse in December."""
    return several(section("benefits")["failures_december"], scale)


def several(count: int, scale: float) -> int:
    """A count at a scale: whole, and at least one."""
    return max(1, round(count * scale))


def _fated_pensioners(plan: Targets) -> dict[Role, int]:
    return {
        Role.ALERT_DIED: plan.died,
        Role.ALERT_EMPLOYEES: plan.alerts_employees,
        Role.ALERT_HELD: plan.alerts_suspended,
        Role.CROSS_PROVINCE: plan.cross_province,
        Role.ENDED_EMPLOYEES: plan.other_ended_employees,
        Role.ENDED_ABROAD: plan.ended_abroad,
        Role.SUSPENDED: plan.other_suspended,
        Role.SUSPENDED_RESUMED: plan.resumed_in_year,
        Role.RESUMED: plan.resumed - plan.resumed_in_year,
    }


def _fated_contributors(plan: Targets, scale: float) -> dict[Role, int]:
    at_home = min(several(section("contributors")["ended_at_home"], scale), plan.payers_terminated - 1)
    return {
        Role.AWARDED: plan.newly_eligible,
        Role.AWARDED_LATE: several(section("benefits")["granted_after_cut_off"], scale),
        Role.SHORT_OF_YEARS: several(section("register")["short_of_years"], scale),
        Role.ENDED_BY_MATCH: plan.payers_terminated - at_home,
        Role.ENDED_AT_HOME: at_home,
        Role.SENT_WITHIN: plan.sent_within,
        Role.SENT_BRIDGING: plan.sent_bridging,
    }


def _outside(plan: Targets, scale: float) -> dict[Role, int]:
    """People who are not insured at the start, and strangers enough for every roll."""
    return {
        Role.REQUESTED: plan.in_province - plan.ended_this_year_requested,
        Role.LONG_ENDED: several(section("register")["ended_elsewhere"], scale),
        Role.JOINER: several(section("contributors")["joiners"], scale),
        Role.RECEIVED_WITHIN: plan.received_within,
        Role.RECEIVED_CROSS: plan.received_cross,
        Role.RECEIVED_BRIDGING: plan.received_bridging,
        Role.STRANGER: plan.earlier_task + plan.only_child_parents + plan.rural_teachers + plan.rural_doctors,
    }
