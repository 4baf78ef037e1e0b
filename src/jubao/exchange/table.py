"""The table a file becomes: columns of normalised values, its preamble, its warnings and its fingerprints."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jubao.exchange.fault import Fault


@dataclass(frozen=True, slots=True)
class Table:
    """An accepted file.

    Attributes:
        layout_id: the layout it was read by.
        filename: the name shown to people.
        columns: one list per field, all of length ``rows``; str, int (fen, YYYYMM, count), date or None.
        rows: how many data rows.
        row_numbers: for each row the number the clerk sees (from 1, header included).
        header: the preamble of a bank or outlet batch; empty for plain tables.
        warnings: doubts that need a person's look but do not refuse the file.
        sha256: fingerprint of the bytes received.
    """

    layout_id: str
    filename: str
    columns: dict[str, list[Any]]
    rows: int
    row_numbers: list[int]
    header: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    sha256: str = ""

    def records(self) -> Iterator[dict[str, Any]]:
        """The rows one by one, as dictionaries by field."""
        names = list(self.columns)
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(names, values, strict=True))

    def content_sha256(self) -> str:
        """Fingerprint of what the file says, whatever its line ends, blank lines, column order or name."""
        body = [self.layout_id, self.header, dict(sorted(self.columns.items()))]
        text = json.dumps(body, ensure_ascii=True, sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(slots=True)
class Grid:
    """Raw cells between bytes and table: numbered rows, and the preamble and trailer of a bank file.

    ``header`` is None for forms without a header row; cells are str, or typed values from a spreadsheet.
    A text file whose lines are all of one width comes by column, in ``columns``; then ``rows`` is empty.
    """

    rows: list[list[Any]]
    row_numbers: list[int]
    header: list[str] | None = None
    header_row: int = 1
    preamble: list[str] | None = None
    preamble_row: int = 1
    trailer: list[str] | None = None
    trailer_row: int | None = None
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    columns: list[list[str]] | None = None

    @property
    def height(self) -> int:
        """How many data rows it has."""
        return len(self.row_numbers)

    def column(self, index: int) -> list[Any]:
        """The cells of one column, from the first row to the last."""
        return [row[index] for row in self.rows] if self.columns is None else self.columns[index]
