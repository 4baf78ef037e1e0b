"""Conditions on a list, typed by the column they are about; what is not understood refuses, never widens."""

from collections.abc import Callable, Mapping
from datetime import date

from django.db.models import F, Q, QuerySet

from jubao.columns.ordered import CharacterOrder
from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONEY, MONTH
from jubao.reports.lists.column import Column
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import parse_yuan
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import normalise

RANGE = ".."
LAST_CHARACTER = "\U0010ffff"
Parsed = str | int | date


class CannotFilter(ValueError):
    """A condition names no column of the list, or its value is none of the column's kind."""


def _integer(text: str) -> int:
    if not (text.isascii() and text.lstrip("-").isdigit()):
        raise ValueError(f"“{text}”不是整数")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"“{text}”不是日期，写成 2017-03-31") from error


READ: Mapping[str, Callable[[str], Parsed]] = {
    MONEY: parse_yuan,
    INTEGER: _integer,
    DATE: _day,
    MONTH: months.parse,
}
"""How a bound of a range is read, by kind of column."""


def narrowed(rows: QuerySet, column: Column, path: str, text: str) -> QuerySet:
    """The rows that meet a condition: a text or a row of digits begins so, a code is so, the rest lies in a range.

    A resident number is stated whole.

    Args:
        rows: the list's rows; path: the column's place in them.
        text: a value, or two with ``..`` between them, of which one may be missing.
    Raises:
        CannotFilter: the value is none of the column's kind.
    """
    try:
        return _narrowed(rows, column, path, text.strip())
    except ValueError as error:
        raise CannotFilter(f"条件“{column.title}”：{error}") from error


def _narrowed(rows: QuerySet, column: Column, path: str, text: str) -> QuerySet:
    if not text:
        raise ValueError("没有填写")
    if column.words:
        return rows.filter(**{path: _code(column, text)})
    if column.kind in READ:
        return rows.filter(_range(path, text, READ[column.kind]))
    if column.mask is Mask.NUMBER:
        return rows.filter(**{path: normalise(text)})
    if column.kind == IDENTIFIER:
        return rows.filter(_digits_begin(path, text) if text.isascii() and text.isdigit() else Q(**{path: text}))
    return begins(rows, path, text)


def _digits_begin(path: str, digits: str) -> Q:
    """Identifiers that begin with some digits: a range that every order of texts keeps together."""
    found = Q(**{f"{path}__gte": digits})
    beyond = digits.rstrip("9")
    return found & Q(**{f"{path}__lt": f"{beyond[:-1]}{int(beyond[-1]) + 1}"}) if beyond else found


def begins(rows: QuerySet, path: str, text: str) -> QuerySet:
    """Rows whose text begins so, answered by an index in the order of characters."""
    spelt = rows.alias(spelt=CharacterOrder(F(path)))
    return spelt.filter(spelt__gte=text, spelt__lt=text + LAST_CHARACTER)


def _code(column: Column, text: str) -> str:
    codes = [code for code, label in column.words.items() if text in {code, label}]
    if not codes:
        known = "、".join(dict.fromkeys(column.words.values()))
        raise ValueError(f"没有“{text}”，可填：{known}")
    return codes[0]


def _range(path: str, text: str, read: Callable[[str], Parsed]) -> Q:
    first, is_range, last = text.partition(RANGE)
    if not is_range:
        return Q(**{path: read(text)})
    bounds = {f"{path}__gte": first, f"{path}__lte": last}
    found = {lookup: read(bound) for lookup, bound in bounds.items() if bound}
    if not found:
        raise ValueError("区间的两端至少要填一端")
    return Q(**found)
