"""The projection against closed forms, a cohort counted by hand, conservation of people and money, and directions."""

from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jubao.policy.store import Policy
from jubao.rules.projection import (
    MICRO,
    Assumptions,
    CannotProject,
    Cohorts,
    ProjectedYear,
    older,
    ppm_of,
    project,
    step,
)

AGES = 106
NONE = np.zeros((2, AGES), dtype=np.int64)


def table(ppm: int) -> np.ndarray:
    """The same probability at every age."""
    return np.full((2, AGES), ppm, dtype=np.int64)


def assumed(**said: object) -> Assumptions:
    plain = Assumptions(
        death_ppm=table(0),
        participation_ppm=1_000_000,
        personal_fen=10_000,
        subsidy_fen={"PROVINCE": 1_500, "COUNTY": 1_500},
        basic_fen={"CENTRAL": 7_000, "PROVINCE": 1_500},
        basic_growth_ppm=0,
        crediting_ppm=0,
        fund_interest_ppm=0,
        entrants_ppm=0,
        entry_age=25,
        min_age=16,
        pension_age=60,
        award_ppm=1_000_000,
        divisor=139,
        funeral_fen=0,
    )
    return replace(plain, **said)  # type: ignore[arg-type]


def cohorts(
    insured: dict[int, int] | None = None, drawing: dict[int, int] | None = None, **money: dict[int, int]
) -> Cohorts:
    """Men of some ages, whole people, with the money of all of them in fen."""
    cells = {each.name: NONE.copy() for each in fields(Cohorts)}
    for name, told in {"insured": insured or {}, "drawing": drawing or {}}.items():
        for age, people in told.items():
            cells[name][0, age] = people * MICRO
    for name, told in money.items():
        for age, fen in told.items():
            cells[name][0, age] = fen
    return Cohorts(**cells)


def people(year: ProjectedYear) -> int:
    return year.insured + year.drawing


# ── Closed forms ──


def test_without_deaths_everybody_is_kept() -> None:
    start = cohorts({20: 7, 59: 3}, {60: 5, 100: 2})
    for year in project(start, assumed(), first_year=2018, years=30, fund_fen=0):
        assert people(year) == 17 * MICRO
        assert year.deaths == 0


def test_when_everybody_dies_at_once_nobody_is_left_and_the_accounts_are_paid_out() -> None:
    start = cohorts({30: 4}, {70: 6}, insured_balance={30: 50_000}, drawing_balance={70: 90_000})
    year, later = project(
        start, assumed(death_ppm=table(1_000_000), participation_ppm=0), first_year=2018, years=2, fund_fen=140_000
    )
    assert (people(year), year.deaths) == (0, 10 * MICRO)
    assert year.refund_fen == 140_000
    assert year.account_balance_fen == year.fund_balance_fen == 0
    assert sum(year.basic_fen.values()) == 6 * 6 * 8_500  # six people, half a year each
    assert (later.deaths, later.payers, later.account_pension_fen) == (0, 0, 0)


def test_one_cohort_over_three_years_comes_to_what_was_counted_by_hand() -> None:
    """Ten men of 58 with 139.00 each pay 100.00 (+30.00) twice, draw half of the second year and all of the third."""
    start = cohorts({58: 10}, insured_balance={58: 139_000})
    first, second, third = project(start, assumed(), first_year=2018, years=3, fund_fen=1_000_000)
    assert (first.payers, first.personal_fen, first.subsidy_fen) == (
        10 * MICRO,
        100_000,
        {"PROVINCE": 15_000, "COUNTY": 15_000},
    )
    assert first.account_balance_fen == 139_000 + 130_000
    assert (second.payers, second.personal_fen, second.drawing) == (10 * MICRO, 100_000, 10 * MICRO)
    month = 2_871  # 399,000 / 139 = 2,870.5036, halves up
    assert second.account_pension_fen == 6 * month
    assert second.basic_fen == {"CENTRAL": 10 * 6 * 7_000, "PROVINCE": 10 * 6 * 1_500}
    assert (third.payers, third.personal_fen) == (0, 0)
    assert third.account_pension_fen == 12 * month
    assert third.basic_fen == {"CENTRAL": 10 * 12 * 7_000, "PROVINCE": 10 * 12 * 1_500}
    assert third.account_balance_fen == 399_000 - 18 * month
    assert third.fund_balance_fen == 1_000_000 + 260_000 - 18 * month


