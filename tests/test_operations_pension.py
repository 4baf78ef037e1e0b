"""Pensions through the real acts: worked examples of the scheme, from award to the bank and back."""

from datetime import date, timedelta

import pytest

from jubao.ledger.balances import balances
from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AccountBalance,
    Award,
    AwardComponent,
    Enrolment,
    OverpaidMonth,
    Overpayment,
    Payout,
    PayrollLine,
    RecoveryEvent,
    Settlement,
)
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG = number("19500315", 1)  # past 60 at the launch of the scheme: base pension only
ACCOUNT_OF_WANG = "62284800" + f"{1:011d}"


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    return office


def paid(month: int, item: str | None = None) -> int:
    lines = PayrollLine.objects.filter(month=month, state="PAID")
    return sum(line.amount_fen for line in (lines.filter(item=item) if item else lines))


def pensioner(**said: object) -> dict[str, object]:
    return {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0} | said


def taken_over(office: Office, as_of: date, *people: dict[str, object]) -> None:
    """Take over a register the day after it stands for: payrolls begin with the month after it."""
    office.started = as_of + timedelta(days=1)
    office.register(*people, as_of=as_of)


def test_base_only_pension_of_2017_is_85_yuan(office: Office) -> None:
    """Domain 14 example 1: 70 national and 15 province."""
    office.register(pensioner())
    office.pay(201701, date(2017, 1, 5))
    assert (paid(201701, "001001"), paid(201701, "001002"), paid(201701)) == (7000, 1500, 8500)


def test_account_of_13900_gives_100_a_month(office: Office) -> None:
    """Domain 14 example 2 with example 4's cohort: born 1957-05, six years due, seven paid."""
    zhao = number("19570510", 3)
    office.register({"name": "赵乙", "resident_number": zhao, "contributed_years": 7, "personal": 1_390_000 - 8_688})
    # interest through 2017-05: 13813.12 × 1.5 % × 5 / 12 = 86.332 → 86.33; 13813.12 + 86.33 = 13899.45
    office.carry("award.grant", {"person": zhao, "applied_date": "2017-05-20"}, on=date(2017, 6, 1))
    award = Award.objects.get()
    assert (award.start_month, award.required_years, award.contributed_years) == (201706, 6, 7)
    assert award.balance_fen == 1_389_945
    office.pay(201706, date(2017, 6, 5))
    assert paid(201706) == 8500 + 10000  # 13899.45 / 139 = 99.996… → 100.00
    assert AccountBalance.objects.get(person=award.person).balance_fen == 1_389_945 - 10_000


def test_arrears_of_years_refuse_the_award(office: Office) -> None:
    """Domain 14 example 5: born 1957-12, four of six years paid."""
    qian = number("19571205", 5)
    office.register({"name": "钱丙", "resident_number": qian, "contributed_years": 4, "personal": 40_000})
    with pytest.raises(Refused) as refused:
        office.carry("award.grant", {"person": qian, "applied_date": "2018-01-10"}, on=date(2018, 1, 10))
    assert "应缴 6 年，实缴 4 年，欠费 2 年" in refused.value.faults[0]


def test_a_shortfall_paid_later_starts_the_pension_the_month_after(office: Office) -> None:
    """Domain 14 example 5, second half: pays two years in 2018-02, first month 2018-03."""
    qian = number("19571205", 5)
    office.register({"name": "钱丙", "resident_number": qian, "contributed_years": 4, "personal": 40_000})
    for year in (2016, 2017):
        office.contribute(qian, "钱丙", 10_000, date(2018, 2, 10), year=year)
    office.carry("contribution.credit", {"through": "2018-02-28"}, on=date(2018, 2, 28))
    office.carry("award.grant", {"person": qian, "applied_date": "2018-02-28"}, on=date(2018, 3, 1))
    assert Award.objects.get().start_month == 201803


def test_resumption_after_missing_certification_pays_back_every_month(office: Office) -> None:
    """Domain 14 example 10: held 2017-04 to 2017-09, certified in October."""
    office.register(pensioner())
    for month in (201701, 201702, 201703):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1201", "from_month": 201704, "due": "2017-12-31"},
        on=date(2017, 3, 20),
    )
    with pytest.raises(Refused, match="没有应发放的待遇"):
        office.carry("payroll.calculate", {"month": 201704}, on=date(2017, 4, 5))
    office.carry(
        "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": "2017-10-02"}, on=date(2017, 10, 3)
    )
    office.pay(201704, date(2017, 10, 5))
    assert paid(201704) == 8500


