"""Posts of the office: their names, which of them one person never holds together, and who stands in for whom."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Post(StrEnum):
    """A post (岗位) of the ten-person office; ``PERMISSION`` belongs to the higher level."""

    DIRECTOR = "DIRECTOR"
    DEPUTY_BUSINESS = "DEPUTY_BUSINESS"
    DEPUTY_FINANCE = "DEPUTY_FINANCE"
    DEPUTY_AUDIT = "DEPUTY_AUDIT"
    OFFICE = "OFFICE"
    COLLECTION = "COLLECTION"
    BENEFITS = "BENEFITS"
    AUDIT = "AUDIT"
    ACCOUNTS = "ACCOUNTS"
    ACCOUNTANT = "ACCOUNTANT"
    CASHIER = "CASHIER"
    PERMISSION = "PERMISSION"

    @property
    def label(self) -> str:
        """The post's Chinese name."""
        return LABELS[self]


LABELS: Mapping[Post, str] = {
    Post.DIRECTOR: "主任",
    Post.DEPUTY_BUSINESS: "副主任（业务）",
    Post.DEPUTY_FINANCE: "副主任（财务）",
    Post.DEPUTY_AUDIT: "副主任（稽核）",
    Post.OFFICE: "综合办公室",
    Post.COLLECTION: "征缴扩面岗",
    Post.BENEFITS: "待遇经办岗",
    Post.AUDIT: "稽核内控岗",
    Post.ACCOUNTS: "个人账户岗",
    Post.ACCOUNTANT: "会计岗",
    Post.CASHIER: "出纳岗",
    Post.PERMISSION: "权限管理（上级）",
}

CLASSES: Mapping[Post, str] = {
    Post.DIRECTOR: "领导",
    Post.DEPUTY_BUSINESS: "业务",
    Post.COLLECTION: "业务",
    Post.BENEFITS: "业务",
    Post.ACCOUNTS: "业务",
    Post.DEPUTY_FINANCE: "财务",
    Post.ACCOUNTANT: "财务",
    Post.CASHIER: "财务",
    Post.DEPUTY_AUDIT: "稽核",
    Post.AUDIT: "稽核",
    Post.PERMISSION: "系统权限管理",
}

# Who stands in when everybody who holds or covers a post is away or took part already (controls e.2, A*).
STAND_INS: Mapping[Post, Post] = {
    Post.DEPUTY_BUSINESS: Post.DIRECTOR,
    Post.DEPUTY_FINANCE: Post.DIRECTOR,
    Post.DIRECTOR: Post.DEPUTY_BUSINESS,
    Post.OFFICE: Post.DEPUTY_BUSINESS,
    Post.DEPUTY_AUDIT: Post.DIRECTOR,
}


def conflicts(held: Iterable[Post], covered: Iterable[Post]) -> list[str]:
    """What forbids one person to hold and cover these posts (controls e.1); empty when nothing does.

    Business, finance, audit and system rights never meet in one person, not even as B岗; an accountant
    is never a cashier. The deputy of finance may cover either, decided per case by distinct persons.
    """
    held, covered = set(held), set(covered)
    classes = {CLASSES[post] for post in held | covered if post in CLASSES}
    faults = [f"{'、'.join(sorted(classes))}不得由一人兼任"] if len(classes) > 1 else []
    if {Post.ACCOUNTANT, Post.CASHIER} <= held | covered and Post.DEPUTY_FINANCE not in held:
        faults.append("会计岗与出纳岗不得由一人兼任")
    return faults


# Which post nobody takes who acted in the other one in the same accounting month (controls e.1): L3 covers either, not both.
NOT_IN_ONE_MONTH: Mapping[Post, Post] = {Post.ACCOUNTANT: Post.CASHIER, Post.CASHIER: Post.ACCOUNTANT}
# Who keeps books or cash alone for others who are away need not also release: the stand-in may (不相容岗位; controls e.2, A*).
RELIEVED: Mapping[Post, Sequence[Post]] = {Post.DEPUTY_FINANCE: (Post.ACCOUNTANT, Post.CASHIER)}


@dataclass(frozen=True)
class AnyPost:
    """Any one person who holds or covers one of several posts; nobody stands in for them (任一人)."""

    among: tuple[Post, ...] = tuple(Post)

    @property
    def label(self) -> str:
        """The Chinese name of the choice."""
        return "任一岗位" if self == AnyPost() else "、".join(post.label for post in self.among) + "之一"

    def __str__(self) -> str:
        """The codes of the posts, as a stored step keeps them."""
        return "ANY" if self == AnyPost() else "|".join(self.among)


Taker = Post | AnyPost
"""Who takes a step: one post, or any one of several."""


def taker_of(stored: str) -> Taker:
    """Who takes a step, from what ``str`` made of it."""
    if stored == str(AnyPost()):
        return AnyPost()
    among = tuple(map(Post, stored.split("|")))
    return among[0] if len(among) == 1 else AnyPost(among)


def who_may(
    taker: Taker,
    *,
    present: Callable[[Post], Sequence[str]],
    taken: Collection[str],
    acted: Callable[[Post], Collection[str]],
) -> list[str]:
    """Staff codes who may take a step: A岗 first, then B岗, then who was sent, and a stand-in only when none of them can.

    A stand-in may as well, and is named first, where all who can are needed alone in a post they cover (``RELIEVED``).
    The one rule that whoever lets somebody sign, whoever plans an absence and whoever checks signatures afterwards apply.

    Args:
        taker: the post to fill, or any of several.
        present: gives who holds or covers a post and is not away, A岗 first.
        taken: who took a step of the same case already and is therefore out of the question.
        acted: gives who acted in a post in the same accounting month; asked for posts of ``NOT_IN_ONE_MONTH`` only.
    """

    def free(post: Post) -> list[str]:
        other = NOT_IN_ONE_MONTH.get(post)
        out = {*taken, *acted(other)} if other else taken
        return [code for code in dict.fromkeys(present(post)) if code not in out]

    if isinstance(taker, AnyPost):
        return list(dict.fromkeys(code for post in taker.among for code in free(post)))
    able = free(taker)
    needed = any(set(present(post)) == set(able) for post in RELIEVED.get(taker, ()))
    if able and not needed:
        return able
    return list(dict.fromkeys([*(free(STAND_INS[taker]) if taker in STAND_INS else ()), *able]))
