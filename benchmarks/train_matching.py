"""Train the scoring model anew: ``python -m benchmarks.train_matching --seed 2017 --version 2``."""

import argparse
import sys
from pathlib import Path

import jubao.matching
from jubao.matching.features import prepare
from jubao.matching.model import Model
from jubao.matching.training import Labels, as_yaml, fix_thresholds, train
from jubao.simulation.labelled import Labelled, labelled

HOUSE_MODEL = Path(jubao.matching.__file__).parent / "model.yaml"


def labels_of(made: Labelled) -> Labels:
    """Lists of the generator, ready to learn from."""
    rows, people = made.truth["row"].to_numpy(), made.truth["person"].to_numpy()
    return Labels(prepare(made.rows), prepare(made.register), rows, people)


def main(words: list[str]) -> int:
    """Train and write the model's file."""
    asked = _parser().parse_args(words)
    labels = labels_of(labelled(asked.people, asked.rows, asked.seed))
    model = fix_thresholds(train(Model.load(asked.start), labels, seed=asked.seed, version=asked.version), labels)
    asked.out.write_text(as_yaml(model), encoding="utf-8")
    print(model.version, model.review_ppm, model.sure_ppm, model.trained)  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.train_matching", description="在合成名单上重新训练模糊比对模型"
    )
    parser.add_argument("--seed", type=int, default=2017, help="合成名单与随机抽样的种子")
    parser.add_argument("--people", type=int, default=55_000, help="登记册人数")
    parser.add_argument("--rows", type=int, default=55_000, help="名单行数")
    parser.add_argument("--version", required=True, help="新模型的版本")
    parser.add_argument("--start", type=Path, default=HOUSE_MODEL, help="取其比对项、条件与分组键的模型文件")
    parser.add_argument("--out", type=Path, default=HOUSE_MODEL, help="写到哪里")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
