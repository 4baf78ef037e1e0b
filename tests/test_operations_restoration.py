"""A contributor's relation that was ended by mistake goes on as if it had not been, while its money is with nobody."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import AccountBalance, Enrolment, EnrolmentEvent, Payout, Person, Settlement
from tests.office import Office, number, years_of

pytestmark = pytest.mark.django_db
LI = number("19800310", 2)
ENDED, FOUND = date(2017, 3, 6), date(2017, 3, 20)
OWN = "62284800" + "1".zfill(11)


@pytest.fixture
def office() -> Office:
    """A contributor of five years with 1,000.00."""
    office = Office()
    office.open_fund()
    office.register({"name": "李乙", "resident_number": LI, "personal": 100_000})
    return office


def end(office: Office, **said: str) -> None:
    case = {"person": LI, "reason": "6401", "event_date": "2017-03-01", "evidence": "死亡医学证明 1"} | said
    office.carry("enrolment.end", case, on=ENDED)


def restore(office: Office, on: date = FOUND, **said: str) -> Any:
    case = {"person": LI, "evidence": "本人到场核实笔录", "evidence_date": "2017-03-18"} | said
    return office.carry("enrolment.restore", case, on=on)


def balance() -> int:
    return sum(AccountBalance.objects.order_by("person_id").values_list("balance_fen", flat=True))


def states() -> tuple[str, str, str]:
    return *Enrolment.objects.values_list("enrolment_state", "contribution_state").get(), Person.objects.get().state


def test_an_ending_for_a_death_that_was_none_is_taken_back_whole(office: Office) -> None:
    before = states()
    end(office)
    assert balance() == 0
    answer = restore(office)
    # 1,000.00 at 1.5 % a year earned two months: 1000.00 x 0.015 x 2 / 12 = 2.50, settled when the relation ended
    assert answer.result == {"restored": 1, "voided_fen": 100_250, "restored_fen": 100_250}
    assert balance() == 100_250
    assert states() == before
    assert Payout.objects.get().state == "VOID"
    assert Settlement.objects.get().reversed
    assert years_of(Person.objects.get()) == 5
    office.verify()


def test_who_was_restored_pays_earns_and_ends_like_anybody_else(office: Office) -> None:
    end(office)
    restore(office)
    office.contribute(LI, "李乙", 10_000, date(2017, 4, 5))
    office.carry("contribution.credit", {"through": "2017-04-30"}, on=date(2017, 4, 30))
    assert years_of(Person.objects.get()) == 6
    office.carry("enrolment.end", {"person": LI, "reason": "6406", "event_date": "2017-05-02"}, on=date(2017, 5, 3))
    assert sorted(Payout.objects.values_list("state", flat=True)) == ["DUE", "VOID"]
    assert EnrolmentEvent.objects.latest("id").enrolment_state == "4"
    office.verify()


def test_money_that_left_keeps_the_ending_until_it_comes_back(office: Office) -> None:
    end(office)
    answer = office.carry("payout.collect", {"through": "2017-03-10"}, on=date(2017, 3, 10))
    with pytest.raises(Refused, match="已列批次，请待银行回盘后办理"):
        restore(office)
    office.settle(answer, FOUND, failing={OWN: "211"})
    restore(office, on=date(2017, 3, 21))
    assert balance() == 100_250
    office.verify()


def test_money_that_was_paid_is_named(office: Office) -> None:
    end(office)
    office.settle(office.carry("payout.collect", {"through": "2017-03-10"}, on=date(2017, 3, 10)), date(2017, 3, 10))
    with pytest.raises(Refused, match=r"1002\.50 元已支付，请待款项由银行退回后办理"):
        restore(office)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"evidence_date": "2017-03-01"}, "不在所记死亡日期 2017-03-01 之后"),
        ({"evidence": ""}, "撤销依据"),
    ],
)
def test_an_ending_is_taken_back_on_later_evidence_only(office: Office, said: dict[str, str], word: str) -> None:
    with pytest.raises(Refused, match="没有已终止并结算的参保关系"):
        restore(office, on=date(2017, 1, 3), evidence_date="2017-01-02")
    end(office)
    with pytest.raises(Refused, match=word):
        restore(office, **said)


def test_who_wants_to_join_after_an_ending_is_told_the_way_back(office: Office) -> None:
    end(office)
    row = {
        "name": ["李乙"],
        "resident_number": [LI],
        "household_type": ["20"],
        "category": ["011"],
        "division": [office.village],
        "address": [None],
        "phone": [None],
        "tier": [100],
        "bank": [None],
        "bank_account": [None],
        "card_number": [None],
        "applied_date": [FOUND],
    }
    file = office.file("登记.xlsx", "enrolment_batch", row)
    with pytest.raises(Refused, match=r"关系已终止.*enrolment\.restore"):
        office.carry("enrolment.enrol", {"file": file}, on=FOUND)


def test_an_ending_for_a_double_payer_is_taken_back_too(office: Office) -> None:
    columns = {
        "record_number": ["1"],
        "resident_number": [LI],
        "name": ["李乙"],
        "scheme": ["110"],
        "area": ["430600"],
        "agency": ["职保中心"],
        "state": ["1"],
        "since": [201605],
    }
    listed = {
        "file": office.file("比对.csv", "provincial_comparison", columns),
        "list_kind": "PROVINCIAL",
        "list_number": "SB-1",
        "received_from": "省",
        "region": "湖南省",
    }
    office.carry("match.import", listed, on=date(2017, 3, 3))
    hit = {"list_number": "SB-1", "person": LI, "reason": "6407", "event_date": "2016-05-01"}
    office.carry("match.end_payer", hit, on=ENDED)
    assert states()[:2] == ("4", "3")
    restore(office)
    assert states()[:2] == ("1", "1")
    office.verify()
