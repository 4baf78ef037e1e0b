"""What lies behind people at the start of the year: enrolment, years, tiers, balances, certifications."""

from dataclasses import dataclass

import numpy as np

from jubao.simulation.chance import Chance, weighted
from jubao.simulation.fates import NEVER, Fates
from jubao.simulation.people import Numbers, People, Text, pensioner_rows
from jubao.simulation.roles import CONTRIBUTORS, ENDED, Role
from jubao.simulation.settings import custom, section
from jubao.vocabulary import month

SOURCES = ("personal", "province", "city", "county", "collective", "government_paid")
_PERSONAL, _PROVINCE, _COUNTY, _COLLECTIVE, _GOVERNMENT = 0, 1, 3, 4, 5
_HUNDRED_YUAN = 10_000


@dataclass
class Histories:
    """Columns of the register; months YYYYMM or 0, amounts fen, ``balance`` and ``pension`` (n, 6)."""

    enrolled: Numbers
    years: Numbers
    tier: Numbers  # yuan
    balance: Numbers
    pension: Numbers
    pension_start: Numbers
    ended: Numbers
    end_reason: Text
    certified: Numbers


def subsidy(tier: Numbers) -> Numbers:
    """Yearly government subsidy a tier earns; tier in yuan, subsidy in fen."""
    table: dict[int, int] = custom("subsidies")
    steps = sorted(table)
    return np.array([table[step] for step in steps])[np.searchsorted(steps, tier, side="right") - 1]


def required_years(people: People, rows: Numbers) -> Numbers:
    """Years people of a cohort owe at 60, as the clerks here reckon: birth year less 1951, 0 to 15."""
    born = people.born[rows].astype("datetime64[Y]").astype(np.int64) + 1970
    return np.clip(born - custom("cohort_year"), 0, custom("full_years"))


def remember(chance: Chance, people: People, fates: Fates, year: int) -> Histories:
    """Give everybody a past; balances of pensioners follow later, once their pensions are known."""
    size = people.role.size
    zeros = np.zeros(size, dtype=np.int64)
    past = Histories(
        enrolled=_enrolled(chance.stream("enrolled"), people, year),
        years=zeros,
        tier=weighted(chance.stream("tiers"), section("contributors")["tier_weights"], size).astype(np.int64),
        balance=np.zeros((size, len(SOURCES)), dtype=np.int64),
        pension=np.zeros((size, len(SOURCES)), dtype=np.int64),
        pension_start=zeros.copy(),
        ended=zeros.copy(),
        end_reason=np.zeros(size, dtype="U4"),
        certified=zeros.copy(),
    )
    _count_years(chance.stream("years"), people, past, year)
    _fill_accounts(chance.stream("accounts"), people, past)
    _start_pensions(people, past, year)
    _end_relations(chance.stream("ended"), people, past, year)
    _certify(chance.stream("certified"), people, fates, past, year)
    return past


