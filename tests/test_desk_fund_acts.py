"""The fund at the desk as it is worked: ticks proposed or refused, a month signed and closed, receipts, a batch handed over."""

import json
import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from jubao.operations.fund.ticking import reasons_of
from jubao.records.models import PaymentBatch, Proposal
from tests.banked_office import ACCOUNTS, JANUARY, BankedOffice, a_month, bank_line, line_of
from tests.desk import browse, seen, text_of

pytestmark = pytest.mark.django_db

TODAY = date(2017, 2, 1)
PAGE = "/reconcile/DISBURSEMENT_ACCOUNT/201701"


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> BankedOffice:
    """January of the banked office (300.00 contributed, a pension of 85.00 paid, another that failed), seen on 1 February."""
    monkeypatch.setenv("JUBAO_CLOCK", TODAY.isoformat())
    office = BankedOffice()
    a_month(office)
    return office


@pytest.fixture
def accountant(office: BankedOffice) -> Client:
    return browse("C1")


# ── Ticks ──


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"bank": []}, "至少勾选两笔"),
        ({"book": []}, "至少勾选两笔"),
        ({"reason": "  "}, "手工勾对须写明理由"),
    ],
)
def test_what_is_no_match_is_refused_and_shown_again(accountant: Client, change: dict[str, Any], told: str) -> None:
    sent = {
        "book": [line_of("DISBURSEMENT_ACCOUNT", credit_fen=17_000)],
        "bank": [bank_line("ZFY20170101", "DISBURSEMENT_ACCOUNT")],
        "reason": "同一批",
        "key": "pair-1",
    }
    answer = accountant.post(f"{PAGE}/pair", sent | change)
    assert answer.status_code == 422
    assert told in text_of(answer)
    assert not Proposal.objects.filter(code="reconcile.match_by_hand").exists()


def test_a_pair_of_different_sums_is_refused_with_the_difference(accountant: Client) -> None:
    sent = {
        "book": [line_of("DISBURSEMENT_ACCOUNT", credit_fen=17_000)],
        "bank": [bank_line("THY20170101", "DISBURSEMENT_ACCOUNT")],
        "reason": "说是同一笔",
        "key": "pair-1",
    }
    answer = accountant.post(f"{PAGE}/pair", sent)
    assert answer.status_code == 422
    assert "账面合计 -170.00 元，银行合计 85.00 元，相差 -255.00 元" in text_of(answer)
    assert not Proposal.objects.filter(code="reconcile.match_by_hand").exists()


@pytest.mark.parametrize(("staff", "status"), [("C2", 403), ("D1", 403), ("D2", 422), ("L1", 422)])
def test_only_the_accountant_proposes_a_match(office: BankedOffice, staff: str, status: int) -> None:
    sent = {
        "book": [line_of("DISBURSEMENT_ACCOUNT", credit_fen=17_000)],
        "bank": [bank_line("ZFY20170101", "DISBURSEMENT_ACCOUNT")],
        "reason": "同一批",
        "key": "pair-1",
    }
    assert browse(staff).post(f"{PAGE}/pair", sent).status_code == status
    assert not Proposal.objects.filter(code="reconcile.match_by_hand").exists()


def test_a_match_is_proposed_once_and_its_lines_cannot_be_ticked_again(accountant: Client) -> None:
    book, bank = line_of("DISBURSEMENT_ACCOUNT", credit_fen=17_000), bank_line("ZFY20170101", "DISBURSEMENT_ACCOUNT")
    sent = {"book": [book], "bank": [bank], "reason": "同一批", "key": "pair-1"}
    for _ in range(2):  # a second click gets the stored answer
        answer = accountant.post(f"{PAGE}/pair", sent)
        assert answer.status_code == 302
        assert answer["Location"] == PAGE
    proposal = Proposal.objects.get(code="reconcile.match_by_hand")
    assert (proposal.state, proposal.maker) == ("PENDING", "C1")
    text = seen(accountant, f"{PAGE}?book={book}&bank={bank}")
    assert text.count("已送稽核") == 2
    assert f'id="book-{book}"' not in text
    assert "选中 0 笔" in text


