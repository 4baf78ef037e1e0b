"""Projection of the fund from the register (精算预测): scenarios of the policy, the years ahead, and a look for sense."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np

from jubao.ledger.balances import balances
from jubao.reports.fiscal.actual import actual_year
from jubao.reports.fiscal.draft import BANKS, BASIC_LEVELS
from jubao.reports.fiscal.people import (
    NothingToReckonWith,
    Payers,
    Standing,
    basic_parts,
    death_ppm,
    funeral_fen,
    law,
    of_law,
    payers,
    standing,
    subsidies_of,
)
from jubao.reports.law import office_policy
from jubao.rules.projection import MICRO, Assumptions, CannotProject, Cohorts, ProjectedYear, project
from jubao.vocabulary.fen import PPM, Fen, allocate, divide_half_up, multiply_ppm

BASE = "base"
LEAST_YEARS, MOST_YEARS = 10, 30


class NoSuchScenario(LookupError):
    """The policy has no scenario of this name."""


@dataclass(frozen=True)
class Beside:
    """A quantity of the first projected year beside the actual year before it, in fen."""

    name: str
    projected_fen: int
    actual_fen: int
    tolerance_ppm: int

    @property
    def change(self) -> Fraction | None:
        """By how many percent the projection differs; None without an actual."""
        return Fraction((self.projected_fen - self.actual_fen) * 100, self.actual_fen) if self.actual_fen else None

    @property
    def is_odd(self) -> bool:
        """Whether the difference passes the tolerance and needs a look."""
        return self.change is not None and abs(self.change) * (PPM // 100) > self.tolerance_ppm


@dataclass(frozen=True)
class Projection:
    """A scenario's years, what was assumed, whom it began with, and its first year beside the actual one."""

    scenario: str
    title: str
    as_of: date
    assumed: Assumptions
    insured: int
    drawing: int
    account_balance_fen: int
    fund_fen: int
    years: tuple[ProjectedYear, ...]
    beside: tuple[Beside, ...]


def scenarios(on: date, *, known: date) -> dict[str, dict[str, Any]]:
    """Every scenario with all its assumptions; a scenario that says nothing of one takes it from ``base``."""
    told = of_law(lambda day: office_policy().table("projection.scenarios", on=day), on, known=known)
    return {name: told[BASE] | body for name, body in told.items()}


def project_fund(first_year: int, *, years: int, scenario: str = BASE, as_of: date | None = None) -> Projection:
    """Project the fund from the register at the end of the year before the first.

    Args:
        first_year: first year projected.
        years: 10 to 30.
        scenario: name in ``policy/projection.yaml``.
        as_of: day of the register, by default the last of the year before.
    Raises:
        NoSuchScenario: with the names there are.
        NothingToReckonWith: no register on the day, no law for the first year, a number of years out of range, or
            assumptions that contradict each other.
    """
    if not LEAST_YEARS <= years <= MOST_YEARS:
        raise NothingToReckonWith(f"预测年数 {years} 须在 {LEAST_YEARS} 至 {MOST_YEARS} 年之间")
    day, on = as_of or date(first_year - 1, 12, 31), date(first_year, 1, 1)
    try:
        return _projected(first_year, years, scenario, day, on)
    except CannotProject as unknown:
        raise NothingToReckonWith(str(unknown)) from unknown


def _projected(first_year: int, years: int, scenario: str, day: date, on: date) -> Projection:
    known = scenarios(on, known=day)
    if scenario not in known:
        names = "、".join(f"{name}（{body['title']}）" for name, body in known.items())
        raise NoSuchScenario(f"没有情景 {scenario}，可用的有：{names}")
    said, people = known[scenario], standing(day)
    paying = payers(people, year=first_year)
    death = multiply_ppm(death_ppm(on, known=day), said["mortality_factor_ppm"]).clip(max=PPM)
    death[:, -1] = PPM
    start = cohorts(people, first_year, ages=death.shape[1])
    assumed = _assumptions(said, people, paying, death, on)
    held = balances("FUND", through=day)
    fund = sum(held.get(key, 0) for key in BANKS)
    told = project(start, assumed, first_year=first_year, years=years, fund_fen=fund)
    return Projection(
        scenario,
        said["title"],
        day,
        assumed,
        int(people.insured.sum()),
        int(people.drawing.sum()),
        int(start.insured_balance.sum() + start.drawing_balance.sum()),
        fund,
        tuple(told),
        _beside(told[0], first_year - 1, day, int(law("projection.sanity_tolerance_ppm", on, known=day))),
    )


