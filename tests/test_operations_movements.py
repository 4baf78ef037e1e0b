"""Money between the fund's accounts: what the books do not hold, months without books, receipts used twice are refused."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from jubao.ledger.models import Voucher
from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.records.models import FiscalConfirmation, FiscalReceipt, FundMovement, StatementLine
from tests.office import Office, number

pytestmark = pytest.mark.django_db
ON = date(2017, 3, 20)


@pytest.fixture(scope="module")
def books(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """An office with 3,000.00 on its fiscal account and one insured person, rolled back after this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = Office()
        office.open_fund(fiscal=300_000, disbursement=0)
        office.register({"name": "甲", "resident_number": number("19700101"), "personal": 10_000})
        yield office
        transaction.set_rollback(True)


@pytest.fixture
def office(books: Office) -> Iterator[Office]:
    """The same office; what a test does to it is taken back."""
    point, lines = transaction.savepoint(), dict(books.lines)
    yield books
    books.lines = lines
    transaction.savepoint_rollback(point)


def refuse(office: Office, code: str, *cases: dict[str, Any], on: date = ON) -> str:
    """Everything the refusal of an act says."""
    with pytest.raises(Refused) as told:
        office.carry(code, *cases, on=on)
    return str(told.value)


# ── Opening ──


def test_the_books_open_once_on_bank_accounts_each_named_once(office: Office) -> None:
    rows = [{"account": name, "amount_fen": 1} for name in ("收入户", "COLLECTION_ACCOUNT", "现金")]
    text = refuse(office, "fund.open", {"balances": rows})
    assert all(word in text for word in ("账簿已有凭证", "COLLECTION_ACCOUNT 填了 2 次", "没有账户 现金"))
    assert "期初余额" in refuse(office, "fund.open", {"balances": [{"account": "收入户", "amount_fen": -1}]})


# ── Sweeps and draws ──


@pytest.mark.parametrize("code", ["fund.sweep", "fund.draw"])
@pytest.mark.parametrize(
    ("month", "word"),
    [
        (201704, "晚于业务日期"),
        (201612, "早于建账年月 201701"),
        (201713, "月份应为 1 至 12"),
        (0, "年月"),
        (99999, "年月"),
    ],
)
def test_money_moves_for_a_month_with_books(office: Office, code: str, month: int, word: str) -> None:
    case = {"month": month} | ({"amount_fen": 1} if code == "fund.draw" else {})
    assert word in refuse(office, code, case)
    assert not FundMovement.objects.exists()


def test_one_month_is_swept_at_a_time(office: Office) -> None:
    """A second month once vanished without a word."""
    assert "一次只能填报一项" in refuse(office, "fund.sweep", {"month": 201702}, {"month": 201703})


def test_an_empty_account_is_not_swept(office: Office) -> None:
    answer = office.carry("fund.sweep", {"month": 201703}, on=ON)
    assert answer.result == {"amount_fen": 0, "reference": ""}
    assert not FundMovement.objects.exists()


def test_a_month_may_be_swept_again_under_a_reference_of_its_own(office: Office) -> None:
    references = []
    for place in (1, 2):
        office.receive("COLLECTION", 500, f"HD{place}", ON)
        office.carry("receipt.unidentified", {"reference": f"HD{place}", "reason": "待查"}, on=ON)
        references.append(office.carry("fund.sweep", {"month": 201703}, on=ON).result["reference"])
    assert references == ["GJ201703", "GJ20170302"]


def test_draws_of_one_request_together_stay_within_the_account(office: Office) -> None:
    draw = {"month": 201703, "amount_fen": 200_000}
    text = refuse(office, "fund.draw", draw, draw)
    assert "第2项：请款金额 2000.00 元须大于零且不超过账户余额 1000.00 元" in text.replace(",", "")
    answer = office.carry("fund.draw", draw, draw | {"amount_fen": 100_000}, on=ON)
    assert answer.result == {"amount_fen": 300_000, "references": ["QK20170301", "QK20170302"]}
    assert Voucher.objects.filter(event="draw").count() == 2
    assert "请款金额" in refuse(office, "fund.draw", draw | {"amount_fen": 0})


# ── Up to the province ──


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"year_of_surplus": 2018}, "晚于业务日期"),
        ({"year_of_surplus": 2011}, "2011 年尚无人参保"),
        ({"year_of_surplus": 0}, "结余年度"),
        ({"year_of_surplus": 99999}, "结余年度"),
        ({"reference": ""}, "凭据号"),
        ({"reference": "长" * 61}, "凭据号"),
        ({"amount_fen": -1}, "上解金额"),
        ({"purpose": "长" * 121}, "用途"),
    ],
)
def test_a_remittance_is_of_a_year_with_accounts(office: Office, said: dict[str, Any], word: str) -> None:
    assert word in refuse(office, "fund.remit", {"amount_fen": 1, "year_of_surplus": 2016, "reference": "SJ1"} | said)


def test_a_remittance_has_a_reference_of_its_own(office: Office) -> None:
    case = {"amount_fen": 1, "year_of_surplus": 2016, "reference": "SJ1"}
    assert "凭据号 SJ1 已经用过" in refuse(office, "fund.remit", case, case)
    office.carry("fund.remit", case, on=ON)
    assert "凭据号 SJ1 已经用过" in refuse(office, "fund.remit", case)


# ── Fiscal money, statements, the bureau's word ──


def notices(office: Office, *rows: tuple[str, str | None, int]) -> dict[str, str]:
    """A file of notices: number, bank reference, fen."""
    count = len(rows)
    columns: dict[str, list[Any]] = {
        "notice_number": [row[0] for row in rows],
        "level": ["省"] * count,
        "purpose": ["基础养老金"] * count,
        "amount": [row[2] for row in rows],
        "arrived_date": [ON] * count,
        "reference": [row[1] for row in rows],
        "memo": [None] * count,
    }
    return {"file": office.file("通知.xlsx", "fiscal_notice", columns)}


