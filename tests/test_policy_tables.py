"""Who pays what, which accounts a posting touches, and how an office is scored."""

import ast
from datetime import date

import pytest

from jubao.policy import Policy

CENTRE = "430602"
CATEGORIES = [
    "011",
    "021",
    "022",
    "023",
    "031",
    "032",
    "033",
    "051",
    "052",
    "053",
    "061",
    "062",
    "063",
    "071",
    "090",
]
ASSISTED_2017 = {"021", "022", "031", "032", "033", "051", "052", "053", "061", "062", "063", "071"}
CHART_DAYS = [date(2017, 12, 31), date(2018, 1, 1)]


@pytest.fixture(scope="module")
def policy():
    return Policy.load()


# ── contributions ────────────────────────────────────────────────────────────────────────────────


def collected(policy, day, category, tier):
    """What each payer gives for one person: item to fen; an item named twice fails."""
    found = {}
    for row in policy.collection_rules(day, CENTRE):
        if row["category"] in ("*", category) and row["tier_fen"] == tier:
            assert row["item"] not in found, (category, tier, row["item"])
            found[row["item"]] = row["amount_fen"]
    return found


@pytest.mark.parametrize("category", CATEGORIES)
@pytest.mark.parametrize("day", [date(2015, 6, 1), date(2017, 6, 1), date(2020, 12, 31), date(2021, 1, 1)])
def test_everybody_pays_the_tier_once_at_every_tier(policy, category, day):
    for tier in policy.table("contribution.tier_list", on=day, area=CENTRE):
        items = collected(policy, day, category, tier)
        assert items.get("1", 0) + items.get("11", 0) == tier


@pytest.mark.parametrize(
    ("yuan", "subsidy"),
    [
        (100, 30),
        (200, 40),
        (300, 50),
        (400, 50),
        (500, 60),
        (1000, 60),
        (1500, 60),
        (2000, 60),
        (2500, 60),
        (3000, 60),
    ],
)
def test_subsidy_of_2017_by_tier(policy, yuan, subsidy):
    items = collected(policy, date(2017, 6, 1), "011", yuan * 100)
    assert items["3"] + items["4"] + items["5"] == subsidy * 100


def test_subsidy_never_lies_below_the_national_floor(policy):
    for day in (date(2012, 6, 1), date(2017, 6, 1), date(2021, 6, 1)):
        floors = policy.table("contribution.subsidy_floor", on=day)
        for tier in policy.table("contribution.tier_list", on=day, area=CENTRE):
            items = collected(policy, day, "011", tier)
            floor = max(one["subsidy_fen"] for one in floors if one["tier_fen"] <= tier)
            assert items["3"] + items["4"] + items["5"] >= floor


def test_government_pays_the_lowest_tier_for_the_hard_up(policy):
    day = date(2017, 6, 1)
    assert {one for one in CATEGORIES if collected(policy, day, one, 10000).get("11") == 10000} == ASSISTED_2017
    assert all("11" not in collected(policy, day, one, 20000) for one in CATEGORIES)


def test_subsidy_flag_stands_on_the_three_levels_only(policy):
    for row in policy.collection_rules(date(2017, 6, 1), CENTRE):
        assert row["is_subsidy"] == (row["item"] in ("3", "4", "5"))
        assert row["valid_from"] <= 201706 < row["valid_to"]


# ── books ────────────────────────────────────────────────────────────────────────────────────────


def test_charts_change_at_the_turn_of_2018_and_keep_their_ids(policy):
    old, new = (policy.chart(day) for day in CHART_DAYS)
    assert policy.charts() == [old, new]
    assert (old["to"], new["from"], new["to"]) == (date(2018, 1, 1), date(2018, 1, 1), None)
    assert [one["id"] for one in old["accounts"]] == [one["id"] for one in new["accounts"]]
    assert accounts(old)["FISCAL_SUBSIDY_INCOME_CENTRAL"]["name"].startswith("政府补贴收入")
    assert accounts(new)["FISCAL_SUBSIDY_INCOME_CENTRAL"]["name"].startswith("财政补贴收入")


@pytest.mark.parametrize("day", CHART_DAYS)
@pytest.mark.parametrize("field", ["id", "code", "name"])
def test_ids_codes_and_names_of_a_chart_are_unique(policy, day, field):
    values = [one[field] for one in policy.chart(day)["accounts"]]
    assert len(values) == len(set(values)) > 40


