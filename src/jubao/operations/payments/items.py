"""The items of a pension, in the order in which every matrix of pension months keeps them."""

import numpy as np

from jubao.columns.by_code import amount_columns
from jubao.operations.contributions.sources import SOURCES, Ids
from jubao.operations.payments.columns import Array
from jubao.vocabulary.codes import BenefitItem
from jubao.vocabulary.fen import Fen

ITEMS: tuple[BenefitItem, ...] = tuple(BenefitItem)
AMOUNTS = amount_columns(ITEMS)
"""The columns of a pension month that hold fen, one for each item."""
ACCOUNT_ITEMS = [ITEMS.index(BenefitItem.of(source)) for source in SOURCES]
"""Where the account parts stand among the items, in the order of the accounts' sources."""
_CODES = np.array([str(item) for item in ITEMS])
_BY_CODE = np.argsort(_CODES)


def columns_of(items: Array) -> Ids:
    """Column numbers of items given by code; a code nobody knows is our own mistake."""
    columns = _BY_CODE[np.minimum(np.searchsorted(_CODES, items, sorter=_BY_CODE), len(ITEMS) - 1)]
    assert (_CODES[columns] == items).all(), "an item outside the list of items"
    return np.asarray(columns, dtype=np.int64)


def by_item(row: Ids, count: int, items: Array, amount: Fen) -> Fen:
    """Amounts given item by item, put together by row.

    Args:
        row: shape (n,), the row each amount belongs to, from 0.
        count: number of rows.
        items: shape (n,), item codes; amount: shape (n,), fen.
    Returns:
        shape (count, 12), int64 fen.
    """
    fen = np.zeros((count, len(ITEMS)), dtype=np.int64)
    fen[row, columns_of(items)] = amount
    assert np.count_nonzero(fen) == np.count_nonzero(amount), "an item stands once in a month"
    return fen


def paid_by_item(fen: Fen) -> dict[str, int]:
    """What some rows of shape (n, 12) pay, fen by item; items that pay nothing are left out."""
    return {str(item): total for item, total in zip(ITEMS, fen.sum(axis=0).tolist(), strict=True) if total}
