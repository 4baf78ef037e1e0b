"""What every drawing is made of: a named number that opens its list, and how it is spoken."""

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.safestring import SafeString

from jubao.desk.drawings.element import element, plain
from jubao.desk.drawings.unit import Unit
from jubao.vocabulary.both import Both, both

Words: TypeAlias = str | Both
_OPENS = both("{said}，打开名单", "{said}, open the list")
_OWN_SITE = ("/", "?", "#")


@dataclass(frozen=True)
class Point:
    """A number of a drawing: what it is called, how much it is, the address of what lies behind it, and its goal."""

    label: Words
    value: int
    address: str = ""
    goal: int | None = None

    def __post_init__(self) -> None:
        """An address stays in the house: a path, a query or a place on the page."""
        assert own_address(self.address), "a drawing links to pages of the desk only"


def own_address(address: str) -> bool:
    """Whether an address is empty or one of our own."""
    return not address or (address.startswith(_OWN_SITE) and not address.startswith(("//", "/\\")))


def opened(shape: SafeString, said: str, address: str, *, beside: SafeString | None = None) -> SafeString:
    """A shape with its tooltip; a link that is spoken in full where there is something to open."""
    tooltip = element("title", said)
    pieces = (tooltip, shape) if beside is None else (tooltip, shape, beside)
    if not address:
        return element("g", *pieces)
    return element("a", *pieces, href=address, aria_label=_OPENS.with_(said=said))


def said_of(label: object, value: int | None, unit: Unit) -> str:
    """“柳塘镇 213.40 万元”."""
    return f"{label} {unit.spoken(value)}"


def drawing(title: object, *inside: SafeString, width: int, height: int) -> SafeString:
    """The whole drawing: a group of links with a title (an image would hide them)."""
    return element(
        "svg", element("title", title), *inside, class_="chart", viewBox=f"0 0 {width} {height}", role="group"
    )


def text(said: object, x: str, y: str, *, anchor: str | None = None) -> SafeString:
    """A text of 12 pixels (the sheet's size for drawings), at a place given in tenths already written."""
    return element("text", said, x=x, y=y, text_anchor=anchor)


def shortened(label: object, most: int) -> str:
    """A label that fits: Chinese signs count two, others one.

    >>> shortened("洞庭湖大道社区居民委员会", 16), shortened("Liutang", 16)
    ('洞庭湖大道社…', 'Liutang')
    """
    written = plain(str(label))
    if _width(written) <= most:
        return written
    kept = written
    while kept and _width(kept) > most - 2:
        kept = kept[:-1]
    return f"{kept}…"


_LATIN = 0x2000


def _width(written: str) -> int:
    return sum(1 if ord(sign) < _LATIN else 2 for sign in written)
