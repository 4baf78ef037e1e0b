"""Doubts about readable cells: they go to a person as warnings and refuse nothing."""

import re
from collections.abc import Sequence
from typing import Any

from jubao.exchange.fault import Fault, column_name, mask_value
from jubao.exchange.layout import Column, ColumnType
from jubao.vocabulary.resident_number import confirmation_reasons

_LOST = re.compile("[?？0-9]", re.ASCII)


def doubts_of_column(
    cells: Sequence[Any], column: Column, index: int, row_numbers: Sequence[int], *, filename: str
) -> list[Fault]:
    """Warnings of one column.

    Resident numbers ending 000 or derived from 15 digits (controls F065, F088); names with a question mark or
    a digit, where a rare character may have been lost on the way (F038).
    """
    if column.type is ColumnType.RESIDENT_NUMBER:
        found = _doubtful_numbers(cells)
    elif column.type is ColumnType.NAME:
        found = _doubtful_names(cells)
    else:
        return []
    place = column_name(index, column.header)
    return [
        Fault(filename, row_numbers[i], place, mask_value(cells[i], column), rule, "请人工核对原件后确认")
        for i, rule in found
    ]


def _doubtful_numbers(cells: Sequence[Any]) -> list[tuple[int, str]]:
    return [
        (i, reason)
        for i, cell in enumerate(cells)
        if isinstance(cell, str) and (len(cell) != 18 or cell[-1] == "0")  # noqa: PLR2004 (GB 11643)
        for reason in confirmation_reasons(cell)
    ]


def _doubtful_names(cells: Sequence[Any]) -> list[tuple[int, str]]:
    if all(isinstance(cell, str) for cell in cells) and _LOST.search("".join(cells)) is None:
        return []
    rule = "姓名含有问号或数字，可能有生僻字丢失"
    return [(i, rule) for i, cell in enumerate(cells) if isinstance(cell, str) and _LOST.search(cell)]
