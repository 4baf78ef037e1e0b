"""Resident numbers as given, damaged ones too, and birth dates: what of them can be compared."""
# ruff: noqa: RUF001  characters that look like digits are the matter of this file

from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.characters import CODE_POINTS, Codes
from jubao.matching.texts import keyed, mapped, matrix, nullable
from jubao.vocabulary.resident_number import CHECK_DIGITS, EARLIEST_YEAR, LATEST_YEAR, WEIGHTS

Flags: TypeAlias = NDArray[np.bool_]
Whole: TypeAlias = NDArray[np.int64]

LONG, SHORT = 18, 15
_WIDTH: Final = 24
_FEWEST, _MOST = 14, 20  # shorter or longer is no damaged number, but something else
_ZERO, _X = ord("0"), ord("X")
_TAKEN_FOR: Final = {"0": "OoQD○〇ОоΟο", "1": "lIi|ＩｌІі", "X": "xХх×✕ＸｘΧχ", "2": "Zz", "5": "Ss", "8": "B"}
_TOLD_APART: Final = "0123456789"
_FEBRUARY, _DECEMBER = 2, 12
_MONTH_DAYS: Final = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)


def number_features(numbers: pa.ChunkedArray, dates: pa.ChunkedArray, sexes: pa.ChunkedArray) -> dict[str, pa.Array]:
    """Comparison columns of resident numbers, birth dates and sexes.

    Args:
        numbers: n resident numbers as given: with slips, letters for digits, 15 digits, a digit too few or too many.
        dates: n birth dates as ISO texts or empty.
        sexes: n codes, 1 male, 2 female, or 男, 女, or empty.

    Returns:
        n values each: ``number`` (text, 15 digits brought to 18), ``number_key``, ``valid`` (1 where 18 characters came with their
        own right check digit, else 0), keys of its parts ``area``, ``head`` (first 14), ``last12``, ``last8``,
        ``tail`` (last 4), ``year``; ``birth``, ``birth_swapped`` (alike for day and month exchanged),
        ``birth_month``, ``birth_day`` (month and day), ``birth_year``; ``sex``. Null where there is nothing to compare.
    """
    codes, size = _cleaned(numbers)
    given = (size >= _FEWEST) & (size <= _MOST)
    valid = given & (size == LONG) & _is_right(codes)
    columns = {"number": _texts(codes, given), "number_key": nullable(keyed(codes), given)}
    columns["valid"] = pa.array(valid.astype(np.int64))
    columns |= _parts(codes, np.where(given, _ends(codes, size), 0))
    birth = _birth(codes, valid, given & (size >= _FEWEST), dates)
    columns |= _dates(birth)
    columns["sex"] = _sexes(codes, valid, sexes)
    return columns


def _cleaned(numbers: pa.ChunkedArray) -> tuple[Codes, Whole]:
    """Digits and X only, 15 digits as 18; a number with anything else in it has length 0."""
    codes = mapped(matrix(numbers, _WIDTH), _table())
    size = np.asarray((codes != 0).sum(axis=1), dtype=np.int64)
    inner = np.where(np.arange(_WIDTH) == size[:, None] - 1, np.uint32(_ZERO), codes)
    digits = (inner >= _ZERO) & (inner <= _ZERO + 9) | (inner == 0)
    size[~digits.all(axis=1)] = 0
    short = np.flatnonzero((size == SHORT) & (codes[:, SHORT - 1] != _X))
    old = codes[short, :SHORT]
    century = np.tile(np.array([_ZERO + 1, _ZERO + 9], dtype=np.uint32), (len(short), 1))
    longer = np.column_stack([old[:, :6], century, old[:, 6:]])
    codes[short, : LONG - 1], codes[short, LONG - 1] = longer, _check(longer)
    size[short] = LONG + CODE_POINTS  # lengthened: 18 long, but no check digit of its own
    return codes, np.where(size > CODE_POINTS, _MOST, size)


def _ends(codes: Codes, size: Whole) -> Whole:
    """Where each number ends, lengthened ones included."""
    return np.where(size > 0, (codes != 0).sum(axis=1), 0)


