"""What a file of a layout must look like, in words and as an empty file: whoever hands one in is told before, not after."""

from dataclasses import dataclass

from jubao.exchange.blank_file import NoBlankFile, blank_file, where
from jubao.exchange.layout import layout as layout_of

FILLED_IN = frozenset({"xlsx", "csv"})
"""Forms of files with a row of headings."""


@dataclass(frozen=True)
class FileAsked:
    """A file an act asks for: the id and title of its layout, its form in a sentence, and the ending of its name.

    ``is_filled_in`` says that people fill it in; the others a bank makes.
    """

    layout: str
    title: str
    form: str
    ending: str
    is_filled_in: bool


def file_asked(layout: str) -> FileAsked:
    """How a file of a layout must look."""
    declared = layout_of(layout)
    is_filled_in = declared.form in FILLED_IN
    ending = declared.form if is_filled_in else "txt"
    return FileAsked(declared.id, declared.title, where(declared), ending, is_filled_in)


def empty_file(layout: str) -> bytes | None:
    """An empty file of a layout to fill in; None where a bank makes such files and nobody fills them in."""
    try:
        return blank_file(layout_of(layout))
    except NoBlankFile:
        return None
