"""Who pays contributions in the year: how much, for which years, when and by which file."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.calendar_of_year import OfficeYear
from jubao.simulation.chance import Chance, choose, spread
from jubao.simulation.histories import Histories
from jubao.simulation.people import Flags, Numbers, People
from jubao.simulation.roles import Role, several
from jubao.simulation.settings import section
from jubao.simulation.targets import Targets

_HUNDRED_YUAN = 10_000  # fen
_LADDER = 10  # up to 1,000 yuan tiers go by the hundred
_COARSE = 9
_STEPS = (20, 10, _COARSE, 1)
_TAIL = 12


@dataclass(frozen=True)
class PaymentFile:
    """One file of collected contributions."""

    channel: str  # bank or outlet
    month: int
    day: int
    after_cut_off: bool = False


@dataclass
class Contributions:
    """One row per payment: who (position), what for, how much (fen), in which file.

    ``months`` gives, per person, the month in which the current contribution is received; 0 for none.
    """

    person: Numbers
    kind: NDArray[np.str_]
    year: Numbers
    amount: Numbers
    file: Numbers
    files: list[PaymentFile]
    months: Numbers
    joined: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def plan_contributions(
    chance: Chance, people: People, past: Histories, plan: Targets, scale: float, office: OfficeYear
) -> Contributions:
    """Choose payers and amounts so that people and sum come to the plan by the cut-off."""
    files = payment_files()
    joined = _join(chance.stream("joining"), people)
    latest = _last_chance(chance.stream("leaving"), people)
    payers = _choose_payers(chance.stream("payers"), people, plan.payers, joined, latest)
    make_up_person, make_up_year = _make_up(chance.stream("make-up"), people, past, payers, office.year)
    make_up_tier = chance.stream("make-up tiers").integers(1, _LADDER + 1, make_up_person.size)
    units = past.tier[payers] // 100
    target = plan.collected_fen // _HUNDRED_YUAN - int(make_up_tier.sum())
    units = reach(chance.stream("adjusting"), units, target)
    past.tier[payers] = units * 100
    tail = _tail(chance.stream("tail"), people, payers, scale)
    file = _deal_files(chance.stream("files"), payers, joined, latest, files)
    tail_file = spread(chance.stream("tail files"), _numbers(files, after=True), tail.size)
    current = np.concatenate([payers, tail])
    where = np.zeros(people.role.size, dtype=np.int64)
    where[current] = np.concatenate([file, tail_file])
    months = np.zeros(people.role.size, dtype=np.int64)
    months[current] = np.array([f.month for f in files])[where[current]]
    person = np.concatenate([current, make_up_person])
    return Contributions(
        person=person,
        kind=np.repeat(["10", "31"], [current.size, make_up_person.size]),
        year=np.concatenate([np.full(current.size, office.year), make_up_year]),
        amount=np.concatenate([past.tier[current] * 100, make_up_tier * _HUNDRED_YUAN]),
        file=where[person],
        files=files,
        months=months,
        joined=joined,
    )


def payment_files() -> list[PaymentFile]:
    """The year's collection files: bank debits in the busy months, outlet settlements all year."""
    habits = section("contributors")
    listed = [PaymentFile("bank", m, 24 if m < _TAIL else 11) for m in habits["bank_months"]]
    seen: set[int] = set()
    for number in habits["outlet_months"]:
        day = 24 if number in seen else (14 if number < _TAIL else 7)
        listed.append(PaymentFile("outlet", number, day))
        seen.add(number)
    return [
        *listed,
        PaymentFile("outlet", _TAIL, 20, after_cut_off=True),
        PaymentFile("bank", _TAIL, 21, after_cut_off=True),
    ]


