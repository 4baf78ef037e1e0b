"""Invented names, rare characters and middle dots included."""

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.settings import section, sheet

Text = NDArray[np.str_]

_APART = 9_000  # tickets of the other draw begin here


def names(stream: np.random.Generator, size: int) -> Text:
    """Invent names: a surname, common ones more often, and one or two given characters; shape (size,)."""
    surnames = np.array([*sheet("names")["surnames"], *sheet("names")["double_surnames"]])
    frequency = 1 / (np.arange(surnames.size) + 8)
    family = stream.choice(surnames, size=size, p=frequency / frequency.sum())
    return np.strings.add(family, _given(stream, size))


def unusual(stream: np.random.Generator, people: Text) -> Text:
    """Give some people a rare character or a name with a middle dot, as districts have them."""
    rare, minority = sheet("names")["rare"], sheet("names")["minority"]
    named = people.astype("U8")
    draw = stream.integers(0, 10_000, size=people.size)
    with_rare = np.flatnonzero(draw < section("register")["rare_names"])
    from_minority = np.flatnonzero((draw >= _APART) & (draw < _APART + section("register")["minority_names"]))
    named[with_rare] = np.strings.add(_family(people[with_rare]), stream.choice(rare, size=with_rare.size))
    named[from_minority] = stream.choice(minority, size=from_minority.size)
    return named


def share_surname(people: Text, twins: NDArray[np.int64]) -> Text:
    """Let twins bear the surname of the person before them."""
    shared = people.copy()
    shared[twins] = np.strings.add(_family(people[twins - 1]), np.strings.slice(people[twins], -1, None))
    return shared


def _given(stream: np.random.Generator, size: int) -> Text:
    characters = np.array(list(sheet("names")["given"]))
    first = stream.choice(characters, size=size)
    second = np.where(stream.integers(0, 4, size=size) == 0, "", stream.choice(characters, size=size))
    return np.strings.add(first, second)


def _family(people: Text) -> Text:
    return np.strings.slice(people, 0, 1)
