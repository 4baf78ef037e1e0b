"""Printed lists of a hand-counted quarter: who stands on them, what they add up to, what the public may see."""

import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import islice

import openpyxl
import pytest
import typer
from django.db import transaction
from typer.testing import CliRunner

from jubao.documents.sheet import DATE, INTEGER, MONEY, MONTH, column_totals
from jubao.documents.workbook import workbook_bytes
from jubao.ledger.models import Voucher
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.fields import Kind
from jubao.operations.envelope.references import REFERENCES, resolve
from jubao.records.models import BankAccount, DelegatedPayee, Person
from jubao.reports.catalogue.reading import Reading
from jubao.reports.figures.window import Window
from jubao.reports.lists import part as parts
from jubao.reports.lists.column import Opens
from jubao.reports.lists.every_list import NoSuchList, find_list, lists
from jubao.reports.lists.filters import CannotFilter
from jubao.reports.lists.listing import Asked
from jubao.reports.lists.printing import sheet_of
from jubao.vocabulary.fen import yuan_plain
from jubao.vocabulary.resident_number import mask
from tests.office import READER, VILLAGE
from tests.reports_year import built_once, payer, pensioner

pytestmark = pytest.mark.django_db
WINTER = date(2017, 3, 31)
WINDOW = Window(2017, WINTER)
LENGTHS = {
    "payments": 14,  # January 6, February 5, March 3 (tests/reports_year.py)
    "payments-public": 14,
    "failures": 2,  # one pension in February, one payment on behalf in January
    "delegated": 2,
    "delegated-payments": 2,
    "insured": 10,
    "of-age-unpaid": 0,
    "certification-due": 4,  # awards running; nobody was ever certified
    "contributions-public": 3,
    "duplicates": 3,  # one drawing in another province, two in the employees' scheme
    "audit": 2,
    "duties": 0,
    "calculations": 1,  # the one award of February
    "check-sheets": 0,
    "changes": 0,
    "contribution-years": 0,  # nothing was credited in the quarter
}
SUMS = {
    "payments": ("发放金额", "payment.pensions"),
    "payments-public": ("发放金额", "payment.pensions"),
    "contributions-public": ("金额", "collection.received"),
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
    assert len(sheet_of(find_list(name), WINDOW, viewer=READER).rows) == LENGTHS[name]


@pytest.mark.parametrize("name", SUMS)
def test_a_list_adds_up_to_its_figure(books, name):
    title, figure_id = SUMS[name]
    assert (
        sum(column(sheet_of(find_list(name), WINDOW, viewer=READER), title))
        == Reading(2017, WINTER).value(figure_id).value
    )


def test_a_kept_account_stands_in_the_figure_and_not_among_the_insured(books):
    """比对终止 joined the employees' scheme: the account of 100.00 is kept until the linkage, the relation has ended."""
    listed = sum(column(sheet_of(find_list("insured"), WINDOW, viewer=READER), "账户余额"))
    kept = 10_000
    assert listed + kept == Reading(2017, WINTER).value("accounts.balance").value
    assert payer("比对终止") not in column(sheet_of(find_list("insured"), WINDOW, viewer=READER), "公民身份号码")


@pytest.mark.parametrize("name", sorted(lists()))
def test_every_list_fits_an_excel_sheet_under_either_of_its_names(books, name):
    one = find_list(name)
    assert find_list(one.title) is one
    sheet = sheet_of(one, WINDOW, viewer=READER)
    assert workbook_bytes([sheet])
    assert len(column_totals(sheet)) == len(one.columns)


def orders(listing):
    """The list's own order and every one that may be asked for."""
    names = [one.name for one in listing.columns if one.is_sorted]
    return ["", *names, *(f"-{name}" for name in names)]


@pytest.mark.parametrize("name", sorted(lists()))
def test_pages_of_two_lines_are_together_the_whole_list_in_every_order(books, name):
    listing = find_list(name)
    whole = sorted(map(str, listing.rows(Asked(), window=WINDOW, viewer=READER)))
    for order in orders(listing):
        asked, seen, after = Asked({}, order), [], None
        while True:
            page = listing.page(asked, window=WINDOW, viewer=READER, limit=2, after=after)
            seen += [line.cells for line in page.lines]
            if (after := page.after) is None:
                break
        assert seen == list(listing.rows(asked, window=WINDOW, viewer=READER))
        assert sorted(map(str, seen)) == whole
        if order.startswith("-"):
            upwards = Asked({}, order.removeprefix("-"))
            assert seen[::-1] == list(listing.rows(upwards, window=WINDOW, viewer=READER))


@pytest.mark.parametrize("name", sorted(lists()))
def test_counts_are_those_of_the_rows_in_all_and_by_village(books, name):
    listing = find_list(name)
    rows = list(listing.rows(Asked(), window=WINDOW, viewer=READER))
    assert listing.count(Asked(), window=WINDOW, viewer=READER) == len(rows)
    if listing.has_place:
        counted = {one.place: one.rows for one in listing.by_place(Asked(), window=WINDOW, viewer=READER)}
        assert counted == Counter(tuple(row[:2]) for row in rows)


@pytest.mark.parametrize("name", sorted(lists()))
def test_no_list_shows_a_whole_number_or_account_to_whoever_needs_none(books, name):
    masked = replace(READER, lifted=frozenset())
    listing = find_list(name)
    shown = str(list(listing.rows(Asked(), window=WINDOW, viewer=masked)))
    numbers = set(Person.objects.order_by("pk").values_list("resident_number", flat=True))
    numbers |= set(DelegatedPayee.objects.order_by("pk").values_list("resident_number", flat=True))
    accounts = set(BankAccount.objects.order_by("pk").values_list("account", flat=True))
    assert not [one for one in numbers | accounts if one in shown]
    assert not [row for row in listing.rows(Asked(), window=WINDOW, viewer=masked) if date(1950, 1, 1) in row]
    assert workbook_bytes([sheet_of(listing, WINDOW, viewer=masked)])


@pytest.mark.parametrize("name", sorted(lists()))
def test_who_answers_for_another_place_sees_an_empty_list(books, name):
    elsewhere = replace(READER, scope=frozenset({"430602009"}))
    listing = find_list(name)
    assert list(listing.rows(Asked(), window=WINDOW, viewer=elsewhere)) == []
    assert listing.count(Asked(), window=WINDOW, viewer=elsewhere) == 0
    here = replace(READER, scope=frozenset({VILLAGE}))
    placed = [row for row in listing.rows(Asked(), window=WINDOW, viewer=READER) if listing.has_place and row[1]]
    assert list(listing.rows(Asked(), window=WINDOW, viewer=here)) == placed


@pytest.mark.parametrize("name", sorted(lists()))
def test_every_filter_of_a_list_finds_its_own_rows_and_refuses_what_is_none(books, name):
    """A row's own value chooses it; a range that ends before all days, months and sums chooses nobody."""
    listing = find_list(name)
    for place, one in enumerate(listing.columns):
        if not one.is_filtered:
            continue
        for row in islice(listing.rows(Asked(), window=WINDOW, viewer=READER), 3):
            if row[place] in {"", None}:
                continue
            text = yuan_plain(row[place]) if one.kind == MONEY else str(row[place])
            found = list(listing.rows(Asked({one.name: text}), window=WINDOW, viewer=READER))
            assert row in found
            assert len(found) <= listing.count(Asked(), window=WINDOW, viewer=READER)
        if one.kind in {DATE, MONTH, MONEY, INTEGER}:
            with pytest.raises(CannotFilter, match=one.title):
                listing.count(Asked({one.name: "甲"}), window=WINDOW, viewer=READER)
            never = {DATE: "..1900-01-01", MONTH: "..190001", MONEY: "..-1", INTEGER: "..-1"}[one.kind]
            assert listing.count(Asked({one.name: never}), window=WINDOW, viewer=READER) == 0


def test_what_cells_lead_to_is_what_acts_refer_to(books):
    assert {str(one) for one in Opens} <= {str(kind) for kind in REFERENCES}
    for listing in lists().values():
        leading = {one.name: one.opens for one in listing.columns if one.opens}
        page = listing.page(Asked(), window=WINDOW, viewer=READER, limit=50)
        for line in page.lines:
            for name, value in line.opens.items():
                if leading[name] is Opens.VOUCHER:  # its number counts within a book's period, so all three stand there
                    book, period, number = value.split("-")
                    assert Voucher.objects.filter(book=book, period=period, number=number).exists(), value
                    continue
                assert resolve(Kind(str(leading[name])), value, viewer=READER) == value


def test_a_calculation_sheet_adds_up_by_payer(books):
    [row] = sheet_of(find_list("calculations"), WINDOW, viewer=READER).rows
    parts = row[9:-1]
    assert row[-1] == sum(parts)
    assert (parts[0], parts[1]) == (7_000, 1_500)  # 70 from the centre, 15 from the province


def test_people_on_a_list_are_those_behind_its_figure(books):
    reading = Reading(2017, WINTER)
    for name, figure_id in (("uncertified", "certification.held"), ("of-age-unpaid", "register.of_age")):
        numbers = {mask(number) for number in column(sheet_of(find_list(name), WINDOW, viewer=READER), "公民身份号码")}
        assert numbers <= {row.number for row in reading.behind(figure_id, viewer=READER)}
    held = column(sheet_of(find_list("uncertified"), WINDOW, viewer=READER), "公民身份号码")
    assert len(held) == reading.value("certification.held").value
    assert pensioner("停发") in held


@pytest.mark.parametrize("name", ["payments-public", "contributions-public"])
def test_what_hangs_in_the_village_shows_no_whole_number_and_no_account(books, name):
    sheet = sheet_of(find_list(name), WINDOW, viewer=READER)
    assert "账号" not in {one.title for one in sheet.columns}
    assert all("*" in number for number in column(sheet, "公民身份号码"))
    text = str(list(sheet.rows))
    assert payer("甲") not in text
    assert pensioner("平安") not in text


def test_a_month_lists_only_its_own_payments(books):
    february = sheet_of(find_list("payments"), Window(2017, date(2017, 2, 28), date(2017, 2, 1)), viewer=READER)
    assert february.title == "2017年2月待遇发放人员名单"
    assert column(february, "发放金额") == [8_500] * 5
    assert set(column(february, "发放年月")) == {201702}


def test_a_failure_says_why(books):
    sheet = sheet_of(find_list("failures"), WINDOW, viewer=READER)
    assert set(column(sheet, "失败代码")) == {"211"}
    assert all("销户" in why for why in column(sheet, "失败原因"))


def test_people_of_age_with_years_missing_are_listed_with_their_years(books):
    # 到龄 was born on 1957-01-15 and needs 57 - 51 = 6 years; before the award all six were there.
    before = Window(2017, date(2017, 2, 21))
    assert Reading(2017, before.as_of).value("register.of_age").value == 1
    assert list(sheet_of(find_list("of-age-unpaid"), before, viewer=READER).rows) == []


def test_an_unknown_list_is_refused_with_the_names_there_are(books):
    with pytest.raises(NoSuchList, match=r"nobody.*待遇发放人员名单"):
        find_list("nobody")


def test_every_list_of_people_can_be_cut_by_village(books):
    assert {name for name, one in lists().items() if not one.has_place} == {
        "duties",
        "alerts",
        "looks",
        "vouchers",
        "bank-lines",
    }


def test_a_duty_is_overdue_until_its_receipt_is_known(books):
    point = transaction.savepoint()
    duty = {"name": "月报", "title": "二月月报", "period": 201802, "due_date": "2018-03-10", "receiver": "市局"}
    books.carry("duty.record", duty, on=date(2018, 3, 1))
    with pytest.raises(Refused, match="已登记"):
        books.carry("duty.record", duty, on=date(2018, 3, 1))
    key = {name: duty[name] for name in ("name", "period", "receiver")}
    with pytest.raises(Refused, match="没有这项报送任务"):
        books.carry(
            "duty.fulfil", key | {"period": 201801, "sent_date": "2018-03-15", "receipt": "收1"}, on=date(2018, 3, 15)
        )
    books.carry("duty.fulfil", key | {"sent_date": "2018-03-15", "receipt": "收1"}, on=date(2018, 3, 15))
    with pytest.raises(Refused, match="已有回执"):
        books.carry("duty.fulfil", key | {"sent_date": "2018-03-15", "receipt": "收1"}, on=date(2018, 3, 16))
    told = {
        day: (Reading(2018, day).value("reports.due").value, Reading(2018, day).value("reports.overdue").value)
        for day in (date(2018, 3, 10), date(2018, 3, 11), date(2018, 3, 15))
    }
    states = [column(sheet_of(find_list("duties"), Window(2018, day), viewer=READER), "状态") for day in told]
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


def test_the_command_list_shows_a_page_goes_on_and_counts_by_village(jubao):
    first = jubao("payments", "--year", "2017", "--by", "C2", "--limit", "10")
    assert first.exit_code == 0
    assert pensioner("平安") not in first.output
    assert pensioner("平安")[-4:] in first.output
    place = first.output.rpartition("--after ")[2].strip()
    second = jubao("payments", "--year", "2017", "--by", "C2", "--limit", "10", "--after", place)
    assert (first.output.count("乙社区"), second.output.count("乙社区")) == (10, 4)
    assert "14" in jubao("payments", "--year", "2017", "--by", "C2", "--counts").output
    february = jubao("payments", "--year", "2017", "--by", "C2", "--where", "month=201702", "--order", "-amount_fen")
    assert february.output.count("乙社区") == 5


def test_the_command_list_refuses_what_it_does_not_understand_and_who_may_not_look(jubao, monkeypatch):
    monkeypatch.delenv("JUBAO_STAFF")

    def ends(*words: str) -> int:
        return jubao("payments", "--year", "2017", *words).exit_code

    assert ends() == 1  # who looks must be said
    wrong = (
        ("--where", "month=二月"),
        ("--where", "vilage=甲"),
        ("--where", "month"),
        ("--order", "账号"),
        ("--after", "0-1-x"),
    )
    assert [ends("--by", "C2", *words) for words in wrong] == [2] * len(wrong)
    assert [ends("--by", "C2", "--numbers"), ends("--by", "P1"), ends("--by", "X1")] == [1, 1, 1]
    assert jubao("duties", "--year", "2017", "--by", "C2", "--counts").exit_code == 1


def test_a_list_is_read_in_chunks_and_never_held(books, monkeypatch):
    """With chunks of three the rows are the same, and nothing beside them is worked out for more than three at once."""
    listing = find_list("payments")
    (part,) = listing.parts
    whole, largest = list(sheet_of(listing, WINDOW, viewer=READER).rows), []

    def beside(rows, window):
        largest.append(len(rows))
        return part.beside(rows, window)

    monkeypatch.setattr(parts, "CHUNK", 3)
    small = replace(listing, parts=(replace(part, beside=beside),))
    sheet = sheet_of(small, WINDOW, viewer=READER)
    assert list(sheet.rows) == whole == list(sheet.rows)
    assert max(largest) == 3
    with pytest.raises(TypeError):
        sheet.rows[5]


def test_the_command_list_writes_one_file_or_one_a_village(jubao, tmp_path):
    whole, cut = tmp_path / "a.xlsx", tmp_path / "a.zip"
    assert jubao("payments", "--year", "2017", "--by", "D2", "--out", str(whole)).exit_code == 0
    assert openpyxl.load_workbook(whole).active.max_row == 3 + 14 + 1
    assert jubao("payments", "--year", "2017", "--by", "D2", "--split", "--out", str(cut)).exit_code == 0
    with zipfile.ZipFile(cut) as package:
        assert "甲街道/乙社区.xlsx" in package.namelist()
    assert jubao("nobody", "--year", "2017", "--by", "D2", "--out", str(whole)).exit_code == 2
    assert jubao("duties", "--year", "2017", "--by", "D2", "--split", "--out", str(cut)).exit_code == 1


def fields_on(model, path):
    """The columns a path passes, the last one included."""
    for name in path.removesuffix("_id").split("__"):
        field = model._meta.get_field(name)
        yield field
        model = field.related_model


@pytest.mark.parametrize("name", sorted(lists()))
def test_no_list_is_ordered_by_a_column_that_may_be_empty(books, name):
    """An empty column has no place in an order that both engines share; who may be missing has one said for it."""
    listing = find_list(name)
    for part in listing.parts:
        rows = part.source(WINDOW)
        if rows is None:
            continue
        paths = [path for path, _ in part.natural_order] + [part.path(one) for one in listing.columns if one.is_sorted]
        person = f"{part.person}__" if part.may_lack_person else None
        for path in paths:
            empty = any(field.null for field in fields_on(rows.model, path))
            if name in {"payments", "payments-public"} and path.startswith("bank_line__person"):
                assert not rows.filter(bank_line__person__isnull=True).exists()  # their source leaves such lines out
                continue
            assert not empty or (person and path.startswith(person)), f"{rows.model.__name__}.{path}"
