"""Words in Chinese and English beside each other; the reader's language decides which one is seen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """Languages the desk speaks; the value is what stands in ``lang``."""

    CHINESE = "zh-Hans"
    ENGLISH = "en"

    @property
    def label(self) -> str:
        """What it calls itself."""
        return {Language.CHINESE: "中文", Language.ENGLISH: "English"}[self]


_SPOKEN: ContextVar[Language] = ContextVar("language", default=Language.CHINESE)


def spoken() -> Language:
    """The language of whoever reads now; Chinese where nobody said."""
    return _SPOKEN.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language until the block ends."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


@dataclass(frozen=True)
class Both:
    """One saying in two languages; as a text it is the one that is spoken."""

    chinese: str
    english: str

    def __str__(self) -> str:
        """The saying in the spoken language."""
        return self.english if spoken() is Language.ENGLISH else self.chinese

    def with_(self, **named: object) -> "Both":
        """Both with the names in braces replaced, as ``str.format`` does."""
        return Both(self.chinese.format(**named), self.english.format(**named))


def both(chinese: str, english: str) -> Both:
    """One saying in two languages."""
    return Both(chinese, english)
