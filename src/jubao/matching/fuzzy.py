"""The fuzzy stage in one call: rows without a usable number against the register, with reasons for each candidate."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from jubao.matching.choosing import choose, worth_showing
from jubao.matching.explaining import explain
from jubao.matching.features import prepare
from jubao.matching.model import Model
from jubao.matching.scoring import score


@dataclass(frozen=True, slots=True)
class Found:
    """A person of the register who may be the one meant by a row; a suspicion, never a decision.

    Attributes:
        row: position of the row in the list.
        person: position of the person in the register.
        score_ppm: probability that both are the same, in millionths.
        ambiguous: another candidate is as likely, a twin, of equal name, or the number is shared: show all, merge none.
        explanation: one entry per comparison: its name, both values, the level reached, factor and weight;
            texts and whole numbers only, ready for JSON.
    """

    row: int
    person: int
    score_ppm: int
    ambiguous: bool
    explanation: list[dict[str, Any]]


def find(
    rows: pa.Table, register: pa.Table, *, model: Model | None = None, prepared: pa.Table | None = None
) -> list[Found]:
    """Find for each row the people of the register it may mean.

    Args:
        rows: the list; string columns ``key``, ``name``, ``resident_number`` (as given, may be invalid or empty),
            ``birth_date`` (ISO or empty), ``sex``, ``division``, ``address``, ``phone``.
        register: the people, with the same columns.
        model: comparisons, weights and thresholds; the house's own by default.
        prepared: ``prepare(register)``, where the caller kept it from an earlier list.

    Returns:
        Candidates at or above the model's review threshold, and whoever bears the very number of the row, however
        unlike the rest; by row, then the likeliest first.

    Raises:
        MissingColumns: a table lacks one of the columns.
    """
    model = model or Model.load()
    left, right = prepare(rows), prepare(register) if prepared is None else prepared
    assert right.num_rows == register.num_rows, "columns prepared from another register"
    scored = score(left, right, model=model, minimum_ppm=0)
    chosen = choose(worth_showing(scored, left, right, model=model), left, right, model=model)
    reasons = explain(chosen, rows, register, model=model)
    names = ("left_row", "right_row", "score_ppm", "ambiguous")
    rows_found, people, scores, doubted = (chosen[name].to_pylist() for name in names)
    return [Found(*each) for each in zip(rows_found, people, scores, doubted, reasons, strict=True)]
