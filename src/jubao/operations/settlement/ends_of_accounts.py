"""What becomes of individual accounts when relations end: paid out, moved, or kept here until a linkage merges them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from django.db.models import Exists, OuterRef

from jubao.operations.contributions.accounts import (
    GOVERNMENT_COLUMNS,
    SOURCES,
    Ids,
    Postings,
    balance_matrix,
    post_to_accounts,
)
from jubao.operations.contributions.open_interest import interest_owed, post_owed
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.view import View
from jubao.operations.people import in_slices
from jubao.records.models import Person, Settlement, Transfer
from jubao.rules.settlement import account_paid_out
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.codes.membership import AccountEnd
from jubao.vocabulary.fen import Fen


@dataclass(frozen=True)
class EndOfAccount:
    """What the law makes of an account at an ending, what nobody could verify of it, and where it stands."""

    account: AccountEnd
    uncertain: str
    source: str


class StatedEnd(Protocol):
    """Anything that states why and when a relation ends."""

    @property
    def reason(self) -> str:
        """The reason's code (AAE160)."""

    @property
    def event_date(self) -> date:
        """The day of the event."""


def ends_of_accounts(endings: Sequence[StatedEnd], view: View) -> list[EndOfAccount]:
    """What becomes of each account, by the law of the day of the event; none lies before the scheme."""
    launch = view.law.value("scheme.launch_date")
    days = {max(ending.event_date, launch) for ending in endings}
    tables = {day: _ends_on(day, view) for day in sorted(days)}
    return [tables[max(ending.event_date, launch)][str(ending.reason)] for ending in endings]


def _ends_on(day: date, view: View) -> dict[str, EndOfAccount]:
    row = view.law_on(day).row("scheme.settlement_by_reason")
    return {
        one["reason"]: EndOfAccount(AccountEnd(one["account"]), one.get("uncertain", ""), row.source)
        for one in row.value
    }


def kept_accounts(people: Sequence[Person], view: View) -> set[int]:
    """People whose relation ended and whose account was kept here and is here still."""
    keys = [person.pk for person in people]
    gone = Transfer.objects.filter(person=OuterRef("person"), direction="OUT", act_id__gt=OuterRef("act_id"))
    later = Settlement.objects.filter(person=OuterRef("person"), reversed=False, act_id__gt=OuterRef("act_id"))
    kept = Settlement.objects.filter(~Exists(gone), ~Exists(later), account=AccountEnd.KEPT, reversed=False)
    return view.once(
        ("kept accounts", tuple(keys)),
        lambda: {
            key
            for part in in_slices(keys)
            for key in kept.filter(person__in=part).order_by("id").values_list("person_id", flat=True)
        },
    )


def notice_ends(ends: Sequence[EndOfAccount], changes: Changes) -> None:
    """Tell the approvers what nobody could verify of what becomes of the accounts, and how many are kept."""
    for end in sorted({end for end in ends if end.uncertain}, key=lambda end: (end.account, end.uncertain)):
        changes.notice(f"个人账户按“{end.account.label}”处理（{end.source}），尚未核实：{end.uncertain}")
    if kept := sum(end.account is AccountEnd.KEPT for end in ends):
        changes.notice(f"{kept} 个账户保留并继续计息，待到达法定退休年龄办理制度衔接时转出")


def clear_accounts(person: Ids, ends: Sequence[EndOfAccount], *, changes: Changes) -> Fen:
    """Settle interest to the month before, clear every account that is not kept, and tell what is paid out.

    Interest of a year that is not settled yet is settled with it. A kept account stays as it is and goes on earning.
    Returns:
        shape (n, 7), int64 fen by source: the part paid out.
    """
    view = changes.view
    rows = np.flatnonzero([end.account.is_paid for end in ends])
    paid, leavers = np.zeros((person.size, len(SOURCES)), dtype=np.int64), person[rows]
    through = months.add(months.of(view.on), -1)
    owed = interest_owed(leavers, through_month=through, view=view, changes=changes)
    post_owed(leavers, owed, changes=changes, memo="终止结算结清利息")
    balance = balance_matrix(leavers, changes)
    leaving = Postings(leavers, -balance, months.of(view.on))
    post_to_accounts(leaving, EntryKind.SETTLEMENT, event="account_settled", changes=changes)
    paid[rows] = account_paid_out(balance, [ends[row].account for row in rows.tolist()], GOVERNMENT_COLUMNS)
    notice_ends(ends, changes)
    return paid


def paid_out(person: Ids, ends: Sequence[EndOfAccount], view: View) -> Fen:
    """What ``clear_accounts`` would pay out of some people's accounts, shape (n, 7), int64 fen by source."""
    through = months.add(months.of(view.on), -1)
    balance = balance_matrix(person)
    for period in interest_owed(person, through_month=through, view=view):
        balance = balance + period.fen
    return account_paid_out(balance, [end.account for end in ends], GOVERNMENT_COLUMNS)
