"""Printed lists of a hand-counted quarter: who stands on them, what they add up to, what the public may see."""

import zipfile
from datetime import date

import openpyxl
import pytest
import typer
from django.db import transaction
from typer.testing import CliRunner

from jubao.documents.sheet import column_totals
from jubao.documents.workbook import workbook_bytes
from jubao.operations.envelope.fault import Refused
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import NoSuchList, find_list, lists
from jubao.reports.lists.listing import sheet_of, splits
from jubao.vocabulary.resident_number import mask
from tests.reports_year import built_once, payer, pensioner

pytestmark = pytest.mark.django_db
WINTER = date(2017, 3, 31)
WINDOW = Window(2017, WINTER)
LENGTHS = {
    "payments": 14,               # January 6, February 5, March 3 (tests/reports_year.py)
    "payments-public": 14,
    "failures": 2,                # one pension in February, one payment on behalf in January
    "delegated": 2,
    "delegated-payments": 2,
    "insured": 10,
    "of-age-unpaid": 0,
    "certification-due": 4,       # awards running; nobody was ever certified
    "contributions-public": 3,
    "duplicates": 3,              # one drawing in another province, two in the employees' scheme
    "audit": 2,
    "duties": 0,
    "calculations": 1,            # the one award of February
    "check-sheets": 0,
    "changes": 0,
    "contribution-years": 0,      # nothing was credited in the quarter
}  # fmt: skip
SUMS = {
    "payments": ("发放金额", "payment.pensions"),
    "payments-public": ("发放金额", "payment.pensions"),
    "contributions-public": ("金额", "collection.received"),
    "insured": ("账户余额", "accounts.balance"),
    "audit": ("多发金额", "audit.overpaid"),
}


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker)


def column(sheet, title):
    """The values under a heading."""
    place = [one.title for one in sheet.columns].index(title)
    return [row[place] for row in sheet.rows]


@pytest.mark.parametrize("name", LENGTHS)
def test_a_list_names_as_many_as_were_counted_by_hand(books, name):
    assert len(sheet_of(find_list(name), WINDOW).rows) == LENGTHS[name]


@pytest.mark.parametrize("name", SUMS)
def test_a_list_adds_up_to_its_figure(books, name):
    title, figure_id = SUMS[name]
    assert sum(column(sheet_of(find_list(name), WINDOW), title)) == Reading(2017, WINTER).value(figure_id).value


@pytest.mark.parametrize("name", sorted(lists()))
def test_every_list_fits_an_excel_sheet_under_either_of_its_names(books, name):
    one = find_list(name)
    assert find_list(one.title) is one
    sheet = sheet_of(one, WINDOW)
    assert workbook_bytes([sheet])
    assert len(column_totals(sheet)) == len(one.columns)


def test_a_calculation_sheet_adds_up_by_payer(books):
    [row] = sheet_of(find_list("calculations"), WINDOW).rows
    parts = row[9:-1]
    assert row[-1] == sum(parts)
    assert (parts[0], parts[1]) == (7_000, 1_500)                # 70 from the centre, 15 from the province


def test_people_on_a_list_are_those_behind_its_figure(books):
    reading = Reading(2017, WINTER)
    for name, figure_id in (("uncertified", "certification.held"), ("of-age-unpaid", "register.of_age")):
        numbers = {mask(number) for number in column(sheet_of(find_list(name), WINDOW), "公民身份号码")}
        assert numbers <= {row.number for row in reading.behind(figure_id)}
    held = column(sheet_of(find_list("uncertified"), WINDOW), "公民身份号码")
    assert len(held) == reading.value("certification.held").value
    assert pensioner("停发") in held


@pytest.mark.parametrize("name", ["payments-public", "contributions-public"])
def test_what_hangs_in_the_village_shows_no_whole_number_and_no_account(books, name):
    sheet = sheet_of(find_list(name), WINDOW)
    assert "账号" not in {one.title for one in sheet.columns}
    assert all("*" in number for number in column(sheet, "公民身份号码"))
    text = str(list(sheet.rows))
    assert payer("甲") not in text
    assert pensioner("平安") not in text


