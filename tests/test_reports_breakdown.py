"""Domain figures counted by hand in a small quarter, and every breakdown of every figure summing to its figure."""

import json
from datetime import date

import pytest
import typer
from django.db import transaction
from typer.testing import CliRunner

from jubao.reports.catalogue.figures import catalogue
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.breakdown import CannotBreakDown
from jubao.reports.figures.dimension import LABELS, ROWWISE
from jubao.reports.figures.formula import names
from jubao.reports.plausibility.bounds import bound_of_unit, bounds, neighbours, unusual
from jubao.reports.plausibility.neighbours import Neighbours, stand_out
from tests.reports_year import answer_for_the_year, built_once

pytestmark = pytest.mark.django_db
SPRING, WINTER = date(2017, 2, 28), date(2017, 3, 31)

# Counted by hand from tests/reports_year.py; a pension is 85.00 a month (70 national + 15 provincial in 2017).
COUNTED = {
    "register.contributors": 4,  # three payers and the one who moved in
    "register.paused": 0,
    "register.beneficiaries": 6,  # seven less two ended, plus the new one
    "register.enrolled": 1,
    "register.ended": 4,  # dead, drawing elsewhere, in the employees' scheme, moved out
    "register.unpaid": 1,  # the one who moved in
    "register.paid_rate": 75,
    "register.of_age": 0,
    "collection.current": 60_000,
    "collection.makeup": 0,
    "collection.per_head": 20_000,
    "collection.uncredited": 60_000,
    "collection.government_paid": 0,
    "benefits.standing": 6,
    "benefits.running": 4,
    "benefits.held": 2,
    "benefits.regular": 3,
    "benefits.basic_month": 25_500,
    "benefits.account_month": 0,
    "benefits.average": 8_500,
    "benefits.average_account": 0,
    "benefits.basic_paid": 178_500,  # 21 months of 85.00
    "benefits.arrears_paid": 59_500,  # five months resumed, one of the new award, one paid again
    "benefits.arrears_people": 3,
    "accounts.number": 4,  # three opened with 100.00 each still stand, and the one who moved in
    "accounts.balance": 50_000,  # and the one who joined the employees keeps 100.00 until the linkage
    "fund.income.personal": 60_000,
    "fund.income.transfer": 10_000,
    "fund.income.fiscal_central": 80_000,
    "fund.income.fiscal_city": 10_000,
    "fund.income.fiscal_county": 5_000,
    "fund.income.fiscal": 95_000,
    "fund.income.other": 8_500,  # December of the one drawing elsewhere from then on: an earlier year
    "fund.income.total": 173_500,
    "fund.expenditure.basic": 153_000,  # 21 months paid less three months of it found overpaid
    "fund.expenditure.funeral": 100_000,
    "fund.expenditure.remitted": 30_000,
    "certification.due": 6,
    "certification.valid": 0,
    "certification.overdue": 6,
    "audit.compared": 7,  # two, one, one and three rows
    "audit.dead": 1,
    "audit.overpaid_people": 2,
    "audit.overpaid": 34_000,  # one month of the dead, December to February of the one drawing elsewhere
    "audit.recovered": 25_500,  # the dead one's month offset, two months paid back
    "audit.recovery_rate": 75,
    "audit.open": 8_500,
    "transfers.amount_in": 10_000,
    "transfers.cross_province_out": 0,
    "delegated.only_child_amount": 8_000,
    "delegated.amount": 8_000,
    "reports.due": 0,
    "reports.overdue": 0,
}

