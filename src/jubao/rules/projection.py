"""Projection of the fund (精算预测): people by sex and age, their accounts, and what is paid and received each year."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jubao.vocabulary.fen import PPM, Fen, divide_half_up, multiply_divide, multiply_ppm

MICRO = PPM  # people are counted in millionths, so that a probability leaves no remainder behind
_YEAR, _HALF = 12, 6
_SEXES = 2


class CannotProject(ValueError):
    """The starting people or the assumptions contradict each other; nothing was projected."""


@dataclass(frozen=True)
class Cohorts:
    """People and money by sex and age, each of shape (2, ages), int64; the last age is open.

    ``insured`` and ``drawing`` are millionths of people, ``*_balance`` fen, ``pension`` fen a month.
    """

    insured: Fen
    drawing: Fen
    insured_balance: Fen
    drawing_balance: Fen
    pension: Fen


@dataclass(frozen=True)
class Assumptions:
    """What is assumed every year; rates in ppm, money in fen.

    ``death_ppm`` has the shape of the cohorts; ``personal_fen`` and ``subsidy_fen`` (by level) are a year's
    contribution of one payer; ``basic_fen`` (by level) is a month's basic pension in the first year.
    """

    death_ppm: Fen
    participation_ppm: int
    personal_fen: int
    subsidy_fen: Mapping[str, int]
    basic_fen: Mapping[str, int]
    basic_growth_ppm: int
    crediting_ppm: int
    fund_interest_ppm: int
    entrants_ppm: int
    entry_age: int
    min_age: int
    pension_age: int
    award_ppm: int
    divisor: int
    funeral_fen: int


@dataclass(frozen=True)
class ProjectedYear:
    """One year, people in millionths (as at its end, flows within it), money in fen."""

    year: int
    payers: int
    insured: int
    drawing: int
    entrants: int
    deaths: int
    personal_fen: int
    subsidy_fen: Mapping[str, int]
    basic_fen: Mapping[str, int]
    account_pension_fen: int
    refund_fen: int
    funeral_fen: int
    credited_interest_fen: int
    account_balance_fen: int
    fund_interest_fen: int
    fund_balance_fen: int


def project(
    cohorts: Cohorts, assumed: Assumptions, *, first_year: int, years: int, fund_fen: int
) -> list[ProjectedYear]:
    """Carry people and money forward year by year.

    Within a year: payers contribute, accounts earn interest (half a year on what moved), some die (half a year of
    pension, the account to the heirs), everybody grows a year older, whoever reaches the pension age begins to draw
    (half a year), entrants join at the end. Fiscal money covers basic pensions and funeral grants as they are paid.

    Args:
        cohorts: people and accounts at the end of the year before the first.
        assumed: the same every year, the basic pension growing.
        first_year: the first year projected.
        years: how many.
        fund_fen: the fund's balance at the start.
    Returns:
        one entry a year.
    Raises:
        CannotProject: shapes differ, an amount is negative, or a probability passes one.
    Source:
        国发〔2014〕8号 (contributions, subsidies, basic pension, divisor); the method is the cohort-component method of
        population projection; every rate is an assumption of ``policy/projection.yaml``.
    """
    _refuse(cohorts, assumed)
    told = []
    for number in range(years):
        cohorts, year = step(cohorts, assumed, year=first_year + number, fund_fen=fund_fen)
        fund_fen = year.fund_balance_fen
        told.append(year)
        assumed = replace(assumed, basic_fen=_grown(assumed.basic_fen, assumed.basic_growth_ppm))
    return told


def step(cohorts: Cohorts, assumed: Assumptions, *, year: int, fund_fen: int) -> tuple[Cohorts, ProjectedYear]:
    """One year: the people and accounts at its end, and what happened within it.

    Args:
        cohorts: at the end of the year before.
        assumed: with this year's basic pension.
        year: the year told.
        fund_fen: the fund's balance at the start of the year.
    Returns:
        cohorts at the year's end; the year.
    Source:
        As ``project``.
    """
    dead_insured, dead_drawing = (ppm_of(people, assumed.death_ppm) for people in (cohorts.insured, cohorts.drawing))
    payers, interest, balance = _contribute(cohorts, assumed)
    refund = ppm_of(balance, assumed.death_ppm)
    paid, drawn_interest, drawn_refund, drawing_balance = _draw(cohorts, assumed)
    aged = Cohorts(
        insured=older(cohorts.insured - dead_insured),
        drawing=older(cohorts.drawing - dead_drawing),
        insured_balance=older(balance - refund),
        drawing_balance=older(drawing_balance),
        pension=older(cohorts.pension - ppm_of(cohorts.pension, assumed.death_ppm)),
    )
    ended, begun, begun_fen = _begin(aged, assumed)
    entrants = _enter(ended, cohorts, assumed)
    dead = int(dead_drawing.sum())
    months = _YEAR * int(cohorts.drawing.sum()) - _HALF * dead + _HALF * begun
    flows = _flows(payers, months, dead, fund_fen, assumed)
    account_fen, refund_fen = int(paid.sum()) + begun_fen, int(refund.sum() + drawn_refund.sum())
    came_fen = flows["personal_fen"] + sum(flows["subsidy_fen"].values()) + flows["fund_interest_fen"]
    return ended, ProjectedYear(
        year=year,
        payers=payers,
        insured=int(ended.insured.sum()),
        drawing=int(ended.drawing.sum()),
        entrants=entrants,
        deaths=int(dead_insured.sum()) + dead,
        account_pension_fen=account_fen,
        refund_fen=refund_fen,
        credited_interest_fen=int(interest.sum() + drawn_interest.sum()),
        account_balance_fen=int(ended.insured_balance.sum() + ended.drawing_balance.sum()),
        fund_balance_fen=fund_fen + came_fen - account_fen - refund_fen,
        **flows,
    )


def ppm_of(amount: Fen, ppm: Fen) -> Fen:
    """Each amount times its own rate in millionths, rounded half up, without overflow on the way.

    Args:
        amount: int64, not negative.
        ppm: int64 of the same shape, 0 to one million.
    Returns:
        int64 of the same shape, never more than the amount.
    Source:
        House rule: one rounding, half up.

    >>> ppm_of(np.array([1_000_000, 3]), np.array([1_500, 500_000])).tolist()
    [1500, 2]
    """
    whole, rest = np.divmod(amount, PPM)
    return np.asarray(whole * ppm + divide_half_up(rest * ppm, PPM), dtype=np.int64)


def older(cells: Fen) -> Fen:
    """Everybody a year older; the last age keeps whoever is in it.

    Args:
        cells: shape (2, ages), int64.
    Returns:
        shape (2, ages), int64; the same sum.
    Source:
        Cohort-component method.

    >>> older(np.array([[1, 2, 3], [4, 5, 6]])).tolist()
    [[0, 1, 5], [0, 4, 11]]
    """
    moved = np.zeros_like(cells)
    moved[:, 1:] = cells[:, :-1]
    moved[:, -1] += cells[:, -1]
    return moved


def _contribute(cohorts: Cohorts, assumed: Assumptions) -> tuple[int, Fen, Fen]:
    """Payers in millionths; interest and balances before deaths by cell, in fen."""
    ages = np.arange(cohorts.insured.shape[1])
    working = (ages >= assumed.min_age) & (ages < assumed.pension_age)
    payers = np.where(working, ppm_of(cohorts.insured, np.full_like(cohorts.insured, assumed.participation_ppm)), 0)
    each = assumed.personal_fen + sum(assumed.subsidy_fen.values())
    credits_fen = multiply_divide(payers, each, MICRO)
    interest = multiply_divide(2 * cohorts.insured_balance + credits_fen, assumed.crediting_ppm, 2 * PPM)
    return int(payers.sum()), interest, cohorts.insured_balance + credits_fen + interest


def _draw(cohorts: Cohorts, assumed: Assumptions) -> tuple[Fen, Fen, Fen, Fen]:
    """Account pensions paid, interest, money to heirs, and balances of those who draw, by cell, in fen.

    The dead draw half the year. A used-up account goes on being paid by the fund and owes nothing.
    """
    lost = ppm_of(cohorts.pension, assumed.death_ppm)
    paid = _YEAR * cohorts.pension - _HALF * lost
    middle = np.maximum(2 * cohorts.drawing_balance - paid, 0)
    interest = multiply_divide(middle, assumed.crediting_ppm, 2 * PPM)
    left = np.maximum(cohorts.drawing_balance + interest - paid, 0)
    refund = ppm_of(left, assumed.death_ppm)
    return paid, interest, refund, left - refund


def _begin(aged: Cohorts, assumed: Assumptions) -> tuple[Cohorts, int, int]:
    """Whoever has just reached the pension age draws for half a year: cohorts, people, account pensions paid."""
    age, share = assumed.pension_age, np.full(_SEXES, assumed.award_ppm, dtype=np.int64)
    people, money = ppm_of(aged.insured[:, age], share), ppm_of(aged.insured_balance[:, age], share)
    pension = divide_half_up(money, assumed.divisor)
    paid = _HALF * pension
    cells = (aged.insured, aged.drawing, aged.insured_balance, aged.drawing_balance, aged.pension)
    ended = Cohorts(*(each.copy() for each in cells))
    ended.insured[:, age] -= people
    ended.drawing[:, age] += people
    ended.insured_balance[:, age] -= money
    ended.drawing_balance[:, age] += np.maximum(money - paid, 0)
    ended.pension[:, age] += pension
    return ended, int(people.sum()), int(paid.sum())


def _enter(ended: Cohorts, before: Cohorts, assumed: Assumptions) -> int:
    """People who join at the year's end, in millionths, half of each sex; they are added to ``ended``."""
    working = int(before.insured[:, assumed.min_age : assumed.pension_age].sum())
    entrants = multiply_ppm(working, assumed.entrants_ppm)
    ended.insured[:, assumed.entry_age] += np.array([entrants - entrants // _SEXES, entrants // _SEXES])
    return entrants


def _flows(payers: int, months: int, dead: int, fund_fen: int, assumed: Assumptions) -> dict[str, Any]:
    """What follows from heads alone: contributions, subsidies, basic pensions, funeral grants, the fund's interest."""
    return {
        "personal_fen": multiply_divide(payers, assumed.personal_fen, MICRO),
        "subsidy_fen": {level: multiply_divide(payers, fen, MICRO) for level, fen in assumed.subsidy_fen.items()},
        "basic_fen": {level: multiply_divide(months, fen, MICRO) for level, fen in assumed.basic_fen.items()},
        "funeral_fen": multiply_divide(dead, assumed.funeral_fen, MICRO),
        "fund_interest_fen": multiply_ppm(fund_fen, assumed.fund_interest_ppm),
    }


def _grown(amounts: Mapping[str, int], ppm: int) -> dict[str, int]:
    return {level: multiply_ppm(fen, PPM + ppm) for level, fen in amounts.items()}


def _refuse(cohorts: Cohorts, assumed: Assumptions) -> None:
    """Refuse what cannot be projected, every fault named. Raises CannotProject."""
    cells = (cohorts.insured, cohorts.drawing, cohorts.insured_balance, cohorts.drawing_balance, cohorts.pension)
    faults = []
    if {each.shape for each in (*cells, assumed.death_ppm)} != {(_SEXES, assumed.death_ppm.shape[-1])}:
        faults.append("人数、账户和死亡率的年龄范围不一致")
    elif assumed.pension_age >= assumed.death_ppm.shape[-1] or assumed.entry_age >= assumed.pension_age:
        faults.append("领取年龄须在死亡率表之内，参保年龄须低于领取年龄")
    if any((each < 0).any() for each in cells):
        faults.append("人数或金额有负数")
    rates = (assumed.participation_ppm, assumed.award_ppm, int(assumed.death_ppm.max()))
    if any(not 0 <= ppm <= PPM for ppm in rates) or (assumed.death_ppm < 0).any():
        faults.append("参保率、核定比例和死亡率须在零和百万分之百万之间")
    if faults:
        raise CannotProject(f"{'；'.join(faults)}，未作预测，请核对底册和情景参数")
