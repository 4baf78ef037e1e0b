"""Signed reports: figures frozen with their signers, later changes as differences, broken relations refused."""

import hashlib
import json
from datetime import UTC, date, datetime

import pytest
from django.conf import settings
from django.db import transaction
from docx import Document
from typer.testing import CliRunner

from jubao.cli import app
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.records.models import SignedFigure, SignedReport
from jubao.reports.catalogue.reading import Reading
from jubao.reports.evaluation.signed import kept_path, signed_reports
from jubao.reports.plausibility.bounds import unusual
from tests.reports_year import answer_for_the_year, quarter

pytestmark = pytest.mark.django_db
CASE = {"year": 2017, "as_of": "2017-12-15", "dated": "2018-01-10"}
SIGNED_ON = date(2018, 1, 15)


def explain_what_is_unusual(office):
    """A quarter of a year in a village lies outside the bounds of a district; somebody says so."""
    reading = Reading(2017, date(2017, 12, 15), settled=date(2018, 1, 10))
    strange = sorted({one.bound.figure for one in unusual(reading)})
    cases = [{"figure": figure, "year": 2017, "reason": "试验账簿只有一个季度"} for figure in strange]
    office.carry("figure.explain", *cases, on=date(2018, 1, 9))


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = quarter(declared=True)
        answer_for_the_year(office)
        explain_what_is_unusual(office)
        yield office
        transaction.set_rollback(True)


@pytest.fixture
def state(books, tmp_path):
    """Sign the year's report, and read it back whenever called."""
    books.carry("report.sign", CASE, on=SIGNED_ON)

    def read():
        [found] = signed_reports(2017, tmp_path)
        return found

    return read


def late_survey(office):
    """Answers of December that are recorded only now, dated before the report."""
    asked = {
        "question": ["满意度"],
        "respondents": [50],
        "positive": [50],
        "surveyed_date": [date(2017, 12, 11)],
        "division": [None],
    }
    office.carry("survey.record", {"file": office.file("补录.xlsx", "survey_result", asked)}, on=date(2018, 1, 9))


def test_signing_freezes_every_figure_as_it_was_shown(state):
    frozen = {row.figure: row for row in SignedFigure.objects.order_by("pk")}
    live = Reading(2017, date(2017, 12, 15), settled=date(2018, 1, 10)).all()
    assert set(frozen) == {value.figure.id for value in live}
    assert (frozen["collection.received"].exact, frozen["collection.received"].text) == ("60000", "600.00")
    assert frozen["performance.score"].exact == "93"
    assert frozen["collection.received"].as_of == date(2017, 12, 15)
    assert frozen["budget.expenditure.total"].as_of == date(2018, 1, 10)
    assert frozen["three_public.abroad"].exact == ""  # nothing recorded is not nought


def test_three_different_people_sign_and_are_named(state):
    signers = state().signers
    assert [(role, post) for role, _, post, _ in signers] == [
        ("MAKE", "OFFICE"),
        ("CHECK", "DEPUTY_FINANCE"),
        ("APPROVE", "DIRECTOR"),
    ]
    assert len({name for _, name, _, _ in signers}) == 3


def test_an_unchanged_report_stands(state):
    found = state()
    assert (found.changed, found.rebuilt, found.kept, found.stands) == ([], True, None, True)


def test_a_later_change_shows_as_a_difference_and_never_alters_what_was_signed(books, state):
    late_survey(books)
    found = state()
    changed = {one.figure: (one.signed, one.now, one.difference) for one in found.changed}
    assert changed["survey.satisfaction"] == ("90", "95", "+5")
    assert changed["survey.satisfaction_answers"] == ("50", "100", "+50")
    assert all(figure.startswith(("survey.", "performance.")) for figure in changed)
    assert (found.rebuilt, found.stands) == (False, False)


def test_what_happens_after_the_reports_days_changes_nothing(books, state):
    task = {"name": "collection.bureau", "year": 2017, "amount_fen": 1, "source": "次年文件"}
    books.carry("target.set", task, on=date(2018, 1, 16))
    assert state().stands


