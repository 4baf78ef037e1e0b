"""How likely two rows are one person: levels of each comparison, their weights, and a score in millionths."""

from typing import Any, Final, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jubao.matching.blocking import PREFIX, Blocked, block, keys, usual
from jubao.matching.linking import LEVEL_PREFIX, LIST, REGISTER, ROW, condition, settings
from jubao.matching.model import MILLION, Comparison, Model
from jubao.matching.texts import NOTHING

Weights: TypeAlias = NDArray[np.float64]
Levels: TypeAlias = NDArray[np.int8]

CHUNK: Final = 1 << 20  # pairs whose columns lie in memory at once
WEIGHT_PREFIX: Final = "weight_"


def score(left: pa.Table, right: pa.Table, *, model: Model | None = None, minimum_ppm: int | None = None) -> pa.Table:
    """Score every candidate pair of two lists.

    Args:
        left, right: comparison columns, as ``prepare`` gives them.
        model: comparisons, weights and thresholds; the house's own by default.
        minimum_ppm: pairs below it are left out; the model's review threshold by default, 0 for all.

    Returns:
        ``left_row``, ``right_row``, ``score_ppm`` (int64), ``weight`` (bits, prior included), and for each comparison
        ``gamma_…`` (int8, number of its level) and ``weight_…`` (bits). By left row, likeliest first, then right row.
        Nothing in it depends on the number of threads.
    """
    model = model or Model.load()
    return ordered(scored(left, right, block(left, right, model), model, minimum_ppm))


def scored(left: pa.Table, right: pa.Table, pairs: Blocked, model: Model, minimum_ppm: int | None = None) -> pa.Table:
    """Score given pairs; as ``score``, in the order of the pairs."""
    least = model.review_ppm if minimum_ppm is None else minimum_ppm
    reader = _Reader(left, right, model)
    tables = [
        weighed(pairs.left[start : start + CHUNK], pairs.right[start : start + CHUNK], reader, model, least)
        for start in range(0, max(len(pairs.left), 1), CHUNK)
    ]
    return pa.concat_tables(tables)


def weighed(left: NDArray[np.int64], right: NDArray[np.int64], reader: "_Reader", model: Model, least: int) -> pa.Table:
    """Levels and weights of some pairs, those of too low a score left out."""
    levels = reader.levels(left, right)
    weights = {each.name: _weights(each)[levels[each.name].astype(np.int64) + 1] for each in model.comparisons}
    total = np.full(len(left), model.prior_weight)
    for each in model.comparisons:  # one after the other: the same sum wherever it runs
        total = total + weights[each.name]
    ppm = np.rint(MILLION / (1 + np.exp2(-total))).astype(np.int64)
    columns: dict[str, Any] = {"left_row": left, "right_row": right, "score_ppm": ppm, "weight": total}
    columns |= {LEVEL_PREFIX + name: found for name, found in levels.items()}
    columns |= {WEIGHT_PREFIX + name: found for name, found in weights.items()}
    kept = np.flatnonzero(ppm >= least)
    return pa.table({name: column if len(kept) == len(ppm) else column[kept] for name, column in columns.items()})


def splink_score(left: pa.Table, right: pa.Table, *, model: Model, minimum_ppm: int = 0, threads: int = 0) -> pa.Table:
    """The same candidates scored by Splink's own predict on DuckDB; ``left_row``, ``right_row``, ``score_ppm``, ``weight``."""
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect(config={"threads": threads} if threads else {})
    database = DuckDBAPI(connection=connection)
    tables = [
        database.register(table, dataset_display_name=name)
        for table, name in zip(with_keys(left, right, model), (LIST, REGISTER), strict=True)
    ]
    linker = Linker(tables, settings(model), log_level=None)
    found = linker.inference.predict(warning_mode="never").as_duckdbpyrelation()
    return ordered(as_scores(found.arrow(), model, minimum_ppm))


def as_scores(found: Any, model: Model, minimum_ppm: int) -> pa.Table:
    """Splink's answer in our columns."""
    table = found.read_all() if isinstance(found, pa.RecordBatchReader) else found
    weight = np.asarray(table["match_weight"], dtype=np.float64)
    ppm = np.rint(MILLION / (1 + np.exp2(-weight))).astype(np.int64)
    columns = {
        "left_row": table[f"{ROW}_l"],
        "right_row": table[f"{ROW}_r"],
        "score_ppm": pa.array(ppm),
        "weight": weight,
    }
    columns |= {
        f"{LEVEL_PREFIX}{each.name}": table[f"{LEVEL_PREFIX}{each.name}"]
        for each in model.comparisons
        if f"{LEVEL_PREFIX}{each.name}" in table.column_names
    }
    return pa.table(columns).filter(pa.array(ppm >= minimum_ppm))


def with_keys(left: pa.Table, right: pa.Table, model: Model) -> tuple[pa.Table, pa.Table]:
    """Both tables with the keys of the blocks as columns, null where there is none or where it is too common."""
    ours, theirs = keys(left, model), keys(right, model)
    theirs = {each.name: usual(theirs[each.name], each.at_most) for each in model.blocks}
    return _keyed(left, ours), _keyed(right, theirs)


def ordered(table: pa.Table) -> pa.Table:
    """By left row, likeliest first, then right row; weights that differ in the ninth decimal count as equal."""
    bits = np.rint(np.asarray(table["weight"], dtype=np.float64) * 1e9).astype(np.int64)
    order = np.lexsort((np.asarray(table["right_row"]), -bits, np.asarray(table["left_row"])))
    return table.take(pa.array(order))


class _Reader:
    """Reads the columns of pairs by position and asks DuckDB for the level of each comparison."""

    def __init__(self, left: pa.Table, right: pa.Table, model: Model) -> None:
        """Keep only the columns that some condition names."""
        self._conditions = {each.name: condition(each) for each in model.comparisons}
        told = " ".join(self._conditions.values())
        self._sides = [
            (table.select([name for name in table.column_names if f"{name}{end}" in told]).combine_chunks(), end)
            for table, end in ((left, "_l"), (right, "_r"))
        ]
        self._connection = duckdb.connect()
        self._query = "SELECT " + ", ".join(f"({sql})::TINYINT AS {name}" for name, sql in self._conditions.items())

    def levels(self, left: NDArray[np.int64], right: NDArray[np.int64]) -> dict[str, Levels]:
        """Number of the level each pair reaches, by comparison; shape (pairs,) each."""
        columns = {
            name + end: pc.take(table[name], pa.array(rows))
            for (table, end), rows in zip(self._sides, (left, right), strict=True)
            for name in table.column_names
        }
        self._connection.register("pairs", pa.table(columns))
        found = self._connection.execute(self._query + " FROM pairs").fetchnumpy()
        return {name: np.asarray(found[name], dtype=np.int8) for name in self._conditions}


def _weights(each: Comparison) -> Weights:
    """Weight of each level of a comparison; the missing one first, then from number 0 on."""
    numbered = each.numbered()
    return np.array([numbered[n].weight if n in numbered else 0.0 for n in range(-1, max(numbered) + 1)])


def _keyed(table: pa.Table, found: dict[str, NDArray[np.int64]]) -> pa.Table:
    for name, column in found.items():
        table = table.append_column(PREFIX + name, pa.array(column, mask=column == NOTHING))
    return table
