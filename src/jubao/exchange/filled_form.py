"""A workbook that was filled in: every visible sheet of an xlsx as raw rows, by its name."""

import io
import re
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from jubao.exchange.fault import Fault, FileRefused, column_letter
from jubao.exchange.table import Grid
from jubao.exchange.xlsx_package import inspect_package
from jubao.exchange.xlsx_parts import PackageRefused

_AS_PLAIN_XLSX = "请用系统下载的模板填写，只填数值，另存为普通xlsx后重新上传"
_CELL = re.compile(r"([A-Za-z]+)(\d+)")


def read_form(data: bytes, *, filename: str) -> dict[str, Grid]:
    """Read every visible sheet; the first filled row of each is its heading.

    Raises:
        FileRefused: dangerous, damaged, of another kind, or with formulas, error values or merged cells.
    """
    try:
        findings = inspect_package(data)
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            grids, faults = _grids(workbook, filename)
    except PackageRefused as error:
        raise FileRefused([_fault(filename, None, "", error.rule)]) from None
    except CalamineError:
        raise FileRefused([_fault(filename, None, "", "xlsx内容损坏，无法读取")]) from None
    faults += [_cell_fault(filename, cell, rule) for rule, cell in findings.refused]
    if faults:
        raise FileRefused(faults)
    return grids


def _grids(workbook: CalamineWorkbook, filename: str) -> tuple[dict[str, Grid], list[Fault]]:
    grids: dict[str, Grid] = {}
    faults: list[Fault] = []
    for known in workbook.sheets_metadata:
        if known.visible != SheetVisibleEnum.Visible or known.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_name(known.name)
        faults += [
            _fault(filename, row + 1, f"{column_letter(column)}列", f"工作表“{known.name}”有合并单元格")
            for (row, column), _ in sheet.merged_cell_ranges or ()
        ]
        rows: list[list[Any]] = list(sheet.to_python(skip_empty_area=False))
        filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell != "" for cell in row)]
        if filled:
            (first, header), *rest = filled
            names = [str(cell).strip() for cell in header]
            grids[known.name] = Grid([row for _, row in rest], [number for number, _ in rest], names, first)
    return grids, faults


def _cell_fault(filename: str, cell: str, rule: str) -> Fault:
    match = _CELL.fullmatch(cell)
    row, column = (int(match[2]), f"{match[1].upper()}列") if match else (None, "")
    return _fault(filename, row, column, rule)


def _fault(filename: str, row: int | None, column: str, rule: str) -> Fault:
    return Fault(filename, row, column, "", rule, _AS_PLAIN_XLSX)
