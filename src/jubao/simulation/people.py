"""The people of the district as columns: who they are, where they live, how they can be paid."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.simulation import identity, naming
from jubao.simulation.chance import Chance, choose, weighted
from jubao.simulation.roles import CONTRIBUTORS, NEWCOMERS, PENSIONERS, Role
from jubao.simulation.settings import section, sheet

Days = NDArray[np.datetime64]
Numbers = NDArray[np.int64]
Text = NDArray[np.str_]
Flags = NDArray[np.bool_]

_DAY = np.timedelta64(1, "D")
_RURAL = 55  # percent


@dataclass
class People:
    """One row per person in every column; rows are ordered by role."""

    role: Numbers
    born: Days
    sixty: Numbers  # month number of the year in which 60 is reached; 0 is last December, -1 and below earlier
    number: Text
    name: Text
    division: Text
    address: Text
    household: Text
    category: Text
    phone: Text
    bank: Text
    account: Text
    card: Text

    def rows(self, *roles: Role) -> Numbers:
        """Positions of the people who play one of the roles."""
        return np.flatnonzero(np.isin(self.role, roles))

    def within(self, roles: range) -> Numbers:
        """Positions of the people whose role lies in a range of roles."""
        return np.flatnonzero((self.role >= roles.start) & (self.role < roles.stop))

    def who(self, row: int) -> str:
        """The resident number of a person, as acts name people."""
        return str(self.number[row])


def populate(chance: Chance, counts: dict[Role, int], year: int, villages: list[dict[str, Any]]) -> People:
    """Invent everybody.

    Args:
        chance: the seed.
        counts: how many people play each role.
        year: the simulated year.
        villages: divisions of the lowest level (code, name).
    """
    role = np.repeat([int(r) for r in counts], list(counts.values()))
    born = np.concatenate([_born(chance.stream(f"born-{r.name}"), r, n, year) for r, n in counts.items()])
    twins = _twins(chance.stream("twins"), role)
    born[twins] = born[twins - 1]
    codes, accounts = identity.bank_accounts(chance.stream("banks"), role.size)
    home = chance.stream("homes").integers(0, len(villages), size=role.size)
    return People(
        role=role,
        born=born,
        sixty=_sixty(born, year),
        number=identity.own_numbers(chance.stream("numbers"), born, twins),
        name=_named(chance, role.size, twins),
        division=np.array([village["code"] for village in villages])[home],
        address=_addresses(chance.stream("addresses"), [village["name"] for village in villages], home),
        household=np.where(chance.stream("households").integers(0, 100, role.size) < _RURAL, "20", "10"),
        category=_categories(chance.stream("categories"), role),
        phone=_phones(chance.stream("phones"), role.size),
        bank=codes,
        account=accounts,
        card=identity.card_numbers(role.size),
    )


def _born(stream: np.random.Generator, role: Role, size: int, year: int) -> Days:
    """Birth dates that fit a role; pensioners thin out with age, contributors crowd before 60."""
    oldest, youngest, lean = _ages(role)
    first = np.datetime64(f"{year - oldest}-01-01")
    last = np.datetime64(f"{year - youngest}-01-01") - _DAY
    if role in (Role.PENSIONER, Role.AWARDED, Role.AWARDED_LATE, Role.SHORT_OF_YEARS):
        first, last = _birthdays_in_year(role, year, first)
    share = stream.random(size) if lean == 0 else stream.beta(1.1, 1.1 + abs(lean), size)
    days = (share * ((last - first) / _DAY)).astype(np.int64)
    return (first + days * _DAY) if lean >= 0 else (last - days * _DAY)


def _ages(role: Role) -> tuple[int, int, float]:
    """Oldest and youngest (age on 1 January) and the lean: above 0 to the old end, below 0 to the young."""
    groups = (
        ((Role.CROSS_PROVINCE, Role.RESUMED), (88, 63, -1.0)),
        ((Role.PENSIONER,), (96, 61, -1.5)),
        (PENSIONERS, (96, 61, -0.6)),
        ((Role.REQUESTED,), (80, 62, -1.0)),
        ((Role.LONG_ENDED,), (85, 30, 0.0)),
        ((Role.SENT_BRIDGING, Role.RECEIVED_BRIDGING), (58, 50, 0.0)),
        ((Role.ENDED_BY_MATCH,), (58, 20, 0.3)),
        (NEWCOMERS, (56, 17, 0.0)),
        (CONTRIBUTORS, (59, 17, 0.5)),
    )
    return next((ages for roles, ages in groups if role in roles), (80, 17, 0.0))


def _birthdays_in_year(role: Role, year: int, oldest: np.datetime64) -> tuple[np.datetime64, np.datetime64]:
    """First and last birth date of people whose role depends on when exactly they reach pension age."""
    born = year - pension_age()
    if role is Role.PENSIONER:
        return oldest, np.datetime64(f"{born - 1}-11-30")
    if role is Role.AWARDED:
        return np.datetime64(f"{born - 1}-12-01"), np.datetime64(f"{born}-12-01") - _DAY
    if role is Role.AWARDED_LATE:
        return np.datetime64(f"{born}-11-01"), np.datetime64(f"{born}-12-15")
    return np.datetime64(f"{born}-01-01"), np.datetime64(f"{born}-12-31")


def pension_age() -> int:
    """The age at which pensions start here, in years."""
    age: int = section("customs")["pension_age"]
    return age


def _sixty(born: Days, year: int) -> Numbers:
    """Count months from last December to the month in which each person reaches pension age."""
    months = born.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    return months + pension_age() * 12 - (year * 12 - 1)


def _twins(stream: np.random.Generator, role: Numbers) -> Numbers:
    """Positions of people who become the twin of the person before them; never two in a row."""
    plain = np.flatnonzero((role == Role.CONTRIBUTOR) & (np.r_[-1, role[:-1]] == Role.CONTRIBUTOR))[::2]
    return choose(stream, plain, plain.size * section("register")["twins"] // 1000)


def _named(chance: Chance, size: int, twins: Numbers) -> Text:
    plain = naming.share_surname(naming.names(chance.stream("names"), size), twins)
    return naming.unusual(chance.stream("unusual names"), plain)


def _addresses(stream: np.random.Generator, village_names: list[str], home: Numbers) -> Text:
    streets = stream.choice(sheet("divisions")["roads"], size=home.size)
    house = np.strings.add(stream.integers(1, 200, home.size).astype("U4"), "号")
    return np.strings.add(np.array(village_names)[home], np.strings.add(streets, house))


def _categories(stream: np.random.Generator, role: Numbers) -> Text:
    """Ordinary for nearly everybody; hardship groups among people whose year holds nothing else."""
    groups: dict[str, int] = section("register")["government_paid_categories"]
    weights = {"011": 1000 - sum(groups.values())} | groups
    drawn = weighted(stream, weights, role.size)
    return np.where(np.isin(role, [Role.PENSIONER, Role.CONTRIBUTOR, Role.PAUSED]), drawn, "011")


def _phones(stream: np.random.Generator, size: int) -> Text:
    """Telephone numbers nobody has, none given twice; the rest of the people leave none."""
    phones = np.zeros(size, dtype="U11")
    known = min(size // 3, section("register")["phones"])
    chosen = choose(stream, np.arange(size), known)
    phones[chosen] = identity.text(identity.digits(stream.permutation(known) + 19_900_000_000, 11) + np.uint8(48))
    return phones


def pensioner_rows(people: People) -> Numbers:
    """Positions of everybody who draws, or is suspended from, a pension at the start of the year."""
    return people.within(PENSIONERS)
