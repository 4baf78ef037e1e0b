"""Seeded chance: one stream of numbers per topic, so that a change in one topic leaves the others alone."""

from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class Chance:
    """Streams of random numbers of one seed and year."""

    def __init__(self, seed: int, year: int) -> None:
        """Keep what every stream starts from."""
        self._root = (seed, year)

    def stream(self, topic: str) -> np.random.Generator:
        """A fresh generator for a topic; the same topic always gives the same numbers."""
        return np.random.default_rng([*self._root, crc32(topic.encode())])


def weighted(stream: np.random.Generator, weights: dict[Any, int], size: int) -> NDArray[Any]:
    """Draw keys of a table of whole-number weights; shape (size,)."""
    shares = np.array(list(weights.values()), dtype=np.int64)
    ticket = stream.integers(0, shares.sum(), size=size)
    return np.array(list(weights))[np.searchsorted(np.cumsum(shares), ticket, side="right")]


def choose(stream: np.random.Generator, pool: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Choose distinct members of a pool, in ascending order; shape (size,)."""
    return np.sort(stream.choice(pool, size=size, replace=False))


def spread(stream: np.random.Generator, places: list[int], size: int) -> NDArray[np.int64]:
    """Deal places (months, list numbers) out evenly to ``size`` people, in random order."""
    return stream.permutation(np.resize(np.array(places, dtype=np.int64), size))
