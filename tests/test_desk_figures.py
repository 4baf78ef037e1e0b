"""Figures, charts and statistics at the desk: what the pages say of a hand-counted quarter, and to whom they say no."""

import re
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES
from jubao.records.models import AuditEvent, Person, Spending
from tests.desk import browse, text_of
from tests.reports_year import answer_for_the_year, built_once, payer

pytestmark = pytest.mark.django_db
QUARTER = "year=2017&as-of=2017-03-31"
PAGES = {
    "figures.year": f"/figures?{QUARTER}",
    "figures.figure": f"/figures/collection.received?{QUARTER}",
    "figures.contradictions": f"/figures/contradictions?{QUARTER}",
    "figures.charts": f"/figures/charts?{QUARTER}",
    "statistics.tables": "/statistics?year=2017",
    "statistics.statistic": "/statistics/participation?year=2017",
}


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker, answer_for_the_year)


@pytest.fixture
def planted(books):
    """A spending nobody budgeted: total spending is no longer basic plus project, and exceeds the income."""
    point = transaction.savepoint()
    act = AuditEvent.objects.filter(business_date__lte=date(2017, 12, 31)).order_by("-id").first()
    stray = {"item": "301", "group": "其他", "amount_fen": 7, "payee": "甲", "voucher": "散1"}
    Spending.objects.create(act=act, date=date(2017, 5, 1), **stray)
    yield
    transaction.savepoint_rollback(point)


def page(address: str, staff: str = "D1", **headers: str) -> str:
    """A page as text, signed in."""
    answer = browse(staff, **headers).get(address)
    assert answer.status_code == 200, address
    return text_of(answer)


def words(text: str) -> str:
    """What is read of a page: no tags, one blank between words."""
    main = text.partition('<main class="main"')[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main))).strip()


def rows(text: str) -> list[list[str]]:
    """The rows of all tables of a page, cell by cell."""
    found = []
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", text, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([words(f'<main class="main">{cell}</main>').removeprefix(">").strip() for cell in cells])
    return found


def links(text: str) -> list[str]:
    """Every address on a page."""
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', text)]


# ── who may look ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", PAGES.values())
def test_who_configures_rights_and_who_holds_the_cash_see_no_figures(books, address):
    for staff, post in (("P1", "系统管理"), ("C2", "出纳")):
        answer = browse(staff).get(address)
        assert answer.status_code == 403, post
        assert "只供" in text_of(answer)


def test_nobody_sees_a_figure_before_signing_in(books):
    assert browse(None).get(PAGES["figures.year"]).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_no_more_statements_than_it_declares(books, name):
    browser = browse("D1")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(PAGES[name]).status_code == 200
    assert len(asked) <= ROUTES[name].queries + SEAT_QUERIES


@pytest.mark.parametrize("address", PAGES.values())
def test_a_page_speaks_english_when_asked(books, address):
    browser = browse("D1")
    browser.cookies["language"] = "en"
    text = text_of(browser.get(address))
    assert '<html lang="en">' in text
    assert "As of" in text or "up to" in text or "as of" in text or "Period" in text


# ── a year ───────────────────────────────────────────────────────────────────────────────────────


def test_a_year_shows_values_targets_and_shares(books):
    text = page(PAGES["figures.year"])
    by_name = {row[0]: row for row in rows(text) if row}
    assert by_name["缴费人数"][1:] == ["3 人", "—", "—"]
    assert by_name["征缴金额"][1] == "600.00 元"
    assert by_name["征缴金额"][2] == "500.00 元 120.00 % 1,000.00 元 60.00 %"
    assert by_name["待遇发放人数"][1] == "3 人"
    assert "关系全部相符" in words(text)
    assert len([link for link in links(text) if link.startswith("/figures/collection.received?")]) == 1


