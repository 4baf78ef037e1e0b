"""What stands in individual accounts: balances, and the money of a year by month, of the books and of a plan together."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from jubao.operations.contributions.sources import AMOUNTS, SOURCES, Ids
from jubao.operations.envelope.changes import Changes, varies
from jubao.records.models import AccountPosting
from jubao.vocabulary.codes import EntryKind
from jubao.vocabulary.fen import Fen

WHOLE_TABLE_FROM = 20_000  # people; from here on one pass over the table is cheaper than many look-ups
ROWS_AT_ONCE = 20_000
INTEREST_KINDS = (str(EntryKind.INTEREST), str(EntryKind.SETTLED_INTEREST))

BALANCES = f"SELECT person_id, {', '.join(AMOUNTS)} FROM records_individualaccount WHERE 1 = 1 {{which}}"
MONEY = f"""
SELECT person_id, CASE WHEN year < {{year}} THEN 0 ELSE value_month - {{year}} * 100 END,
       CASE WHEN year = {{year}} AND kind IN ({{interest}}) THEN 1 ELSE 0 END,
       {", ".join(f"CAST(sum({one}) AS BIGINT)" for one in AMOUNTS)}
FROM records_accountposting WHERE year <= {{year}} {{which}} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True)
class Money:
    """Money of some persons' accounts up to the end of a year, as columns of one length.

    ``place`` of the person among those asked for, ``month`` number 1 to 12 in the year or 0 for all that came before
    it, ``amount`` in fen by source, shape (n, 7), and whether it is ``interest`` of the year itself.
    """

    place: Ids
    month: Ids
    amount: Fen
    interest: NDArray[np.bool_]

    def of(self, rows: NDArray[Any]) -> "Money":
        """Some of it."""
        return Money(self.place[rows], self.month[rows], self.amount[rows], self.interest[rows])

    def __add__(self, other: "Money") -> "Money":
        """Both together."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__dataclass_fields__)
        return Money(*(np.concatenate(pair) for pair in pairs))

    def by_source(self) -> tuple[Ids, Ids, Ids, Fen]:
        """The same amount by amount: place, column of the source, month and fen of each that is not zero."""
        row, column = np.nonzero(self.amount)
        return self.place[row], column, self.month[row], self.amount[row, column]


def held(person: Ids) -> Fen:
    """Balances in the books by source, shape (n, 7), fen, in the order of the persons given."""
    matrix = np.zeros((person.size, len(SOURCES)), dtype=np.int64)
    key, *fen = rows_of(BALANCES, person, 1 + len(AMOUNTS))
    place, known = places_of(key, person)
    matrix[place] = np.stack(fen, axis=1)[known]
    return matrix


def money_of(person: Ids, year: int) -> Money:
    """The money in the books up to the end of a year."""
    interest = ", ".join(f"'{kind}'" for kind in INTEREST_KINDS)
    key, month, own, *fen = rows_of(MONEY, person, 3 + len(AMOUNTS), year=year, interest=interest)
    place, known = places_of(key, person)
    return Money(place, month[known], np.stack(fen, axis=1)[known], own[known] == 1)


def planned_money(person: Ids, changes: Changes, year: int) -> Money:
    """The money a plan would post up to the end of a year, in the shape of ``money_of``."""
    key, stamped = _planned(changes, "person_id"), _planned(changes, "value_month")
    place, known = places_of(key, person)
    kept = known & (stamped // 100 <= year)
    of_year = stamped[kept] // 100 == year
    return Money(
        place[kept[known]],
        np.where(of_year, stamped[kept] % 100, 0),
        np.stack([_planned(changes, one) for one in AMOUNTS], axis=1)[kept],
        of_year & np.isin(planned_kinds(changes)[kept], INTEREST_KINDS),
    )


def planned_kinds(changes: Changes) -> NDArray[np.str_]:
    """The kind of each posting a plan adds, shape (n,)."""
    return np.array([kind for (kind,) in changes.added(AccountPosting, "kind")], dtype="U20")


def _planned(changes: Changes, name: str) -> Ids:
    """A column of whole numbers of the postings a plan adds, shape (n,)."""
    columns = [(part.columns[name], part.count) for part in changes.rows.get(AccountPosting, ())]
    listed = [np.asarray(value if varies(value) else [value] * count, dtype=np.int64) for value, count in columns]
    return np.concatenate([np.zeros(0, dtype=np.int64), *listed])


def places_of(keys: Ids, person: Ids) -> tuple[Ids, NDArray[np.bool_]]:
    """Where keys stand among some persons: the places of those that do, and which of the keys they are."""
    if not person.size:
        return np.zeros(0, dtype=np.int64), np.zeros(keys.size, dtype=np.bool_)
    order = np.argsort(person, kind="stable")
    found = order[np.minimum(np.searchsorted(person, keys, sorter=order), person.size - 1)]
    known = person[found] == keys
    return np.asarray(found[known], dtype=np.int64), np.asarray(known, dtype=np.bool_)


def rows_of(statement: str, person: Ids, width: int, **named: object) -> list[Ids]:
    """The columns of whole numbers a statement gives for some persons, read in slices the engines can bind.

    Args:
        statement: with ``{which}`` where its condition on ``person_id`` belongs.
        person: the persons; for very many the whole table is read, others included.
        width: how many columns it gives.
        named: what else the statement names; whole numbers and codes of our own only.
    """
    parts = [np.zeros((0, width), dtype=np.int64)]
    with connection.cursor() as cursor:
        for which in _conditions(person):
            cursor.execute(statement.format(which=which, **named))
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                parts.append(np.array(rows, dtype=np.int64))
    return list(np.concatenate(parts).T)


def _conditions(person: Ids) -> list[str]:
    if person.size > WHOLE_TABLE_FROM:
        return [""]
    slices = (person[start : start + 5000] for start in range(0, person.size, 5000))
    return [f"AND person_id IN ({', '.join(map(str, part.tolist()))})" for part in slices]
