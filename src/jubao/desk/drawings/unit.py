"""How a number of a drawing is written: its unit in words, how many of it make one unit, and its decimals."""

from dataclasses import dataclass

from jubao.vocabulary.both import Both, both
from jubao.vocabulary.fen import FEN_IN_WAN, FEN_IN_YUAN, divide_half_up

MINUS = "−"
NOTHING = "—"
PPM_IN_PERCENT = 10_000


@dataclass(frozen=True)
class Unit:
    """A unit: ``size`` values (a power of ten) are one of it, and ``places`` decimals are written."""

    words: Both
    size: int = 1
    places: int = 0

    def show(self, value: int | None) -> str:
        """A value for people: thousands apart, rounded half up to the unit's decimals; a dash for none.

        >>> WAN.show(1176270000), WAN.show(-123456), PEOPLE.show(None), PERCENT.show(1009900)
        ('1,176.27', '−0.12', '—', '100.99')
        """
        if value is None:
            return NOTHING
        tens = 10**self.places
        whole, rest = divmod(abs(divide_half_up(value * tens, self.size)), tens)
        written = f"{whole:,}" + (f".{rest:0{self.places}d}" if self.places else "")
        return f"{MINUS if value < 0 and (whole or rest) else ''}{written}"

    def mark(self, value: int) -> str:
        """A value of the axis: exact, with no decimals it does not need.

        >>> WAN.mark(400_000_000), WAN.mark(50_000), WAN.mark(-2_000_000)
        ('400', '0.05', '−2')
        """
        whole, rest = divmod(abs(value), self.size)
        decimals = f"{rest:0{len(str(self.size)) - 1}d}".rstrip("0") if rest else ""
        return f"{MINUS if value < 0 else ''}{whole:,}{f'.{decimals}' if decimals else ''}"

    def spoken(self, value: int | None) -> str:
        """A value with its unit, for a tooltip and for who listens."""
        return self.show(value) if value is None else f"{self.show(value)} {self.words}"


PEOPLE = Unit(both("人", "people"))
CASES = Unit(both("件", "cases"))
TIMES = Unit(both("人次", "times"))
YUAN = Unit(both("元", "yuan"), FEN_IN_YUAN, 2)
WAN = Unit(both("万元", "10,000 yuan"), FEN_IN_WAN, 2)
PERCENT = Unit(both("%", "%"), PPM_IN_PERCENT, 2)
