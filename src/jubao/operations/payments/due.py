"""What a month's payroll owes: regular months, arrears, and what came back or was held before; as arrays."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jubao.operations.contributions.accounts import Ids
from jubao.operations.payments.columns import Array, listed, read_columns
from jubao.operations.payments.items import AMOUNTS, by_item
from jubao.operations.pensions.lifted_suspensions import lifted_suspensions_of
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import ArrearsKind
from jubao.vocabulary.fen import Fen

MOST_IN_LIST = 5_000
MONTHS = 10**6
"""Months have six digits; award and month together fit 64 bits for as many awards as there will ever be."""


@dataclass(frozen=True)
class Due:
    """Months due, one per position: award, person, benefit month, kind, adjustment; and fen by item, shape (n, 12)."""

    award: Ids
    person: Ids
    month: Ids
    kind: Array
    adjustment: Ids
    fen: Fen

    def __len__(self) -> int:
        """Number of months."""
        return int(self.award.size)

    def __getitem__(self, chosen: NDArray[np.bool_] | Ids) -> "Due":
        """Some of the months."""
        return Due(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @classmethod
    def together(cls, *parts: Self) -> Self:
        """All months of some parts, in order."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))

    @property
    def amount(self) -> Fen:
        """What each month pays, shape (n,), fen."""
        return np.asarray(self.fen.sum(axis=1), dtype=np.int64)

    @property
    def lines(self) -> int:
        """How many items all the months pay."""
        return int(np.count_nonzero(self.fen))

    @property
    def key(self) -> Ids:
        """Award and benefit month as one number, shape (n,)."""
        return key_of(self.award, self.month)


def key_of(award: Ids, month: Ids) -> Ids:
    """Award and benefit month as one number, shape (n,)."""
    assert award.size == 0 or award.max() < 2**63 // MONTHS, "award ids no longer fit the key"
    return award * MONTHS + month


@dataclass(frozen=True)
class Payroll:
    """Everything a month's run pays, and the arrears it takes up (their ids)."""

    due: Due
    taken: Ids


def payroll_of(month: int) -> Payroll:
    """The months of a run, each month of a person once: what is due for several reasons bears the first."""
    owed = _owed()
    parts = Due.together(_regular(month), _arrears(owed, month), _reissues(month))
    plain = np.flatnonzero(parts.adjustment == 0)
    _, first = np.unique(parts.key[plain], return_index=True)
    kept = np.sort(np.concatenate([plain[first], np.flatnonzero(parts.adjustment != 0)]))
    return Payroll(parts[kept], owed.id)


REGULAR = """
    SELECT a.id, a.person_id, c.item, c.amount_fen
    FROM records_awardcomponent c JOIN records_award a ON a.id = c.award_id
    WHERE a.start_month <= %s AND a.ended_month IS NULL
        AND (a.suspended_from IS NULL OR a.suspended_from > %s)
        AND c.from_month <= %s AND (c.to_month IS NULL OR c.to_month > %s)
        AND NOT EXISTS (SELECT 1 FROM records_awardevent e
            WHERE e.award_id = a.id AND e.kind = 'RESUMED' AND e.month > %s)
    ORDER BY a.id, c.item, c.id
"""


def _regular(month: int) -> Due:
    """The month itself, for every award that runs and is not held, nor resumed only from a later month.

    What a pension that ended is still due, its settlement pays and no run.
    """
    awards, people, item, amount = read_columns(REGULAR, [month] * 5, "nntn")
    award, first, row = np.unique(awards, return_index=True, return_inverse=True)
    same, plain = np.full(award.size, month, dtype=np.int64), np.full(award.size, "", dtype="U2")
    return Due(award, people[first], same, plain, np.zeros_like(award), by_item(row, award.size, item, amount))


@dataclass(frozen=True)
class Owed:
    """Arrears nobody has paid yet, of awards that run: months half-open; an item and fen, or the whole pension."""

    id: Ids
    award: Ids
    person: Ids
    kind: Array
    first: Ids
    end: Ids
    item: Array
    amount: Fen
    act: Ids

    def by_month(self, chosen: NDArray[np.bool_], until: int) -> tuple[Ids, Ids]:
        """Some arrears spread over their months before ``until``: position of the arrears, and the month."""
        rows = np.flatnonzero(chosen)
        end = np.minimum(self.end[rows], until)
        count = np.maximum(months.between(self.first[rows], end), 0)
        place = np.repeat(rows, count)
        return place, months.add(self.first[place], _steps(count))


def _steps(count: Ids) -> Ids:
    """0, 1, … up to each count, one after the other."""
    ends = np.cumsum(count)
    return np.arange(ends[-1] if ends.size else 0, dtype=np.int64) - np.repeat(ends - count, count)


OWED = """
    SELECT o.id, o.award_id, a.person_id, o.kind, o.from_month, o.to_month, o.item, coalesce(o.amount_fen, 0),
        o.act_id
    FROM records_arrears o JOIN records_award a ON a.id = o.award_id
    WHERE o.taken_run IS NULL AND a.ended_month IS NULL AND a.suspended_from IS NULL ORDER BY o.id
"""


def _owed() -> Owed:
    return Owed(*read_columns(OWED, [], "nnntnntnn"))


def _arrears(owed: Owed, month: int) -> Due:
    """Months owed for awards: stated differences, and whole pensions by the components in force in each month."""
    return Due.together(_differences(owed, month), _whole_months(owed, month))


