"""Finding somebody: what was searched for, who may be meant, and enrolment where nobody is found."""

from dataclasses import dataclass

from jubao.operations.envelope.declaration import About
from jubao.operations.envelope.seen.offered import OfferedAct, offered
from jubao.reports.person.search import Found, Meant, meant_by, people_listed
from jubao.vocabulary.viewer import Viewer

ENROL, MOVE_IN = "enrolment.enrol", "transfer.receive"


@dataclass(frozen=True)
class People:
    """People found, and what to do where nobody is: enrol, or bring a relation in; empty for posts that do neither."""

    found: Found
    acts: tuple[OfferedAct, ...]


def people(*, viewer: Viewer, name: str = "", division: str = "", after: str | None = None) -> People:
    """People by name and village.

    Raises:
        MayNotLook, CannotFilter, NoSuchPlace: as ``people_listed``.
    """
    found = people_listed(name=name.strip(), division=division.strip(), viewer=viewer, after=after)
    return with_acts(found, viewer=viewer)


def with_acts(found: Found, *, viewer: Viewer) -> People:
    """People found, with what to do where nobody is."""
    if found.hits:
        return People(found, ())
    acts = offered(viewer, about=About.PERSON, answers={})
    ways_in = [one for one in acts if one.code in (ENROL, MOVE_IN)]
    return People(found, tuple(sorted(ways_in, key=lambda one: one.code != ENROL)))


def meant(text: str, *, viewer: Viewer) -> Meant:
    """What was typed into the one search field means. Raises MayNotLook."""
    return meant_by(text, viewer=viewer)
