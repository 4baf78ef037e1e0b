"""Formula injection: texts a spreadsheet would run are quoted on the way out, unquoted on the way in."""

FORMULA_SIGNS = ("=", "\uff1d")  # half and full width
_OTHER_SIGNS = ("+", "-", "@", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n", "|", "%")
_DANGEROUS = FORMULA_SIGNS + _OTHER_SIGNS


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet may take the text for a formula or a command."""
    return text.lstrip(" ").startswith(_DANGEROUS)


def protected(text: str) -> str:
    """The text with an apostrophe before it where it is dangerous (OWASP CSV injection).

    A text that already begins with an apostrophe gets another one, so that ``unprotected`` gives back
    exactly what was protected.
    """
    return f"'{text}" if text.startswith("'") or is_dangerous(text) else text


def unprotected(text: str) -> str:
    """The text as it was before ``protected``."""
    quoted = text.startswith("'") and (text[1:].startswith("'") or is_dangerous(text[1:]))
    return text[1:] if quoted else text
