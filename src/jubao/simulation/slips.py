"""Slips of pen, keyboard and machine, for whole columns of names, numbers and addresses."""
# ruff: noqa: RUF001  characters taken for others are the matter of this file

from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.settings import sheet

Text: TypeAlias = NDArray[np.str_]
Rows: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.uint32]

_MILLION: Final = 1_000_000
_WIDTH, _LONG, _OPTIONS = 20, 18, 3
_PLANES: Final = 0x30000
_DOTS: Final = "•・ ．"
_UNREADABLE: Final = "?□\ue001*"
_LETTERS: Final = {"0": "O", "1": "l", "2": "Z", "5": "S", "8": "B"}


def drawn_kinds(stream: np.random.Generator, size: int, shares: dict[str, int]) -> Text:
    """What happens to each row: a kind, or nothing; shape (size,)."""
    ticket = stream.integers(0, _MILLION, size=size)
    kinds = np.array([*shares, ""])
    return kinds[np.searchsorted(np.cumsum(list(shares.values())), ticket, side="right")]


def damaged_numbers(
    stream: np.random.Generator, numbers: Text, others: Text, shares: dict[str, int]
) -> tuple[Text, Text]:
    """Resident numbers as a list has them, and what happened to each; ``others`` are numbers of other people."""
    kinds = drawn_kinds(stream, len(numbers), shares)
    if not len(numbers):
        return numbers, kinds
    codes = _matrix(numbers)
    for kind, slip in {
        "one_digit": _mistyped,
        "swapped_digits": _swapped,
        "digit_lost": _lost,
        "digit_added": _added,
    }.items():
        rows = np.flatnonzero(kinds == kind)
        codes[rows] = slip(stream, codes[rows])
    twice = np.flatnonzero(kinds == "two_digits")
    codes[twice] = _mistyped(stream, _mistyped(stream, codes[twice]))
    text = _texts(codes)
    old = (kinds == "short") & (np.strings.slice(numbers, 6, 8) == "19")
    text = np.where(old, np.strings.add(np.strings.slice(numbers, 0, 6), np.strings.slice(numbers, 8, 17)), text)
    text = np.where(kinds == "cut", np.strings.add(np.strings.slice(numbers, 0, 15), "000"), text)
    lettered = text
    for digit, letter in _LETTERS.items():
        lettered = np.strings.replace(lettered, digit, letter, 1)
    text = np.where(kinds == "letters", lettered, text)
    text = np.where(kinds == "shared", others, text)
    return np.where(kinds == "missing", "", text), kinds


def damaged_names(stream: np.random.Generator, people: Text, shares: dict[str, int]) -> tuple[Text, Text]:
    """Names as a list has them, and what happened to each."""
    kinds = drawn_kinds(stream, len(people), shares)
    if not len(people):
        return people, kinds
    codes = _matrix(people)
    for kind, words in (("homophone", "homophones"), ("look_alike", "look_alikes"), ("traditional", "traditional")):
        rows = np.flatnonzero(kinds == kind)
        codes[rows] = _replaced(stream, codes[rows], words)
    rows = np.flatnonzero(kinds == "other_character")
    codes[rows] = _written(stream, codes[rows], sheet("slips")["others"])
    rows = np.flatnonzero(kinds == "unreadable")
    codes[rows] = _written(stream, codes[rows], _UNREADABLE)
    text = _texts(codes)
    dotted = np.strings.replace(text, "·", stream.choice(list(_DOTS), size=len(text)))
    spaced = np.strings.add(np.strings.add(np.strings.slice(dotted, 0, 1), "　"), np.strings.slice(dotted, 1, None))
    return np.where(kinds == "dotted", spaced, text), kinds


