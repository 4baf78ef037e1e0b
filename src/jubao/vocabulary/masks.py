"""What of a person is hidden until a task needs it: numbers, telephones, accounts."""

from datetime import date
from enum import StrEnum

from jubao.vocabulary import resident_number

ENDS = 4
PHONE_HEAD = 3


class Mask(StrEnum):
    """One kind of personal data that is shown by its ends only; its value is what a door calls it."""

    NUMBER = "number"
    PHONE = "phone"
    ACCOUNT = "account"

    @property
    def label(self) -> str:
        """What a clerk calls it."""
        return {Mask.NUMBER: "证件号码和出生月日", Mask.PHONE: "联系电话", Mask.ACCOUNT: "银行账号"}[self]

    def hide(self, value: str | date) -> str:
        """A value as people see it under the mask; of a birth date the year, since area, day and tail are the number.

        >>> Mask.NUMBER.hide("11010519491231002X"), Mask.NUMBER.hide(date(1949, 12, 31))
        ('110105********002X', '1949年')
        >>> Mask.PHONE.hide("13812342046"), Mask.ACCOUNT.hide("6228480000000012345")
        ('138****2046', '6228****2345')
        """
        if isinstance(value, date):
            return f"{value.year}年"
        if self is Mask.NUMBER:
            return resident_number.mask(value)
        return by_its_ends(value, head=PHONE_HEAD if self is Mask.PHONE else ENDS)


def by_its_ends(number: str, *, head: int = ENDS) -> str:
    """A number of which only some first and the last four digits are shown; a short one shows nothing.

    >>> by_its_ends("6228480000000012345"), by_its_ends("1234567")
    ('6228****2345', '*******')
    """
    return f"{number[:head]}****{number[-ENDS:]}" if len(number) > head + ENDS else "*" * len(number)
