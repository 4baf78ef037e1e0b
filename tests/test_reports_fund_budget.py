"""The fund's budget and the projection, drafted from a register small enough to reckon by hand, and their commands."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from typer.testing import CliRunner

from jubao.cli import app
from jubao.documents.typesetting import SANS, SERIF, installed_fonts
from jubao.operations.envelope.fault import Refused
from jubao.policy.store import Policy
from jubao.records.models import FundBudget
from jubao.reports.catalogue.reading import Reading
from jubao.reports.fiscal.draft import LINES, draft_budget
from jubao.reports.fiscal.fund_budget import NoFundBudget, by_month, execute_fund_budget, versions
from jubao.reports.fiscal.people import NothingToReckonWith, standing
from jubao.reports.fiscal.projection import NoSuchScenario, project_fund
from jubao.reports.invariants.verification import verify
from jubao.reports.statements.reading import term_of
from jubao.reports.statements.statement import statement
from jubao.rules.projection import MICRO
from tests.office import Office, number

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, arguments)


# ── The fund's budget ──

A, B, OLD = number("19700101", 1), number("19580310", 2), number("19500101", 3)
LATE = date(2017, 12, 30)


@pytest.fixture(scope="module")
def small(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """甲 paid 300.00 in 2017; 乙 turns sixty in March 2018 with 139.00; 丙 (67, a man) draws 85.00 and 10.00."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = Office()
        office.open_fund(fiscal=1_000_000, disbursement=200_000)
        office.register(
            {"name": "甲", "resident_number": A},
            {"name": "乙", "resident_number": B, "personal": 13_900},
            {
                "name": "丙",
                "resident_number": OLD,
                "pension_start": 201501,
                "pension_personal": 1_000,
                "personal": 100_000,
            },
        )
        office.pay(201701, date(2017, 1, 5))
        office.contribute(A, "甲", 30_000, date(2017, 3, 2))
        office.contribute(B, "乙", 10_000, date(2017, 3, 3))
        office.carry("contribution.credit", {"through": "2017-03-31"}, on=date(2017, 3, 31))
        yield office
        transaction.set_rollback(True)


def die(age: int, sex: str = "male") -> int:
    """The life table's probability in ppm."""
    return int(Policy.load().table("mortality.table", on=LATE)[sex][age])


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def test_the_draft_comes_to_what_the_formulas_give_by_hand(small: Office) -> None:
    """By what was announced on 2017-12-30 the basic pension of 2018 is still 70 + 15; the balances of 甲 and 乙 grew."""
    drafted = {one.line: one.amount_fen for one in draft_budget(2018, as_of=LATE)}
    months = 12 + 9 - Fraction(6 * die(67), MICRO)  # 丙 all year, 乙 from April on
    begun = half_up(Fraction(13_900 + 10_000 + 3_000, 139))  # tier 100 earns 15.00 from each of two levels
    assert tuple(drafted) == LINES
    assert drafted["PERSONAL_CONTRIBUTION_INCOME"] == 30_000  # 乙 pays no more in the year of sixty
    assert drafted["BASIC_PENSION_CENTRAL"] == half_up(months * 7_000)
    assert drafted["BASIC_PENSION_PROVINCE"] == half_up(months * 1_500)
    assert drafted["ACCOUNT_PENSION"] == 12_000 - half_up(Fraction(6_000 * die(67), MICRO)) + 9 * begun
    assert drafted["FUNERAL_GRANT"] == half_up(Fraction(100_000 * die(67), MICRO))
    assert drafted["FISCAL_SUBSIDY_INCOME_CENTRAL"] == drafted["BASIC_PENSION_CENTRAL"]
    assert drafted["FISCAL_SUBSIDY_INCOME_PROVINCE"] == drafted["BASIC_PENSION_PROVINCE"] + 2_500
    assert drafted["FISCAL_SUBSIDY_INCOME_COUNTY"] == drafted["FUNERAL_GRANT"] + 2_500
    assert drafted["REMITTANCE_UP"] == 35_000 + 13_000  # what both accounts were credited in 2017
    assert drafted["INTEREST_INCOME"] == half_up(Fraction((1_200_000 + 40_000 - 9_500) * 15_000, MICRO))


def test_without_any_year_paid_the_tiers_of_the_register_stand_in(small: Office) -> None:
    """甲 and 乙 stated tier 100.00 each; what January brought is no measure of a year."""
    personal = draft_budget(2017, as_of=date(2017, 2, 1))[0]
    assert (personal.line, personal.amount_fen) == ("PERSONAL_CONTRIBUTION_INCOME", 2 * 10_000)
    assert "参保登记的缴费档次" in personal.basis


