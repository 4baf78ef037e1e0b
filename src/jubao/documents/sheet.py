"""What stands on a list: typed columns, rows, totals, and the refusal of what Excel would quietly drop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import index
from typing import SupportsIndex

Value = str | int | date | None
Row = Sequence[Value]

TEXT, IDENTIFIER, MONEY, INTEGER, DATE, MONTH = "text", "identifier", "money", "integer", "date", "month"
NUMERIC = frozenset({MONEY, INTEGER})
MAX_ROWS = 1_000_000
MAX_TEXT = 32_767
MAX_NUMBER = 10**15  # Excel keeps fifteen digits
MAX_SHEET_NAME = 31
FORBIDDEN_IN_SHEET_NAME = frozenset("[]:*?/\\")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: heading, kind of value, width in characters, whether the last row adds it up."""

    title: str
    kind: str = TEXT
    width: float | None = None
    is_totalled: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list on one sheet: title, the unit that issues it, the day up to which it holds, columns and rows.

    Money is fen, months are YYYYMM, identifiers are text however many digits they have.
    """

    name: str
    title: str
    unit: str
    as_of: date
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    note: str = ""


class ListNotWritable(ValueError):
    """A list does not fit an Excel sheet, or a value does not fit its column."""


def check_sheets(sheets: Sequence[Sheet]) -> None:
    """Refuse what Excel would cut, rename or drop.

    Raises:
        ListNotWritable: no sheet, a bad or doubled name, too many rows, a row of another length,
            a value of another kind than its column, a text of more than 32,767 characters.
    """
    if not sheets:
        message = "没有任何表可写：请至少给出一张表"
        raise ListNotWritable(message)
    for position, sheet in enumerate(sheets):
        _check_name(sheet.name, [other.name for other in sheets[:position]])
        if len(sheet.rows) > MAX_ROWS:
            message = f"《{sheet.title}》有 {len(sheet.rows)} 行，超过一张表 {MAX_ROWS} 行的上限"
            raise ListNotWritable(f"{message}：请按乡镇拆分后再导出")
        for number, row in enumerate(sheet.rows, start=1):
            _check_row(sheet, number, row)


def column_totals(sheet: Sheet) -> list[int | None]:
    """What the last row says: the sum of each totalled column (fen for money), None for the others; rows are read once."""
    totals = {position: 0 for position, column in enumerate(sheet.columns) if column.is_totalled}
    for row in sheet.rows if totals else ():
        for position in totals:
            totals[position] += _whole(row[position])
    return [totals.get(position) for position in range(len(sheet.columns))]


def _check_name(name: str, earlier: Sequence[str]) -> None:
    """A sheet name Excel accepts, not used before."""
    is_bad = not name or len(name) > MAX_SHEET_NAME or FORBIDDEN_IN_SHEET_NAME & set(name) or "'" in name
    if is_bad or name.casefold() in {other.casefold() for other in earlier}:
        message = f"工作表名“{name}”不可用：须为1到31字、不重名、不含 [ ] : * ? / \\ '，请改名"
        raise ListNotWritable(message)


def _check_row(sheet: Sheet, number: int, row: Row) -> None:
    """Every value is empty or of its column's kind; the message names the place, never the value."""
    if len(row) != len(sheet.columns):
        message = f"《{sheet.title}》第 {number} 行有 {len(row)} 个值，应为 {len(sheet.columns)} 个"
        raise ListNotWritable(f"{message}：请核对取数")
    for value, column in zip(row, sheet.columns, strict=True):
        if value is not None and not _fits(value, column.kind):
            message = (
                f"《{sheet.title}》第 {number} 行“{column.title}”的值不符合该列类型（{column.kind}）："
                "金额须为整数分，证件号码和账号须为文本，请核对取数"
            )
            raise ListNotWritable(message)


def _fits(value: Value, kind: str) -> bool:
    """Whether a value may stand in a column of this kind; numpy integers count as integers."""
    if kind in (TEXT, IDENTIFIER):
        return isinstance(value, str) and len(value) <= MAX_TEXT
    if kind == DATE:
        return isinstance(value, date)
    return isinstance(value, SupportsIndex) and not isinstance(value, bool) and abs(index(value)) < MAX_NUMBER


def _whole(value: Value) -> int:
    """A checked figure as an int; an empty cell adds nothing."""
    return index(value) if isinstance(value, SupportsIndex) else 0