def test_every_figure_of_a_year_leads_to_its_page_as_of_the_same_day(books):
    addresses = [link for link in links(page(PAGES["figures.year"])) if link.startswith("/figures/")]
    opened = [link for link in addresses if "contradictions" not in link and "charts" not in link]
    assert len(set(opened)) == 77
    assert all("year=2017&as-of=2017-03-31" in link for link in opened)
    for link in sorted(set(opened))[::10]:
        assert browse("D1").get(link).status_code == 200, link


def test_a_contradiction_is_said_and_marked_on_its_figures(planted):
    text = page("/figures?year=2017")
    said = words(text)
    assert "2 处关系不符" in said
    assert "支出合计1,000.07 应= 基本支出900.00 + 项目支出100.00" in said
    marked = [row[0] for row in rows(text) if row and "不符" in row[0]]
    assert marked == ["基本支出 不符", "项目支出 不符", "支出合计 不符"]
    listed = words(page("/figures/contradictions?year=2017"))
    assert "支出合计1,000.07" in listed
    assert "关系不符" in listed


def test_a_wrong_condition_shows_nothing_and_says_what(books):
    for address, said in (
        ("/figures?year=17", "“17”"),
        ("/figures?group=闲话", "闲话"),
        ("/figures/collection.received?year=2017&by=colour", "分组"),
        ("/figures/collection.received?year=2017&after=x", "位置"),
        ("/figures/collection.received?year=2017&passed=-1", "passed"),
        ("/figures/collection.received?year=2017&since=2016-12-01", "起始日"),
        ("/statistics/participation?year=2017&month=13", "月份"),
        ("/statistics/accounts?year=2017&month=3", "不能编制"),
    ):
        answer = browse("D1").get(address)
        assert answer.status_code == 400, address
        assert said in text_of(answer)


def test_a_figure_or_table_nobody_knows_is_absent(books):
    assert browse("D1").get("/figures/collection.nothing").status_code == 404
    assert browse("D1").get("/statistics/nothing").status_code == 404
    assert browse("D1").post("/statistics/nothing/excel").status_code == 404


# ── one figure, down to people and vouchers ──────────────────────────────────────────────────────


def test_a_figure_opens_down_to_the_people_behind_it(books):
    text = page(PAGES["figures.figure"] + "&by=outlet")
    said = words(text)
    assert "截至 2017-03-31 600.00 元" in said
    assert "局下达征缴任务 1,000.00 元 完成 60.00 %" in said
    assert "年内至截止日到账并已登记的个人缴费合计" in said
    table = {row[0]: row[1:3] for row in rows(text) if len(row) == 4}
    assert table["乙社区网点"] == ["300.00", "50.00"]
    assert table["未登记"] == ["300.00", "50.00"]
    assert table["合计"][0] == "600.00"
    people = dict(Person.objects.filter(name__in=["甲", "乙", "丙"]).values_list("name", "pk"))
    behind = text.partition('id="behind"')[2]
    assert {f"/people/{key}" for key in people.values()} <= set(links(behind))
    assert payer("甲")[-4:] in behind
    assert payer("甲") not in text


def test_a_part_shows_its_own_rows_alone(books):
    text = page(PAGES["figures.figure"] + "&by=outlet&under=乙社区网点")
    behind = text.partition('id="behind"')[2]
    assert "“乙社区网点”的记录" in behind
    names = [row[0] for row in rows(behind) if len(row) == 4 and row[0] in {"甲", "乙", "丙"}]
    assert names == ["乙", "丙"]


def test_pages_of_rows_follow_each_other_and_the_part_is_what_the_page_holds(books, monkeypatch):
    monkeypatch.setattr("jubao.reports.figures.paged.ROWS", 2)
    first = page(PAGES["figures.figure"])
    [following] = {link for link in links(first) if "after=" in link and "#" in link}
    second = page(following.partition("#")[0])
    part = page(following.partition("#")[0], **{"HX-Request": "true", "HX-Target": "behind"})
    assert "第 1–2 条" in words(first)
    assert "第 3–3 条" in words(second)
    assert "<html" not in part
    assert part.strip() in second


