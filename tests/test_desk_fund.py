"""The fund at the desk: what its pages say of a month counted by hand, who may not open them, and ticks that do not add up."""

import json
import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from jubao.desk.frame.page import SEAT_QUERIES
from jubao.desk.frame.route import ROUTES, Asks
from jubao.desk.frame.seat import LANGUAGE
from jubao.ledger.models import Voucher, VoucherLine
from jubao.records.models import AuditEvent
from jubao.vocabulary.both import Language
from tests.banked_office import WANG, BankedOffice, a_month, bank_line, line_of
from tests.desk import browse, seen, text_of
from tests.fonts import needs_chinese_font

pytestmark = pytest.mark.django_db

TODAY = date(2017, 2, 1)
BOOKS = [
    "/books",
    "/books/FUND/FISCAL_ACCOUNT?month=201701",
    "/vouchers",
    "/vouchers/FUND-201701-1",
    "/statements",
    "/statements?kind=cash&month=201701",
    "/reconcile",
    "/reconcile/three-way",
    "/reconcile/DISBURSEMENT_ACCOUNT/201701",
    "/closing/201701",
]
FIGURES = ["/fiscal", "/fiscal/budget", "/fiscal/budget/draft", "/fiscal/projection", "/remittances"]
OTHERS = ["/receipts", "/handover"]


