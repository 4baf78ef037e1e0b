"""How each domain type of the envelope is drawn, shown and read: one row of ``DRAWN`` for every ``Kind``.

``read(show(value))`` gives the value again, as JSON has it; what is read is checked by the declaration, never here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jubao.desk.forms import written
from jubao.desk.forms.written import NotRead, told
from jubao.documents.amount_words import amount_in_words
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.schema import is_whole
from jubao.vocabulary.both import Both, both
from jubao.vocabulary.fen import MAX_FEN, format_yuan

FEW = 6
"""So many choices are shown all at once; more stand in a list to be opened."""
MANY_WORDS = 120
"""Words of more signs than these get several lines."""
IN_WORDS_FROM = 10_000 * 100
"""Fen from which an amount is repeated in capitals."""
YES, NO = "1", "0"
WEEKDAYS = "一二三四五六日"


class Control(StrEnum):
    """What stands on the page for a question; a template draws each."""

    LINE = "line"
    LINES = "lines"
    PICK = "pick"
    RADIOS = "radios"
    SELECT = "select"
    CHECKS = "checks"
    FILE = "file"
    HIDDEN_ONCE = "hidden_once"  # a number that is read once and never shown again
    GROUP = "group"
    ROWS = "rows"
    PAIRS = "pairs"


class Width(StrEnum):
    """How wide a line is: as the style sheet names it."""

    SHORT = "w8"
    MIDDLE = "w20"
    WHOLE = ""


@dataclass(frozen=True)
class Drawing:
    """One row: how a domain type is drawn, shown and read.

    Attributes:
        control: what stands on the page.
        read: a text as the value JSON has; raises NotRead.
        show: a value as the text that is read back into it.
        echo: the value said again in other words, so that a slip is seen; nothing where that says no more.
        example: what to write.
        width: of its line; is_number: whether a telephone shows its digits first.
    """

    control: Control
    read: Callable[[str], Any] = written.words
    show: Callable[[Any], str] = str
    echo: Callable[[Any], str] = lambda _: ""
    example: Both | None = None
    width: Width = Width.WHOLE
    is_number: bool = False


def _month_in_words(value: int) -> str:
    return f"{value // 100}年{value % 100}月"


def _period_in_words(value: int) -> str:
    return _month_in_words(value) if value > 9999 else f"{value}年"  # noqa: PLR2004  the last year of four digits


def _day_in_words(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日，星期{WEEKDAYS[day.weekday()]}"


def _amount_in_words(fen: int) -> str:
    return amount_in_words(fen) if IN_WORDS_FROM <= fen <= MAX_FEN else ""


def _flag(text: str) -> bool:
    if text not in {YES, NO}:
        raise NotRead("没有选是或否", "请选一项")
    return text == YES


def _structure(text: str) -> Any:
    raise AssertionError(f"answers within an answer are read one by one, not as {told(text)}")


def _picked(example: Both | None = None) -> Drawing:
    return Drawing(Control.PICK, written.code, example=example, width=Width.MIDDLE)


_CODE = Drawing(Control.LINE, written.code, width=Width.MIDDLE)
_AMOUNT = Drawing(
    Control.LINE,
    written.fen,
    format_yuan,
    _amount_in_words,
    both("单位元，如 1234.50", "In yuan, as 1234.50"),
    Width.SHORT,
    is_number=True,
)
_DAY = Drawing(
    Control.LINE,
    written.day,
    echo=_day_in_words,
    example=both("如 20171220 或 2017-12-20", "As 20171220 or 2017-12-20"),
    width=Width.SHORT,
    is_number=True,
)
_COUNT = Drawing(Control.LINE, written.whole, width=Width.SHORT, is_number=True)
_SOMEBODY = Drawing(
    Control.PICK,
    written.digits,
    example=both("姓名、身份证号或个人编号", "Name, resident number or personal number"),
)

DRAWN: Mapping[Kind, Drawing] = {
    Kind.TEXT: Drawing(Control.LINE),
    Kind.EVIDENCE: Drawing(Control.LINE),
    Kind.PERSON: _SOMEBODY,
    Kind.AWARD: _SOMEBODY,
    Kind.STAFF: _picked(both("工号或姓名", "Staff code or name")),
    Kind.LIST: _picked(),
    Kind.ROUND: _picked(),
    Kind.BATCH: _picked(),
    Kind.PROPOSAL: _picked(),
    Kind.VOUCHER: Drawing(Control.PICK, written.whole, width=Width.MIDDLE, is_number=True),
    Kind.DIVISION: _picked(both("编码或名称", "Code or name")),
    Kind.OUTLET: _picked(both("编码或名称", "Code or name")),
    Kind.OFFICE_ACCOUNT: _picked(),
    Kind.LEDGER_ACCOUNT: _picked(),
    Kind.RECEIPT: _picked(),
    Kind.FIGURE: _picked(),
    Kind.CAMPAIGN: _picked(),
    Kind.MAPPING: _picked(),
    Kind.NAME: _CODE,
    Kind.AMOUNT: _AMOUNT,
    Kind.TIER: _AMOUNT,
    Kind.COUNT: _COUNT,
    Kind.YEAR: Drawing(
        Control.LINE,
        written.year,
        example=both("如 2017", "As 2017"),
        width=Width.SHORT,
        is_number=True,
    ),
    Kind.MONTH: Drawing(
        Control.LINE,
        written.month,
        echo=_month_in_words,
        example=both("如 201712", "As 201712"),
        width=Width.SHORT,
        is_number=True,
    ),
    Kind.PERIOD: Drawing(
        Control.LINE,
        written.period,
        echo=_period_in_words,
        example=both("如 201712，年报写 2017", "As 201712, or 2017 for a year"),
        width=Width.SHORT,
        is_number=True,
    ),
    Kind.DAY: _DAY,
    Kind.DEADLINE: _DAY,
    Kind.CATEGORY: _CODE,
    Kind.ACCOUNT: Drawing(
        Control.LINE,
        written.digits,
        example=both("只写数字", "Digits only"),
        width=Width.MIDDLE,
        is_number=True,
    ),
    Kind.KEY: Drawing(Control.LINE, written.code),
    Kind.KEYED_NUMBER: Drawing(Control.HIDDEN_ONCE, written.digits, width=Width.MIDDLE),
    Kind.FILE: Drawing(Control.FILE, written.code),
    Kind.CHOICE: Drawing(Control.SELECT, written.code),
    Kind.FLAG: Drawing(Control.RADIOS, _flag, lambda value: YES if value else NO),
    Kind.GROUP: Drawing(Control.GROUP, _structure),
    Kind.TABLE: Drawing(Control.PAIRS, _structure),
}


def drawing_of(question: Question) -> Drawing:
    """The row of a question's domain type; a number that is written with signs (201706-12) is words."""
    row = DRAWN[question.kind]
    if row.read in {written.whole, written.fen} and not is_whole(question):
        return Drawing(row.control, written.code, width=row.width)
    return row


