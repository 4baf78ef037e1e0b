"""Who looks at the books: posts, the divisions he answers for, his day, the masks lifted for his task, and whom he must not see."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Protocol

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
AUDITING = frozenset({Post.AUDIT, Post.DEPUTY_AUDIT})
"""Posts that see who looked at whom, with names (controls e.2, rows 38 and 42)."""
BOOKKEEPING = frozenset({Post.DIRECTOR, Post.DEPUTY_FINANCE, Post.DEPUTY_AUDIT, Post.AUDIT, Post.ACCOUNTANT})
"""Posts that see books, reconciliation and vouchers; never the cashier (controls e.2, rows 25 and 27 to 29)."""


class Scope(Enum):
    """A scope that is no list of divisions."""

    EVERYWHERE = "EVERYWHERE"


class MayNotLook(Exception):
    """A post may not see what was asked for."""


class Witness(Protocol):
    """Who writes down whom somebody is about to see unmasked; nothing may be shown when he raises."""

    @property
    def told(self) -> str:
        """Who looks, when and why, as it stands on what he takes out."""

    def people(self, keys: Sequence[int | None], subject: str, *, conditions: str = "", approved: bool = False) -> None:
        """Write down people of the register by key, None for who is not in it (yet); each once.

        Args:
            keys: whom; subject: in which list or proposal; conditions: what was asked of it.
            approved: an act that others signed gave these people out already.
        Raises:
            MayNotLook: they are more than one person may take out, and no approval lets him.
        """

    def everybody(self, subject: str, *, count: int) -> None:
        """Write down that all ``count`` people of the register are shown. Raises as ``people``."""


@dataclass(frozen=True)
class Recused:
    """Whom a viewer must not see, himself and the relatives he declared, by keyed hashes of their numbers.

    Each number is hashed once, and none where he declared nobody.
    """

    keyed_numbers: frozenset[str]
    keyed: Callable[[str], str]
    _known: dict[str, bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether there is anybody."""
        return bool(self.keyed_numbers)

    def __contains__(self, number: str) -> bool:
        """Whether a resident number is one of theirs."""
        if not self.keyed_numbers or not number:
            return False
        if number not in self._known:
            self._known[number] = self.keyed(number) in self.keyed_numbers
        return self._known[number]


NOBODY = Recused(frozenset(), str)
"""Nobody from whom somebody stays away."""


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks; every reader asks for one, and none of its parts has a default: everything must be said.

    Attributes:
        staff: his code.
        posts: the posts he holds or covers.
        scope: codes of townships and villages whose people he sees, or ``Scope.EVERYWHERE``.
        day: the day on which he looks.
        lifted: the masks that his task lifts.
        recused: whom he must not see, himself and the relatives he declared.
        witness: who writes down what is shown unmasked; None where no mask is lifted.
    """

    staff: str
    posts: frozenset[Post]
    scope: frozenset[str] | Scope
    day: date
    lifted: frozenset[Mask]
    recused: Recused
    witness: Witness | None

    def __post_init__(self) -> None:
        """A mask is lifted only for a post whose task may need it, and only with a witness. Raises MayNotLook."""
        if self.lifted and not self.posts & LIFTING:
            raise MayNotLook(f"本岗位只能查看遮盖后的{'、'.join(mask.label for mask in sorted(self.lifted))}")
        assert self.witness is not None or not self.lifted, "nobody sees whole numbers without a witness"

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

    def looks_at(
        self, keys: Sequence[int | None], subject: str, *, conditions: str = "", approved: bool = False
    ) -> None:
        """Have people written down before they are shown unmasked; nothing where no mask is lifted. Raises MayNotLook."""
        if self.witness is not None and self.lifted and keys:
            self.witness.people(keys, subject, conditions=conditions, approved=approved)

    def require(self, audience: Iterable[Post], what: str) -> None:
        """Refuse what none of his posts may see. Raises MayNotLook with the posts that may."""
        wanted = frozenset(audience)
        if not self.posts & wanted:
            who = "、".join(post.label for post in Post if post in wanted)
            raise MayNotLook(f"{what}只供{who}查看")

    def require_distance(self, number: str) -> None:
        """Refuse a page about somebody he stays away from; it does not say why it is he. Raises MayNotLook."""
        if number in self.recused:
            raise MayNotLook("查询的人属于您应当回避的人员，不能查看，请交其他岗位人员办理")
