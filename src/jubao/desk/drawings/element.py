"""One element of SVG or HTML, with everything in it escaped; no style, no script, attributes always quoted."""

import re

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that neither XML nor UTF-8 can hold; they come from damaged files only."""
TENTHS = 10


def plain(text: object) -> str:
    """A text without the signs no document can hold; what is marked safe stays marked."""
    written = text if isinstance(text, str) else str(text)
    return _UNWRITABLE.sub("", written) if _UNWRITABLE.search(written) else written


def element(name: str, /, *inside: object, **attributes: object) -> SafeString:
    """One element: ``class_`` is written class, ``text_anchor`` text-anchor; None leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{conditional_escape(plain(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(conditional_escape(plain(piece)) for piece in inside)
    return SafeString(f"<{name}{written}>{content}</{name}>")


def tenths(number: int) -> str:
    """A coordinate kept in whole tenths of a pixel, as SVG writes it.

    >>> tenths(1874), tenths(2000), tenths(-5)
    ('187.4', '200', '-0.5')
    """
    whole, rest = divmod(abs(number), TENTHS)
    return f"{'-' if number < 0 else ''}{whole}{f'.{rest}' if rest else ''}"


def together(*pieces: SafeString) -> SafeString:
    """Pieces that are written already, one after the other."""
    return SafeString("".join(pieces))
