"""Posting to individual accounts: entries, balances and the control voucher, always together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.operations.envelope.declaration import ActReference
from jubao.operations.fund.books import post
from jubao.records import bulk
from jubao.records.models import AccountEntry
from jubao.rules.account import interest_by_source
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind, Source
from jubao.vocabulary.fen import Fen

SOURCES: tuple[Source, ...] = tuple(Source)
WHOLE_TABLE_FROM = 20_000        # people; from here on one pass over the table is cheaper than many look-ups
GOVERNMENT_SOURCES = (Source.PROVINCE, Source.CITY, Source.COUNTY, Source.GOVERNMENT_PAID)
GOVERNMENT_COLUMNS = [SOURCES.index(source) for source in GOVERNMENT_SOURCES]
Ids = NDArray[np.int64]


@dataclass(frozen=True)
class Entries:
    """Account entries to post, one per position; amounts signed, fen; zero amounts are left out."""

    person: Ids
    source: NDArray[np.str_]
    amount: Fen
    value_month: Ids
    contribution: Sequence[int | None] | Ids | None = None
    reversal_of: Sequence[int | None] | Ids | None = None


def post_entries(entries: Entries, kind: EntryKind, *, event: str, act: ActReference, memo: str = "") -> int:
    """Append entries of one kind, bring the balances along, and post the control voucher by source.

    Args:
        entries: what moves; amounts of one sign only (a credit event or a debit event).
        kind: the kind every entry bears.
        event: posting event of the accounts book.
    Returns:
        number of entries written.
    """
    kept = np.flatnonzero(entries.amount)
    if kept.size == 0:
        return 0
    amount, source = entries.amount[kept], entries.source[kept]
    assert (amount > 0).all() or (amount < 0).all(), "one event moves money one way"
    ids = bulk.insert(
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
            "act_id": act.id,
        },
        count=kept.size,
    )
    _carry_to_balances(ids, credit=bool(amount[0] > 0))
    totals = {s.lower(): int(np.abs(amount[source == str(s)]).sum()) for s in SOURCES}
    post(event, totals, act=act, memo=memo)
    return int(kept.size)


def _kept(references: Sequence[int | None] | Ids | None, kept: Ids) -> Sequence[int | None] | Ids | None:
    """The references of the entries that are written."""
    if references is None or isinstance(references, np.ndarray):
        return references if references is None else references[kept]
    return [references[i] for i in kept.tolist()] if references else None


def _carry_to_balances(ids: Ids, *, credit: bool) -> None:
    """Bring the balances along by what the entries with these consecutive ids say."""
    between = [int(ids[0]), int(ids[-1])]
    with connection.cursor() as cursor:
        if credit:
            cursor.execute(f"INSERT INTO records_accountbalance (person_id, source, balance_fen) {MOVED} {ADDED}", between)
            return
        cursor.execute(MOVED, between)
        cursor.executemany(DEBIT, [(fen, person, source) for person, source, fen in cursor.fetchall()])


MOVED = (
    "SELECT person_id, source, CAST(sum(amount_fen) AS BIGINT) FROM records_accountentry "
    "WHERE id BETWEEN %s AND %s GROUP BY person_id, source"
)
ADDED = (
    "ON CONFLICT (person_id, source) DO UPDATE SET "
    "balance_fen = records_accountbalance.balance_fen + excluded.balance_fen"
)
# A debit never opens a balance, so it updates; the database refuses a balance below zero.
DEBIT = "UPDATE records_accountbalance SET balance_fen = balance_fen + %s WHERE person_id = %s AND source = %s"


def grid(person: Ids, amounts: Fen, value_month: int | Ids) -> Entries:
    """Entries from a matrix of persons by source, shape (n, 7); zero cells fall away when posted."""
    n = person.size
    stamped = np.broadcast_to(np.asarray(value_month, dtype=np.int64), (n,))
    return Entries(
        person=np.repeat(person, len(SOURCES)),
        source=np.tile(np.array([str(s) for s in SOURCES]), n),
        amount=amounts.reshape(-1),
        value_month=np.repeat(stamped, len(SOURCES)),
    )


def balance_matrix(person: Ids) -> Fen:
    """Balances of some persons by source, shape (n, 7), fen, in the order given."""
    matrix = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    position = {pk: index for index, pk in enumerate(person.tolist())}
    column = {str(source): index for index, source in enumerate(SOURCES)}
    for pk, source, fen in _rows_of("records_accountbalance", "person_id, source, balance_fen", person):
        matrix[position[pk], column[source]] = fen
    return matrix


def _rows_of(table: str, columns: str, person: Ids, where: str = "") -> list[tuple[Any, ...]]:
    """Rows of a table for some persons, read in slices the engines can bind."""
    rows: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if person.size > WHOLE_TABLE_FROM:
            cursor.execute(f"SELECT {columns} FROM {table} WHERE 1 = 1 {where}")
            wanted = set(person.tolist())
            return [row for row in cursor.fetchall() if row[0] in wanted]
        for start in range(0, person.size, 5000):
            listed = ", ".join(map(str, person[start : start + 5000].tolist()))
            cursor.execute(f"SELECT {columns} FROM {table} WHERE person_id IN ({listed}) {where}")
            rows += cursor.fetchall()
    return rows


def interest_due(person: Ids, *, year: int, through: int, rate_ppm: int, credit_month_counts: bool) -> Fen:
    """Interest of a year not yet posted, by person and source, through the end of a month.

    Args:
        person: shape (n,), person ids.
        year: the interest year.
        through: number of the last full month, 0 to 12.
        rate_ppm: crediting rate of the year.
    Returns:
        shape (n, 7), int64 fen. What was settled earlier in the year (award) earns only from then on.
    """
    settled = _settled_through(person, year)
    due = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    for after in np.unique(settled[settled < through]).tolist():
        rows = np.flatnonzero(settled == after)
        opening, flow = _opening_and_flows(person[rows], year, after)
        due[rows] = interest_by_source(
            opening, *flow, rate_ppm=rate_ppm, after_month=after, through_month=through,
            credit_month_counts=credit_month_counts,
        )  # fmt: skip
    return due


def _settled_through(person: Ids, year: int) -> Ids:
    """Month number up to which each person's interest of the year is already posted, 0 for none."""
    settled = np.zeros(person.size, dtype=np.int64)
    position = {pk: index for index, pk in enumerate(person.tolist())}
    where = f"AND year = {year} AND kind IN ('{EntryKind.INTEREST}', '{EntryKind.SETTLED_INTEREST}')"
    for pk, value_month in _rows_of("records_accountentry", "person_id, value_month", person, where):
        settled[position[pk]] = max(settled[position[pk]], value_month % 100)
    return settled


