"""One cell to one value: strict by type, normalised only where nothing can be lost, never repaired."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from jubao.exchange.layout import Column, ColumnType
from jubao.vocabulary import month, resident_number
from jubao.vocabulary.fen import MAX_FEN, NotAnAmount, parse_yuan
from jubao.vocabulary.name import normalise_name

MAX_TEXT = 500
MAX_NAME = 100
_EARLIEST_YEAR, _LATEST_YEAR = 1850, 2100
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd\ufffe\uffff]")
_SCIENTIFIC = re.compile(r"[0-9]+(?:\.[0-9]+)?[eE][+]?[0-9]+", re.ASCII)
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|([0-9]{2})([0-9]{2}))", re.ASCII
)
_WHOLE = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_AS_TEXT = "请把整列设为“文本”格式，按证件或单据原件重新录入；已丢失的数字不能推算"
_CORRECT = "请按原始凭据改正后重新上传"
_WHICH_DAY = "请按原始凭据核对是哪一天，改成不含时间的日期后重新上传"
_NEAR_MIDNIGHT = timedelta(minutes=1)


class CellUnreadable(Exception):
    """A cell breaks a rule of its column; ``rule`` and ``next_step`` are Chinese, without the value."""

    def __init__(self, rule: str, next_step: str = _CORRECT) -> None:
        """Keep the rule and what the clerk should do."""
        self.rule, self.next_step = rule, next_step
        super().__init__(f"{rule}。{next_step}")


def read_cell(cell: Any, column: Column) -> Any:
    """Read one cell.

    Args:
        cell: str from a text file; str, int, float, bool, date from a spreadsheet.
        column: its declaration.

    Returns:
        str, int (fen, YYYYMM, year, count), date, or None where nothing stands.

    Raises:
        CellUnreadable: the rule that is broken; nothing is guessed.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        if column.required:
            raise CellUnreadable("必填项为空")
        return None
    if isinstance(cell, str):
        cell = cell.strip()
        if _INVISIBLE.search(cell):
            raise CellUnreadable("含有不可见字符、换行或乱码标记")
    return _READERS[column.type](cell, column)


def _read_text(cell: Any, _: Column) -> str:
    text = _narrowed(_refuse_numeric(cell))
    if len(text) > MAX_TEXT:
        raise CellUnreadable(f"超过{MAX_TEXT}个字符")
    return text


def _read_name(cell: Any, _: Column) -> str:
    name = normalise_name(_refuse_numeric(cell))
    if not 0 < len(name) <= MAX_NAME:
        raise CellUnreadable(f"姓名应为1至{MAX_NAME}个字符")
    return name


def _read_resident_number(cell: Any, _: Column) -> str:
    text = _refuse_numeric(cell)
    try:
        return resident_number.normalise(text)
    except resident_number.InvalidResidentNumber as error:
        raise CellUnreadable(f"公民身份号码无效：{error.rule}", "请核对居民身份证或户口簿原件后重新录入") from None


def _read_code(cell: Any, column: Column) -> str:
    """A code as text; a number cell passes only where a listed code says exactly the same."""
    whole = None if isinstance(cell, str) else _whole(cell)
    listed = whole is not None and str(whole) in column.values
    text = str(whole) if listed else _narrowed(_refuse_numeric(cell))
    if column.values and text not in column.values:
        raise CellUnreadable(f"不在代码表内，应为：{'、'.join(column.values)}")
    if len(text) > MAX_NAME:
        raise CellUnreadable("代码过长")
    return text


def _read_amount(cell: Any, column: Column) -> int:
    """Yuan to fen; a number cell must be exact to two decimals in its shortest decimal writing."""
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        raise CellUnreadable("金额应为数字，单位元")
    fen = _fen_of_number(cell) if isinstance(cell, (int, float)) else _fen_of_text(cell)
    if fen < 0 and not column.signed:
        raise CellUnreadable("金额不能为负数")
    return fen


def _fen_of_text(text: str) -> int:
    try:
        return parse_yuan(text)
    except NotAnAmount:
        rule = f"不是金额：应为半角数字，单位元，至多两位小数，不超过{MAX_FEN // 100}元"
        raise CellUnreadable(rule) from None


