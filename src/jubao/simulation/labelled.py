"""A register of invented people and a list that names some of them wrongly, with the truth: to train and test comparison."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jubao.simulation.chance import Chance
from jubao.simulation.identity import first_digits, resident_numbers
from jubao.simulation.naming import names
from jubao.simulation.settings import sheet
from jubao.simulation.slips import damaged_names, damaged_numbers, shortened_addresses

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Text: TypeAlias = NDArray[np.str_]

_MILLION: Final = 1_000_000
_COUNTY_PEOPLE: Final = 55_000
_FIRST_COUNTY: Final = 430_102  # made up from here on; nobody is registered there
_VILLAGES, _TOWNS, _HOUSEHOLD = 180, 20, 2
_EARLIEST, _DAYS = np.datetime64("1935-01-01"), 24_000
_SEQUENCES: Final = 480  # police stations give out sequence numbers from a small range


@dataclass(frozen=True, slots=True)
class Labelled:
    """Two lists and who is who.

    Attributes:
        rows: the list with slips. register: the people. Both with the columns of a comparison, all texts.
        truth: ``row``, ``person``: which row of the list means which row of the register, ascending by row.
        slips: ``number``, ``name``: what happened to each row of the list; ``sibling``: register row of the twin of the
            person meant, -1 if there is none.
    """

    rows: pa.Table
    register: pa.Table
    truth: pa.Table
    slips: pa.Table


@dataclass(slots=True)
class _People:
    """Invented people, shape (n,) each; ``twin`` marks the twin of the person before."""

    name: Text
    first17: Numbers
    born: NDArray[np.datetime64]
    village: Numbers
    house: Numbers
    phone: Numbers
    twin: Flags

    def take(self, places: Numbers) -> "_People":
        return _People(*(getattr(self, name)[places] for name in self.__slots__))


def labelled(people: int, rows: int, seed: int) -> Labelled:
    """Invent a register of ``people`` and a list of ``rows``; the same seed gives the same lists."""
    chance = Chance(seed, people)
    strangers = max(rows, 1)
    everybody = _everybody(chance, people + strangers)
    order = chance.stream("order").permutation(people + strangers)
    registered, others = np.sort(order[:people]), np.sort(order[people:])
    meant = _meant(chance.stream("meant"), rows, registered, others)
    place = np.full(people + strangers + 1, -1, dtype=np.int64)
    place[registered] = np.arange(people)
    listed, slips = _listed(chance, everybody, meant, registered)
    truth = pa.table({"row": np.flatnonzero(place[meant] >= 0), "person": place[meant][place[meant] >= 0]})
    sibling = place[_siblings(everybody.twin)[meant]]
    return Labelled(listed, _register(everybody.take(registered)), truth, pa.table({**slips, "sibling": sibling}))


def _everybody(chance: Chance, size: int) -> _People:
    stream, shares = chance.stream("people"), sheet("slips")["people"]
    counties = max(1, -(-size // (2 * _COUNTY_PEOPLE)))
    household = np.arange(size) // _HOUSEHOLD
    dwelling = stream.permutation(household[-1] + 1 if size else 1)
    village = (_FIRST_COUNTY + dwelling % counties) * 1000 + dwelling // counties % _TOWNS + 1
    village = village * 1000 + dwelling // counties // _TOWNS % (_VILLAGES // _TOWNS) + 1
    village = village[household]
    second = np.arange(size) % _HOUSEHOLD == 1
    twin = second & _drawn(stream, size, shares["twins"])
    born = _EARLIEST + stream.integers(0, _DAYS, size=size)
    born[twin] = born[np.flatnonzero(twin) - 1]
    first17 = _numbers(stream, village // 10**6, born, twin, shares["area_elsewhere"])
    named = _names(stream, size, second, twin, shares)
    house = 1 + dwelling[household] // (counties * _VILLAGES)
    return _People(named, first17, born, village, house, _phones(stream, household, shares), twin)


def _names(stream: np.random.Generator, size: int, second: Flags, twin: Flags, shares: dict[str, int]) -> Text:
    """Names, with minority and rare ones, families of one surname, twins, and namesakes in one village."""
    named = names(stream, size).astype("U12")
    pool, rare = sheet("names")["minority"], sheet("names")["rare"]
    minority = np.flatnonzero(_drawn(stream, size, shares["minority"]))
    parts = np.array([part for name in pool for part in name.split("·")])
    dotted = np.strings.add(
        np.strings.add(stream.choice(parts, minority.size), "·"), stream.choice(parts, minority.size)
    )
    named[minority] = dotted
    unusual = np.flatnonzero(_drawn(stream, size, shares["rare"]))
    named[unusual] = np.strings.add(np.strings.slice(named[unusual], 0, 2), stream.choice(rare, size=unusual.size))
    family = np.flatnonzero(twin | (second & _drawn(stream, size, shares["household_surname"])))
    named[family] = np.strings.add(np.strings.slice(named[family - 1], 0, 1), np.strings.slice(named[family], 1, None))
    namesake = np.flatnonzero(second & ~twin & _drawn(stream, size, shares["same_name_in_village"]))
    named[namesake] = named[namesake - 1]
    return named


def _numbers(
    stream: np.random.Generator, home: Numbers, born: NDArray[np.datetime64], twin: Flags, elsewhere: int
) -> Numbers:
    """First 17 digits, unique but for chance; a twin's follows the other's."""
    away = _drawn(stream, len(home), elsewhere)
    area = np.where(away, 430_000 + stream.integers(101, 1_500, size=len(home)), home)
    sequence = 1 + 2 * stream.integers(0, _SEQUENCES, size=len(home)) % 998
    sequence += stream.integers(0, 2, size=len(home))
    place = np.flatnonzero(twin)
    area[place] = area[place - 1]
    sequence[place] = sequence[place - 1] % 998 + 1
    return first_digits(area, born, sequence)


def _phones(stream: np.random.Generator, household: Numbers, shares: dict[str, int]) -> Numbers:
    """A telephone for each household, 0 where there is none; numbers of a range nobody uses."""
    size = household[-1] + 1 if len(household) else 0
    phone = 10_000_000_000 + stream.permutation(size) * 7
    phone[_drawn(stream, size, shares["no_phone"])] = 0
    return phone[household]


def _siblings(twin: Flags) -> Numbers:
    """The other twin of each person; the last place, which is nobody's, where there is none."""
    other = np.full(len(twin), -1, dtype=np.int64)
    place = np.flatnonzero(twin)
    other[place], other[place - 1] = place - 1, place
    return other


