"""Who looks at the books: posts, the divisions he answers for, his day, and the masks lifted for his task."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum

from jubao.vocabulary.masks import Mask
from jubao.vocabulary.posts import Post

SEARCHING = frozenset(Post) - {Post.PERMISSION}
"""Posts that may look at people; who configures rights sees nobody (controls e.2, row 1)."""
LIFTING = frozenset(
    {
        Post.DEPUTY_BUSINESS,
        Post.DEPUTY_AUDIT,
        Post.COLLECTION,
        Post.BENEFITS,
        Post.ACCOUNTS,
        Post.AUDIT,
    }
)
"""Posts whose task may need whole numbers (controls e.2, row 1: U and Q); the others see them masked."""


class Scope(Enum):
    """A scope that is no list of divisions."""

    EVERYWHERE = "EVERYWHERE"


class MayNotLook(Exception):
    """A post may not see what was asked for."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks; every reader asks for one, and none of its parts has a default: everything must be said.

    Attributes:
        posts: the posts he holds or covers.
        scope: codes of townships and villages whose people he sees, or ``Scope.EVERYWHERE``.
        day: the day on which he looks.
        lifted: the masks that his task lifts.
    """

    posts: frozenset[Post]
    scope: frozenset[str] | Scope
    day: date
    lifted: frozenset[Mask]

    def __post_init__(self) -> None:
        """A mask is lifted only for a post whose task may need it. Raises MayNotLook."""
        if self.lifted and not self.posts & LIFTING:
            raise MayNotLook(f"本岗位只能查看遮盖后的{'、'.join(mask.label for mask in sorted(self.lifted))}")

    @property
    def is_everywhere(self) -> bool:
        """Whether he sees all divisions."""
        return self.scope is Scope.EVERYWHERE

    def require_everywhere(self, what: str) -> None:
        """Refuse what adds up the whole office to who answers for some divisions: a count leaks, too. Raises MayNotLook."""
        if not self.is_everywhere:
            raise MayNotLook(f"{what}汇总全区，只供负责全区的岗位查看")

    def shows(self, mask: Mask) -> bool:
        """Whether a kind of personal data is shown whole."""
        return mask in self.lifted

    def told(self, mask: Mask, value: str | date) -> str | date:
        """A value of personal data as he may see it."""
        return value if self.shows(mask) else mask.hide(value)

    def require(self, audience: Iterable[Post], what: str) -> None:
        """Refuse what none of his posts may see. Raises MayNotLook with the posts that may."""
        wanted = frozenset(audience)
        if not self.posts & wanted:
            who = "、".join(post.label for post in Post if post in wanted)
            raise MayNotLook(f"{what}只供{who}查看")
