"""The scoring model as data: blocks, comparisons with their levels, weights, thresholds, and what it was trained on."""

import math
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from jubao.matching.characters import read_data
from jubao.vocabulary.yaml_files import read_yaml

ELSE: Final = "ELSE"
MILLION: Final = 1_000_000
_UNTRAINED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of agreement.

    Attributes:
        label: what a person reads.
        when: SQL condition over columns ``…_l`` and ``…_r``, or ELSE; alike in DuckDB and Spark.
        m: how often pairs of the same person reach it. u: how often pairs of two people do.
        missing: there is nothing to compare; it weighs nothing.
    """

    label: str
    when: str
    m: float = _UNTRAINED
    u: float = _UNTRAINED
    missing: bool = False

    @property
    def factor(self) -> float:
        """Bayes factor: how much likelier the level is for one person than for two."""
        return 1.0 if self.missing else self.m / self.u

    @property
    def weight(self) -> float:
        """The factor in bits."""
        return math.log2(self.factor)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Degrees of agreement in one respect, the first condition that holds counts.

    Attributes:
        name: identifier. title: what a person reads. shows: columns of the original rows shown beside it.
    """

    name: str
    title: str
    shows: tuple[str, ...]
    levels: tuple[Level, ...]

    def numbered(self) -> dict[int, Level]:
        """Levels by number: the last is 0, the first the highest, a missing one -1, as Splink counts."""
        told = [level for level in self.levels if not level.missing]
        numbers = {id(level): len(told) - 1 - place for place, level in enumerate(told)}
        return {numbers.get(id(level), -1): level for level in self.levels}


@dataclass(frozen=True, slots=True)
class Block:
    """People who agree in these columns are compared; a key that more than ``at_most`` register rows share is too common."""

    name: str
    by: tuple[str, ...]
    at_most: int


@dataclass(frozen=True, slots=True)
class Model:
    """Everything a score depends on.

    Attributes:
        version: changes whenever anything below changes.
        prior: probability that two random rows are one person.
        review_ppm: below it nobody is asked. sure_ppm: from it on a lone candidate is a likely one.
        near_tie_bits: candidates that lie no further apart than this are as good as each other.
        trained: seed, sizes and figures of the training.
    """

    version: str
    prior: float
    review_ppm: int
    sure_ppm: int
    near_tie_bits: float
    comparisons: tuple[Comparison, ...]
    blocks: tuple[Block, ...]
    trained: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None = None) -> Self:
        """The house's model, or the one in a file of the same form."""
        return cls.of(read_yaml(path.read_text(encoding="utf-8"))) if path else cls._house()

    @classmethod
    @cache
    def _house(cls) -> Self:
        return cls.of(read_data("model.yaml"))

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """Read a model from plain data."""
        comparisons = tuple(
            Comparison(name, each["title"], tuple(each["shows"]), tuple(Level(**level) for level in each["levels"]))
            for name, each in data["comparisons"].items()
        )
        blocks = tuple(Block(name, tuple(each["by"]), each["at_most"]) for name, each in data["blocks"].items())
        kept = {name: data[name] for name in ("prior", "review_ppm", "sure_ppm", "near_tie_bits")}
        return cls(
            str(data["version"]), comparisons=comparisons, blocks=blocks, trained=data.get("trained", {}), **kept
        )

    @property
    def prior_weight(self) -> float:
        """The prior odds in bits."""
        return math.log2(self.prior / (1 - self.prior))

    def with_thresholds(self, review_ppm: int, sure_ppm: int) -> Self:
        """The same model, asking from other scores on."""
        return replace(self, review_ppm=review_ppm, sure_ppm=sure_ppm)


def probability_ppm(weight: float) -> int:
    """A weight in bits, prior included, as a probability in millionths."""
    odds: float = 2.0**weight
    return round(MILLION * odds / (1 + odds)) if odds < 2.0**60 else MILLION
