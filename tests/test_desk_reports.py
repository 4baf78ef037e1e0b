"""Reports and the department budget at the desk: the paper with its numbers open, contradictions, signing, refusals."""

import hashlib
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from docx import Document

from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES
from jubao.records.models import AuditEvent, SignedReport, Spending, Submission
from tests.desk import browse, text_of
from tests.office import Office
from tests.reports_year import answer_for_the_year, built_once
from tests.test_desk_figures import links, page, rows, words

pytestmark = pytest.mark.django_db
PAGES = {
    "reports.years": "/reports",
    "reports.report": "/reports/2017?as-of=2017-12-31",
    "reports.signed": "/reports/2017/signed",
    "office.budget": "/office/budget?year=2017",
}


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter with its year's papers, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker, answer_for_the_year)


@pytest.fixture
def again(books):
    """What a test plants is taken back after it."""
    point = transaction.savepoint()
    yield books
    transaction.savepoint_rollback(point)


def plant_spending() -> None:
    """A spending of a group the budget does not know: total spending is no longer basic plus project."""
    act = AuditEvent.objects.filter(business_date__lte=date(2017, 12, 31)).order_by("-id").first()
    stray = {"item": "301", "group": "其他", "amount_fen": 7, "payee": "甲", "voucher": "散1"}
    Spending.objects.create(act=act, date=date(2017, 5, 1), **stray)


UNUSUAL = ("audit.overpaid", "benefits.held", "certification.rate")


def explain(office: Office) -> None:
    """Give the reason for what is unusual in so small a quarter."""
    cases = [{"figure": figure, "year": 2017, "reason": "样本很小"} for figure in UNUSUAL]
    office.carry("figure.explain", *cases, on=date(2018, 1, 8))


# ── who may look ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", PAGES.values())
@pytest.mark.parametrize("staff", ["P1", "C2"])
def test_rights_and_cash_see_no_report(books, address, staff):
    assert browse(staff).get(address).status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_no_more_statements_than_it_declares(books, name):
    browser = browse("C1")
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(PAGES[name]).status_code == 200
    assert len(asked) <= ROUTES[name].queries + SEAT_QUERIES


@pytest.mark.parametrize("address", PAGES.values())
def test_a_page_speaks_english_when_asked(books, address):
    browser = browse("C1")
    browser.cookies["language"] = "en"
    assert '<html lang="en">' in text_of(browser.get(address))


# ── the paper ────────────────────────────────────────────────────────────────────────────────────


def test_the_paper_says_what_the_word_file_says_and_every_number_opens(books):
    text = page(PAGES["reports.report"], "L4")
    paper = text.partition('<article class="c8 paper panel"')[2].partition("</article>")[0]
    assert '<a href="/figures/collection.received?year=2017&amp;as-of=2017-12-31">600元</a>' in paper
    numbers = [link for link in links(paper) if link.startswith("/figures/")]
    assert len(numbers) > 100
    for link in sorted(set(numbers))[::12]:
        assert browse("L4").get(link).status_code == 200, link
    said = re.sub(r"\s", "", words(f'<main class="main">{paper}</main>'))
    answer = browse("L4").post("/reports/2017/file", {"kind": "docx", "as-of": "2017-12-31"})
    document = Document(BytesIO(answer.content))
    written = [paragraph.text for paragraph in document.paragraphs]
    written += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    missing = [line for text in written for line in text.splitlines() if re.sub(r"\s", "", line) not in said]
    assert not missing


def test_money_and_score_of_the_form_open_too(books):
    text = page(PAGES["reports.report"], "L4")
    for figure, shown in (
        ("budget.income.total", "0.1"),
        ("three_public.total", "0.005"),
        ("performance.score", "93分"),
    ):
        assert f'<a href="/figures/{figure}?year=2017&amp;as-of=2017-12-31">{shown}</a>' in text, figure


def test_a_planted_contradiction_is_wavy_and_stands_beside_with_its_figures(again):
    plant_spending()
    text = page(PAGES["reports.report"], "L4")
    assert "6 处须说明" in words(
        text
    )  # two relations, the sum in the text, and the three unusual figures of the quarter
    wavy = set(re.findall(r'<a href="#([a-z0-9]+)" class="bad">([^<]+)</a>', text))
    assert ("r1", "1,000.07元") in wavy  # total spending, wherever the text says it
    beside = text.partition('id="explain"')[2].partition("</section>")[0]
    assert 'id="r1"' in beside
    assert "支出合计1,000.07 应= 基本支出900.00 + 项目支出100.00" in words(f'<main class="main">{beside}</main>')
    assert any(link.startswith("/figures/budget.expenditure.total?") for link in links(beside))
    assert 'id="p1"' in beside
    assert "文字自相矛盾" in beside


def test_an_unusual_figure_is_explained_by_its_act_and_then_no_longer_open(again):
    text = page(PAGES["reports.report"], "L4")
    assert "3 处须说明" in words(text)  # two of six held, nobody certified, much overpaid: a quarter is small
    explains = [link for link in links(text) if link.startswith("/acts/figure.explain?")]
    assert sorted(link.partition("?")[2] for link in explains) == [f"figure={figure}&year=2017" for figure in UNUSUAL]
    explain(again)
    text = page(PAGES["reports.report"], "L4")
    assert "没有矛盾" in words(text)
    assert "已说明 3" in words(text)
    assert "样本很小" in words(text)
    assert 'class="bad"' not in text