def test_two_people_one_held_one_paid_and_back_pay_lines_bear_their_own_month(office: Office) -> None:
    other = number("19490101", 7)
    taken_over(
        office, date(2017, 2, 28), pensioner(), {"name": "孙丁", "resident_number": other, "pension_start": 201108}
    )
    office.pay(201703, date(2017, 3, 5))
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1201", "from_month": 201704, "due": "2017-12-31"},
        on=date(2017, 3, 20),
    )
    for month in range(201704, 201710):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": "2017-10-02"}, on=date(2017, 10, 3)
    )
    office.pay(201710, date(2017, 10, 5))
    lines = PayrollLine.objects.filter(person__resident_number=WANG, month__gte=201704, item="001001")
    assert sorted(lines.values_list("month", "kind")) == [(m, "12") for m in range(201704, 201710)] + [(201710, "")]


def test_custody_pays_nothing_back(office: Office) -> None:
    """Domain 14 example 11."""
    other = number("19490101", 7)
    taken_over(
        office, date(2017, 2, 28), pensioner(), {"name": "孙丁", "resident_number": other, "pension_start": 201108}
    )
    office.pay(201703, date(2017, 3, 5))
    case = {"person": WANG, "reason": "1202", "from_month": 201704, "memo": "判决书", "due": "2017-12-31"}
    office.carry("award.suspend", case, on=date(2017, 3, 20))
    office.pay(201704, date(2017, 4, 5))
    office.carry(
        "award.resume", {"person": WANG, "evidence": "释放证明", "evidence_date": "2017-04-28"}, on=date(2017, 5, 2)
    )
    office.pay(201705, date(2017, 5, 5))
    mine = PayrollLine.objects.filter(person__resident_number=WANG)
    assert sorted(set(mine.values_list("month", flat=True))) == [201703, 201705]


def test_a_failed_line_is_paid_by_the_next_run_and_never_twice(office: Office) -> None:
    office.register(pensioner(), {"name": "孙丁", "resident_number": number("19490101", 7), "pension_start": 201108})
    office.pay(201701, date(2017, 1, 5), failing={ACCOUNT_OF_WANG: "211"})
    assert paid(201701) == 8500
    assert balances("FUND").get("PAYMENTS_IN_TRANSIT", 0) == 0
    office.pay(201702, date(2017, 2, 6))
    mine = PayrollLine.objects.filter(person__resident_number=WANG, state="PAID", item="001001")
    assert sorted(mine.values_list("month", "kind")) == [(201701, "16"), (201702, "")]
    office.pay(201703, date(2017, 3, 6))
    assert paid(201701) == 17000


def test_a_month_is_run_once(office: Office) -> None:
    office.register(pensioner())
    office.pay(201701, date(2017, 1, 5))
    with pytest.raises(Refused, match="应接着发放 201702"):
        office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 6))


def dead_in_march(office: Office, **said: object) -> Settlement:
    office.register(pensioner(**said))
    for month in range(201701, 201709):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.terminate",
        {
            "person": WANG,
            "reason": "1401",
            "event_date": "2017-03-12",
            "reported_date": "2017-03-20",
            "burial": "火化",
            "heir_name": "王小",
            "heir_account": "6228480012345678901",
        },
        on=date(2017, 8, 20),
    )
    return Settlement.objects.get()


def test_a_late_death_is_offset_against_account_and_grant(office: Office) -> None:
    """Domain 3.9 and 14 example 8: 100 a month, five months too many, balance 375 with the returned part.

    The account holds 420 at the takeover; eight draws of 15 leave 300, five come back: 375. Interest of the
    year through July is added by the account rule: 420 × 7 months less draws of months 1..7 times what is
    left, 15 × (6+5+4+3+2+1+0): (2940 − 315) × 1.5 % / 12 = 3.28.
    """
    settlement = dead_in_march(office, personal=42_000, pension_personal=1_500)
    assert settlement.overpaid_fen == 50_000
    assert settlement.refundable_fen == 37_500 + 328
    assert settlement.funeral_fen == 100_000
    assert (settlement.offset_fen, settlement.to_recover_fen) == (50_000, 0)
    assert settlement.refund_fen == 87_500 + 328
    assert Overpayment.objects.get().open_fen == 0
    assert RecoveryEvent.objects.get().kind == "OFFSET"


