"""Cells of a sender's list to values: by column, equal cells read once, nothing repaired."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.layout import Column, ColumnType
from jubao.exchange.protection import FORMULA_SIGNS, unprotected
from jubao.exchange.register_mapping import RegisterMapping, register_words
from jubao.exchange.register_source import RawRows
from jubao.vocabulary.resident_number import InvalidResidentNumber, encode_many, normalise

_MEMORY_ENTRIES = 100_000
_NUMBER_LENGTH = 18
_ORDINARY_NAME = re.compile("[\u4e00-\u9fff]{2,6}")
_FORMULA_COLUMNS = (ColumnType.TEXT, ColumnType.NAME, ColumnType.CODE)


@dataclass(slots=True)
class ReadCells:
    """A batch after reading: values by field, keys, rules that reject a row, and doubts about its number."""

    columns: dict[str, list[Any]]
    keys: NDArray[np.int64]
    rules: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)


class CellReader:
    """Reads batches of rows by a mapping; remembers what equal cells were read as."""

    def __init__(self, mapping: RegisterMapping, places: dict[str, int], width: int) -> None:
        """Columns stand at ``places``; rows have ``width`` cells, empty ones at the end may be left out."""
        self.mapping, self._places, self._width = mapping, places, width
        self._known: dict[str, dict[Any, tuple[Any, str]]] = {name: {} for name in mapping.columns}
        self._columns = {name: _lenient(mapping.column(name)) for name in mapping.columns}

    def read(self, raw: RawRows) -> ReadCells:
        """Read a batch; a row that breaks a rule keeps its place, with the first rule it breaks."""
        count = len(raw.numbered)
        found = ReadCells({}, np.full(count, -1, np.int64))
        for place, (number, cells) in enumerate(raw.numbered):
            if number in raw.spoiled:
                found.rules[place] = raw.spoiled[number]
            elif len(cells) != self._width and any(str(cell).strip() for cell in cells[self._width :]):
                found.rules[place] = f"应有{self._width}列，实有{len(cells)}列"
        for name, at in self._places.items():
            cells = [row[at] if at < len(row) else "" for _, row in raw.numbered]
            column = self._columns[name]
            if column.type is ColumnType.RESIDENT_NUMBER:
                self._read_numbers(name, cells, column, found)
            else:
                found.columns[name] = self._read_column(name, cells, column, found.rules)
        for name, value in self.mapping.options.constants.items():
            found.columns[name] = [value] * count
        return found

    def _read_numbers(self, name: str, cells: list[Any], column: Column, found: ReadCells) -> None:
        """Resident numbers: valid ones get their key, others stay as they came, with what is wrong with them."""
        raw = [unprotected(cell.strip()) if isinstance(cell, str) else "" for cell in cells]
        found.keys, known = encode_many(raw)
        values = [_in_form(text) if good else text for text, good in zip(raw, known.tolist(), strict=True)]
        for place in np.flatnonzero(~known).tolist():
            cell = cells[place]
            if isinstance(cell, str) and not raw[place]:
                continue
            rule, lost = _what_is_wrong(raw[place] if isinstance(cell, str) else cell, column)
            (found.rules if lost else found.doubts).setdefault(place, rule)
            values[place] = str(cell).strip()
        found.columns[name] = values

    def _read_column(self, name: str, cells: list[Any], column: Column, rules: dict[int, str]) -> list[Any]:
        if column.type is ColumnType.TEXT and all(type(c) is str and c.isdigit() for c in cells) and "".join(cells).isascii():
            return cells
        known = self._known[name]
        if len(known) > _MEMORY_ENTRIES:
            known.clear()
        values = []
        for place, cell in enumerate(cells):
            key = cell if type(cell) is str else (type(cell), cell)
            outcome = known.get(key)
            if outcome is None:
                outcome = known[key] = self._read_one(cell, column)
            value, rule = outcome
            values.append(value)
            if rule:
                rules.setdefault(place, f"{column.header}：{rule}")
        return values

    def _read_one(self, cell: Any, column: Column) -> tuple[Any, str]:
        """Value and the rule it breaks, if any."""
        if isinstance(cell, str):
            if column.type in _FORMULA_COLUMNS and cell.lstrip().startswith(FORMULA_SIGNS):
                return None, "单元格是公式"
            cell = unprotected(cell.strip())
        if column.type is ColumnType.NAME and isinstance(cell, str) and _ORDINARY_NAME.fullmatch(cell):
            return cell, ""
        try:
            if column.type is ColumnType.DATE:
                return self._read_date(cell, column), ""
            return read_cell(_plain_number(cell, column), column), ""
        except CellUnreadable as unreadable:
            return None, unreadable.rule

    def _read_date(self, cell: Any, column: Column) -> str | None:
        """A day as ISO text, or a month where the sender gives no day; the hour of a day does not matter here."""
        if isinstance(cell, datetime):
            cell = cell.date()
        if isinstance(cell, str) and cell:
            words = register_words()
            for form in (*self.mapping.options.date_formats, *words["date_formats"]):
                if (day := _parsed(cell, form)) is not None:
                    return str(read_cell(day.date(), column))
        try:
            day = read_cell(cell, column)
        except CellUnreadable:
            months = [_parsed(str(_plain_number(cell, column)), form) for form in register_words()["month_formats"]]
            if not (read := [month for month in months if month is not None]):
                raise
            return str(read_cell(read[0].date(), column))[:7]
        return None if day is None else str(day)


def _lenient(column: Column) -> Column:
    """A name may be missing: the row then has its number, or is given back with a better reason."""
    return column.model_copy(update={"required": False}) if column.type is ColumnType.NAME else column


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  a day of a register has no zone
    except ValueError:
        return None


def _plain_number(cell: Any, column: Column) -> Any:
    """A whole number of a spreadsheet as text where it is no amount: a serial number, a code, a month."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**9 and column.type is not ColumnType.AMOUNT:
        return str(int(cell))
    return cell


def _in_form(text: str) -> str:
    plain = len(text) == _NUMBER_LENGTH and text.isascii() and text[-1] != "x"
    return text if plain else normalise(text)


def _what_is_wrong(cell: Any, column: Column) -> tuple[str, bool]:
    """What is wrong with a number, and whether digits of it are lost for good, so that the sender must repeat it."""
    try:
        read_cell(cell, column)
    except CellUnreadable as unreadable:
        if not isinstance(cell, str) or "科学计数法" in unreadable.rule or "不可见" in unreadable.rule:
            return unreadable.rule, True
        return unreadable.rule, False
    try:
        normalise(str(cell))
    except InvalidResidentNumber as invalid:
        return f"公民身份号码无效：{invalid.rule}", False
    return "公民身份号码无效", False

