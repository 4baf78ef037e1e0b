"""Exact matching of resident number keys: a sorted register, binary search, every pair found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.int64]
Pairs: TypeAlias = tuple[Rows, Rows]


@dataclass(frozen=True, slots=True)
class Register:
    """A register ready to be searched; equal keys stand beside each other in the order of their rows.

    Attributes:
        keys: shape (n,), int64, ascending; no negative key.
        rows: shape (n,), int64; where each key stands in the register as it was given.
    """

    keys: Keys
    rows: Rows

    @classmethod
    def of(cls, keys: Keys) -> Self:
        """Sort the keys of a register.

        Args:
            keys: shape (n,), int64 as ``encode_many`` gives them; negative ones (not valid) are left out,
                they match nobody.
        """
        rows = np.flatnonzero(keys >= 0)
        order = np.argsort(keys[rows])                        # the fast sort, right if no key repeats
        found = keys[rows[order]]
        if bool((found[1:] == found[:-1]).any()):
            order = np.argsort(keys[rows], kind="stable")
        return cls(keys[rows[order]], rows[order])

    def __post_init__(self) -> None:
        """A register that is not sorted would lose people silently."""
        assert len(self.keys) == len(self.rows), "one row per key"
        assert len(self.keys) == 0 or self.keys[0] >= 0, "invalid keys stay outside"
        assert bool((self.keys[1:] >= self.keys[:-1]).all()), "a register is sorted"

    def __len__(self) -> int:
        """How many keys can be found."""
        return len(self.keys)


def match(left: Keys, register: Register) -> Pairs:
    """Find all pairs of equal keys.

    Args:
        left: shape (m,), int64, in any order, with repeats; negative keys match nobody.
        register: the sorted other side; a key may stand there several times.

    Returns:
        left_index and right_index, both shape (pairs,), int64: positions in ``left`` and rows of the
        register, ascending by left, then by register row.
    """
    order = np.argsort(left)                                  # neighbours search in neighbouring memory
    wanted = left[order]
    first = np.searchsorted(register.keys, wanted, side="left")
    hit = _equal_at(register.keys, first, wanted)
    counts = np.zeros(len(left), np.int64)
    begins = np.zeros(len(left), np.int64)
    begins[order[hit]] = first[hit]
    counts[order[hit]] = np.searchsorted(register.keys, wanted[hit], side="right") - first[hit]
    found = np.flatnonzero(counts)
    return np.repeat(found, counts[found]), register.rows[_ranges(begins[found], counts[found])]


def match_stream(chunks: Iterable[Keys], register: Register) -> Iterator[Pairs]:
    """Match one chunk after the other; left positions go on counting over the chunks.

    Args:
        chunks: arrays of keys, as a streamed file gives them.
        register: the sorted other side.

    Yields:
        Pairs as ``match``; memory is that of one chunk and the register.
    """
    start = 0
    for chunk in chunks:
        left, right = match(chunk, register)
        yield left + start, right
        start += len(chunk)


def _equal_at(keys: Keys, position: Rows, wanted: Keys) -> NDArray[np.bool_]:
    """Whether the key at a position, if there is one, is the wanted one."""
    if len(keys) == 0:
        return np.zeros(len(wanted), np.bool_)
    inside = position < len(keys)
    return np.asarray(inside & (keys[np.where(inside, position, 0)] == wanted))


def _ranges(first: Rows, counts: Rows) -> Rows:
    """The numbers first, first+1, … of each range, one after the other."""
    total = int(counts.sum())
    begins = np.cumsum(counts) - counts
    return np.repeat(first - begins, counts) + np.arange(total, dtype=np.int64)
