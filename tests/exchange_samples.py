"""Synthetic files for the exchange tests: numbers, rare names, workbooks with wanted and unwanted cells."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import xlsxwriter

from jubao.exchange import Column, layout

HAN_BEYOND_BMP = [chr(code) for code in range(0x20000, 0x20000 + 3 * 200, 3)]
_POWERS_OF_TWO = [2 ** (17 - place) % 11 for place in range(17)]


def resident_number(i: int) -> str:
    """A valid synthetic number, its check digit by ISO 7064 (not by the program's own table)."""
    first17 = f"430602{1940 + i % 60}{i // 60 % 12 + 1:02d}{i // 720 % 28 + 1:02d}{i // 20160 % 999 + 1:03d}"
    total = sum(int(digit) * power for digit, power in zip(first17, _POWERS_OF_TWO, strict=True))
    rest = (12 - total % 11) % 11
    return first17 + ("X" if rest == 10 else str(rest))


def value_of(column: Column, i: int) -> Any:
    """A plausible value of a column in row i; every value of one column differs where its type allows."""
    if column.values:
        return column.values[i % len(column.values)]
    by_type = {
        "text": f"{i + 1:06d}",
        "name": "欧" + HAN_BEYOND_BMP[i % len(HAN_BEYOND_BMP)] + "·" + "艾力",
        "resident_number": resident_number(i),
        "date": date(2017, 1 + i % 12, 1 + i % 28),
        "month": 201701 + i % 12,
        "year": 2010 + i % 8,
        "amount": 100 * i + 7,
        "integer": i + 1,
        "code": "011",
    }
    return by_type[column.type]


def columns_of(layout_id: str, rows: int) -> dict[str, list[Any]]:
    """Columns of a whole file; flags of a bank's return agree with their codes."""
    declared = layout(layout_id)
    columns = {column.field: [value_of(column, i) for i in range(rows)] for column in declared.columns}
    if layout_id == "bank_return":
        columns["code"] = [None if flag == "1" else "105" for flag in columns["flag"]]
    return columns


def header_of(layout_id: str) -> dict[str, Any]:
    """The preamble of a batch, without the computed count and total."""
    facts = {
        "bank": "BANK1",
        "batch_no": "20171201",
        "date": date(2017, 12, 1),
        "month": 201712,
        "receipt_reference": "R0001",
    }
    return {c.field: facts[c.field] for c in layout(layout_id).preamble if c.field in facts}


def grid_of(layout_id: str, rows: int) -> list[list[Any]]:
    """Header and rows of a table as a clerk would type them: everything text."""
    declared = layout(layout_id)
    columns = columns_of(layout_id, rows)
    header: list[Any] = [column.header for column in declared.columns]
    return [header, *([_typed(columns[c.field][i], c) for c in declared.columns] for i in range(rows))]


def _typed(value: Any, column: Column) -> str:
    return f"{value // 100}.{value % 100:02d}" if column.type == "amount" else str(value)


def workbook(grid: Sequence[Sequence[Any]], *, merged: str = "", hidden_row: int | None = None) -> bytes:
    """An xlsx of a grid: str as text, numbers as numbers, ("=", text) as a formula."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("表")
    for r, row in enumerate(grid):
        for c, cell in enumerate(row):
            if isinstance(cell, tuple):
                sheet.write_formula(r, c, *cell)
            elif isinstance(cell, str):
                sheet.write_string(r, c, cell)
            elif cell is not None:
                sheet.write(r, c, cell)
    if merged:
        sheet.merge_range(merged, "合并")
    if hidden_row is not None:
        sheet.set_row(hidden_row, None, None, {"hidden": True})
    book.close()
    return content.getvalue()
