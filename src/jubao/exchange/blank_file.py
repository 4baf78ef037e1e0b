"""A layout as whoever must prepare the file reads it: its columns in words, and an empty file to fill in."""

from collections.abc import Iterator
from dataclasses import dataclass

from jubao.exchange.layout import Column, ColumnType, Layout
from jubao.exchange.text_workbook import text_workbook

FORMS = {"xlsx": "Excel 工作簿", "csv": "逗号分隔文本", "pipe": "竖线分隔文本", "tab": "制表符分隔文本"}
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GB18030"}
TYPES = {
    ColumnType.TEXT: ("文字", ""),
    ColumnType.RESIDENT_NUMBER: ("公民身份号码，18位，按文本填写", "110101194912310029"),
    ColumnType.NAME: ("文字", "王甲"),
    ColumnType.DATE: ("日期", "2017-03-31"),
    ColumnType.MONTH: ("年月", "201703"),
    ColumnType.YEAR: ("年度", "2017"),
    ColumnType.AMOUNT: ("金额，元，至多两位小数", "300.00"),
    ColumnType.INTEGER: ("整数", "1"),
    ColumnType.CODE: ("代码", ""),
}


class NoBlankFile(Exception):
    """A bank makes files of this layout, nobody fills them in; the message says where its columns are told."""


@dataclass(frozen=True)
class ColumnTold:
    """One column in words."""

    header: str
    kind: str
    required: bool
    example: str
    codes: dict[str, str]


def told(layout: Layout, columns: tuple[Column, ...]) -> Iterator[ColumnTold]:
    """The columns of a layout, or of its first line, in words."""
    for column in columns:
        kind, example = TYPES[column.type]
        if column.type is ColumnType.DATE and layout.form in ("pipe", "tab"):
            example = example.replace("-", "")
        values = column.labels or dict.fromkeys(column.values, "")
        first = next(iter(values), example)
        yield ColumnTold(column.header, column.note or kind, column.required, first, values)


def where(layout: Layout) -> str:
    """In what form a file of a layout comes, and how it begins, in one sentence."""
    form = f"{FORMS[layout.form]}（{ENCODINGS[layout.encoding]}）" if layout.form != "xlsx" else FORMS["xlsx"]
    if layout.form in ("xlsx", "csv"):
        begins = (
            "先两行批次信息（表头和内容），再是明细的表头和明细" if layout.preamble else "第1行为表头，列的次序不限"
        )
    elif layout.form == "pipe":
        begins = "首行以 H 开头写批次信息，中间逐笔，末行以 T 开头写笔数和合计"
    else:
        begins = "首行写批次信息，以下逐笔，没有表头"
    return f"{form}，{begins}"


def blank_file(layout: Layout) -> bytes:
    """An empty file with the header rows, to be filled in from the next row on.

    Raises:
        NoBlankFile: the layout has no header row.
    """
    headers = [column.header for column in layout.columns]
    if layout.form == "xlsx":
        return text_workbook(layout.title[:31], headers, [[] for _ in headers])
    if layout.form == "csv":
        batch = [column.header for column in layout.preamble]
        lines = [batch, [""] * len(batch), headers] if batch else [headers]
        return "".join(f"{','.join(line)}\r\n" for line in lines).encode(layout.encoding)
    raise NoBlankFile(f"《{layout.title}》由银行系统生成，没有可填写的空表，各栏见 jubao layouts {layout.id}")
