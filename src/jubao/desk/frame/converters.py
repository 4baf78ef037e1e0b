"""What stands in an address: months, days, codes of acts, keys of proposals; anything else is no address of ours."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.urls import register_converter

from jubao.vocabulary import month as months


class Month:
    """A month, 201712."""

    regex: ClassVar[str] = r"[12][0-9]{3}(?:0[1-9]|1[0-2])"

    def to_python(self, text: str) -> int:
        """The month as YYYYMM."""
        return months.make(*divmod(int(text), 100))

    def to_url(self, value: int) -> str:
        """As it is written."""
        return str(value)


class Year(Month):
    """A year, 2017."""

    regex: ClassVar[str] = r"20[0-9]{2}"

    def to_python(self, text: str) -> int:
        """The year."""
        return int(text)


class Day:
    """A day, 2017-12-08."""

    regex: ClassVar[str] = r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]"

    def to_python(self, text: str) -> date:
        """The day. Raises ValueError: there is none such, which is no address."""
        return date.fromisoformat(text)

    def to_url(self, value: date) -> str:
        """As it is written."""
        return value.isoformat()


class Word:
    """A name of the program: of an act, a list, a figure, a parameter of law."""

    regex: ClassVar[str] = r"[A-Za-z][A-Za-z0-9_.\-]{0,79}"

    def to_python(self, text: str) -> str:
        """As it stands."""
        return text

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


class ActCode(Word):
    """The code of an act, ``area.verb``."""


class FigureKey(Word):
    """The key of a named figure."""


class ProposalKey(Word):
    """The key of a proposal, as whoever proposed made it."""

    regex: ClassVar[str] = r"[^/\s?#]{1,160}"


class Number(Word):
    """The number of a list, a round or a batch, as the office gave it; a stroke in it is written %2F."""

    regex: ClassVar[str] = r"[^/\r\n]{1,240}"

    def to_python(self, text: str) -> str:
        """As the office gave it."""
        return text.replace("%2F", "/").replace("%25", "%")

    def to_url(self, value: str) -> str:
        """Without a stroke, which would end it."""
        return value.replace("%", "%25").replace("/", "%2F")


class SendersNumber(Word):
    """The number of a batch or a record as its sender gave it: any signs, so it stands last in an address."""

    regex: ClassVar[str] = r"[^\r\n]{1,80}"


class FileHash(Word):
    """The SHA-256 of a file."""

    regex: ClassVar[str] = r"[0-9a-f]{64}"


class BookCode(Word):
    """The code of a book."""

    regex: ClassVar[str] = r"(?:FUND|DELEGATED|ACCOUNTS)"


class AccountKey(Word):
    """The key of an account of the chart, a bank account of the office among them."""

    regex: ClassVar[str] = r"[A-Z][A-Z0-9_]{2,39}"


class VoucherNumber(Word):
    """A voucher by book, period and number: FUND-201706-12."""

    regex: ClassVar[str] = r"(?:FUND|DELEGATED|ACCOUNTS)-[0-9]{6}-[0-9]{1,9}"


CONVERTERS: Mapping[str, type[Any]] = {
    "month": Month,
    "day": Day,
    "year": Year,
    "word": Word,
    "act": ActCode,
    "figure": FigureKey,
    "proposal": ProposalKey,
    "number": Number,
    "sent": SendersNumber,
    "file": FileHash,
    "book": BookCode,
    "account": AccountKey,
    "voucher": VoucherNumber,
}
for _name, _converter in CONVERTERS.items():
    register_converter(_converter, _name)