def test_what_must_be_filled_in_and_the_score_stand_beside(books):
    said = words(page(PAGES["reports.report"], "L4"))
    assert "自评得分 93" in said
    assert "填报人、单位意见" in said
    levels = dict(re.findall(r"(投入|过程|产出及效率) ([0-9.]+ / [0-9]+)", said))
    earned = sum(float(one.split(" / ")[0]) for one in levels.values())
    possible = sum(int(one.split(" / ")[1]) for one in levels.values())
    assert (earned, possible) == (93, 100)


def test_a_file_is_word_or_pdf_and_nothing_else(books):
    browser = browse("L4")
    assert browser.post("/reports/2017/file", {"kind": "exe"}).status_code == 404
    answer = browser.post("/reports/2017/file", {"kind": "pdf"})
    assert answer.content[:4] == b"%PDF"
    assert "2017%E5%B9%B4%E5%BA%A6" in answer["Content-Disposition"]
    assert browse("C2").post("/reports/2017/file", {"kind": "pdf"}).status_code == 403


def test_a_year_that_cannot_be_scored_says_why(books):
    said = words(page("/reports/2030"))
    assert "还不能出具" in said
    assert "2030" in said
    assert browse("D1").get("/reports/2017?as-of=2016-01-01").status_code == 400


def test_signing_is_offered_to_the_office_and_to_others_with_a_reason(books):
    own, other = page(PAGES["reports.report"], "L4"), page(PAGES["reports.report"], "L3")
    address = next(link for link in links(own) if link.startswith("/acts/report.sign?"))
    assert "year=2017" in address
    assert "as_of=2017-12-31" in address
    assert not [link for link in links(other) if link.startswith("/acts/report.sign")]
    assert "由综合办公室办理" in words(other)
    assert "报告签定" not in words(page(PAGES["reports.report"], "D1")).partition("须说明")[0]


def test_the_steps_of_signing_are_those_the_act_declares(books):
    chain = page(PAGES["reports.report"], "L4").partition('<ol class="chain')[2].partition("</ol>")[0]
    said = words(f'<main class="main">{chain}</main>')
    assert "经办 综合办公室 复核 副主任（财务） 审批 主任" in said


# ── signed versions ──────────────────────────────────────────────────────────────────────────────


def test_a_signed_report_is_listed_and_what_changed_since_is_named(again):
    explain(again)
    again.carry(
        "report.sign",
        {"kind": "self-evaluation", "year": 2017, "as_of": "2017-03-31", "dated": "2018-01-10"},
        on=date(2018, 1, 10),
    )
    report = SignedReport.objects.get()
    kept = Path(settings.JUBAO_HOME) / "reports" / "signed" / f"{report.sha256}.docx"
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == report.sha256
    listed = words(page("/reports", "L4"))
    assert "2018-01-10" in listed
    assert "93" in listed
    said = words(page("/reports/2017/signed", "L4"))
    assert "留存文件完好" in said
    assert "全部一致" in said
    act = AuditEvent.objects.filter(business_date__lte=date(2017, 3, 31)).order_by("-id").first()
    Submission.objects.create(act=act, title="漏记", kind="简报", sent_date=date(2017, 2, 1), receiver="局")
    changed = [row for row in rows(page("/reports/2017/signed", "L4")) if row and row[0] == "信息报送条数"]
    assert changed == [["信息报送条数", "2017-03-31", "1", "2", "+1 条"]]
    kept.write_bytes(b"touched")
    assert "留存文件已被改动" in words(page("/reports/2017/signed", "L4"))


def test_a_year_without_a_signed_report_leads_to_its_draft(books):
    text = page("/reports/2017/signed", "L4")
    assert "还没有签定的报告" in words(text)
    assert "/reports/2017" in links(text)


# ── the department budget ────────────────────────────────────────────────────────────────────────


def test_the_budget_shows_lines_objectives_targets_and_score(books):
    text = page(PAGES["office.budget"], "L4")
    by_name = {row[0]: row[1:] for row in rows(text) if row}
    assert by_name["人员经费"][:3] == ["人员支出", "600.00", "600.00"]
    assert by_name["人员经费"][-2:] == ["100%", "正常"]
    assert by_name["合计"]  # of the three public expenses or of the items
    assert by_name["省下达征缴任务"][-2:] == ["120%", "完成"]
    assert by_name["局下达征缴任务"][-2:] == ["60%", "滞后"]
    assert by_name["政策知晓率"]
    said = words(text)
    assert "自评得分 93" in said
    assert "3 项失分" in said
    assert "1 下乡经费" in said
    assert "/figures/budget.item.P1?year=2017&as-of=2017-12-31" in links(text)


def test_overspending_is_named(again):
    act = AuditEvent.objects.filter(business_date__lte=date(2017, 12, 31)).order_by("-id").first()
    more = {"item": "P1", "group": "项目支出", "amount_fen": 1, "payee": "甲", "voucher": "散2"}
    Spending.objects.create(act=act, date=date(2017, 12, 30), **more)
    by_name = {row[0]: row[1:] for row in rows(page(PAGES["office.budget"], "L4")) if row}
    assert by_name["下乡经费"][-1] == "超预算"


def test_a_year_without_a_budget_says_what_to_do(books):
    said = words(page("/office/budget?year=2018", "L4"))
    assert "请先办理部门预算录入" in said
