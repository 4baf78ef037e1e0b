"""People as a line of a page names them: an internal key to open, a name, the tail of a number, and where they live."""

from collections.abc import Iterable
from dataclasses import dataclass

from jubao.reports.figures.place import place_names
from jubao.reports.viewers import people_seen
from jubao.vocabulary.viewer import Viewer

TAIL = 4
SLICE = 800


@dataclass(frozen=True)
class Named:
    """Somebody on a line.

    Attributes:
        key: opens the person's page.
        name: as registered; tail: the last four signs of the resident number.
        township, village: by name.
    """

    key: int
    name: str
    tail: str
    township: str
    village: str


def named(keys: Iterable[int], *, viewer: Viewer) -> dict[int, Named]:
    """Some people by key, as far as the viewer sees them: of his divisions, and none from whom he stays away.

    Raises:
        MayNotLook: none of his posts may look at people.
    """
    wanted, people = sorted(set(keys)), people_seen(viewer)
    if not wanted:
        return {}
    places = place_names()
    found: dict[int, Named] = {}
    for start in range(0, len(wanted), SLICE):
        rows = people.filter(pk__in=wanted[start : start + SLICE]).order_by("pk")
        for key, name, number, village in rows.values_list("pk", "name", "resident_number", "division"):
            if number not in viewer.recused:
                township, own = places.get(village, (village, village))
                found[key] = Named(key, name, number[-TAIL:], township, own)
    return found
