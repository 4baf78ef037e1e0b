"""Numbers in sentences: what each counts, in which unit, in which words, and where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from jubao.reports.checking.items import Item

MONEY, PEOPLE, PERCENT, COUNT, POINTS = "元", "人", "%", "个", "分"
SCALES = {"亿": 10**8, "万": 10**4, "": 1}
KINDS = {
    "元": MONEY,
    "人": PEOPLE,
    "名": PEOPLE,
    "户": PEOPLE,
    "位": PEOPLE,
    "人次": PEOPLE,
    "员": PEOPLE,
    "%": PERCENT,
}
UNITS = "元|员(?![工])|%|人次|人(?!员)|名|户|位|条|个|笔|项|家|份|分(?![之])|次|股|处|期|场|册|张|台|篇"
NUMBER = re.compile(rf"(?<![\d.])(-?\d+(?:\.\d+)?)(余|多|几)?(亿|万)?({UNITS})")
DATE = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日|(\d{4})年(?:度)?(?:(\d{1,2})月(?:份)?)?|(?<!\d)\d{1,2}月份?")
SENTENCE = re.compile(r"[。；\n]|(?<!\d)\.(?!\d)|(?<=\d)\.$")


@dataclass(frozen=True)
class Statement:
    """A number with its meaning.

    ``value`` is exact in the base unit (yuan, persons, per cent, pieces); ``ulp`` is what its last printed digit is
    worth there; ``lead`` is the sentence before it and ``trail`` the sentence after it, numbers as ``#``;
    ``concept`` is the figure it states, when the wording tells.
    """

    value: Fraction
    ulp: Fraction
    kind: str
    printed: str
    item: Item
    sentence: int
    words: str
    lead: str
    trail: str
    concept: str = ""
    bound: bool = False

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.item.place

    @property
    def label(self) -> str:
        """Its own clause before the number, as far as it tells something."""
        own = re.split(r"[，；：、（）#]", self.lead)
        return (own[-1] or (own[-2] if len(own) > 1 else "")) or self.item.heading

    def meaning(self, concept: str) -> "Statement":
        """The same number, named."""
        return replace(self, concept=concept)


def agree(one: Statement, other: Statement) -> bool:
    """Whether two printed numbers can be the same: equal, or one the other rounded."""
    return (
        abs(one.value - other.value) * 2 <= max(one.ulp, other.ulp)
        if one.ulp != other.ulp
        else one.value == other.value
    )


def sentences(item: Item) -> list[str]:
    """The sentences of an item."""
    return [text for text in SENTENCE.split(item.text) if text]


def read_statements(items: list[Item]) -> list[Statement]:
    """Every number with a unit, dates left out."""
    return [
        statement
        for item in items
        for index, sentence in enumerate(sentences(item))
        for statement in _in_sentence(item, index, sentence)
    ]


def _in_sentence(item: Item, index: int, sentence: str) -> Iterator[Statement]:
    hidden = DATE.sub(lambda found: "日" * len(found[0]), sentence)  # same length, so that places stay
    numbers = list(NUMBER.finditer(hidden))
    for number in numbers:
        lead, trail = _masked(sentence[: number.start()]), _masked(sentence[number.end() :])
        yield _statement(item, index, sentence, number, lead, trail)


def _statement(item: Item, index: int, sentence: str, number: "re.Match[str]", lead: str, trail: str) -> Statement:
    digits, about, scale, unit = number[1], number[2], number[3] or "", number[4]
    factor = SCALES[scale]
    exponent = Decimal(digits).as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    kind = MONEY if unit == "员" and places else KINDS.get(unit, POINTS if unit == "分" else COUNT)
    bound = bool(about) or re.match(r"以上|以下|以内|左右|多", trail) is not None
    return Statement(
        Fraction(digits) * factor,
        Fraction(factor, 10**places),
        kind,
        number[0],
        item,
        index,
        sentence,
        lead,
        trail,
        bound=bound or bool(re.search(r"(不超过|不低于|不少于|约|近|至少)$", lead)),
    )


def _masked(text: str) -> str:
    """Days and months as ``@``, numbers with their units as ``#``; a year alone belongs to the wording."""
    return NUMBER.sub("#", DATE.sub(lambda found: found[0] if re.fullmatch(r"\d{4}年度?", found[0]) else "@", text))


def masked(text: str) -> str:
    """The wording of a sentence without its numbers and dates."""
    return _masked(text)


def printed_numbers(text: str) -> tuple[str, ...]:
    """Numbers and dates of a sentence as printed, in order; years alone belong to the wording."""
    return tuple(found[0] for found in re.finditer(rf"{DATE.pattern}|{NUMBER.pattern}", text))