def _table() -> NDArray[np.uint32]:
    """Digits of any width and what is taken for them; spaces, dots and hyphens vanish; anything else stays itself."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for mark in " \t\r\n\u3000\u00a0-－—_.'’‘“”\"\ufeff\u200b":
        table[ord(mark)] = 0
    for digit in _TOLD_APART:
        table[ord(digit) + 0xFEE0] = ord(digit)
    for meant, written in _TAKEN_FOR.items():
        table[[ord(mark) for mark in written]] = ord(meant)
    return table


def _check(first: Codes) -> Codes:
    """Check digits of rows of 17 digits, as code points."""
    total = ((first[:, : LONG - 1].astype(np.int64) - _ZERO) * np.array(WEIGHTS)).sum(axis=1) % len(CHECK_DIGITS)
    return np.asarray(np.array([ord(mark) for mark in CHECK_DIGITS], dtype=np.uint32)[total], dtype=np.uint32)


def _is_right(codes: Codes) -> Flags:
    """Whether 18 characters are a resident number: a day that exists and the right check digit."""
    return np.asarray((_check(codes) == codes[:, LONG - 1]) & _is_day(_number(codes[:, 6:14])), dtype=np.bool_)


def _number(digits: Codes) -> Whole:
    """Digits as a whole number; not a number where one of them is none."""
    value = np.zeros(len(digits), dtype=np.int64)
    for place in range(digits.shape[1]):
        value = value * 10 + digits[:, place].astype(np.int64) - _ZERO
    return value


def _is_day(days: Whole) -> Flags:
    """Which numbers YYYYMMDD may be days; 29 February of any year passes."""
    years, months, numbers = days // 10_000, days // 100 % 100, days % 100
    known = (years >= EARLIEST_YEAR) & (years <= LATEST_YEAR) & (months >= 1) & (months <= _DECEMBER)
    return np.asarray(known & (numbers >= 1) & (numbers <= _MONTH_DAYS[np.where(known, months, 0)]), dtype=np.bool_)


def _texts(codes: Codes, given: Flags) -> pa.Array:
    texts = np.ascontiguousarray(codes[:, :_MOST]).view(f"U{_MOST}").ravel() if len(codes) else np.array([], dtype="U1")
    return pa.array(texts, mask=~given, type=pa.string())


def _parts(codes: Codes, ends: Whole) -> dict[str, pa.Array]:
    """Keys of pieces of the number, counted from its beginning or from its end."""
    there = ends > 0
    aligned = _right_aligned(codes, ends)
    pieces = {
        "area": codes[:, :6],
        "head": codes[:, :14],
        "year": codes[:, 6:10],
        "last12": aligned[:, -12:],
        "last8": aligned[:, -8:],
        "tail": aligned[:, -4:],
    }
    return {name: nullable(keyed(piece), there) for name, piece in pieces.items()}


def _right_aligned(codes: Codes, ends: Whole) -> Codes:
    places = np.arange(_MOST) - _MOST + ends[:, None]
    return np.where(places >= 0, np.take_along_axis(codes, np.maximum(places, 0), axis=1), np.uint32(0))


def _birth(codes: Codes, valid: Flags, given: Flags, dates: pa.ChunkedArray) -> Whole:
    """Birth dates YYYYMMDD, 0 where unknown: a right number's, else the one stated, else a damaged number's."""
    compact = pc.replace_substring_regex(pc.fill_null(dates.cast(pa.string()), ""), r"[^0-9]", "")
    digits = matrix(compact, 9)
    stated = np.where((digits[:, :8] != 0).all(axis=1) & (digits[:, 8] == 0), _number(digits[:, :8]), 0)
    stated = np.where(_is_day(stated), stated, 0)
    read = np.where(given, _number(codes[:, 6:14]), 0)
    read = np.where(_is_day(read), read, 0)
    return np.where(valid | (stated == 0), read, stated)


def _dates(birth: Whole) -> dict[str, pa.Array]:
    months, days = birth // 100 % 100, birth % 100
    exchanged = birth // 10_000 * 10_000 + np.minimum(months, days) * 100 + np.maximum(months, days)
    columns = {
        "birth": birth,
        "birth_swapped": exchanged,
        "birth_month": birth // 100,
        "birth_day": birth % 10_000,
        "birth_year": birth // 10_000,
    }
    return {name: nullable(value, birth > 0) for name, value in columns.items()}


def _sexes(codes: Codes, valid: Flags, sexes: pa.ChunkedArray) -> pa.Array:
    """1 or 2: as a right number says, else as stated."""
    first = matrix(sexes, 1)[:, 0]
    stated = np.select([np.isin(first, [ord("1"), ord("男")]), np.isin(first, [ord("2"), ord("女")])], [1, 2], 0)
    sex = np.where(valid, 2 - codes[:, LONG - 2].astype(np.int64) % 2, stated)
    return nullable(sex, sex > 0)
