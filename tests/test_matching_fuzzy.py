"""The fuzzy stage: on lists of another seed than the model was trained on, with thresholds fixed before."""
# ruff: noqa: RUF001  characters that look alike are the matter of this file

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.matching.blocking import block, recall
from jubao.matching.choosing import choose
from jubao.matching.explaining import DOUBT, PRIOR, TOTAL, as_text
from jubao.matching.features import COLUMNS, MissingColumns, prepare
from jubao.matching.fuzzy import Found, find
from jubao.matching.model import MILLION, Model, probability_ppm
from jubao.matching.scoring import score, splink_score
from jubao.simulation.labelled import Labelled, labelled

SEED, PEOPLE, ROWS = 41, 20_000, 20_000


@pytest.fixture(scope="module")
def lists() -> Labelled:
    assert Model.load().trained["seed"] != SEED, "never judged by what it learned from"
    return labelled(PEOPLE, ROWS, SEED)


@pytest.fixture(scope="module")
def sides(lists):
    return prepare(lists.rows), prepare(lists.register)


@pytest.fixture(scope="module")
def found(lists) -> list[Found]:
    return find(lists.rows, lists.register)


def people(*rows: dict[str, str]) -> pa.Table:
    return pa.table({name: pa.array([row.get(name, "") for row in rows], pa.string()) for name in COLUMNS})


def truth_of(lists: Labelled) -> dict[int, int]:
    return dict(zip(lists.truth["row"].to_pylist(), lists.truth["person"].to_pylist(), strict=True))


def test_blocking_finds_998_of_1000_true_pairs_with_at_most_three_candidates_a_row(lists, sides):
    pairs = block(*sides, Model.load())
    assert recall(pairs, lists.truth["row"].to_numpy(), lists.truth["person"].to_numpy(), PEOPLE) >= 0.998
    assert pairs.per_row(ROWS) <= 3


def test_candidates_shown_keep_recall_and_precision_at_the_thresholds_fixed_in_training(lists, found):
    truth = truth_of(lists)
    right = sum(truth.get(each.row) == each.person for each in found)
    assert right / len(truth) >= 0.99
    assert right / len(found) >= 0.97


def test_candidates_beyond_doubt_are_right_998_times_in_1000(lists, found):
    truth = truth_of(lists)
    lone = [each for each in found if not each.ambiguous]
    assert len(lone) > len(truth) / 2
    assert sum(truth.get(each.row) == each.person for each in lone) / len(lone) >= 0.998


def test_twins_are_never_merged(lists, found):
    sibling = lists.slips["sibling"].to_pylist()
    assert sum(twin >= 0 for twin in sibling) > 100
    assert not [each for each in found if not each.ambiguous and each.person == sibling[each.row]]


def test_shared_numbers_are_never_merged_with_the_other_bearer(lists, found):
    truth, slips = truth_of(lists), lists.slips["number"].to_pylist()
    shared = [each for each in found if slips[each.row] == "shared"]
    wrong = [each for each in shared if each.person != truth.get(each.row)]
    assert wrong
    assert all(each.ambiguous for each in wrong)


def test_answers_come_by_row_then_likeliest_first(found):
    assert [(each.row, -each.score_ppm) for each in found] == sorted((each.row, -each.score_ppm) for each in found)
    assert all(Model.load().review_ppm <= each.score_ppm <= MILLION or each.ambiguous for each in found)


def test_weights_of_an_explanation_add_up_to_the_score(found):
    for each in found[:500]:
        told = [entry for entry in each.explanation if entry["comparison"] not in (TOTAL, DOUBT)]
        total = next(float(entry["weight"]) for entry in each.explanation if entry["comparison"] == TOTAL)
        assert told[0]["comparison"] == PRIOR
        assert sum(float(entry["weight"]) for entry in told) == pytest.approx(total, abs=1e-3)
        assert abs(probability_ppm(total) - each.score_ppm) <= 100
        assert each.ambiguous or not [entry for entry in each.explanation if entry["comparison"] == DOUBT]
        assert all(isinstance(value, str) for entry in each.explanation for value in entry.values())
        assert "合计" in as_text(each.explanation)


def test_the_same_lists_give_the_same_answer_whatever_the_number_of_threads(lists, monkeypatch):
    rows, register = lists.rows.slice(0, 3000), lists.register
    answers = []
    for workers in (1, 2):
        monkeypatch.setattr("os.cpu_count", lambda workers=workers: workers)
        connect = duckdb.connect
        monkeypatch.setattr(
            "jubao.matching.scoring.duckdb.connect", lambda w=workers, c=connect: c(config={"threads": w})
        )
        answers.append(find(rows, register))
        monkeypatch.undo()
    answers.append(find(rows, register))
    assert answers[0] == answers[1] == answers[2]


