"""The year's score and the statutory report: formulas, deductions by hand, the Word file opened again."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from jubao.documents.self_evaluation import write_self_evaluation
from jubao.policy.store import Policy
from jubao.policy.tables import ScoredIndicator
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.monitoring_score import open_score
from jubao.reports.evaluation.self_evaluation import ReportBeforeFigures, build_self_evaluation, left_blank
from jubao.reports.figures.formula import FigureMissing, NotAFormula, evaluate, names
from jubao.reports.scoring.points import grade_of, score_all, score_indicator
from jubao.reports.scoring.scored_year import NoScoringTable, OfficeNotFounded, score_reading
from tests.reports_year import answer_for_the_year, built_once

pytestmark = pytest.mark.django_db
YEAR_END, REPORTED = date(2017, 12, 31), date(2018, 1, 10)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("a + b * 2", 10),
        ("(a + b) * 2", 14),
        ("a / b", Fraction(4, 3)),
        ("-a + 0.5", Fraction(-7, 2)),
        ("(b - a) / a * 100", -25),
        ("7", 7),
    ],
)
def test_a_formula_is_exact_arithmetic(formula, value):
    assert evaluate(formula, {"a": 4, "b": 3}) == value


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**12))
def test_a_ratio_is_never_rounded(numerator, denominator):
    assert evaluate("n / d * d", {"n": numerator, "d": denominator}) == numerator


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b",
        "a[0]",
        "a if b else 1",
        "lambda: 1",
        "a ** 2",
        "a // 2",
        "a % 2",
        "a < b",
        "'a'",
        "[a]",
        "{a: 1}",
        "f'{a}'",
        "a and b",
        "not a",
        "a, b",
        "(a := 1)",
        "True",
        "None",
        "1j",
        "~a",
        "+a",
        "a; b",
        "",
        "a b",
        "a + " * 200 + "a",
        "print(a)",
        "*a",
        "await a",
        "a\nb",
        "1 +",
    ],
)
def test_a_formula_refuses_anything_but_arithmetic(text):
    with pytest.raises(NotAFormula):
        names(text)
    with pytest.raises(NotAFormula):
        evaluate(text, {"a": 1, "b": 1})


def test_a_formula_says_what_is_missing():
    with pytest.raises(FigureMissing, match="posts_authorised"):
        evaluate("staff_actual / posts_authorised", {"staff_actual": 10})
    with pytest.raises(FigureMissing, match="除数为零"):
        evaluate("a / (b - b)", {"a": 1, "b": 2})


def test_every_formula_of_the_law_is_arithmetic_over_named_figures():
    policy = Policy.load()
    known = {entry["name"] for entry in policy.table("evaluation.figures", on=YEAR_END)}
    rubric = policy.rubric(YEAR_END, "430602")
    formulas = [one.formula for one in rubric.indicators]
    used = {name for formula in formulas if formula for name in names(formula)}
    assert used
    assert used <= known


def indicator(points, formula, **deduction):
    """An indicator of a scoring table."""
    return ScoredIndicator.model_validate(
        {"id": "one", "levels": ["甲", "乙", "丙"], "points": points, "formula": formula, "deduction": deduction}
    )


def lost(one, figures, *, partial_step="STARTED", answers=None):
    """Points an indicator loses."""
    return score_indicator(
        one, {name: Fraction(value) for name, value in figures.items()}, answers or {}, partial_step=partial_step
    ).lost


def test_points_are_lost_for_each_step_over():
    over = indicator(5, "x", kind="over", full="100", step="1", lose="0.5")
    assert lost(over, {"x": 100}) == 0
    assert lost(over, {"x": 80}) == 0
    assert lost(over, {"x": 103}) == Fraction(3, 2)
    assert lost(over, {"x": Fraction(1021, 10)}) == Fraction(3, 2)  # 2.1 steps: the third has begun
    assert lost(over, {"x": Fraction(1021, 10)}, partial_step="COMPLETED") == 1
    assert lost(over, {"x": 200}) == 5  # never more than all


def test_points_are_lost_below_and_away_from_full():
    under = indicator(5, "x", kind="under", full="100", step="5", lose="2")
    assert [lost(under, {"x": x}) for x in (100, 120, 95, 94, 10)] == [0, 0, 2, 4, 5]
    either = indicator(6, "x", kind="deviation", full="100", step="5", lose="2")
    assert [lost(either, {"x": x}) for x in (100, 95, 105, 111)] == [0, 2, 2, 6]


def test_points_are_lost_by_band_count_and_ratio():
    bands = [{"up_to": "0", "lose": "0"}, {"up_to": "10", "lose": "1"}]
    banded = indicator(5, "x", kind="bands", bands=bands, beyond="5")
    assert [lost(banded, {"x": x}) for x in (0, Fraction(1, 10), 10, 11)] == [0, 1, 1, 5]
    counted = indicator(6, "x", kind="count", lose="1.5")
    assert [lost(counted, {"x": x}) for x in (0, 2, 9)] == [0, 3, 6]
    shared = indicator(8, "done / planned", kind="ratio")
    assert lost(shared, {"done": 3, "planned": 4}) == 2
    assert lost(shared, {"done": 5, "planned": 4}) == 0


def test_a_question_without_an_answer_loses_its_share():
    asked = indicator(8, None, kind="questions", questions=["一", "二", "三", "四"])
    assert lost(asked, {}, answers={"一": True, "二": True, "三": False}) == 4


def test_an_indicator_without_its_figures_loses_all_unless_the_table_says_otherwise():
    over = indicator(5, "x", kind="over", full="100", step="1", lose="0.5")
    assert lost(over, {}) == 5
    assert lost(over.model_copy(update={"without_figures": "FULL"}), {}) == 0


# The published figures of the centre of 2017 under the scoring table of 430602, judged by hand:
# staff 10/10; three-public ceiling 9 after 9.1 (down); budget 131.56 of 131.56; three-public 7.35 of 9;
# public use 10.54 of 10.54; nothing built, nothing procured; satisfaction 99 of 100; 4 of 4 key tasks.
SEED = {
    "staff_actual": 10,
    "posts_authorised": 10,
    "three_public_budget": 9_000_000,
    "three_public_budget_last_year": 9_100_000,
    "budget_completed": 131_560_000,
    "budget_total": 131_560_000,
    "budget_added": 0,
    "budget_initial": 131_560_000,
    "public_use_actual": 10_540_000,
    "public_use_budget": 10_540_000,
    "three_public_actual": 7_350_000,
    "key_tasks_done": 4,
    "key_tasks_assigned": 4,
    "survey_answers": 100,
    "satisfied_answers": 99,
    "improper_use_findings": 0,
    "disclosures_missing": 0,
}


def scored(**changed):
    """Points of the published figures, some of them changed, with every question met."""
    rubric = Policy.load().rubric(YEAR_END, "430602")
    questions = [q for one in rubric.indicators for q in getattr(one.deduction, "questions", ())]
    figures = {name: Fraction(value) for name, value in (SEED | changed).items()}
    return score_all(rubric, figures, dict.fromkeys(questions, True))


def test_the_published_figures_lose_no_point_that_a_figure_decides():
    results = scored()
    assert sum(one.points for one in results) == 100
    values = {one.indicator.id: one.value for one in results}
    assert values["three_public_change"] == Fraction(-100, 91)  # -1.10 %
    assert values["three_public_control"] == Fraction(245, 3)  # 81.67 %
    assert values["budget_completion"] == 100


def test_one_more_person_than_posts_costs_five_points():
    assert sum(one.points for one in scored(staff_actual=11)) == 95  # 110 %: ten steps of half a point


def test_an_overspent_ceiling_and_a_missed_task_cost_points():
    results = {one.indicator.id: one.lost for one in scored(three_public_actual=9_180_000, key_tasks_done=3)}
    assert (results["three_public_control"], results["key_tasks"]) == (2, 2)  # 102 %; a quarter of eight


def test_grades_begin_at_their_least_score():
    grades = Policy.load().table("evaluation.grades", on=YEAR_END, area="430602")
    told = {"90": "优", "89.99": "良", "80": "良", "79.5": "中", "60": "中", "59": "差", "0": "差"}
    assert {points: grade_of(Fraction(points), grades) for points in told} == told


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker, answer_for_the_year)


def test_the_score_of_a_year_adds_up_with_reasons(books):
    result = score_reading(Reading(2017, REPORTED, settled=REPORTED))
    assert (result.points, result.grade) == (93, "优")
    assert {key: points for key, (points, _) in result.lost.items()} == {
        "rules_complete": 2,
        "disclosure": 1,
        "key_tasks": 4,
    }
    assert "有厉行节约制度" in result.lost["rules_complete"][1]


def test_a_grade_begins_where_its_row_says(books, ruled):
    """93 points are 优 from 90 on, and 良 where 优 begins at 95."""
    ruled(
        "evaluation.grades",
        [{"code": "EXCELLENT", "name": "优", "least": 95}, {"code": "GOOD", "name": "良", "least": 0}],
    )
    assert score_reading(Reading(2017, REPORTED, settled=REPORTED)).grade == "良"


def test_a_point_is_worth_what_the_scoring_table_says(books, ruled):
    """Two of four key tasks missed cost half of eight points, or half of fourteen; nothing was lost for satisfaction."""
    table = Policy.load().table("evaluation.rubric", on=REPORTED, area="430602")
    weights = {"key_tasks": 14, "satisfaction": None}
    indicators = [one | {"points": weights.get(one["id"], one["points"])} for one in table["indicators"]]
    ruled("evaluation.rubric", table | {"indicators": [one for one in indicators if one["points"]]})
    result = score_reading(Reading(2017, REPORTED, settled=REPORTED))
    assert result.lost["key_tasks"][0] == 7
    assert result.points == 93 - 3


def test_a_figure_of_the_score_is_called_what_its_row_says(books, ruled):
    entries = Policy.load().table("evaluation.figures", on=REPORTED)
    ruled("evaluation.figures", [one | {"label": f"甲{one['label']}"} for one in entries])
    opened = open_score(Reading(2017, REPORTED, settled=REPORTED))
    assert any(stated.label == "甲在职人员数" for one in opened.indicators for stated in one.inputs)


def test_evidence_recorded_later_does_not_count_earlier(books):
    before = score_reading(Reading(2017, YEAR_END, settled=YEAR_END))
    assert before.points == 93 - (6 + 6 + 4 + 10 + 6)  # rules, proper use, disclosure, effects, efficiency
    assert before.lost["proper_use"] == (6, "算式“improper_use_findings”缺少数据 improper_use_findings，请先登记")


def test_the_report_is_filled_from_figures_read_together(books, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        form = build_self_evaluation(2017, as_of=date(2017, 3, 31), on=REPORTED)
    assert form.income[0].total_fen == 100_000


def test_a_year_without_an_office_or_a_scoring_table_has_no_score(books):
    with pytest.raises(OfficeNotFounded, match="机构建账"):
        score_reading(Reading(2016, date(2016, 12, 31), settled=date(2016, 12, 31)))
    with pytest.raises(NoScoringTable, match="2012 年不能自评"):
        score_reading(Reading(2012, REPORTED, settled=REPORTED))
    assert Reading(2012, REPORTED).value("performance.score").value is None


@pytest.fixture
def form(books):
    """The report of the small year."""
    return build_self_evaluation(2017, as_of=date(2017, 12, 15), on=REPORTED)


def test_the_report_is_filled_from_figures(form):
    assert (form.cover.year, form.cover.report_date, form.cover.budget_code) == (2017, REPORTED, "430609")
    assert (form.profile.authorised, form.profile.actual) == (10, 10)
    expenditure, assets = form.expenditure[0], form.assets[0]
    assert (expenditure.total_fen, expenditure.basic_fen, expenditure.project_fen) == (100_000, 90_000, 10_000)
    assert (assets.total_fen, assets.in_use_fen, assets.leased_out_fen, assets.other_fen) == (
        25_000,
        20_000,
        5_000,
        None,
    )
    assert form.three_public[0].abroad_fen is None  # nothing recorded is blank, never nought
    assert (form.score, form.grade) == (Decimal(93), "优")


def test_all_directors_and_deputies_evaluate(form):
    assert [evaluator.post for evaluator in form.evaluators] == ["主任", "副主任", "副主任", "副主任"]


def test_indicators_state_target_and_result_together(form):
    rows = {row.kind: (row.content, row.target, row.actual) for row in form.indicators}
    assert rows["社会效益"] == ("政策知晓率", "95%", "95%以上")
    assert rows["数量指标"] == ("保障参保（征缴金额）", "1,000元", "600元")
    assert rows["成本指标"] == ("“三公”经费支出", "不超过50元", "50元")
    assert rows["经济效益"] == ("无", "", "")


def test_a_report_never_precedes_its_figures(books):
    with pytest.raises(ReportBeforeFigures, match=r"2017-04-18.*2017-12-15"):
        build_self_evaluation(2017, as_of=date(2017, 12, 15), on=date(2017, 4, 18))


def test_a_report_only_knows_what_was_recorded_by_its_date(books):
    early = build_self_evaluation(2017, as_of=date(2017, 12, 15), on=date(2017, 12, 15))
    assert early.expenditure[0].total_fen is None  # spending was recorded on 29 December
    assert early.score < 93


def test_what_nobody_recorded_is_named_as_blank(form):
    assert left_blank(form) == ["联系人", "联络电话", "填报人", "单位意见"]


def test_the_word_file_says_what_the_figures_say(form, tmp_path):
    path = tmp_path / "自评.docx"
    assert write_self_evaluation(form, path) == write_self_evaluation(form, tmp_path / "again.docx")
    document = Document(str(path))
    paragraphs = [paragraph.text for paragraph in document.paragraphs]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*paragraphs, *cells])
    chapters = [p for p in paragraphs if p.startswith("（") and p[2:3] == "）" and p[1] in "一二三四五六"]
    assert [chapter[1] for chapter in chapters] == list("一二三四五六")
    assert "3人缴费，到账600元，分别为两级任务的120%和60%" in text
    assert "完成率150%" in text
    assert "93分" in cells
    assert "{" not in text
    assert "None" not in text
    assert "管理制度健全性扣2分：有厉行节约制度（未达到）" in text


def test_the_command_writes_the_report_or_says_why_not(books, tmp_path, monkeypatch):
    import typer

    from jubao.cli import report, setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    report.register(app)
    words = ["report", "self-evaluation", "--year", "2017", "--as-of", "2017-12-15", "--out", str(tmp_path / "a.docx")]
    done = CliRunner().invoke(app, [*words, "--on", "2018-01-10"])
    assert (done.exit_code, "得分 93" in done.stdout) == (0, True)
    assert (tmp_path / "a.docx").exists()
    refused = CliRunner().invoke(app, [*words, "--on", "2017-04-18"])
    assert (refused.exit_code, "早于数据截止日" in refused.output) == (1, True)


def test_sentences_never_show_a_missing_figure_as_a_number(books):
    assert Reading(2018, date(2018, 12, 31)).value("collection.target.province").with_unit == "（未登记）"
