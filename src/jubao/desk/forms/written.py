"""What a clerk writes, as values: amounts, months and days in the usual ways, full-width digits included; nothing is guessed.

No float is ever formed. What cannot be read is refused with the text, the reason, and what to write.
"""

import re
from datetime import date

from jubao.vocabulary import month as months
from jubao.vocabulary.fen import MAX_FEN, NotAnAmount, format_yuan, parse_yuan

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x2212: "-", 0x3002: "."}
_MORE_DECIMALS = re.compile(r"-?[0-9][0-9,]*\.[0-9]{3,}", re.ASCII)
_SIZE = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]{1,2})?", re.ASCII)
_WHOLE = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})(?:([0-9]{2})|[-./年]([0-9]{1,2})月?)", re.ASCII)
_DAY = re.compile(r"([0-9]{4})(?:([0-9]{2})([0-9]{2})|[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?)", re.ASCII)
_YEAR = re.compile(r"([0-9]{4})年?", re.ASCII)
_DIGITS = re.compile(r"[0-9 -]+[Xx]?", re.ASCII)
LONGEST_TOLD = 24


class NotRead(Exception):
    """A text is no answer to its question; ``rule`` names the text and the reason, ``next_step`` what to write."""

    def __init__(self, rule: str, next_step: str) -> None:
        """Keep both."""
        self.rule, self.next_step = rule, next_step
        super().__init__(f"{rule}。{next_step}")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs to their usual width, without spaces around."""
    return text.translate(_NARROW).strip()


def told(text: str) -> str:
    """A text as a sentence repeats it: in quotation marks, cut where it is long."""
    return f"“{text if len(text) <= LONGEST_TOLD else text[:LONGEST_TOLD] + '…'}”"


def words(text: str) -> str:
    """Words as they stand, with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def code(text: str) -> str:
    """A code or number in usual width."""
    return narrow(text)


def digits(text: str) -> str:
    """A long number without the spaces and dashes that people put between its groups; other texts as they stand."""
    plain = narrow(text)
    return re.sub(r"[ -]", "", plain) if _DIGITS.fullmatch(plain) else plain


def fen(text: str) -> int:
    """An amount in yuan, at most two decimals, as fen; 元 may follow, 万 may not.

    Raises:
        NotRead: no amount, more than two decimals, or beyond what one amount may be.

    >>> fen("1,234.50"), fen("-3.2"), fen("85元")
    (123450, -320, 8500)
    """
    plain = narrow(text).removeprefix("¥").removesuffix("元").replace(" ", "")
    if "万" in plain or "亿" in plain:
        raise NotRead(f"{told(text)}不是以元写的金额", "请写成元，如 12000.00")
    if _MORE_DECIMALS.fullmatch(plain):
        raise NotRead(f"{told(text)}多于两位小数", "请写到分，如 1234.50")
    try:
        return parse_yuan(plain)
    except NotAnAmount:
        if _SIZE.fullmatch(plain) and int(plain.partition(".")[0].replace(",", "").lstrip("-")) >= MAX_FEN // 100:
            limit = f"{told(text)}超过单笔金额上限 {format_yuan(MAX_FEN)} 元"
            raise NotRead(limit, "请核对单位是否为元") from None
        raise NotRead(f"{told(text)}不是金额", "请写成 1234.50，单位元") from None


def whole(text: str) -> int:
    """A whole number; commas may stand at the thousands.

    >>> whole("12"), whole("1,200")
    (12, 1200)
    """
    plain = narrow(text)
    if _WHOLE.fullmatch(plain) is None:
        raise NotRead(f"{told(text)}不是整数", "请只写数字，如 12")
    return int(plain.replace(",", ""))


def year(text: str) -> int:
    """A year of four digits."""
    match = _YEAR.fullmatch(narrow(text))
    if match is None:
        raise NotRead(f"{told(text)}不是年度", "请写四位数字，如 2017")
    return int(match[1])


def month(text: str) -> int:
    """A month as YYYYMM.

    >>> month("201712"), month("2017-12"), month("2017.1"), month("2017年12月")
    (201712, 201712, 201701, 201712)
    """
    match = _MONTH.fullmatch(narrow(text))
    try:
        return months.make(int(match[1]), int(match[2] or match[3])) if match else _no_month(text)
    except months.NotAMonth:
        return _no_month(text)


def _no_month(text: str) -> int:
    raise NotRead(f"{told(text)}不是月份", "请写成 201712")


def period(text: str) -> int:
    """A month, or a year where four digits stand."""
    match = _YEAR.fullmatch(narrow(text))
    return int(match[1]) if match else month(text)


def day(text: str) -> str:
    """A day of the calendar, as ISO writes it.

    >>> day("20171220"), day("2017.12.20"), day("2017年1月2日")
    ('2017-12-20', '2017-12-20', '2017-01-02')
    """
    match = _DAY.fullmatch(narrow(text))
    if match is None:
        raise NotRead(f"{told(text)}不是日期", "请写成 20171220 或 2017-12-20")
    year_, number, of_month = (int(part) for part in match.groups() if part)
    try:
        return date(year_, number, of_month).isoformat()
    except ValueError:
        raise NotRead(f"没有{told(text)}这一天", "请核对后写成 20171220 或 2017-12-20") from None