def _opening_and_flows(person: Ids, year: int, after: int) -> tuple[Fen, tuple[Ids, Ids, Ids, Fen]]:
    """Balance at the end of month ``after`` (n, 7), and the later flows of the year as coordinates."""
    opening = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    position = {pk: index for index, pk in enumerate(person.tolist())}
    column = {str(source): index for index, source in enumerate(SOURCES)}
    flows: list[tuple[int, int, int, int]] = []
    last_inside = months.make(year, after) if after else months.make(year - 1, 12)
    for pk, source, value_month, fen in _rows_of(
        "records_accountentry", "person_id, source, value_month, amount_fen", person, f"AND year <= {year}"
    ):
        if value_month <= last_inside:
            opening[position[pk], column[source]] += fen
        else:
            flows.append((position[pk], column[source], value_month % 100, fen))
    table = np.array(flows, dtype=np.int64).reshape(-1, 4)
    return opening, (table[:, 0], table[:, 1], table[:, 2], table[:, 3])


def settle_interest(person: Ids, *, through_month: int, act: ActReference, rate_ppm: int,
                    credit_month_counts: bool) -> Fen:  # fmt: skip
    """Post the interest due up to a month inside the year (结清) and return it, shape (n, 7)."""
    due = interest_due(
        person, year=through_month // 100, through=through_month % 100, rate_ppm=rate_ppm,
        credit_month_counts=credit_month_counts,
    )  # fmt: skip
    post_entries(grid(person, due, through_month), EntryKind.SETTLED_INTEREST, event="account_interest", act=act)
    return due
