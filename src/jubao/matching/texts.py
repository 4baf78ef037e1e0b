"""Columns of texts as matrices of code points, and rows of such matrices as 63-bit keys."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.characters import Codes, Table

Keys: TypeAlias = NDArray[np.int64]

NOTHING: Final = -1  # the key of what is not there; joins with nothing, not even itself
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)
_TOP: Final = np.uint64(1)


def matrix(column: pa.ChunkedArray, width: int) -> Codes:
    """The first ``width`` code points of each text; shape (n, width), uint32, 0 beyond the end.

    A null is an empty text. A text may hold anything: quotes, NULs, characters outside the basic plane.
    """
    filled = pc.utf8_slice_codeunits(pc.fill_null(column.cast(pa.string()), ""), 0, width)
    values = np.array(filled.to_pylist(), dtype=f"U{width}")
    return values.view(np.uint32).reshape(-1, width) if len(values) else np.zeros((0, width), np.uint32)


def mapped(codes: Codes, table: Table) -> Codes:
    """Each code point by a table, those that became 0 closed up; shape as given."""
    out = table[codes]
    holes = (out[:, :-1] == 0) & (out[:, 1:] != 0) if out.shape[1] > 1 else np.zeros((len(out), 0), np.bool_)
    rows = np.flatnonzero(holes.any(axis=1))
    if rows.size:
        order = np.argsort(out[rows] == 0, axis=1, kind="stable")
        out[rows] = np.take_along_axis(out[rows], order, axis=1)
    return out


def lengths(codes: Codes) -> NDArray[np.int64]:
    """How many characters each row holds; shape (n,)."""
    return np.asarray((codes != 0).sum(axis=1), dtype=np.int64)


def keyed(columns: NDArray[np.generic] | Sequence[NDArray[np.generic]], *, salt: int = 0) -> Keys:
    """One 63-bit key for each row; equal rows have equal keys, others practically never; shape (n,), int64.

    The arithmetic is our own, so a key is the same on every machine and in every release of every library.

    Args:
        columns: a matrix of shape (n, width), or its columns.
        salt: keys of different salts have nothing to do with each other.
    """
    listed = list(np.ascontiguousarray(columns.T)) if isinstance(columns, np.ndarray) else columns
    state = np.full(len(listed[0]), (salt + 1) * int(_ODD) % 2**64, dtype=np.uint64)
    for column in listed:
        if column.dtype != np.uint32 or column.all():
            state = _mixed(state, column)
        elif (rows := np.flatnonzero(column)).size:  # code points: beyond the end of a text nothing is mixed in
            state[rows] = _mixed(state[rows], column[rows])
    return np.asarray((state >> _TOP).astype(np.int64))


def _mixed(state: NDArray[np.uint64], column: NDArray[np.generic]) -> NDArray[np.uint64]:
    state = (state ^ (column.astype(np.uint64) + _ODD)) * _MIX
    state ^= state >> np.uint64(29)
    state *= _ODD
    state ^= state >> np.uint64(32)
    return state


def nullable(keys: Keys, present: NDArray[np.bool_]) -> pa.Array:
    """Keys as a column in which what is not there is null."""
    return pa.array(keys, mask=~present)