def test_the_signed_file_is_kept_and_a_touched_one_is_noticed(books, tmp_path):
    books.carry("report.sign", CASE, on=SIGNED_ON)
    [report] = SignedReport.objects.order_by("pk")
    [found] = signed_reports(2017, tmp_path)
    assert found.kept is None
    path = kept_path(settings.JUBAO_HOME, report.sha256)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == report.sha256
    text = [cell.text for table in Document(str(path)).tables for row in table.rows for cell in row.cells]
    assert "93分" in text
    done = CliRunner().invoke(app, ["report", "signed", "--year", "2017", "--out", str(tmp_path / "out.docx")])
    assert (done.exit_code, (tmp_path / "out.docx").read_bytes()) == (0, path.read_bytes())
    touched = kept_path(tmp_path, report.sha256)
    touched.parent.mkdir(parents=True)
    touched.write_bytes(path.read_bytes() + b" ")
    [found] = signed_reports(2017, tmp_path)
    assert (found.kept, found.stands) == (False, False)
    path.unlink()


def test_the_same_report_is_not_signed_twice_but_a_corrected_one_may_be(books, state):
    with pytest.raises(Refused, match="已经签定"):
        books.carry("report.sign", CASE, on=SIGNED_ON)
    late_survey(books)
    books.carry("report.sign", CASE, on=SIGNED_ON)
    assert SignedReport.objects.count() == 2


def test_a_report_whose_figures_contradict_each_other_is_refused(books):
    dinner = {
        "date": [date(2017, 12, 21)],
        "item": ["P1"],
        "group": ["项目支出"],
        "three_public": ["公务接待费"],
        "amount": [40_000],
        "payee": ["饭店"],
        "memo": [None],
        "voucher": ["支9"],
    }
    books.carry("office.spending", {"file": books.file("支出.xlsx", "office_spending", dinner)}, on=date(2017, 12, 29))
    with pytest.raises(Refused, match="关系不符") as refused:
        books.carry("report.sign", CASE, on=SIGNED_ON)
    assert any("三公经费合计450.00" in fault for fault in refused.value.faults)
    assert not SignedReport.objects.exists()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"dated": "2018-02-01"}, "晚于业务日期"),
        ({"dated": "2017-11-01"}, "早于数据截止日"),
        ({"as_of": "2016-12-31"}, "早于建账日 2017-01-03"),
        ({"year": 2018, "as_of": "2017-12-31"}, "早于 2018 年"),
        ({"year": 2012}, "2012 年不能自评"),
        ({"year": 2024}, "晚于业务日期"),
        ({"year": 99999}, "年度"),
        ({"as_of": "2999-01-01"}, "数据截止日"),
    ],
)
def test_a_report_that_cannot_be_made_cannot_be_signed(books, changed, why):
    with pytest.raises(Refused, match=why):
        books.carry("report.sign", CASE | changed, on=SIGNED_ON)


def test_the_command_report_signed_tells_what_agrees(books, state):
    done = CliRunner().invoke(app, ["report", "signed", "--year", "2017", "--json"])
    assert done.exit_code == 0, done.output
    [told] = json.loads(done.stdout)
    assert (told["stands"], told["rebuilt_agrees"], len(told["signers"])) == (True, True, 3)
    late_survey(books)
    differing = CliRunner().invoke(app, ["report", "signed", "--year", "2017"])
    assert differing.exit_code == 1
    assert "+5" in differing.output
    assert CliRunner().invoke(app, ["report", "signed", "--year", "2011"]).exit_code == 1


def test_a_signed_file_that_is_gone_is_not_handed_out(books, state, tmp_path):
    kept_path(settings.JUBAO_HOME, state().report.sha256).unlink()
    done = CliRunner().invoke(app, ["report", "signed", "--year", "2017", "--out", str(tmp_path / "a.docx")])
    assert (done.exit_code, (tmp_path / "a.docx").exists()) == (1, False)


