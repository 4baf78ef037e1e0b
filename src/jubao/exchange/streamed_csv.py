"""Very large CSV files (the provincial comparison, 688,862 rows): streamed in batches, bounded memory."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.delimited import split_csv
from jubao.exchange.fault import Fault, FileRefused, column_name, display_name, mask_value
from jubao.exchange.layout import Column, ColumnType, Layout, layout
from jubao.exchange.protection import unprotected
from jubao.exchange.reading import header_faults
from jubao.exchange.transcoding import DecodedLines
from jubao.vocabulary.resident_number import encode_many, normalise

LISTED_ROWS = 1_000
_MEMORY_ENTRIES = 100_000
_ORDINARY_NAME = re.compile("[\u4e00-\u9fff]{2,6}")
_NUMBER_LENGTH = 18
_STEP = "请向下发单位反馈，更正后补发；有问题的行不参加精确比对，须人工处理"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows.

    Attributes:
        row_numbers: shape (n,), int64; numbers the clerk sees (the header is row 1).
        columns: one list per field, as ``Table.columns``; a faulty cell is None, a faulty resident number is
            kept as it came.
        keys: shape (n,), int64; key of the resident number, -1 where it is not valid.
        valid: shape (n,), bool; whether the row breaks no rule.
    """

    row_numbers: NDArray[np.int64]
    columns: dict[str, list[Any]]
    keys: NDArray[np.int64]
    valid: NDArray[np.bool_]

    @property
    def rows(self) -> int:
        """How many rows the batch has."""
        return len(self.valid)

    def arrow(self) -> Any:
        """The batch as a pyarrow RecordBatch, with ``row_number``, ``key`` and ``valid``."""
        import pyarrow as pa  # heavy, and most that read this module need no batch

        extra = {"row_number": self.row_numbers, "key": self.keys, "valid": self.valid}
        return pa.RecordBatch.from_pydict({**self.columns, **{k: pa.array(v) for k, v in extra.items()}})


