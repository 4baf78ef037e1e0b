"""A column of a list: where its value stands, what kind it is, what it is called, and what may be done with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jubao.documents import sheet
from jubao.documents.sheet import DATE, IDENTIFIER, INTEGER, MONEY, TEXT, Value
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer

TOWNSHIP, VILLAGE = "乡镇街道", "村社区"
Told = Mapping[str, Any]


class Opens(StrEnum):
    """What a cell leads to, by the kind of reference it holds; the kinds are those that acts ask for.

    A voucher is named by book, period and number: its number alone counts within a period.
    """

    PERSON = "person"
    BATCH = "batch"
    LIST = "list"
    ROUND = "round"
    VOUCHER = "voucher"


@dataclass(frozen=True)
class Veiled:
    """Words that end in a number under a mask of its own, for a column whose rows hold different things."""

    words: str
    number: str
    mask: Mask

    def shown(self, viewer: Viewer) -> str:
        """The words, and the number as this viewer may see it."""
        number = str(viewer.told(self.mask, self.number))
        return " ".join(part for part in (self.words, number) if part)


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        title: the heading.
        path: lookup path from the row (``bank_line__amount_fen``), or the name of a value worked out beside it.
        kind: as ``documents.sheet`` names kinds; width: in characters; is_totalled: whether the last row adds it up.
        of_person: the path starts at the person the row is about.
        words: what its codes are called.
        mask: the personal data it holds; shown whole only to a viewer whose task lifts that mask.
        veils: the masks of its ``Veiled`` cells.
        is_sorted: whether rows may be ordered by it; never a column that may be empty.
        is_filtered: whether rows may be chosen by it.
        opens: what it leads to.
    """

    title: str
    path: str
    kind: str = TEXT
    width: float | None = None
    is_totalled: bool = False
    of_person: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    mask: Mask | None = None
    veils: tuple[Mask, ...] = ()
    is_sorted: bool = False
    is_filtered: bool = False
    opens: Opens | None = None

    @property
    def name(self) -> str:
        """What a filter, an order and a program call it."""
        return self.path.rpartition("__")[2]

    @property
    def is_text(self) -> bool:
        """Whether it holds words, ordered by their characters; codes and identifiers stand as they are."""
        return self.kind == TEXT and not self.words

    def cell(self, value: Any, viewer: Viewer) -> Value:
        """A value as this viewer may see it."""
        if value is None:
            return "" if self.kind in {TEXT, IDENTIFIER} else None
        if isinstance(value, Veiled):
            return value.shown(viewer)
        if self.mask:
            return viewer.told(self.mask, value)
        return self.words.get(str(value), value) if self.words else value

    def shows_whole(self, viewer: Viewer) -> bool:
        """Whether this viewer sees more here than the mask would leave."""
        return bool(viewer.lifted & self.masks)

    @property
    def masks(self) -> frozenset[Mask]:
        """The personal data its cells may hold."""
        return frozenset({self.mask} if self.mask else self.veils)

    def printed(self, viewer: Viewer) -> sheet.Column:
        """The column on paper; a day under a mask is a text."""
        hidden = self.kind == DATE and self.mask is not None and not viewer.shows(self.mask)
        return sheet.Column(self.title, TEXT if hidden else self.kind, self.width, self.is_totalled)


def value_at(row: Any, path: str) -> Any:
    """What stands at the end of a path of loaded relations; None where one of them is empty."""
    for name in path.split("__"):
        if row is None:
            return None
        row = getattr(row, name)
    return row


def money(title: str, path: str, **more: Any) -> Column:
    """A column of fen that the last row adds up."""
    return Column(title, path, MONEY, is_totalled=True, **more)


def day(title: str, path: str, **more: Any) -> Column:
    """A column of days."""
    return Column(title, path, DATE, **more)


def years(title: str, path: str, **more: Any) -> Column:
    """A column of a few digits."""
    return Column(title, path, INTEGER, width=8, **more)


PLACE = (Column(TOWNSHIP, "township_name"), Column(VILLAGE, "village_name"))
"""Where somebody lives, by name; every listing with a place can give them."""
NUMBER = Column("公民身份号码", "resident_number", IDENTIFIER, of_person=True, mask=Mask.NUMBER, is_filtered=True)
PERSONAL_NUMBER = Column(
    "个人编号", "personal_number", IDENTIFIER, of_person=True, is_sorted=True, is_filtered=True, opens=Opens.PERSON
)
NAME = Column("姓名", "name", TEXT, width=10, of_person=True, is_sorted=True, is_filtered=True)
WHO = (*PLACE, PERSONAL_NUMBER, NAME, NUMBER)
BIRTH = Column("出生日期", "birth_date", DATE, of_person=True, mask=Mask.NUMBER)
AMOUNT = money("金额", "amount_fen")
