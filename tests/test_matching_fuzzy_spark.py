"""The comparison on Spark gives the pairs and scores of one machine; skipped where Spark is not installed."""

import pytest

from jubao.matching.features import prepare
from jubao.matching.model import Model
from jubao.matching.scoring import score
from jubao.simulation.labelled import labelled

pyspark = pytest.importorskip("pyspark", reason="optional extra spark is not installed")


@pytest.mark.filterwarnings("ignore")
def test_spark_gives_the_same_pairs_and_scores(tmp_path):
    from pyspark.sql import SparkSession

    from jubao.matching.spark import spark_score

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.warehouse.dir", str(tmp_path))
        .getOrCreate()
    )
    try:
        session.sparkContext.setCheckpointDir(str(tmp_path))
        made = labelled(2000, 500, 43)
        left, right, model = prepare(made.rows), prepare(made.register), Model.load()
        ours, theirs = score(left, right, model=model), spark_score(left, right, model=model, session=session)
    finally:
        session.stop()
    assert ours.num_rows > 300
    for name in ("left_row", "right_row", "score_ppm"):
        assert ours[name].to_pylist() == theirs[name].to_pylist()