def reach(stream: np.random.Generator, units: Numbers, target: int) -> Numbers:
    """Move people up and down the ladder of tiers until their contributions sum to a target.

    Args:
        stream: decides who moves.
        units: shape (n,), tiers in hundreds of yuan, as first drawn.
        target: the sum to reach, in hundreds of yuan.
    """
    moved = units.copy()
    for step in _STEPS:
        while abs(gap := target - int(moved.sum())) >= step:
            free = np.flatnonzero(_may_climb(moved, step) if gap > 0 else _may_descend(moved, step))
            if not free.size:
                break
            chosen = stream.permutation(free)[: abs(gap) // step]
            moved[chosen] += step if gap > 0 else -step
    assert int(moved.sum()) == target, "the ladder of tiers cannot reach the planned contributions"
    return moved


def _may_climb(units: Numbers, step: int) -> Flags:
    """Who can go up by a step and land on a tier: long steps lead from 1,000 to 2,000 or 3,000 yuan."""
    return units == _LADDER if step > _COARSE else units <= _LADDER - step


def _may_descend(units: Numbers, step: int) -> Flags:
    """Who can go down by a step and land on a tier: long steps lead back to 1,000 yuan."""
    return units == _LADDER + step if step > _COARSE else (units > step) & (units <= _LADDER)


def _join(stream: np.random.Generator, people: People) -> Numbers:
    """Month in which each newcomer enrols; 0 for everybody else."""
    joined = np.zeros(people.role.size, dtype=np.int64)
    rows = people.rows(Role.JOINER)
    joined[rows] = spread(stream, list(range(1, 12)), rows.size)
    return joined


def _last_chance(stream: np.random.Generator, people: People) -> Numbers:
    """Last month in which each person still pays: before reaching 60 or leaving; 12 for the others."""
    latest = np.full(people.role.size, 12, dtype=np.int64)
    awarded = people.rows(Role.AWARDED)
    latest[awarded] = people.sixty[awarded] - 1
    leaving = people.rows(Role.ENDED_BY_MATCH, Role.ENDED_AT_HOME)
    latest[leaving] = stream.integers(3, 6, leaving.size)
    return latest


def _choose_payers(
    stream: np.random.Generator, people: People, count: int, joined: Numbers, latest: Numbers
) -> Numbers:
    """Choose people who pay by the cut-off: some newcomers, some awarded, few who leave, many others."""
    shares = section("contributors")
    newcomers = np.flatnonzero((joined > 0) & (joined <= 10))  # noqa: PLR2004 (they still have a month to pay)
    awarded = people.rows(Role.AWARDED)
    awarded = awarded[latest[awarded] >= 1]
    leaving = people.rows(Role.ENDED_AT_HOME)
    some = [
        choose(stream, newcomers, newcomers.size * shares["joiners_paying"] // 1000),
        choose(stream, awarded, awarded.size * shares["awards_paying"] // 1000),
        choose(stream, leaving, min(leaving.size, count * shares["ended_paying"] // 3000)),
    ]
    plain = people.rows(Role.CONTRIBUTOR)
    plain = plain[people.category[plain] == "011"]
    rest = count - sum(part.size for part in some)
    return np.concatenate([*some, choose(stream, plain, rest)])


def _tail(stream: np.random.Generator, people: People, payers: Numbers, scale: float) -> Numbers:
    """Choose people who pay only after the cut-off."""
    plain = people.rows(Role.CONTRIBUTOR)
    free = np.setdiff1d(plain[people.category[plain] == "011"], payers)
    return choose(stream, free, min(free.size, several(section("contributors")["payers_after_cut_off"], scale)))


def _make_up(
    stream: np.random.Generator, people: People, past: Histories, payers: Numbers, year: int
) -> tuple[Numbers, Numbers]:
    """Choose payers above 45 who make up missing years, latest years first: (positions, years)."""
    mature = (people.role[payers] == Role.CONTRIBUTOR) & (people.sixty[payers] < 12 * 15)
    missing = np.where(mature, year - past.enrolled[payers] // 100 - past.years[payers], 0)
    share = section("contributors")["make_up"] / max(float((missing > 0).mean()), 0.001)
    chosen = (missing > 0) & (stream.integers(0, 1000, payers.size) < share)
    count = np.where(chosen, missing, 0)
    person = np.repeat(payers, count)
    rank = np.arange(person.size) - np.repeat(np.cumsum(count) - count, count)
    return person, year - 1 - rank


def _deal_files(
    stream: np.random.Generator, payers: Numbers, joined: Numbers, latest: Numbers, files: list[PaymentFile]
) -> Numbers:
    """Give every payer a file within the months open to them, through an outlet or a bank."""
    outlets, banks = _numbers(files, "outlet"), _numbers(files, "bank")
    by_outlet = stream.integers(0, 1000, payers.size) < section("contributors")["outlets"]
    dealt = np.where(by_outlet, stream.choice(outlets, payers.size), stream.choice(banks, payers.size))
    for place in np.flatnonzero((joined[payers] > 0) | (latest[payers] < 12)):  # noqa: PLR2004 (December)
        first, last = joined[payers[place]] + 1, latest[payers[place]]
        dealt[place] = stream.choice([n for n in outlets if first <= files[n].month <= last])
    return dealt


def _numbers(files: list[PaymentFile], channel: str = "", *, after: bool = False) -> list[int]:
    return [n for n, f in enumerate(files) if f.after_cut_off == after and channel in f.channel]
