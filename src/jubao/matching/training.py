"""Training of the model on labelled lists: m from the labels, u from random pairs, thresholds from the scores; one seed."""

import json
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.blocking import block, recall
from jubao.matching.choosing import choose
from jubao.matching.linking import LIST, REGISTER, ROW, settings
from jubao.matching.model import ELSE, MILLION, Comparison, Level, Model
from jubao.matching.scoring import ordered, scored, with_keys

Rows: TypeAlias = NDArray[np.int64]

RANDOM_PAIRS: Final = 20_000_000
_FEWEST: Final = 0.5  # a level nobody reached counts as half a pair
_UNSEEN: Final = 1e-15  # what Splink leaves untouched where it saw no pair
_STEP: Final = 1_000  # thresholds are tried in steps of this many millionths
_LEAST_FOUND = 0.995  # part of the true candidates the review threshold must keep
_LEAST_RIGHT = 0.999  # part of the pairs from the sure threshold on that must be true
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Labels:
    """Lists with the truth: comparison columns of both sides, and the rows of the true pairs."""

    left: pa.Table
    right: pa.Table
    left_row: Rows
    right_row: Rows


def train(model: Model, labels: Labels, *, seed: int, version: str, random_pairs: int = RANDOM_PAIRS) -> Model:
    """Estimate everything the model needs to weigh a pair; its thresholds stay.

    Args:
        model: its blocks, comparisons and conditions are kept.
        labels: lists of one seed of the generator.
        seed: of the random pairs; the same seed and lists give the same model.
        version: the name of the result.
        random_pairs: how many pairs u is estimated from.
    """
    counted = len(labels.left_row)
    prior = counted / (labels.left.num_rows * labels.right.num_rows)
    model = replace(model, version=version, prior=_rounded(prior))
    learned = _probabilities(model, labels, seed, random_pairs)
    comparisons = tuple(_learned(each, learned[each.name], counted, random_pairs) for each in model.comparisons)
    trained = {
        "seed": seed,
        "rows": labels.left.num_rows,
        "register": labels.right.num_rows,
        "true_pairs": counted,
        "random_pairs": random_pairs,
    }
    return replace(model, comparisons=comparisons, trained=trained)


def fix_thresholds(model: Model, labels: Labels) -> Model:
    """For lists of people, choose from which score on a person is asked, and from which on a lone candidate is likely.

    The review threshold is the highest that keeps 99.5 % of the true pairs among the candidates; the sure threshold
    the lowest from which on 99.9 % of the candidates that are not ambiguous are true.
    """
    pairs = block(labels.left, labels.right, model)
    found = scored(labels.left, labels.right, pairs, model, 0)
    size = labels.right.num_rows
    wanted = labels.left_row * size + labels.right_row
    codes = np.asarray(found["left_row"]) * size + np.asarray(found["right_row"])
    ppm, true = np.asarray(found["score_ppm"]), np.isin(codes, wanted)
    kept = np.sort(ppm[true])
    review = int(kept[int(len(kept) * (1 - _LEAST_FOUND))]) // _STEP * _STEP
    asked = model.with_thresholds(max(review, 1), MILLION)
    lone = choose(ordered(found.filter(pa.array(ppm >= max(review, 1)))), labels.left, labels.right, model=asked)
    lone = lone.filter(pc.invert(lone["ambiguous"]))
    codes = lone["left_row"].to_numpy() * size + lone["right_row"].to_numpy()
    sure = max(_sure(lone["score_ppm"].to_numpy(), np.isin(codes, wanted)), review)
    figures = {
        "blocking_recall": round(recall(pairs, labels.left_row, labels.right_row, size), _DIGITS),
        "candidates_per_row": round(pairs.per_row(labels.left.num_rows), 3),
        "pairs_for_review_per_row": round(int((ppm >= max(review, 1)).sum()) / labels.left.num_rows, 3),
    }
    return replace(model.with_thresholds(max(review, 1), sure), trained={**model.trained, **figures})


