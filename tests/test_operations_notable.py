"""Payments an approver looks at one by one: first, again, lifted, to somebody else, given up; and again at the release."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.acting import Answer
from jubao.records.models import Proposal
from jubao.records.sealing import canonical
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, LI, ZHAO, DELEGATED = number("19500315", 1), number("19700101", 2), number("19570115", 3), number("19500505", 9)
OWN, STRANGERS = "62284800" + f"{2:011d}", "6222000000000001"
JANUARY, FEBRUARY, MARCH = date(2017, 1, 5), date(2017, 2, 6), date(2017, 3, 6)


@pytest.fixture
def office() -> Office:
    """Wang draws, Li contributes, Zhao becomes sixty in January with all his years."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201201, "contributed_years": 0, "personal": 60_000},
        {"name": "李乙", "resident_number": LI, "personal": 100_000},
        {"name": "赵丙", "resident_number": ZHAO, "contributed_years": 15, "personal": 150_000},
    )
    return office


def told(answer: Answer, kind: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a preview says of a kind: the sentence, and names with details."""
    found = [one for one in answer.preview["exceptions"] if one["kind"] == kind]
    return [(one["text"], [(who["name"], who["detail"]) for who in one["people"]]) for one in found]


def payroll(office: Office, month: int, on: date) -> Answer:
    return office.carry("payroll.calculate", {"month": month}, on=on)


def collect(office: Office, on: date) -> Answer:
    return office.carry("payout.collect", {"through": on.isoformat()}, on=on)


def dead(**said: Any) -> dict[str, Any]:
    return {"person": LI, "reason": "6401", "event_date": "2017-01-03", "evidence": "死亡医学证明 1"} | said


def listed_as_dead(office: Office) -> None:
    """The police says that Wang died."""
    columns = {
        "record_number": ["1"],
        "name": ["王甲"],
        "resident_number": [WANG],
        "death_date": [date(2017, 1, 10)],
        "origin": ["户籍注销"],
    }
    case = {
        "file": office.file("名单.xlsx", "death_list", columns),
        "list_kind": "POLICE_DEATH",
        "list_number": "GA-1",
        "received_from": "公安",
    }
    office.carry("match.import", case, on=date(2017, 1, 20))


# ── First, and again ──


def test_a_pension_awarded_here_is_named_when_it_is_paid_first_and_no_more(office: Office) -> None:
    office.pay(201701, JANUARY)
    office.carry("award.grant", {"person": ZHAO, "applied_date": "2017-01-20"}, on=date(2017, 1, 20))
    locked = payroll(office, 201702, FEBRUARY)
    assert told(locked, "first_paid") == [("1 人首次由本机构发放", [("赵丙", "2017年1月20日核定待遇")])]
    office.settle(locked, FEBRUARY)
    assert told(payroll(office, 201703, MARCH), "first_paid") == []


def test_who_came_with_the_register_is_not_named_as_new(office: Office) -> None:
    assert payroll(office, 201701, JANUARY).preview["exceptions"] == []


def test_somebody_new_on_a_roster_is_named_when_paid_first_and_no_more(office: Office) -> None:
    roster = {
        "programme": ["801"],
        "resident_number": [DELEGATED],
        "name": ["赵六"],
        "division": [office.village],
        "bank": ["农业银行"],
        "bank_account": ["6222000011112222"],
        "monthly_amount": [8_000],
        "start_month": [201701],
    }
    office.carry("delegated.enrol", {"file": office.file("名册.xlsx", "delegated_roster", roster)}, on=JANUARY)
    locked = office.carry("delegated.calculate", {"programme": "801", "month": 201701}, on=JANUARY)
    assert told(locked, "first_paid") == [("1 人首次代发", [("赵六", "")])]
    office.settle(locked, JANUARY)
    payee = {"programme": "801", "person": DELEGATED, "from_month": 201702, "evidence": "来函"}
    office.carry("delegated.stop", payee | {"reason": "UNDER_REVIEW"}, on=date(2017, 1, 20))
    office.carry("delegated.resume", payee, on=date(2017, 1, 25))
    again = office.carry("delegated.calculate", {"programme": "801", "month": 201702}, on=FEBRUARY)
    assert told(again, "first_paid") == []
    assert told(again, "resumed_then_paid") == [("1 人近期恢复代发后发放", [("赵六", "自2017年2月恢复")])]


def test_a_month_the_bank_returned_is_named_when_it_is_paid_again(office: Office) -> None:
    office.pay(201701, JANUARY, failing={"62284800" + f"{1:011d}": "103"})
    text = "1 人补发此前银行退回或扣留的月份，请核对退回凭据"
    assert told(payroll(office, 201702, FEBRUARY), "paid_again") == [(text, [("王甲", "2017年1月起")])]


def test_who_is_held_again_is_not_named_as_paid_again(office: Office) -> None:
    office.pay(201701, JANUARY)
    listed_as_dead(office)
    payroll(office, 201702, FEBRUARY)
    assert payroll(office, 201703, MARCH).preview["exceptions"] == []


def test_who_was_cleared_of_a_suspicion_is_named_when_paid(office: Office) -> None:
    office.pay(201701, JANUARY)
    listed_as_dead(office)
    cleared = {"list_number": "GA-1", "person": WANG, "evidence": "入户见本人", "evidence_date": "2017-02-02"}
    office.carry("match.clear", cleared, on=date(2017, 2, 3))
    locked = payroll(office, 201702, FEBRUARY)
    assert told(locked, "cleared_then_paid") == [("1 人近期排除疑点后发放", [("王甲", "2017年2月3日排除疑点")])]


# ── To somebody else ──

ELSEWHERE = "1 笔付到本人账户以外的账户，请核对继承关系或对方机构"


@pytest.mark.parametrize("heir", ["李友", "李乙"])
def test_an_heirs_account_is_named_when_it_is_stated_and_when_it_is_paid(office: Office, heir: str) -> None:
    """An heir of the same name is an heir all the same: the account decides."""
    stated = {"payee_name": heir, "payee_account": STRANGERS, "heir_evidence": "亲属关系证明 1"}
    ended = office.carry("enrolment.end", dead(**stated), on=JANUARY)
    named = [("李乙", f"付给{heir}，6222****0001")]
    assert told(ended, "paid_to_another") == [(ELSEWHERE, named)]
    assert told(collect(office, FEBRUARY), "paid_to_another") == [(ELSEWHERE, named)]


def test_an_agencys_account_is_named(office: Office) -> None:
    moved = {
        "person": LI,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县居保中心",
        "to_account": STRANGERS,
        "applied_date": "2017-01-04",
    }
    sent = office.carry("transfer.send", moved, on=JANUARY)
    assert told(sent, "paid_to_another") == [(ELSEWHERE, [("李乙", "付给邻县居保中心，6222****0001")])]


def test_a_sum_to_the_persons_own_account_is_ordinary(office: Office) -> None:
    ended = office.carry("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-01-03"}, on=JANUARY)
    assert told(ended, "paid_to_another") == []
    assert told(collect(office, FEBRUARY), "paid_to_another") == []


def test_a_redirected_sum_is_named(office: Office) -> None:
    office.carry("enrolment.end", dead(), on=JANUARY)
    case = {"person": LI, "payee_account": STRANGERS, "payee_name": "李友", "evidence": "亲属关系证明 1"}
    redirected = office.carry("payout.redirect", case, on=date(2017, 1, 6))
    assert told(redirected, "paid_to_another") == [(ELSEWHERE, [("李乙", "付给李友，6222****0001")])]


def test_what_is_given_up_is_named_with_its_sum(office: Office) -> None:
    office.pay(201701, JANUARY)
    stopped = {"person": WANG, "reason": "1202", "from_month": 201701, "memo": "判决书", "due": "2017-12-31"}
    office.carry("award.suspend", stopped, on=date(2017, 1, 20))
    office.carry("recovery.demand", {"person": WANG, "number": "追1号"}, on=date(2017, 1, 21))
    given = office.carry("recovery.write_off", {"person": WANG, "basis": "会议纪要 1"}, on=FEBRUARY)
    assert told(given, "given_up") == [("1 人的多发待遇不再追回，请核对会议纪要", [("王甲", "85.00 元")])]


# ── At the release, and what is compared with the original ──


def test_who_releases_sees_what_stood_out_when_the_batch_was_locked(office: Office) -> None:
    """Faults of the theft trials: whoever makes and checks a collection together was seen by nobody."""
    bound = {"person": LI, "bank": "农业银行", "bank_account": STRANGERS}
    office.carry("account.rebind", bound, on=JANUARY)
    office.carry("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-01-03"}, on=date(2017, 1, 20))
    locked = collect(office, FEBRUARY)
    [(text, _)] = told(locked, "changed_account")
    assert text.startswith("1 人首次发放到由")
    released = office.carry("payment.release", {"batch": locked.result["batch"]}, on=FEBRUARY, case_ref=locked.proposal)
    assert released.preview["exceptions"] == locked.preview["exceptions"]
    asked = Proposal.objects.get(key=released.proposal)
    assert canonical(released.preview["exceptions"])[1:-1] in asked.preview


def test_who_signs_a_statement_is_told_the_balance_to_compare_with_the_bank(office: Office) -> None:
    columns = {
        "account": ["收入户", "收入户"],
        "date": [JANUARY] * 2,
        "reference": ["A1", "A2"],
        "counterparty": ["甲"] * 2,
        "debit": [None] * 2,
        "credit": [10_000, 2_050],
        "balance": [10_000, 12_050],
        "memo": ["进账"] * 2,
    }
    file = office.file("对账单.csv", "bank_statement", columns)
    answer = office.carry("bank.statement", {"file": file}, on=JANUARY)
    assert answer.preview["notices"] == ["收入户期末余额 120.50 元，请与银行自行核对后签署"]


def test_who_signs_a_register_is_told_what_it_adds_up_to() -> None:
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201201,
            "personal": 600_000,
            "pension_personal": 1_500,
        },
        {"name": "李乙", "resident_number": LI, "personal": 100_000, "county": 5_050},
    )
    preview = Proposal.objects.get(code="register.open").preview
    says = "底册 2 人，其中领取待遇 1 人，个人账户余额 7,050.50 元，月账户养老金 15.00 元，请与双方签认的移交清册和余额表核对后签署"
    assert says in preview
