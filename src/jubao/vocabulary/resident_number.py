"""The citizen identification number of GB 11643-1999: normalised where lossless, else refused.

Nothing is ever repaired: an O stays no zero and a Cyrillic letter stays no X.
"""

import re
from datetime import date

import numpy as np
from numpy.typing import NDArray

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
PROVINCES = frozenset(
    {11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46}
    | {50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82, 83, 91}
)
EARLIEST_YEAR, LATEST_YEAR = 1850, 2099
_CENTENARIANS = range(996, 1000)
_LONG, _SHORT = 18, 15
_FORM = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_FULL_WIDTH = 0xFEE0  # full-width characters lie this far above their ASCII forms
_MAY_BE_NUMBER = re.compile(r"\d{14,}[\dXx\uFF38\uFF58]")
_BETWEEN = re.compile(r"[\W_]+")
_TO_ASCII = {ord(mark) + _FULL_WIDTH: mark for mark in "0123456789Xx"}
_LOSSLESS = {ord(mark) + _FULL_WIDTH: mark.upper() for mark in "0123456789Xx"} | {ord("x"): "X"}


class InvalidResidentNumber(ValueError):
    """A text is not a citizen identification number; ``rule`` says which rule it breaks."""

    def __init__(self, rule: str) -> None:
        """Keep the broken rule; the number itself never enters a message."""
        self.rule = rule
        super().__init__(f"公民身份号码无效：{rule}；请核对居民身份证或户口簿原件后重新录入")


def normalise(raw: str) -> str:
    """Bring a resident number to its 18 upper-case characters.

    Full-width characters, spaces and a lower-case x are brought to form; a 15-digit number becomes
    18 digits (19xx; 18xx for the centenarians' sequences 996 to 999).

    Raises:
        InvalidResidentNumber: length, characters, area, birth date or check digit.

    >>> normalise(" 110105 19491231 002x"), normalise("110105491231002")
    ('11010519491231002X', '11010519491231002X')
    """
    text = "".join(raw.translate(_LOSSLESS).split())
    if len(text) == _SHORT and text.isascii() and text.isdigit():
        text = _lengthen(text)
    if len(text) != _LONG:
        raise InvalidResidentNumber("应为18位（或旧15位）")
    if _FORM.fullmatch(text) is None:
        raise InvalidResidentNumber("前17位应为数字，末位应为数字或X")
    if int(text[:2]) not in PROVINCES:
        raise InvalidResidentNumber("前两位不是省级行政区划代码")
    if not _is_date(text[6:14]):
        raise InvalidResidentNumber("第7至14位不是有效的出生日期")
    if check_digit(text[:17]) != text[17]:
        raise InvalidResidentNumber("校验码不符")
    return text


def confirmation_reasons(raw: str) -> list[str]:
    """Say why a valid number still needs a person's confirmation; empty when it does not.

    Source: GB 11643 (15 digits were lengthened); spreadsheets keep 15 digits and turn the rest into 000.
    """
    text = "".join(raw.split())
    reasons = []
    if len(text) == _SHORT:
        reasons.append("由15位旧号推算得出")
    if len(text) == _LONG and text.endswith("000"):
        reasons.append("末三位为000，可能被电子表格截断")
    return reasons


