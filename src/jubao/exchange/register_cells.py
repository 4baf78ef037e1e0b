"""Cells of a sender's list to values: by column, equal cells read once, nothing repaired."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.exchange.cells import CellUnreadable, day_of, read_cell
from jubao.exchange.fault import mask_value
from jubao.exchange.layout import Column, ColumnType
from jubao.exchange.protection import FORMULA_SIGNS, unprotected
from jubao.exchange.register_mapping import RegisterMapping, is_absent, is_no_number, register_words
from jubao.exchange.register_source import RawRows
from jubao.vocabulary.resident_number import InvalidResidentNumber, encode_many, normalise

_MEMORY_ENTRIES = 100_000
_NUMBER_LENGTH = 18
_ORDINARY_NAME = re.compile("[\u4e00-\u9fff]{2,6}")
_FORMULA_COLUMNS = (ColumnType.TEXT, ColumnType.NAME, ColumnType.CODE)
_MONTH_WITHIN = re.compile(r"(?<![0-9])([12][0-9]{3})\s*[年.\-/]\s*(1[0-2]|0?[1-9])(?![0-9])")
_LONG_NUMBER = re.compile("[0-9]{9}", re.ASCII)
_TOLD_LENGTH = 40


@dataclass(slots=True)
class ReadCells:
    """A batch after reading.

    Attributes:
        columns: values by field; a cell that cannot be read is None.
        keys: shape (n,), int64; key of the resident number, -1 where it is not valid.
        rules: by place, why a row cannot count at all.
        asked: by place, which other cells somebody must ask the sender about: unreadable, or not certain.
        doubts: by place, what is wrong with the number.
    """

    columns: dict[str, list[Any]]
    keys: NDArray[np.int64]
    rules: dict[int, str] = field(default_factory=dict)
    asked: dict[int, str] = field(default_factory=dict)
    doubts: dict[int, str] = field(default_factory=dict)

    def ask(self, place: int, question: str) -> None:
        """Note a question about a row; it may have several."""
        earlier = self.asked.get(place)
        self.asked[place] = f"{earlier}；{question}" if earlier else question


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
                found.columns[name] = self._read_column(name, cells, column, found)
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
            if _says_no_number(cell):
                values[place] = ""
                continue
            rule, lost = _what_is_wrong(raw[place] if isinstance(cell, str) else cell, column)
            (found.rules if lost else found.doubts).setdefault(place, rule)
            values[place] = str(cell).strip()
        found.columns[name] = values

    def _read_column(self, name: str, cells: list[Any], column: Column, found: ReadCells) -> list[Any]:
        if (
            column.type is ColumnType.TEXT
            and all(type(c) is str and c.isdigit() for c in cells)
            and "".join(cells).isascii()
        ):
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
            value, question = outcome
            values.append(value)
            if question:
                found.ask(place, f"{column.header}：{question}")
        return values

    def _read_one(self, cell: Any, column: Column) -> tuple[Any, str]:
        """Value, and what must be asked about it, if anything."""
        if isinstance(cell, str):
            if column.type in _FORMULA_COLUMNS and cell.lstrip().startswith(FORMULA_SIGNS):
                return None, "单元格是公式"
            cell = unprotected(cell.strip())
            if is_absent(cell) and cell not in column.values:
                return None, "必填项为空" if column.required else ""
        if column.type is ColumnType.NAME and isinstance(cell, str) and _ORDINARY_NAME.fullmatch(cell):
            return cell, ""
        if column.type is ColumnType.DATE:
            return read_day(cell, column, self.mapping.options.date_formats)
        try:
            return read_cell(_plain_number(cell, column), column), ""
        except CellUnreadable as unreadable:
            return None, unreadable.rule + _as_told(cell, column)


def read_day(cell: Any, column: Column, formats: Iterable[str] = ()) -> tuple[str | None, str]:
    """A day as ISO text, and what must be asked about it; a month where the sender gives no day.

    Args:
        cell: as it came.
        column: its declaration.
        formats: strptime formats of the sender, tried before the usual ones.
    Returns:
        the day nearest to the moment the cell tells, since the hour does not matter here, with a question where it
        lies within a minute of midnight; of what is no day the one month it names, or None, with its own words.
    """
    moment = cell if isinstance(cell, datetime) else _moment_of(cell, formats)
    try:
        if moment is not None:
            day, near_midnight = day_of(moment)
            return str(_in_range(day, column)), _shifted(moment, day) if near_midnight else ""
        read: date | None = read_cell(cell, column)
    except CellUnreadable as unreadable:
        months = [_parsed(str(_plain_number(cell, column)), form) for form in register_words()["month_formats"]]
        if found := [str(month.date())[:7] for month in months if month is not None]:
            return found[0], ""
        month = _only_month(cell)
        return month, unreadable.rule + _as_told(cell, column) + (f"，暂按 {month} 计" if month else "")
    return (None if read is None else str(read)), ""


def _moment_of(cell: Any, formats: Iterable[str]) -> datetime | None:
    """What a text says by one of the formats, if any fits."""
    if not isinstance(cell, str) or not cell:
        return None
    parsed = (_parsed(cell, form) for form in (*formats, *register_words()["date_formats"]))
    return next((moment for moment in parsed if moment is not None), None)


def _in_range(day: date, column: Column) -> date:
    read: date = read_cell(day, column)
    return read


def _shifted(moment: datetime, day: date) -> str:
    return f"原文为 {moment:%Y-%m-%d %H:%M:%S}，离午夜不到一分钟，按最近的 {day} 计，须向来源核对是哪一天"


def _only_month(cell: Any) -> str | None:
    """The month that words name, if they name exactly one: 约2017年12月, 2017-12-00."""
    named = {f"{year}-{int(month):02}" for year, month in _MONTH_WITHIN.findall(str(cell))}
    return named.pop() if len(named) == 1 else None


def _as_told(cell: Any, column: Column) -> str:
    """A cell in its own words; what may be a person's number, name or address is masked."""
    text = str(cell).strip()
    dated = column.type in (ColumnType.DATE, ColumnType.MONTH, ColumnType.YEAR) and not _LONG_NUMBER.search(text)
    return f"（原文：{text[:_TOLD_LENGTH] if dated else mask_value(text, column)}）"


def _says_no_number(cell: Any) -> bool:
    """Whether a number's cell is empty, says so in a word, or holds zeros only."""
    if isinstance(cell, str):
        return is_no_number(unprotected(cell.strip()))
    return not isinstance(cell, bool) and cell == 0


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
