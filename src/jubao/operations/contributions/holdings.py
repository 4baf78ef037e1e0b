"""What stands in individual accounts: balances, and the money of a year by month, of the books and of a plan together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.operations.contributions.sources import SOURCES, Ids, columns_of
from jubao.operations.envelope.changes import Changes
from jubao.records.models import AccountEntry
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen

WHOLE_TABLE_FROM = 20_000  # people; from here on one pass over the table is cheaper than many look-ups
ROWS_AT_ONCE = 20_000
INTEREST_KINDS = (str(EntryKind.INTEREST), str(EntryKind.SETTLED_INTEREST))

BALANCES = "SELECT person_id, source, balance_fen FROM records_accountbalance WHERE 1 = 1 {which}"
MONEY = """
SELECT person_id, source, CASE WHEN year < {year} THEN 0 ELSE value_month - {year} * 100 END,
       CAST(sum(amount_fen) AS BIGINT), CASE WHEN year = {year} AND kind IN ({interest}) THEN 1 ELSE 0 END
FROM records_accountentry WHERE year <= {year} {which} GROUP BY 1, 2, 3, 5 ORDER BY 1, 2, 3, 5
"""


@dataclass(frozen=True)
class Money:
    """Money of some persons' accounts up to the end of a year, as columns of one length.

    ``place`` of the person among those asked for, ``column`` of the source, ``month`` number 1 to 12 in the year or 0
    for all that came before it, ``amount`` in fen, and whether it is ``interest`` of the year itself.
    """

    place: Ids
    column: Ids
    month: Ids
    amount: Fen
    interest: NDArray[np.bool_]

    def of(self, rows: NDArray[Any]) -> "Money":
        """Some of it."""
        return Money(self.place[rows], self.column[rows], self.month[rows], self.amount[rows], self.interest[rows])

    def __add__(self, other: "Money") -> "Money":
        """Both together."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Money(*(np.concatenate(pair) for pair in pairs))


def held(person: Ids) -> Fen:
    """Balances in the books by source, shape (n, 7), fen, in the order of the persons given."""
    matrix = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    key, source, fen = rows_of(BALANCES, person, (np.int64, "U16", np.int64))
    place, known = places_of(key, person)
    np.add.at(matrix, (place, columns_of(source[known])), fen[known])
    return matrix


def money_of(person: Ids, year: int) -> Money:
    """The money in the books up to the end of a year."""
    interest = ", ".join(f"'{kind}'" for kind in INTEREST_KINDS)
    kinds = (np.int64, "U16", np.int64, np.int64, np.int64)
    key, source, month, fen, own = rows_of(MONEY, person, kinds, year=year, interest=interest)
    place, known = places_of(key, person)
    return Money(place, columns_of(source[known]), month[known], fen[known], own[known] == 1)


def planned_money(person: Ids, changes: Changes, year: int) -> Money:
    """The money a plan would post up to the end of a year, in the shape of ``money_of``."""
    rows = list(changes.added(AccountEntry, "person_id", "source", "value_month", "kind", "amount_fen"))
    key, source, month, kind, fen = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    stamped = np.array(month, dtype=np.int64)
    place, known = places_of(np.array(key, dtype=np.int64), person)
    kept = known & (stamped // 100 <= year)
    of_year = stamped[kept] // 100 == year
    return Money(
        place[kept[known]],
        columns_of(np.array(source, dtype="U16")[kept]),
        np.where(of_year, stamped[kept] % 100, 0),
        np.array(fen, dtype=np.int64)[kept],
        of_year & np.isin(np.array(kind, dtype="U20")[kept], INTEREST_KINDS),
    )


def places_of(keys: Ids, person: Ids) -> tuple[Ids, NDArray[np.bool_]]:
    """Where keys stand among some persons: the places of those that do, and which of the keys they are."""
    if not person.size:
        return np.zeros(0, dtype=np.int64), np.zeros(keys.size, dtype=np.bool_)
    order = np.argsort(person, kind="stable")
    found = order[np.minimum(np.searchsorted(person, keys, sorter=order), person.size - 1)]
    known = person[found] == keys
    return np.asarray(found[known], dtype=np.int64), np.asarray(known, dtype=np.bool_)


def rows_of(statement: str, person: Ids, kinds: tuple[Any, ...], **named: object) -> list[NDArray[Any]]:
    """The columns a statement gives for some persons, read in slices the engines can bind.

    Args:
        statement: with ``{which}`` where its condition on ``person_id`` belongs.
        person: the persons; for very many the whole table is read, others included.
        kinds: type of each column.
        named: what else the statement names; whole numbers and codes of our own only.
    """
    parts = [[np.zeros(0, dtype=kind) for kind in kinds]]
    with connection.cursor() as cursor:
        for which in _conditions(person):
            cursor.execute(statement.format(which=which, **named))
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                columns = zip(*rows, strict=True)
                parts.append([np.array(cells, dtype=kind) for cells, kind in zip(columns, kinds, strict=True)])
    return [np.concatenate(cells) for cells in zip(*parts, strict=True)]


def _conditions(person: Ids) -> list[str]:
    if person.size > WHOLE_TABLE_FROM:
        return [""]
    slices = (person[start : start + 5000] for start in range(0, person.size, 5000))
    return [f"AND person_id IN ({', '.join(map(str, part.tolist()))})" for part in slices]
