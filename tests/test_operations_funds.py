"""Money in the office's own accounts: a receipt is used once and for ever, and nothing leaves that is not there."""

from datetime import date
from typing import Any

import pytest

from jubao.ledger.balances import balances
from jubao.ledger.models import Voucher
from jubao.operations.envelope.fault import Refused
from jubao.records.models import Contribution
from jubao.reports.invariants import verification
from tests.office import Office, number

pytestmark = pytest.mark.django_db
WANG, LI = number("19500310", 1), number("19800310", 2)
FEBRUARY = date(2017, 2, 2)


def office_of(**money: int) -> Office:
    """A pensioner paid 85.00 a month of 2017, a contributor of 100.00 a year, and so much money."""
    office = Office()
    office.open_fund(**money)
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201301}, {"name": "李乙", "resident_number": LI}
    )
    return office


def refusal(office: Office, code: str, *cases: dict[str, Any], on: date, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on, **more)
    return "；".join(str(fault) for fault in refused.value.faults) or refused.value.message


def collected(office: Office, reference: str, on: date) -> dict[str, str]:
    columns = {
        "seq": [1],
        "resident_number": [LI],
        "name": ["李乙"],
        "contribution_year": [2017],
        "kind": ["10"],
        "amount": [10_000],
    }
    header = {"bank": "农业银行", "batch_no": f"P{reference}", "date": on, "receipt_reference": reference}
    return {"file": office.file("代收.txt", "bank_collection", columns, header)}


def held(office: Office, reference: str = "R1", fen: int = 10_000) -> None:
    """A receipt nobody can place."""
    office.receive("COLLECTION", fen, reference, FEBRUARY)
    office.carry("receipt.unidentified", {"reference": reference, "reason": "来款单位尚未查明"}, on=FEBRUARY)


BACK = {"reference": "R1", "outcome": "RETURNED", "finding": "银行回函"}


# ── A receipt sent back ──


def test_a_receipt_that_was_sent_back_is_used_up_for_every_act() -> None:
    office = office_of()
    held(office)
    office.carry("receipt.identify", BACK, on=FEBRUARY)
    assert balances("FUND").get("COLLECTION_ACCOUNT", 0) == 0  # 100.00 came, 100.00 left
    said = refusal(office, "contribution.bank", collected(office, "R1", FEBRUARY), on=FEBRUARY)
    assert "流水号 R1 的进账已经退回付款人" in said
    assert "新的流水号" in said
    again = {"reference": "R1", "reason": "再查"}
    assert "已经退回付款人" in refusal(office, "receipt.unidentified", again, on=FEBRUARY)
    interest = {"account": "收入户", "reference": "R1"}
    assert "已经退回付款人" in refusal(office, "receipt.interest", interest, on=FEBRUARY)
    assert not Contribution.objects.exists()
    office.verify()


def test_a_receipt_used_after_it_was_sent_back_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    office = office_of()
    held(office)
    office.carry("receipt.identify", BACK, on=FEBRUARY)
    monkeypatch.setattr("jubao.operations.fund.receipts.RETURNED_EVENT", "nothing")  # as before the rule was made
    office.carry("contribution.bank", collected(office, "R1", FEBRUARY), on=FEBRUARY)
    [finding] = [one for one in verification.verify(["I-08"]) if one.broken]
    assert "2 次" in finding.violations[0].text


def test_a_receipt_that_was_identified_is_free_and_used_once() -> None:
    office = office_of()
    held(office)
    office.carry("receipt.identify", BACK | {"outcome": "IDENTIFIED"}, on=FEBRUARY)
    office.carry("contribution.bank", collected(office, "R1", FEBRUARY), on=FEBRUARY)
    assert balances("FUND")["COLLECTION_ACCOUNT"] == 10_000
    office.verify()


def test_money_already_swept_is_not_sent_back_from_an_empty_account() -> None:
    office = office_of()
    held(office)
    office.carry("fund.sweep", {"month": 201702}, on=date(2017, 2, 28))
    said = refusal(office, "receipt.identify", BACK, on=date(2017, 3, 1))
    assert "收入户账面余额 0.00 元，应付 100.00 元，缺 100.00 元" in said
    office.receive("COLLECTION", 10_000, "R2", date(2017, 3, 2))
    office.carry("contribution.bank", collected(office, "R2", date(2017, 3, 2)), on=date(2017, 3, 2))
    office.carry("receipt.identify", BACK, on=date(2017, 3, 3))
    assert balances("FUND").get("COLLECTION_ACCOUNT", 0) == 0  # 100.00 came again, and left
    office.verify()