def test_the_coming_year_nobody_has_checked_yet_goes_by_the_law_of_today(small: Office) -> None:
    """On 2026-11-20 nothing of 2027 is checked; 丙 (76) and 乙 (68, never awarded) are still as the register knew them."""
    drafted = {one.line: one.amount_fen for one in draft_budget(2027, as_of=date(2026, 11, 20))}
    months = 12 - Fraction(6 * die(76), MICRO)
    assert drafted["BASIC_PENSION_CENTRAL"] == half_up(months * 16_300)
    assert project_fund(2027, years=10, as_of=date(2026, 11, 20)).years[0].basic_fen["CENTRAL"] > 0


def test_a_budget_is_kept_by_version_and_a_change_needs_its_reason(small: Office) -> None:
    point = transaction.savepoint()
    first = small.carry("fund.budget", {"year": 2018}, on=LATE).result
    assert (first["version"], first["lines"]) == (1, len(LINES))
    with pytest.raises(Refused, match="与第1版完全相同"):
        small.carry("fund.budget", {"year": 2018}, on=LATE)
    change = {"line": "BASIC_PENSION_CENTRAL", "amount_fen": 200_000, "reason": "按预计提标测算"}
    second = small.carry("fund.budget", {"year": 2018, "changes": [change]}, on=date(2017, 12, 31)).result
    kept = FundBudget.objects.get(year=2018, version=2, line="BASIC_PENSION_CENTRAL")
    assert (second["version"], kept.amount_fen) == (2, 200_000)
    assert kept.basis.startswith("调整：按预计提标测算（公式测算")
    assert [(version, day) for version, day, _, _ in versions(2018)] == [(1, LATE), (2, date(2017, 12, 31))]
    assert execute_fund_budget(2018, as_of=date(2018, 12, 31)).version == 2
    assert Reading(2018, date(2018, 1, 31)).value("fund.planned_income").value == second["income_fen"]
    small.verify()
    row = FundBudget.objects.filter(year=2018, version=2).order_by("pk")[0]
    FundBudget.objects.create(year=2018, version=4, line="X", name="X", amount_fen=1, basis="无", act_id=row.act_id)
    assert any("第 4 版" in one.text for finding in verify(["I-12"]) for one in finding.violations)
    transaction.savepoint_rollback(point)


def test_every_fault_of_a_change_is_named_and_nothing_is_kept(small: Office) -> None:
    wrong = [
        {"line": "COFFEE", "amount_fen": 1, "reason": "想要"},
        {"line": "ACCOUNT_PENSION", "amount_fen": 1, "reason": "减"},
        {"line": "ACCOUNT_PENSION", "amount_fen": 5, "reason": ""},
    ]
    with pytest.raises(Refused) as told:
        small.carry("fund.budget", {"year": 2018, "changes": wrong}, on=LATE)
    text = str(told.value)
    assert all(word in text for word in ("共 3 处不符", "没有预算项目 COFFEE", "调整了两次", "没有写明理由"))
    with pytest.raises(Refused, match="预算金额"):
        small.carry("fund.budget", {"year": 2018, "changes": [wrong[1] | {"amount_fen": -1}]}, on=LATE)
    with pytest.raises(Refused, match=r"2027 年不能编制基金预算.*核对"):
        small.carry("fund.budget", {"year": 2027}, on=LATE)
    assert not FundBudget.objects.exists()


def test_one_year_is_budgeted_at_a_time(small: Office) -> None:
    """A second case once vanished without a word."""
    with pytest.raises(Refused, match="一次只能填报一项"):
        small.carry("fund.budget", {"year": 2017}, {"year": 2018}, on=LATE)


def test_execution_says_what_the_income_statement_says(small: Office) -> None:
    point = transaction.savepoint()
    small.carry("fund.budget", {"year": 2017}, on=date(2017, 4, 1))
    made = execute_fund_budget(2017, month=201703, as_of=date(2017, 12, 31))
    income, spent = statement("income", "FUND", term_of(year=2017, month=201703, as_of=date(2017, 12, 31))).sections
    assert made.total("income").actual_fen == income.total.closing_fen == 40_000
    assert made.total("expenditure").actual_fen == spent.total.closing_fen == 9_500
    assert (made.total("income").month_fen, made.total("expenditure").month_fen) == (40_000, 0)
    assert by_month(made) == [(201701, 0, 9_500), (201702, 0, 0), (201703, 40_000, 0)]
    assert made.path == 25
    assert all(row.left_fen == row.budget_fen - row.actual_fen for row in made.rows)
    assert made.total("income").budget_fen == sum(row.budget_fen for row in made.of("income"))
    transaction.savepoint_rollback(point)
    with pytest.raises(NoFundBudget, match=r"fund.budget"):
        execute_fund_budget(2017)


