"""Values of the books in a clerk's words: labels for codes, yuan for fen, Chinese months and days, numbers veiled."""

from datetime import date
from functools import cache
from typing import Any

from django.db import models

from jubao.columns.bounded import AccountNumber, Fen, Month, Period, ResidentNumber, RowKey, Sha256, Year
from jubao.operations.envelope.posts import LABELS, Post
from jubao.vocabulary import month as months
from jubao.vocabulary.fen import format_yuan
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import mask, masked

NOTHING = "无"
LAST_YEAR = 9999
LONGEST = 60
UNTOLD = frozenset({"resident_key", "case_ref", "source_key", "seq"})
"""Columns that say nothing to people: keys, fingerprints, the case, the place in a file."""
TOLD_BY_ROWS = frozenset({("Person", "division"), ("Person", "township"), ("Person", "state")})
"""Heads of a person that repeat what a new residence or a move of the relation tells already."""
VEILED = {"phone": Mask.PHONE, "card_number": Mask.ACCOUNT, "birth_date": Mask.NUMBER}


def in_words(field: "models.Field[Any, Any]", value: Any) -> str:
    """One value of a column as people read it; numbers of people and accounts are veiled."""
    if value is None or value == "":
        return NOTHING
    if labels := _labels(field):
        return labels.get(str(value), str(value))
    if isinstance(field, models.BooleanField):
        return "是" if value else "否"
    if isinstance(field, models.DateField):
        veil_of = VEILED.get(field.name)  # month and day of birth beside the ends of a number are the number
        return day(value) if veil_of is None else str(veil_of.hide(_date(value)))
    return _number(field, int(value)) if isinstance(field, models.IntegerField) else _text(field, str(value))


def _number(field: "models.Field[Any, Any]", value: int) -> str:
    if isinstance(field, RowKey):
        return "本次新增" if value < 0 else f"第{value}号"
    if isinstance(field, Fen):
        return yuan(value)
    if isinstance(field, Month | Period):
        return month(value)
    return f"{value}年" if isinstance(field, Year) else str(value)


def _text(field: "models.Field[Any, Any]", text: str) -> str:
    veil_of = Mask.ACCOUNT if isinstance(field, AccountNumber) else VEILED.get(field.name)
    if veil_of is not None:
        return veil_of.hide(text)
    if isinstance(field, ResidentNumber):
        return mask(text)
    if field.name == "post" or field.name.endswith("_post"):
        return LABELS[Post(text)] if text in LABELS else text
    veil = veiled(text)
    return veil if len(veil) <= LONGEST else f"{veil[:LONGEST]}…"


@cache
def _labels(field: "models.Field[Any, Any]") -> dict[str, str]:
    """The labels of a column's codes; empty for a column without a list."""
    return {str(code): str(label) for code, label in field.flatchoices or ()}


def is_told(field: "models.Field[Any, Any]") -> bool:
    """Whether a column says something to people: no key, no fingerprint, no stored JSON."""
    if (field.model.__name__, field.name) in TOLD_BY_ROWS:
        return False
    silent = isinstance(field, Sha256 | RowKey | models.BinaryField) or type(field) is models.TextField
    return not (field.primary_key or field.is_relation or silent or field.name in UNTOLD)


def titled(model: type[models.Model], name: str) -> str:
    """What people call a column."""
    return str(column(model, name).verbose_name)


def column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """A column of a table; a relation from elsewhere is none."""
    found = model._meta.get_field(name)
    assert isinstance(found, models.Field), f"{name} is no column"
    return found


def yuan(fen: int) -> str:
    """An amount in yuan.

    >>> yuan(123456)
    '1,234.56 元'
    """
    return f"{format_yuan(fen)} 元"


def month(value: int) -> str:
    """A month, or a year where a period may be either.

    >>> month(201705), month(2017)
    ('2017年5月', '2017年')
    """
    return f"{value}年" if value <= LAST_YEAR else f"{months.year(value)}年{months.number(value)}月"


def day(value: date | str) -> str:
    """A day of the calendar.

    >>> day("2017-05-03")
    '2017年5月3日'
    """
    known = _date(value)
    return f"{known.year}年{known.month}月{known.day}日"


def _date(value: date | str) -> date:
    return date.fromisoformat(value[:10]) if isinstance(value, str) else value


def veiled(text: str) -> str:
    """A text in which every number that may be a person's or a card's shows its ends only."""
    return masked(text)
