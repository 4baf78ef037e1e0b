"""A code that carries its Chinese label: the base of every code list."""

from enum import StrEnum
from typing import Self


class Labelled(StrEnum):
    """A string code with a label for people; the code itself is what is stored and exchanged."""

    label: str

    def __new__(cls, code: str, label: str = "") -> Self:
        """Keep the code as the string value and the label beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """List (code, label) pairs in the order of the list, for forms and model fields."""
        return [(str(member.value), member.label) for member in cls]
