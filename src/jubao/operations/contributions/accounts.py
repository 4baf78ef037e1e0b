"""Posting to individual accounts: entries, balances and the control voucher, always together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.holdings import WHOLE_TABLE_FROM, Money, held, money_of, planned_money
from jubao.operations.contributions.sources import GOVERNMENT_COLUMNS, NAMES, SOURCES, Ids, columns_of
from jubao.operations.envelope.changes import Changes
from jubao.operations.fund.books import post
from jubao.records.models import AccountEntry
from jubao.rules.account import interest_by_source
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen

__all__ = [
    "GOVERNMENT_COLUMNS",
    "SOURCES",
    "WHOLE_TABLE_FROM",
    "Entries",
    "Ids",
    "balance_matrix",
    "grid",
    "interest_due",
    "post_entries",
    "settle_interest",
]

LAST_YEAR = 9999  # later than any entry


@dataclass(frozen=True)
class Entries:
    """Account entries to post, one per position; amounts signed, fen; zero amounts are left out."""

    person: Ids
    source: NDArray[np.str_]
    amount: Fen
    value_month: Ids
    contribution: Sequence[int | None] | Ids | None = None
    reversal_of: Sequence[int | None] | Ids | None = None


def post_entries(entries: Entries, kind: EntryKind, *, event: str, changes: Changes, memo: str = "") -> int:
    """Plan entries of one kind and the control voucher by source; balances follow when the entries are written.

    Args:
        entries: what moves; amounts of one sign only (a credit event or a debit event).
        kind: the kind every entry bears.
        event: posting event of the accounts book.
        changes: the plan they become part of.
    Returns:
        number of entries.
    """
    kept = np.flatnonzero(entries.amount)
    if kept.size == 0:
        return 0
    amount, source = entries.amount[kept], entries.source[kept]
    assert (amount > 0).all() or (amount < 0).all(), "one event moves money one way"
    changes.insert(
        AccountEntry,
        {
            "person_id": entries.person[kept],
            "source": str(source[0]) if (source == source[0]).all() else source.tolist(),
            "kind": str(kind),
            "amount_fen": amount,
            "year": entries.value_month[kept] // 100,
            "value_month": entries.value_month[kept],
            "contribution_id": _kept(entries.contribution, kept),
            "reversal_of_id": _kept(entries.reversal_of, kept),
        },
        count=kept.size,
    )
    moved = np.zeros(len(SOURCES), dtype=np.int64)
    np.add.at(moved, columns_of(source), np.abs(amount))
    totals = {s.lower(): fen for s, fen in zip(SOURCES, moved.tolist(), strict=True)}
    post(event, totals, changes=changes, memo=memo)
    return int(kept.size)


def _kept(references: Sequence[int | None] | Ids | None, kept: Ids) -> Sequence[int | None] | Ids | None:
    """The references of the entries that are written."""
    if references is None or isinstance(references, np.ndarray):
        return references if references is None else references[kept]
    return [references[i] for i in kept.tolist()] if references else None


def grid(person: Ids, amounts: Fen, value_month: int | Ids) -> Entries:
    """Entries from a matrix of persons by source, shape (n, 7); zero cells fall away."""
    stamped = np.broadcast_to(np.asarray(value_month, dtype=np.int64), (person.size,))
    row, column = np.nonzero(amounts)
    return Entries(person[row], NAMES[column], amounts[row, column], stamped[row])


def balance_matrix(person: Ids, changes: Changes | None = None) -> Fen:
    """Balances of some persons by source, shape (n, 7), fen, in the order given; with what ``changes`` would post."""
    matrix = held(person)
    if changes is not None:
        planned = planned_money(person, changes, LAST_YEAR)
        np.add.at(matrix, (planned.place, planned.column), planned.amount)
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
        changes: a plan whose entries count as well.
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
    np.add.at(opening, (position[before.place], before.column), before.amount)
    return opening, (position[later.place], later.column, later.month, later.amount)


def settle_interest(
    person: Ids, *, through_month: int, changes: Changes, rate_ppm: int, credit_month_counts: bool
) -> Fen:
    """Plan the interest due up to a month inside the year (结清) and return it, shape (n, 7).

    What the same plan posted before counts from its month on.
    """
    due = interest_due(
        person,
        year=through_month // 100,
        through=through_month % 100,
        rate_ppm=rate_ppm,
        credit_month_counts=credit_month_counts,
        changes=changes,
    )
    post_entries(
        grid(person, due, through_month), EntryKind.SETTLED_INTEREST, event="account_interest", changes=changes
    )
    return due