def shortened_addresses(addresses: Text, chosen: NDArray[np.bool_]) -> Text:
    """Addresses as people write them in haste, where chosen."""
    if not len(addresses):
        return addresses
    short = addresses
    for full, brief in (("湖南省虚拟市", ""), ("社区居民委员会第", "社区"), ("街道", "街办"), ("组", "小组")):
        short = np.strings.replace(short, full, brief)
    return np.where(chosen, short, addresses)


def _mistyped(stream: np.random.Generator, codes: Codes) -> Codes:
    """One of the 18 characters another digit."""
    out, rows = codes.copy(), np.arange(len(codes))
    place = stream.integers(0, _LONG, size=len(codes))
    held = np.where(out[rows, place] == ord("X"), 10, out[rows, place].astype(np.int64) - 48)
    out[rows, place] = 48 + (held + stream.integers(1, 10, size=len(codes))) % 10
    return out


def _swapped(stream: np.random.Generator, codes: Codes) -> Codes:
    """Two neighbouring characters exchanged."""
    out, rows = codes.copy(), np.arange(len(codes))
    place = stream.integers(0, _LONG - 1, size=len(codes))
    out[rows, place], out[rows, place + 1] = codes[rows, place + 1], codes[rows, place]
    return out


def _lost(stream: np.random.Generator, codes: Codes) -> Codes:
    """One character left out."""
    place = stream.integers(0, _LONG, size=len(codes))[:, None]
    columns = np.arange(_WIDTH)
    return np.take_along_axis(codes, np.minimum(columns + (columns >= place), _WIDTH - 1), axis=1)


def _added(stream: np.random.Generator, codes: Codes) -> Codes:
    """One character typed twice."""
    place = stream.integers(0, _LONG, size=len(codes))[:, None]
    columns = np.arange(_WIDTH)
    return np.take_along_axis(codes, columns - (columns > place), axis=1)


def _replaced(stream: np.random.Generator, codes: Codes, words: str) -> Codes:
    """One character that has a neighbour of that sort, replaced by it; names without one stay as they are."""
    options = _options(words)[np.minimum(codes, _PLANES - 1)]
    able = options[:, :, 0] != 0
    place = _some_place(stream, able)
    rows = np.flatnonzero(able.any(axis=1))
    out = codes.copy()
    out[rows, place[rows]] = options[rows, place[rows], stream.integers(0, _OPTIONS, size=len(codes))[rows]]
    return out


def _written(stream: np.random.Generator, codes: Codes, marks: str) -> Codes:
    """One character of the given name replaced by one of some marks."""
    able = (codes != 0) & (np.arange(codes.shape[1]) > 0) & (codes != ord("·"))
    place, rows = _some_place(stream, able), np.flatnonzero(able.any(axis=1))
    out = codes.copy()
    pool = np.array([ord(mark) for mark in marks], dtype=np.uint32)
    out[rows, place[rows]] = stream.choice(pool, size=len(codes))[rows]
    return out


def _some_place(stream: np.random.Generator, able: NDArray[np.bool_]) -> Rows:
    """A place among those that are able; 0 where none is."""
    return np.asarray(np.where(able, stream.random(able.shape), -1.0).argmax(axis=1), dtype=np.int64)


@cache
def _options(words: str) -> Codes:
    """For each code point up to three others it is taken for, 0 where it is taken for none."""
    table = np.zeros((_PLANES, _OPTIONS), dtype=np.uint32)
    for entry in sheet("slips")[words].split():
        table[ord(entry[0])] = [ord(entry[2 + number % (len(entry) - 2)]) for number in range(_OPTIONS)]
    return table


def _matrix(texts: Text) -> Codes:
    padded = texts.astype(f"U{_WIDTH}")
    return padded.view(np.uint32).reshape(-1, _WIDTH).copy() if len(texts) else np.zeros((0, _WIDTH), np.uint32)


def _texts(codes: Codes) -> Text:
    return np.ascontiguousarray(codes).view(f"U{_WIDTH}").ravel() if len(codes) else np.array([], dtype=f"U{_WIDTH}")
