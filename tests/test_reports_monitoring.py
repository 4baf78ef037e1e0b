"""Budget execution, targets against the path, the opened score and years side by side, counted by hand."""

import json
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from jubao.cli import app
from jubao.reports.catalogue.reading import DayBeforeYear, Reading
from jubao.reports.evaluation.budget_execution import NoBudget, execute_budget
from jubao.reports.evaluation.monitoring import elapsed, watch
from jubao.reports.evaluation.monitoring_score import NoSuchIndicator, open_score, rows_behind
from jubao.reports.evaluation.monitoring_years import compare_years
from tests.office import READER
from tests.reports_year import answer_for_the_year, built_once

pytestmark = pytest.mark.django_db
YEAR_END, REPORTED = date(2017, 12, 31), date(2018, 1, 10)


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker, answer_for_the_year)


def test_days_that_passed_are_counted_exactly():
    assert elapsed(2017, date(2017, 1, 1)) == Fraction(1, 365)
    assert elapsed(2016, date(2016, 6, 30)) == Fraction(182, 366)  # a leap year: 31+29+31+30+31+30
    assert [elapsed(2017, day) for day in (date(2016, 12, 31), YEAR_END, REPORTED)] == [0, 1, 1]


@given(st.dates(date(2015, 1, 1), date(2019, 12, 31)))
def test_the_path_never_goes_back(day):
    later = min(day.toordinal() + 1, date(2019, 12, 31).toordinal())
    assert 0 <= elapsed(2017, day) <= elapsed(2017, date.fromordinal(later)) <= 1


def test_spending_counts_from_the_day_it_was_recorded(books):
    before, after = (execute_budget(2017, day, tolerance=10) for day in (date(2017, 6, 30), YEAR_END))
    assert {one.item: one.spent_fen for one in before.items} == {"301": 0, "302": 0, "P1": 0}
    assert {one.item: (one.budget_fen, one.spent_fen) for one in after.items} == {
        "301": (60_000, 60_000),
        "302": (30_000, 30_000),
        "P1": (10_000, 10_000),
    }
    assert (after.total.budget_fen, after.total.spent_fen, after.total.rate) == (100_000, 100_000, 100)
    assert (before.total.deviation, after.total.deviation) == ("偏慢", "正常")


def test_an_item_is_named_when_it_leaves_the_path_by_more_than_the_tolerance(books):
    strict, lenient = (execute_budget(2017, date(2017, 6, 30), tolerance=points) for points in (49, 50))
    assert strict.total.ahead == -Fraction(18_100, 365)  # 181 of 365 days: 49.59 points
    assert (strict.total.deviation, lenient.total.deviation) == ("偏慢", "正常")


def test_one_fen_over_the_budget_is_overspent(books):
    more = {
        "date": [date(2017, 12, 21)],
        "item": ["P1"],
        "group": ["项目支出"],
        "three_public": [None],
        "amount": [1],
        "payee": ["本单位"],
        "memo": [None],
        "voucher": ["支9"],
    }
    books.carry("office.spending", {"file": books.file("支出.xlsx", "office_spending", more)}, on=date(2017, 12, 29))
    execution = execute_budget(2017, YEAR_END, tolerance=100)
    assert {one.item: one.deviation for one in execution.items} == {"301": "正常", "302": "正常", "P1": "超预算"}


def test_three_public_stand_beside_their_ceiling_and_last_year(books):
    rows = {one.name: one for one in execute_budget(2017, YEAR_END, tolerance=10).three_public}
    meals = rows["公务接待费"]
    assert (meals.ceiling_fen, meals.spent_fen, meals.last_ceiling_fen, meals.last_spent_fen) == (
        5_000,
        5_000,
        6_000,
        None,
    )
    assert (meals.rate, meals.is_over) == (100, False)
    assert (rows["因公出国费"].ceiling_fen, rows["因公出国费"].rate) == (None, None)


def test_procured_items_are_listed(books):
    line = {
        "year": [2017],
        "direction": ["支出"],
        "item": ["C1"],
        "name": ["电脑"],
        "group": ["政府采购"],
        "amount": [700],
    }
    books.carry("office.budget", {"file": books.file("采购.xlsx", "office_budget", line)}, on=date(2018, 1, 8))
    assert [one.item for one in execute_budget(2017, date(2018, 1, 8), tolerance=10).procurement] == ["C1"]


def test_a_year_without_budget_or_a_day_before_it_is_refused(books):
    with pytest.raises(NoBudget, match=r"office\.budget"):
        execute_budget(2017, date(2017, 1, 8), tolerance=10)  # the budget was recorded on the 9th
    with pytest.raises(DayBeforeYear):
        execute_budget(2017, date(2016, 12, 31), tolerance=10)


