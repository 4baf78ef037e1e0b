"""Rows of people as columns that can be compared: one table of numbers and keys for each list."""

from typing import Final

import numpy as np
import pyarrow as pa

from jubao.matching.names import name_features
from jubao.matching.numbers import number_features
from jubao.matching.places import place_features

COLUMNS: Final = ("key", "name", "resident_number", "birth_date", "sex", "division", "address", "phone")


class MissingColumns(ValueError):
    """A table to be compared lacks columns; ``columns`` names them all."""

    def __init__(self, columns: list[str]) -> None:
        """Name every missing column."""
        self.columns = columns
        super().__init__(f"名单缺少列：{'、'.join(columns)}；请在版式对应关系中补齐后再比对")


def prepare(people: pa.Table) -> pa.Table:
    """Make people comparable.

    Args:
        people: n rows with the string columns ``COLUMNS``; any may be empty or null.

    Returns:
        n rows: ``row_id`` (position, int64) and the columns of ``name_features``, ``number_features`` and
        ``place_features``.

    Raises:
        MissingColumns: all columns that are missing.
    """
    if missing := [name for name in COLUMNS if name not in people.column_names]:
        raise MissingColumns(missing)
    columns: dict[str, pa.Array] = {"row_id": pa.array(np.arange(people.num_rows, dtype=np.int64))}
    columns |= name_features(people["name"])
    columns |= number_features(people["resident_number"], people["birth_date"], people["sex"])
    columns |= place_features(people["division"], people["address"], people["phone"])
    return pa.table(columns)
