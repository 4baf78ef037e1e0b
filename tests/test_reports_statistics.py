"""Statistical tables of a hand-counted quarter: cells, spans, totals, and the query printed for each cell."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import typer
from typer.testing import CliRunner

from jubao.documents.workbook import write_workbook
from jubao.reports.catalogue.reading import Reading
from jubao.reports.tables.statistics import PeriodNotOffered, fill, period_of, sheets_of
from jubao.reports.tables.table import CannotReadTable, NoSuchTable, find_table, read_table_file, tables
from jubao.vocabulary.viewer import MayNotLook
from tests.office import READER, VILLAGE
from tests.reports_year import built_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker)


def cell(filled, row, column):
    """The one cell under two headings."""
    found = [c for line in filled.cells for c in line if (c.row.title, c.column.title) == (row, column)]
    assert len(found) == 1
    return found[0].value


def test_a_month_shows_its_own_money_and_the_year_so_far(books):
    # January 6 pensions, February 5, March 10, of 85.00 each; tests/reports_year.py
    filled = fill(find_table("benefits"), period_of(2017, month=2), viewer=READER)
    assert cell(filled, "基础养老金", "本期") == 42_500
    assert cell(filled, "基础养老金", "本年累计") == 93_500
    assert cell(filled, "基础养老金", "上年同期") is None  # the books had not begun
    march = fill(find_table("benefits"), period_of(2017, month=3), viewer=READER)
    assert cell(march, "基础养老金", "本期") == 85_000
    quarterly = fill(find_table("benefits"), period_of(2017, quarter=1), viewer=READER)
    assert cell(quarterly, "基础养老金", "本期") == cell(quarterly, "基础养老金", "本年累计") == 178_500


def test_cuts_of_a_figure_stand_beside_it(books):
    filled = fill(find_table("participation"), period_of(2017, quarter=1), viewer=READER)
    assert cell(filled, "期末参保人数", "本期") == 10
    assert cell(filled, "期末参保人数", "其中男") + cell(filled, "期末参保人数", "其中女") == 10
    assert cell(filled, "缴费率", "其中男") is None  # arithmetic is not cut


@pytest.mark.parametrize("name", ["participation-township", "benefits-township", "age", "tiers", "years", "accounts"])
def test_rows_by_label_sum_to_the_total_row(books, name):
    filled = fill(find_table(name), period_of(2017, quarter=1), viewer=READER)
    *parts, total = filled.cells
    for place, whole in enumerate(total):
        cut = [line[place].value for line in parts]
        if whole.value and None not in cut:
            assert sum(cut) == whole.value, whole.column.title


@pytest.mark.parametrize("name", sorted(tables()))
def test_every_printed_cell_is_what_its_query_says(books, tmp_path, name):
    statistic = find_table(name)
    filled = fill(statistic, period_of(2017, quarter=1), viewer=READER)
    path = tmp_path / "table.xlsx"
    write_workbook(path, sheets_of(filled))
    book = openpyxl.load_workbook(path)
    printed, told = book["统计表"], book["取数说明"]
    queries = [row for row in told.iter_rows(min_row=4, values_only=True) if row[0]]
    assert len(queries) == sum(len(line) for line in filled.cells)
    for place, _, _, figure_id, _, by, label, span, since, as_of, text, definition in queries:
        assert shown(printed[place].value) == number(text), (place, figure_id)
        assert definition == Reading(2017, date(2017, 3, 31)).find(figure_id).definition
        if span == "本期" and not by and text:
            again = Reading(2017, date.fromisoformat(as_of), since=date.fromisoformat(since))
            assert number(again.value(figure_id).text) == number(text), (place, label)


def shown(value):
    """What an Excel cell says, as a number if it is one."""
    return number(value) if isinstance(value, str | None) else Decimal(str(value))


def number(text):
    """A printed number without its separators; None for an empty cell."""
    return Decimal(text.replace(",", "")) if text else None


def test_a_table_is_made_only_for_the_periods_it_offers(books):
    with pytest.raises(PeriodNotOffered, match="按季、年编制"):
        fill(find_table("age"), period_of(2017, month=1), viewer=READER)
    with pytest.raises(NoSuchTable, match=r"weather.*fund"):
        find_table("weather")


@pytest.mark.parametrize(
    "body",
    [
        "title: 表\nperiods: [month]\ncolumns: [{title: 甲}]\nrows: [{title: 乙, figure: no.such}]",
        "title: 表\nperiods: [week]\ncolumns: [{title: 甲}]\nrows: [{title: 乙, figure: register.insured}]",
        "title: 表\nperiods: [month]\ncolumns: [{title: 甲, span: yesterday}]\nrows: [{title: 乙, figure: register.insured}]",
        "title: 表\nrows: []",
        "[1, 2",
    ],
)
def test_a_table_that_asks_for_nothing_known_is_refused(tmp_path, body):
    path = tmp_path / "odd.yaml"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(CannotReadTable):
        read_table_file(path)


def test_the_command_statistics_writes_a_workbook(books, monkeypatch, tmp_path):
    from jubao.cli import setup, statistics

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    statistics.register(app)
    path = tmp_path / "fund.xlsx"
    words = ["statistics", "fund", "--year", "2017", "--by", "D2", "--out", str(path)]
    assert CliRunner().invoke(app, [*words, "--quarter", "1"]).exit_code == 0
    assert openpyxl.load_workbook(path)["统计表"]["C4"].value == 1735  # 600 + 100 + 950 + 85 yuan
    assert CliRunner().invoke(app, [*words, "--quarter", "1", "--month", "2"]).exit_code == 2
    assert (
        CliRunner().invoke(app, ["statistics", "weather", "--year", "2017", "--by", "D2", "--out", str(path)]).exit_code
        == 2
    )


def test_who_answers_for_one_village_is_shown_no_sum_of_the_whole_office(books):
    scoped = replace(READER, scope=frozenset({VILLAGE}))
    with pytest.raises(MayNotLook, match="全区"):
        fill(find_table("benefits"), period_of(2017, month=2), viewer=scoped)
