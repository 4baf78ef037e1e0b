"""Posts of the office: their names, which of them one person never holds together, and who stands in for whom."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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


def who_may(post: Post, *, present: Callable[[Post], Sequence[str]], taken: Collection[str]) -> list[str]:
    """Staff codes who may act in a post: A岗 first, then B岗, and a stand-in only when none of them can.

    The one rule that whoever lets somebody sign and whoever checks signatures afterwards both apply.

    Args:
        post: the post to fill.
        present: gives who holds or covers a post and is not away, A岗 first.
        taken: who took a step of the same case already and is therefore out of the question.
    """
    free = [code for code in present(post) if code not in taken]
    if not free and post in STAND_INS:
        free = [code for code in present(STAND_INS[post]) if code not in taken]
    return free
