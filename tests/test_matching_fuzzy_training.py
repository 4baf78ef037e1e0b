"""Training is repeatable, its file says all there is to know, and the benchmark checks before it measures."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from benchmarks import match_fuzzy
from benchmarks.train_matching import HOUSE_MODEL, labels_of, main
from jubao.matching.model import Model
from jubao.matching.training import as_yaml, fix_thresholds, train
from jubao.simulation.labelled import labelled


def test_the_house_models_file_is_what_training_writes():
    assert HOUSE_MODEL.read_text(encoding="utf-8") == as_yaml(Model.load())
    assert Model.load(HOUSE_MODEL) == Model.load()


def test_the_same_seed_trains_the_same_model():
    labels = labels_of(labelled(1500, 1500, 3))
    one, same = (train(Model.load(), labels, seed=9, version="t", random_pairs=200_000) for _ in range(2))
    assert as_yaml(one) == as_yaml(same)
    assert one != Model.load()
    assert one.trained["seed"] == 9


def test_training_tells_agreement_from_difference():
    labels = labels_of(labelled(1500, 1500, 3))
    model = train(Model.load(), labels, seed=9, version="t", random_pairs=200_000)
    for each in model.comparisons:
        told = [level for level in each.levels if not level.missing]
        assert told[0].weight > 0 > told[-1].weight, each.name
        assert sum(level.m for level in told) == pytest.approx(1, abs=1e-4)


def test_thresholds_keep_the_true_candidates_they_promise():
    labels = labels_of(labelled(1500, 1500, 3))
    model = fix_thresholds(replace(Model.load(), trained={}), labels)
    assert 0 < model.review_ppm <= model.sure_ppm
    assert model.trained["blocking_recall"] >= 0.998


def test_the_training_command_writes_a_model(tmp_path: Path, capsys):
    out = tmp_path / "model.yaml"
    assert main(["--seed", "5", "--people", "800", "--rows", "800", "--version", "try", "--out", str(out)]) == 0
    assert Model.of(yaml.safe_load(out.read_text(encoding="utf-8"))).version == "try"
    assert "try" in capsys.readouterr().out


@pytest.mark.slow
def test_the_benchmark_agrees_with_splink_and_is_faster():
    (run,) = match_fuzzy.run(5000, 1)
    assert "与 Splink 相同" in run.checked
    assert set(run.taken) == {"splink predict", "score", "dict", "prepare both"}
    assert run.ratio("score") < 1
