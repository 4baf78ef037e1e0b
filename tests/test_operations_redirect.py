"""A sum the bank refused goes to another account: on evidence, by three people, after its cooling period."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.fault import Refused
from jubao.records.models import BankLine, Payout, PayoutRedirect
from tests.office import Office, number

pytestmark = pytest.mark.django_db
LI, ZHANG = number("19800310", 2), number("19810411", 3)
OLD, NEW = "62284800" + "1".zfill(11), "6222000011112222"
ENDED, REFUSED = date(2017, 1, 6), date(2017, 1, 9)
OWED = 50_000
"""An account of 500.00 in the office's second month: no interest of 2017 yet, January's being of the month before."""


@pytest.fixture
def office() -> Office:
    """Two contributors with 500.00 each, and money."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "李乙", "resident_number": LI, "personal": OWED},
        {"name": "张丙", "resident_number": ZHANG, "personal": OWED},
    )
    return office


def refusal(office: Office, code: str, *cases: dict[str, Any], on: date) -> str:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on)
    return "；".join(str(fault) for fault in refused.value.faults) or refused.value.message


def end(office: Office, **said: str) -> None:
    case = {"person": LI, "reason": "6406", "event_date": "2017-01-05"} | said
    office.carry("enrolment.end", case, on=ENDED)


def collect(office: Office, on: date, *, failing: bool = False) -> Answer:
    answer = office.carry("payout.collect", {"through": on.isoformat()}, on=on)
    if answer.result["batch"]:
        office.settle(answer, on, failing={OLD: "211"} if failing else {})
    return answer


def sent() -> list[tuple[str, str, int, str]]:
    return list(BankLine.objects.order_by("id").values_list("payee_name", "account", "amount_fen", "result"))


def redirect(**said: str) -> dict[str, str]:
    return {"person": LI, "payee_account": NEW, "payee_bank": "工商银行", "evidence": "存折原件"} | said


def test_a_refused_sum_goes_to_the_account_the_person_bound_since(office: Office) -> None:
    end(office)
    collect(office, REFUSED, failing=True)
    rebound = {"person": LI, "bank": "工商银行", "bank_account": NEW}
    office.carry("account.rebind", rebound, on=date(2017, 1, 10))
    said = refusal(office, "payout.redirect", redirect(), on=date(2017, 1, 10))
    assert "不是本人名下已登记并可用的账户" in said  # seven days have not passed
    usable = date(2017, 1, 17)
    answer = office.carry("payout.redirect", redirect(), on=usable)
    assert answer.result == {"redirected": 1, "amount_fen": OWED}
    collect(office, usable)
    assert sent() == [("李乙", OLD, OWED, "FAILED"), ("李乙", NEW, OWED, "PAID")]
    assert Payout.objects.get().state == "PAID"
    office.verify()


def test_an_heir_is_paid_only_after_the_cooling_period(office: Office) -> None:
    heir = {"payee_name": "李子", "payee_account": OLD, "heir_evidence": "亲属关系证明 1", "evidence": "死亡证明 1"}
    end(office, reason="6401", **heir)
    collect(office, REFUSED, failing=True)
    assert "须写明继承人姓名" in refusal(office, "payout.redirect", redirect(), on=date(2017, 1, 10))
    office.carry("payout.redirect", redirect(payee_name="李子"), on=date(2017, 1, 10))
    assert PayoutRedirect.objects.get().usable_from == date(2017, 1, 17)  # 10 + 7 days
    waiting = collect(office, date(2017, 1, 16))
    assert waiting.result["batch"] is None  # nothing else is owed
    assert any("1 笔、500.00 元变更了收款账户，冷静期未满" in one for one in waiting.preview["notices"])
    collect(office, date(2017, 1, 17))
    assert sent()[-1] == ("李子", NEW, OWED, "PAID")
    office.verify()


def test_only_what_is_unpaid_and_stands_in_no_batch_is_redirected(office: Office) -> None:
    assert "没有未支付的一次性支付" in refusal(office, "payout.redirect", redirect(payee_account=OLD), on=ENDED)
    end(office)
    office.carry("payout.collect", {"through": ENDED.isoformat()}, on=ENDED)
    said = refusal(office, "payout.redirect", redirect(payee_account=OLD), on=ENDED)
    assert "没有未支付的一次性支付" in said
    assert "请待银行回盘" in said


def test_a_living_persons_money_goes_to_no_other_account(office: Office) -> None:
    end(office)
    said = refusal(office, "payout.redirect", redirect(payee_name="李子"), on=ENDED)
    assert "只能付给本人" in said


def test_a_transfer_is_redirected_to_an_agency_and_to_no_person(office: Office) -> None:
    case = {
        "person": LI,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县居保中心",
        "to_account": "888888888888",
        "applied_date": "2017-01-06",
    }
    office.carry("transfer.send", case, on=ENDED)
    zhang = "62284800" + "2".zfill(11)
    asked = redirect(to_agency="邻县居保中心", payee_account=zhang, evidence="更正函 1")
    assert "转移款只能付给经办机构" in refusal(office, "payout.redirect", asked, on=ENDED)
    assert "没有未支付的一次性支付" in refusal(office, "payout.redirect", redirect(payee_account=OLD), on=ENDED)
    office.carry("payout.redirect", asked | {"payee_account": "999999999999"}, on=ENDED)
    collect(office, date(2017, 1, 13))
    assert sent() == [("邻县居保中心", "999999999999", OWED, "PAID")]
    office.verify()


def test_the_last_word_on_an_account_counts(office: Office) -> None:
    end(office)
    collect(office, REFUSED, failing=True)
    third = "6222000033334444"
    for account in (NEW, third):
        office.carry("account.rebind", {"person": LI, "bank": "工商银行", "bank_account": account}, on=REFUSED)
    for account in (NEW, third):
        office.carry("payout.redirect", redirect(payee_account=account), on=date(2017, 1, 16))
    collect(office, date(2017, 1, 16))
    assert sent()[-1] == ("李乙", third, OWED, "PAID")
