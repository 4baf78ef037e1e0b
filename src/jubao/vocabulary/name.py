"""Names of people, brought to one form so that two registers can be compared."""

import re
import unicodedata

MIDDLE_DOT = "·"
_DOTS = "•‧∙⋅・･᛫●⸱"
_HAN = r"[\u3400-\u9fff\U00020000-\U000323af]"
_BETWEEN_HAN = re.compile(rf"(?<={_HAN})[.\uff0e](?={_HAN})")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_TABLE = {ord(dot): MIDDLE_DOT for dot in _DOTS} | {ord(mark): None for mark in _INVISIBLE}


def normalise_name(raw: str) -> str:
    """Bring a name to one form: NFC, one middle dot, no stray spaces.

    Spaces are dropped beside Chinese characters and dots and collapsed to one between Latin words.
    Nothing else changes: a traditional character stays what it is, and a difference stays visible.

    >>> normalise_name(" 买买提•艾力　"), normalise_name("欧 阳　兰"), normalise_name("Anna  Li")
    ('买买提·艾力', '欧阳兰', 'Anna Li')
    """
    text = unicodedata.normalize("NFC", raw).translate(_TABLE)
    text = _BETWEEN_HAN.sub(MIDDLE_DOT, text)
    words = text.split()
    out = ""
    for word in words:
        latin = out[-1:].isascii() and word[0].isascii()
        out += f" {word}" if out and latin else word
    return out


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are the same once both are brought to one form."""
    return normalise_name(one) == normalise_name(other)