def _enrolled(stream: np.random.Generator, people: People, year: int) -> Numbers:
    """Months of enrolment: most with the launch, the others since; at least 16 years old."""
    launch = custom("launch_month")
    length = month.between(launch, month.make(year, 1))
    later = stream.integers(0, length, people.role.size) * (stream.integers(0, 10, people.role.size) // 7)
    sixteen = (people.born.astype("datetime64[M]").astype(np.int64) + 1970 * 12) + 17 * 12
    first = np.maximum(launch // 100 * 12 + launch % 100 - 1 + later, sixteen)
    first = np.minimum(first, year * 12 - 2)
    return first // 12 * 100 + first % 12 + 1


def _count_years(stream: np.random.Generator, people: People, past: Histories, year: int) -> None:
    """Count contributed years: never more than since the launch; those who are awarded have enough."""
    most = np.maximum(year - past.enrolled // 100, 0)
    past.years = stream.integers(0, most + 1)
    past.years[people.within(ENDED)] = 0
    small = people.rows(Role.ENDED_BY_MATCH)
    past.years[small] = np.minimum(past.years[small], stream.integers(0, 4, small.size))
    past.tier[small] = np.where(stream.integers(0, 20, small.size) > 0, 100, past.tier[small])
    for role, less in ((Role.AWARDED, 0), (Role.AWARDED_LATE, 0), (Role.SHORT_OF_YEARS, 2)):
        rows = people.rows(role)
        past.years[rows] = np.maximum(required_years(people, rows) - less, 0)
        past.enrolled[rows] = custom("launch_month")
    rows = pensioner_rows(people)
    past.years[rows] = required_years(people, rows)
    past.enrolled[rows] = custom("launch_month")
    past.tier[np.concatenate([rows, people.within(ENDED)])] = 0


def _fill_accounts(stream: np.random.Generator, people: People, past: Histories) -> None:
    """Fill contributors' accounts from tier and years, with a little interest of the years since."""
    rows = people.within(CONTRIBUTORS)
    poor = people.category[rows] != "011"
    past.tier[rows[poor]] = 100
    years, tier = past.years[rows], past.tier[rows]
    grown = 10_000 + years * 75  # simple growth in parts of ten thousand
    paid, subsidised = tier * 100 * years, subsidy(tier) * years
    past.balance[rows, _PERSONAL] = np.where(poor, 0, paid) * grown // 10_000
    past.balance[rows, _GOVERNMENT] = np.where(poor, _HUNDRED_YUAN * years, 0) * grown // 10_000
    past.balance[rows, _PROVINCE] = (subsidised - subsidised // 2) * grown // 10_000
    past.balance[rows, _COUNTY] = subsidised // 2 * grown // 10_000
    helped = stream.integers(0, 100, rows.size) == 0
    past.balance[rows, _COLLECTIVE] = np.where(helped, 5_000 * years, 0) * grown // 10_000
    odd = stream.integers(0, 100, rows.size)
    past.balance[rows, _PERSONAL] += np.where(past.balance[rows, _PERSONAL] > 0, odd, 0)


def _start_pensions(people: People, past: Histories, year: int) -> None:
    """Start pensions in the month after 60, the oldest with the launch of the scheme."""
    rows = pensioner_rows(people)
    december = month.make(year - 1, 12) + np.zeros(rows.size, dtype=np.int64)
    start = month.add(december, people.sixty[rows] + 1)
    past.pension_start[rows] = np.maximum(start, custom("launch_month"))


def _end_relations(stream: np.random.Generator, people: People, past: Histories, year: int) -> None:
    """Date the ends of relations that lie before the year, with the reason kept in the register."""
    rows = people.within(ENDED)
    ends = custom("launch_month") // 100 + 1
    past.ended[rows] = stream.integers(ends, year, rows.size) * 100 + stream.integers(1, 13, rows.size)
    past.enrolled[rows] = custom("launch_month")
    requested, others = people.rows(Role.REQUESTED), people.rows(Role.LONG_ENDED)
    past.end_reason[requested] = weighted(stream, {"1407": 80, "1499": 20}, requested.size)
    old = people.sixty[others] < 0
    young_reason = weighted(stream, {"6401": 20, "6404": 30, "6407": 45, "6499": 5}, others.size)
    past.end_reason[others] = np.where(old, "1401", young_reason)


def _certify(stream: np.random.Generator, people: People, fates: Fates, past: Histories, year: int) -> None:
    """Date the last certification so that nobody's lapses before the year's own events reach them.

    Undisturbed pensioners certified in February to December of the year before and will again a month
    before it lapses; a missing proof of life lapses in the month of the suspension; nobody certified
    after death.
    """
    rows = pensioner_rows(people)
    january = month.make(year, 1) + np.zeros(rows.size, dtype=np.int64)
    latest = month.add(january, -1)
    died = ~np.isnat(fates.event[rows]) & np.isin(people.role[rows], [Role.ALERT_DIED, Role.ALERT_HELD])
    latest[died] = np.minimum(latest[died], month.of_days(fates.event[rows][died]))
    lapse = month.add(january, np.minimum(fates.stop[rows], NEVER) - 1)
    earliest = np.where(fates.stop[rows] == NEVER, month.add(january, -11), month.add(lapse, -12))
    old = people.role[rows] == Role.RESUMED
    lapsed = old | (fates.suspension_reason[rows] == "1201")
    earliest[old] = month.add(fates.suspended_from[rows][old], -12)
    earliest[lapsed] = month.add(earliest[lapsed], -1)  # the last month to certify is the one before
    room = np.maximum(month.between(earliest, latest), 0)
    step = np.where(lapsed, 0, stream.integers(0, room + 1))
    past.certified[rows] = month.add(earliest, step)
