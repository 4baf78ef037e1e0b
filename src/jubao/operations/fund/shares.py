"""Whose account money a remittance carries up: shared over the people, to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import Sum

from jubao.operations.contributions.accounts import Ids, balance_matrix
from jubao.operations.envelope.changes import Changes
from jubao.operations.people import in_slices
from jubao.records.models import FundMovement, RemittanceShare
from jubao.reports.fiscal.remittance import AccountMoney, account_money, year_of_money
from jubao.vocabulary.fen import Fen, allocate


@dataclass(frozen=True)
class Shares:
    """One remittance shared out.

    Args:
        year: the year the money is accounted for under.
        left_fen: what of that year could still go up before it.
        person: shape (n,), ids; amount: shape (n,), fen, positive. Empty when more was asked than is left.
    """

    year: int
    left_fen: int
    person: Ids
    amount: Fen


def share_out(asked: Sequence[tuple[int, int]]) -> list[Shares]:
    """Share remittances out one after the other, each in proportion to what every account may still send up.

    The fen that do not divide go to the largest remainders, the person registered earlier first among equals;
    so the shares add up to the movement, and no share passes what its account has left.

    Args:
        asked: amount in fen and year of the surplus of each remittance of a request.
    """
    shared: list[Shares] = []
    for amount_fen, year_of_surplus in asked:
        money = account_money(year_of_money(year_of_surplus), as_of=date.max)
        left = _left_after(money, shared)
        left_fen = int(left.sum())
        if amount_fen > left_fen:
            shared.append(Shares(money.year, left_fen, money.person[:0], left[:0]))
            continue
        share = allocate(amount_fen, left)
        kept = np.flatnonzero(share)
        shared.append(Shares(money.year, left_fen, money.person[kept], share[kept]))
    return shared


def insert_shares(movement: FundMovement, shares: Shares, changes: Changes) -> None:
    """Plan the shares of a movement that is planned."""
    changes.insert(
        RemittanceShare,
        {
            "movement_id": movement.pk,
            "person_id": shares.person,
            "year": shares.year,
            "amount_fen": shares.amount,
        },
        count=shares.person.size,
    )


def _left_after(money: AccountMoney, earlier: Sequence[Shares]) -> Fen:
    """What each account may still send up after earlier remittances of the same request, shape (n,), fen."""
    if not any(one.person.size for one in earlier):
        return money.left
    of_year = money.sent + _planned(money.person, [one for one in earlier if one.year == money.year])
    held = balance_matrix(money.person).sum(axis=1) - _sent(money.person) - _planned(money.person, earlier)
    free = np.minimum(money.credited - of_year, held)
    return np.where(money.left > 0, np.maximum(free, 0), 0)


def _planned(person: Ids, shares: Sequence[Shares]) -> Fen:
    """What planned remittances take from each account, shape (n,), fen."""
    sums: dict[int, int] = {}
    for one in shares:
        for pk, fen in zip(one.person.tolist(), one.amount.tolist(), strict=True):
            sums[pk] = sums.get(pk, 0) + fen
    return np.array([sums.get(pk, 0) for pk in person.tolist()], dtype=np.int64)


def _sent(person: Ids) -> Fen:
    """What each account sent up so far, of any year, shape (n,), fen."""
    sums: dict[int, int] = {}
    for part in in_slices(person.tolist()):
        rows = RemittanceShare.objects.filter(person__in=part).values("person").annotate(fen=Sum("amount_fen"))
        sums |= dict(rows.order_by("person").values_list("person", "fen"))
    return np.array([sums.get(pk, 0) for pk in person.tolist()], dtype=np.int64)