def cohorts(people: Standing, first_year: int, *, ages: int) -> Cohorts:
    """The people of a register by sex and age at the end of the year before the first, shape (2, ages) each."""
    cell = people.row * ages + people.age(at_end_of=first_year - 1).clip(0, ages - 1)

    def counted(amount: Fen) -> Fen:
        sums = np.zeros(2 * ages, dtype=np.int64)
        np.add.at(sums, cell, amount)
        return sums.reshape(2, ages)

    drawing, insured = people.drawing.astype(np.int64), people.insured.astype(np.int64)
    return Cohorts(
        insured=counted(insured * MICRO),
        drawing=counted(drawing * MICRO),
        insured_balance=counted(insured * people.balance),
        drawing_balance=counted(drawing * people.balance),
        pension=counted(people.pension),
    )


def _assumptions(said: dict[str, Any], people: Standing, paying: Payers, death: Fen, on: date) -> Assumptions:
    known = people.as_of
    age, least = (int(law(f"scheme.{name}", on, known=known)) for name in ("pension_age", "min_age"))
    ages = people.age(at_end_of=on.year - 1)
    working = int((people.insured & (ages >= least) & (ages < age)).sum())
    share = divide_half_up(paying.people * PPM, working) if working else 0
    by_tier = _mixed(said["tier_mix"], paying)
    each = sum(by_tier.values()) or 1
    personal = sum(tier * count for tier, count in by_tier.items())
    return Assumptions(
        death_ppm=death,
        participation_ppm=min(multiply_ppm(share, said["participation_factor_ppm"]), PPM),
        personal_fen=divide_half_up(personal, each),
        subsidy_fen={
            str(level): divide_half_up(fen, each) for level, fen in subsidies_of(by_tier, on, known=known).items()
        },
        basic_fen={str(level): fen for level, fen in basic_parts(on, known=known).items()},
        basic_growth_ppm=said["basic_growth_ppm"],
        crediting_ppm=said["crediting_ppm"],
        fund_interest_ppm=said["fund_interest_ppm"],
        entrants_ppm=said["entrants_ppm"],
        entry_age=said["entry_age"],
        min_age=least,
        pension_age=age,
        award_ppm=said["award_ppm"],
        divisor=int(law("benefit.annuity_divisor", on, known=known)),
        funeral_fen=funeral_fen(on, known=known),
    )


def _mixed(mix: list[dict[str, int]], paying: Payers) -> dict[int, int]:
    """Payers by tier: those of the register, or the same number over the tiers of the scenario."""
    if not mix or not paying.people:
        return paying.by_tier
    counts = allocate(paying.people, [one["share_ppm"] for one in mix])
    return {one["tier_fen"]: int(count) for one, count in zip(mix, counts, strict=True)}


def _beside(first: ProjectedYear, year: int, day: date, tolerance: int) -> tuple[Beside, ...]:
    """The first year beside the actual year before it, as the books knew it on the day of the register."""
    actual = actual_year(year, as_of=day)
    pairs = (
        ("个人缴费", first.personal_fen, actual.get("PERSONAL_CONTRIBUTION_INCOME", 0)),
        ("基础养老金", sum(first.basic_fen.values()), sum(actual.get(key, 0) for key in BASIC_LEVELS.values())),
        ("个人账户养老金", first.account_pension_fen, actual.get("ACCOUNT_PENSION", 0)),
    )
    return tuple(Beside(name, projected, was, tolerance) for name, projected, was in pairs)


def whole_people(micro: int) -> int:
    """Millionths of people as people, halves up."""
    return divide_half_up(micro, MICRO)


def spent_fen(year: ProjectedYear) -> int:
    """What the fund pays out in a year."""
    return sum(year.basic_fen.values()) + year.account_pension_fen + year.refund_fen + year.funeral_fen
