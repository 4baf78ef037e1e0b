"""Text files to raw rows: CSV with a header row, and the bank texts separated by | or tab."""

import csv
from collections.abc import Sequence

from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.layout import Layout
from jubao.exchange.table import Grid
from jubao.exchange.text import decode, split_lines

_SEPARATORS = {"csv": ",", "pipe": "|", "tab": "\t"}
_ASK_AGAIN = "请向报送单位索取完整原件后重新上传，不要手工补改"
_BLOCK, _REPEATING = 16_384, 256
_NumberedRows = list[tuple[int, list[str]]]


def read_delimited(data: bytes, layout: Layout, *, filename: str) -> Grid:
    """Split a text file into rows as its layout says; cells are str.

    Raises:
        FileRefused: wrong encoding, nothing in it, unbalanced quotes, missing preamble or trailer.
    """
    landmarks = [column.header for column in layout.columns] if layout.form == "csv" else []
    text = decode(data, filename=filename, landmarks=landmarks)
    if layout.kind == "bank" and not text.endswith(("\n", "\r")):
        raise FileRefused([_fault(filename, None, "末行没有换行，文件可能被截断")])
    separator, lines = _SEPARATORS[layout.form], split_lines(text)
    del text
    if layout.form != "csv" and (even := _even(lines, separator, layout)) is not None:
        marks = [(number, lines[number - 1].split(separator)) for number in (1, len(lines)) if number not in even[1]]
        grid = _marked(marks, layout, filename)
        grid.row_numbers, grid.columns = list(even[1]), even[0]
        return grid
    rows = _split(lines, separator, filename)
    if not rows:
        raise FileRefused([_fault(filename, None, "文件是空的")])
    return _with_header(rows, layout, filename) if layout.form == "csv" else _marked(rows, layout, filename)


def _even(lines: list[str], separator: str, layout: Layout) -> tuple[list[list[str]], range] | None:
    """The cells by column and the numbers of their lines, where every detail has the full width and none is blank."""
    numbers = range(2, len(lines) + (layout.form != "pipe"))
    width = layout.width
    if not numbers or not (lines[0].strip() and lines[-1].strip()):
        return None
    if {lines[number - 1].count(separator) for number in numbers} != {width - 1}:
        return None
    columns: list[list[str]] = [[] for _ in range(width)]
    same: list[dict[str, str]] = [{} for _ in range(width)]
    for start in range(numbers.start, numbers.stop, _BLOCK):
        cells = separator.join(lines[start - 1 : min(start + _BLOCK, numbers.stop) - 1]).split(separator)
        for column, shared, index in zip(columns, same, range(width), strict=True):
            column.extend(_shared(cells[index::width], shared))
    return (columns, numbers) if all(map(str.strip, columns[0])) else None


def _shared(cells: list[str], known: dict[str, str]) -> list[str]:
    """The same cells, equal ones being one object where a column repeats itself; a million years are one text."""
    distinct = set(cells)
    if len(distinct) > _REPEATING:
        return cells
    for cell in distinct:
        known.setdefault(cell, cell)
    return list(map(known.__getitem__, cells))


def _split(lines: list[str], separator: str, filename: str) -> _NumberedRows:
    """Every line on its own, so that a stray quote cannot swallow its neighbours."""
    plain = separator != ","
    cells = (line.split(separator) for line in lines) if plain else split_csv(lines, filename)
    return [(number, row) for number, row in enumerate(cells, 1) if "".join(row).strip()]


def split_csv(lines: Sequence[str], filename: str, *, first: int = 1) -> list[list[str]]:
    """One row of cells per line of CSV; ``first`` is the number of the first line.

    Raises:
        FileRefused: quotes that do not close on their line.
    """
    try:
        rows = list(csv.reader(lines, strict=True))
    except csv.Error:
        rows = []
    if len(rows) == len(lines):
        return rows
    broken: list[int | None] = [number for number, line in enumerate(lines, first) if _broken(line)]
    raise FileRefused([_fault(filename, row, "引号不配对或单元格内有换行") for row in broken or [None]])


def _broken(line: str) -> bool:
    try:
        list(csv.reader([line], strict=True))
    except csv.Error:
        return True
    return False


def _with_header(rows: _NumberedRows, layout: Layout, filename: str) -> Grid:
    """A CSV: optional two lines of preamble, the header, the data."""
    grid = Grid([], [])
    if layout.preamble:
        expected = [column.header for column in layout.preamble]
        if len(rows) < 3 or _trimmed(rows[0][1]) != expected:  # noqa: PLR2004 (names, values, header)
            raise FileRefused([_fault(filename, rows[0][0], f"前两行应为：{','.join(expected)} 及其内容")])
        grid.preamble_row, grid.preamble = rows[1][0], _padded(rows[1][1], len(expected))
        rows = rows[2:]
    (grid.header_row, grid.header), *rows = rows
    width = len(grid.header)
    if width == 1 and any(mark in grid.header[0] for mark in ";\t|；，"):
        raise FileRefused([_fault(filename, grid.header_row, "分隔符不是英文逗号")])
    _keep_even(grid, rows, width, filename)
    return grid


def _marked(rows: _NumberedRows, layout: Layout, filename: str) -> Grid:
    """A bank text: first line the preamble; with | also the marks H and T around the details."""
    (first_row, first), *rest = rows
    grid = Grid([], [], preamble=first, preamble_row=first_row)
    if layout.form == "pipe":
        if first[0] != "H" or len(rest) < 1 or rest[-1][1][0] != "T":
            raise FileRefused([_fault(filename, first_row, "首行应以H开头、末行应以T开头，文件不完整")])
        grid.preamble = first[1:]
        (grid.trailer_row, trailer), rest = rest[-1], rest[:-1]
        grid.trailer = trailer[1:]
    if len(grid.preamble or ()) != len(layout.preamble):
        expected = "、".join(column.header for column in layout.preamble)
        raise FileRefused([_fault(filename, first_row, f"首行应有{len(layout.preamble)}项：{expected}")])
    least = max(layout.position(column) for column in layout.columns if column.required) + 1
    _keep_even(grid, rest, layout.width, filename, least=least)
    return grid


def _keep_even(grid: Grid, rows: _NumberedRows, width: int, filename: str, *, least: int = 0) -> None:
    """Keep the rows of the right width (banks may drop optional cells at the end); others are faults."""
    for number, row in rows:
        if len(row) == width:
            grid.rows.append(row)
            grid.row_numbers.append(number)
        elif (least or width) <= len(row) <= width or (len(row) > width and not any(row[width:])):
            grid.rows.append((row + [""] * (width - len(row)))[:width])
            grid.row_numbers.append(number)
        else:
            grid.faults.append(_fault(filename, number, f"应有{width}列，实有{len(row)}列"))


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1].strip():
        row = row[:-1]
    return [cell.strip() for cell in row]


def _padded(row: list[str], width: int) -> list[str]:
    return (_trimmed(row) + [""] * width)[:width]


def _fault(filename: str, row: int | None, rule: str) -> Fault:
    return Fault(filename, row, "", "", rule, _ASK_AGAIN)
