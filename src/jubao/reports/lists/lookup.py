"""Finding people of the register: by whole resident number, by the beginning of a personal number or of a name, by village."""

from jubao.reports.figures.window import Window
from jubao.reports.lists.column import NAME, NUMBER, PERSONAL_NUMBER
from jubao.reports.lists.listing import DIVISION, Asked, Page
from jubao.reports.lists.people import REGISTER
from jubao.vocabulary.resident_number import InvalidResidentNumber, normalise
from jubao.vocabulary.viewer import Viewer


def find_people(text: str, *, viewer: Viewer, limit: int, division: str = "", after: str | None = None) -> Page:
    """A page of the register: who bears a number, or whose name begins so, within the viewer's divisions.

    Args:
        text: a whole resident number, the beginning of a personal number or of a name; empty for everybody of a
            division.
        limit: lines of the page; after: where the page before ended.
        division: a township or village to which the search is narrowed.
    Raises:
        MayNotLook, CannotFilter, NoSuchPlace: as ``Listing.page``.
    """
    asked = asked_for(text.strip(), division)
    window = Window(viewer.day.year, viewer.day)
    return REGISTER.page(asked, window=window, viewer=viewer, limit=limit, after=after)


def asked_for(text: str, division: str) -> Asked:
    """The condition that a text means, and the order whose index answers it."""
    place = {DIVISION: division} if division else {}
    if not text:
        return Asked(place, NAME.name)
    try:
        return Asked(place | {NUMBER.name: normalise(text)}, PERSONAL_NUMBER.name)
    except InvalidResidentNumber:
        column = PERSONAL_NUMBER if text.isascii() and text.isdigit() else NAME
        return Asked(place | {column.name: text}, column.name)
