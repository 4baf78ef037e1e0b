"""The sources of the money in an individual account, in the order in which every matrix of accounts keeps them."""

import numpy as np
from numpy.typing import NDArray

from jubao.vocabulary.codes import Source

Ids = NDArray[np.int64]
"""Primary keys, or placeholders of rows that a plan adds."""
SOURCES: tuple[Source, ...] = tuple(Source)
NAMES = np.array([str(source) for source in SOURCES])
GOVERNMENT_SOURCES = (Source.PROVINCE, Source.CITY, Source.COUNTY, Source.GOVERNMENT_PAID)
GOVERNMENT_COLUMNS = [SOURCES.index(source) for source in GOVERNMENT_SOURCES]
_BY_NAME = np.argsort(NAMES)


def columns_of(sources: NDArray[np.str_]) -> Ids:
    """Column numbers of sources given by name; a name nobody knows is our own mistake."""
    columns = _BY_NAME[np.minimum(np.searchsorted(NAMES, sources, sorter=_BY_NAME), len(SOURCES) - 1)]
    assert (NAMES[columns] == sources).all(), "a source outside the list of sources"
    return np.asarray(columns, dtype=np.int64)