def test_a_used_up_account_goes_on_being_paid_by_the_fund() -> None:
    start = cohorts(drawing={90: 1}, drawing_balance={90: 1_000}, pension={90: 1_000})
    told = project(start, assumed(), first_year=2018, years=3, fund_fen=100_000)
    assert [year.account_pension_fen for year in told] == [12_000] * 3
    assert [year.account_balance_fen for year in told] == [0] * 3
    assert told[-1].fund_balance_fen == 100_000 - 36_000


def test_one_of_a_thousand_a_year_leaves_the_power_of_the_survival_rate() -> None:
    start = cohorts({20: 1_000})
    told = project(start, assumed(death_ppm=table(1_000)), first_year=2018, years=30, fund_fen=0)
    exact = [1_000 * MICRO * 999 ** (n + 1) // 1_000 ** (n + 1) for n in range(30)]
    assert all(abs(year.insured - alive) <= 30 for year, alive in zip(told, exact, strict=True))


def test_basic_pensions_grow_from_the_second_year_on() -> None:
    told = project(cohorts(drawing={70: 1}), assumed(basic_growth_ppm=50_000), first_year=2018, years=3, fund_fen=0)
    assert [year.basic_fen["CENTRAL"] for year in told] == [84_000, 12 * 7_350, 12 * 7_718]  # 7717.5, halves up


# ── Conservation ──

CELLS = st.integers(0, 50)
COHORTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, AGES - 1), CELLS, CELLS, st.integers(0, 10**7)), max_size=12
)


def drawn(cells: list[tuple[int, int, int, int, int]]) -> Cohorts:
    """People of any age and sex, with money where there are people."""
    made = cohorts()
    for sex, age, insured, drawing, fen in cells:
        made.insured[sex, age] += insured * MICRO
        made.drawing[sex, age] += drawing * MICRO
        made.insured_balance[sex, age] += fen if insured else 0
    return made


@settings(max_examples=60, deadline=None)
@given(COHORTS, st.integers(0, 400_000), st.integers(0, 30_000), st.integers(0, 1_000_000))
def test_people_who_were_there_or_came_are_alive_or_dead(
    cells: list[tuple[int, int, int, int, int]], death: int, entrants: int, award: int
) -> None:
    start = drawn(cells)
    said = assumed(death_ppm=table(death), entrants_ppm=entrants, award_ppm=award)
    before = int(start.insured.sum() + start.drawing.sum())
    for year in project(start, said, first_year=2018, years=8, fund_fen=0):
        assert people(year) == before + year.entrants - year.deaths
        before = people(year)


@settings(max_examples=60, deadline=None)
@given(COHORTS, st.integers(0, 400_000), st.integers(0, 60_000))
def test_account_money_is_conserved_while_no_account_is_used_up(
    cells: list[tuple[int, int, int, int, int]], death: int, rate: int
) -> None:
    start = drawn(cells)
    said = assumed(death_ppm=table(death), crediting_ppm=rate)
    before = int(start.insured_balance.sum())
    for year in project(start, said, first_year=2018, years=8, fund_fen=0):
        came = year.personal_fen + sum(year.subsidy_fen.values()) + year.credited_interest_fen
        after = before + came - year.refund_fen - year.account_pension_fen
        assert abs(year.account_balance_fen - after) <= 2 * AGES  # half a fen a cell between people and their sum
        before = year.account_balance_fen


@settings(max_examples=40, deadline=None)
@given(COHORTS, COHORTS, st.integers(0, 400_000))
def test_the_sum_of_two_groups_is_the_group_of_both(
    one: list[tuple[int, int, int, int, int]], other: list[tuple[int, int, int, int, int]], death: int
) -> None:
    said = assumed(death_ppm=table(death))
    parts = [step(drawn(each), said, year=2018, fund_fen=0)[1] for each in (one, other)]
    whole = step(drawn(one + other), said, year=2018, fund_fen=0)[1]
    assert abs(people(whole) - sum(people(part) for part in parts)) <= 4 * AGES
    assert abs(whole.personal_fen - sum(part.personal_fen for part in parts)) <= 1