def _undecided(owed: Owed, place: Ids, owed_month: Ids) -> tuple[Ids, Ids]:
    """Months owed that no stop lifted later has decided about: what it paid back it owes itself, the rest is not due.

    A difference of a month that is paid back, or was paid all the same, stays.
    """
    rested = lifted_suspensions_of(np.unique(owed.award[place]).tolist())
    kept = np.ones(place.size, dtype=np.bool_)
    for row in np.flatnonzero(np.isin(owed.award[place], np.array(sorted(rested), dtype=np.int64))).tolist():
        at = int(place[row])
        month, act = int(owed_month[row]), int(owed.act[at])
        rests = rested[int(owed.award[at])]
        whole = owed.item[at] == ""
        kept[row] = not any(rest.covers(month, act) if whole else rest.refuses(month, act) for rest in rests)
    return place[kept], owed_month[kept]


def _differences(owed: Owed, month: int) -> Due:
    place, owed_month = _undecided(owed, *owed.by_month(owed.item != "", month))
    fen = by_item(np.arange(place.size), place.size, owed.item[place], owed.amount[place])
    return Due(owed.award[place], owed.person[place], owed_month, owed.kind[place], owed.id[place], fen)


def _whole_months(owed: Owed, month: int) -> Due:
    whole = owed.item == ""
    place, owed_month = _undecided(owed, *owed.by_month(whole, month))
    awards = np.unique(owed.award[whole])
    award, item, amount, first, end = _components(awards)
    start = np.searchsorted(award, owed.award[place], side="left")
    count = np.searchsorted(award, owed.award[place], side="right") - start
    row, part = np.repeat(np.arange(place.size), count), np.repeat(start, count) + _steps(count)
    in_force = (first[part] <= owed_month[row]) & ((end[part] == 0) | (owed_month[row] < end[part]))
    row, part = row[in_force], part[in_force]
    fen = by_item(row, place.size, item[part], amount[part])
    zero = np.zeros(place.size, dtype=np.int64)
    due = Due(owed.award[place], owed.person[place], owed_month, owed.kind[place], zero, fen)
    return due[(due.amount > 0) & ~np.isin(due.key, _live(awards))]


COMPONENTS = """
    SELECT award_id, item, amount_fen, from_month, coalesce(to_month, 0) FROM records_awardcomponent
    WHERE award_id IN ({awards}) ORDER BY award_id, item, id
"""


def _components(awards: Ids) -> list[Array]:
    """Components of some awards, sorted by award: award, item, fen, first month, end (0 for none)."""
    return _of_awards(COMPONENTS, awards, "ntnnn")


LIVE = """
    SELECT m.award_id, m.month FROM records_award a JOIN records_pensionmonth m ON m.person_id = a.person_id
    WHERE m.award_id = a.id AND m.adjustment = 0 AND m.state IN ('DUE', 'PAID') AND a.id IN ({awards}) ORDER BY m.id
"""


def _live(awards: Ids) -> Ids:
    """Keys of months of some awards that are paid or on their way; a late suspension may reach back."""
    return key_of(*_of_awards(LIVE, awards, "nn"))


def _of_awards(sql: str, awards: Ids, kinds: str) -> list[Array]:
    """The columns of a statement about some awards, asked for in slices."""
    slices = [awards[start : start + MOST_IN_LIST] for start in range(0, max(awards.size, 1), MOST_IN_LIST)]
    parts = [read_columns(sql.format(awards=listed(some) or "0"), [], kinds) for some in slices]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


UNPAID = f"""
    SELECT f.award_id, f.person_id, f.month, f.adjustment, max(f.act_id), {", ".join(f"max(f.{one})" for one in AMOUNTS)}
    FROM records_pensionmonth f JOIN records_award a ON a.id = f.award_id
    WHERE f.state IN ('FAILED', 'HELD') AND f.month < %s AND a.ended_month IS NULL AND a.suspended_from IS NULL
        AND NOT EXISTS (SELECT 1 FROM records_pensionmonth l WHERE l.person_id = f.person_id AND l.month = f.month
            AND l.adjustment = f.adjustment AND l.state IN ('DUE', 'PAID'))
    GROUP BY f.award_id, f.person_id, f.month, f.adjustment
    ORDER BY f.award_id, f.month, f.adjustment
"""


def _reissues(month: int) -> Due:
    """Months the bank returned or that were held before release, and nobody paid since, of awards that run.

    A month held by a suspension that came later is left out: whether it is paid back was decided at the resumption.
    """
    kinds = "nnnnn" + "n" * len(AMOUNTS)
    award, person, owed_month, adjustment, sent_by, *amounts = read_columns(UNPAID, [month], kinds)
    rested = lifted_suspensions_of(np.unique(award).tolist())
    decided = np.zeros(award.size, dtype=np.bool_)
    for place in np.flatnonzero(np.isin(award, np.array(sorted(rested), dtype=np.int64))).tolist():
        rests = rested[int(award[place])]
        decided[place] = any(rest.covers(int(owed_month[place]), int(sent_by[place])) for rest in rests)
    kind = np.full(award.size, str(ArrearsKind.REISSUE))
    return Due(award, person, owed_month, kind, adjustment, np.stack(amounts, axis=1))[~decided]
