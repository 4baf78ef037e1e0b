"""Identities that belong to nobody: resident numbers, bank accounts and cards, valid in form and unique."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.chance import weighted
from jubao.simulation.settings import section, sheet
from jubao.vocabulary.resident_number import CHECK_DIGITS, WEIGHTS

Text = NDArray[np.str_]
Numbers = NDArray[np.int64]

_SLOTS, _STEP = (
    199,
    7,
)  # sequence numbers 1 to 597: slot * 3 + 1, the twin + 2; from 600 up are other people's
_POWERS = 10 ** np.arange(16, -1, -1, dtype=np.int64)
_CHECKS = np.frombuffer(CHECK_DIGITS.encode(), dtype=np.uint8)
_ZERO = np.uint8(48)
_NINE = 9
_SPREAD = 387_420_489  # coprime to 10: multiplying by it scatters serial numbers without repeating one


def digits(numbers: Numbers, width: int) -> NDArray[np.uint8]:
    """Write whole numbers as decimal digits with leading zeros; shape (n, width), values 0 to 9."""
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (numbers[:, None] // powers % 10).astype(np.uint8)


def text(characters: NDArray[np.uint8]) -> Text:
    """Turn rows of ASCII codes, shape (n, width), into texts of that width."""
    width = characters.shape[1]
    return np.ascontiguousarray(characters).view(f"S{width}").ravel().astype(f"U{width}")


def resident_numbers(first17: Numbers) -> Text:
    """Complete 17 digits by the check digit of GB 11643; shape (n,), 18 characters each."""
    decimals = first17[:, None] // _POWERS % 10
    last = _CHECKS[(decimals * np.array(WEIGHTS)).sum(axis=1) % 11]
    return text(np.column_stack([decimals.astype(np.uint8) + _ZERO, last]))


def first_digits(areas: Numbers, born: NDArray[np.datetime64], sequence: Numbers) -> Numbers:
    """Put area, birth date and sequence number together into the first 17 digits."""
    return (areas * 10**8 + calendar_number(born)) * 1000 + sequence


def calendar_number(days: NDArray[np.datetime64]) -> Numbers:
    """Write days as whole numbers YYYYMMDD."""
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]").astype(np.int64) + 1970
    in_year = months.astype(np.int64) % 12 + 1
    in_month = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    return years * 10_000 + in_year * 100 + in_month


def own_numbers(stream: np.random.Generator, born: NDArray[np.datetime64], twins: Numbers) -> Text:
    """Invent a unique resident number for everybody.

    Args:
        stream: chance for areas and first slots.
        born: shape (n,), birth dates; a twin has that of the person before.
        twins: positions of people who are the twin of the person before them.
    """
    areas = weighted(stream, sheet("divisions")["resident_areas"], born.size).astype(np.int64)
    areas[twins] = areas[twins - 1]
    slot = _slots(stream, areas, born)
    sequence = slot * 3 + 1
    sequence[twins] = sequence[twins - 1] + 1
    return resident_numbers(first_digits(areas, born, sequence))


def _slots(stream: np.random.Generator, areas: Numbers, born: NDArray[np.datetime64]) -> Numbers:
    """Give people of one area and birthday different slots."""
    group = areas * 100_000 + born.astype("datetime64[D]").astype(np.int64)
    order = np.argsort(group, kind="stable")
    firsts = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0])
    sizes = np.diff(np.r_[firsts, group.size])
    assert sizes.max() <= _SLOTS, "more people of one birthday and area than sequence numbers"
    start = np.repeat(stream.integers(0, _SLOTS, firsts.size), sizes)
    rank = np.arange(group.size) - np.repeat(firsts, sizes)
    slot = np.empty(group.size, dtype=np.int64)
    slot[order] = (start + rank * _STEP) % _SLOTS
    return slot


def bank_accounts(stream: np.random.Generator, size: int) -> tuple[Text, Text]:
    """Invent bank codes and account numbers that pass the Luhn check, under prefixes no bank uses."""
    banks: list[Any] = sheet("settings")["banks"]
    choice = stream.choice(len(banks), size=size, p=np.array(section("bank_weights")) / 1000)
    codes = np.array([bank["code"] for bank in banks])[choice]
    accounts = np.empty(size, dtype="U19")
    for place, bank in enumerate(banks):
        chosen = np.flatnonzero(choice == place)
        accounts[chosen] = account_numbers(bank["bin"], bank["length"], chosen + 1)
    return codes, accounts


def account_numbers(prefix: str, length: int, serials: Numbers) -> Text:
    """Account numbers of a length under a prefix for serial numbers, closed by the Luhn digit."""
    width = length - len(prefix) - 1
    scattered = serials * _SPREAD % 10**width
    body = np.column_stack([np.tile([int(d) for d in prefix], (serials.size, 1)), digits(scattered, width)])
    doubled = body[:, ::-1].astype(np.int64)
    doubled[:, ::2] *= 2
    check = -np.where(doubled > _NINE, doubled - _NINE, doubled).sum(axis=1) % 10
    return text(np.column_stack([body, check]).astype(np.uint8) + _ZERO)


def card_numbers(size: int) -> Text:
    """Social security card numbers: a letter and eight digits."""
    body = digits(np.arange(1, size + 1, dtype=np.int64) * _SPREAD % 10**8, 8) + _ZERO
    letter = np.full((size, 1), ord("A"), dtype=np.uint8)
    return text(np.column_stack([letter, body]))
