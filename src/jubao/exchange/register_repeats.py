"""Which values of a column stood before, in bounded memory: eight bytes a row, sorted runs merged as they grow."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class Repeats:
    """Remembers 64-bit hashes of all values seen; two values of one hash are taken for the same (1 in 10^7 at 10^6 rows)."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        self._runs: list[NDArray[np.int64]] = []

    def again(self, values: Sequence[object]) -> list[int]:
        """Places of values that stood before, in this batch or an earlier one; None never repeats."""
        places = np.array([place for place, value in enumerate(values) if value is not None], np.int64)
        hashes = np.array([hash(value) for value in values if value is not None], np.int64)
        known = np.zeros(len(hashes), np.bool_)
        for run in self._runs:
            found = np.minimum(np.searchsorted(run, hashes), len(run) - 1)
            known |= run[found] == hashes
        order = np.argsort(hashes, kind="stable")
        same = np.zeros(len(hashes), np.bool_)
        same[order[1:]] = hashes[order[1:]] == hashes[order[:-1]]
        self._keep(np.unique(hashes))
        return [int(place) for place in places[known | same]]

    def _keep(self, run: NDArray[np.int64]) -> None:
        if not len(run):
            return
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.union1d(run, self._runs.pop())
        self._runs.append(run)
