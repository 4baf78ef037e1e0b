"""A filled form read back into cases: every fault names sheet, row and column, and nothing is repaired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jubao.documents.blank_form import NOTES
from jubao.exchange.fault import FileRefused, column_letter
from jubao.exchange.filled_form import read_form
from jubao.exchange.table import Grid
from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.fault import Fault, Faults
from jubao.operations.envelope.seen.form import CASE, CASES, CODE, MARK, Answered, FormTable, Path, at, tables_of
from jubao.operations.envelope.seen.reading import Unreadable, read_answer, read_number, read_value


@dataclass
class Filled:
    """What a workbook says: cases as JSON has them, what could not be read, and where each answer stands."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    places: dict[tuple[int, str], str] = field(default_factory=dict)

    def placed(self, faults: Faults) -> Faults:
        """The same faults with the sheet, row and column of the answer they mark."""
        return Faults([self._placed(fault) for fault in faults])

    def _placed(self, fault: Fault) -> Fault:
        parts = fault.field.split(".") if fault.field else []
        while True:
            if place := self.places.get((fault.case, ".".join(parts))):
                is_said = place.endswith(fault.place)  # the heading is the argument's label already
                return replace(fault, place=place if is_said else f"{place} {fault.place}")
            if not parts:
                return fault
            parts.pop()


def read_filled(declaration: Declaration, data: bytes, *, filename: str) -> Filled:
    """Read a filled form of an act.

    Args:
        declaration: the act.
        data: the workbook's bytes.
        filename: as messages name it.
    Returns:
        its cases and every fault; while there is one, no case is to be used.
    """
    filled = Filled()
    try:
        grids = read_form(data, filename=filename)
    except FileRefused as refused:
        for fault in refused.faults:
            place = f"《{fault.file}》" + (f"第{fault.row}行 {fault.column}" if fault.row else "")
            filled.faults.add(0, "", fault.rule, next_step=fault.next_step, place=place)
        return filled
    if not _is_form_of(declaration, grids, filled.faults):
        return filled
    tables = tables_of(declaration)
    numbers = _read_cases(tables[0], grids.get(CASES), filled)
    for table in tables[1:]:
        if grid := grids.get(table.name):
            _read_list(table, grid, numbers, filled)
        if table.of is not None and table.of.required and not table.of.fewest_items and not table.is_free:
            for case in filled.cases:
                _put(case, table.path, at(case, table.path) or [])
    return filled


def _is_form_of(declaration: Declaration, grids: Mapping[str, Grid], faults: Faults) -> bool:
    notes = grids.get(NOTES)
    said = next(iter((notes.header or [])[1:]), "") if notes and (notes.header or [""])[0] == CODE else ""
    if said and said != declaration.code:
        faults.add(
            0, "", f"这是 {said} 的模板，不是“{declaration.title}”（{declaration.code}）的", next_step="请换用模板"
        )
        return False
    if CASES not in grids:
        faults.add(0, "", f"没有“{CASES}”工作表，或其中没有内容", next_step="请用本业务的模板填写")
        return False
    return True


def _places(table: FormTable, grid: Grid, faults: Faults) -> dict[str, int]:
    """Where each heading stands; a missing column that must be filled in, and one nobody knows, are faults."""
    header = [str(cell).strip() for cell in grid.header or ()]
    known = {CASE, *(column.heading for column in table.columns)}
    for position, heading in enumerate(header):
        if heading and (heading not in known or heading in header[:position]):
            place = f"工作表“{table.name}”第{grid.header_row}行 {column_letter(position)}列"
            faults.add(0, "", f"“{heading[:20]}”不是模板的列，或重复", next_step="请不要改动表头", place=place)
    for column in table.columns:
        if column.heading not in header and column.required:
            faults.add(0, "", f"工作表“{table.name}”缺少列“{column.heading}”", next_step="请不要改动表头")
    return {heading: position for position, heading in enumerate(header) if heading in known}


@dataclass(frozen=True)
class _Row:
    """One row of a sheet, where it stands, and where its columns are."""

    sheet: str
    number: int
    cells: Sequence[Any]
    positions: Mapping[str, int]

    def cell(self, heading: str) -> Any:
        position = self.positions.get(heading)
        return self.cells[position] if position is not None and position < len(self.cells) else ""

    def place(self, heading: str) -> str:
        position = self.positions.get(heading)
        letter = "" if position is None else f" {column_letter(position)}列"
        return f"工作表“{self.sheet}”第{self.number}行{letter} {heading}"


