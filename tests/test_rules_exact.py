"""Rules against exact fractions: whatever the amounts, rates and months, not one fen of difference."""

from datetime import date, timedelta
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.rules import account, arrears, benefit, settlement
from jubao.vocabulary import month

amounts = st.integers(0, 10**10)
rates = st.integers(0, 90_000)
flows = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 6), st.integers(1, 12), st.integers(-(10**8), 10**8))
)
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
    interest = account.month_product_interest(column(opening), who, months, sums, **regime)
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
    total = account.month_product_interest(whole.sum(axis=1), who, months, sums, **regime)
    assert parts.sum(axis=1).tolist() == total.tolist()


@given(matrices, st.integers(1, 400))
def test_account_pension_by_source_adds_up_and_is_exact(balances, divisor):
    whole = np.array(balances, dtype=np.int64)
    parts = benefit.account_pension_by_source(whole, divisor=divisor)
    exact = [half_away(Fraction(sum(row), divisor)) for row in balances]
    assert parts.sum(axis=1).tolist() == exact
    assert benefit.account_pension(whole.sum(axis=1), divisor=divisor).tolist() == exact
    assert (np.abs(parts * divisor - whole) < divisor).all()


@given(
    amounts,
    st.lists(
        st.tuples(st.dates(date(2015, 1, 1), date(2015, 12, 31)), st.integers(-(10**8), 10**8)), max_size=6
    ),
)
def test_day_count_over_changing_rates_equals_adding_day_by_day(opening, moved):
    rates_2015 = [(date(2014, 11, 22), 27_500), (date(2015, 3, 1), 25_000), (date(2015, 10, 24), 15_000)]
    start, end = date(2015, 1, 1), date(2016, 1, 1)
    days = np.array([day for day, _ in moved], dtype="datetime64[D]")
    interest = account.day_count_interest(
        column([opening]),
        column([0] * len(moved)),
        days,
        column([fen for _, fen in moved]),
        rates=rates_2015,
        from_date=start,
        to_date=end,
    )
    exact = Fraction(0)
    for step in range(365):
        day = start + timedelta(step)
        ppm = next(rate for since, rate in reversed(rates_2015) if since <= day)
        balance = opening + sum(fen for paid, fen in moved if paid <= day)
        exact += Fraction(balance * ppm, 365 * 10**6)
    assert interest[0] == half_away(exact)


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


@given(amounts, amounts, amounts)
def test_ending_a_duplicate_pension_balances(base_back, own, government):
    settled = settlement.settle_duplicate(
        column([base_back]), column([own + government]), column([government])
    )
    assert settled.refund[0] + settled.offset[0] == own
    assert settled.still_due[0] + settled.offset[0] == base_back
    assert min(settled.refund[0], settled.still_due[0]) == 0


@given(amounts, st.integers(0, 12))
def test_overlap_refunds_are_pro_rata(personal, months):
    refund = settlement.overlap_refund(column([personal]), column([months]), "month_prorata")
    assert refund[0] == half_away(Fraction(personal * months, 12))


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(-5, 30)), max_size=20))
def test_expanded_months_are_the_spans(periods):
    first = [month.add(200001, begin) for begin, _ in periods]
    end = [month.add(start, length) for start, (_, length) in zip(first, periods, strict=True)]
    place, months = arrears.expand_months(column(first), column(end))
    expected = [
        (who, one) for who, (a, b) in enumerate(zip(first, end, strict=True)) for one in month.span(a, b)
    ]
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


def test_a_rate_that_starts_after_the_period_earns_nothing_in_it():
    none = column([])
    rates_2015 = [(date(2014, 11, 22), 36_500), (date(2015, 3, 1), 73_000), (date(2015, 10, 24), 15_000)]
    period = {
        "from_date": date(2015, 2, 26),
        "to_date": date(2015, 3, 3),
    }  # 3 days at 3.65 %, 2 days at 7.3 %
    interest = account.day_count_interest(
        column([1_000_000]), none, none.astype("datetime64[D]"), none, rates=rates_2015, **period
    )
    assert interest.tolist() == [3 * 100 + 2 * 200]


def test_a_rate_must_be_in_force_from_the_first_day():
    none = column([])
    with pytest.raises(account.NoRateInForce):
        account.day_count_interest(
            column([1]),
            none,
            none.astype("datetime64[D]"),
            none,
            rates=[(date(2017, 1, 2), 15_000)],
            from_date=date(2017, 1, 1),
            to_date=date(2018, 1, 1),
        )
