"""Rows changed in the database for the minutes of a payment: refused at once, and found for ever if money left by them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from typing import Any

import pytest
from django.db import connection

from jubao.operations.envelope import acting
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.request import LOCAL
from jubao.operations.envelope.seals import altered_events
from jubao.records.guards import guards
from jubao.records.models import BankAccount, BankLine, PaymentBatch, Payout, Person
from jubao.reports.invariants import verification
from tests.office import Office, number

pytestmark = pytest.mark.django_db
WANG, LI = number("19500310", 1), number("19800310", 2)
OWN, THIEF = "62284800" + "1".zfill(11), "6222000000009999"
ON = date(2017, 1, 20)


@pytest.fixture
def office() -> Office:
    """A pensioner, a contributor with 500.00, somebody on a roster, and money."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201301},
        {"name": "李乙", "resident_number": LI, "personal": 50_000},
    )
    roster = {
        "programme": ["801"],
        "resident_number": [number("19500310", 9)],
        "name": ["赵六"],
        "division": [office.village],
        "bank": ["农业银行"],
        "bank_account": ["6222000011112222"],
        "monthly_amount": [10_000],
        "start_month": [201701],
    }
    office.carry("delegated.enrol", {"file": office.file("名册.xlsx", "delegated_roster", roster)})
    return office


def refusal(office: Office, code: str, *cases: dict[str, Any], on: date = ON, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on, **more)
    return "；".join(str(fault) for fault in refused.value.faults) or refused.value.message


def overwrite(table: str, column: str, before: object, after: object) -> None:
    """What an owner of the database can do: the guards off, a column rewritten, the guards on again."""
    sql = f'UPDATE "{table}" SET "{column}" = %s WHERE "{column}" = %s'  # noqa: S608
    own = {name: statement for name, (of, statement) in guards().items() if of == table}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        else:
            for name in own:
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, [after, before])
        assert cursor.rowcount
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = DEFAULT")
        else:
            for statement in own.values():
                cursor.execute(statement)


@contextmanager
def changed(table: str, column: str, right: object, wrong: object) -> Iterator[None]:
    """A column holds something else for a while."""
    overwrite(table, column, right, wrong)
    yield
    overwrite(table, column, wrong, right)


def payroll(office: Office) -> Any:
    return office.carry("payroll.calculate", {"month": 201701}, on=ON)


def altered(text: str, table: str) -> bool:
    return f"{table}的记录与业务办理时封存的内容不一致" in text and "jubao verify" in text


def found() -> list[str]:
    return [told.text for one in verification.verify(["I-10"]) for told in one.violations]


# ── Refused while it is so ──


def test_an_account_changed_in_the_database_is_paid_by_no_payroll(office: Office) -> None:
    with changed("records_bankaccount", "account", OWN, THIEF):
        assert altered(refusal(office, "payroll.calculate", {"month": 201701}), "银行账户")
    assert not BankLine.objects.exists()
    office.settle(payroll(office), ON)
    assert BankLine.objects.get().account == OWN
    office.verify()


def test_an_account_changed_in_the_database_receives_no_refund(office: Office) -> None:
    end = {"person": LI, "reason": "6406", "event_date": "2017-01-05"}
    own = "62284800" + "2".zfill(11)
    with changed("records_bankaccount", "account", own, THIEF):
        assert altered(refusal(office, "enrolment.end", end), "银行账户")
        stated = {"payee_account": THIEF}
        assert altered(refusal(office, "enrolment.end", end | stated), "银行账户")
    assert not Payout.objects.exists()


def test_a_sum_owed_whose_payee_or_amount_was_changed_is_not_collected(office: Office) -> None:
    office.carry("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-01-05"}, on=ON)
    for column, right, wrong in (
        ("payee_account", "62284800" + "2".zfill(11), THIEF),
        ("amount_fen", Payout.objects.get().amount_fen, 90_000),
    ):
        with changed("records_payout", column, right, wrong):
            assert altered(refusal(office, "payout.collect", {"through": ON.isoformat()}), "一次性支付")
    assert not PaymentBatch.objects.exists()


@pytest.mark.parametrize(
    ("column", "right", "wrong"), [("bank_account", "6222000011112222", THIEF), ("monthly_fen", 10_000, 500_000)]
)
def test_a_roster_changed_in_the_database_pays_nobody(office: Office, column: str, right: Any, wrong: Any) -> None:
    with changed("records_delegatedpayee", column, right, wrong):
        said = refusal(office, "delegated.calculate", {"programme": "801", "month": 201701})
        assert altered(said, "代发人员")
    assert not PaymentBatch.objects.exists()