def test_lines_of_later_months_are_offered_when_asked_for(office: BankedOffice, accountant: Client) -> None:
    office.receive("DISBURSEMENT", 4_200, "LATE1", date(2017, 2, 1))
    assert "LATE1" not in seen(accountant, PAGE)
    text = seen(accountant, f"{PAGE}?later=1")
    assert "LATE1" in text
    assert "以后月份" in text


# ── A month proposed to be signed ──


def items_of(text: str) -> list[str]:
    """What a month's form asks a reason for."""
    return re.findall(r'<input type="hidden" name="item" value="([^"]*)">', text)


def test_a_month_is_not_signed_while_an_item_lacks_its_reason_and_what_was_written_stays(accountant: Client) -> None:
    items = items_of(seen(accountant, PAGE))
    assert len(items) == 6  # drawn, released and failed on either side, all older than the days in transit
    sent = {"item": items, "why": ["一月末尚未勾对", *[""] * 5], "key": "sign-1"}
    answer = accountant.post(f"{PAGE}/sign", sent)
    assert answer.status_code == 422
    text = text_of(answer)
    assert text.count("请勾对、入账或写明原因") == 5
    assert 'value="一月末尚未勾对"' in text
    assert not Proposal.objects.filter(code="reconcile.sign").exists()


def test_a_month_whose_items_all_have_reasons_is_proposed_and_signed_by_the_auditor(accountant: Client) -> None:
    items = items_of(seen(accountant, PAGE))
    sent = {"item": items, "why": [f"说明{place}" for place in range(6)], "key": "sign-1"}
    assert accountant.post(f"{PAGE}/sign", sent).status_code == 302
    proposal = Proposal.objects.get(code="reconcile.sign")
    assert (proposal.state, proposal.maker) == ("PENDING", "C1")
    told = {one["item"]: one["reason"] for one in json.loads(proposal.arguments)[0]["reasons"]}
    assert told == dict(zip(items, sent["why"], strict=True))


@pytest.mark.parametrize(("staff", "status"), [("C2", 403), ("D1", 403), ("D2", 422), ("L1", 422)])
def test_only_the_accountant_proposes_to_sign(office: BankedOffice, staff: str, status: int) -> None:
    client = browse(staff)
    if status == 422:
        assert not items_of(seen(client, PAGE))
    assert client.post(f"{PAGE}/sign", {"item": ["x"], "why": ["y"], "key": "sign-1"}).status_code == status
    assert not Proposal.objects.filter(code="reconcile.sign").exists()


def test_an_item_that_rests_too_long_as_well_is_asked_for_twice_and_one_reason_is_enough() -> None:
    assert reasons_of(["HD555", "X", "HD555"], ["查无此人", " ", ""]) == {"HD555": "查无此人", "X": ""}
    assert reasons_of(["HD555", "HD555"], ["", " 查无此人 "]) == {"HD555": "查无此人"}


def test_the_finance_bureaus_silence_needs_a_reason_of_its_own(accountant: Client) -> None:
    fiscal = "/reconcile/FISCAL_ACCOUNT/201701"
    items = items_of(seen(accountant, fiscal))
    assert items[-1] == "财政专户对账单"
    assert len(items) == 3  # drawn on the 10th, on either side; what was swept on the 25th is recent
    answer = accountant.post(f"{fiscal}/sign", {"item": items, "why": ["说明", "说明", ""], "key": "sign-1"})
    assert answer.status_code == 422
    assert "尚未登记 201701 财政专户对账单" in text_of(answer)


# ── A month signed and closed ──


def signed_and_swept(office: BankedOffice) -> None:
    office.match(TODAY)
    office.confirm(JANUARY, 100_000_000, 30_000, 1_000_000, TODAY)
    for name in ACCOUNTS:
        office.sign(name, TODAY)


