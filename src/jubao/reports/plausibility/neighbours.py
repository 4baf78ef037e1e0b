"""Places that stand out among their neighbours: a share far above or below that of the whole district."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.figure import rounded


@dataclass(frozen=True)
class Neighbours:
    """A share (figure by ``of``) compared place by place with the whole; small places are not judged."""

    figure: str
    of: str
    by: str
    times: int
    least: int
    why: str


def stand_out(rule: Neighbours, reading: Reading) -> Iterator[str]:
    """A sentence for every place whose share lies more than ``times`` away from that of all places together."""
    parts, wholes = dict(reading.broken_down(rule.figure, rule.by)), dict(reading.broken_down(rule.of, rule.by))
    whole = sum(wholes.values())
    if not whole or not (everywhere := Fraction(sum(parts.values()), whole)):
        return
    named = f"{reading.find(rule.figure).name}与{reading.find(rule.of).name}之比"
    for place, people in wholes.items():
        share = Fraction(parts.get(place, 0), people) if people >= rule.least else everywhere
        if share > everywhere * rule.times or share * rule.times < everywhere:
            told = f"{place}{named}为{rounded(share * 100)}%，全区为{rounded(everywhere * 100)}%"
            yield f"{told}：{rule.why}，请核实或说明原因"
