"""Every printed list, by its English name or its Chinese title."""

from functools import cache

from jubao.reports.lists.audit import AUDIT_LISTS
from jubao.reports.lists.award import AWARD_LISTS
from jubao.reports.lists.listing import Listing
from jubao.reports.lists.looks import LOOK_LISTS
from jubao.reports.lists.payment import PAYMENT_LISTS
from jubao.reports.lists.people import PEOPLE_LISTS
from jubao.reports.lists.recovery import RECOVERY_LISTS
from jubao.reports.lists.voucher import BOOK_LISTS
from jubao.reports.lists.watch import WATCH_LISTS


class NoSuchList(LookupError):
    """There is no list of this name."""


@cache
def lists() -> dict[str, Listing]:
    """Every list by its English name."""
    every = (
        *PAYMENT_LISTS,
        *PEOPLE_LISTS,
        *AWARD_LISTS,
        *AUDIT_LISTS,
        *RECOVERY_LISTS,
        *WATCH_LISTS,
        *LOOK_LISTS,
        *BOOK_LISTS,
    )
    return {one.name: one for one in every}


def find_list(name: str) -> Listing:
    """The list of an English name or a Chinese title. Raises NoSuchList with all names."""
    for one in lists().values():
        if name in {one.name, one.title}:
            return one
    known = "、".join(f"{one.name}（{one.title}）" for one in lists().values())
    raise NoSuchList(f"没有名单 {name}，可用的有：{known}")