def _data_rows(table: FormTable, grid: Grid, faults: Faults) -> list[_Row]:
    positions = _places(table, grid, faults)
    rows = [
        _Row(table.name, number, cells, positions) for cells, number in zip(grid.rows, grid.row_numbers, strict=True)
    ]
    return [row for row in rows if not str(row.cell(CASE)).startswith(MARK)]


def _read_cases(table: FormTable, grid: Grid | None, filled: Filled) -> dict[int, int]:
    """The cases themselves; gives the place of each by the number that stands before it."""
    numbers: dict[int, int] = {}
    for row in _data_rows(table, grid, filled.faults) if grid else ():
        case = len(filled.cases) + 1
        stated = _case_number(row, filled.faults, case, missing=max(numbers, default=0) + 1)
        if stated in numbers:
            filled.faults.add(case, "", f"{CASE} {stated} 已经用过", place=row.place(CASE))
        numbers.setdefault(stated, case)
        filled.places[case, ""] = f"工作表“{row.sheet}”第{row.number}行"
        filled.cases.append(_read_row(table.columns, row, filled, case, ""))
    return numbers


def _case_number(row: _Row, faults: Faults, case: int, *, missing: int) -> int:
    cell = row.cell(CASE)
    if cell == "":
        return missing
    try:
        return read_number(cell)
    except Unreadable as error:
        faults.add(case, "", error.rule, next_step=error.next_step, place=row.place(CASE))
        return missing


def _read_list(table: FormTable, grid: Grid, numbers: Mapping[int, int], filled: Filled) -> None:
    """The rows of a list, each put to the case it names."""
    assert table.of is not None, "the cases are no list"
    only = next(iter(numbers), 1) if len(numbers) == 1 else 0
    for row in _data_rows(table, grid, filled.faults):
        stated = _case_number(row, filled.faults, 0, missing=only)
        if stated not in numbers:
            rule = f"没有{CASE}为 {stated} 的事项" if stated else f"未填{CASE}"
            filled.faults.add(0, "", rule, next_step=f"请填“{CASES}”表中的号", place=row.place(CASE))
            continue
        case = filled.cases[numbers[stated] - 1]
        _take(table, row, case, filled, numbers[stated])


def _take(table: FormTable, row: _Row, case: dict[str, Any], filled: Filled, number: int) -> None:
    name = ".".join(table.path)
    if table.is_free:
        named, value = (row.cell(column.heading) for column in table.columns)
        filled.places[number, name] = row.place(table.columns[0].heading)
        said = {str(named).strip(): read_value(value, words=table.keeps_words)} if named != "" else {}
        _put(case, table.path, (at(case, table.path) or {}) | said)
        return
    listed = at(case, table.path) or []
    path = f"{name}.{len(listed)}"
    filled.places[number, path] = f"工作表“{row.sheet}”第{row.number}行"
    if table.is_plain:
        read = _read_row(table.columns, row, filled, number, path)
        listed.append(next(iter(read.values()), None))
    else:
        listed.append(_read_row(table.columns, row, filled, number, f"{path}."))
    _put(case, table.path, listed)


def _read_row(columns: Sequence[Answered], row: _Row, filled: Filled, number: int, prefix: str) -> dict[str, Any]:
    """The answers of one row; an empty cell answers nothing."""
    read: dict[str, Any] = {}
    for column in columns:
        if len(column.path) > 1 and not column.optional_group:
            _put(read, column.path[:-1], at(read, column.path[:-1]) or {})
        path = f"{prefix}{'.'.join(column.path)}"
        filled.places[number, path] = row.place(column.heading)
        try:
            value = read_answer(row.cell(column.heading), column)
        except Unreadable as error:
            filled.faults.add(number, path, error.rule, next_step=error.next_step, place=row.place(column.heading))
            continue
        if value is not None:
            _put(read, column.path or ("",), value)
    return read


def _put(case: dict[str, Any], path: Path, value: Any) -> None:
    for name in path[:-1]:
        case = case.setdefault(name, {})
    case[path[-1]] = value