# The same quarter cut: pensioners were born in 1950, the new one in January 1957; even sequences are women.
CUT = {
    ("collection.received", "channel"): {"银行代收": 30_000, "经办机构自收（网点刷卡）": 30_000},
    ("collection.received", "tier"): {"100元": 10_000, "200元": 20_000, "300元": 30_000},
    ("collection.received", "month"): {"201703": 60_000},
    ("collection.payers", "tier"): {"100元": 1, "200元": 1, "300元": 1},
    ("register.beneficiaries", "age_band"): {"60至64岁": 1, "65至69岁": 5},
    ("register.beneficiaries", "sex"): {"男": 4, "女": 2},
    ("register.insured", "township"): {"甲街道": 10},
    ("register.insured", "division"): {"乙社区": 10},
    ("register.insured", "category"): {"普通参保人员": 10},
    ("benefits.basic_paid", "level"): {"中央": 147_000, "省级": 31_500},
    ("benefits.basic_paid", "month"): {"201701": 51_000, "201702": 42_500, "201703": 85_000},
    ("audit.recovered", "kind"): {"抵扣": 8_500, "退回": 17_000},
    ("fund.upper_received", "level"): {"中央": 80_000, "市级": 10_000},
    ("audit.compared", "kind"): {"全省参保比对": 3, "公安疑似死亡比对": 1, "跨省": 1, "部级疑似死亡预警": 2},
}


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker, answer_for_the_year)


@pytest.fixture
def reading(books):
    """The year as of the end of March."""
    return Reading(2017, WINTER)


@pytest.mark.parametrize("figure_id", COUNTED)
def test_a_figure_comes_to_what_was_counted_by_hand(reading, figure_id):
    assert reading.value(figure_id).value == COUNTED[figure_id]


@pytest.mark.parametrize(("figure_id", "by"), CUT)
def test_a_breakdown_comes_to_what_was_counted_by_hand(reading, figure_id, by):
    assert dict(reading.broken_down(figure_id, by)) == CUT[figure_id, by]


@pytest.mark.parametrize("day", [SPRING, WINTER])
def test_every_breakdown_of_every_figure_sums_to_the_figure(books, day):
    reading = Reading(2017, day)
    for figure_id in catalogue():
        for by in reading.breakdowns(figure_id):
            parts = reading.broken_down(figure_id, by)
            assert sum(value for _, value in parts) == (reading.value(figure_id).value or 0), (figure_id, by)


def test_arithmetic_and_stated_figures_have_no_breakdown_and_say_what_there_is(reading):
    assert reading.breakdowns("payment.success_rate") == ()
    with pytest.raises(CannotBreakDown, match=r"collection.received.*tier"):
        reading.broken_down("collection.received", "level")
    with pytest.raises(CannotBreakDown, match="无"):
        reading.broken_down("payment.success_rate", "sex")


def test_somebody_with_rows_under_two_labels_counts_once(reading):
    parts = dict(reading.broken_down("benefits.arrears_people", "kind"))
    assert sum(parts.values()) == 3
    assert dict(reading.broken_down("payment.newly_eligible", "sex")) == {"男": 1}


def test_who_is_paid_by_two_levels_in_one_month_is_mixed_by_level_and_not_by_month(reading):
    assert dict(reading.broken_down("benefits.regular", "level")) == {"多项": 3}  # 70.00 national, 15.00 provincial
    assert dict(reading.broken_down("benefits.regular", "item")) == {"多项": 3}
    assert dict(reading.broken_down("benefits.regular", "month")) == {"201703": 3}


def test_a_breakdown_is_grouped_by_the_engine(reading, django_assert_num_queries):
    reading.ask(["benefits.basic_paid"])
    with django_assert_num_queries(1) as asked:
        reading.broken_down("benefits.basic_paid", "level")
    assert "GROUP BY" in asked.captured_queries[0]["sql"]


def test_bands_stand_in_their_own_order_and_tiers_by_amount(reading):
    assert [label for label, _ in reading.broken_down("collection.received", "tier")] == ["100元", "200元", "300元"]
    bands = [label for label, _ in reading.broken_down("register.insured", "age_band")]
    assert bands.index("65至69岁") > bands.index("60至64岁")


def test_every_path_of_a_dimension_has_a_name():
    assert {by for dimensions in ROWWISE.values() for by in dimensions} <= set(LABELS)


