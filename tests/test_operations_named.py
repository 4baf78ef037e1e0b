"""What a bank or a roll says of somebody is held against the books: the name, and days that can be."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.records.models import BankLine, Certification, Payout
from jubao.simulation.bank import Bank
from jubao.vocabulary.codes import CertificationMethod
from tests.office import STARTED, Office, number

pytestmark = pytest.mark.django_db
WANG, LI = number("19500310", 1), number("19800310", 2)
PAID = date(2017, 1, 20)


@pytest.fixture
def office() -> Office:
    """A pensioner and a contributor with money in the account."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": WANG, "pension_start": 201301},
        {"name": "李乙", "resident_number": LI, "personal": 50_000},
    )
    return office


def refusal(office: Office, code: str, *cases: dict[str, Any], on: date = STARTED, **more: Any) -> str:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on, **more)
    return "；".join(str(fault) for fault in refused.value.faults) or refused.value.message


def test_an_answer_of_the_bank_that_names_another_payee_pays_nobody(office: Office) -> None:
    answer = office.carry("payroll.calculate", {"month": 201701}, on=PAID)
    batch, case_ref = answer.result["batch"], answer.proposal
    office.carry("payment.release", {"batch": batch}, on=PAID, case_ref=case_ref)
    office.carry("payment.transmit", {"batch": batch}, on=PAID, case_ref=case_ref)
    path = Bank(office.folder, "试验区").answer(outbound_file(batch), {}, account="DISBURSEMENT", on=PAID)
    right = path.read_bytes()
    path.write_bytes(right.decode("gb18030").replace("王甲", "张三").encode("gb18030"))
    said = refusal(office, "payment.return", {"file": keep(path)}, on=PAID)
    assert "序号 1 收款人姓名与报出的不一致" in said
    assert "请与银行核对" in said
    assert BankLine.objects.get().result == ""
    path.write_bytes(right)
    office.carry("payment.return", {"file": keep(path)}, on=PAID)
    assert BankLine.objects.get().result == "PAID"
    office.verify()


@pytest.fixture
def certify(office: Office) -> Callable[[str, date], dict[str, str]]:
    """A certification roll of one row."""

    def of(name: str, day: date) -> dict[str, str]:
        columns = {
            "resident_number": [WANG],
            "name": [name],
            "certified_date": [day],
            "method": [str(CertificationMethod.OTHER)],
            "checker": ["某甲"],
        }
        return {"file": office.file("认证.xlsx", "certification_roll", columns)}

    return of


def test_nobody_is_certified_under_another_name_or_before_their_birth(
    office: Office, certify: Callable[[str, date], dict[str, str]]
) -> None:
    said = refusal(office, "certification.record", certify("别人", date(1940, 1, 1)))
    assert "所报姓名与参保登记不一致" in said
    assert "认证日期 1940-01-01 早于本人出生日期 1950-03-10" in said
    assert not Certification.objects.exists()
    office.carry("certification.record", certify("王 甲", date(2017, 1, 2)))  # a stray space is the same name
    assert Certification.objects.get().certified_date == date(2017, 1, 2)


def test_money_of_a_relation_that_moves_goes_to_no_person(office: Office) -> None:
    case = {"person": LI, "kind": "WITHIN_PROVINCE", "to_agency": "邻县居保中心", "applied_date": "2017-01-03"}
    for own in ("6228480000000000001", "6228480000000000002"):  # another's, and the mover's own
        said = refusal(office, "transfer.send", case | {"to_account": own})
        assert "转移款只能付给经办机构" in said
        assert "联系函" in said
    assert not Payout.objects.exists()
    office.carry("transfer.send", case | {"to_account": "888888888888"})
    assert Payout.objects.get().payee_account == "888888888888"