def stands_against(code: str, batch: dict[str, str], by: str, case_ref: str) -> str:
    """What stands against a step of a batch, asked without a trace."""
    at = datetime.combine(ON, time(17), LOCAL)
    return "；".join(map(str, acting.check(code, [batch], by=by, on=ON, at=at, case_ref=case_ref)))


def test_lines_changed_after_the_lock_are_neither_released_nor_handed_over(office: Office) -> None:
    answer = payroll(office)
    batch, ref = {"batch": answer.result["batch"]}, answer.proposal
    with changed("records_bankline", "account", OWN, THIEF):
        assert altered(stands_against("payment.release", batch, "C1", ref), "支付明细")
    assert stands_against("payment.release", batch, "C1", ref) == ""
    office.carry("payment.release", batch, on=ON, case_ref=ref)
    with changed("records_bankline", "account", OWN, THIEF):
        assert altered(stands_against("payment.transmit", batch, "C2", ref), "支付明细")
    with changed("records_batchstep", "total_fen", 8_500, 1):
        assert altered(stands_against("payment.transmit", batch, "C2", ref), "批次流转")
    assert stands_against("payment.transmit", batch, "C2", ref) == ""


def test_a_line_that_was_held_is_not_let_go_by_its_mark(office: Office) -> None:
    answer = payroll(office)
    batch, ref = {"batch": answer.result["batch"]}, answer.proposal
    office.carry("payment.hold", {"batch": batch["batch"], "person": WANG, "reason": "线索待查"}, on=ON)
    BankLine.objects.update(result="")  # a head: no guard stands before it
    assert "第 1 笔的扣留状态与扣留记录不一致" in stands_against("payment.release", batch, "C1", ref)


def test_an_event_changed_together_with_its_rows_is_no_seal(office: Office) -> None:
    [event] = set(BankAccount.objects.values_list("act_id", flat=True))
    assert altered_events(BankAccount, [event]) == []
    with changed("records_auditevent", "code", "register.open", "register.map"):
        assert altered_events(BankAccount, [event]) == [event]


# ── Found afterwards, for ever ──


def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The acts do not compare seals, as before the rule was made."""
    monkeypatch.setattr("jubao.operations.envelope.seals.altered_events", lambda *_: [])


def test_money_that_went_to_an_account_nobody_bound_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    unseen(monkeypatch)
    with changed("records_bankaccount", "account", OWN, THIEF):
        answer = payroll(office)
    office.settle(answer, ON)
    assert any("第 1 笔的收款人、账户或标准不是当日登记的" in text for text in found())


def test_money_that_went_to_another_payee_of_a_refund_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    unseen(monkeypatch)
    office.carry("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-01-05"}, on=ON)
    with changed("records_payout", "payee_account", "62284800" + "2".zfill(11), THIEF):
        office.carry("payout.collect", {"through": ON.isoformat()}, on=ON)
    assert any("不是当日登记的" in text for text in found())


@pytest.mark.parametrize(
    ("column", "right", "wrong"), [("bank_account", "6222000011112222", THIEF), ("monthly_fen", 10_000, 500_000)]
)
def test_money_beyond_the_roster_is_found(
    office: Office, monkeypatch: pytest.MonkeyPatch, column: str, right: Any, wrong: Any
) -> None:
    unseen(monkeypatch)
    with changed("records_delegatedpayee", column, right, wrong):
        office.carry("delegated.calculate", {"programme": "801", "month": 201701}, on=ON)
    assert any("不是当日登记的" in text for text in found())


def test_a_name_nobody_bears_is_found(office: Office) -> None:
    Person.objects.filter(resident_number=WANG).update(name="张三")  # a head: no guard stands before it
    payroll(office)
    Person.objects.filter(resident_number=WANG).update(name="王甲")
    assert any("不是当日登记的" in text for text in found())
    assert BankLine.objects.get().payee_name == "张三"


def test_an_account_that_was_rebound_is_followed(office: Office) -> None:
    """The old one is paid while the new one cools, the new one afterwards; verify knows both days."""
    office.settle(payroll(office), ON)
    new = "6222000055556666"
    office.carry("account.rebind", {"person": WANG, "bank": "工商银行", "bank_account": new}, on=date(2017, 2, 15))
    office.pay(201702, date(2017, 2, 20))
    office.pay(201703, date(2017, 3, 20))
    assert list(BankLine.objects.order_by("id").values_list("account", flat=True)) == [OWN, OWN, new]
    office.verify()
