"""Printed lists (名单): title, columns and rows of a month or year, ready for Excel and for the split by village."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from jubao.documents.sheet import IDENTIFIER, INTEGER, MONEY, TEXT, Column, Row, Sheet
from jubao.records.models import Office
from jubao.reports.figures.window import Window

TOWNSHIP, VILLAGE = "乡镇街道", "村社区"
PLACE = (Column(TOWNSHIP), Column(VILLAGE))
WHO = (*PLACE, Column("个人编号", IDENTIFIER), Column("姓名", TEXT, width=10), Column("公民身份号码", IDENTIFIER))
COUNTED = Column("人数", INTEGER, width=6, is_totalled=True)
AMOUNT = Column("金额", MONEY, is_totalled=True)


class NoSuchList(LookupError):
    """There is no list of this name."""


@dataclass(frozen=True)
class PrintedList:
    """A list: English name for the command, Chinese title, columns, and how its rows are read for a window."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[Window], Iterable[Row]]


@cache
def lists() -> dict[str, PrintedList]:
    """Every list by its English name."""
    from jubao.reports.lists.audit import AUDIT_LISTS
    from jubao.reports.lists.award import AWARD_LISTS
    from jubao.reports.lists.payment import PAYMENT_LISTS
    from jubao.reports.lists.people import PEOPLE_LISTS
    from jubao.reports.lists.recovery import RECOVERY_LISTS
    from jubao.reports.lists.watch import WATCH_LISTS

    every = (*PAYMENT_LISTS, *PEOPLE_LISTS, *AWARD_LISTS, *AUDIT_LISTS, *RECOVERY_LISTS, *WATCH_LISTS)
    return {one.name: one for one in every}


def find_list(name: str) -> PrintedList:
    """The list of an English name or a Chinese title. Raises NoSuchList with all names."""
    for one in lists().values():
        if name in {one.name, one.title}:
            return one
    known = "、".join(f"{one.name}（{one.title}）" for one in lists().values())
    raise NoSuchList(f"没有名单 {name}，可用的有：{known}")


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
