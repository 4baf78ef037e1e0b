"""A round axis from zero or through zero, with at most five grid lines, and where a number stands on it."""

from collections.abc import Iterable
from dataclasses import dataclass

from jubao.vocabulary.fen import divide_half_up

GRID_LINES = 5
_ROUND = (1, 2, 5)


@dataclass(frozen=True)
class Scale:
    """An axis: both ends and the step are whole multiples of one round number; zero lies on it."""

    low: int
    high: int
    step: int

    @property
    def lines(self) -> tuple[int, ...]:
        """The values that get a grid line, the lowest first."""
        return tuple(range(self.low, self.high + 1, self.step))

    def at(self, value: int, start: int, end: int) -> int:
        """Where a value stands between two coordinates (whole numbers of any unit), never beyond them."""
        span = self.high - self.low
        if not span:
            return start
        inside = min(max(value, self.low), self.high)
        return start + divide_half_up((end - start) * (inside - self.low), span)


def scale_over(values: Iterable[int], *, lines: int = GRID_LINES) -> Scale:
    """The shortest round axis that holds zero and all values; of nothing, or of zeros, an axis of zero alone.

    >>> scale_over([61, 1280]), scale_over([-3, 8]), scale_over([])
    (Scale(low=0, high=1500, step=500), Scale(low=-5, high=10, step=5), Scale(low=0, high=0, step=1))
    """
    assert lines > 2, "an axis through zero needs three lines"  # noqa: PLR2004
    held = [0, *values]
    least, most = min(held), max(held)
    power = 1
    while True:
        for mantissa in _ROUND:
            step = mantissa * power
            low, high = least // step * step, -(-most // step) * step
            if (high - low) // step + 1 <= lines:
                return Scale(low, high, step)
        power *= 10