def test_a_month_lists_only_its_own_payments(books):
    february = sheet_of(find_list("payments"), Window(2017, date(2017, 2, 28), date(2017, 2, 1)))
    assert february.title == "2017年2月待遇发放人员名单"
    assert column(february, "发放金额") == [8_500] * 5
    assert set(column(february, "发放年月")) == {201702}


def test_a_failure_says_why(books):
    sheet = sheet_of(find_list("failures"), WINDOW)
    assert set(column(sheet, "失败代码")) == {"211"}
    assert all("销户" in why for why in column(sheet, "失败原因"))


def test_people_of_age_with_years_missing_are_listed_with_their_years(books):
    # 到龄 was born on 1957-01-15 and needs 57 - 51 = 6 years; before the award all six were there.
    before = Window(2017, date(2017, 2, 21))
    assert Reading(2017, before.as_of).value("register.of_age").value == 1
    assert sheet_of(find_list("of-age-unpaid"), before).rows == []


def test_an_unknown_list_is_refused_with_the_names_there_are(books):
    with pytest.raises(NoSuchList, match=r"nobody.*待遇发放人员名单"):
        find_list("nobody")


def test_every_list_of_people_can_be_cut_by_village(books):
    assert {name for name, one in lists().items() if not splits(one)} == {"duties", "alerts"}


def test_a_duty_is_overdue_until_its_receipt_is_known(books):
    point = transaction.savepoint()
    duty = {"name": "月报", "title": "二月月报", "period": 201802, "due_date": "2018-03-10", "receiver": "市局"}
    books.carry("duty.record", duty, on=date(2018, 3, 1))
    with pytest.raises(Refused, match="已登记"):
        books.carry("duty.record", duty, on=date(2018, 3, 1))
    key = {name: duty[name] for name in ("name", "period", "receiver")}
    with pytest.raises(Refused, match="没有这项报送任务"):
        books.carry("duty.fulfil", key | {"period": 201801, "sent_date": "2018-03-15", "receipt": "收1"},
                    on=date(2018, 3, 15))  # fmt: skip
    books.carry("duty.fulfil", key | {"sent_date": "2018-03-15", "receipt": "收1"}, on=date(2018, 3, 15))
    with pytest.raises(Refused, match="已有回执"):
        books.carry("duty.fulfil", key | {"sent_date": "2018-03-15", "receipt": "收1"}, on=date(2018, 3, 16))
    told = {
        day: (Reading(2018, day).value("reports.due").value, Reading(2018, day).value("reports.overdue").value)
        for day in (date(2018, 3, 10), date(2018, 3, 11), date(2018, 3, 15))
    }
    states = [column(sheet_of(find_list("duties"), Window(2018, day)), "状态") for day in told]
    transaction.savepoint_rollback(point)
    assert list(told.values()) == [(1, 0), (1, 1), (1, 0)]
    assert states == [["未到期"], ["逾期"], ["已报送"]]


@pytest.fixture
def jubao(books, monkeypatch):
    """The command, on the books as they are."""
    from jubao.cli import lists as door
    from jubao.cli import setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    door.register(app)
    return lambda *words: CliRunner().invoke(app, ["list", *words])


def test_the_command_list_writes_one_file_or_one_a_village(jubao, tmp_path):
    whole, cut = tmp_path / "a.xlsx", tmp_path / "a.zip"
    assert jubao("payments", "--year", "2017", "--out", str(whole)).exit_code == 0
    assert openpyxl.load_workbook(whole).active.max_row == 3 + 14 + 1
    assert jubao("payments", "--year", "2017", "--split", "--out", str(cut)).exit_code == 0
    with zipfile.ZipFile(cut) as package:
        assert "甲街道/乙社区.xlsx" in package.namelist()
    assert jubao("nobody", "--year", "2017", "--out", str(whole)).exit_code == 2
    assert jubao("duties", "--year", "2017", "--split", "--out", str(cut)).exit_code == 1
