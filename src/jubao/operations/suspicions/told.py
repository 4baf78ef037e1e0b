"""What a list says of a person, as anybody may see it: numbers by their ends, of birthdays the year."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.reports.lists.verification import TOLD
from jubao.vocabulary.codes import Sex
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.resident_number import mask

LABELS = TOLD | {
    "address": "住址",
    "birth_date": "出生",
    "other_scheme": "对方险种",
    "scheme": "险种",
    "state": "参保状态",
    "other_start": "对方待遇开始",
    "other_amount": "对方待遇（分）",
    "start_date": "开始",
    "end_date": "截止",
    "phone": "电话",
    "bank_account": "账号",
    "card_number": "卡号",
    "asked": "须向来源单位核问",
}
NOT_SHOWN = {"same_name"}
BIRTHS = {"birth_date"}
ACCOUNTS = {"bank_account", "card_number"}


def told_by(told: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Labels and values of what a list says beside name and number; birthdays and numbers veiled."""
    return tuple((LABELS.get(name, name), _value(name, value)) for name, value in told.items() if name not in NOT_SHOWN)


def _value(name: str, value: Any) -> str:
    text = str(value)
    if name in BIRTHS:
        return veiled(text)
    return Mask.ACCOUNT.hide(text) if name in ACCOUNTS else _NUMBER.sub(lambda found: _hidden(found[0]), text)


_DAY = re.compile(r"(\d{4})-\d{2}-\d{2}")
_NUMBER = re.compile(r"\d{9,}[Xx]?")
_BIRTH = re.compile(r"(?<!\d)(\d{4})\d{4}(?!\d)")
_PHONE_DIGITS = 11


def veiled(text: str) -> str:
    """What a comparison says of a number or birthday, as anybody may see it: the ends of numbers, of birthdays the year.

    >>> veiled("430602195108242326 / 1951-08-24"), veiled("19900000903"), veiled("19510824")
    ('430602********2326 / 1951年', '199****0903', '1951年')
    """
    hidden = _NUMBER.sub(lambda found: _hidden(found[0]), text)
    return _BIRTH.sub(r"\1年", _DAY.sub(r"\1年", hidden))


def said_in_words(text: str) -> str:
    """One side of a comparison: its parts veiled, sexes in words, codes of villages left out.

    >>> said_in_words("430602013006 / 湖路100号 / 19900000903"), said_in_words("2")
    ('湖路100号 / 199****0903', '女')
    """
    parts = [part for part in text.split(BETWEEN) if not _DIVISION.fullmatch(part)]
    return BETWEEN.join(SEXES.get(part) or veiled(part) for part in parts)


BETWEEN = " / "
_DIVISION = re.compile(r"\d{12}")
SEXES = {str(code): code.label for code in Sex}


def _hidden(number: str) -> str:
    return Mask.PHONE.hide(number) if len(number) == _PHONE_DIGITS else mask(number)


def day_of(text: Any) -> date | None:
    """A day a list states; None where it is none."""
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None