def _fen_of_number(cell: float) -> int:
    yuan = Decimal(repr(cell))
    if not yuan.is_finite() or abs(yuan) * 100 > MAX_FEN:
        raise CellUnreadable("金额超出范围")
    fen = yuan * 100
    if fen != fen.to_integral_value():
        raise CellUnreadable("金额超过两位小数", "请保留到分并说明舍入依据后重新上传")
    return int(fen)


def _read_integer(cell: Any, column: Column) -> int:
    whole = _whole(cell)
    if whole is None:
        raise CellUnreadable("应为整数")
    if whole < 0 and not column.signed:
        raise CellUnreadable("不能为负数")
    return whole


def _read_year(cell: Any, _: Column) -> int:
    year = _whole(cell)
    if year is None or not _EARLIEST_YEAR <= year <= _LATEST_YEAR:
        raise CellUnreadable("应为四位年份，如2017")
    return year


def _read_month(cell: Any, _: Column) -> int:
    try:
        value = month.parse(str(_whole(cell)) if isinstance(cell, float) else str(cell))
    except month.NotAMonth:
        raise CellUnreadable("应为六位年月，如201706") from None
    if not _EARLIEST_YEAR <= month.year(value) <= _LATEST_YEAR:
        raise CellUnreadable("年月超出范围")
    return value


def _read_date(cell: Any, _: Column) -> date:
    if isinstance(cell, datetime):
        if day_of(cell)[1]:
            raise CellUnreadable(f"日期中含有时间 {cell:%H:%M:%S}，离午夜不到一分钟，可能错了一天", _WHICH_DAY)
        if cell.time() != time.min:
            raise CellUnreadable("日期中含有时间")
        cell = cell.date()
    if isinstance(cell, date):
        value = cell
    else:
        value = _date_of_text(str(_whole(cell)) if isinstance(cell, float) else str(cell))
    if not _EARLIEST_YEAR <= value.year <= _LATEST_YEAR:
        raise CellUnreadable("日期超出范围")
    return value


def day_of(moment: datetime) -> tuple[date, bool]:
    """The day nearest to a moment, and whether somebody must be asked which day is meant.

    Browsers and spreadsheets that convert between time zones move midnight by some seconds, often into the day
    before; so what lies within a minute of midnight is never cut to its calendar day without a word.
    """
    day = moment.date()
    since = moment - datetime.combine(day, time.min)
    if since >= timedelta(days=1) - _NEAR_MIDNIGHT and day < date.max:
        return day + timedelta(days=1), True
    return day, timedelta(0) < since <= _NEAR_MIDNIGHT


def _date_of_text(text: str) -> date:
    match = _DATE.fullmatch(text)
    try:
        year, number, day = (int(part) for part in match.groups() if part) if match else (0, 0, 0)
        return date(year, number, day)
    except ValueError:
        raise CellUnreadable("不是有效日期，应为年-月-日，如2017-06-30") from None


def _refuse_numeric(cell: Any) -> str:
    """Text stays; a number cell may have lost digits or zeros already, so it is never taken."""
    if not isinstance(cell, str):
        raise CellUnreadable("应为文本格式，却是数字或日期格式（第15位以后的数字和前导零已丢失）", _AS_TEXT)
    if _SCIENTIFIC.fullmatch(cell.translate(_FULL_WIDTH)):
        raise CellUnreadable("号码已被电子表格改成科学计数法", _AS_TEXT)
    return cell


def _narrowed(text: str) -> str:
    """Full-width letters and digits to ASCII, where the whole text then is a plain ASCII word."""
    narrow = text.translate(_FULL_WIDTH)
    return narrow if narrow.isascii() and narrow.isalnum() else text


def _whole(cell: Any) -> int | None:
    """The whole number a cell says, or None."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        return int(cell) if cell == cell // 1 and abs(cell) < MAX_FEN else None
    return int(cell) if isinstance(cell, str) and _WHOLE.fullmatch(cell) else None


_READERS: Final[dict[ColumnType, Callable[[Any, Column], Any]]] = {
    ColumnType.TEXT: _read_text,
    ColumnType.NAME: _read_name,
    ColumnType.RESIDENT_NUMBER: _read_resident_number,
    ColumnType.CODE: _read_code,
    ColumnType.AMOUNT: _read_amount,
    ColumnType.INTEGER: _read_integer,
    ColumnType.YEAR: _read_year,
    ColumnType.MONTH: _read_month,
    ColumnType.DATE: _read_date,
}