# ── The projection from the register ──


def test_the_projection_begins_with_the_people_of_the_register(small: Office) -> None:
    people = standing(LATE)
    made = project_fund(2018, years=10, as_of=LATE)
    assert (made.insured, made.drawing) == (int(people.insured.sum()), int(people.drawing.sum())) == (2, 1)
    assert made.account_balance_fen == int(people.balance.sum()) == 35_000 + 26_900 + 100_000 - 1_000
    assert made.fund_fen == 1_200_000 + 40_000 - 9_500
    first = made.years[0]
    assert made.assumed.participation_ppm == 500_000  # of two below sixty one is taken to pay
    assert first.personal_fen == 30_000
    assert first.basic_fen["CENTRAL"] > made.years[0].basic_fen["PROVINCE"] > 0
    assert [year.year for year in made.years] == list(range(2018, 2028))


def test_scenarios_differ_only_where_they_say_so(small: Office) -> None:
    base, fast, long, low = (
        project_fund(2018, years=10, scenario=name, as_of=LATE).years[-1]
        for name in ("base", "fast_growth", "longevity", "low")
    )
    assert fast.basic_fen["CENTRAL"] > base.basic_fen["CENTRAL"]
    assert (fast.personal_fen, fast.drawing) == (base.personal_fen, base.drawing)
    assert long.drawing > base.drawing
    assert low.personal_fen <= base.personal_fen
    with pytest.raises(NoSuchScenario, match=r"base（基准）"):
        project_fund(2018, years=10, scenario="dream", as_of=LATE)


def test_a_first_year_far_from_the_actual_one_is_named(small: Office) -> None:
    beside = {one.name: one for one in project_fund(2018, years=10, as_of=LATE).beside}
    assert (beside["个人缴费"].actual_fen, beside["个人缴费"].projected_fen) == (40_000, 30_000)
    assert beside["个人缴费"].change == -25
    assert not beside["个人缴费"].is_odd  # a quarter is just tolerated
    assert beside["基础养老金"].is_odd  # one month was paid in 2017, a whole year follows


# ── Other rows, other reckonings ──

Ruled = Callable[[str, Any], None]


def test_the_fund_earns_at_the_deposit_rate_of_the_day(small: Office, ruled: Ruled) -> None:
    """2 % instead of 1.5 % on 12 305.00."""
    ruled("interest.pbc_one_year_deposit", 20_000)
    assert draft_budget(2018, as_of=LATE)[LINES.index("INTEREST_INCOME")].amount_fen == 24_610


def test_where_nobody_dies_everybody_draws_the_whole_year(small: Office, ruled: Ruled) -> None:
    """丙 twelve months and 乙 nine of 70.00, and no grant."""
    nobody = [0] * 105 + [MICRO]
    ruled("mortality.table", {"male": nobody, "female": nobody})
    drafted = {one.line: one.amount_fen for one in draft_budget(2018, as_of=LATE)}
    assert (drafted["BASIC_PENSION_CENTRAL"], drafted["FUNERAL_GRANT"]) == (21 * 7_000, 0)


def test_a_scenario_is_what_its_row_says(small: Office, ruled: Ruled) -> None:
    base = Policy.load().table("projection.scenarios", on=LATE)["base"]
    ruled("projection.scenarios", {"base": base | {"participation_factor_ppm": 0}})
    assert project_fund(2018, years=10, as_of=LATE).years[0].personal_fen == 0
    with pytest.raises(NoSuchScenario):
        project_fund(2018, years=10, scenario="low", as_of=LATE)


@pytest.mark.parametrize(("tolerance", "odd"), [(249_999, True), (250_000, False)])
def test_how_far_a_first_year_may_lie_from_the_actual_one_is_a_rule(
    small: Office,
    ruled: Ruled,
    tolerance: int,
    odd: bool,  # noqa: FBT001
) -> None:
    """300.00 after 400.00: a quarter less."""
    ruled("projection.sanity_tolerance_ppm", tolerance)
    beside = {one.name: one for one in project_fund(2018, years=10, as_of=LATE).beside}
    assert beside["个人缴费"].is_odd is odd


