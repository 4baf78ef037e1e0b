"""For whom a command is: what it shows of the office, and the posts that may see that (controls e.2)."""

from dataclasses import dataclass
from enum import Enum

from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import AUDITING, BOOKKEEPING, SEARCHING


class Shows(Enum):
    """What a command shows, which decides what is asked of whoever runs it."""

    NOTHING = "nothing the office keeps: declarations, checks, counts of a file, the machine's own work"
    THE_OFFICE = "what the whole office adds up to, for posts that answer for all of it"
    PEOPLE = "people, of the viewer's divisions, masked unless his task and a reason lift the mask"
    ONE_ACT = "one act, to whoever may take a step of it; the envelope decides"


@dataclass(frozen=True)
class Audience:
    """What a command shows, and to which posts; ``rows`` are those of the matrix in controls e.2."""

    shows: Shows
    posts: frozenset[Post]
    rows: str

    @property
    def asks_who(self) -> bool:
        """Whether somebody must say who he is."""
        return self.shows is not Shows.NOTHING


ANYBODY = Audience(Shows.NOTHING, frozenset(Post), "–")
SIGNERS = Audience(Shows.ONE_ACT, frozenset(Post), "2–34")
PEOPLE = Audience(Shows.PEOPLE, SEARCHING, "1")
FIGURES = Audience(Shows.THE_OFFICE, SEARCHING - {Post.CASHIER}, "36")
FIGURES_TO_PEOPLE = Audience(Shows.PEOPLE, SEARCHING - {Post.CASHIER}, "36, 1")
BOOKS = Audience(Shows.THE_OFFICE, BOOKKEEPING, "25, 27–29, 36")
JOURNALS = Audience(Shows.PEOPLE, BOOKKEEPING, "27–29, 36")
ACCESSES = Audience(Shows.PEOPLE, SEARCHING, "38")
EVERYTHING = Audience(Shows.PEOPLE, AUDITING | {Post.DIRECTOR}, "35")
"""The whole book of record: an export of everybody, which needs an approval."""


def posts(rows: str, *held: Post, shows: Shows = Shows.PEOPLE) -> Audience:
    """The audience of some posts; ``rows`` are those of the matrix in controls e.2."""
    assert held, "an audience names its posts"
    return Audience(shows, frozenset(held), rows)