def test_a_period_inside_the_year_counts_only_what_happened_in_it(books):
    months = [Reading(2017, day, since=day.replace(day=1)) for day in (date(2017, 1, 31), SPRING, WINTER)]
    assert [one.value("benefits.basic_paid").value for one in months] == [51_000, 42_500, 85_000]
    assert [one.value("collection.received").value for one in months] == [0, 0, 60_000]
    assert [one.value("register.insured").value for one in months] == [13, 13, 10]


def test_every_bound_names_figures_of_the_catalogue_and_its_own_names():
    for bound in bounds():
        assert bound.figure in catalogue()
        assert {figure_id.removesuffix("@last") for figure_id in bound.names.values()} <= set(catalogue())
        assert {name for formula in (bound.min, bound.max) if formula for name in names(formula)} == set(bound.names)
        assert bound.why


def test_every_counted_figure_has_at_least_the_bound_of_its_unit():
    free = [f.id for f in catalogue().values() if bound_of_unit(f) is None and f.id not in {b.figure for b in bounds()}]
    assert not [one for one in free if not one.startswith(("fund.", "budget.", "three_public", "performance."))]


def test_an_unusual_figure_is_named_until_somebody_explains_it(books):
    texts = {one.bound.figure: one for one in unusual(Reading(2017, WINTER))}
    assert {"benefits.held", "certification.rate"} <= set(texts)  # two of six held, nobody certified
    assert "register.insured" not in texts
    assert "资格认证率0%低于90" in texts["certification.rate"].text
    point = transaction.savepoint()
    case = {"figure": "certification.rate", "year": 2017, "reason": "底册未带认证日期"}
    books.carry("figure.explain", case, on=date(2018, 1, 9))
    explained = {one.bound.figure: one.reason for one in unusual(Reading(2017, WINTER))}
    the_day_before = Reading(2017, WINTER, settled=date(2018, 1, 8))
    before = {one.bound.figure: one.reason for one in unusual(the_day_before)}
    transaction.savepoint_rollback(point)
    assert explained["certification.rate"] == "底册未带认证日期"
    assert explained["benefits.held"] == ""
    assert before["certification.rate"] == ""


class Shares:
    """A reading of two figures by township, made up."""

    def __init__(self, parts, wholes):
        """Keep what each township paid and has."""
        self.told = {"collection.payers": parts, "register.contributors": wholes}

    def broken_down(self, figure_id, _):
        return list(self.told[figure_id].items())

    def find(self, figure_id):
        return catalogue()[figure_id]


def test_a_township_far_from_its_neighbours_stands_out():
    rule = Neighbours("collection.payers", "register.contributors", "township", times=3, least=100, why="相近")
    wholes = {"甲": 1000, "乙": 1000, "丙": 1000, "小": 50}
    usual = Shares({"甲": 300, "乙": 400, "丙": 500}, wholes)
    assert list(stand_out(rule, usual)) == []
    odd = list(stand_out(rule, Shares({"甲": 900, "乙": 900, "丙": 150, "小": 0}, wholes)))
    assert len(odd) == 1  # 15 % beside 64 % of the district; 50 people are too few to judge
    assert odd[0].startswith("丙缴费人数与正常缴费人数之比为15%")
    assert list(stand_out(rule, Shares({}, wholes))) == []


def test_every_share_between_neighbours_has_its_breakdown(reading):
    for rule in neighbours():
        assert rule.by in reading.breakdowns(rule.figure)
        assert rule.by in reading.breakdowns(rule.of)


@pytest.fixture
def jubao(books, monkeypatch):
    """The command, on the books as they are."""
    from jubao.cli import figures, setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    figures.register(app)
    return lambda *words: CliRunner().invoke(app, ["figures", "--year", "2017", "--as-of", "2017-03-31", *words])


def test_the_command_prints_a_breakdown(jubao):
    told = json.loads(jubao("--of", "collection.received", "--across", "channel", "--json").stdout)
    assert sum(part["value"] for part in told["parts"]) == told["figure"]["value"] == 60_000
    assert "tier" in told["breakdowns"]
    assert "经办机构自收" in jubao("--of", "collection.received", "--across", "channel").stdout
    assert jubao("--of", "collection.received", "--across", "moon").exit_code == 2
