"""What the rules refuse, whom they point at, and that nothing is computed then."""

from datetime import date

import numpy as np
import pytest

from jubao.rules import account, benefit, contribution, funeral, settlement

NONE = np.array([], dtype=np.int64)
PAIR = np.array([100, -1])


@pytest.mark.parametrize(
    "compute",
    [
        lambda: benefit.account_pension(PAIR, divisor=139),
        lambda: benefit.account_pension_by_source(PAIR[:, None], divisor=139),
        lambda: benefit.account_draw(PAIR[:, None], np.array([[1], [1]])),
        lambda: account.interest_by_source(PAIR[:, None], NONE, NONE, NONE, NONE, rate_ppm=15_000),
    ],
)
def test_a_balance_below_zero_is_refused_by_its_row(compute):
    with pytest.raises(account.NegativeBalance) as refusal:
        compute()
    assert refusal.value.positions.tolist() == [1]


def test_parts_below_zero_are_refused():
    with pytest.raises(benefit.NegativePart):
        benefit.account_draw(np.array([[1]]), np.array([[-1]]))


@pytest.mark.parametrize(("number", "after"), [(3, 3), (1, 6), (0, 0), (13, 0)])
def test_flows_already_in_the_opening_or_outside_the_year_are_refused(number, after):
    flow = np.array([0]), np.array([0]), np.array([number]), np.array([100])
    with pytest.raises(account.FlowOutsidePeriod) as refusal:
        account.interest_by_source(np.array([[0]]), *flow, rate_ppm=15_000, after_month=after)
    assert refusal.value.positions.tolist() == [0]


@pytest.mark.parametrize("row", range(4))
def test_settlements_refuse_debts_as_amounts(row):
    columns = [np.array([0]) for _ in range(4)]
    columns[row] = np.array([-1])
    with pytest.raises(settlement.NegativeAmount):
        settlement.settle_termination(*columns)


def rules(*amounts: int) -> contribution.CollectionRules:
    size = len(amounts)
    text, until = np.full(size, "*"), np.full(size, 202001)
    return contribution.CollectionRules(
        text,
        text,
        np.full(size, 100),
        np.full(size, "3", dtype="U2"),
        np.array(amounts),
        np.ones(size, bool),
        np.full(size, 201401),
        until,
    )


def test_two_equal_collection_rules_are_refused_only_where_they_apply():
    paid = np.array([100]), np.array(["011"]), np.array(["10"]), np.array([201706])
    with pytest.raises(contribution.AmbiguousCollectionRules, match="省级补贴"):
        contribution.subsidies(*paid, rules(15, 20))
    other = np.array([200]), *paid[1:]
    assert contribution.subsidies(*other, rules(15, 20))[contribution.ContributionItem.PROVINCE].tolist() == [0]


def test_lines_that_are_no_subsidy_are_asked_for_apart():
    lines = rules(100, 15)
    lines.item[0], lines.is_subsidy[0] = "11", False
    paid = np.array([100]), np.array(["021"]), np.array([201706])
    government = contribution.rule_amounts(*paid, lines, subsidy=False)
    assert {item.name: fen.tolist() for item, fen in government.items()} == {"GOVERNMENT_PAID": [100]}
    subsidy = contribution.rule_amounts(*paid, lines, subsidy=True)
    assert {item.name: fen.tolist() for item, fen in subsidy.items()} == {"PROVINCE": [15]}


@pytest.mark.parametrize(("paid_month", "expected"), [(201312, 0), (201401, 15), (201912, 15), (202001, 0)])
def test_collection_rules_apply_from_their_first_month_until_before_their_last(paid_month, expected):
    paid = np.array([100]), np.array(["011"]), np.array([paid_month])
    amounts = contribution.rule_amounts(*paid, rules(15), subsidy=True)
    assert amounts[contribution.ContributionItem.PROVINCE].tolist() == [expected]


def test_rule_columns_have_one_length():
    with pytest.raises(contribution.UnequalRuleColumns):
        contribution.CollectionRules(*[np.array([1])] * 7, valid_to=np.array([1, 2]))


def test_an_unknown_day_earns_no_funeral_grant():
    rule = funeral.FuneralRule(100_000, date(2014, 1, 1), report_within_days=30)
    died = np.array(["2017-01-01", "NaT", "2017-01-01", "2017-01-01"], dtype="datetime64[D]")
    reported = np.array(["2017-01-02", "2017-01-02", "NaT", "2016-12-31"], dtype="datetime64[D]")
    yes = np.ones(4, dtype=bool)
    assert funeral.funeral_grant(died, reported, yes, yes, rule=rule).tolist() == [100_000, 0, 0, 0]


def test_a_rule_that_asks_for_contributions_looks_at_them():
    rule = funeral.FuneralRule(100_000, date(2014, 1, 1), date(2017, 7, 1), requires_contributions=True)
    died = np.array(["2017-06-30", "2017-06-30", "2017-07-01"], dtype="datetime64[D]")
    no, paid = np.zeros(3, dtype=bool), np.array([True, False, True])
    assert funeral.funeral_grant(died, died, no, no, rule=rule, contributed=paid).tolist() == [100_000, 0, 0]
    met = funeral.funeral_conditions(died, died, no, no, rule=rule, contributed=paid)
    assert set(met) == set(funeral.CONDITIONS)
    assert met["contributed"].tolist() == paid.tolist()
