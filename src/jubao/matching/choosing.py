"""Which candidates a person is shown: the best of a row, or all of them where the best is not beyond doubt."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.blocking import combined
from jubao.matching.model import Model
from jubao.matching.texts import NOTHING, Keys, keyed

Rows: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

REASONS: Final = {
    "near_tie": "另有得分相近的人员",
    "twin": "可能是双胞胎（同日出生，姓名不完全相同，或同村有同姓同日出生的人）",
    "same_name": "姓名相同而出生日期不同，或登记册中有同名人员而名单没有可用的号码和出生日期",
    "shared_number": "号码相同而姓名不同，或一个号码属于多人",
    "contested": "名单中有姓名或出生日期不同的几行指向同一人",
}


def choose(found: pa.Table, left: pa.Table, right: pa.Table, *, model: Model) -> pa.Table:
    """Keep for each row its best candidate; where that is not beyond doubt, keep all and say why.

    Twins, equal names and shared numbers are never brought together by a score: their rows come out as ambiguous. Only
    a right number together with the same name, borne by one person on either side, stands above such doubts.

    Args:
        found: scored pairs, ordered as ``score`` gives them. left, right: comparison columns of both sides.
        model: says how far apart scores must lie.

    Returns:
        The pairs kept, in the same order, with ``ambiguous`` (bool) and ``doubts`` (list of codes of ``REASONS``).
    """
    pairs = _Pairs(found, left, right)
    certain = pairs.certain()
    doubts = {
        "near_tie": pairs.near_tie(model.near_tie_bits),
        "twin": pairs.twin(),
        "same_name": pairs.same_name(),
        "shared_number": pairs.shared_number(),
        "contested": pairs.contested(),
    }
    doubts = {name: flags & ~certain for name, flags in doubts.items()}
    doubted = pairs.anywhere_in_row(np.logical_or.reduce(list(doubts.values())))
    kept = np.flatnonzero(doubted | pairs.best)
    told = [[name for name, flags in doubts.items() if flags[place]] for place in kept.tolist()]
    table = found.take(pa.array(kept))
    return table.append_column("ambiguous", pa.array(doubted[kept])).append_column(
        "doubts", pa.array(told, pa.list_(pa.string()))
    )


def worth_showing(found: pa.Table, left: pa.Table, right: pa.Table, *, model: Model) -> pa.Table:
    """Pairs at or above the review threshold, and those with the same right number: nobody may overlook them."""
    pairs = _Pairs(found, left, right)
    likely = np.asarray(found["score_ppm"], dtype=np.int64) >= model.review_ppm
    return found.filter(pa.array(likely | pairs.same_right_number()))


class _Pairs:
    """Scored pairs with the columns of both sides; every answer is shape (pairs,), bool."""

    def __init__(self, found: pa.Table, left: pa.Table, right: pa.Table) -> None:
        self.row, self.person = (np.asarray(found[name], dtype=np.int64) for name in ("left_row", "right_row"))
        self.weight = np.asarray(found["weight"], dtype=np.float64)
        self.left, self.right = left, right
        self.best = np.ones(len(self.row), np.bool_)
        self.best[1:] = self.row[1:] != self.row[:-1]

    def certain(self) -> Flags:
        """The same number with a right check digit, and the same name, each borne by one person on either side."""
        return self.same_right_number() & self._same("name") & ~self.shared_number()

    def same_right_number(self) -> Flags:
        """The same number, and on one side at least it came with its own right check digit."""
        valid = (self._of("valid", self.left, self.row) == 1) | (self._of("valid", self.right, self.person) == 1)
        return np.asarray(self._same("number_key") & valid, dtype=np.bool_)

    def near_tie(self, bits: float) -> Flags:
        """Another candidate of the row is about as likely as the best."""
        first = np.maximum.accumulate(np.where(self.best, np.arange(len(self.row)), 0))
        close = ~self.best & (self.weight[first] - self.weight <= bits)
        return self.anywhere_in_row(close) & (close | self.best)

    def twin(self) -> Flags:
        """The candidate has a twin in the register, or may be the twin of the person meant."""
        siblings = _repeated(_combined(self.right, ("birth", "surname", "village")))
        siblings |= _repeated(_combined(self.right, ("birth", "surname", "address")))
        other_name = self._there("name") & ~self._same("name")
        perhaps = other_name & self._same("birth") & ~self._same("tail")
        return np.asarray(siblings[self.person] | perhaps | self._rivals(("birth", "surname")), dtype=np.bool_)

    def same_name(self) -> Flags:
        """Others in the register bear the name and nothing tells them apart, or the name agrees and the birth does not."""
        namesakes = _repeated(_combined(self.right, ("name",)))
        nothing = (self._of("birth", self.left, self.row) == NOTHING) & (
            self._of("number_key", self.left, self.row) == NOTHING
        )
        other_birth = self._there("birth") & ~self._same("birth") & ~self._same("tail")
        told = self._same("name") & ((namesakes[self.person] & nothing) | other_birth) | self._rivals(("name",))
        return np.asarray(told, dtype=np.bool_)

    def shared_number(self) -> Flags:
        """The number agrees and the name does not, or the number stands under several names on one side."""
        like = self._same("loose") | self._same("glyph") | self._same("part") | ~self._there("name")
        ours = _several(_column(self.left, "number_key"), _combined(self.left, ("loose",)))
        theirs = _repeated(_column(self.right, "number_key"))
        told = (self._same("number_key") & ~like) | ours[self.row] | (theirs[self.person] & self._same("number_key"))
        return np.asarray(told, dtype=np.bool_)

    def contested(self) -> Flags:
        """Rows that differ in name or birth date have the same person as their best candidate."""
        names = _combined(self.left, ("loose",))[self.row]
        births = _combined(self.left, ("birth",))[self.row]
        best = np.flatnonzero(self.best)
        several = np.zeros(len(self.row), np.bool_)
        for values in (names, births):
            several[best] |= _several(self.person[best], values[best])
        return several

    def anywhere_in_row(self, flags: Flags) -> Flags:
        """Whether any pair of the row is flagged."""
        return np.asarray(np.isin(self.row, self.row[flags]), dtype=np.bool_)

    def _rivals(self, names: Sequence[str]) -> Flags:
        """Another candidate of the row agrees with this one in those columns of the register."""
        columns = _combined(self.right, names)[self.person]
        return _repeated(np.where(columns == NOTHING, NOTHING, keyed([self.row, columns])))

    def _same(self, name: str) -> Flags:
        ours, theirs = self._of(name, self.left, self.row), self._of(name, self.right, self.person)
        return np.asarray((ours == theirs) & (ours != NOTHING), dtype=np.bool_)

    def _there(self, name: str) -> Flags:
        return np.asarray(
            (self._of(name, self.left, self.row) != NOTHING) & (self._of(name, self.right, self.person) != NOTHING),
            dtype=np.bool_,
        )

    @staticmethod
    def _of(name: str, table: pa.Table, rows: Rows) -> Keys:
        return _column(table, name)[rows]


def _column(table: pa.Table, name: str) -> Keys:
    return np.asarray(pc.fill_null(table[name], NOTHING), dtype=np.int64)


def _combined(table: pa.Table, names: Sequence[str]) -> Keys:
    """One key of several columns for each row, ``NOTHING`` where one is missing."""
    return combined([_column(table, name) for name in names])


def _repeated(keys: Keys) -> Flags:
    """Which keys stand more than once."""
    _, place, counts = np.unique(keys, return_inverse=True, return_counts=True)
    return np.asarray((counts[place] > 1) & (keys != NOTHING), dtype=np.bool_)


def _several(keys: Keys, values: Keys) -> Flags:
    """Which keys stand with more than one known value."""
    known = (keys != NOTHING) & (values != NOTHING)
    distinct = np.unique(np.column_stack([keys[known], values[known]]), axis=0)[:, 0] if known.any() else keys[:0]
    found, counts = np.unique(distinct, return_counts=True)
    return np.asarray(np.isin(keys, found[counts > 1]), dtype=np.bool_)
