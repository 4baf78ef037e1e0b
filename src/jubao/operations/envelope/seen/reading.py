"""One cell of a filled form as the answer to a question: read by the house's own strict reader of cells."""

import json
import re
from typing import Any

from jubao.exchange.cells import CellUnreadable, read_cell
from jubao.exchange.layout import Column, ColumnType
from jubao.operations.envelope.fields import Kind
from jubao.operations.envelope.seen.form import NO, YES, Answered, option

TYPES = {
    Kind.AMOUNT: ColumnType.AMOUNT,
    Kind.TIER: ColumnType.AMOUNT,
    Kind.COUNT: ColumnType.INTEGER,
    Kind.VOUCHER: ColumnType.INTEGER,
    Kind.YEAR: ColumnType.YEAR,
    Kind.MONTH: ColumnType.MONTH,
    Kind.PERIOD: ColumnType.MONTH,
    Kind.DAY: ColumnType.DATE,
    Kind.DEADLINE: ColumnType.DATE,
}
_BETWEEN = re.compile(r"[、，,；;\n]+")
_YEAR = re.compile(r"[0-9]{4}")
_FLAGS = {YES: True, NO: False}


class Unreadable(Exception):
    """A cell does not say what its column asks for; the rule and what to do."""

    def __init__(self, rule: str, next_step: str = "请改正后重新上传") -> None:
        """Keep the rule and the next step."""
        self.rule, self.next_step = rule, next_step
        super().__init__(rule)


def read_answer(cell: Any, column: Answered) -> Any:
    """What a cell answers, as JSON has it; None where nothing stands.

    Raises:
        Unreadable: the cell is empty where it must not be, or says something else.
    """
    if column.question.many:
        parts = [part.strip() for part in _BETWEEN.split(str(cell)) if part.strip()]
        if not parts and column.required and column.question.fewest_items:
            raise Unreadable("必填项为空")
        return [_one(part, column) for part in parts] if parts or column.required else None
    return _one(cell, column)


def read_value(cell: Any, *, words: bool) -> Any:
    """A value of a free table: words as they stand, or what they say as JSON where they say any."""
    text = str(cell).strip()
    if words:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def read_number(cell: Any) -> int:
    """The number of a case.

    Raises:
        Unreadable: it is no whole number from 1 on.
    """
    value = _cell(cell, Column(field="case", header="", type=ColumnType.INTEGER, required=True))
    if value < 1:
        raise Unreadable("应为从 1 起的整数")
    return int(value)


def _one(cell: Any, column: Answered) -> Any:
    question = column.question
    if question.kind is Kind.CHOICE:
        return _choice(cell, column)
    if question.kind is Kind.FLAG:
        said = _cell(cell, _declared(column, ColumnType.TEXT))
        if said is not None and said not in _FLAGS:
            raise Unreadable(f"应填“{YES}”或“{NO}”")
        return None if said is None else _FLAGS[said]
    kind = TYPES.get(question.kind, ColumnType.TEXT) if question.longest is None else ColumnType.TEXT
    if question.kind is Kind.PERIOD and _YEAR.fullmatch(str(cell).strip()):
        kind = ColumnType.YEAR
    value = _cell(cell, _declared(column, kind))
    return value.isoformat() if hasattr(value, "isoformat") else value


def _choice(cell: Any, column: Answered) -> str | None:
    """A code, a label, or both as the list offers them."""
    codes = dict(column.question.choices)
    if isinstance(cell, int | float) and not isinstance(cell, bool) and str(int(cell)) in codes and cell == int(cell):
        return str(int(cell))
    said: str | None = _cell(cell, _declared(column, ColumnType.TEXT))
    if said is None or said in codes:
        return said
    meant = [code for code, label in codes.items() if said in (label, option(code, label))]
    if len(meant) != 1:
        raise Unreadable("不在可选代码之内", f"可填：{'、'.join(column.options)}")
    return meant[0]


def _declared(column: Answered, kind: ColumnType) -> Column:
    least = column.question.least
    signed = isinstance(least, int) and least < 0
    return Column(field="answer", header=column.heading, type=kind, required=column.required, signed=signed)


def _cell(cell: Any, column: Column) -> Any:
    try:
        return read_cell(cell, column)
    except CellUnreadable as error:
        raise Unreadable(error.rule, error.next_step) from None
