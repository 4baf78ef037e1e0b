"""The same comparison on Spark, for what outgrows one machine: Splink's Spark backend with the model's own conditions."""

from typing import Any

import numpy as np
import pyarrow as pa

from jubao.matching.linking import LIST, REGISTER, ROW, settings
from jubao.matching.model import MILLION, Model
from jubao.matching.scoring import ordered, with_keys


def spark_score(
    left: pa.Table, right: pa.Table, *, model: Model, session: Any, minimum_ppm: int | None = None
) -> pa.Table:
    """Score candidate pairs on a cluster; the pairs and scores of ``score``.

    Args:
        left, right: comparison columns, as ``prepare`` gives them.
        model: comparisons, weights and thresholds.
        session: a Spark session (optional extra ``spark``).
        minimum_ppm: pairs below it are left out; the model's review threshold by default.

    Returns:
        ``left_row``, ``right_row``, ``score_ppm``, ``weight``, in the order of ``score``.
    """
    from splink import Linker, SparkAPI

    database = SparkAPI(spark_session=session, register_udfs_automatically=False)  # type: ignore[no-untyped-call]
    tables = [
        database.register(session.createDataFrame(table), dataset_display_name=name)
        for table, name in zip(with_keys(left, right, model), (LIST, REGISTER), strict=True)
    ]
    linker = Linker(tables, settings(model), log_level=None)
    found = linker.inference.predict(warning_mode="never").as_spark_dataframe()
    table = found.select(f"{ROW}_l", f"{ROW}_r", "match_weight").toArrow()
    weight = np.asarray(table["match_weight"], dtype=np.float64)
    ppm = np.rint(MILLION / (1 + np.exp2(-weight))).astype(np.int64)
    least = model.review_ppm if minimum_ppm is None else minimum_ppm
    rows = (np.asarray(table[f"{ROW}_{side}"], dtype=np.int64) for side in "lr")
    columns = dict(zip(("left_row", "right_row"), rows, strict=True)) | {"score_ppm": ppm, "weight": weight}
    return ordered(pa.table(columns).filter(pa.array(ppm >= least)))
