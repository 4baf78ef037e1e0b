"""Characters as numbers: tables over all code points for comparison forms, sounds and look-alikes."""
# ruff: noqa: RUF001  characters that look alike are the matter of this file

from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary.yaml_files import read_yaml

Codes: TypeAlias = NDArray[np.uint32]
Table: TypeAlias = NDArray[np.uint32]

CODE_POINTS: Final = 0x110000
UNKNOWN: Final = 0xFFFD  # a character that could not be read or written: ?, □, private use
DOT: Final = 0xB7  # the middle dot of minority names
_FULL_WIDTH: Final = 0xFEE0
_SURROGATES: Final = range(0xD800, 0xE000)
_PRIVATE: Final = (range(0xE000, 0xF900), range(0xF0000, 0x110000))
_DOTS: Final = "·•‧∙⋅・･᛫●⸱．.。、"
_UNREADABLE: Final = "?？□■〓*＊＿_�〇○◇"
_NEIGHBOURS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("hu", "f"), ("n", "l"), ("r", "l"))
_NASAL: Final = "ng"


@cache
def read_data(name: str) -> Any:
    """One of the room's data files."""
    return read_yaml(files("jubao.matching").joinpath(name).read_text(encoding="utf-8"))


@cache
def folding() -> Table:
    """The comparison form of each code point, 0 where a character does not count.

    Letters and digits lose their width, Latin letters their case, traditional and variant characters become the
    simplified one; spaces, controls and punctuation vanish; what could not be written is ``UNKNOWN``.
    """
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    table[0x2000:0x2070] = table[0x3000:0x3005] = table[0x3008:0x3021] = table[0xFE00:0xFE70] = 0
    table[0xFF01:0xFF5F] -= _FULL_WIDTH
    table[_SURROGATES.start : _SURROGATES.stop] = UNKNOWN
    for private in _PRIVATE:
        table[private.start : private.stop] = UNKNOWN
    table[:0xC0] = 0
    for low, high in (("0", "9"), ("a", "z")):
        table[ord(low) : ord(high) + 1] = np.arange(ord(low), ord(high) + 1)
    table[ord("A") : ord("Z") + 1] = np.arange(ord("a"), ord("z") + 1)
    for mark in "\u00ad\ufeff":
        table[ord(mark)] = 0
    for pair in read_data("variants.yaml")["pairs"].split():
        table[ord(pair[0])] = ord(pair[1])
    table[[ord(mark) for mark in _UNREADABLE]] = UNKNOWN
    table[[ord(mark) for mark in _DOTS]] = DOT
    return _through(table)


def _through(table: Table) -> Table:
    """A full-width letter becomes a narrow one first, then what the narrow one becomes."""
    wide = slice(0xFF01, 0xFF5F)
    narrow = table[wide].copy()
    small = np.where(narrow < CODE_POINTS, narrow, 0)
    table[wide] = np.where(narrow == wide.start, narrow, np.where(small >= 0x80, small, table[small]))  # noqa: PLR2004
    return table


@cache
def look_alikes() -> Table:
    """The first member of each character's class of look-alikes; itself where it has none."""
    table = np.arange(CODE_POINTS, dtype=np.uint32)
    for members in read_data("lookalikes.yaml")["classes"]:
        table[[ord(each) for each in members]] = ord(members[0])
    return table


@cache
def sounds() -> tuple[Table, Table]:
    """Syllable of each code point without tone, and its loose class; a character without a reading stands for itself.

    The loose class hears zh as z, n as l, h before u as f, -ng as -n, as the speech of Hunan does.
    """
    from pypinyin.constants import PINYIN_DICT

    strict = np.arange(CODE_POINTS, dtype=np.uint32)
    loose = strict.copy()
    for code, readings in PINYIN_DICT.items():
        syllable = toneless(readings.split(",")[0])
        strict[code], loose[code] = syllable_number(syllable), syllable_number(loosely(syllable))
    return strict, loose


@cache
def surname_sounds() -> dict[int, tuple[int, int]]:
    """Code point of a surname to its syllables, strict and loose, where the dictionary's reading is another."""
    return {ord(name): _both(reading) for name, reading in read_data("surnames.yaml")["single"].items()}


@cache
def double_surnames() -> dict[tuple[int, int], tuple[tuple[int, int], ...]]:
    """Code points of a surname of two characters to the syllables of each."""
    double = read_data("surnames.yaml")["double"]
    return {
        (ord(name[0]), ord(name[1])): tuple(_both(syllable) for syllable in reading.split())
        for name, reading in double.items()
    }


def toneless(reading: str) -> str:
    """A syllable without its tone mark; ü is written v.

    >>> toneless("lǚ"), toneless("zhāng")
    ('lv', 'zhang')
    """
    return "".join(_TONES.get(letter, letter) for letter in reading)


def loosely(syllable: str) -> str:
    """What a syllable sounds like where zh and z, n and l, h and f, -ng and -n are not told apart.

    >>> loosely("zhang"), loosely("ning"), loosely("hu"), loosely("fu")
    ('zan', 'lin', 'fu', 'fu')
    """
    for heard, taken in _NEIGHBOURS:
        if syllable.startswith(heard):
            syllable = taken + ("u" if heard == "hu" and len(syllable) == len(heard) else syllable[len(heard) :])
            break
    return syllable[:-1] if syllable.endswith(_NASAL) else syllable


def syllable_number(syllable: str) -> int:
    """A number for a syllable, above all code points: its letters in base 27."""
    number = 0
    for letter in syllable:
        number = number * 27 + (ord(letter) - ord("a") + 1 if "a" <= letter <= "z" else 0)
    return CODE_POINTS + number % (2**32 - CODE_POINTS)


def _both(syllable: str) -> tuple[int, int]:
    return syllable_number(syllable), syllable_number(loosely(syllable))


_ACCENTED: Final = ("āáǎàa", "ēéěèe", "īíǐìi", "ōóǒòo", "ūúǔùu", "ǖǘǚǜv")
_TONES: Final = {mark: group[-1] for group in _ACCENTED for mark in group} | {
    "ü": "v",
    "ń": "n",
    "ň": "n",
    "ǹ": "n",
    "ḿ": "m",
    "ê": "e",
    "\u0300": "",
    "\u0301": "",
    "\u0304": "",
    "\u030c": "",
}
