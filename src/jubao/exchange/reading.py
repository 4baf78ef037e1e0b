"""Reading a file: bytes to a table of normalised values, or a refusal that lists every fault."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jubao.exchange.cell_warnings import doubts_of_column
from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.columns import Broken, read_texts
from jubao.exchange.delimited import read_delimited
from jubao.exchange.fault import Fault, FileRefused, column_name, display_name, mask_value
from jubao.exchange.layout import Column, ColumnType, Layout, layout
from jubao.exchange.protection import FORMULA_SIGNS, unprotected
from jubao.exchange.sheet import read_sheet
from jubao.exchange.table import Grid, Table
from jubao.exchange.totals import check_balance_chain, check_totals, check_unique
from jubao.exchange.whole import read_whole

_MEMORISED = frozenset(ColumnType) - {ColumnType.NAME, ColumnType.RESIDENT_NUMBER}
_CORRECT_HEADER = "请使用系统下载的模板，不要改动表头"
_MISSING = object()


def read_table(source: Path | str | bytes, layout_id: str, *, filename: str | None = None) -> Table:
    """Read one file by its declared layout.

    Args:
        source: path, or the bytes received.
        layout_id: name in layouts.yaml.
        filename: shown in messages; needed for bytes, else taken from the path.

    Returns:
        The table; amounts are int fen, months int YYYYMM, dates ``date``, empty cells None.

    Raises:
        FileRefused: with all faults of the file; then nothing of it may be used.
        LayoutUnknown: no such layout.
    """
    declared = layout(layout_id)
    name = display_name(filename or ("上传文件" if isinstance(source, bytes) else Path(source).name))
    data = source if isinstance(source, bytes) else read_whole(source, filename=name)
    if declared.form == "xlsx":
        grid = read_sheet(data, filename=name)
    else:
        grid = read_delimited(data, declared, filename=name)
    return _table(grid, declared, name, hashlib.sha256(data).hexdigest())


def _table(grid: Grid, declared: Layout, filename: str, sha256: str) -> Table:
    faults, warnings = grid.faults, grid.warnings
    header, preamble_faults = _read_preamble(grid, declared, filename)
    places = {column.field: declared.position(column) for column in declared.columns}
    if grid.header is not None:
        places, missing = header_faults(grid.header, declared, grid.header_row, filename)
        faults += missing
        warnings += _unknown_columns(grid, declared, filename)
    columns = {}
    for column in declared.columns:
        index = places.get(column.field)
        cells = [None] * grid.height if index is None else grid.column(index)
        if declared.form == "csv":
            cells = _unprotected(cells, column, index or 0, grid.row_numbers, filename, faults)
        columns[column.field] = _read_column(cells, column, index, grid.row_numbers, filename, faults)
        warnings += doubts_of_column(cells, column, index or 0, grid.row_numbers, filename=filename)
    table = Table(declared.id, filename, columns, grid.height, grid.row_numbers, header, (), sha256)
    faults += preamble_faults + check_unique(table, declared)
    faults += check_totals(table, declared, grid)
    warnings += check_balance_chain(table) if declared.id == "bank_statement" else []
    if faults:
        raise FileRefused(sorted(faults, key=lambda fault: fault.row or 0))
    return replace(table, warnings=tuple(warnings))


def _read_preamble(grid: Grid, declared: Layout, filename: str) -> tuple[dict[str, Any], list[Fault]]:
    header: dict[str, Any] = {}
    faults: list[Fault] = []
    for index, column in enumerate(declared.preamble):
        cells = [(grid.preamble or [])[index]]
        value = _read_column(cells, column, index, [grid.preamble_row], filename, faults)
        header[column.field] = value[0]
    return header, faults


def header_faults(
    header: Sequence[Any], declared: Layout, row: int, filename: str
) -> tuple[dict[str, int], list[Fault]]:
    """Where each field stands by its header, and a fault for each missing or doubled header."""
    seen = [str(cell).strip() for cell in header]
    places: dict[str, int] = {}
    faults = []
    for column in declared.columns:
        found = [index for index, name in enumerate(seen) if name == column.header]
        if len(found) == 1:
            places[column.field] = found[0]
            continue
        rule = "表头重复" if found else "缺少表头"
        place = column_name(found[1], column.header) if found else column.header
        faults.append(Fault(filename, row, place, "", rule, _CORRECT_HEADER))
    return places, faults


def _unknown_columns(grid: Grid, declared: Layout, filename: str) -> list[Fault]:
    """A warning for each filled column that the layout does not know."""
    known = {column.header for column in declared.columns}
    step = "请确认是否用错了模板"
    return [
        Fault(filename, grid.header_row, column_name(i, mask_value(name)), "", "模板以外的列，未读取", step)
        for i, name in enumerate(str(cell).strip() for cell in grid.header or ())
        if name not in known and (name or any(cell != "" for cell in grid.column(i)))
    ]


def _read_column(
    cells: Sequence[Any],
    column: Column,
    index: int | None,
    row_numbers: Sequence[int],
    filename: str,
    faults: list[Fault],
) -> list[Any]:
    """Read the cells of one column; what breaks a rule becomes a fault."""
    if index is None:
        return [None] * len(cells)
    if set(map(type, cells)) == {str}:
        values, broken = read_texts(cells, column)
    else:
        values, broken = _read_mixed(cells, column)
    place = column_name(index, column.header)
    faults += [
        Fault(filename, row_numbers[i], place, mask_value(cells[i], column), error.rule, error.next_step)
        for i, error in broken
    ]
    return values


def _read_mixed(cells: Sequence[Any], column: Column) -> tuple[list[Any], Broken]:
    """Read cells of several types, as a spreadsheet gives them; equal cells are read once where that is safe."""
    known: dict[tuple[type, Any], Any] = {}
    values: list[Any] = []
    broken: Broken = []
    for position, cell in enumerate(cells):
        key = (type(cell), cell)
        value = known.get(key, _MISSING)
        if value is _MISSING:
            try:
                value = read_cell(cell, column)
                if column.type in _MEMORISED:
                    known[key] = value
            except CellUnreadable as error:
                value = None
                broken.append((position, error))
        values.append(value)
    return values, broken


def _unprotected(
    cells: list[Any], column: Column, index: int, rows: Sequence[int], filename: str, faults: list[Fault]
) -> list[Any]:
    """Take off the apostrophes our CSV writer put before dangerous texts; a bare formula is a fault."""
    if column.type not in (ColumnType.TEXT, ColumnType.NAME, ColumnType.CODE):
        return cells
    joined = "".join(cell for cell in cells if cell)
    if "'" not in joined and not any(sign in joined for sign in FORMULA_SIGNS):
        return cells
    for cell, row in zip(cells, rows, strict=True):
        if cell and cell.lstrip().startswith(FORMULA_SIGNS):
            place = column_name(index, column.header)
            step = "请在源文件中改为普通文字后重新上传"
            faults.append(Fault(filename, row, place, mask_value(cell, column), "单元格是公式", step))
    return [unprotected(cell) if cell else cell for cell in cells]
