"""Printed lists (名单): title, columns and rows of a month or year, ready for Excel and for the split by village."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from jubao.documents.sheet import IDENTIFIER, INTEGER, MONEY, TEXT, Column, Row, Sheet
from jubao.records.models import Office
from jubao.reports.figures.window import Window

TOWNSHIP, VILLAGE = "乡镇街道", "村社区"
PLACE = (Column(TOWNSHIP), Column(VILLAGE))
WHO = (*PLACE, Column("个人编号", IDENTIFIER), Column("姓名", TEXT, width=10), Column("公民身份号码", IDENTIFIER))
COUNTED = Column("人数", INTEGER, width=6, is_totalled=True)
AMOUNT = Column("金额", MONEY, is_totalled=True)


def money(title: str) -> Column:
    """A column of fen that the last row adds up."""
    return Column(title, MONEY, is_totalled=True)


@dataclass(frozen=True)
class PrintedList:
    """A list: English name for the command, Chinese title, columns, and how its rows are read for a window."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Window], Iterable[Row]]


def sheet_of(one: PrintedList, window: Window) -> Sheet:
    """The list of a month or year as known on the window's day."""
    office = Office.objects.values_list("name", flat=True).first() or ""
    rows = sorted(one.rows(window), key=_by_place) if one.columns[:2] == PLACE else list(one.rows(window))
    return Sheet(one.title, f"{_span(window)}{one.title}", office, window.as_of, one.columns, rows)


def splits(one: PrintedList) -> bool:
    """Whether a list says where people live and can be cut by village."""
    return one.columns[:2] == PLACE


def _by_place(row: Row) -> tuple[str, str]:
    """Township and village; the order within a village stays."""
    return str(row[0] or ""), str(row[1] or "")


def _span(window: Window) -> str:
    first: date | None = window.since
    return f"{window.year}年{first.month}月" if first else f"{window.year}年"
