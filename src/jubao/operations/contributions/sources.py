"""The sources of the money in an individual account, in the order in which every matrix of accounts keeps them."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from jubao.columns.by_code import amount_columns
from jubao.vocabulary.codes import Source
from jubao.vocabulary.fen import Fen

Ids = NDArray[np.int64]
"""Primary keys, or placeholders of rows that a plan adds."""
SOURCES: tuple[Source, ...] = tuple(Source)
AMOUNTS = amount_columns(SOURCES)
"""The columns of a posting, and of an account, that hold fen, one for each source."""
GOVERNMENT_SOURCES = (Source.PROVINCE, Source.CITY, Source.COUNTY, Source.GOVERNMENT_PAID)
GOVERNMENT_COLUMNS = [SOURCES.index(source) for source in GOVERNMENT_SOURCES]


def by_source(amounts: Mapping[Source, Fen], count: int) -> Fen:
    """Amounts given source by source, shape (count,) each, side by side: shape (count, 7), int64 fen."""
    fen = np.zeros((count, len(SOURCES)), dtype=np.int64)
    for source, column in amounts.items():
        fen[:, SOURCES.index(source)] += column
    return fen