@pytest.mark.parametrize(("name", "code"), [("a.txt", 2), ("a", 2)])
def test_a_report_is_word_or_pdf(books, tmp_path, name, code):
    words = ["report", "self-evaluation", "--year", "2017", "--as-of", "2017-12-15", "--on", "2018-01-10"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / name)])
    assert (done.exit_code, list(tmp_path.iterdir())) == (code, [])


def test_a_machine_without_chinese_fonts_gets_advice(books, tmp_path, monkeypatch):
    monkeypatch.setattr("jubao.documents.typesetting.installed_fonts", lambda: ["Libertinus Serif"])
    words = ["report", "self-evaluation", "--year", "2017", "--as-of", "2017-12-15", "--on", "2018-01-10"]
    done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "a.pdf")])
    assert (done.exit_code, "中文字体" in done.output) == (1, True)


def own_template(path, *places):
    """A Word template with one paragraph for each place."""
    document = Document()
    for place in places:
        document.add_paragraph(place)
    document.save(str(path))
    return path


def fill(tmp_path, template):
    """Write the report of the small year from a template."""
    words = ["report", "self-evaluation", "--year", "2017", "--as-of", "2017-12-15", "--on", "2018-01-10"]
    return CliRunner().invoke(app, [*words, "--template", str(template), "--out", str(tmp_path / "own.docx")])


def test_an_offices_own_template_is_filled_with_named_figures(books, tmp_path):
    places = ('{{ year }}年征缴{{ figure["collection.received"] }}', "{{ figure[“performance.grade”] }}", "{{ day }}")
    done = fill(tmp_path, own_template(tmp_path / "t.docx", *places))
    assert done.exit_code == 0, done.output
    told = [paragraph.text for paragraph in Document(str(tmp_path / "own.docx")).paragraphs]
    assert told == ["2017年征缴600元", "优", "2017年12月15日"]


@pytest.mark.parametrize(
    "place", ['{{ figure["no.such"] }}', "{{ nobody }}", "{{ year", "{{ ''.__class__.__mro__ }}", "{% for %}"]
)
def test_a_template_nobody_can_fill_is_refused_and_nothing_written(books, tmp_path, place):
    done = fill(tmp_path, own_template(tmp_path / "t.docx", place))
    assert (done.exit_code, "模板中有填不了的位置" in done.output) == (1, True)
    assert not (tmp_path / "own.docx").exists()


def test_a_template_that_is_no_word_file_is_refused(books, tmp_path):
    (tmp_path / "t.docx").write_bytes(b"no zip")
    done = fill(tmp_path, tmp_path / "t.docx")
    assert (done.exit_code, "模板不是 Word 文件" in done.output) == (1, True)


def test_the_figures_frozen_are_the_same_whenever_they_are_planned(books):
    """Approvers agree to figures; whoever plans them again for the same days gets the same ones and the same file."""
    declared = ACTS["report.sign"]
    arguments = [declared.arguments.model_validate(CASE)]
    plans = []
    for _ in range(2):
        view = View(SIGNED_ON, datetime(2018, 1, 15, 9, tzinfo=UTC), "X")
        with view.open():
            assert not declared.act.check(arguments, view)
            plans.append(essence(declared.act.plan(arguments, view)))
    assert plans[0] == plans[1]
    assert plans[0]["result"]["reports"] == 1


def test_a_report_may_be_dated_on_the_day_it_is_signed(books):
    """Its own signatures of that day change none of its figures."""
    books.carry("report.sign", CASE | {"dated": SIGNED_ON.isoformat()}, on=SIGNED_ON)
    assert SignedReport.objects.get().dated == SIGNED_ON


def test_an_unusual_figure_without_a_reason_is_not_signed(books, monkeypatch):
    monkeypatch.setattr("jubao.reports.plausibility.bounds._reasons", lambda reading: {})
    with pytest.raises(Refused, match="超出合理范围而无说明") as refused:
        books.carry("report.sign", CASE, on=SIGNED_ON)
    assert refused.value.faults