@pytest.fixture(scope="module")
def january(django_db_setup: None, django_db_blocker: Any) -> Iterator[BankedOffice]:
    """January of the banked office: 300.00 contributed, a pension of 85.00 paid, another that failed; looked at only."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = BankedOffice()
        a_month(office)
        yield office
        transaction.set_rollback(True)


@pytest.fixture
def office(january: BankedOffice, monkeypatch: pytest.MonkeyPatch) -> BankedOffice:
    """The same, seen on 1 February."""
    monkeypatch.setenv("JUBAO_CLOCK", TODAY.isoformat())
    return january


@pytest.fixture
def accountant(office: BankedOffice) -> Client:
    return browse("C1")


# ── Who may open what ──


@pytest.mark.parametrize("address", BOOKS)
@pytest.mark.parametrize("staff", ["C2", "D1", "J1", "G1", "L2", "P1"])
def test_the_books_stay_shut_to_the_cashier_and_to_who_pays(office: BankedOffice, staff: str, address: str) -> None:
    text = seen(browse(staff), address, 403)
    assert "会计岗" in text
    assert "109,915.00" not in text


@pytest.mark.parametrize("address", BOOKS)
@pytest.mark.parametrize("staff", ["C1", "L1", "L3", "L4", "D2"])
def test_the_books_are_open_to_who_keeps_signs_and_audits_them(office: BankedOffice, staff: str, address: str) -> None:
    assert '<main class="main" id="main">' in seen(browse(staff), address)


@pytest.mark.parametrize("address", FIGURES)
def test_what_the_fund_adds_up_to_is_open_to_all_but_the_cashier(office: BankedOffice, address: str) -> None:
    told = {staff: browse(staff).get(address).status_code for staff in ("D1", "C2", "P1")}
    assert told == {"D1": 200, "C2": 403, "P1": 403}


@pytest.mark.parametrize(
    ("address", "may", "may_not"),
    [
        ("/receipts", ["C1", "L3", "D2", "L4", "J1", "G1"], ["C2", "L1", "L2", "P1"]),
        ("/handover", ["C2", "C1", "L3", "D2", "L4"], ["D1", "J1", "G1", "L1", "L2", "P1"]),
    ],
)
def test_receipts_and_handover_have_their_own_posts(
    office: BankedOffice, address: str, may: list[str], may_not: list[str]
) -> None:
    told = {staff: browse(staff).get(address).status_code for staff in (*may, *may_not)}
    assert told == dict.fromkeys(may, 200) | dict.fromkeys(may_not, 403)


def test_nobody_reads_anything_before_signing_in(office: BankedOffice) -> None:
    for address in [*BOOKS, *FIGURES, *OTHERS]:
        assert browse(None).get(address).status_code == 302, address


def test_the_cashiers_menu_names_the_handover_and_no_books(office: BankedOffice) -> None:
    text = seen(browse("C2"), "/handover")
    assert 'href="/handover"' in text
    for address in ("/books", "/vouchers", "/statements", "/reconcile", "/fiscal", "/receipts"):
        assert f'href="{address}"' not in text


def test_a_page_for_others_than_the_bookkeepers_leads_nowhere_they_may_not_go(office: BankedOffice) -> None:
    for address in [*FIGURES, "/receipts"]:
        text = seen(browse("J1"), address)
        assert not re.search(r'href="/(books|vouchers|statements|reconcile|closing)', text), address


@pytest.mark.parametrize(
    "address",
    [
        "/books?book=X",
        "/books?month=201713",
        "/books/FUND/NOTHING_HERE",
        "/vouchers/FUND-201701-999",
        "/statements?kind=x",
        "/reconcile/NO_ACCOUNT/201701",
        "/reconcile?year=x",
        "/fiscal?year=17",
        "/fiscal/projection?years=99",
        "/receipts?after=0",
        "/closing/201701?book=X",
    ],
)
def test_what_is_none_is_absent(accountant: Client, address: str) -> None:
    assert accountant.get(address).status_code == 404


@pytest.mark.parametrize("address", [*BOOKS, *FIGURES, *OTHERS])
def test_no_page_asks_more_than_it_declares(accountant: Client, address: str) -> None:
    accountant.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = accountant.get(address)
    route = answer.resolver_match.func.route
    assert len(asked) <= route.queries + SEAT_QUERIES


def test_every_page_of_the_fund_is_among_these(office: BankedOffice) -> None:
    client = browse("C1")
    tried = {client.get(address).resolver_match.func.route.name for address in [*BOOKS, *FIGURES, *OTHERS]}
    declared = {route.name for route in ROUTES.values() if route.name.startswith("fund.") and route.asks is Asks.PAGE}
    assert declared == tried


# ── Books and vouchers ──


def test_the_books_say_what_january_came_to(accountant: Client) -> None:
    text = seen(accountant, "/books?month=201701")
    # 100,000.00 + drawn 10,000.00 − paid 85.00; the other pension of 85.00 came back.
    assert "109,915.00" in text
    assert "990,300.00" in text  # 1,000,000.00 − 10,000.00 + swept 300.00
    assert 'href="/books/FUND/DISBURSEMENT_ACCOUNT?month=201701"' in text
    assert "借贷相等" in text
    assert "未月结" in text


def test_a_ledger_leads_to_its_vouchers(accountant: Client) -> None:
    text = seen(accountant, "/books/FUND/DISBURSEMENT_ACCOUNT?month=201701")
    assert re.findall(r'href="/vouchers/(FUND-201701-\d+)"', text)
    assert "109,915.00" in text
    assert "本期合计" in text


def test_a_voucher_shows_whom_it_is_about_by_the_ends_of_their_numbers(
    accountant: Client, office: BankedOffice
) -> None:
    line = VoucherLine.objects.filter(voucher__event="contribution_received").select_related("voucher").first()
    assert line is not None
    text = seen(accountant, f"/vouchers/FUND-201701-{line.voucher.number}")
    assert "王甲" in text
    assert f"…{WANG[-4:]}" in text
    assert WANG[6:14] not in text
    assert "职工J1" in text
    assert "由业务办理记账，请用相应业务更正" in text  # 红冲 is offered with the reason why not


def test_a_voucher_leads_to_its_proposal_for_exactly_those_for_whom_that_opens(office: BankedOffice) -> None:
    rows = Voucher.objects.filter(book="FUND").select_related("act").order_by("act__code", "id")
    one_of_each = {row.act.code: row for row in rows}
    told = {}
    for staff in ("C1", "L1", "D2"):
        client = browse(staff)
        for code, row in one_of_each.items():
            proposal = json.loads(row.act.payload)["proposal"]
            text = seen(client, f"/vouchers/FUND-{row.period}-{row.number}")
            told[staff, code] = f'href="/proposals/{proposal}"' in text
            opens = client.get(f"/proposals/{proposal}").status_code
            assert opens == (200 if told[staff, code] else 403), (staff, code)
    assert all(told.values())  # every act of the fund's January is theirs to see


def test_the_cashier_prints_no_voucher_and_the_accountants_print_is_written_down(office: BankedOffice) -> None:
    assert browse("C2").post("/vouchers/FUND-201701-1/print").status_code == 403
    before = AuditEvent.objects.filter(kind=AuditEvent.Kind.LOOKED).count()
    assert before == 0
    assert browse("C1").post("/vouchers/FUND-201701-999/print").status_code == 404
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.LOOKED).count() == 0


@needs_chinese_font
def test_a_voucher_is_printed_as_pdf(accountant: Client) -> None:
    answer = accountant.post("/vouchers/FUND-201701-1/print")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"] == 'attachment; filename="FUND-201701-1.pdf"'
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.LOOKED, staff="C1").count() == 1


def test_the_latest_vouchers_come_first_and_open(accountant: Client) -> None:
    text = seen(accountant, "/vouchers")
    found = re.findall(r'href="/vouchers/([A-Z]+-\d+-\d+)"', text)
    assert found
    days = re.findall(r'data-l="日期"[^>]*>(2017-\d\d-\d\d)<', text)
    assert days == sorted(days, reverse=True)


# ── Statements ──


def test_a_statement_names_its_accounts_and_leads_to_them(accountant: Client) -> None:
    text = seen(accountant, "/statements?kind=income&month=201701")
    assert "300.00" in text
    assert 'href="/books/FUND/PERSONAL_CONTRIBUTION_INCOME?month=201701"' in text
    cash = seen(accountant, "/statements?kind=cash&month=201701")
    assert "event=sweep" in cash


def test_a_statement_is_taken_out_with_the_vouchers_behind_it(accountant: Client) -> None:
    sent = {"kind": "balance", "book": "FUND", "month": "201701", "form": "xlsx"}
    answer = accountant.post("/statements/take-out", sent)
    assert answer.status_code == 200
    book = load_workbook(BytesIO(answer.content))
    assert len(book.sheetnames) == 2
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.LOOKED, staff="C1").count() == 1
    assert accountant.post("/statements/take-out", sent | {"form": "exe"}).status_code == 404
    assert browse("C2").post("/statements/take-out", sent).status_code == 403


# ── Ticks ──


PAGE = "/reconcile/DISBURSEMENT_ACCOUNT/201701"


def test_books_stand_left_and_bank_right(accountant: Client) -> None:
    text = seen(accountant, PAGE)
    left, right = text.split("银行有", 1)
    assert "批次Y20170101" in left
    assert "ZFY20170101" in right
    assert "余 6 笔" in text  # drawn, released and failed on either side
    assert "选中 0 笔" in text


def test_ticks_that_add_up_let_the_button_speak(accountant: Client) -> None:
    book, bank = line_of("DISBURSEMENT_ACCOUNT", credit_fen=17_000), bank_line("ZFY20170101", "DISBURSEMENT_ACCOUNT")
    text = seen(accountant, f"{PAGE}?book={book}&bank={bank}")
    assert "两边相等：−170.00" in text
    assert "勾对这 2 笔，送稽核" in text
    # Who audits sees the same sums, and that the accountant proposes.
    audit = seen(browse("D2"), f"{PAGE}?book={book}&bank={bank}")
    assert "手工勾对由会计岗提出" in audit
    assert "勾对这" not in audit


def test_ticks_that_do_not_add_up_name_the_difference_and_have_no_button(accountant: Client) -> None:
    book, bank = line_of("DISBURSEMENT_ACCOUNT", debit_fen=1_000_000), bank_line("THY20170101", "DISBURSEMENT_ACCOUNT")
    text = seen(accountant, f"{PAGE}?book={book}&bank={bank}")
    assert "两边不等：账 10,000.00，银行 85.00，相差 9,915.00" in text
    assert "勾对这" not in text


def test_the_part_is_what_the_whole_page_has_in_its_place(accountant: Client) -> None:
    address = f"{PAGE}?book={line_of('DISBURSEMENT_ACCOUNT', credit_fen=17_000)}"
    whole = seen(accountant, address)
    part = text_of(accountant.get(address, headers={"HX-Request": "true", "HX-Target": "ticks"}))
    assert part.lstrip().startswith('<div id="ticks">')
    assert "<html" not in part

    def settled(text: str) -> str:
        return re.sub(r'name="(csrfmiddlewaretoken|key)" value="[^"]*"', "", text).strip()

    assert settled(part) in settled(whole)


def test_a_later_month_waits_for_its_turn(accountant: Client) -> None:
    assert "应按月顺序结账，现应结 201701" in seen(accountant, "/closing/201702")


def test_an_agreement_is_taken_out(accountant: Client) -> None:
    answer = accountant.post(f"{PAGE}/take-out", {"form": "xlsx"})
    assert answer.status_code == 200
    assert load_workbook(BytesIO(answer.content)).sheetnames == ["余额调节表", "未达账项"]
    assert browse("C2").post(f"{PAGE}/take-out", {"form": "xlsx"}).status_code == 403


# ── Fiscal money, budget, projection ──


def test_fiscal_money_due_is_what_the_pension_paid_owes_each_level(office: BankedOffice, accountant: Client) -> None:
    text = seen(accountant, "/fiscal?year=2017")
    # One pension of 85.00 was paid: 70.00 of it the centre's, 15.00 the province's.
    assert "当年欠拨70.00元" in text
    assert "当年欠拨15.00元" in text
    assert 'href="/figures/fiscal.expected' in text


def test_a_year_without_a_budget_says_what_to_do(accountant: Client) -> None:
    text = seen(accountant, "/fiscal/budget?month=201701")
    assert "没有2017年的基金预算" in text
    assert "/fiscal/budget/draft?year=2017" in text


def test_a_projection_shows_its_years_and_another_scenario(accountant: Client) -> None:
    text = seen(accountant, "/fiscal/projection?first=2018&years=10")
    assert text.count('<th scope="row" class="nowrap">') == 10
    assert text.count('<svg class="chart"') == 2
    assert re.findall(r'href="#(y-\d{4})"', text)[:10] == re.findall(r'<tr id="(y-\d{4})"', text)
    assert accountant.get("/fiscal/projection?scenario=none-such").status_code == 404


def test_the_tables_of_fiscal_money_are_taken_out(accountant: Client) -> None:
    for paper, period in (("fiscal", "2017"), ("draft", "2017"), ("remittances", "")):
        answer = accountant.post("/fiscal/take-out", {"paper": paper, "period": period, "form": "xlsx"})
        assert answer.status_code == 200, paper
    assert accountant.post("/fiscal/take-out", {"paper": "x", "period": "2017", "form": "xlsx"}).status_code == 404
    assert accountant.post("/fiscal/take-out", {"paper": "budget", "period": "2017", "form": "xlsx"}).status_code == 404
    assert browse("C2").post("/fiscal/take-out", {"paper": "fiscal", "form": "xlsx"}).status_code == 403


def test_what_went_up_is_no_list_of_people(office: BankedOffice, accountant: Client) -> None:
    answer = accountant.post("/fiscal/take-out", {"paper": "remittances", "form": "xlsx"})
    assert load_workbook(BytesIO(answer.content)).sheetnames == ["上解情况"]


HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("address", [*BOOKS, *FIGURES, *OTHERS])
def test_in_english_only_what_is_marked_stays_chinese(accountant: Client, address: str) -> None:
    accountant.cookies[LANGUAGE] = Language.ENGLISH
    text = seen(accountant, address)
    main = re.sub(r"<small.*?</small>", "", text.split("<main", 1)[1], flags=re.DOTALL)  # posts keep their own name
    left = re.sub(r"<(\w+)[^>]*lang=\"zh-Hans\"[^>]*>.*?</\1>", "", main, flags=re.DOTALL)
    assert not HAN.findall(re.sub(r"<[^>]*>", "", left))
