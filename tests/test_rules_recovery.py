"""Filling what is owed by what is paid: every fen once, in order, each case alone, and late payments move nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.rules.recovery import PaidMoreThanOwed, fill_in_order

CASE = st.tuples(st.lists(st.integers(1, 20_000), min_size=1, max_size=8), st.lists(st.integers(1, 9_000), max_size=6))


def columns(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Amounts and case numbers of some cases."""
    fen = [one for row in rows for one in row]
    case = [place for place, row in enumerate(rows) for _ in row]
    return np.array(fen, dtype=np.int64), np.array(case, dtype=np.int64)


def affordable(cases: list[tuple[list[int], list[int]]]) -> list[tuple[list[int], list[int]]]:
    """The cases, with payments cut off where they would exceed what is owed."""
    kept = []
    for owed, paid in cases:
        fitting = [place for place in range(len(paid) + 1) if sum(paid[:place]) <= sum(owed)]
        kept.append((owed, paid[: max(fitting)]))
    return kept


def by_hand(owed: list[int], paid: list[int]) -> list[tuple[int, int, int]]:
    """One fen after the other, as a clerk would tick them off."""
    pieces, rest, row = [], list(owed), 0
    for place, fen in enumerate(paid):
        left = fen
        while left:
            part = min(left, rest[row])
            pieces.append((row, place, part))
            left, rest[row] = left - part, rest[row] - part
            row += rest[row] == 0
    return pieces


@given(st.lists(CASE, max_size=6).map(affordable))
def test_a_clerk_with_a_pencil_comes_to_the_same(cases: list[tuple[list[int], list[int]]]) -> None:
    owed, paid = columns([one for one, _ in cases]), columns([one for _, one in cases])
    shares = fill_in_order(*owed, *paid)
    expected, rows, payments = [], 0, 0
    for some, others in cases:
        expected += [(row + rows, place + payments, fen) for row, place, fen in by_hand(some, others)]
        rows, payments = rows + len(some), payments + len(others)
    assert list(zip(shares.owed.tolist(), shares.paid.tolist(), shares.fen.tolist(), strict=True)) == expected


@given(CASE.map(lambda one: affordable([one])[0]))
def test_a_later_payment_never_moves_an_earlier_one(case: tuple[list[int], list[int]]) -> None:
    owed, paid = case
    whole = fill_in_order(*columns([owed]), *columns([paid]))
    first = fill_in_order(*columns([owed]), *columns([paid[:-1]]))
    assert whole.fen[: first.fen.size].sum() == first.fen.sum()
    assert whole.owed[: first.owed.size].tolist() == first.owed.tolist()


def test_more_than_is_owed_is_refused_with_the_cases() -> None:
    owed, paid = columns([[100], [50, 50], [7]]), columns([[100], [101], []])
    with pytest.raises(PaidMoreThanOwed) as refused:
        fill_in_order(*owed, *paid)
    assert refused.value.cases.tolist() == [1]