def test_without_a_grant_the_rest_is_still_to_recover(office: Office) -> None:
    """The same death reported too late for the grant: credit 375 and interest, 125 less interest open."""
    office.register(pensioner(personal=42_000, pension_personal=1_500))
    for month in range(201701, 201709):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-03-12", "reported_date": "2017-08-19", "burial": "火化"},
        on=date(2017, 8, 20),
    )
    settlement = Settlement.objects.get()
    assert (settlement.funeral_fen, settlement.refund_fen) == (0, 0)
    assert settlement.to_recover_fen == 50_000 - 37_828
    office.receive("COLLECTION", 12_172, "ZH1", date(2017, 9, 1))
    office.carry("recovery.receive", {"person": WANG, "amount_fen": 12_172, "reference": "ZH1"}, on=date(2017, 9, 1))
    assert Overpayment.objects.get().open_fen == 0
    assert balances("FUND").get("RECOVERABLE_OVERPAYMENTS", 0) == 0


def test_nobody_can_take_back_more_than_is_open(office: Office) -> None:
    dead_in_march(office, personal=42_000, pension_personal=1_500)
    office.receive("COLLECTION", 100, "ZH2", date(2017, 9, 1))
    with pytest.raises(Refused, match="没有未追回金额"):
        office.carry("recovery.receive", {"person": WANG, "amount_fen": 100, "reference": "ZH2"}, on=date(2017, 9, 1))


def test_an_ended_relation_is_paid_out_once_and_everything_returns_to_zero(office: Office) -> None:
    settlement = dead_in_march(office, personal=42_000, pension_personal=1_500)
    answer = office.carry("payout.collect", {"through": "2017-08-25"}, on=date(2017, 8, 25))
    office.settle(answer, date(2017, 8, 26))
    assert sum(Payout.objects.filter(state="PAID").values_list("amount_fen", flat=True)) == settlement.refund_fen
    assert AccountBalance.objects.filter(balance_fen__gt=0).count() == 0
    book = balances("FUND")
    assert (book.get("PAYMENTS_IN_TRANSIT", 0), book.get("RECOVERABLE_OVERPAYMENTS", 0)) == (0, 0)
    enrolment = Enrolment.objects.get()
    assert (enrolment.enrolment_state, enrolment.contribution_state) == ("4", "3")
    again = office.carry("payout.collect", {"through": "2017-08-27"}, on=date(2017, 8, 27))
    assert again.result["batch"] is None


def test_termination_waits_while_money_is_on_its_way(office: Office) -> None:
    office.register(pensioner())
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=date(2017, 1, 5), case_ref=answer.proposal)
    with pytest.raises(Refused) as refused:
        office.carry(
            "award.terminate", {"person": WANG, "reason": "1401", "event_date": "2017-01-02"}, on=date(2017, 1, 6)
        )
    assert "在途" in refused.value.faults[0]


def test_a_death_while_suspended_pays_the_months_alive(office: Office) -> None:
    """Held from February, dead in April: February to April are owed (type 15)."""
    other = number("19490101", 7)
    office.register(pensioner(), {"name": "孙丁", "resident_number": other, "pension_start": 201108})
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1201", "from_month": 201702, "due": "2017-12-31"},
        on=date(2017, 1, 20),
    )
    for month in range(201702, 201707):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-04-30", "reported_date": "2017-05-02", "burial": "土葬"},
        on=date(2017, 6, 20),
    )
    settlement = Settlement.objects.get()
    assert (settlement.backpay_fen, settlement.overpaid_fen, settlement.refund_fen) == (25_500, 0, 25_500)


def test_a_second_pension_gives_back_the_basic_part_only(office: Office) -> None:
    """Domain 4.3: from the month the employees' pension starts, 85 a month comes back, the account part does not."""
    office.register(pensioner(personal=42_000, pension_personal=1_500, province=5_000))
    for month in range(201701, 201704):
        office.pay(month, date(2017, month % 100, 5))
    office.carry(
        "award.terminate", {"person": WANG, "reason": "1407", "event_date": "2017-02-10"}, on=date(2017, 3, 20)
    )
    settlement = Settlement.objects.get()
    assert settlement.overpaid_fen == 2 * 8_500
    # personal 420 less three draws of 15 is 375; interest of two months on 470: (47000×2 − 1500)×1.5 %/12 = 115.6
    # → 1.16, of which the personal part by largest remainder is 1.03; the province's 50 stay in the fund
    assert settlement.refundable_fen == 37_500 + 103


def rise_of_2018(office: Office) -> None:
    office.carry("award.adjust", {"month": 201801, "notice": "人社部规〔2018〕3号"}, on=date(2018, 6, 1))