@dataclass(slots=True)
class LargeReading:
    """Iterates over the batches; then ``faults``, ``fault_counts``, ``rows`` and ``sha256`` are complete.

    Faulty rows stay in their batch, marked not valid: a damaged number is a case for a person, never dropped.
    ``faults`` lists at most ``LISTED_ROWS`` rows per rule, ``fault_counts`` counts all of them.
    """

    path: Path
    declared: Layout
    filename: str
    faults: list[Fault] = field(default_factory=list)
    fault_counts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    sha256: str = ""
    _places: dict[str, int] = field(default_factory=dict)
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Batch]:
        """Stream the file from its beginning.

        Raises:
            FileRefused: wrong encoding, header or width, also in the middle: commit nothing before the end.
        """
        self.faults, self.fault_counts, self.rows = [], Counter(), 0
        self._places, self._known = {}, {column.field: {} for column in self.declared.columns}
        hashes: list[NDArray[np.int64]] = []
        with self.path.open("rb") as file:
            headers = [column.header for column in self.declared.columns]
            source = DecodedLines(file, filename=self.filename, headers=headers, expected=self.declared.encoding)
            for rows, numbers in self._even_rows(source):
                batch = self._batch(rows, numbers)
                hashes.append(_hash_keys(batch, self.declared))
                self.rows += batch.rows
                yield batch
            self.sha256 = source.sha256
        self._note_repeats(hashes)

    def _even_rows(self, source: DecodedLines) -> Iterator[tuple[list[list[str]], list[int]]]:
        """Rows of the header's width with their numbers; the header is checked and left out."""
        line_number, width = 1, 0
        for lines in source:
            split = enumerate(split_csv(lines, self.filename, first=line_number), line_number)
            numbered = [(number, row) for number, row in split if row and any(row)]
            line_number += len(lines)
            if not self._places and numbered:
                (number, header), *numbered = numbered
                width = len(header)
                self._read_header(header, number)
            uneven = [(number, len(row)) for number, row in numbered if len(row) != width]
            if uneven:
                raise FileRefused([self._uneven(number, width, found) for number, found in uneven])
            if numbered:
                yield [row for _, row in numbered], [number for number, _ in numbered]
        if not self._places:
            raise FileRefused([Fault(self.filename, None, "", "", "文件是空的", _STEP)])

    def _read_header(self, header: Sequence[str], row: int) -> None:
        places, faults = header_faults(header, self.declared, row, self.filename)
        if faults:
            raise FileRefused(faults)
        self._places = places

    def _uneven(self, row: int, width: int, found: int) -> Fault:
        return Fault(self.filename, row, "", "", f"应有{width}列，实有{found}列", _STEP)

    def _batch(self, rows: list[list[str]], numbers: list[int]) -> Batch:
        cells = list(zip(*rows, strict=True))
        valid = np.ones(len(rows), np.bool_)
        keys = np.full(len(rows), -1, np.int64)
        columns: dict[str, list[Any]] = {}
        for column in self.declared.columns:
            raw = [cell.strip() for cell in cells[self._places[column.field]]]
            if column.type is ColumnType.RESIDENT_NUMBER:
                keys, known = encode_many(raw)
                columns[column.field] = _normalised(raw, known)
                for i in np.flatnonzero(~known).tolist():
                    self._read_or_note(raw[i], column, numbers[i])
                valid &= known
            else:
                columns[column.field] = self._read_column(raw, column, numbers, valid)
        return Batch(np.array(numbers, np.int64), columns, keys, valid)

    def _read_column(self, raw: list[str], column: Column, numbers: list[int], valid: NDArray[np.bool_]) -> list[Any]:
        if column.type is ColumnType.TEXT and all(raw) and _is_plain("".join(raw), column.type):
            return raw
        known = self._known[column.field]
        if len(known) > _MEMORY_ENTRIES:
            known.clear()
        values: list[Any] = []
        for i, cell in enumerate(raw):
            if cell in known:
                values.append(known[cell])
            elif _is_plain(cell, column.type):
                values.append(cell)
            else:
                value, readable = self._read_or_note(unprotected(cell), column, numbers[i])
                values.append(value)
                if readable:
                    known[cell] = value
                else:
                    valid[i] = False
        return values

    def _read_or_note(self, cell: str, column: Column, row: int) -> tuple[Any, bool]:
        try:
            return read_cell(cell, column), True
        except CellUnreadable as error:
            self._note(row, column, cell, error.rule)
            return None, False

    def _note(self, row: int, column: Column, cell: str, rule: str) -> None:
        name = f"{column.header}：{rule}"
        self.fault_counts[name] += 1
        if self.fault_counts[name] <= LISTED_ROWS:
            place = column_name(self._places[column.field], column.header)
            self.faults.append(Fault(self.filename, row, place, mask_value(cell, column), rule, _STEP))

    def _note_repeats(self, hashes: list[NDArray[np.int64]]) -> None:
        """Count rows whose key (by 64-bit hash) stood before; record numbers must not repeat."""
        if not hashes or not self.declared.unique:
            return
        _, counts = np.unique(np.concatenate(hashes), return_counts=True)
        repeated = int((counts - 1).sum())
        if repeated:
            header = self.declared.column(self.declared.unique[0][0]).header
            rule = f"{header}重复"
            self.fault_counts[rule] = repeated
            self.faults.append(Fault(self.filename, None, header, "", f"{rule}，共{repeated}行", _STEP))


def read_large(path: Path | str, layout_id: str, *, filename: str | None = None) -> LargeReading:
    """Open a very large CSV for streaming.

    Args:
        path: the file.
        layout_id: name in layouts.yaml; a CSV layout without preamble.
        filename: shown in messages; taken from the path when left out.

    Returns:
        A reading to iterate over; nothing is read before.

    Raises:
        LayoutUnknown: no such layout.
    """
    declared = layout(layout_id)
    assert declared.form == "csv", "only CSV layouts are streamed"
    assert not declared.preamble, "batches with a preamble are small: read_table"
    return LargeReading(Path(path), declared, display_name(filename or Path(path).name))


def _is_plain(cell: str, kind: ColumnType) -> bool:
    """Whether a cell certainly reads as itself; spares the common case the long way."""
    if kind is ColumnType.NAME:
        return _ORDINARY_NAME.fullmatch(cell) is not None
    return kind is ColumnType.TEXT and cell.isascii() and cell.isdigit()


def _normalised(raw: list[str], known: NDArray[np.bool_]) -> list[str]:
    """Valid numbers brought to form; a number that is not valid stays as it came."""
    return [
        normalise(cell) if good and not _is_normal(cell) else cell
        for cell, good in zip(raw, known.tolist(), strict=True)
    ]


def _is_normal(cell: str) -> bool:
    return len(cell) == _NUMBER_LENGTH and cell.isascii() and cell[-1] != "x"


def _hash_keys(batch: Batch, declared: Layout) -> NDArray[np.int64]:
    """64-bit hashes of the first unique key; rows without one are left out."""
    if not declared.unique:
        return np.empty(0, np.int64)
    keys = zip(*(batch.columns[field] for field in declared.unique[0]), strict=True)
    return np.array([hash(key) for key in keys if key[0] is not None], np.int64)
