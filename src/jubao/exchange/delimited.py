"""Text files to raw rows: CSV with a header row, and the bank texts separated by | or tab."""

import csv
from collections.abc import Sequence

from jubao.exchange.fault import Fault, FileRefused
from jubao.exchange.layout import Layout
from jubao.exchange.table import Grid
from jubao.exchange.text import decode, split_lines

_SEPARATORS = {"csv": ",", "pipe": "|", "tab": "\t"}
_ASK_AGAIN = "请向报送单位索取完整原件后重新上传，不要手工补改"
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
    rows = _split(text, _SEPARATORS[layout.form], filename)
    if not rows:
        raise FileRefused([_fault(filename, None, "文件是空的")])
    return _with_header(rows, layout, filename) if layout.form == "csv" else _marked(rows, layout, filename)


def _split(text: str, separator: str, filename: str) -> _NumberedRows:
    """Every line on its own, so that a stray quote cannot swallow its neighbours."""
    lines = split_lines(text)
    plain = separator != ","
    cells = [line.split(separator) for line in lines] if plain else split_csv(lines, filename)
    return [(number, row) for number, row in enumerate(cells, 1) if any(cell.strip() for cell in row)]


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
        if (least or width) <= len(row) <= width or (len(row) > width and not any(row[width:])):
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
