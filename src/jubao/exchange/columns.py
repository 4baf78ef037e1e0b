"""A column of texts read together: what certainly reads as itself is taken by the block, the rest cell by cell."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.layout import Column, ColumnType
from jubao.vocabulary.resident_number import encode_many

BLOCK = 4096
Broken = list[tuple[int, CellUnreadable]]
_EACH_ONCE = frozenset(ColumnType) - {ColumnType.NAME, ColumnType.RESIDENT_NUMBER}
_NUMBER_LENGTH = 18


def read_texts(cells: Sequence[str], column: Column) -> tuple[list[Any], Broken]:
    """Read a column whose cells are all texts; the same as ``read_cell`` on every one of them.

    Args:
        cells: n texts.
        column: its declaration.

    Returns:
        n values, None where a cell breaks a rule; and those places with the rule, ascending.
    """
    values: list[Any] = []
    broken: Broken = []
    certain, known = _CERTAIN.get(column.type), _Known(column)
    for start in range(0, len(cells), BLOCK):
        block = cells[start : start + BLOCK]
        taken = certain(block) if certain and not column.signed else None
        if taken is None:
            taken, faults = known.read(block)
            broken += [(start + place, error) for place, error in faults]
        values += taken
    return values, broken


class _Known:
    """Reads cell by cell; equal cells are read once where the type repeats itself."""

    def __init__(self, column: Column) -> None:
        """Know nothing yet of a column."""
        self._column = column
        self._values: dict[str, Any] = {}
        self._errors: dict[str, CellUnreadable] = {}

    def read(self, block: Sequence[str]) -> tuple[list[Any], Broken]:
        """The values of some cells, and the places of those that break a rule."""
        for cell in dict.fromkeys(block):
            if cell not in self._values:
                self._read(cell)
        values = list(map(self._values.__getitem__, block))
        errors = self._errors
        broken = [(place, errors[cell]) for place, cell in enumerate(block) if cell in errors] if errors else []
        if self._column.type not in _EACH_ONCE:
            self._values, self._errors = {}, {}
        return values, broken

    def _read(self, cell: str) -> None:
        try:
            self._values[cell] = read_cell(cell, self._column)
        except CellUnreadable as error:
            self._values[cell], self._errors[cell] = None, error


def _by_pattern(pattern: str, values: Callable[[str], list[Any]]) -> Callable[[Sequence[str]], list[Any] | None]:
    """A reader of blocks in which every cell fits a pattern; None where one does not."""
    lines = re.compile(rf"(?:{pattern})(?:\n(?:{pattern}))*", re.ASCII)

    def read(block: Sequence[str]) -> list[Any] | None:
        joined = "\n".join(block)
        if joined.count("\n") != len(block) - 1 or lines.fullmatch(joined) is None:
            return None
        return values(joined)

    return read


def _whole_numbers(joined: str) -> list[Any]:
    return list(map(int, joined.split("\n")))


def _two_decimals(joined: str) -> list[Any]:
    return list(map(int, joined.replace(".", "").split("\n")))


def _resident_numbers(block: Sequence[str]) -> list[Any] | None:
    """Resident numbers in their final form, each with a right check digit."""
    joined = "".join(block)
    if not (joined.isascii() and joined.isalnum()) or "x" in joined or set(map(len, block)) != {_NUMBER_LENGTH}:
        return None
    return list(block) if encode_many(list(block))[1].all() else None


def _themselves(pattern: str) -> Callable[[Sequence[str]], list[Any] | None]:
    fits = _by_pattern(pattern, lambda joined: joined.split("\n"))
    return lambda block: None if fits(block) is None else list(block)


_CERTAIN: Final[dict[ColumnType, Callable[[Sequence[str]], list[Any] | None]]] = {
    ColumnType.NAME: _themselves("[\u4e00-\u9fff]{2,6}"),
    ColumnType.TEXT: _themselves("[0-9A-DF-Za-df-z_./:-]{1,100}"),  # no e: 1E5 may be a number a sheet has spoilt
    ColumnType.INTEGER: _by_pattern("[0-9]{1,12}", _whole_numbers),
    ColumnType.AMOUNT: _by_pattern(r"(?:0|[1-9][0-9]{0,8})\.[0-9]{2}", _two_decimals),
    ColumnType.RESIDENT_NUMBER: _resident_numbers,
}
