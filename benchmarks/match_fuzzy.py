"""A damaged list matched against a register: ours, Splink's predict with the same model, and a dictionary of exact keys."""

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmarks.measure import Contender, Run
from jubao.matching.blocking import block, recall
from jubao.matching.features import prepare
from jubao.matching.model import Model
from jubao.matching.scoring import score, splink_score
from jubao.simulation.labelled import Labelled, labelled

SEED = 20_171_231  # never the one the model was trained on
DICTIONARY_KEYS = (
    ("number_key",),
    ("name", "birth"),
    ("birth", "last8"),
    ("name", "village"),
    ("phone", "surname"),
    ("loose", "birth"),
)


@dataclass(frozen=True)
class Lists:
    """Both sides as given and made comparable, and codes of the true pairs."""

    made: Labelled
    left: pa.Table
    right: pa.Table
    wanted: NDArray[np.int64]


def run(rows: int, rounds: int) -> list[Run]:
    """Match ``rows`` damaged rows against a register of as many; every side is checked and counted before it is timed."""
    model = Model.load()
    assert model.trained["seed"] != SEED, "a model is not judged by what it learned from"
    made = labelled(rows, rows, SEED)
    lists = _prepared(made)
    result = Run("match-fuzzy", f"{rows}x{rows}", rows, _check(lists, model), notes=_quality(lists, model))
    contenders = [
        Contender("splink predict", "peer", partial(splink_score, lists.left, lists.right, model=model), rows),
        Contender("score", "ours", partial(score, lists.left, lists.right, model=model), rows, "splink predict"),
        Contender("dict", "peer", partial(_dictionary, lists.left, lists.right), rows, "splink predict"),
        Contender("prepare both", "ours", partial(_prepared, made), rows, "splink predict"),
    ]
    result.measure(contenders, rounds=rounds)
    return [result]


def _prepared(made: Labelled) -> Lists:
    left, right = prepare(made.rows), prepare(made.register)
    wanted = made.truth["row"].to_numpy() * made.register.num_rows + made.truth["person"].to_numpy()
    return Lists(made, left, right, wanted)


def _check(lists: Lists, model: Model) -> str:
    ours = score(lists.left, lists.right, model=model, minimum_ppm=0)
    theirs = splink_score(lists.left, lists.right, model=model)
    for name in ("left_row", "right_row", "score_ppm"):
        assert ours[name].equals(theirs[name]), f"Splink gives other {name}"
    return f"{ours.num_rows:,} 对逐对得分与 Splink 相同"


def _quality(lists: Lists, model: Model) -> list[str]:
    """Recall, candidates and F1 of each, with every threshold told."""
    size = lists.right.num_rows
    pairs = block(lists.left, lists.right, model)
    found = score(lists.left, lists.right, model=model)
    best = _best(found)
    plain = _dictionary(lists.left, lists.right)
    return [
        (
            f"model {model.version}, trained on seed {model.trained['seed']}; judged on seed {SEED}; "
            f"review from {model.review_ppm} ppm, near ties within {model.near_tie_bits} bits"
        ),
        (
            f"blocking recall {recall(pairs, lists.wanted // size, lists.wanted % size, size):.5f}, "
            f"{pairs.per_row(lists.left.num_rows):.2f} candidates a row, too common keys {sum(pairs.too_common.values()):,}"
        ),
        f"all pairs from {model.review_ppm} ppm (ours and Splink's alike): {_figures(_codes(found, size), lists.wanted)}",
        f"best of each row: {_figures(_codes(best, size), lists.wanted)}",
        f"dict, first of {len(DICTIONARY_KEYS)} exact keys that one person alone bears: {_figures(plain, lists.wanted)}",
        (
            "splink predict and score start from the same comparison columns; prepare both makes these columns out of texts; "
            "splink predict counts the keys of the blocks and the sorting of its answer, as score does"
        ),
    ]


def _codes(found: pa.Table, size: int) -> NDArray[np.int64]:
    return np.asarray(found["left_row"].to_numpy() * size + found["right_row"].to_numpy())


def _best(found: pa.Table) -> pa.Table:
    rows = found["left_row"].to_numpy()
    return found.filter(pa.array(np.r_[True, rows[1:] != rows[:-1]] if len(rows) else np.zeros(0, np.bool_)))


def _figures(found: NDArray[np.int64], wanted: NDArray[np.int64]) -> str:
    right = int(np.isin(found, wanted).sum())
    precision, reached = right / max(len(found), 1), right / max(len(wanted), 1)
    return f"precision {precision:.4f}, recall {reached:.4f}, F1 {2 * right / max(len(found) + len(wanted), 1):.4f}"


def _dictionary(left: pa.Table, right: pa.Table) -> NDArray[np.int64]:
    """For each row the person who alone bears the first of its keys that anybody bears."""
    ours, theirs = (
        table.select(sorted({name for by in DICTIONARY_KEYS for name in by})).to_pylist() for table in (left, right)
    )
    places: list[dict[Any, list[int]]] = [defaultdict(list) for _ in DICTIONARY_KEYS]
    for person, row in enumerate(theirs):
        for by, place in zip(DICTIONARY_KEYS, places, strict=True):
            place[tuple(row[name] for name in by)].append(person)
    found = []
    for number, row in enumerate(ours):
        for by, place in zip(DICTIONARY_KEYS, places, strict=True):
            key = tuple(row[name] for name in by)
            if None not in key and len(people := place.get(key, ())) == 1:
                found.append(number * len(theirs) + people[0])
                break
    return np.array(found, dtype=np.int64)