def test_the_order_of_the_register_changes_nothing_but_places(lists):
    rows, register = lists.rows.slice(0, 1000), lists.register.slice(0, 5000)
    backwards = register.take(pa.array(np.arange(5000)[::-1].copy()))
    plain = {(each.row, each.person, each.score_ppm, each.ambiguous) for each in find(rows, register)}
    turned = {(each.row, 4999 - each.person, each.score_ppm, each.ambiguous) for each in find(rows, backwards)}
    assert plain == turned


def test_columns_kept_from_an_earlier_list_give_the_same_answer(lists):
    rows, register = lists.rows.slice(0, 500), lists.register.slice(0, 5000)
    assert find(rows, register, prepared=prepare(register)) == find(rows, register)
    with pytest.raises(AssertionError, match="another register"):
        find(rows, register, prepared=prepare(lists.register.slice(0, 4999)))


def test_our_scores_are_those_of_splinks_predict(sides):
    left, right = sides[0].slice(0, 4000), sides[1]
    ours, theirs = score(left, right, minimum_ppm=0), splink_score(left, right, model=Model.load())
    assert ours.num_rows > 4000
    for name in ("left_row", "right_row", "score_ppm"):
        assert ours[name].to_pylist() == theirs[name].to_pylist()
    assert np.allclose(ours["weight"], theirs["weight"], atol=1e-9)


def test_a_row_alone_finds_what_it_finds_in_the_list(sides):
    whole = score(*sides)
    for row in (0, 7, 4999):
        alone = score(sides[0].slice(row, 1), sides[1])
        among = whole.filter(pa.array(np.asarray(whole["left_row"]) == row))
        assert alone["right_row"].to_pylist() == among["right_row"].to_pylist()
        assert alone["score_ppm"].to_pylist() == among["score_ppm"].to_pylist()


def test_empty_lists_find_nobody(lists):
    nothing = lists.rows.slice(0, 0)
    assert find(nothing, lists.register.slice(0, 10)) == []
    assert find(lists.rows.slice(0, 10), nothing) == []
    assert find(nothing, nothing) == []
    assert find(people({}, {}), people({}, {"name": "王伟"})) == []


def test_a_table_without_its_columns_is_refused_with_all_that_is_missing():
    with pytest.raises(MissingColumns, match="sex、division") as refused:
        prepare(people({}).drop_columns(["sex", "division"]))
    assert refused.value.columns == ["sex", "division"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.fixed_dictionaries({name: st.text(max_size=30) for name in COLUMNS}), max_size=4))
def test_no_text_breaks_the_comparison(rows):
    hostile = [
        {"name": "'; DROP TABLE people; --", "resident_number": "\x00" * 18, "address": '"' * 9},
        {
            "name": "𠮷\U000323ae\ud7ff",
            "resident_number": "４３０６０２１９８００１０１００１×",
            "birth_date": "1980-02-30",
        },
        {
            "name": "\u202e王",
            "resident_number": "4.30602E+17",
            "phone": "+86\u0000138",
            "sex": "第三",
            "division": "430602\n",
        },
    ]
    usable = [
        {name: value.encode("utf-8", "ignore").decode() for name, value in row.items()} for row in [*rows, *hostile]
    ]
    assert all(each.score_ppm <= MILLION for each in find(people(*usable), people(*usable)))


def test_nulls_count_as_empty():
    empty = pa.table({name: pa.array([None], pa.string()) for name in COLUMNS})
    assert find(empty, empty) == []


def test_the_house_model_is_trained_whole():
    model = Model.load()
    assert model.version
    assert {"seed", "rows", "register", "true_pairs", "random_pairs", "blocking_recall"} <= model.trained.keys()
    for each in model.comparisons:
        told = [level for level in each.levels if not level.missing]
        assert sum(level.m for level in told) == pytest.approx(1, abs=1e-4)
        assert sum(level.u for level in told) == pytest.approx(1, abs=1e-4)
        assert each.levels[-1].when == "ELSE"


def test_a_common_key_is_left_out_and_counted():
    crowd = people(*[{"name": "王伟", "phone": "13800000000"}] * 200)
    pairs = block(prepare(crowd.slice(0, 1)), prepare(crowd), Model.load())
    assert len(pairs.left) == 0
    assert pairs.too_common["phone"] == 200


def test_near_ties_are_all_shown_and_a_clear_winner_stands_alone():
    register = prepare(
        people({"name": "王伟", "birth_date": "1980-01-01"}, {"name": "李娜", "birth_date": "1990-05-05"})
    )
    rows = prepare(people({"name": "王伟", "birth_date": "1980-01-01"}))
    model = Model.load()
    scored = pa.table(
        {
            "left_row": [0, 0],
            "right_row": [0, 1],
            "score_ppm": [999_000, 990_000],
            "weight": [10.0, 10.0 - model.near_tie_bits],
        }
    )
    assert choose(scored, rows, register, model=model)["ambiguous"].to_pylist() == [True, True]
    apart = replace(model, near_tie_bits=model.near_tie_bits - 1)
    assert choose(scored, rows, register, model=apart)["right_row"].to_pylist() == [0]
    assert choose(scored, rows, register, model=apart)["ambiguous"].to_pylist() == [False]
