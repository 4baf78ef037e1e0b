"""Posts of the office, which of them conflict, and who may act in one on a given day."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from django.db import connection


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


# Who stands in when everybody who holds or covers a post is away or took part already (controls e.2, A*).
STAND_INS: Mapping[Post, Post] = {
    Post.DEPUTY_BUSINESS: Post.DIRECTOR,
    Post.DEPUTY_FINANCE: Post.DIRECTOR,
    Post.DIRECTOR: Post.DEPUTY_BUSINESS,
    Post.OFFICE: Post.DEPUTY_BUSINESS,
    Post.DEPUTY_AUDIT: Post.DIRECTOR,
}


def holders(post: Post, *, on: date, besides: Iterable[str] = ()) -> list[str]:
    """Staff codes who may act in a post on a day: A岗 first, then B岗, and a stand-in only when none of them can.

    Args:
        post: the post to fill.
        on: the business date.
        besides: staff who already took a step of the same case and are therefore out of the question.
    """
    taken = set(besides)
    free = [code for code in _present(post, on) if code not in taken]
    if not free and post in STAND_INS:
        free = [code for code in _present(STAND_INS[post], on) if code not in taken]
    return free


# Asked for every step of every act, so in plain SQL; never remembered, because another process may send somebody away.
PRESENT = """
SELECT s.code FROM records_postholding h JOIN records_staff s ON s.id = h.staff_id
WHERE h.post = %s AND h.valid_from <= %s AND (h.valid_to IS NULL OR h.valid_to > %s)
  AND NOT EXISTS (SELECT 1 FROM records_absence a
                  WHERE a.staff_id = h.staff_id AND a.valid_from <= %s AND a.valid_to > %s)
ORDER BY h.capacity, s.code
"""


def _present(post: Post, on: date) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, [str(post), *[on.isoformat()] * 4])
        return [code for (code,) in cursor.fetchall()]