def progress(day):
    """Where every target stands on a day."""
    return {one.name: str(one.progress) for one in watch(2017, day)}


def test_targets_are_judged_by_the_straight_path_and_what_was_known(books):
    assert progress(date(2017, 2, 28))["局下达征缴任务"] == "滞后"  # nothing had come in
    spring = progress(date(2017, 3, 31))
    assert (spring["省下达征缴任务"], spring["局下达征缴任务"]) == ("完成", "正常")  # 600 of 500, of 1,000 yuan
    assert (spring["养老金按月发放"], spring["政策知晓率"]) == ("正常", "无数据")  # three months; asked in December
    winter = progress(date(2017, 12, 15))
    assert (winter["局下达征缴任务"], winter["养老金按月发放"]) == ("滞后", "滞后")  # 600 of 956.16; 3 of 11
    assert winter["政策知晓率"] == "完成"  # 96 % of 95 %


def test_the_path_of_a_task_is_its_share_of_the_days(books):
    [task] = [one for one in watch(2017, date(2017, 3, 31)) if one.name == "局下达征缴任务"]
    assert task.path == Fraction(100_000 * 90, 365)
    assert (task.target_text, task.path_text, task.reached_text, task.share) == ("1,000元", "246.57元", "600元", 60)


def test_each_point_opens_to_figures_or_evidence(books):
    opened = open_score(Reading(2017, REPORTED, settled=REPORTED))
    assert "优90分起" in opened.thresholds
    assert sum(one.scored.points for one in opened.indicators) == opened.score.points == 93
    staff = opened.find("在职人员控制率")
    assert [(one.name, one.figure, one.text) for one in staff.inputs] == [
        ("posts_authorised", "office.posts_authorised", "10人"),
        ("staff_actual", "office.staff_actual", "10人"),
    ]
    rules = opened.find("rules_complete")
    assert {one.name: (one.text, one.evidence) for one in rules.inputs}["有厉行节约制度"] == ("未达到", "制度未修订")
    with pytest.raises(NoSuchIndicator, match="staff_control"):
        opened.find("没有的指标")


def test_rows_behind_an_indicator_come_to_its_inputs(books):
    reading = Reading(2017, REPORTED, settled=REPORTED)
    for one in open_score(reading).indicators:
        for entry, rows in rows_behind(reading, one, viewer=READER):
            assert not entry.figure or reading.add_up(entry.figure, rows) == reading.value(entry.figure).value


def test_a_question_nobody_answered_says_so(books):
    early = open_score(Reading(2017, YEAR_END, settled=YEAR_END))  # answers were recorded in January
    assert {one.text for one in early.find("rules_complete").inputs} == {"没有依据"}


def test_years_stand_side_by_side(books):
    compared = compare_years([2016, 2017], REPORTED)
    lines = {one.name: (one.values, one.change) for one in (*compared.scores, *compared.figures)}
    assert compared.years == (2017, 2016)
    assert lines["自评得分"][0][0] == "93"
    assert lines["三公经费预算"] == (("50.00元", "60.00元"), "-10.00")
    assert lines["支出合计"] == (("1,000.00元", "—"), "")
    assert any(note.startswith("2016年有") for note in compared.notes)
    assert not any(note.startswith("2017年") for note in compared.notes)


def run(*words):
    return CliRunner().invoke(app, words)


def test_the_command_evaluate_prints_opens_and_compares(books):
    done = run("evaluate", "--year", "2017", "--as-of", "2018-01-10", "--compare", "2016", "--json")
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert (body["points"], body["grade"], len(body["indicators"])) == ("93", "优", 16)
    assert {one["name"] for one in body["monitoring"]} >= {"省下达征缴任务", "养老金按月发放"}
    assert "自评得分" in {one["name"] for one in body["compared"]}
    opened = run("evaluate", "--year", "2017", "--as-of", "2018-01-10", "--open", "three_public_control", "--json")
    assert {row["figure"] for row in json.loads(opened.stdout)["rows"]} == {
        "three_public.total",
        "three_public_budget.total",
    }
    assert run("evaluate", "--year", "2017", "--open", "no").exit_code == 2
    assert run("evaluate", "--year", "2012").exit_code == 1
    assert "目标进度" in run("evaluate", "--year", "2017").output


def test_the_command_budget_prints_the_items(books):
    done = run("budget", "--year", "2017", "--json")
    assert done.exit_code == 0, done.output
    body = json.loads(done.stdout)
    assert (body["total"]["rate"], body["total"]["spent_fen"]) == ("100%", 100_000)
    assert "偏慢：P1" in run("budget", "--year", "2017", "--as-of", "2017-06-30").output
    assert run("budget", "--year", "2015").exit_code == 1
