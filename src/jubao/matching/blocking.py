"""Who is compared with whom: exact joins on several derived keys, too common keys left out, every pair once."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.model import Block, Model
from jubao.matching.texts import NOTHING, Keys, keyed, matrix

Rows: TypeAlias = NDArray[np.int64]

PREFIX: Final = "block_"
_WORKERS: Final = 4
_TEXT: Final = 64  # characters of a text that enter its key


@dataclass(frozen=True, slots=True)
class Blocked:
    """The candidates of a comparison.

    Attributes:
        left, right: rows of each pair, shape (pairs,), int64; each pair once, ascending by left, then right.
        pairs: how many pairs each block gave, those of other blocks included.
        too_common: how many register rows stood under a key that was left out, by block.
    """

    left: Rows
    right: Rows
    pairs: dict[str, int]
    too_common: dict[str, int]

    def per_row(self, rows: int) -> float:
        """Candidates for each row of the list."""
        return len(self.left) / max(rows, 1)


def block(left: pa.Table, right: pa.Table, model: Model) -> Blocked:
    """Find all pairs that share a key of the model's blocks.

    Args:
        left: comparison columns of the list. right: those of the register.
        model: says which columns make a key, and when a key is too common to be worth comparing.
    """
    ours, theirs, size = keys(left, model), keys(right, model), max(right.num_rows, 1)

    def _one(each: Block) -> tuple[Rows, int]:
        first, second, dropped = join(ours[each.name], theirs[each.name], each.at_most)
        return first * size + second, dropped

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _WORKERS)) as pool:
        found = dict(zip(ours, pool.map(_one, model.blocks), strict=True))
    codes = _distinct(np.concatenate([np.zeros(0, np.int64), *(codes for codes, _ in found.values())]))
    pairs = {name: len(codes) for name, (codes, _) in found.items()}
    return Blocked(codes // size, codes % size, pairs, {name: dropped for name, (_, dropped) in found.items()})


def join(left: Keys, right: Keys, at_most: int) -> tuple[Rows, Rows, int]:
    """Pairs of equal keys, in no particular order, by one sort of both sides together.

    A word holds the upper bits of a key, the side and the row, so that sorting words brings equal keys together,
    register first; whether the lower bits agree, too, is looked up for the pairs found.

    Args:
        left, right: shape (n,) and (m,), int64; ``NOTHING`` joins with nothing.
        at_most: a key that more register rows share is left out.

    Returns:
        rows of the left, rows of the right, and how many register rows stood under keys left out that the list met.
    """
    bits = max(len(left), len(right), 1).bit_length()
    words = np.sort(np.concatenate([_words(right, bits, 0), _words(left, bits, 1)]))
    listed = ((words >> np.uint64(bits)) & np.uint64(1)) == 1
    opens = np.ones(len(words), np.bool_)
    opens[1:] = (words[1:] >> np.uint64(bits + 1)) != (words[:-1] >> np.uint64(bits + 1))
    begins = np.maximum.accumulate(np.where(opens, np.arange(len(words)), 0))[listed]
    before = np.r_[0, np.cumsum(~listed)]
    counts = before[np.flatnonzero(listed)] - before[begins]
    common = counts > at_most
    dropped = int(counts[common & np.r_[True, begins[1:] != begins[:-1]][: len(common)]].sum())
    counts[common] = 0
    rows = (words & np.uint64((1 << bits) - 1)).astype(np.int64)
    one, other = np.repeat(rows[listed], counts), rows[_ranges(begins, counts)]
    equal = left[one] == right[other]
    return (one, other, dropped) if equal.all() else (one[equal], other[equal], dropped)


def keys(table: pa.Table, model: Model) -> dict[str, Keys]:
    """For each block the key of every row, shape (n,), int64; ``NOTHING`` where a column is empty."""
    names = {name for each in model.blocks for name in each.by}
    columns = {name: _whole(table[name]) for name in names}
    return {
        each.name: combined([columns[name] for name in each.by], salt=place) for place, each in enumerate(model.blocks)
    }


def combined(columns: Sequence[Keys], *, salt: int = 0) -> Keys:
    """One key of several columns for each row, ``NOTHING`` where one of them is."""
    missing = np.zeros(len(columns[0]), np.bool_)
    for column in columns:
        missing |= column == NOTHING
    return np.where(missing, NOTHING, keyed(columns, salt=salt))


def usual(register: Keys, at_most: int) -> Keys:
    """Blank out keys that more than ``at_most`` rows share."""
    ordered = np.sort(register[register != NOTHING])
    common = ordered[at_most:][ordered[at_most:] == ordered[: max(len(ordered) - at_most, 0)]]
    return np.where(np.isin(register, common), NOTHING, register) if common.size else register


def recall(blocked: Blocked, left: Rows, right: Rows, size: int) -> float:
    """Which part of the true pairs stands among the candidates.

    Args:
        blocked: the candidates. left, right: rows of the true pairs. size: rows of the register.
    """
    wanted = left * size + right
    return float(np.isin(wanted, blocked.left * size + blocked.right).mean()) if len(wanted) else 1.0


def _words(keys: Keys, bits: int, side: int) -> NDArray[np.uint64]:
    rows = np.flatnonzero(keys != NOTHING)
    shift = np.uint64(bits + 1)
    upper = (keys[rows].view(np.uint64) << np.uint64(1)) >> shift << shift
    return upper | np.uint64(side << bits) | rows.astype(np.uint64)


def _distinct(codes: Rows) -> Rows:
    """Each once, ascending; one sort, no hash table."""
    ordered = np.sort(codes)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def _ranges(first: Rows, counts: Rows) -> Rows:
    """The numbers first, first+1, … of each range, one after the other."""
    begins = np.cumsum(counts) - counts
    return np.repeat(first - begins, counts) + np.arange(int(counts.sum()), dtype=np.int64)


def _whole(column: pa.ChunkedArray) -> Keys:
    """A column as whole numbers; texts by their key, what is null or empty as ``NOTHING``."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        codes = matrix(column, _TEXT)
        return np.where((codes != 0).any(axis=1), keyed(codes), NOTHING)
    return np.asarray(pc.fill_null(column, NOTHING), dtype=np.int64)
