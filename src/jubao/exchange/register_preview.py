"""A first look at a sender's list: which columns it has, what they probably mean, and some rows, masked."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from jubao.exchange.fault import Fault, FileRefused, column_letter, display_name, mask_value
from jubao.exchange.layout import Column, ColumnType
from jubao.exchange.register_cells import read_day
from jubao.exchange.register_mapping import (
    ReadingOptions,
    RegisterMapping,
    field_by_header,
    known_fields,
    plain_header,
)
from jubao.exchange.register_source import raw_rows
from jubao.vocabulary.resident_number import InvalidResidentNumber, normalise

_SHOWN = 5
_LOOKED_AT = 40
_LOOKS_NAMED = 0.6


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list looks like: its header, a proposed mapping (None when nobody is named), unknown columns, rows."""

    filename: str
    header_row: int
    header: list[str]
    proposed: RegisterMapping | None
    unknown: list[str]
    rows: list[list[str]]


def preview(path: Path | str, options: ReadingOptions | None = None, *, filename: str | None = None) -> Preview:
    """Look at the first rows of a list and propose what its columns mean; personal values are masked.

    Raises:
        FileRefused: another kind of file, damaged, empty.
    """
    options = options or ReadingOptions()
    name = display_name(filename or Path(path).name)
    batches = raw_rows(Path(path), options, landmarks=list(field_by_header()), filename=name)
    numbered = next((batch.numbered for batch in islice(batches, 3) if batch.numbered), [])[:_LOOKED_AT]
    if not numbered:
        raise FileRefused([Fault(name, None, "", "", "文件是空的", "请向报送单位索取完整原件")])
    place = _header_place(numbered, options)
    header = [] if place is None else [str(cell).strip() for cell in numbered[place][1]]
    body = [cells for _, cells in numbered[0 if place is None else place + 1 :]]
    columns = _by_content(body) if place is None else _by_header(header)
    if place is None:
        options = options.model_copy(update={"header_row": 0})
    able = {"name", "resident_number", "bank_account"} & set(columns)
    proposed = RegisterMapping(columns=columns, options=options) if able else None
    unknown = [cell for cell in header if cell and cell not in columns.values()]
    shown = [_masked(cells, header, columns) for cells in body[:_SHOWN]]
    return Preview(name, 0 if place is None else numbered[place][0], header, proposed, unknown, shown)


def _header_place(numbered: Sequence[tuple[int, list[Any]]], options: ReadingOptions) -> int | None:
    """Which of the first rows is the header: the stated one, else the one with most known headers."""
    if options.header_row == 0:
        return None
    if options.header_row is not None:
        return next((place for place, (number, _) in enumerate(numbered) if number == options.header_row), None)
    known = [sum(plain_header(cell) in field_by_header() for cell in cells) for _, cells in numbered]
    best = max(range(len(known)), key=lambda place: (known[place], -place))
    return best if known[best] else None


def _by_header(header: Sequence[str]) -> dict[str, str]:
    """The first column of each known header."""
    found: dict[str, str] = {}
    for cell in header:
        field = field_by_header().get(plain_header(cell))
        if field and field not in found and header.count(cell) == 1:
            found[field] = cell
    return found


def _by_content(rows: Sequence[Sequence[Any]]) -> dict[str, str]:
    """Without a header: the column of valid resident numbers, and one of short Chinese words as names."""
    found: dict[str, str] = {}
    for place in range(max((len(row) for row in rows), default=0)):
        cells = [str(row[place]).strip() for row in rows if place < len(row)]
        if "resident_number" not in found and _share(cells, _is_number) > _LOOKS_NAMED:
            found["resident_number"] = column_letter(place)
        elif "name" not in found and _share(cells, _is_name) > _LOOKS_NAMED:
            found["name"] = column_letter(place)
    return found


def _share(cells: Sequence[str], fits: Any) -> float:
    return sum(map(fits, cells)) / len(cells) if cells else 0.0


def _is_number(text: str) -> bool:
    try:
        normalise(text)
    except InvalidResidentNumber:
        return False
    return True


def _is_name(text: str) -> bool:
    return 2 <= len(text) <= 6 and all("\u3400" <= character <= "\u9fff" for character in text)  # noqa: PLR2004


def _masked(cells: Sequence[Any], header: Sequence[str], columns: dict[str, str]) -> list[str]:
    """A row as it may be shown: names and numbers masked, unknown columns cut to their first character."""
    field_of = {name: field for field, name in columns.items()}
    shown = []
    for place, cell in enumerate(cells):
        field = field_of.get(header[place] if place < len(header) else column_letter(place))
        shown.append(_masked_cell(cell, known_fields()[field] if field else None))
    return shown


def _masked_cell(cell: Any, column: Column | None) -> str:
    text = str(cell).strip()
    if column is not None and column.type is ColumnType.DATE and text:
        day, question = read_day(cell, column)
        return f"{day or ''}{'？' if question else ''}" or mask_value(text, column)
    if column is None or (column.type is ColumnType.TEXT and not text.isascii()):
        return text[:1] + "…" if len(text) > 1 else text
    return mask_value(text, column)