def test_closing_names_what_stands_against_a_month_until_nothing_does(office: BankedOffice, accountant: Client) -> None:
    text = seen(accountant, "/closing/201701")
    for name in ("支出户", "财政专户"):
        assert f"{name}当月没有经签署的银行对账" in text
    assert "还有" in text
    assert 'href="/acts/fund.close_month' not in text
    signed_and_swept(office)
    text = seen(accountant, "/closing/201701")
    assert "没有未办事项，可以结账" in text
    assert "/acts/fund.close_month?book=FUND&amp;month=201701" in text
    assert text.count("已签定") == 3
    # The auditor takes no step of it, so it is not offered to him at all.
    assert "/acts/fund.close_month" not in seen(browse("D2"), "/closing/201701")


def test_a_closed_month_shows_its_seal_and_is_closed_in_the_books(office: BankedOffice, accountant: Client) -> None:
    signed_and_swept(office)
    closed = office.carry("fund.close_month", {"book": "FUND", "month": JANUARY}, on=TODAY).result["closed"][0]
    text = seen(accountant, "/closing/201701")
    assert closed["manifest"] in text
    assert "职工L1" in text
    assert "/acts/fund.close_month" not in text
    assert "已月结" in seen(accountant, "/books?month=201701")
    first = seen(accountant, "/vouchers/FUND-201701-1")
    assert "所在月份已月结" in first


def test_a_signed_month_shows_its_agreement_and_no_ticks(office: BankedOffice, accountant: Client) -> None:
    signed_and_swept(office)
    text = seen(accountant, PAGE)
    assert "已签定" in text
    assert 'type="checkbox"' not in text
    assert "本月已经签定" in text
    overview = seen(accountant, "/reconcile?year=2017")
    assert overview.count("已签定") >= 4
    assert "各月三方相符" in seen(accountant, "/reconcile/three-way?year=2017")


# ── Receipts, handover ──


def test_a_receipt_stands_among_the_unplaced_until_it_is_held_and_then_among_the_held(
    office: BankedOffice, accountant: Client
) -> None:
    office.receive("COLLECTION", 7_777, "HD555", TODAY)
    text = seen(accountant, "/receipts")
    assert "HD555" in text
    assert "未入账 1 笔" in text
    office.carry("receipt.unidentified", {"reference": "HD555", "reason": "无清单"}, on=TODAY)
    text = seen(accountant, "/receipts")
    assert "未入账 0 笔" in text
    assert "待查 1 笔" in text
    assert "77.77" in text


def test_the_cashier_finds_a_released_batch_with_its_hash_hands_it_over_and_sees_it_on_its_way(
    office: BankedOffice,
) -> None:
    answer = office.carry("payroll.calculate", {"month": 201702}, on=TODAY)
    number, case = answer.result["batch"], answer.proposal
    cashier = browse("C2")
    assert "已锁定待放行 1 批" in seen(cashier, "/handover")
    office.carry("payment.release", {"batch": number}, on=TODAY, case_ref=case)
    text = seen(cashier, "/handover")
    batch = PaymentBatch.objects.get(number=number)
    assert batch.file_sha256 in text
    assert f"/acts/payment.transmit?batch={number}&amp;{urlencode({'case': case})}" in text
    assert "255.00" in text  # two pensions of 85.00, and the 85.00 that came back
    assert "/acts/payment.transmit" not in seen(browse("L3"), "/handover").split("待交行", 1)[0]
    office.carry("payment.transmit", {"batch": number}, on=TODAY, case_ref=case)
    text = seen(cashier, "/handover")
    assert "在途 1 批" in text
    assert "与放行的一致" in text
    assert f"{number}.txt" in text


def test_a_strange_file_in_the_tray_is_shouted_about(office: BankedOffice, settings: Any) -> None:
    stranger = settings.JUBAO_HOME / "outbound" / "假报盘.txt"
    stranger.write_text("x", encoding="utf-8")
    assert "假报盘.txt" in seen(browse("C2"), "/handover")
    stranger.unlink()
    assert "不是本系统交出的文件" not in seen(browse("C2"), "/handover")
