"""A pension ended for a death that was none runs again, with account, claims and months put right to the fen."""

from datetime import date, timedelta
from typing import Any

import pytest

from jubao.ledger.balances import balances
from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AccountBalance,
    Award,
    AwardEvent,
    Enrolment,
    Overpayment,
    Payout,
    PayrollLine,
    Settlement,
    SettlementReversal,
)
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, SUN = number("19500315", 1), number("19490101", 7)
MONTHLY = 10_000  # 70 centre, 15 province, 15 out of the account


@pytest.fixture
def office() -> Office:
    """Wang is paid January to April 2017; in May a death of February is reported."""
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": 1_500,
        },
        {"name": "孙丁", "resident_number": SUN, "pension_start": 201108, "contributed_years": 0},
    )
    for month in range(201701, 201705):
        office.pay(month, date(2017, month % 100, 5))
    return office


def end(office: Office, on: date = date(2017, 5, 4), **said: object) -> None:
    case = {
        "person": WANG,
        "reason": "1401",
        "event_date": "2017-02-12",
        "reported_date": "2017-02-20",
        "burial": "火化",
    }
    office.carry("award.terminate", case | said, on=on)


def reinstate(office: Office, on: date = date(2017, 6, 20), evidence_date: str = "2017-06-15") -> object:
    case = {"person": WANG, "evidence": "本人到场，派出所证明2017-61号", "evidence_date": evidence_date}
    return office.carry("award.reinstate", case, on=on)


def held_fen() -> int:
    return AccountBalance.objects.get(person__resident_number=WANG, source="PERSONAL").balance_fen


def paid_fen() -> int:
    lines = PayrollLine.objects.filter(person__resident_number=WANG, state="PAID")
    return sum(lines.values_list("amount_fen", flat=True))


def test_everything_is_as_if_the_pension_had_never_ended(office: Office) -> None:
    before = held_fen()
    end(office)
    office.verify()
    for month in (201705, 201706):
        office.pay(month, date(2017, month % 100, 5))
    answer = reinstate(office)
    assert answer.result["reinstated"] == 1
    assert SettlementReversal.objects.get().settlement.reversed
    assert set(Payout.objects.values_list("state", flat=True)) == {"VOID"}
    assert Overpayment.objects.get().open_fen == 0
    assert balances("FUND").get("RECOVERABLE_OVERPAYMENTS", 0) == 0
    spent = {name: balances("FUND").get(name, 0) for name in ("ACCOUNT_REFUND", "FUNERAL_GRANT")}
    assert spent == {"ACCOUNT_REFUND": 0, "FUNERAL_GRANT": 0}
    enrolment = Enrolment.objects.get(person__resident_number=WANG)
    assert (enrolment.enrolment_state, enrolment.contribution_state) == ("1", "3")
    assert Award.objects.get(person__resident_number=WANG).ended_month is None
    office.verify()
    office.pay(201707, date(2017, 7, 5))
    assert paid_fen() == 7 * MONTHLY
    interest = held_fen() - (before - 3 * 1_500)  # what the settlement had settled through April stays
    assert 0 < interest < 300
    office.verify()


def test_what_heirs_paid_back_is_owed_to_the_pensioner(office: Office) -> None:
    """Reported too late for the grant, with 80.00 in the account: the rest of the 200.00 claimed is paid back."""
    end(office, reported_date="2017-05-03", event_date="2016-12-12")
    claim = Overpayment.objects.get()
    still_open = claim.open_fen
    if still_open:
        office.receive("COLLECTION", still_open, "TH1", date(2017, 5, 20))
        case = {"person": WANG, "amount_fen": still_open, "reference": "TH1"}
        office.carry("recovery.receive", case, on=date(2017, 5, 20))
    reinstate(office)
    office.verify()
    for month in (201705, 201706):
        office.pay(month, date(2017, 6, 21))
    assert paid_fen() - still_open == 6 * MONTHLY
    office.verify()


def test_money_that_was_paid_out_keeps_a_settlement_standing(office: Office) -> None:
    end(office)
    answer = office.carry("payout.collect", {"through": "2017-05-25"}, on=date(2017, 5, 25))
    with pytest.raises(Refused, match="请待银行回盘后办理"):
        reinstate(office, date(2017, 5, 25), "2017-05-24")
    office.settle(answer, date(2017, 5, 26))
    with pytest.raises(Refused, match="请待款项由银行退回后办理"):
        reinstate(office)
    assert not SettlementReversal.objects.exists()


def test_evidence_must_be_later_than_the_death_and_there_must_have_been_an_ending(office: Office) -> None:
    with pytest.raises(Refused, match="没有已终止并结算的待遇"):
        reinstate(office, date(2017, 5, 4), "2017-05-03")
    end(office)
    with pytest.raises(Refused, match="须有其后的依据"):
        reinstate(office, evidence_date="2017-02-12")


def test_a_pension_that_was_reinstated_can_end_again(office: Office) -> None:
    end(office)
    reinstate(office)
    for month in (201705, 201706):
        office.pay(month, date(2017, 6, 21))
    end(office, date(2017, 7, 10), event_date="2017-07-01", reported_date="2017-07-08")
    assert list(Settlement.objects.order_by("id").values_list("reversed", flat=True)) == [True, False]
    office.verify()
    answer = office.carry("payout.collect", {"through": "2017-07-25"}, on=date(2017, 7, 25))
    office.settle(answer, date(2017, 7, 26))
    office.verify()


def test_who_was_suspended_for_a_suspicion_is_paid_the_held_months_too(office: Office) -> None:
    case = {"person": WANG, "reason": "1299", "from_month": 201705, "memo": "疑似死亡", "due": "2017-12-31"}
    office.carry("award.suspend", case, on=date(2017, 5, 2))
    end(office, date(2017, 5, 20), event_date="2017-05-01", reported_date="2017-05-10")
    reinstate(office)
    office.pay(201705, date(2017, 6, 21))
    office.pay(201706, date(2017, 6, 22))
    assert paid_fen() == 6 * MONTHLY
    office.verify()


@pytest.mark.parametrize("days", [30, 45])
def test_a_suspension_that_an_ending_cut_off_rests_on_with_a_new_day(office: Office, ruled: Any, days: int) -> None:
    ruled("certification.notice_days", days)
    case = {"person": WANG, "reason": "1202", "from_month": 201705, "memo": "判决书", "due": "2017-12-31"}
    office.carry("award.suspend", case, on=date(2017, 5, 2))
    end(office, date(2017, 5, 20), event_date="2017-05-01", reported_date="2017-05-10")
    reinstate(office)
    again = AwardEvent.objects.filter(kind="SUSPENDED").select_related("act").latest("pk")
    assert again.due_date == again.act.business_date + timedelta(days=days)


def test_custody_does_not_end_with_the_error(office: Office) -> None:
    case = {"person": WANG, "reason": "1202", "from_month": 201705, "memo": "判决书", "due": "2017-12-31"}
    office.carry("award.suspend", case, on=date(2017, 5, 2))
    end(office, date(2017, 5, 20), event_date="2017-05-01", reported_date="2017-05-10")
    reinstate(office)
    assert Award.objects.get(person__resident_number=WANG).suspended_from == 201705
    office.verify()
    office.pay(201705, date(2017, 6, 21))
    assert paid_fen() == 4 * MONTHLY
