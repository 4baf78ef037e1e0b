"""Which money that came back belongs to which month and item owed (追回资金还原), and which instalment it fills."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary.fen import Fen

Ids = NDArray[np.int64]


class PaidMoreThanOwed(ValueError):
    """Some case got back more than was owed; ``cases`` says which."""

    def __init__(self, cases: Ids) -> None:
        """Keep the cases, so that the caller can name the people."""
        self.cases = cases
        super().__init__(f"有 {cases.size} 个案件的追回多于应追回，未作任何分摊；请核对追回记录")


@dataclass(frozen=True, slots=True)
class Shares:
    """Pieces of money, shape (k,): row of what was owed, row of what was paid, and fen, in the order owed."""

    owed: Ids
    paid: Ids
    fen: Fen


def fill_in_order(owed: Fen, owed_case: Ids, paid: Fen, paid_case: Ids) -> Shares:
    """Let payments fill what is owed, case by case, each side in the order given.

    The order is the rule: the first payment covers the first fen owed. No fen is shared out by quota, so nothing
    is rounded, and a later payment never changes what an earlier one covered.
    Args:
        owed: shape (n,), int64 fen, positive; rows of a case stand together in the order they are filled.
        owed_case: shape (n,), ascending case numbers of ``owed``.
        paid: shape (m,), int64 fen, positive; rows of a case stand together in the order they came.
        paid_case: shape (m,), ascending case numbers of ``paid``.
    Returns:
        ``Shares``: every fen of ``paid`` once, each piece inside one row owed and one row paid.
    Raises:
        PaidMoreThanOwed: a case was paid more than it owed, or owed nothing; nothing is shared out.
    Source:
        社会保险经办条例第四十六条 names the return and no order; the order is the house's, docs/decisions.

    >>> fill_in_order(*(np.array(x) for x in ([70, 15, 70], [1, 1, 1], [80, 10], [1, 1]))).fen.tolist()
    [70, 10, 5, 5]
    """
    for fen, case in ((owed, owed_case), (paid, paid_case)):
        assert (np.diff(case) >= 0).all(), "rows of a case stand together"
        assert (fen > 0).all(), "only positive sums are filled"
    cases = np.unique(np.concatenate([owed_case, paid_case]))
    total, back = _sums(cases, owed, owed_case), _sums(cases, paid, paid_case)
    if (bad := np.flatnonzero(back > total)).size:
        raise PaidMoreThanOwed(cases[bad])
    begins = np.cumsum(total) - total  # where each case begins on one long line of all money owed
    owed_end, ahead = np.cumsum(owed), np.cumsum(back) - back
    start = begins[np.searchsorted(cases, paid_case)] + np.cumsum(paid) - paid
    start -= ahead[np.searchsorted(cases, paid_case)]
    return _pieces(owed_end, start, start + paid)


def _sums(cases: Ids, fen: Fen, case: Ids) -> Fen:
    sums = np.zeros(cases.size, dtype=np.int64)
    np.add.at(sums, np.searchsorted(cases, case), fen)
    return sums


def _pieces(owed_end: Ids, start: Ids, end: Ids) -> Shares:
    """Cut the line wherever a row owed ends or a payment begins or ends, and keep what a payment covers."""
    cuts = np.unique(np.concatenate([owed_end, start, end]))
    left, right = cuts[:-1], cuts[1:]
    row = np.searchsorted(start, left, side="right") - 1
    covered = row >= 0
    covered[covered] = left[covered] < end[row[covered]]
    left, right, row = left[covered], right[covered], row[covered]
    return Shares(np.searchsorted(owed_end, left, side="right"), row, right - left)
