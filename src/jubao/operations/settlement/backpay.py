"""What a settlement pays for months nobody paid: the account's part of it leaves the account before the rest is refunded."""

from collections.abc import Sequence

import numpy as np

from jubao.operations.contributions.accounts import SOURCES, Ids, Postings, balance_matrix, post_to_accounts
from jubao.operations.contributions.open_interest import first_open_month_of_interest
from jubao.operations.envelope.changes import Changes
from jubao.operations.people import ids_of
from jubao.operations.settlement.ending_terms import Ending
from jubao.rules.benefit import account_draw
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import BenefitItem, EntryKind
from jubao.vocabulary.fen import Fen


def draw_backpay(endings: Sequence[Ending], changes: Changes) -> Fen:
    """Plan that the account part of months a settlement pays leaves the accounts, as it would have month by month.

    Each month is drawn with the value of that month, so that whoever was paid in time and whoever was not leave the
    same account; never into a year whose interest is settled. A source that is used up gives what it has, the fund
    pays the rest.

    Returns:
        shape (n,), fen drawn.
    Source:
        国发〔2014〕8号第六部分（个人账户养老金由个人账户支付，余额依法继承）.
    """
    view = changes.view
    earliest, today = first_open_month_of_interest(view), months.of(view.on)
    left = balance_matrix(ids_of([ending.person for ending in endings]), changes)
    person: list[int] = []
    value: list[int] = []
    taken: list[Fen] = []
    total = np.zeros(len(endings), dtype=np.int64)
    for row, ending in enumerate(endings):
        for month, part in sorted(_account_parts(ending).items()):
            drawn = account_draw(left[row : row + 1], part[np.newaxis])[0]
            left[row] -= drawn
            total[row] += drawn.sum()
            person.append(ending.person.pk)
            value.append(min(max(month, earliest), today))
            taken.append(drawn)
    amount = -np.array(taken, dtype=np.int64).reshape(-1, len(SOURCES))
    leaving = Postings(np.array(person, dtype=np.int64), amount, np.array(value, dtype=np.int64))
    memo = "终止结算补发月份的账户养老金"
    post_to_accounts(leaving, EntryKind.SETTLEMENT, event="account_settled", changes=changes, memo=memo)
    return total


def _account_parts(ending: Ending) -> dict[int, Ids]:
    """The account part of the months a settlement pays, by month, shape (7,), fen by source."""
    parts: dict[int, Ids] = {}
    for one in ending.unpaid:
        source = BenefitItem(one.item).source
        if source is not None:
            part = parts.setdefault(one.month, np.zeros(len(SOURCES), dtype=np.int64))
            part[SOURCES.index(source)] += one.amount_fen
    return parts
