"""Rules against exact fractions: whatever the amounts, rates and months, not one fen of difference."""

from fractions import Fraction
from math import floor

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from jubao.rules import account, arrears, benefit, settlement
from jubao.vocabulary import month

amounts = st.integers(0, 10**10)
rates = st.integers(0, 90_000)
flows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(1, 12), st.integers(-(10**8), 10**8)))
matrices = st.lists(st.lists(amounts, min_size=7, max_size=7), min_size=3, max_size=3)


def half_away(exact: Fraction) -> int:
    size = floor(abs(exact) + Fraction(1, 2))
    return size if exact >= 0 else -size


def column(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@given(
    st.lists(amounts, min_size=3, max_size=3),
    flows,
    rates,
    st.booleans(),
    st.integers(0, 6),
    st.integers(6, 12),
)
def test_month_products_are_month_end_balances_added_up(opening, moved, ppm, counts, after, through):
    moved = [flow for flow in moved if flow[2] > after]
    who, _, months, sums = (column([flow[field] for flow in moved]) for field in range(4))
    regime = {"rate_ppm": ppm, "after_month": after, "through_month": through, "credit_month_counts": counts}
    alone = column(opening)[:, None]
    interest = account.interest_by_source(alone, who, np.zeros_like(who), months, sums, **regime)[:, 0]
    for person in range(3):
        product = 0
        for this in range(after + 1, through + 1):
            seen = this if counts else this - 1
            product += opening[person]
            product += sum(fen for place, _, number, fen in moved if place == person and number <= seen)
        assert interest[person] == half_away(Fraction(product * ppm, 12 * 10**6))


@given(matrices, flows, rates, st.integers(0, 12))
def test_interest_by_source_adds_up_to_the_account(opening, moved, ppm, through):
    who, source, months, sums = (column([flow[field] for flow in moved]) for field in range(4))
    regime = {"rate_ppm": ppm, "through_month": through}
    whole = np.array(opening, dtype=np.int64)
    parts = account.interest_by_source(whole, who, source, months, sums, **regime)
    together = whole.sum(axis=1, keepdims=True)
    total = account.interest_by_source(together, who, np.zeros_like(who), months, sums, **regime)
    assert parts.sum(axis=1).tolist() == total[:, 0].tolist()


@given(matrices, st.integers(1, 400))
def test_account_pension_by_source_adds_up_and_is_exact(balances, divisor):
    whole = np.array(balances, dtype=np.int64)
    parts = benefit.account_pension_by_source(whole, divisor=divisor)
    exact = [half_away(Fraction(sum(row), divisor)) for row in balances]
    assert parts.sum(axis=1).tolist() == exact
    assert benefit.account_pension(whole.sum(axis=1), divisor=divisor).tolist() == exact
    assert (np.abs(parts * divisor - whole) < divisor).all()


@given(matrices, matrices)
def test_drawing_never_overdraws_a_source(balances, parts):
    before, wanted = np.array(balances), np.array(parts)
    drawn = benefit.account_draw(before, wanted)
    assert ((before - drawn) >= 0).all()
    assert (drawn <= wanted).all()
    assert ((drawn == wanted) | (drawn == before)).all()


@given(*[amounts] * 4)
def test_a_settlement_balances(refundable, backpay, grant, overpaid):
    settled = settlement.settle_termination(*map(column, ([refundable], [backpay], [grant], [overpaid])))
    assert settled.credit[0] == refundable + backpay + grant
    assert settled.offset[0] + settled.refund[0] == settled.credit[0]
    assert settled.offset[0] + settled.to_recover[0] == overpaid
    assert min(settled.refund[0], settled.to_recover[0]) == 0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-5, 30)), max_size=20))
def test_expanded_months_are_the_spans(periods):
    first = [month.add(200001, begin) for begin, _ in periods]
    end = [month.add(start, length) for start, (_, length) in zip(first, periods, strict=True)]
    place, months = arrears.expand_months(column(first), column(end))
    expected = [(who, one) for who, (a, b) in enumerate(zip(first, end, strict=True)) for one in month.span(a, b)]
    assert list(zip(place.tolist(), months.tolist(), strict=True)) == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=40, unique=True))
def test_stretches_are_the_fewest_periods_with_the_same_months(pairs):
    pairs = sorted(pairs)
    due = column([who for who, _ in pairs]), column([month.add(201511, later) for _, later in pairs])
    place, first, end = arrears.stretches(*due)
    row, months = arrears.expand_months(first, end)
    assert place[row].tolist() == due[0].tolist()
    assert months.tolist() == due[1].tolist()
    joined = {(who, until) for who, until in zip(place.tolist(), end.tolist(), strict=True)}
    assert not joined & set(zip(place.tolist(), first.tolist(), strict=True))


@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 60))
def test_held_months_are_never_due(length, hold_start, hold_length):
    start, end = 201501, month.add(201501, length)
    held = set(month.span(month.add(start, hold_start), month.add(start, hold_start + hold_length)))
    holds = arrears.Holds(
        column([1]),
        column([month.add(start, hold_start)]),
        column([month.add(start, hold_start + hold_length)]),
    )
    place, months = arrears.months_due(column([start, start]), column([end, end]), holds)
    assert months[place == 0].tolist() == month.span(start, end)
    assert months[place == 1].tolist() == [one for one in month.span(start, end) if one not in held]
