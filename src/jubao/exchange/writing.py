"""Writing a file by its layout: the same bytes for the same content, safe to open, whole or not at all."""

import csv
import io
import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from jubao.exchange.atomic import write_atomically
from jubao.exchange.layout import Column, ColumnType, Layout, layout
from jubao.exchange.protection import protected
from jubao.exchange.text_workbook import text_workbook
from jubao.vocabulary.fen import yuan_plain

_PROTECTED = (ColumnType.TEXT, ColumnType.NAME, ColumnType.CODE)
_SEPARATORS = {"pipe": "|", "tab": "\t"}
_Texts = list[list[str]]


class CannotWriteTable(Exception):
    """The given columns do not make a file of this layout; the message says which field and why."""


def write_table(
    path: Path | str,
    layout_id: str,
    columns: Mapping[str, Sequence[Any]],
    *,
    header: Mapping[str, Any] | None = None,
) -> str:
    """Write one file by its declared layout.

    Args:
        path: where the file shall stand.
        layout_id: name in layouts.yaml.
        columns: one sequence per field, all of one length; amounts int fen, months int YYYYMM, dates
            ``date``, None for empty. Optional fields may be left out.
        header: the preamble of a batch; ``count`` and ``total`` are computed.

    Returns:
        The SHA-256 of the file, in hex.

    Raises:
        CannotWriteTable: unknown or missing field, uneven lengths, wrong type, a separator in a bank text.
        LayoutUnknown: no such layout.
    """
    return write_atomically(path, table_bytes(layout_id, columns, header=header))


def table_bytes(
    layout_id: str, columns: Mapping[str, Sequence[Any]], *, header: Mapping[str, Any] | None = None
) -> bytes:
    """The content ``write_table`` writes, for whoever needs its hash and no file; arguments and errors as there."""
    declared = layout(layout_id)
    rows = _check_shape(declared, columns)
    texts = [_texts_of(column, columns.get(column.field), rows) for column in declared.columns]
    preamble = _preamble_texts(declared, columns, header or {}, rows)
    if declared.form == "xlsx":
        return text_workbook(declared.title[:31], [column.header for column in declared.columns], texts)
    compose = _csv if declared.form == "csv" else _bank_text
    return compose(declared, texts, preamble).encode(declared.encoding)


def _check_shape(declared: Layout, columns: Mapping[str, Sequence[Any]]) -> int:
    """The number of rows, once the fields and lengths are right."""
    if unknown := set(columns) - {column.field for column in declared.columns}:
        names = "、".join(sorted(unknown))
        raise CannotWriteTable(f"《{declared.title}》没有这些字段：{names}；请核对格式定义")
    missing = [c.field for c in declared.columns if c.required and c.field not in columns]
    if missing:
        raise CannotWriteTable(f"《{declared.title}》缺少必填字段：{'、'.join(missing)}；请补齐后再写")
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        raise CannotWriteTable(f"《{declared.title}》各列长度不一：{sorted(lengths)}；请核对数据来源")
    return lengths.pop() if lengths else 0


def _texts_of(column: Column, values: Sequence[Any] | None, rows: int) -> list[str]:
    if values is None:
        return [""] * rows
    if column.required and any(value is None for value in values):
        raise CannotWriteTable(f"“{column.header}”列为必填，却有空值；请补齐后再写")
    write = _WRITERS[column.type]
    try:
        return ["" if value is None else write(value) for value in values]
    except (TypeError, ValueError, AttributeError) as error:
        rule = f"“{column.header}”列的值不符合类型{column.type}（{type(error).__name__}）"
        raise CannotWriteTable(f"{rule}；请核对数据来源") from None


def _preamble_texts(
    declared: Layout, columns: Mapping[str, Sequence[Any]], header: Mapping[str, Any], rows: int
) -> list[str]:
    if not declared.preamble:
        return []
    amounts = columns.get(declared.summed or "", ())
    facts = {**header, "count": rows, "total": sum(map(int, amounts))}
    missing = [c.field for c in declared.preamble if facts.get(c.field) is None]
    if missing:
        raise CannotWriteTable(f"《{declared.title}》首行缺少：{'、'.join(missing)}；请补齐后再写")
    return [_texts_of(column, [facts[column.field]], 1)[0] for column in declared.preamble]


def _csv(declared: Layout, texts: _Texts, preamble: Sequence[str]) -> str:
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\r\n")
    if preamble:
        writer.writerow([column.header for column in declared.preamble])
        writer.writerow(_safe(c, text) for c, text in zip(declared.preamble, preamble, strict=True))
    writer.writerow([column.header for column in declared.columns])
    for row in zip(*texts, strict=True):
        writer.writerow(_safe(c, text) for c, text in zip(declared.columns, row, strict=True))
    return content.getvalue()


def _safe(column: Column, text: str) -> str:
    return protected(text) if column.type in _PROTECTED else text


def _bank_text(declared: Layout, texts: _Texts, preamble: Sequence[str]) -> str:
    """Lines separated by | with the marks H and T, or by tab; dates without dashes."""
    separator = _SEPARATORS[declared.form]
    rows = len(texts[0])
    cells = [[""] * rows for _ in range(declared.width)]
    for column, given in zip(declared.columns, texts, strict=True):
        cells[declared.position(column)] = _compact(column, given)
    first = [part for c, text in zip(declared.preamble, preamble, strict=True) for part in _compact(c, [text])]
    if any(separator in text for part in (first, *cells) for text in part):
        raise CannotWriteTable(f"《{declared.title}》有内容含分隔符，银行无法识别；请先更正姓名或账号")
    marks = (["H"], [["T", *_count_and_total(declared, preamble)]]) if declared.form == "pipe" else ([], [])
    lines = [[*marks[0], *first], *zip(*cells, strict=True), *marks[1]]
    return "".join(f"{separator.join(line)}\r\n" for line in lines)


def _count_and_total(declared: Layout, preamble: Sequence[str]) -> list[str]:
    facts = dict(zip((column.field for column in declared.preamble), preamble, strict=True))
    return [facts["count"], facts["total"]]


def _compact(column: Column, texts: list[str]) -> list[str]:
    return [text.replace("-", "") for text in texts] if column.type is ColumnType.DATE else texts


def _text(value: Any) -> str:
    text = str.__str__(value)
    if "\n" in text or "\r" in text:
        raise ValueError(text)
    return text


def _amount(value: Any) -> str:
    return yuan_plain(_whole(value))


def _integer(value: Any) -> str:
    return str(_whole(value))


def _month(value: Any) -> str:
    return f"{_whole(value):06d}"


def _whole(value: Any) -> int:
    """Python's and numpy's whole numbers; a float or a truth value is none."""
    if isinstance(value, bool):
        raise TypeError("bool")
    return operator.index(value)


def _date(value: date) -> str:
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


_WRITERS: Final[dict[ColumnType, Callable[[Any], str]]] = {
    ColumnType.TEXT: _text,
    ColumnType.NAME: _text,
    ColumnType.RESIDENT_NUMBER: _text,
    ColumnType.CODE: _text,
    ColumnType.AMOUNT: _amount,
    ColumnType.INTEGER: _integer,
    ColumnType.YEAR: _integer,
    ColumnType.MONTH: _month,
    ColumnType.DATE: _date,
}
