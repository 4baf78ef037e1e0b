"""Posting to individual accounts: postings, balances and the control voucher, always together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jubao.operations.contributions.holdings import WHOLE_TABLE_FROM, Money, held, money_of, planned_money
from jubao.operations.contributions.sources import AMOUNTS, GOVERNMENT_COLUMNS, SOURCES, Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.fund.books import post
from jubao.records.models import AccountPosting
from jubao.rules.account import interest_by_source
from jubao.vocabulary.codes import EntryKind, Source
from jubao.vocabulary.fen import Fen

__all__ = [
    "GOVERNMENT_COLUMNS",
    "SOURCES",
    "WHOLE_TABLE_FROM",
    "Ids",
    "Postings",
    "balance_matrix",
    "interest_due",
    "post_control",
    "post_rows",
    "post_to_accounts",
]

LAST_YEAR = 9999  # later than any posting


@dataclass(frozen=True)
class Postings:
    """Postings to accounts, one per position; those that move nothing are left out.

    ``amount`` is signed fen by source, shape (n, 7); ``value_month`` one for each, or one for all.
    """

    person: Ids
    amount: Fen
    value_month: Ids | int
    contribution: Sequence[int | None] | Ids | None = None
    reversal_of: Sequence[int | None] | Ids | None = None


def post_to_accounts(postings: Postings, kind: EntryKind, *, event: str, changes: Changes, memo: str = "") -> int:
    """Plan postings of one kind and the control voucher by source; balances follow when the postings are written.

    Args:
        postings: what moves; amounts of one sign only (a credit event or a debit event).
        kind: the kind every posting bears.
        event: posting event of the accounts book.
        changes: the plan they become part of.
    Returns:
        number of entries: amounts by person and source.
    """
    post_rows(postings, kind, changes=changes)
    post_control(event, postings.amount, changes=changes, memo=memo)
    return int(np.count_nonzero(postings.amount))


def post_rows(postings: Postings, kind: EntryKind, *, changes: Changes) -> None:
    """Plan the postings alone; whoever calls books what they move on the control accounts (``post_control``)."""
    amount = postings.amount
    kept = np.flatnonzero(amount.any(axis=1))
    assert (amount >= 0).all() or (amount <= 0).all(), "one event moves money one way"
    month = np.broadcast_to(np.asarray(postings.value_month, dtype=np.int64), (len(amount),))[kept]
    changes.insert(
        AccountPosting,
        {
            "person_id": postings.person[kept],
            "kind": str(kind),
            **dict(zip(AMOUNTS, amount[kept].T, strict=True)),
            "year": month // 100,
            "value_month": month,
            "contribution_id": _kept(postings.contribution, kept),
            "reversal_of_id": _kept(postings.reversal_of, kept),
        },
        count=kept.size,
    )


def post_control(
    event: str, amount: Fen, *, changes: Changes, memo: str = "", sources: Sequence[Source] = SOURCES
) -> None:
    """Plan the control voucher of amounts by source, shape (n, 7); ``sources`` are those it books, default all."""
    moved = np.abs(amount).sum(axis=0, dtype=np.int64)
    totals = {
        source.lower(): fen if source in sources else 0 for source, fen in zip(SOURCES, moved.tolist(), strict=True)
    }
    post(event, totals, changes=changes, memo=memo)


def _kept(references: Sequence[int | None] | Ids | None, kept: Ids) -> Sequence[int | None] | Ids | None:
    """The references of the postings that are written."""
    if references is None or isinstance(references, np.ndarray):
        return references if references is None else references[kept]
    return [references[i] for i in kept.tolist()] if references else None


def balance_matrix(person: Ids, changes: Changes | None = None) -> Fen:
    """Balances of some persons by source, shape (n, 7), fen, in the order given; with what ``changes`` would post."""
    matrix = held(person)
    if changes is not None:
        planned = planned_money(person, changes, LAST_YEAR)
        np.add.at(matrix, planned.place, planned.amount)
    return matrix


def interest_due(
    person: Ids,
    *,
    year: int,
    through: int,
    rate_ppm: int,
    credit_month_counts: bool,
    changes: Changes | None = None,
    joined: Fen | None = None,
) -> Fen:
    """Interest of a year not yet posted, by person and source, through the end of a month.

    Args:
        person: shape (n,), person ids.
        year: the interest year.
        through: number of the last full month, 0 to 12.
        rate_ppm: crediting rate of the year.
        credit_month_counts: whether the month money moves in earns, too.
        changes: a plan whose postings count as well.
        joined: shape (n, 7), fen that joined the accounts before the year and stand nowhere yet.
    Returns:
        shape (n, 7), int64 fen. What was settled earlier in the year (award) earns only from then on.
    """
    money = money_of(person, year)
    if changes is not None:
        money += planned_money(person, changes, year)
    settled = np.zeros(person.size, dtype=np.int64)
    np.maximum.at(settled, money.place[money.interest], money.month[money.interest])
    due = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    for after in np.unique(settled[settled < through]).tolist():
        rows = np.flatnonzero(settled == after)
        opening, flow = _opening_and_flows(money, rows, person.size, after)
        due[rows] = interest_by_source(
            opening if joined is None else opening + joined[rows],
            *flow,
            rate_ppm=rate_ppm,
            after_month=after,
            through_month=through,
            credit_month_counts=credit_month_counts,
        )
    return due


def _opening_and_flows(money: Money, rows: Ids, size: int, after: int) -> tuple[Fen, tuple[Ids, Ids, Ids, Fen]]:
    """Balance of some places at the end of month ``after``, shape (rows, 7), and the later flows as coordinates."""
    position = np.full(size, -1, dtype=np.int64)
    position[rows] = np.arange(rows.size)
    mine = money.of(position[money.place] >= 0)
    opening = np.zeros((rows.size, len(SOURCES)), dtype=np.int64)
    before, later = mine.of(mine.month <= after), mine.of(mine.month > after)
    np.add.at(opening, position[before.place], before.amount)
    place, column, month, amount = later.by_source()
    return opening, (position[place], column, month, amount)