def test_every_notice_has_a_receipt_of_its_own_and_all_faults_are_told_at_once(office: Office) -> None:
    office.receive("FISCAL", 100, "CZ1", ON)
    office.receive("FISCAL", 200, "CZ2", ON)
    rows = (("文1", "CZ1", 100), ("文2", "CZ1", 100), ("文3", None, 5), ("文4", "CZ2", 100), ("文5", "CZ9", 1))
    text = refuse(office, "fiscal.receive", notices(office, *rows))
    assert "第3行：流水号 CZ1 重复填报" in text
    assert "第4行：没有填写流水号" in text
    assert "第5行：流水号 CZ2 银行进账 2.00 元，与应入账 1.00 元不符" in text
    assert "第6行：银行对账单上没有流水号 CZ9 的进账，款未到账不能入账" in text
    good = notices(office, ("文1", "CZ1", 100), ("文4", "CZ2", 200))
    assert office.carry("fiscal.receive", good, on=ON).result == {"amount_fen": 300}
    assert FiscalReceipt.objects.count() == 2
    assert "CZ1 的进账已经入账" in refuse(office, "fiscal.receive", notices(office, ("文6", "CZ1", 100)))


def statement(office: Office, reference: str, *, fen: int, balance: int) -> dict[str, str]:
    columns: dict[str, list[Any]] = {
        "account": ["收入户"],
        "date": [ON],
        "reference": [reference],
        "counterparty": [None],
        "debit": [None],
        "credit": [fen],
        "balance": [balance],
        "memo": [None],
    }
    return {"file": office.file("对账单.csv", "bank_statement", columns)}


def test_statements_of_one_request_continue_each_other(office: Office) -> None:
    first, second = statement(office, "A", fen=100, balance=100), statement(office, "B", fen=50, balance=150)
    assert "余额与上一笔不连续" in refuse(office, "bank.statement", second, first)
    assert "出现两次" in refuse(office, "bank.statement", first, first)
    again = statement(office, "A", fen=50, balance=150)
    assert "流水号 A 已经导入过" in refuse(office, "bank.statement", first, again)
    assert office.carry("bank.statement", first, second, on=ON).result == {"lines": 2}
    assert list(StatementLine.objects.order_by("line").values_list("line", "reference")) == [(1, "A"), (2, "B")]
    assert "已经导入过" in refuse(office, "bank.statement", first)


def test_a_statement_line_is_past_and_fits_the_books(office: Office) -> None:
    case = statement(office, "长" * 61, fen=100, balance=100)
    text = refuse(office, "bank.statement", case, on=date(2017, 3, 19))
    assert "日期 2017-03-20 晚于业务日期 2017-03-19" in text
    assert "流水号超过 60 个字符" in text


def test_a_statement_is_of_an_account_we_have(office: Office) -> None:
    case = statement(office, "A", fen=100, balance=100)
    assert "没有账户“现金”" in refuse(office, "bank.statement", case | {"account": "现金"})
    assert "账户不是所指明的支出户" in refuse(office, "bank.statement", case | {"account": "DISBURSEMENT_ACCOUNT"})
    office.carry("bank.statement", case | {"account": "收入户"}, on=ON)


def test_what_is_no_statement_is_refused_by_its_file(office: Office) -> None:
    path = office.folder / "nothing.csv"
    path.write_bytes(b"\x00\x01")
    assert refuse(office, "bank.statement", {"file": keep(path)})
    assert "不在收文库中" in refuse(office, "bank.statement", {"file": "0" * 64})
    assert "对账单文件" in refuse(office, "bank.statement", {"file": "../../etc/passwd"})


def bureau(office: Office, month: int, opening: int, closing: int) -> dict[str, str]:
    columns = {
        "month": [month],
        "opening": [opening],
        "received": [closing - opening],
        "paid": [0],
        "closing": [closing],
    }
    return {"file": office.file("专户.xlsx", "fiscal_confirmation", columns)}


def test_months_of_the_bureau_follow_each_other_within_one_request(office: Office) -> None:
    january, february = bureau(office, 201701, 0, 5), bureau(office, 201702, 5, 9)
    assert "已登记到 201702" in refuse(office, "fiscal.confirm", february, january)
    assert "期初余额与上月期末" in refuse(office, "fiscal.confirm", january, bureau(office, 201702, 4, 9))
    assert "尚未结束" in refuse(office, "fiscal.confirm", bureau(office, 201703, 0, 0))
    answer = office.carry("fiscal.confirm", january, february, on=ON)
    assert answer.result == {"months": [201701, 201702], "closing_fen": 9}
    assert FiscalConfirmation.objects.count() == 2


def test_a_receipt_that_was_identified_is_free_for_its_own_act(office: Office) -> None:
    office.receive("COLLECTION", 500, "HD1", ON)
    office.carry("receipt.unidentified", {"reference": "HD1", "reason": "待查"}, on=ON)
    assert "挂在待查收款" in refuse(office, "receipt.unidentified", {"reference": "HD1", "reason": "待查"})
    case = {"reference": "HD1", "outcome": "IDENTIFIED", "finding": "银行回函"}
    assert "查明结果" in refuse(office, "receipt.identify", case | {"outcome": "LOST"})
    assert "重复填报" in refuse(office, "receipt.identify", case, case)
    office.carry("receipt.identify", case, on=ON)
    office.carry("receipt.unidentified", {"reference": "HD1", "reason": "查错了"}, on=ON)
