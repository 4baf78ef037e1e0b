"""Names made comparable: written form, sound with and without the dialect's confusions, look-alikes, one character less."""

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.characters import (
    DOT,
    UNKNOWN,
    Codes,
    double_surnames,
    folding,
    look_alikes,
    sounds,
    surname_sounds,
)
from jubao.matching.texts import keyed, lengths, mapped, matrix, nullable

WIDTH: Final = 24
SKIPS: Final = 4  # a name without its first, second, third, fourth character
_SHORTEST_PART: Final = 2


def name_features(column: pa.ChunkedArray) -> dict[str, pa.Array]:
    """Comparison columns of a column of names.

    Args:
        column: n names as they came.

    Returns:
        n values each, int64, null where there is no name: ``name`` (written form, dots and width and variants aside),
        ``glyph`` (look-alikes taken for one another), ``sound`` and ``loose`` (toneless, see ``sounds``),
        ``surname`` (its sound), ``given`` (written, without the surname), ``part`` (before the dot),
        ``skip1`` to ``skip4`` (the written form without one character, null beyond the end).
    """
    values, places = _distinct(column)
    dotted = mapped(matrix(values, WIDTH), folding())
    codes = _without(dotted, DOT)
    size = lengths(codes)
    present = ((codes != 0) & (codes != UNKNOWN)).any(axis=1)
    strict, loose, double = _sounded(codes)
    family = np.where(double[:, None], loose[:, :2], loose[:, :1] * np.array([1, 0], dtype=np.uint32))
    columns = {
        "name": (keyed(codes), present),
        "glyph": (keyed(look_alikes()[codes]), present),
        "sound": (keyed(strict), present),
        "loose": (keyed(loose), present),
        "surname": (keyed(family), present),
        "given": (keyed(_given(codes, double)), present & (size > 1 + double)),
        "part": (keyed(_first_part(dotted)), present & (size > _SHORTEST_PART)),
    }
    for skip in range(1, SKIPS + 1):
        columns[f"skip{skip}"] = (keyed(_skipping(codes, skip), salt=skip), present & (size >= max(skip, 2)))
    return {name: nullable(keys, there).take(places) for name, (keys, there) in columns.items()}


def _distinct(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Array]:
    """Each name once, and where each row's name stands: many bear the same one."""
    coded = pc.fill_null(column.cast(pa.string()), "").combine_chunks()
    coded = (coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded).dictionary_encode()
    return pa.chunked_array([coded.dictionary], type=pa.string()), coded.indices


def _sounded(codes: Codes) -> tuple[Codes, Codes, NDArray[np.bool_]]:
    """Syllables, loose syllables, and whose surname has two characters."""
    strict, loose = (table[codes] for table in sounds())
    for code, (exact, about) in surname_sounds().items():
        rows = np.flatnonzero(codes[:, 0] == code)
        strict[rows, 0], loose[rows, 0] = exact, about
    double = np.zeros(len(codes), np.bool_)
    for (first, second), syllables in double_surnames().items():
        rows = np.flatnonzero((codes[:, 0] == first) & (codes[:, 1] == second))
        double[rows] = True
        for place, (exact, about) in enumerate(syllables):
            strict[rows, place], loose[rows, place] = exact, about
    return strict, loose, double


def _given(codes: Codes, double: NDArray[np.bool_]) -> Codes:
    after = np.where(double[:, None], np.roll(codes, -2, axis=1), np.roll(codes, -1, axis=1))
    after[:, -2:] = 0
    return after


def _skipping(codes: Codes, skip: int) -> Codes:
    """The name with a hole in one place; the hole keeps its place, so only that character may differ."""
    out = codes.copy()
    out[:, skip - 1] = np.where(codes[:, skip - 1] != 0, np.uint32(UNKNOWN), np.uint32(0))
    return out


def _without(codes: Codes, mark: int) -> Codes:
    table = np.arange(0x110000, dtype=np.uint32)
    table[mark] = 0
    return mapped(codes, table)


def _first_part(dotted: Codes) -> Codes:
    """What stands before the first dot; the whole name where there is none."""
    return np.where(np.cumsum(dotted == DOT, axis=1) > 0, np.uint32(0), dotted)
