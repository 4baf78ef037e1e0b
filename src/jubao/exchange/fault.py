"""Faults of a file as a clerk can find them: row, column, masked value, rule, next step; and the refusal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from jubao.exchange.layout import Column, ColumnType

_SHOWN_IN_MESSAGE = 20
_VALUE_LENGTH = 24
_PERSONAL, _PLAIN = 6, 14  # so many digits may stand unmasked in personal columns, and in dates and amounts
_PUBLIC = (ColumnType.DATE, ColumnType.MONTH, ColumnType.YEAR, ColumnType.AMOUNT, ColumnType.INTEGER)
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: ``row`` counts from 1 with the header, ``column`` gives letter and header."""

    file: str
    row: int | None
    column: str
    value_masked: str
    rule: str
    next_step: str

    def __str__(self) -> str:
        """The fault as one Chinese sentence."""
        place = "".join((f"第{self.row}行" if self.row else "", f" {self.column}" if self.column else ""))
        value = f"（值：{self.value_masked}）" if self.value_masked else ""
        return f"《{self.file}》{place}：{self.rule}{value}。{self.next_step}"


class FileRefused(Exception):
    """The file cannot be accepted; ``faults`` lists every fault found, nothing of the file is used."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep all faults; the message shows the first ones and the total."""
        self.faults = tuple(faults)
        shown = "\n".join(str(fault) for fault in self.faults[:_SHOWN_IN_MESSAGE])
        hidden = len(self.faults) - _SHOWN_IN_MESSAGE
        rest = f"\n……另有{hidden}处，见错误清单。" if hidden > 0 else ""
        super().__init__(f"文件不能接收，共{len(self.faults)}处问题：\n{shown}{rest}")


def column_letter(index: int) -> str:
    """The spreadsheet letter of a 0-based column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_name(index: int, header: str) -> str:
    """How a message names a column: “C列 公民身份号码”."""
    return f"{column_letter(index)}列 {header}".rstrip()


def display_name(filename: str) -> str:
    """A file name safe to show: the last part of the path, no invisible characters, at most 80 characters."""
    name = _INVISIBLE.sub("", PurePath(filename.replace("\\", "/")).name)
    return name if len(name) <= 80 else f"{name[:60]}…{name[-19:]}"  # noqa: PLR2004 (the docstring says 80)


def mask_value(value: object, column: Column | None = None) -> str:
    """A cell as it may stand in a message: names and long numbers masked, long texts cut.

    Numbers keep their first three and last two digits; the rule holds for full-width digits and for digits
    with gaps between them, since a damaged number is still somebody's number.
    """
    text = _INVISIBLE.sub("�", str(value)).strip()
    if column is not None and column.type is ColumnType.NAME:
        return text[:1] + "*" * (min(len(text), 4) - 1)
    return _cut(_mask_digits(text, _PLAIN if column is not None and column.type in _PUBLIC else _PERSONAL))


def _mask_digits(text: str, harmless: int) -> str:
    places = [i for i, character in enumerate(text) if character.isdigit() or character in "Xx\uff38\uff58"]
    if len(places) <= harmless:
        return text
    hidden = set(places[3:-2])
    return "".join("*" if i in hidden else character for i, character in enumerate(text))


def _cut(text: str) -> str:
    return text if len(text) <= _VALUE_LENGTH else f"{text[:_VALUE_LENGTH]}…"