def test_a_line_taken_for_interest_by_mistake_is_free_again_once_that_is_reversed() -> None:
    office = office_of()
    office.receive("COLLECTION", 10_000, "R1", FEBRUARY)
    interest = {"account": "收入户", "reference": "R1"}
    office.carry("receipt.interest", interest, on=FEBRUARY)
    assert "已作存款利息入账" in refusal(office, "contribution.bank", collected(office, "R1", FEBRUARY), on=FEBRUARY)
    voucher = Voucher.objects.get(event="bank_interest_received")
    named = {"book": voucher.book, "period": voucher.period, "number": voucher.number, "reason": "实为缴费"}
    office.carry("voucher.reverse", named, on=FEBRUARY)
    office.carry("contribution.bank", collected(office, "R1", FEBRUARY), on=FEBRUARY)
    books = balances("FUND")
    assert (books["COLLECTION_ACCOUNT"], books.get("INTEREST_INCOME", 0)) == (10_000, 0)
    office.verify()


def test_interest_that_left_the_account_is_not_taken_back_from_it() -> None:
    office = office_of()
    office.receive("COLLECTION", 10_000, "R1", FEBRUARY)
    office.carry("receipt.interest", {"account": "收入户", "reference": "R1"}, on=FEBRUARY)
    office.carry("fund.sweep", {"month": 201702}, on=date(2017, 2, 28))
    voucher = Voucher.objects.get(event="bank_interest_received")
    named = {"book": voucher.book, "period": voucher.period, "number": voucher.number, "reason": "实为缴费"}
    assert "缺 100.00 元" in refusal(office, "voucher.reverse", named, on=date(2017, 3, 1))


# ── No more than is there ──


def test_a_release_beyond_the_account_is_refused_with_the_amount_missing() -> None:
    office = office_of(disbursement=8_000)
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 20))
    batch = {"batch": answer.result["batch"]}
    short = "支出户账面余额 80.00 元，应付 85.00 元，缺 5.00 元"
    assert any(short in notice for notice in answer.preview["notices"])
    said = refusal(office, "payment.release", batch, on=date(2017, 1, 20), case_ref=answer.proposal)
    assert short in said
    assert "fund.draw" in said
    office.carry("fund.draw", {"month": 201701, "amount_fen": 500}, on=date(2017, 1, 20))
    office.settle(answer, date(2017, 1, 20))
    assert balances("FUND").get("DISBURSEMENT_ACCOUNT", 0) == 0  # 80.00 + 5.00 - 85.00
    office.verify()


def test_a_second_release_sees_what_the_first_one_took() -> None:
    office = office_of(disbursement=10_000)
    first = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 20))
    second = office.carry("payroll.calculate", {"month": 201702}, on=date(2017, 2, 20))
    office.carry("payment.release", {"batch": first.result["batch"]}, on=date(2017, 2, 20), case_ref=first.proposal)
    batch = {"batch": second.result["batch"]}
    said = refusal(office, "payment.release", batch, on=date(2017, 2, 20), case_ref=second.proposal)
    assert "账面余额 15.00 元，应付 85.00 元，缺 70.00 元" in said  # 100.00 - 85.00 is left


def test_an_account_paid_below_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    office = office_of(disbursement=100)
    monkeypatch.setattr("jubao.operations.payments.payment.missing", lambda *_: "")  # as before the rule was made
    office.pay(201701, date(2017, 1, 20))
    [finding] = [one for one in verification.verify(["I-02"]) if one.broken]
    assert "余额为 -84.00 元" in finding.violations[0].text  # 1.00 - 85.00
    office.carry("fund.draw", {"month": 201701, "amount_fen": 50_000}, on=date(2017, 1, 21))
    assert [one for one in verification.verify(["I-02"]) if one.broken]  # filled up later, it is still told
