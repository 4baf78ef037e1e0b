"""What the figures of a year contradict each other in, and what lies outside its plausible bounds: to be explained."""

from dataclasses import dataclass
from enum import Enum

from jubao.reports.catalogue.reading import Reading
from jubao.reports.plausibility.bounds import unusual
from jubao.reports.plausibility.relation import breaches
from jubao.vocabulary.both import Both, both


class Why(Enum):
    """Why figures must be explained."""

    RELATION = both("关系不符", "Do not agree")
    BOUNDS = both("超出合理范围", "Unusual")
    PAPER = both("文字自相矛盾", "The text contradicts itself")

    @property
    def words(self) -> Both:
        """As people say it."""
        return self.value


@dataclass(frozen=True)
class Contradiction:
    """One thing that must be explained or put right.

    Attributes:
        why: of which kind; text: the sentence; figures: ids of the figures it is about, the first one leading.
        place: where it stands in the paper; reason: what somebody said to it already, empty where nobody did.
        anchor: its place on the page.
    """

    why: Why
    text: str
    figures: tuple[str, ...]
    place: str
    reason: str
    anchor: str

    @property
    def explains(self) -> str:
        """The figure for which a reason may be given; empty where the records or the text must be put right."""
        return self.figures[0] if self.why is Why.BOUNDS and self.figures and not self.reason else ""


def disagreeing(reading: Reading) -> tuple[Contradiction, ...]:
    """Relations between figures that do not hold."""
    return tuple(
        Contradiction(Why.RELATION, one.text, tuple(dict.fromkeys(one.relation.figures.values())), "", "", f"r{number}")
        for number, one in enumerate(breaches(reading), start=1)
    )


def implausible(reading: Reading) -> tuple[Contradiction, ...]:
    """Figures outside their bounds, those without a reason first."""
    found = [
        Contradiction(Why.BOUNDS, one.text, (one.bound.figure,), "", one.reason, f"b{number}")
        for number, one in enumerate(unusual(reading), start=1)
    ]
    return tuple(sorted(found, key=lambda one: bool(one.reason)))
