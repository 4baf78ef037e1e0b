"""Money: rounding against exact fractions, splitting without loss, text read strictly."""
# ruff: noqa: RUF001  (full-width and foreign characters are what is tested)

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.vocabulary import fen

amounts = st.integers(-fen.MAX_FEN, fen.MAX_FEN)
rates = st.integers(0, 200_000)
rows = st.lists(st.integers(0, fen.MAX_FEN), min_size=1, max_size=8)


def half_away(exact: Fraction) -> int:
    """An independent half-up: floor of the size plus one half, the sign put back."""
    size = floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


@given(amounts, st.integers(1, 10**7))
def test_division_equals_exact_arithmetic_for_numbers_and_arrays(amount, divisor):
    exact = half_away(Fraction(amount, divisor))
    assert fen.divide_half_up(amount, divisor) == exact
    array = fen.divide_half_up(np.array([amount]), divisor)
    assert array.dtype == np.int64
    assert array.tolist() == [exact]


@pytest.mark.parametrize(("amount", "expected"), [(1, 1), (-1, -1), (3, 2), (-3, -2), (0, 0)])
def test_halves_go_away_from_zero(amount, expected):
    assert fen.divide_half_up(amount, 2) == expected


@pytest.mark.parametrize("divisor", [0, -1])
def test_division_by_nothing_or_by_a_debt_is_refused(divisor):
    with pytest.raises(ZeroDivisionError):
        fen.divide_half_up(1, divisor)
    with pytest.raises(ZeroDivisionError):
        fen.divide_half_up(np.array([1]), divisor)


@given(amounts, rates)
def test_a_rate_in_millionths_equals_exact_arithmetic(amount, ppm):
    exact = half_away(Fraction(amount * ppm, 10**6))
    assert fen.multiply_ppm(amount, ppm) == exact
    assert fen.multiply_ppm(np.array([amount]), ppm).tolist() == [exact]


@given(rows, rates, st.integers(1, 12_000_000))
def test_rounded_parts_add_up_and_stay_within_one_fen_of_the_exact_part(parts, ppm, divisor):
    rounded = fen.round_parts(np.array([parts]), ppm, divisor)[0].tolist()
    exact = [Fraction(part * ppm, divisor) for part in parts]
    assert sum(rounded) == half_away(sum(exact))
    assert all(abs(whole - part) < 1 for whole, part in zip(rounded, exact, strict=True))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6), st.integers(1, 1000))
def test_missing_fen_go_to_the_largest_remainders(parts, divisor):
    rounded = fen.round_parts(np.array([parts]), 1, divisor)[0].tolist()
    more = [(part % divisor, -place) for place, part in enumerate(parts) if rounded[place] > part // divisor]
    less = [(part % divisor, -place) for place, part in enumerate(parts) if rounded[place] == part // divisor]
    assert not more or not less or min(more) > max(less)


@given(amounts, rows)
def test_allocation_loses_and_creates_nothing(total, weights):
    if sum(weights) == 0 and total:
        with pytest.raises(fen.CannotAllocate):
            fen.allocate(total, weights)
        return
    parts = fen.allocate(total, weights).tolist()
    assert sum(parts) == total
    whole = sum(weights) or 1
    assert all(abs(part - Fraction(total * weight, whole)) < 1 for part, weight in zip(parts, weights, strict=True))


def test_allocation_works_row_by_row_as_in_a_batch():
    weights = np.random.default_rng(7).integers(0, 10**11, (200, 5)) + 1
    totals = np.random.default_rng(8).integers(-fen.MAX_FEN, fen.MAX_FEN, 200)
    batch = fen.allocate(totals, weights)
    assert [fen.allocate(int(totals[row]), weights[row]).tolist() for row in range(200)] == batch.tolist()


def test_negative_weights_are_refused():
    with pytest.raises(fen.CannotAllocate, match="负"):
        fen.allocate(1, [2, -1])


@given(amounts)
def test_what_is_written_reads_back(amount):
    assert fen.parse_yuan(fen.format_yuan(amount)) == amount
    assert fen.parse_yuan(fen.yuan_plain(amount)) == amount
    assert Fraction(fen.format_wan(amount)) * 10**6 == amount


@pytest.mark.parametrize(("text", "expected"), [("1,234.56", 123456), ("85", 8500), ("-3.20", -320), ("0.5", 50)])
def test_amounts_are_read(text, expected):
    assert fen.parse_yuan(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "+1",
        "1.234",
        "1,23",
        "12,34.00",
        "1.",
        ".5",
        "1e3",
        "NaN",
        "¥1",
        "１",
        "01",
        "--1",
        "1,2345",
        "1\n",
        "10000000000.01",
        "٣",
    ],
)
def test_what_is_not_plainly_an_amount_is_refused(text):
    with pytest.raises(fen.NotAnAmount):
        fen.parse_yuan(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [(1_176_270_000, "1176.27"), (131_560_000, "131.56"), (10_000_000, "10"), (-5_000, "-0.005")],
)
def test_ten_thousands_are_written_exactly(amount, text):
    assert fen.format_wan(amount) == text