def _meant(stream: np.random.Generator, rows: int, registered: Numbers, others: Numbers) -> Numbers:
    """Whom each row means; some are named twice, some stand in no register."""
    shares = sheet("slips")["list"]
    known = np.flatnonzero(_drawn(stream, rows, shares["known"]))[: len(registered)]
    meant = others[:rows].copy()
    meant[known] = stream.choice(registered, size=known.size, replace=False)
    again = known[1:][_drawn(stream, max(known.size - 1, 0), shares["repeated"])]
    meant[again] = meant[known[np.searchsorted(known, again) - 1]]
    return meant


def _register(people: _People) -> pa.Table:
    number = resident_numbers(people.first17)
    return _table(people, number, people.born.astype(str), _addresses(people), _as_text(people.phone), people.village)


def _listed(chance: Chance, everybody: _People, meant: Numbers, registered: Numbers) -> tuple[pa.Table, dict[str, Any]]:
    """The list as somebody outside kept it."""
    shares, stream = sheet("slips")["list"], chance.stream("list")
    people = everybody.take(meant)
    other = resident_numbers(
        everybody.first17[stream.choice(registered, len(meant))] if len(registered) else people.first17
    )
    number, number_slip = damaged_numbers(stream, resident_numbers(people.first17), other, shares["number"])
    named, name_slip = damaged_names(stream, people.name, shares["name"])
    missing = number == ""
    born = _births(stream, people.born, missing, shares)
    stated = _drawn(stream, len(meant), shares["division_stated"]) | (missing & (born == ""))
    village = np.where(
        _drawn(stream, len(meant), shares["division_moved"]), stream.permutation(people.village), people.village
    )
    village = np.where(_drawn(stream, len(meant), shares["division_town_only"]), village // 1000, village)
    known = _drawn(stream, len(meant), shares["address_stated"]) | (missing & (born == ""))
    short = _drawn(stream, len(meant), shares["address_short"])
    address = np.where(known, shortened_addresses(_addresses(people), short), "")
    table = _table(
        people, number, born, address, _calls(stream, people.phone, shares), np.where(stated, village, 0), named
    )
    sexes = np.array(table["sex"].to_pylist(), dtype="U1")
    wrong = _drawn(stream, len(meant), shares["sex_wrong"])
    sexes = np.where(wrong, np.where(sexes == "1", "2", "1"), sexes)
    sexes = np.where(_drawn(stream, len(meant), shares["sex_stated"]), sexes, "")
    table = table.set_column(table.column_names.index("sex"), "sex", pa.array(sexes, pa.string()))
    return table, {"number": number_slip, "name": name_slip}


def _births(stream: np.random.Generator, born: NDArray[np.datetime64], missing: Flags, shares: dict[str, int]) -> Text:
    """Birth dates as stated: left out, day and month exchanged, or a part wrong."""
    size = len(born)
    text = born.astype(str).astype("U10")
    day, month = np.strings.slice(text, 8, 10), np.strings.slice(text, 5, 7)
    year = np.strings.slice(text, 0, 4)
    swapped = _drawn(stream, size, shares["birth_swapped"]) & (day <= "12")
    text = np.where(
        swapped, np.strings.add(np.strings.add(year, "-"), np.strings.add(np.strings.add(day, "-"), month)), text
    )
    other = _drawn(stream, size, shares["birth_other"])
    text[other] = (born[other] + stream.choice([-366, -10, -1, 1, 9, 31, 365], size=int(other.sum()))).astype(str)
    with_number = _drawn(stream, size, shares["birth_stated"])
    without = _drawn(stream, size, shares["birth_stated_without_number"])
    return np.where(np.where(missing, without, with_number), text, "")


def _calls(stream: np.random.Generator, phone: Numbers, shares: dict[str, int]) -> Text:
    changed = _drawn(stream, len(phone), shares["phone_changed"])
    phone = np.where(changed, 19_000_000_000 + stream.integers(0, 10**9, size=len(phone)), phone)
    return _as_text(np.where(_drawn(stream, len(phone), shares["phone_stated"]), phone, 0))


def _addresses(people: _People) -> Text:
    """Addresses such as 湖南省虚拟市第2区第3街道第5社区居民委员会第7组12号."""
    county, town, place = (
        people.village // 10**6 - _FIRST_COUNTY + 1,
        people.village // 1000 % 1000,
        people.village % 1000,
    )
    group = people.house % 12 + 1
    parts: list[str | Numbers] = ["湖南省虚拟市虚", county, "区甲", town, "街道乙", place, "社区居民委员会第"]
    parts += [group, "组", people.house, "号"]
    text = np.full(len(people.village), "", dtype="U64")
    for part in parts:
        text = np.strings.add(text, part.astype("U6") if isinstance(part, np.ndarray) else np.array(part))
    return text


def _table(
    people: _People, number: Text, born: Text, address: Text, phone: Text, village: Numbers, named: Text | None = None
) -> pa.Table:
    columns = {
        "key": np.arange(len(number)).astype("U10"),
        "name": people.name if named is None else named,
        "resident_number": number,
        "birth_date": born,
        "sex": np.where(people.first17 % 2 == 1, "1", "2"),
        "division": _as_text(village),
        "address": address,
        "phone": phone,
    }
    return pa.table({name: pa.array(column.tolist(), pa.string()) for name, column in columns.items()})


def _as_text(numbers: Numbers) -> Text:
    return np.where(numbers == 0, "", numbers.astype("U12"))


def _drawn(stream: np.random.Generator, size: int, share: int) -> Flags:
    return np.asarray(stream.integers(0, _MILLION, size=size) < share, dtype=np.bool_)
