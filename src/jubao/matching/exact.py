"""Exact matching of resident number keys: a sorted register, binary search, every pair found."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = NDArray[np.int64]
Rows: TypeAlias = NDArray[np.int64]
Pairs: TypeAlias = tuple[Rows, Rows]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # odd: the upper bits of the product depend on all
_SIEVE_BITS = 24  # 16 MiB, the largest sieve worth building
_SIEVED_AT_LEAST = 1024
_CHECKED_AT_ONCE = 1 << 20
_KEYS, _ROWS = "keys.npy", "rows.npy"


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
        kept = keys if len(rows) == len(keys) else keys[rows]
        order = np.argsort(kept)  # the fast sort, right if no key repeats
        found = kept[order]
        if bool((found[1:] == found[:-1]).any()):
            order = np.argsort(kept, kind="stable")
        return cls(found, order if len(rows) == len(keys) else rows[order])

    def __post_init__(self) -> None:
        """A register that is not sorted would lose people silently."""
        assert len(self.keys) == len(self.rows), "one row per key"
        assert len(self.keys) == 0 or self.keys[0] >= 0, "invalid keys stay outside"
        assert _is_sorted(self.keys), "a register is sorted"

    def save(self, folder: Path) -> None:
        """Keep the register as two plain numpy files in a new folder, so that it is sorted once and opened often."""
        folder.mkdir(parents=True)
        np.save(folder / _KEYS, self.keys, allow_pickle=False)
        np.save(folder / _ROWS, self.rows, allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """A kept register, mapped and not loaded: a match reads only the pages it searches.

        The order is checked on opening, which reads the keys once.

        Raises:
            FileNotFoundError: nothing was kept there; the caller sorts the register anew.
        """
        return cls(np.load(folder / _KEYS, mmap_mode="r"), np.load(folder / _ROWS, mmap_mode="r"))

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
    possible = _sieved(left, register.keys)
    if possible is None:
        return _search(left, register)
    found, right = _search(left[possible], register)
    return possible[found], right


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


def _search(left: Keys, register: Register) -> Pairs:
    """As ``match``, by one binary search for each key."""
    order = np.argsort(left)  # neighbours search in neighbouring memory
    wanted = left[order]
    first = np.searchsorted(register.keys, wanted, side="left")
    hit = np.flatnonzero(_equal_at(register.keys, first, wanted))
    order, first, wanted = order[hit], first[hit], wanted[hit]
    if bool(_equal_at(register.keys, first + 1, wanted).any()):
        return _ranges_of(len(left), order, first, wanted, register)
    right = np.full(len(left), -1, np.int64)  # each key stands once: its row, back in order
    right[order] = register.rows[first]
    found = np.flatnonzero(right >= 0)
    return found, right[found]


def _ranges_of(size: int, order: Rows, first: Rows, wanted: Keys, register: Register) -> Pairs:
    """Pairs of keys of which some stand in the register several times."""
    counts, begins = np.zeros(size, np.int64), np.zeros(size, np.int64)
    begins[order] = first
    counts[order] = np.searchsorted(register.keys, wanted, side="right") - first
    found = np.flatnonzero(counts)
    return np.repeat(found, counts[found]), register.rows[_ranges(begins[found], counts[found])]


def _sieved(left: Keys, keys: Keys) -> Rows | None:
    """Places in ``left`` that can have a hit; None where looking would cost more than it saves.

    A sieve never drops a hit: equal keys fall on equal places of it. It pays when the register is much
    smaller than the list, as the district's is against the province's.
    """
    bits = min(max(len(keys), 1).bit_length() + 4, _SIEVE_BITS)
    if len(left) < max(2 * len(keys), _SIEVED_AT_LEAST) or len(keys) << 3 > 1 << bits:
        return None
    sieve = np.zeros(1 << bits, np.bool_)
    sieve[_places(keys, bits)] = True
    return np.flatnonzero(sieve[_places(left, bits)])


def _places(keys: Keys, bits: int) -> Rows:
    """A number below 2**bits for each key, alike for like keys and scattered for others."""
    return ((keys.view(np.uint64) * _SPREAD) >> np.uint64(64 - bits)).view(np.int64)


def _is_sorted(keys: Keys) -> bool:
    """Whether no key is smaller than the one before it; in parts, so that a mapped register stays on its disk."""
    parts = (keys[start : start + _CHECKED_AT_ONCE + 1] for start in range(0, len(keys), _CHECKED_AT_ONCE))
    return all(bool((part[1:] >= part[:-1]).all()) for part in parts)


def _equal_at(keys: Keys, position: Rows, wanted: Keys) -> NDArray[np.bool_]:
    """Whether the key at a position, if there is one, is the wanted one."""
    if len(keys) == 0:
        return np.zeros(len(wanted), np.bool_)
    inside = np.minimum(position, len(keys) - 1)
    return np.asarray((position < len(keys)) & (keys[inside] == wanted))


def _ranges(first: Rows, counts: Rows) -> Rows:
    """The numbers first, first+1, … of each range, one after the other."""
    total = int(counts.sum())
    begins = np.cumsum(counts) - counts
    return np.repeat(first - begins, counts) + np.arange(total, dtype=np.int64)