def test_a_late_notice_makes_up_every_month_already_paid(office: Office) -> None:
    """Domain 14 example 12: 85 to 103 from 2018-01, processed in June: 18 × 5 = 90."""
    taken_over(office, date(2017, 12, 31), pensioner())
    for month in range(201801, 201806):
        office.pay(month, date(2018, month % 100, 5))
    rise_of_2018(office)
    office.pay(201806, date(2018, 6, 5))
    lines = PayrollLine.objects.filter(batch__month=201806)
    assert sum(line.amount_fen for line in lines if line.kind == "13") == 9_000
    assert sum(line.amount_fen for line in lines if line.kind == "") == 10_300
    assert sorted({line.month for line in lines if line.kind == "13"}) == list(range(201801, 201806))
    office.verify()
    office.pay(201807, date(2018, 7, 5))
    assert paid(201807) == 10_300
    office.verify()


def test_a_rise_reaches_the_held_at_resumption_and_pays_each_month_once(office: Office) -> None:
    other = number("19490101", 7)
    taken_over(
        office, date(2017, 12, 31), pensioner(), {"name": "孙丁", "resident_number": other, "pension_start": 201108}
    )
    office.pay(201801, date(2018, 1, 5))
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1201", "from_month": 201802, "due": "2018-12-31"},
        on=date(2018, 1, 20),
    )
    for month in range(201802, 201806):
        office.pay(month, date(2018, month % 100, 5))
    rise_of_2018(office)
    office.carry(
        "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": "2018-06-02"}, on=date(2018, 6, 3)
    )
    office.pay(201806, date(2018, 6, 5))
    mine = PayrollLine.objects.filter(person__resident_number=WANG, state="PAID")
    assert sum(line.amount_fen for line in mine) == 6 * 10_300
    office.verify()


def test_a_rise_that_changes_nothing_is_refused(office: Office) -> None:
    office.register(pensioner())
    with pytest.raises(Refused, match="没有需要调整"):
        office.carry("award.adjust", {"month": 201707, "notice": "无"}, on=date(2017, 7, 1))


def test_a_rate_announced_later_is_not_known_to_an_award_signed_before(office: Office) -> None:
    """88.00 from 2018-01 was announced in May 2018: an award of December 2017 carries 70.00, like everybody's."""
    zhao = number("19571210", 3)
    office.register({"name": "赵乙", "resident_number": zhao, "contributed_years": 7, "personal": 139_000})
    office.carry("award.grant", {"person": zhao, "applied_date": "2017-12-15"}, on=date(2017, 12, 20))
    assert Award.objects.get().start_month == 201801
    assert AwardComponent.objects.get(item="001001").amount_fen == 7_000
    with pytest.raises(Refused, match="没有需要调整"):
        office.carry("award.adjust", {"month": 201801, "notice": "传闻"}, on=date(2018, 1, 4))
    office.pay(201801, date(2018, 1, 5))
    assert paid(201801, "001001") == 7_000
    rise_of_2018(office)
    office.pay(201802, date(2018, 6, 5))
    assert PayrollLine.objects.get(kind="13").amount_fen == 1_800
    office.verify()


def test_an_award_signed_after_the_notice_carries_the_new_rate_from_its_month(office: Office) -> None:
    zhao = number("19571210", 3)
    office.register({"name": "赵乙", "resident_number": zhao, "contributed_years": 7, "personal": 139_000})
    office.carry("award.grant", {"person": zhao, "applied_date": "2018-05-15"}, on=date(2018, 5, 21))
    assert AwardComponent.objects.get(item="001001").amount_fen == 8_800
    with pytest.raises(Refused, match="没有需要调整"):
        rise_of_2018(office)
    office.verify()


def test_what_is_claimed_for_months_before_the_takeover_is_what_was_paid(office: Office) -> None:
    """Dead in October 2016, found in February: November and December are claimed with their account part, too."""
    office.register(pensioner(personal=42_000, pension_personal=1_500))
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2016-10-12", "reported_date": "2017-01-20", "burial": "土葬"},
        on=date(2017, 2, 1),
    )
    settlement = Settlement.objects.get()
    assert settlement.overpaid_fen == 3 * 10_000
    claimed = OverpaidMonth.objects.filter(item="002001").order_by("month")
    assert list(claimed.values_list("month", "amount_fen")) == [(m, 1_500) for m in (201611, 201612, 201701)]
    # the account held 420 at the takeover; every claimed part of it returns and goes to the heirs with the interest
    assert settlement.refundable_fen - (42_000 + 2 * 1_500) in range(100)
    office.verify()


def test_one_request_adjusts_once(office: Office) -> None:
    office.register(pensioner())
    case = {"month": 201801, "notice": "人社部规〔2018〕3号"}
    with pytest.raises(Refused):
        office.carry("award.adjust", case, case, on=date(2018, 6, 1))
