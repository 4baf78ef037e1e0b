"""Where a page ended: the part and key of its last row, opaque to whoever carries it, bound to its list and order.

No name and no number of a person stands in it, whatever the order; the values of the row are looked up by its key.
"""

import re
from dataclasses import dataclass
from hashlib import blake2s

_SHAPE = re.compile(r"([0-9]{1,2})-([1-9][0-9]{0,18})-([0-9a-f]{8})", re.ASCII)


class NoSuchPlace(ValueError):
    """The place to continue from belongs to another list or order, or is none."""


@dataclass(frozen=True)
class Cursor:
    """The last row of a page: part of the list, and key."""

    part: int
    key: int

    def write(self, order: str) -> str:
        """As text; ``order`` names the list and how it is ordered."""
        return f"{self.part}-{self.key}-{self._seal(order)}"

    def _seal(self, order: str) -> str:
        return blake2s(f"{order}/{self.part}/{self.key}".encode(), digest_size=4).hexdigest()


def read_cursor(text: str, order: str) -> Cursor:
    """Read what ``write`` gave for the same list and order. Raises NoSuchPlace."""
    found = _SHAPE.fullmatch(text)
    cursor = Cursor(int(found[1]), int(found[2])) if found else None
    if cursor is None or cursor.write(order) != text:
        raise NoSuchPlace("翻页位置不属于这份名单或这种排序，请从第一页重新查看")
    return cursor
