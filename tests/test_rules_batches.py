"""One person alone equals the same person inside a batch of a million, in every rule."""

from datetime import date

import numpy as np
import pytest

from jubao.rules import account, arrears, benefit, contribution, eligibility, funeral, settlement
from jubao.vocabulary import month
from jubao.vocabulary.codes import ContributionItem

PEOPLE, SOURCES, SAMPLE = 1_000_000, 7, 40
DRAW = np.random.default_rng(20171215)
PLACES = DRAW.integers(0, PEOPLE, SAMPLE)
AMOUNTS = DRAW.integers(0, 5_000_000, PEOPLE)
FEWER = DRAW.integers(0, 2_000_000, PEOPLE)
BIRTHS = np.datetime64("1925-01-01", "D") + DRAW.integers(0, 31_000, PEOPLE)
MONTHS = month.add(np.full(PEOPLE, 201701), DRAW.integers(0, 12, PEOPLE))
YES = DRAW.integers(0, 2, PEOPLE).astype(bool)
LAUNCH = date(2011, 7, 1)
GRANT = funeral.FuneralRule(100_000, date(2014, 1, 1), None, 30, requires_cremation=True)
STEPS = [benefit.YearsBand(0, 100), benefit.YearsBand(15, 200), benefit.YearsBand(25, per_year_ppm=10_000)]
AGES = [benefit.AgeBand(65, 200), benefit.AgeBand(70, 500), benefit.AgeBand(80, 1_000)]

COLUMN_RULES = {
    "age_month": (lambda b: eligibility.age_month(b, 60), (BIRTHS,)),
    "last_month_due": (eligibility.last_month_due, (MONTHS, YES)),
    "age_on": (lambda b: eligibility.age_on(b, date(2017, 12, 31)), (BIRTHS,)),
    "required_years": (lambda b: eligibility.required_years(b, LAUNCH, 60, 15), (BIRTHS,)),
    "account_pension": (lambda a: benefit.account_pension(a, divisor=139), (AMOUNTS,)),
    "account_pension_to_the_jiao": (
        lambda a: benefit.account_pension(a, divisor=139, rounding="UP_TO_JIAO"),
        (AMOUNTS,),
    ),
    "years_increment": (lambda a: benefit.years_increment(a % 40, STEPS, base_fen=9_301), (AMOUNTS,)),
    "age_addition": (lambda a: benefit.age_addition(a % 100, AGES), (AMOUNTS,)),
    "below_floor": (
        lambda a: contribution.below_floor(a % 60_000, a % 7_000, [(10_000, 3_000), (50_000, 6_000)]),
        (AMOUNTS,),
    ),
    "termination": (
        lambda *a: settlement.settle_termination(*a).refund,
        (AMOUNTS, FEWER, FEWER[::-1], AMOUNTS[::-1]),
    ),
    "funeral": (
        lambda d, c, p: funeral.funeral_grant(d, d + 30, c, p, rule=GRANT),
        (BIRTHS + 10_000, YES, YES[::-1]),
    ),
    "tier": (lambda a: contribution.tier_in_force(a % 50, np.array([10, 20, 30])), (AMOUNTS,)),
}


@pytest.mark.parametrize("name", COLUMN_RULES)
def test_a_person_alone_equals_the_person_in_the_batch(name):
    rule, columns = COLUMN_RULES[name]
    batch = rule(*columns)
    alone = [rule(*(column[place : place + 1] for column in columns))[0] for place in PLACES]
    assert batch[PLACES].tolist() == alone
    assert len(set(batch.tolist())) > 1, "a batch in which everybody is equal proves nothing"


def test_interest_and_pension_by_source():
    balances = DRAW.integers(0, 1_000_000, (PEOPLE, SOURCES))
    who = DRAW.integers(0, PEOPLE, 500_000)
    who[:SAMPLE] = PLACES
    source, number = DRAW.integers(0, SOURCES, who.size), DRAW.integers(1, 13, who.size)
    fen = DRAW.integers(-50_000, 300_000, who.size)
    interest = account.interest_by_source(balances, who, source, number, fen, rate_ppm=15_000)
    together = balances.sum(axis=1, keepdims=True)
    whole = account.interest_by_source(together, who, np.zeros_like(who), number, fen, rate_ppm=15_000)[:, 0]
    pension = benefit.account_pension_by_source(balances, divisor=139)
    assert (interest.sum(axis=1) == whole).all()
    for place in PLACES:
        own, row = who == place, balances[place : place + 1]
        here = np.zeros(own.sum(), dtype=np.int64)
        alone = account.interest_by_source(row, here, source[own], number[own], fen[own], rate_ppm=15_000)
        assert alone[0].tolist() == interest[place].tolist()
        assert benefit.account_pension_by_source(row, divisor=139)[0].tolist() == pension[place].tolist()


def test_subsidies():
    tiers, categories = np.array([10_000, 20_000, 50_000]), np.array(["011", "021", "061"])
    rules = contribution.CollectionRules(
        category=np.array(["*", "*", "021", "*", "*"]),
        household=np.full(5, "*"),
        tier_fen=np.array([10_000, 50_000, 10_000, 10_000, 50_000]),
        item=np.array(["3", "3", "3", "5", "5"]),
        amount_fen=np.array([1500, 3000, 2000, 1500, 3000]),
        is_subsidy=np.ones(5, dtype=bool),
        valid_from=np.array([201401, 201401, 201401, 201401, 201707]),
        valid_to=np.array([202001, 201707, 202001, 202001, 202001]),
    )
    tier, category = tiers[FEWER % 3], categories[AMOUNTS % 3]
    kind = np.where(YES, "10", "31")
    batch = contribution.subsidies(tier, category, kind, MONTHS, rules)
    assert set(batch) == {ContributionItem.PROVINCE, ContributionItem.COUNTY}
    assert set(batch[ContributionItem.PROVINCE].tolist()) == {0, 1500, 2000, 3000}
    for place in PLACES:
        one = slice(place, place + 1)
        alone = contribution.subsidies(tier[one], category[one], kind[one], MONTHS[one], rules)
        assert all(alone[item][0] == batch[item][place] for item in batch)


def test_months_due():
    start = month.add(np.full(PEOPLE, 201701), FEWER % 12)
    end = month.add(start, AMOUNTS % 9)
    holds = arrears.Holds(np.arange(0, PEOPLE, 2), start[::2], month.add(start[::2], 2))
    place, due = arrears.months_due(start, end, holds)
    total = np.bincount(place, minlength=PEOPLE)
    for person in PLACES:
        mine = arrears.Holds(np.array([0]), start[person : person + 1], month.add(start[person : person + 1], 2))
        own = mine if person % 2 == 0 else None
        _, alone = arrears.months_due(start[person : person + 1], end[person : person + 1], own)
        assert total[person] == alone.size
        begin = np.searchsorted(place, person)
        assert due[begin : begin + alone.size].tolist() == alone.tolist()
