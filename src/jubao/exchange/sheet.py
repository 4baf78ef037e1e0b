"""Excel to raw rows: literal cells of the first visible sheet, typed as they stand in the file."""

import io
import re
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from jubao.exchange.fault import Fault, FileRefused, column_letter
from jubao.exchange.table import Grid
from jubao.exchange.xlsx_package import inspect_package
from jubao.exchange.xlsx_parts import PackageRefused

_AS_PLAIN_XLSX = "请用电子表格软件另存为普通xlsx（仅数值、无宏、无公式）后重新上传"
_CELL = re.compile(r"([A-Za-z]+)(\d+)")


def read_sheet(data: bytes, *, filename: str) -> Grid:
    """Read the first visible sheet of an xlsx.

    Formulas, error values and merged cells are faults with their place; hidden rows, columns and other
    sheets with content are warnings, since a person should know of them.

    Raises:
        FileRefused: the package is dangerous, damaged or of another kind (xls, xlsm).
    """
    if filename.lower().endswith((".xls", ".xlsm", ".xlsb", ".et", ".ods")):
        raise FileRefused([_fault(filename, None, "", "只接收xlsx：旧格式会隐藏公式和宏")])
    try:
        findings = inspect_package(data)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            grid = _grid(workbook, filename)
    except PackageRefused as error:
        raise FileRefused([_fault(filename, None, "", error.rule)]) from None
    except CalamineError:
        raise FileRefused([_fault(filename, None, "", "xlsx内容损坏，无法读取")]) from None
    grid.faults += [_cell_fault(filename, cell, rule) for rule, cell in findings.refused]
    grid.warnings += [Fault(filename, None, "", "", note, "请确认隐藏内容是否应当报送") for note in findings.notes]
    return grid


def _grid(workbook: CalamineWorkbook, filename: str) -> Grid:
    visible = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    if not visible:
        raise FileRefused([_fault(filename, None, "", "没有可见的工作表")])
    sheet = workbook.get_sheet_by_name(visible[0])
    numbered = [(n, row) for n, row in enumerate(_cells(sheet), 1) if any(cell != "" for cell in row)]
    if not numbered:
        raise FileRefused([_fault(filename, None, "", "工作表是空的")])
    (header_row, header), *rows = numbered
    grid = Grid([row for _, row in rows], [n for n, _ in rows], [str(cell) for cell in header], header_row)
    grid.faults = [_merged(filename, start) for start, _ in sheet.merged_cell_ranges or ()]
    grid.warnings = _other_sheets(workbook, visible[0], filename)
    return grid


def _cells(sheet: CalamineSheet) -> list[list[Any]]:
    return list(sheet.to_python(skip_empty_area=False))


def _other_sheets(workbook: CalamineWorkbook, read: str, filename: str) -> list[Fault]:
    """A warning for each other sheet that holds something."""
    others = [name for name in workbook.sheet_names if name != read]
    filled = [name for name in others if workbook.get_sheet_by_name(name).end is not None]
    step = "如其中也有数据，请分别存为文件上传"
    rules = [f"只读取了第一张可见工作表，“{name}”未读取" for name in filled]
    return [Fault(filename, None, "", "", rule, step) for rule in rules]


def _merged(filename: str, start: tuple[int, int]) -> Fault:
    row, column = start
    return _fault(filename, row + 1, f"{column_letter(column)}列", "合并单元格")


def _cell_fault(filename: str, cell: str, rule: str) -> Fault:
    if (match := _CELL.fullmatch(cell)) is None:
        return _fault(filename, None, "", rule)
    return _fault(filename, int(match[2]), f"{match[1].upper()}列", rule)


def _fault(filename: str, row: int | None, column: str, rule: str) -> Fault:
    return Fault(filename, row, column, "", rule, _AS_PLAIN_XLSX)