def test_money_of_the_books_leads_to_vouchers_and_arithmetic_to_figures(books):
    behind = page("/figures/fund.income.personal?" + QUARTER).partition('id="behind"')[2]
    assert [row[2] for row in rows(behind)[1:]] == ["300.00", "300.00"]  # a batch withheld, a batch of the outlet
    made = page("/figures/collection.completion.bureau?" + QUARTER)
    assert "《征缴金额》 ÷ 《局下达征缴任务》 × 100" in words(made)
    assert any(link.startswith("/figures/collection.target.bureau?") for link in links(made))


def test_the_path_is_drawn_with_a_spoken_label_for_each_month(books):
    text = page(PAGES["figures.figure"])
    assert 'aria-label="2017-03-31 600.00 元，打开名单"' in text
    assert text.count('class="l1"') == 1
    assert text.count('class="l2"') == 1


def test_a_hostile_name_of_a_place_stays_a_name(books):
    text = page(PAGES["figures.figure"] + "&by=division&under=<script>alert(1)</script>")
    assert "<script>alert" not in text


# ── drawings ─────────────────────────────────────────────────────────────────────────────────────


def test_charts_stand_beside_their_numbers_and_open_lists(books):
    text = page(PAGES["figures.charts"])
    assert text.count('<svg class="chart"') == 4
    assert 'aria-label="乙社区 3月 ' in text or 'aria-label="甲街道 乙社区 3月 ' in text
    opened = {link for link in links(text) if link.startswith("/figures/") and "under=" in link}
    assert opened
    for link in sorted(opened)[::3]:
        assert browse("D1").get(link).status_code == 200, link


# ── statistics ───────────────────────────────────────────────────────────────────────────────────


def test_a_table_shows_its_cells_and_each_opens_its_figure(books):
    listed = page(PAGES["statistics.tables"])
    assert "参保缴费情况表" in words(listed)
    text = page("/statistics/participation-township?year=2017&month=3")
    by_title = {row[0]: row[1:] for row in rows(text) if row}
    assert "甲街道" in by_title
    assert by_title["合计"] == by_title["甲街道"]
    [heads] = [row for row in rows(text) if row and row[0] == "项目"]
    money = [cell for head, cell in zip(heads[1:], by_title["合计"], strict=True) if head.startswith("缴费金额")]
    assert money == ["600.00"]
    opened = [link for link in links(text) if link.startswith("/figures/")]
    assert all("since=2017-03-01" in link and "as-of=2017-03-31" in link for link in opened)
    for link in opened:
        assert browse("D1").get(link).status_code == 200, link


def test_a_cell_of_a_month_opens_the_figure_of_that_month_alone(books):
    cut = "year=2017&as-of=2017-01-31&since=2017-01-01&by=month"
    assert "截至 2017-01-31 0.00 元" in words(page(f"/figures/collection.received?{cut}"))
    said = words(page(f"/figures/payment.pensions?{cut.replace('01-31', '02-28').replace('01-01', '02-01')}"))
    assert "2017-02-01 至 2017-02-28" in said
    assert "425.00 元" in said  # five pensions of 85.00 in February
    assert "去年同日" not in said


def test_a_cell_without_a_number_leads_nowhere(books):
    text = page("/statistics/participation?year=2017")
    empty = [row for row in re.findall(r"<td[^>]*>(.*?)</td>", text) if "—" in row]
    assert empty
    assert not [cell for cell in empty if "href" in cell]


def test_a_table_is_taken_out_as_excel_with_its_queries(books):
    answer = browse("D1").post("/statistics/participation-township/excel", {"year": "2017", "month": "3"})
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["统计表", "取数说明"]
    assert "参保缴费分乡镇街道表" in book["统计表"]["A1"].value
    assert browse("C2").post("/statistics/participation-township/excel", {"year": "2017"}).status_code == 403