def as_yaml(model: Model) -> str:
    """The model as the text of its file; the same model gives the same text."""
    lines = [
        "# The scoring model of the fuzzy stage. Conditions and blocks are written by hand; prior, m, u and thresholds by",
        "# training: see docs/matching.md. Never edit a number: train a new version.",
        f"version: {_quoted(model.version)}",
        f"trained: {json.dumps(model.trained, ensure_ascii=False)}",
        *(f"{name}: {_plain(getattr(model, name))}" for name in ("prior", "review_ppm", "sure_ppm", "near_tie_bits")),
        "comparisons:",
    ]
    for each in model.comparisons:
        lines += [f"  {each.name}:", f"    title: {each.title}", f"    shows: [{', '.join(each.shows)}]", "    levels:"]
        lines += [f"      - {_level(level)}" for level in each.levels]
    lines.append("blocks:")
    lines += [f"  {each.name}: {{by: [{', '.join(each.by)}], at_most: {each.at_most}}}" for each in model.blocks]
    return "\n".join(lines) + "\n"


def _probabilities(model: Model, labels: Labels, seed: int, random_pairs: int) -> dict[str, list[dict[str, Any]]]:
    """What Splink learned for each level of each comparison, in its own order; one thread, so that seeds hold."""
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(connection=duckdb.connect(config={"threads": 1}))
    tables = [
        database.register(table, dataset_display_name=name)
        for table, name in zip(with_keys(labels.left, labels.right, model), (LIST, REGISTER), strict=True)
    ]
    linker = Linker(tables, settings(_unlearned(model)), log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=random_pairs, seed=seed)
    size = len(labels.left_row)
    truth = pa.table(
        {
            "source_dataset_l": [LIST] * size,
            f"{ROW}_l": labels.left_row,
            "source_dataset_r": [REGISTER] * size,
            f"{ROW}_r": labels.right_row,
        }
    )
    linker.training.estimate_m_from_pairwise_labels(  # type: ignore[no-untyped-call]
        database.register(truth, dataset_display_name="truth")
    )
    told = linker.misc.save_model_to_json(overwrite=False)
    return {each["output_column_name"]: each["comparison_levels"] for each in told["comparisons"]}


def _unlearned(model: Model) -> Model:
    """The model with nothing known of any level."""
    return replace(
        model,
        comparisons=tuple(
            replace(each, levels=tuple(replace(level, m=_UNSEEN, u=_UNSEEN) for level in each.levels))
            for each in model.comparisons
        ),
    )


def _learned(each: Comparison, levels: list[dict[str, Any]], true_pairs: int, random_pairs: int) -> Comparison:
    """A comparison with its probabilities; each sums to one over the levels that tell something."""
    m = _shares([level.get("m_probability") for level in levels], [level.missing for level in each.levels], true_pairs)
    u = _shares(
        [level.get("u_probability") for level in levels], [level.missing for level in each.levels], random_pairs
    )
    learned = (replace(level, m=a, u=b) for level, a, b in zip(each.levels, m, u, strict=True))
    return replace(each, levels=tuple(learned))


def _shares(found: list[Any], missing: list[bool], pairs: int) -> list[float]:
    """Probabilities of the levels; one that was never seen counts half a pair."""
    seen = [0.0 if gone or not isinstance(value, float) else value for value, gone in zip(found, missing, strict=True)]
    raised = [0.0 if gone else max(value, _FEWEST / pairs) for value, gone in zip(seen, missing, strict=True)]
    return [_rounded(value / sum(raised)) for value in raised]


def _sure(ppm: Rows, true: NDArray[np.bool_]) -> int:
    """The lowest step from which on enough pairs are true."""
    threshold: int
    for threshold in [*range(_STEP, MILLION, _STEP), *range(MILLION - _STEP, MILLION, _STEP // 100)]:
        above = ppm >= threshold
        if above.any() and true[above].mean() >= _LEAST_RIGHT:
            return threshold
    return MILLION


def _level(level: Level) -> str:
    told: dict[str, Any] = {"label": level.label, "when": level.when}
    told |= {"missing": True} if level.missing else {"m": level.m, "u": level.u}
    parts = [
        f"{name}: {_quoted(value) if isinstance(value, str) and value != ELSE else _plain(value)}"
        for name, value in told.items()
    ]
    return "{" + ", ".join(parts) + "}"


def _plain(value: Any) -> str:
    """YAML of a number or a flag; never an exponent without a point, which YAML reads as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return np.format_float_positional(value, trim="0") if isinstance(value, float) else str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _rounded(value: float) -> float:
    """Six significant digits: what a file keeps and a reader can compare."""
    return float(f"{value:.{_DIGITS}g}")
