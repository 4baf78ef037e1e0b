"""Files a request names: each once, never taken in before, readable, and every cell fits the column it would end in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from django.db import models

from jubao.exchange.table import Table
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound
from jubao.vocabulary.fen import format_yuan


class NamesFile(Protocol):
    """A case that names a file of the inbound desk."""

    @property
    def file(self) -> str:
        """Its name in the store."""


def fresh_tables(cases: Sequence[NamesFile], layout: str, view: View, faults: Faults) -> Iterator[tuple[int, Table]]:
    """Every file of a request that can be used, with the number of its case; what is wrong with the others is added."""
    seen: set[str] = set()
    for number, case in enumerate(cases, start=1):
        if is_named_once(number, case.file, seen, faults) and check_fresh(case.file, layout, faults, case=number):
            table = read_inbound(case.file, layout, view, faults, case=number)
            if table is not None:
                yield number, table


def is_named_once(number: int, file: str, seen: set[str], faults: Faults) -> bool:
    """Whether no earlier case names the same file; ``seen`` takes it."""
    if file in seen:
        faults.add(number, "file", "同一文件在申请中出现两次", next_step="请删去重复的一项")
        return False
    seen.add(file)
    return True


def check_fits(
    table: Table, model: type[models.Model], columns: Mapping[str, str], faults: Faults, *, case: int
) -> None:
    """Compare cells with the bounds of the columns they end in: length of texts, least and most of numbers, days.

    Args:
        table: the file.
        model: the table of the books; columns: field of the file to attribute of the model.
        faults: takes every cell that does not fit, with its row.
        case: the case that names the file.
    """
    for name, attribute in columns.items():
        target: Any = model._meta.get_field(attribute)
        for row, value in zip(table.row_numbers, table.columns[name], strict=True):
            if value is not None and (rule := _misfit(target, attribute, value)):
                title = str(target.verbose_name)
                faults.add(case, "file", f"{title}{rule}", next_step="请改正后重新上传", place=f"第{row}行")


def _misfit(target: Any, attribute: str, value: Any) -> str:
    """What is wrong with a value for a column, or nothing."""
    if isinstance(value, str):
        longest = target.max_length
        return f"超过 {longest} 个字符" if longest is not None and len(value) > longest else ""
    least, most = _bounds(target)
    shown = format_yuan if attribute.endswith("_fen") else str
    if least is not None and value < least:
        return f"为 {shown(value)}，不能小于 {shown(least)}"
    if most is not None and value > most:
        return f"为 {shown(value)}，不能大于 {shown(most)}"
    return ""


def _bounds(target: Any) -> tuple[Any, Any]:
    """Least and most of a column of numbers or of days; None where it has no bound."""
    if hasattr(target, "at_least"):
        return target.at_least, target.at_most
    return getattr(target, "first", None), getattr(target, "last", None)
