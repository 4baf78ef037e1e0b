"""A list of any layout, streamed by its mapping: every row is accepted, rejected with its reason, or waiting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.exchange.fault import Fault, FileRefused, display_name
from jubao.exchange.layout import ColumnType
from jubao.exchange.register_cells import CellReader, ReadCells
from jubao.exchange.register_mapping import RegisterMapping, field_by_header, is_no_number, register_words
from jubao.exchange.register_repeats import Repeats
from jubao.exchange.register_source import RawRows, raw_rows
from jubao.exchange.streamed_csv import Batch, LargeReading

_HEADER_WITHIN = 40
_STEP = "请核对名册格式（列对应）后重新上传"


class Fate(IntEnum):
    """What becomes of a row: compared by number, given back with a reason, or waiting for a number."""

    ACCEPTED = 0
    REJECTED = 1
    WAITING = 2


@dataclass(frozen=True, slots=True)
class RegisterRows:
    """Some consecutive rows of a list.

    Attributes:
        row_numbers: shape (n,), int64; numbers the clerk sees.
        columns: one list per mapped field; a cell that cannot be read is None, a resident number that is not
            valid stays as it came.
        keys: shape (n,), int64; key of the resident number, -1 where it is not valid.
        fates: shape (n,), int8; values of ``Fate``.
        rules: why a row is not accepted, by its place in the batch.
        asked: of a row that is not given back, which other cells could not be read or are not certain, by its place.
    """

    row_numbers: NDArray[np.int64]
    columns: dict[str, list[Any]]
    keys: NDArray[np.int64]
    fates: NDArray[np.int8]
    rules: dict[int, str]
    asked: dict[int, str]


@dataclass(slots=True)
class RegisterReading:
    """Iterates over the batches; then ``accepted`` + ``rejected`` + ``waiting`` = ``rows``, for every row of the file."""

    path: Path
    mapping: RegisterMapping
    filename: str
    latest: date | None = None
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    waiting: int = 0
    header: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[RegisterRows]:
        """Stream the file from its beginning.

        Raises:
            FileRefused: wrong kind, damaged, headers missing; also in the middle: keep nothing before the end.
        """
        self.rows = self.accepted = self.rejected = self.waiting = 0
        reader: CellReader | None = None
        repeats = {name: Repeats() for name in self.mapping.unique if name in self.mapping.columns}
        landmarks = [*self.mapping.columns.values(), *field_by_header()]
        for raw in raw_rows(self.path, self.mapping.options, landmarks=landmarks, filename=self.filename):
            numbered = raw.numbered
            if reader is None and numbered:
                reader, numbered = self._begin(numbered)
            if reader is not None and numbered:
                yield self._counted(_graded(reader, RawRows(numbered, raw.spoiled), repeats, self.latest))
        if reader is None:
            raise FileRefused([Fault(self.filename, None, "", "", "文件是空的", _STEP)])

    def _begin(self, numbered: list[tuple[int, list[Any]]]) -> tuple[CellReader, list[tuple[int, list[Any]]]]:
        """The reader for the columns as they stand, and the rows below the header."""
        row, places = header_places(numbered, self.mapping, filename=self.filename)
        below = [(number, cells) for number, cells in numbered if number > row]
        header = next((cells for number, cells in numbered if number == row), [])
        self.header = [str(cell).strip() for cell in header]
        width = len(header) or max((len(cells) for _, cells in below), default=0)
        return CellReader(self.mapping, places, width), below

    def _counted(self, batch: RegisterRows) -> RegisterRows:
        counts = np.bincount(batch.fates, minlength=len(Fate)).tolist()
        self.rows += len(batch.fates)
        self.accepted, self.rejected = self.accepted + counts[0], self.rejected + counts[1]
        self.waiting += counts[2]
        return batch


def read_register(
    path: Path | str, mapping: RegisterMapping, *, filename: str | None = None, latest: date | None = None
) -> RegisterReading:
    """Open a list for streaming; nothing is read before the first batch is asked for.

    Args:
        path: the file: xlsx, old xls, csv or txt.
        mapping: which column means what.
        filename: shown in messages; taken from the path when left out.
        latest: the day the list came in; a row about a later death is given back.
    """
    return RegisterReading(Path(path), mapping, display_name(filename or Path(path).name), latest)


def header_places(
    numbered: Sequence[tuple[int, list[Any]]], mapping: RegisterMapping, *, filename: str
) -> tuple[int, dict[str, int]]:
    """Number of the header row and where each mapped field stands (0-based).

    Without a header row the columns are named by letters, A being the first.

    Raises:
        FileRefused: a mapped header is missing or stands twice.
    """
    stated = mapping.options.header_row
    if stated == 0:
        return 0, {field: _letter_place(letter, filename) for field, letter in mapping.columns.items()}
    wanted = {field: _squeezed(header) for field, header in mapping.columns.items()}
    rows = [(n, cells) for n, cells in numbered[:_HEADER_WITHIN] if stated is None or n == stated]
    best = max(
        rows, key=lambda row: (len(set(wanted.values()) & {_squeezed(c) for c in row[1]}), -row[0]), default=None
    )
    if best is None:
        raise FileRefused([Fault(filename, stated, "", "", "找不到表头行", _STEP)])
    number, cells = best
    seen = [_squeezed(cell) for cell in cells]
    faults = [
        Fault(filename, number, header, "", "表头重复" if header in seen else "缺少表头", _STEP)
        for header in wanted.values()
        if seen.count(header) != 1
    ]
    if faults:
        raise FileRefused(faults)
    return number, {field: seen.index(header) for field, header in wanted.items()}


def _squeezed(cell: Any) -> str:
    return "".join(str(cell).split())


def _letter_place(letter: str, filename: str) -> int:
    if not (letter.isascii() and letter.isalpha() and len(letter) <= 2):  # noqa: PLR2004 (64 columns at most)
        raise FileRefused([Fault(filename, None, letter, "", "没有表头行的文件，列应写作字母（A、B、C）", _STEP)])
    place = 0
    for character in letter.upper():
        place = place * 26 + ord(character) - ord("A") + 1
    return place - 1


def _graded(reader: CellReader, raw: RawRows, repeats: dict[str, Repeats], latest: date | None) -> RegisterRows:
    """Read the cells of a batch and say what becomes of each row; the first rule broken is told."""
    cells = reader.read(raw)
    numbers = np.array([number for number, _ in raw.numbered], np.int64)
    rules = cells.rules
    header = reader.mapping.column("death_date").header
    for place, fault in _impossible_deaths(cells.columns, cells.keys, latest):
        if f"{header}：" not in cells.asked.get(place, ""):  # a day that is not certain is asked about, not refuted
            rules.setdefault(place, f"{header}：{fault}")
    for name, seen in repeats.items():
        for place in seen.again(_identities(reader, cells, name)):
            rules.setdefault(place, f"{reader.mapping.column(name).header}重复")
    fates = np.zeros(len(numbers), np.int8)
    fates[sorted(rules)] = Fate.REJECTED
    open_ones = (fates == Fate.ACCEPTED) & (cells.keys < 0)
    for place in np.flatnonzero(open_ones).tolist():
        doubts = [cells.doubts.get(place, "没有公民身份号码"), cells.asked.get(place, "")]
        fates[place], rules[place] = _without_number(cells.columns, "；".join(filter(None, doubts)), place)
    asked = {place: question for place, question in cells.asked.items() if fates[place] != Fate.REJECTED}
    return RegisterRows(numbers, cells.columns, cells.keys, fates, rules, asked)


def _identities(reader: CellReader, cells: ReadCells, name: str) -> list[Any]:
    """Values of a column that must not repeat; None where a row has none, or cannot count anyway."""
    values = cells.columns[name]
    if reader.mapping.column(name).type is ColumnType.RESIDENT_NUMBER:
        stated = [value if key >= 0 else None for value, key in zip(values, cells.keys.tolist(), strict=True)]
    else:
        stated = [None if value is None or is_no_number(str(value)) else value for value in values]
    return [None if place in cells.rules else value for place, value in enumerate(stated)]


def _impossible_deaths(
    columns: dict[str, list[Any]], keys: NDArray[np.int64], latest: date | None
) -> Iterator[tuple[int, str]]:
    """Places of deaths after the list came in, or before the birth that a valid number or the list itself states."""
    births = columns.get("birth_date")
    for place, died in enumerate(columns.get("death_date") or ()):
        if died is None:
            continue
        day = str(died)  # ISO text, or its year and month only
        number = columns["resident_number"][place] if keys[place] >= 0 else None
        born = (
            f"{number[6:10]}-{number[10:12]}-{number[12:14]}" if number else str(births[place] or "") if births else ""
        )
        if latest is not None and day > str(latest):
            yield place, f"{day} 晚于名单收到的日期 {latest}"
        elif born and day < born[: len(day)]:
            yield place, f"{day} 早于出生日期"


def _without_number(columns: dict[str, list[Any]], doubt: str, place: int) -> tuple[Fate, str]:
    """A row whose number is missing or wrong waits if it has a name; an account alone is compared as it is."""
    name = (columns.get("name") or [None] * (place + 1))[place]
    if not name:
        return Fate.REJECTED, f"没有姓名，{doubt}"
    if any(str(name).startswith(word) for word in register_words()["totals"]):
        return Fate.REJECTED, "合计或填表说明行，不是人"
    return Fate.WAITING, doubt


def rows_of_batch(batch: Batch, reading: LargeReading) -> RegisterRows:
    """A batch of the provincial comparison in the same shape: rows that break a rule are told apart."""
    told = {fault.row: f"{fault.column} {fault.rule}" for fault in reading.faults if fault.row}
    required = [c for c in reading.declared.columns if c.required and c.type is not ColumnType.RESIDENT_NUMBER]
    fates, rules, asked = np.zeros(batch.rows, np.int8), {}, {}
    for place in np.flatnonzero(~batch.valid).tolist():
        rule = told.get(int(batch.row_numbers[place]), "有无法读取的单元格")
        if batch.keys[place] >= 0:
            asked[place] = rule
            continue
        number_only = batch.keys[place] < 0 and all(batch.columns[c.field][place] is not None for c in required)
        number_only &= "科学计数法" not in rule
        fates[place], rules[place] = (Fate.WAITING if number_only else Fate.REJECTED), rule
    return RegisterRows(batch.row_numbers, batch.columns, batch.keys, fates, rules, asked)