@pytest.mark.parametrize("day", CHART_DAYS)
def test_every_posting_moves_between_accounts_of_its_own_book(policy, day):
    chart = accounts(policy.chart(day))
    listed = policy.table("posting.templates", on=day)
    assert len(listed) == len(policy.postings(day)) > 30
    for event, posting in policy.postings(day).items():
        assert posting == policy.posting(event, day)
        for leg in posting["legs"]:
            assert chart[leg["debit"]]["book"] == chart[leg["credit"]]["book"] == posting["book"], event
            assert leg["debit"] != leg["credit"]


def accounts(chart):
    return {one["id"]: one for one in chart["accounts"]}


def balance(policy, events):
    """Balances after events, each with its amounts; debit positive."""
    books = {}
    for event, amounts in events:
        for leg in policy.posting(event, date(2017, 6, 1))["legs"]:
            fen = amounts.get(leg["amount"], 0)
            books[leg["debit"]] = books.get(leg["debit"], 0) + fen
            books[leg["credit"]] = books.get(leg["credit"], 0) - fen
    return {key: fen for key, fen in books.items() if fen}


def test_money_in_transit_returns_to_zero_and_only_success_is_expenditure(policy):
    """Domain 6.3: successful rows only are expenditure; here 185 yuan paid, 85 yuan failed."""
    books = balance(
        policy,
        [
            ("fund_opened", {"fiscal": 100000}),
            ("draw", {"amount": 27000}),
            ("payment_released", {"amount": 27000}),
            ("payment_succeeded", {"basic_central": 7000, "basic_province": 1500, "account_pension": 10000}),
            ("payment_failed", {"amount": 8500}),
        ],
    )
    assert "PAYMENTS_IN_TRANSIT" not in books
    assert books["DISBURSEMENT_ACCOUNT"] == 8500
    assert books["BASIC_PENSION_CENTRAL"] + books["BASIC_PENSION_PROVINCE"] + books["ACCOUNT_PENSION"] == 18500


def test_recovered_overpayment_leaves_nothing_open(policy):
    books = balance(
        policy,
        [
            ("overpayment_found", {"basic_central": 35000, "basic_province": 7500, "account_pension": 7500}),
            ("overpayment_offset", {"account_refund": 37500}),
            ("recovery_received", {"amount": 12500}),
        ],
    )
    assert "RECOVERABLE_OVERPAYMENTS" not in books


def test_year_close_empties_income_and_expenditure(policy):
    day = date(2017, 12, 31)
    legs = policy.posting("year_closed", day)["legs"]
    closed = {leg["debit"] for leg in legs} | {leg["credit"] for leg in legs}
    temporary = {one["id"] for one in policy.chart(day)["accounts"] if one["kind"] in ("income", "expenditure")}
    assert closed == {"FUND_BALANCE"} | temporary


def test_drawing_from_the_account_mirrors_crediting(policy):
    day = date(2017, 6, 1)
    credited = policy.posting("account_credited", day)["legs"]
    drawn = policy.posting("account_drawn", day)["legs"]
    assert [leg | {"debit": leg["credit"], "credit": leg["debit"]} for leg in credited] == drawn
    assert len(credited) == 7


# ── evaluation ───────────────────────────────────────────────────────────────────────────────────


def test_scoring_table_adds_up_to_one_hundred_by_group(policy):
    rubric = policy.rubric(date(2017, 12, 31), CENTRE)
    points = {}
    for one in rubric.indicators:
        points[one.levels[0]] = points.get(one.levels[0], 0) + one.points
    assert points == {"投入": 10, "过程": 60, "产出及效率": 30}


def test_formulas_are_arithmetic_over_declared_figures(policy):
    day = date(2017, 12, 31)
    declared = {one["name"] for one in policy.table("evaluation.figures", on=day)}
    formulas = [one.formula for one in policy.rubric(day, CENTRE).indicators]
    allowed = (
        ast.Expression,
        ast.BinOp,
        ast.Add,
        ast.Sub,
        ast.Mult,
        ast.Div,
        ast.Name,
        ast.Load,
        ast.Constant,
    )
    for formula in filter(None, formulas):
        nodes = list(ast.walk(ast.parse(formula, mode="eval")))
        assert all(isinstance(node, allowed) for node in nodes), formula
        assert {node.id for node in nodes if isinstance(node, ast.Name)} <= declared, formula


@pytest.mark.parametrize(
    ("score", "name"),
    [(100, "优"), (92, "优"), (90, "优"), (89, "良"), (80, "良"), (79, "中"), (60, "中"), (59, "差")],
)
def test_grades(policy, score, name):
    grades = policy.table("evaluation.grades", on=date(2017, 12, 31))
    assert next(one["name"] for one in grades if score >= one["least"]) == name