def test_without_a_register_or_law_there_is_no_reckoning(small: Office) -> None:
    with pytest.raises(NothingToReckonWith, match="底册接入"):
        project_fund(2010, years=10)
    with pytest.raises(NothingToReckonWith, match="10 至 30"):
        project_fund(2018, years=31, as_of=LATE)
    with pytest.raises(NothingToReckonWith, match="只核对到"):
        draft_budget(2030, as_of=LATE)


# ── Commands and files ──


def test_the_commands_of_the_fund_print_json_files_and_refusals(small: Office, tmp_path: Path) -> None:
    fiscal = run("fund", "fiscal", "--year", "2017", "--quarter", "1", "--json")
    assert fiscal.exit_code == 0, fiscal.output
    assert json.loads(fiscal.stdout)[0]["rows"][0]["本年应拨"] == 7_000
    assert run("fund", "fiscal", "--year", "2017", "--quarter", "1", "--month", "2").exit_code == 2
    assert run("fund", "fiscal", "--year", "2017", "--out", str(tmp_path / "f.txt")).exit_code == 2
    left = run("fund", "remittance", "--as-of", "2017-12-30", "--json")
    assert json.loads(left.stdout)[0]["rows"][-1]["未上解"] == 48_000
    assert run("fund", "budget", "--year", "2017").exit_code == 1
    draft = run("fund", "budget", "--year", "2018", "--draft", "--as-of", "2017-12-30")
    assert (draft.exit_code, "BASIC_PENSION_CENTRAL" in draft.output) == (0, True)
    assert run("fund", "projection", "--from", "2010").exit_code == 1
    assert run("fund", "projection", "--from", "2018", "--scenario", "dream").exit_code == 2
    assert run("fund", "projection", "--from", "2018", "--years", "9").exit_code == 2


def test_a_kept_budget_is_printed_beside_the_books(small: Office, tmp_path: Path) -> None:
    point = transaction.savepoint()
    small.carry("fund.budget", {"year": 2017}, on=date(2017, 4, 1))
    done = run("fund", "budget", "--year", "2017", "--month", "3", "--as-of", "2017-12-31", "--json")
    path = tmp_path / "b.xlsx"
    written = run("fund", "budget", "--year", "2017", "--month", "3", "--as-of", "2017-12-31", "--out", str(path))
    before = run("fund", "budget", "--year", "2017", "--as-of", "2017-03-31")
    transaction.savepoint_rollback(point)
    assert (done.exit_code, written.exit_code, before.exit_code) == (0, 0, 1), done.output + written.output
    rows = {row["项目"]: row for row in json.loads(done.stdout)[0]["rows"]}
    assert rows["个人缴费收入"]["本年累计"] == rows["收入合计"]["本年累计"] == 40_000
    assert rows["收入合计"]["执行率"].endswith("%")
    assert openpyxl.load_workbook(path).sheetnames == ["预算执行", "分月", "版本"]


def test_a_projection_as_excel_has_its_charts_and_is_the_same_file_twice(small: Office, tmp_path: Path) -> None:
    paths = [tmp_path / f"{place}.xlsx" for place in (1, 2)]
    for path in paths:
        done = run("fund", "projection", "--from", "2018", "--years", "10", "--as-of", "2017-12-30", "--out", str(path))
        assert done.exit_code == 0, done.output
    assert paths[0].read_bytes() == paths[1].read_bytes()
    book = openpyxl.load_workbook(paths[0])
    assert book.sheetnames == ["预测", "假设", "与上年对照", "图"]
    assert len(book["图"]._charts) == 3
    told = project_fund(2018, years=10, as_of=LATE)
    shown = {str(book["预测"].cell(3, column).value): column for column in range(1, 22)}
    assert book["预测"].cell(4, shown["基金结余"]).value == pytest.approx(told.years[0].fund_balance_fen / 100)
    assert book["预测"].cell(13, 1).value == "2027"


@pytest.mark.skipif(not {*installed_fonts()} & {*SANS, *SERIF}, reason="no Chinese font here")
@pytest.mark.parametrize(
    "arguments", [("fiscal", "--year", "2017"), ("projection", "--from", "2018", "--as-of", "2017-12-30")]
)
def test_statements_are_printed_as_pdf(small: Office, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    out = tmp_path / "x.pdf"
    done = run("fund", *arguments, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF")
