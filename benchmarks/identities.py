"""Resident number keys by the million: different from each other, dense as a district's are."""

import numpy as np
from numpy.typing import NDArray

from jubao.simulation.identity import calendar_number

Ids = NDArray[np.int64]
SEQUENCES, DAYS = 997, 22_000


def first_digits(count: int, *, area: int = 430602, first_birth: str = "1940-01-01") -> Ids:
    """``count`` different 17-digit keys: births from a day on, one sequence after the other; shape (count,)."""
    serial = np.arange(count, dtype=np.int64)
    born = np.datetime64(first_birth) + (serial // SEQUENCES % DAYS).astype("timedelta64[D]")
    areas = area + serial // (SEQUENCES * DAYS)
    return np.asarray((areas * 10**8 + calendar_number(born)) * 1000 + serial % SEQUENCES + 1, dtype=np.int64)