def test_the_total_is_the_sum_over_ages_and_sexes() -> None:
    start = cohorts(dict.fromkeys(range(16, 60), 10), dict.fromkeys(range(60, 90), 3), pension={70: 5_000})
    ended, year = step(start, assumed(death_ppm=table(20_000)), year=2018, fund_fen=0)
    assert year.insured == int(ended.insured.sum())
    assert year.drawing == int(ended.drawing.sum())
    assert year.account_balance_fen == int(ended.insured_balance.sum() + ended.drawing_balance.sum())


# ── Directions ──

START = cohorts(
    dict.fromkeys(range(16, 60), 20),
    dict.fromkeys(range(60, 95), 8),
    insured_balance={50: 10**7},
    drawing_balance={70: 10**6},
    pension={70: 7_000},
)


def last(**said: object) -> ProjectedYear:
    return project(START, assumed(death_ppm=table(20_000), **said), first_year=2018, years=20, fund_fen=10**8)[-1]


def test_more_payers_pay_more_and_longer_lives_cost_more() -> None:
    assert last(participation_ppm=900_000).personal_fen > last(participation_ppm=300_000).personal_fen
    assert last(basic_growth_ppm=80_000).basic_fen["CENTRAL"] > last(basic_growth_ppm=20_000).basic_fen["CENTRAL"]
    assert last(crediting_ppm=35_000).account_balance_fen > last(crediting_ppm=15_000).account_balance_fen
    assert last(personal_fen=30_000).account_balance_fen > last().account_balance_fen
    long = project(START, assumed(death_ppm=table(10_000)), first_year=2018, years=20, fund_fen=0)[-1]
    short = project(START, assumed(death_ppm=table(40_000)), first_year=2018, years=20, fund_fen=0)[-1]
    assert long.basic_fen["CENTRAL"] > short.basic_fen["CENTRAL"]


def test_the_same_start_gives_the_same_years_and_is_not_changed() -> None:
    kept = [getattr(START, each.name).copy() for each in fields(Cohorts)]
    assert last() == last()
    assert all((getattr(START, each.name) == copy).all() for each, copy in zip(fields(Cohorts), kept, strict=True))


# ── Refusals and the table that ships ──


def test_a_projection_that_contradicts_itself_is_refused_with_every_fault() -> None:
    bad = cohorts({30: -1})
    with pytest.raises(CannotProject, match=r"负数.*参保率"):
        project(bad, assumed(participation_ppm=1_000_001), first_year=2018, years=1, fund_fen=0)
    with pytest.raises(CannotProject, match="年龄范围"):
        project(START, assumed(death_ppm=np.zeros((2, 50), dtype=np.int64)), first_year=2018, years=1, fund_fen=0)


@pytest.mark.parametrize(("sex", "expected"), [("male", 75.37), ("female", 80.88)])
def test_the_life_table_lives_as_long_as_the_census_of_2020_says(sex: str, expected: float) -> None:
    """国家统计局: life expectancy at birth 75.37 (men) and 80.88 (women) in 2020; half a year in the year of death."""
    ppm = np.array(Policy.load().table("mortality.table", on=date(2020, 11, 1))[sex], dtype=np.int64)
    assert ppm[-1] == 1_000_000
    assert (np.diff(ppm[2:]) > 0).all()
    alive = np.cumprod(np.append(1, 1 - ppm[:-1] / 1_000_000))
    assert abs(alive.sum() - 0.5 - expected) < 0.05


def test_each_share_is_rounded_once_and_ageing_loses_nobody() -> None:
    assert ppm_of(np.array([1, 10**15]), np.array([499_999, 123_456])).tolist() == [0, 123_456 * 10**9]
    cells = np.arange(20, dtype=np.int64).reshape(2, 10)
    assert older(cells).sum() == cells.sum()
