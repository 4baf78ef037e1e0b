"""What waits to be credited, and the subsidies that come with it, by the rules of the month the bank had the money."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import DTypeLike, NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.contributions.years import beyond_earned
from jubao.operations.envelope.view import View
from jubao.rules.contribution import subsidies
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ContributionItem, Source
from jubao.vocabulary.fen import Fen


@dataclass(frozen=True)
class Uncredited:
    """Contributions that wait for crediting, as columns of one length, in the order they came in."""

    id: Ids
    person: Ids
    amount: Fen
    received: Ids  # month, YYYYMM
    kind: NDArray[np.str_]
    category: NDArray[np.str_]
    household: NDArray[np.str_]


UNCREDITED = """
SELECT c.id, c.person_id, c.amount_fen,
       CAST(substr(CAST(c.received_date AS TEXT), 1, 4) || substr(CAST(c.received_date AS TEXT), 6, 2) AS INTEGER),
       c.kind,
       coalesce((SELECT p.category FROM records_categoryperiod p WHERE p.person_id = c.person_id
                 ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), '011'),
       coalesce((SELECT r.household_type FROM records_residence r WHERE r.person_id = c.person_id
                 ORDER BY r.valid_from DESC, r.id DESC LIMIT 1), '')
FROM records_contribution c LEFT JOIN records_crediting k ON k.contribution_id = c.id
WHERE k.id IS NULL AND c.received_date <= %s ORDER BY c.id
"""
TYPES: tuple[DTypeLike, ...] = (np.int64, np.int64, np.int64, np.int64, "U2", "U3", "U2")


def uncredited(through: date) -> Uncredited:
    """What was received up to a day and not credited, with everybody's latest category and household."""
    parts = []
    with connection.cursor() as cursor:
        cursor.execute(UNCREDITED, [through.isoformat()])
        while rows := cursor.fetchmany(20_000):
            columns = zip(zip(*rows, strict=True), TYPES, strict=True)
            parts.append([np.array(cells, dtype=kind) for cells, kind in columns])
    found = zip(*parts, strict=True) if parts else [[np.empty(0, dtype=kind)] for kind in TYPES]
    waiting = Uncredited(*(np.concatenate(column) for column in found))
    assert bool((waiting.household != "").all()), "everybody who is registered has a residence"
    return waiting


def subsidies_due(waiting: Uncredited, view: View) -> dict[Source, Fen]:
    """The subsidies that come with contributions, by source, shape (n,), fen: beyond what governments paid with theirs."""
    return beyond_earned(waiting.person, waiting.received // 100, _subsidies(waiting, view), paid_for_only=True)


def _subsidies(waiting: Uncredited, view: View) -> dict[Source, Fen]:
    """Subsidies by source, shape (n,), by the collection rules of the month the bank had the money."""
    due: dict[Source, Fen] = {}
    for month, rows in _by_month(waiting.received):
        rules = view.law_on(months.first_day(month)).known_on(view.on).collection_rules()
        by_item = subsidies(
            waiting.amount[rows],
            waiting.category[rows],
            waiting.kind[rows],
            waiting.received[rows],
            rules,
            household=waiting.household[rows],
        )
        for item, fen in by_item.items():
            column = due.setdefault(ContributionItem(item).source, np.zeros(waiting.id.size, dtype=np.int64))
            column[rows] = fen
    return due


def _by_month(month: Ids) -> Iterator[tuple[int, Ids]]:
    for one in np.unique(month).tolist():
        yield one, np.flatnonzero(month == one)