def control_of(question: Question) -> Control:
    """What stands on the page for one answer: few choices are shown all at once, many words get several lines."""
    control = DRAWN[question.kind].control
    if question.kind is Kind.CHOICE:
        return Control.RADIOS if len(question.choices) <= FEW else Control.SELECT
    is_long = control is Control.LINE and question.kind in {Kind.TEXT, Kind.EVIDENCE}
    if is_long and (question.longest is None or question.longest > MANY_WORDS):
        return Control.LINES
    return control


def read_one(question: Question, text: str) -> Any:
    """The value of a text that is not empty, as JSON has it.

    Raises:
        NotRead: with the text, the reason, and what to write.
    """
    if question.kind is Kind.CHOICE and text not in dict(question.choices):
        raise NotRead(f"{told(text)}不在可选之列" if text else "没有选", "请从列出的选一项")
    return drawing_of(question).read(text)


def show_one(question: Question, value: Any) -> str:
    """A value as the text that is read back into it; nothing for nothing."""
    return "" if value is None or value == "" else drawing_of(question).show(value)


def echo_of(question: Question, text: str) -> str:
    """What was written, said again in other words; nothing where it is not read or says no more."""
    if not text.strip():
        return ""
    try:
        return drawing_of(question).echo(read_one(question, text))
    except NotRead:
        return ""
