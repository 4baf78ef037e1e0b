"""Figures from a hand-counted quarter: their values, the rows behind them, as-of days, relations, comparison."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from typer.testing import CliRunner

from jubao.records.models import Outlet
from jubao.reports.catalogue.figures import NoSuchFigure, catalogue
from jubao.reports.catalogue.reading import DayBeforeYear, Reading, behind, compute
from jubao.reports.evaluation.compare_with_document import CannotReadStatedFigures, compare, read_stated, stated_figures
from jubao.reports.figures.evidence import Named, Part
from jubao.reports.figures.figure import Figure, Unit, show, wan_or_yuan
from jubao.reports.figures.measure import Cases
from jubao.reports.figures.reading import FigureReading
from jubao.reports.plausibility.relation import RELATIONS, breaches
from jubao.vocabulary.resident_number import mask
from tests.office import READER
from tests.reports_year import answer_for_the_year, built_once, payer, pensioner

SPRING, WINTER = date(2017, 2, 28), date(2017, 3, 31)
pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "src" / "jubao" / "simulation" / "data"

# Counted by hand from tests/reports_year.py; a pension is 85.00 a month (70 national + 15 provincial in 2017).
COUNTED = {
    "register.insured": 10,  # 13 of the register stand; less two deaths or doubles, one ended, one out;
    # one in
    "collection.target.province": 50_000,
    "collection.target.bureau": 100_000,
    "collection.received": 60_000,  # 300 + 100 + 200 yuan
    "collection.payers": 3,
    "collection.completion.province": 120,
    "collection.completion.bureau": 60,
    "matching.records_compared": 3,
    "matching.payers_terminated": 1,
    "matching.beneficiaries_terminated": 2,
    "matching.beneficiaries_died": 1,
    "funeral.people": 1,
    "funeral.each": 100_000,
    "funeral.total": 100_000,
    "cross_province.verified": 1,
    "cross_province.recovered": 17_000,
    "in_province.terminated": 1,
    "alerts.ministry.total": 2,
    "alerts.ministry.terminated": 1,
    "alerts.ministry.suspended": 1,
    "alerts.police.total": 1,
    "alerts.police.terminated": 0,
    "alerts.police.cleared": 1,
    "alerts.police.open": 0,
    "payment.beneficiaries": 3,  # March: the calm one, the resumed one, the new one
    "payment.months_paid": 3,
    "payment.newly_eligible": 1,
    "payment.suspended": 2,  # one alert still held, one overdue
    "payment.resumed": 2,
    "payment.pensions": 178_500,  # January 6 months, February 5, March 2 + 6 + 2: 21 times 85.00
    "fiscal.target": 100_000,
    "fund.upper_received": 90_000,
    "fund.county_received": 5_000,
    "fund.completion": 90,
    "fund.remitted": 30_000,
    "delegated.only_child": 1,  # the other one failed
    "delegated.teachers": 0,
    "transfers.within_province_in": 1,
    "transfers.within_province_out": 0,
    "transfers.bridging_out": 1,
    "universal.adjusted_target": 2,
    "universal.completed": 3,
    "universal.completion_rate": 150,
    "outlets.platforms": 1,
    "outlets.started": 1,
    "outlets.card_rate": 50,
    "reports.submitted": 1,  # the other one goes out in December
    "office.staff_actual": 10,
    "office.directors": 1,
    "office.deputy_directors": 3,
    "office.sections": 1,
    "budget.income.total": 100_000,
    "budget.income.carried_over": None,
    "budget.expenditure.total": 100_000,
    "budget.expenditure.basic": 90_000,
    "budget.expenditure.balance": 0,
    "budget.plan.total": 100_000,  # the ceiling of 50.00 lies inside public use
    "budget.item.P1": 10_000,
    "three_public.total": 5_000,
    "three_public_budget.decrease": 1_000,
    "assets.total": 25_000,
    "assets.in_use": 20_000,
    "survey.awareness": 96,
    "tasks.assigned": 4,
    "tasks.reached": 2,  # province and registration; bureau and transfers fall short
    "performance.score": 93,
    "performance.grade": "优",
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


@pytest.mark.parametrize("day", [SPRING, WINTER])
def test_the_rows_behind_every_figure_add_up_to_it(books, day):
    reading = Reading(2017, day)
    for figure_id in reading.every():
        value, rows = reading.value(figure_id), list(reading.behind(figure_id, viewer=READER))
        assert reading.add_up(figure_id, rows) == value.value, figure_id
        if value.figure.unit in {Unit.PEOPLE, Unit.CASES} and not _is_derived(rows):
            stated = figure_id.startswith(("universal.city", "universal.earlier", "office.posts"))
            assert stated or len(rows) == value.value, figure_id


def test_all_figures_of_a_year_are_read_in_sixty_statements(books, django_assert_max_num_queries):
    for settled in (None, date(2018, 3, 1)):
        reading = Reading(2017, WINTER, settled=settled)
        with django_assert_max_num_queries(60):
            values = reading.all()
        assert {value.figure.id for value in values} >= set(catalogue())


def test_what_was_asked_once_is_not_asked_again(reading, django_assert_num_queries):
    reading.all()
    with django_assert_num_queries(0):
        assert breaches(reading) == []
        assert reading.all(COUNTED)


def test_figures_of_one_source_are_read_in_one_statement(reading, django_assert_num_queries):
    accounts = ["accounts.balance", "accounts.number", "accounts.average", "collection.subsidies"]
    reading.ask(["register.insured"])
    with django_assert_num_queries(1) as asked:
        reading.ask(accounts)
    assert " UNION " not in asked.captured_queries[0]["sql"]  # which unites different sources
    with django_assert_num_queries(0):  # five accounts of 100.00, one of them kept by who joined the employees
        assert [value.value for value in reading.all(accounts)] == [50_000, 4, 12_500, 0]


def test_figures_walked_from_one_list_walk_it_once(reading, monkeypatch):
    from jubao.reports.catalogue import recovery

    walked = []
    walk = recovery.open_claims
    monkeypatch.setattr(recovery, "open_claims", lambda window: walked.append(window) or walk(window))
    values = reading.all([f"recovery.open_{key}" for key in ("30", "90", "365", "older")])
    assert sum(value.value for value in values) == reading.value("audit.open").value == 8_500
    assert len(walked) == 1


def test_rows_behind_a_figure_are_read_as_they_are_wanted(reading, django_assert_num_queries):
    reading.ask(["collection.received"])
    with django_assert_num_queries(0):
        rows = reading.behind("collection.received", viewer=READER)
    with django_assert_num_queries(1):
        assert next(rows).quantity == 30_000


def _is_derived(rows):
    return any(row.reference in catalogue() for row in rows)


def test_money_behind_a_figure_sums_to_it_row_by_row(reading):
    for figure_id in ("collection.received", "payment.pensions", "fund.upper_received", "three_public.total"):
        rows = list(reading.behind(figure_id, viewer=READER))
        assert all(row.money for row in rows)
        assert sum(row.quantity for row in rows) == COUNTED[figure_id]


def test_rows_name_people_with_masked_numbers_and_their_act(reading):
    rows = list(reading.behind("collection.payers", viewer=READER))
    assert [(row.name, row.number, row.quantity) for row in rows] == [
        (name, mask(payer(name)), fen) for name, fen in (("甲", 30_000), ("乙", 10_000), ("丙", 20_000))
    ]
    assert all(row.act and row.on == date(2017, 3, day) for row, day in zip(rows, (2, 3, 3), strict=True))
    assert not any(payer("甲") in str(row) for row in rows)


def test_a_state_as_of_a_day_is_the_latest_event_known_that_day(books):
    spring = Reading(2017, SPRING)
    told = {
        figure_id: spring.value(figure_id).value
        for figure_id in (
            "payment.suspended",
            "payment.resumed",
            "payment.beneficiaries",
            "payment.success_rate",
            "alerts.ministry.suspended",
            "alerts.police.suspended",
            "alerts.police.cleared",
            "collection.received",
            "matching.beneficiaries_terminated",
            "payment.pensions",
        )
    }
    assert told == {
        "payment.suspended": 5,
        "payment.resumed": 1,
        "payment.beneficiaries": 5,
        "payment.success_rate": Fraction(250, 3),
        "alerts.ministry.suspended": 2,
        "alerts.police.suspended": 1,
        "alerts.police.cleared": 0,
        "collection.received": 0,
        "matching.beneficiaries_terminated": 0,
        "payment.pensions": 93_500,
    }


def test_a_list_without_decisions_is_open(books):
    before_the_hold = Reading(2017, date(2017, 2, 9))
    assert before_the_hold.value("alerts.ministry.open").value == 2
    assert before_the_hold.value("alerts.ministry.total").value == 0


def test_an_opening_suspension_is_not_a_suspension_of_the_year(books):
    rows = list(behind("payment.suspended", year=2017, as_of=SPRING, viewer=READER))
    assert mask(pensioner("逾期")) not in {row.number for row in rows}
    assert len(rows) == 5


def test_another_year_knows_nothing_of_this_one(books):
    other = Reading(2018, date(2018, 12, 31))
    assert other.value("collection.received").value == 0
    assert other.value("payment.beneficiaries").value == 0
    assert other.value("budget.income.total").value is None


def test_budget_figures_answer_for_the_whole_year_whatever_the_day(books):
    spring = Reading(2017, SPRING)
    assert spring.value("budget.expenditure.total").value == 100_000
    assert spring.value("budget.expenditure.total").as_of == date(2018, 1, 8)
    assert compute("budget.expenditure.total", year=2017, as_of=date(2018, 1, 1)).as_of == date(2018, 1, 1)


def test_no_relation_is_broken(reading):
    assert breaches(reading) == []


def test_every_relation_names_figures_of_the_catalogue():
    assert {figure_id for relation in RELATIONS for figure_id in relation.figures.values()} <= set(catalogue())


def test_a_broken_relation_is_named(books):
    from jubao.records.models import AuditEvent, Spending

    stray = Reading(2017, WINTER)
    act = AuditEvent.objects.order_by("-id").first()
    point = transaction.savepoint()
    Spending.objects.create(
        act=act, date=date(2017, 5, 1), item="301", group="其他", amount_fen=7, payee="甲", voucher="散1"
    )
    found = [breach.text for breach in breaches(stray)]
    transaction.savepoint_rollback(point)
    assert len(found) == 2  # total is not basic + project any more, and exceeds the income
    assert "支出合计1,000.07" in found[0]


def test_unknown_figures_and_early_days_are_refused(books):
    with pytest.raises(NoSuchFigure, match=r"collection.nothing.*collection.received"):
        compute("collection.nothing", year=2017, as_of=WINTER)
    with pytest.raises(DayBeforeYear, match="2016-12-31"):
        Reading(2017, date(2016, 12, 31))


def test_every_figure_has_words_in_two_languages():
    for figure in catalogue().values():
        assert figure.name
        assert figure.definition
        assert figure.english.isascii()


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (5_338_621, Unit.MONEY, "53,386.21"),
        (Fraction(1970400, 19510), Unit.PERCENT, "100.99"),
        (None, Unit.MONEY, ""),
        (100, Unit.PERCENT, "100"),
        (11471, Unit.PEOPLE, "11,471"),
        (Fraction(185, 2), Unit.POINTS, "92.5"),
    ],
)
def test_values_are_shown_as_people_read_them(value, unit, shown):
    assert show(value, unit) == shown


def test_money_in_running_text_is_never_rounded():
    assert wan_or_yuan(1_176_270_000) == "1176.27万元"
    assert wan_or_yuan(5_338_621) == "53,386.21元"
    assert wan_or_yuan(100_000) == "1,000元"


def test_derived_beside_stated_shows_the_difference(reading):
    stated = {
        "collection.received": {"value": "590.00", "unit": "元"},
        "collection.payers": {"value": "3", "unit": "人"},
        "survey.awareness": {"value": "95", "unit": "%", "at_least": "true"},
        "survey.satisfaction": {"value": "91", "unit": "%", "at_least": "true"},
        "performance.grade": {"value": "良", "unit": "等次"},
    }
    compared = compare(reading, stated)
    assert [one.difference for one in compared] == [1_000, 0, 0, -1, None]
    assert [one.difference_text for one in compared] == ["10.00", "0", "0", "-1", "不符"]
    assert [one.agrees for one in compared] == [False, True, True, False, False]


def test_a_percentage_is_compared_with_the_decimals_the_document_prints(reading):
    assert compare(reading, {"universal.completion_rate": {"value": "150.00", "unit": "%"}})[0].agrees
    spring = Reading(2017, SPRING)
    assert compare(spring, {"payment.success_rate": {"value": "83.33", "unit": "%"}})[0].agrees
    assert not compare(spring, {"payment.success_rate": {"value": "83.4", "unit": "%"}})[0].agrees


def test_the_document_of_2017_states_only_figures_of_the_catalogue():
    document = yaml.safe_load((DATA / "figures-2017.yaml").read_text("utf-8"))
    paths = yaml.safe_load((DATA / "beside-2017.yaml").read_text("utf-8"))["figures"]
    figures = stated_figures(document, paths)["figures"]
    known = {figure_id for figure_id in figures if not figure_id.startswith("budget.item.")}
    assert known <= set(catalogue())
    assert figures["collection.received"] == {"value": "11762700.00", "unit": "元"}
    assert figures["budget.expenditure.basic"] == {"value": "895600.00", "unit": "元"}
    assert figures["cross_province.recovered"] == {"value": "53386.21", "unit": "元"}
    assert figures["survey.awareness"] == {"value": "95", "unit": "%", "at_least": True}
    assert figures["office.sections"] == {"value": "5", "unit": "个"}
    assert "assets.total" not in figures  # the document leaves it empty


def test_a_file_of_stated_figures_that_says_nothing_is_refused(tmp_path, reading):
    path = tmp_path / "beside.yaml"
    path.write_text("figures: [1, 2]", encoding="utf-8")
    with pytest.raises(CannotReadStatedFigures, match=r"beside.yaml"):
        read_stated(path)
    with pytest.raises(CannotReadStatedFigures, match="不是数字"):
        compare(reading, {"collection.payers": {"value": "三人", "unit": "人"}})


@pytest.fixture
def jubao(books, monkeypatch):
    """The command, on the books as they are."""
    import typer

    from jubao.cli import figures, report, setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    figures.register(app)
    report.register(app)
    return lambda *words: CliRunner().invoke(app, [*words])


def test_the_command_prints_figures_and_the_rows_behind_one(jubao):
    answer = jubao("figures", "--year", "2017", "--as-of", "2017-03-31", "--json")
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    by_id = {entry["id"]: entry for entry in told["figures"]}
    assert (told["as_of"], told["breaches"]) == ("2017-03-31", [])
    assert (by_id["collection.received"]["value"], by_id["collection.received"]["unit"]) == (60_000, "分")
    assert by_id["survey.awareness"]["text"] == "96"
    shown = jubao("figures", "--year", "2017", "--as-of", "2017-03-31", "--behind", "funeral.people")
    assert mask(pensioner("死亡")) in shown.stdout
    assert pensioner("死亡") not in shown.stdout


def test_the_rows_behind_a_figure_are_printed_as_one_json_object(jubao, monkeypatch):
    words = ("figures", "--year", "2017", "--as-of", "2017-03-31", "--behind", "collection.received")
    told = json.loads(jubao(*words, "--json").stdout)
    assert [row["quantity"] for row in told["rows"]] == [30_000, 10_000, 20_000]
    assert told["figure"]["value"] == sum(row["quantity"] for row in told["rows"])
    monkeypatch.setattr("jubao.cli.figures.ROWS_A_TABLE", 2)
    shown = jubao(*words).stdout
    assert shown.count("证件号码或说明") == 2
    assert "共 3 行" in shown


def test_strict_comparison_ends_with_1_when_a_figure_differs(jubao, tmp_path):
    path = tmp_path / "beside.yaml"
    for payers, code in (("3", 0), ("4", 1)):
        path.write_text(f"figures: {{collection.payers: {{value: {payers}, unit: 人}}}}", encoding="utf-8")
        words = ("figures", "--year", "2017", "--as-of", "2017-03-31", "--beside", str(path), "--strict")
        assert jubao(*words).exit_code == code


def test_wrong_usage_ends_with_2(jubao):
    assert jubao("figures", "--year", "2017", "--behind", "no.such").exit_code == 2
    assert jubao("figures", "--year", "2017", "--as-of", "2016-01-01").exit_code == 2


class OneOfItsOwn:
    """A catalogue of one figure that the office does not have."""

    def find(self, figure_id: str, /) -> Figure:
        return self.every(0)[figure_id]

    def every(self, _: int, /) -> dict[str, Figure]:
        outlets = Part(Outlet.objects.all(), Named("code", "name"))
        own = Figure("own.outlets", "网点数", "Outlets", Unit.PIECES, "登记的网点", lambda _: Cases(outlets))
        return {own.id: own}


def test_a_reading_reads_the_catalogue_it_is_given_and_no_other(books: None) -> None:
    reading = FigureReading(OneOfItsOwn(), 2017, WINTER)
    assert [(one.figure.id, one.value) for one in reading.all()] == [("own.outlets", 1)]
    assert reading.measured() == ["own.outlets"]
    assert reading.whole_year().value_of("own.outlets") == 1
    with pytest.raises(KeyError):
        reading.value("collection.received")