def check_digit(first17: str) -> str:
    """Compute the check digit of the first 17 digits (ISO 7064 mod 11-2).

    >>> check_digit("11010519491231002")
    'X'
    """
    return CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> date:
    """Read the birth date out of a normalised number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def sex(number: str) -> str:
    """Read the sex out of a normalised number: ``1`` male, ``2`` female (GB/T 2261.1)."""
    return "1" if int(number[16]) % 2 else "2"


def mask(number: str) -> str:
    """Hide the birth date for display; works on any text, so that faults can be shown too.

    >>> mask("11010519491231002X"), mask("12345")
    ('110105********002X', '*****')
    """
    if len(number) < _SHORT:
        return "*" * len(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def masked(text: str) -> str:
    """A text in which every number that may be somebody's, or a card's, shows its ends only, however it was written.

    Whatever has at least as many digits as the old numbers had is hidden, in full-width characters, too.

    >>> masked("王甲 110105194912310021、110105491231002")
    '王甲 110105********0021、110105*****1002'
    """
    return _MAY_BE_NUMBER.sub(lambda found: mask(found.group().translate(_TO_ASCII)), text)


def masked_reference(reference: str) -> str:
    """What somebody stated to name a person, as it may be shown: spaces and marks between the digits hide nothing.

    >>> masked_reference("110105 19491231 0021"), masked_reference("4306020000001")
    ('110105********0021', '4306020000001')
    """
    closed_up = "".join(_BETWEEN.split(reference))
    hidden = masked(closed_up)
    return reference if hidden == closed_up else hidden


def encode(number: str) -> int:
    """Give the key of a normalised number: its first 17 digits; the check digit follows from them."""
    return int(number[:17])


def encode_many(numbers: list[str]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Check and encode many numbers at once; exactly what ``normalise`` accepts is valid.

    Args:
        numbers: n texts as they came.

    Returns:
        keys, shape (n,), int64, -1 where invalid; valid, shape (n,), bool.
    """
    clean = [text if len(text) == _LONG and text.isascii() else _BLANK for text in numbers]
    keys = np.full(len(numbers), -1, dtype=np.int64)
    for start in range(0, len(numbers), _BLOCK):
        block = np.frombuffer("".join(clean[start : start + _BLOCK]).encode(), dtype=np.uint8)
        keys[start : start + _BLOCK] = _encode_block(block.reshape(-1, _LONG))
    for place in np.flatnonzero(keys < 0).tolist():
        if not clean[place].isalnum():
            keys[place] = _encode_unclean(numbers[place])
    return keys, keys >= 0


_BLANK = " " * _LONG
_BLOCK = 1 << 16
_FEBRUARY, _DECEMBER = 2, 12
_WEIGHTS = np.array(WEIGHTS, dtype=np.uint8)
_POWERS = 10 ** np.arange(16, -1, -1, dtype=np.int64)
_CHECKS = np.frombuffer(CHECK_DIGITS.encode(), dtype=np.uint8)
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int64)
_KNOWN_PROVINCE = np.isin(np.arange(100), sorted(PROVINCES))


def _encode_block(characters: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Encode a matrix of 18 ASCII characters a row; -1 where a rule is broken."""
    digits = characters[:, :17] - np.uint8(ord("0"))
    numeric = np.asarray((digits <= np.uint8(9)).all(axis=1))
    digits = np.where(numeric[:, None], digits, np.uint8(0))
    checksum = (digits * _WEIGHTS).sum(axis=1, dtype=np.int64) % len(CHECK_DIGITS)
    last = np.where(characters[:, 17] == ord("x"), np.uint8(ord("X")), characters[:, 17])
    keys: NDArray[np.int64] = digits.astype(np.int64) @ _POWERS
    valid = numeric & (_CHECKS[checksum] == last) & _KNOWN_PROVINCE[keys // 10**15]
    return np.where(valid & _are_dates(keys // 1000 % 10**8), keys, -1)


def _are_dates(days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which integers YYYYMMDD are days of the Gregorian calendar."""
    years, months, numbers = days // 10_000, days // 100 % 100, days % 100
    known = (years >= EARLIEST_YEAR) & (years <= LATEST_YEAR) & (months >= 1) & (months <= _DECEMBER)
    leap = (years % 4 == 0) & ((years % 100 != 0) | (years % 400 == 0)) & (months == _FEBRUARY)
    longest = _MONTH_DAYS[np.where(known, months, 0)] + leap
    return np.asarray(known & (numbers >= 1) & (numbers <= longest), dtype=np.bool_)


def _encode_unclean(raw: str) -> int:
    """Encode one number that needs normalising first; -1 when it is refused."""
    try:
        return encode(normalise(raw))
    except InvalidResidentNumber:
        return -1


def _lengthen(short: str) -> str:
    """Turn 15 digits into 18: add the century and the check digit."""
    century = "18" if int(short[12:]) in _CENTENARIANS else "19"
    first17 = short[:6] + century + short[6:]
    return first17 + check_digit(first17)


def _is_date(text: str) -> bool:
    try:
        born = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return EARLIEST_YEAR <= born.year <= LATEST_YEAR
