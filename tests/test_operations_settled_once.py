"""A settlement pays what is due once and all of it: same facts, same total, whatever had happened to the months before."""

import random
from datetime import date

import pytest

from jubao.ledger.balances import balances
from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AccountBalance,
    AuditEvent,
    BackpayMonth,
    Payout,
    PayrollLine,
    PensionMonth,
    Settlement,
)
from jubao.reports.invariants.verification import verify
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, SUN = number("19500315", 1), number("19490101", 7)
BASIC, ACCOUNT, HELD = 8_500, 30_000, 1_000_000
"""Fen a month of 2017 (70 centre and 15 province), out of the account, and in the account at the takeover."""
WANG_IS_PAID_TO = "62284800" + f"{1:011d}"
HEIR = {"heir_name": "王子", "heir_account": "7777777777"}


def pensioner(**said: object) -> dict[str, object]:
    """Wang as the register has him."""
    return {
        "name": "王甲",
        "resident_number": WANG,
        "pension_start": 201701,
        "contributed_years": 15,
        "personal": HELD,
        "pension_personal": ACCOUNT,
    } | said


def opened(**said: object) -> Office:
    office = Office()
    office.open_fund()
    other = {"name": "孙丁", "resident_number": SUN, "pension_start": 201108, "contributed_years": 0}
    office.register(pensioner(**said), other)
    return office


def died(office: Office, day: str, on: date) -> Settlement:
    office.carry("award.terminate", {"person": WANG, "reason": "1401", "event_date": day} | HEIR, on=on)
    office.verify()
    return Settlement.objects.get(person__resident_number=WANG)


def received() -> tuple[int, int]:
    """What Wang was paid, and what is owed to his heir, fen."""
    lines = PayrollLine.objects.filter(person__resident_number=WANG, state="PAID").values_list("amount_fen", flat=True)
    return sum(lines), sum(Payout.objects.exclude(state="VOID").values_list("amount_fen", flat=True))


def live(office: Office, fate: random.Random) -> None:
    """Half a year in which the months reach Wang, are refused, come back weeks later, or are held; never paid twice."""
    suspended = 0
    for month in range(201701, 201707):
        day = date(2017, month % 100, 20)
        what = fate.choice(["paid", "paid", "refused", "returned", "suspend", "resume"])
        if what == "suspend" and not suspended:
            office.carry(
                "award.suspend",
                {"person": WANG, "reason": "1299", "from_month": month, "memo": "线索", "due": "2017-12-31"},
                on=day,
            )
            suspended = month
        elif what == "resume" and suspended:
            office.carry(
                "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": day.isoformat()}, on=day
            )
            suspended = 0
        office.pay(month, day, failing={WANG_IS_PAID_TO: "211"} if what == "refused" else {})
        paid = PensionMonth.objects.filter(person__resident_number=WANG, batch__month=month, state="PAID")
        if what == "returned" and paid.exists():
            line = paid.select_related("bank_line__batch")[0].bank_line
            office.receive("DISBURSEMENT", line.amount_fen, f"TP{month}", day)
            came_back = {"person": WANG, "reference": f"TP{month}", "batch": line.batch.number, "reason": "销户"}
            office.carry("payment.returned_late", came_back, on=day)
    office.verify()


def test_whoever_was_paid_and_whoever_was_suspended_leave_the_same() -> None:
    """Dead on June 25, ended on July 1: one was paid every month, one was held from January on.

    Each got or is owed 6 × (85 + 300) = 2310.00, and the account without the six months: 10000 − 6 × 300 = 8200.00,
    with interest of January to June at 1.5 %: (10000 × 6 − 300 × (5+4+3+2+1)) × 1.5 % / 12 = 69.375 → 69.38.
    """
    twin = number("19500315", 3)
    office = Office()
    office.open_fund()
    office.register(pensioner(), pensioner(name="王乙", resident_number=twin))
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1299", "from_month": 201701, "memo": "线索", "due": "2017-12-31"},
        on=date(2017, 1, 4),
    )
    for month in range(201701, 201707):
        office.pay(month, date(2017, month % 100, 20))
    for person in (WANG, twin):
        office.carry(
            "award.terminate",
            {"person": person, "reason": "1401", "event_date": "2017-06-25"} | HEIR,
            on=date(2017, 7, 1),
        )
    totals = {}
    for person in (WANG, twin):
        lines = PayrollLine.objects.filter(person__resident_number=person, state="PAID")
        owed = Payout.objects.filter(person__resident_number=person)
        totals[person] = sum(row.amount_fen for row in (*lines, *owed))
    assert totals == {WANG: 231_000 + 820_000 + 6_938, twin: 231_000 + 820_000 + 6_938}
    held = Settlement.objects.get(person__resident_number=WANG)
    assert (held.backpay_fen, held.drawn_fen, held.refundable_fen) == (231_000, 180_000, 826_938)
    office.verify()


@pytest.mark.parametrize("seed", range(12))
def test_the_total_is_the_same_whatever_became_of_the_months(seed: int) -> None:
    """Half a year of refusals, returns, suspensions and resumptions, then a death of June: 10 579.38 as above.

    Months a later payroll paid left the account when they were paid, as the rule of interest has it; the account earned
    on them until then, one month's interest of 300.00 for each month they came late.
    """
    office = opened()
    live(office, random.Random(seed))
    died(office, "2017-06-25", date(2017, 7, 1))
    late = PensionMonth.objects.filter(person__resident_number=WANG, state="PAID").select_related("batch")
    months_late = sum(row.batch.month - row.month for row in late)
    earned = (HELD * 6 - ACCOUNT * 15 + ACCOUNT * months_late) * 15_000
    interest = (2 * earned + 12_000_000) // (2 * 12_000_000)
    assert sum(received()) == 6 * BASIC + HELD + interest


@pytest.mark.parametrize("on", [date(2017, 2, 4), date(2017, 2, 24)], ids=["before the payroll", "after it"])
def test_a_death_is_settled_alike_before_and_after_the_payroll_of_its_month(on: date) -> None:
    """Dead on February 2, ended on the 4th or on the 24th; the payroll of February runs on the 20th.

    January and February are due: 2 × 385.00. The account: 10000 − 600 = 9400.00 and interest of January,
    10000 × 1.5 % / 12 = 12.50; what leaves it in February earned for January as well.
    """
    office = opened()
    office.pay(201701, date(2017, 1, 20))
    if on.day < 20:
        died(office, "2017-02-02", on)
    office.pay(201702, date(2017, 2, 20))
    if on.day > 20:
        died(office, "2017-02-02", on)
    office.verify()
    paid, owed = received()
    assert paid + owed == 2 * (BASIC + ACCOUNT) + 940_000 + 1_250
    assert paid == (38_500 if on.day < 20 else 77_000), "of a pension that ended no run pays anything"


# ── A rise owed, and an ending that was none ──


def risen() -> Office:
    """Wang and Sun draw 85.00 until a notice of June 2018 gives them 103.00 from January on: 5 × 18.00 are owed."""
    office = Office(started=date(2018, 1, 3))
    office.open_fund()
    office.register(
        pensioner(pension_start=201108, contributed_years=0, personal=0, pension_personal=0),
        {"name": "孙丁", "resident_number": SUN, "pension_start": 201108, "contributed_years": 0},
        as_of=date(2017, 12, 31),
    )
    for month in range(201801, 201806):
        office.pay(month, date(2018, month % 100, 5))
    office.carry("award.adjust", {"month": 201801, "notice": "人社部规〔2018〕3号"}, on=date(2018, 6, 1))
    return office


def test_a_rise_nobody_paid_yet_is_owed_to_the_heir() -> None:
    """Dead on June 2: five differences of 18.00 and June's 103.00, 193.00; no run takes any of it."""
    office = risen()
    assert died(office, "2018-06-02", date(2018, 6, 3)).backpay_fen == 5 * 1_800 + 10_300
    office.pay(201806, date(2018, 6, 5))
    office.verify()
    assert not PayrollLine.objects.filter(person__resident_number=WANG, batch__month=201806).exists()


def test_a_rise_the_bank_refused_is_owed_to_the_heir() -> None:
    """June's run carried the differences and June, and was refused: the same 193.00."""
    office = risen()
    office.pay(201806, date(2018, 6, 5), failing={WANG_IS_PAID_TO: "211"})
    assert died(office, "2018-06-02", date(2018, 6, 27)).backpay_fen == 5 * 1_800 + 10_300
    listed = BackpayMonth.objects.order_by("month", "item").values_list("month", "amount_fen")
    assert list(listed)[:5] == [(month, 1_800) for month in range(201801, 201806)]


def test_a_rise_of_months_after_the_death_is_owed_to_nobody() -> None:
    """Dead on March 2: three differences; April and May with theirs were never due, what was paid of them is claimed."""
    settlement = died(risen(), "2018-03-02", date(2018, 6, 3))
    assert (settlement.backpay_fen, settlement.overpaid_fen) == (3 * 1_800, 2 * 8_500)


def test_an_ending_that_was_none_owes_the_month_its_settlement_was_to_pay() -> None:
    """Ended on February 4 for a death of the 2nd; alive: March's run pays February and March, and the account is whole.

    Account: 10000 less January and, in March, February and March at 300.00 each.
    """
    office = opened()
    office.pay(201701, date(2017, 1, 20))
    died(office, "2017-02-02", date(2017, 2, 4))
    office.pay(201702, date(2017, 2, 20))
    office.carry(
        "award.reinstate", {"person": WANG, "evidence": "本人到场", "evidence_date": "2017-03-01"}, on=date(2017, 3, 2)
    )
    office.verify()
    office.pay(201703, date(2017, 3, 20))
    office.verify()
    mine = PayrollLine.objects.filter(person__resident_number=WANG, state="PAID", item="001001")
    assert sorted(mine.values_list("month", "kind")) == [(201701, ""), (201702, "12"), (201703, "")]
    held = AccountBalance.objects.get(person__resident_number=WANG, source="PERSONAL").balance_fen
    assert held == HELD - 3 * ACCOUNT + 1_250, "the interest of January was settled with the ending and stays"


# ── What comes back from the bank after the settlement, and the dead man's account ──


def ended_and_returned(office: Office) -> None:
    """Paid for January on the 20th, dead on the 28th, settled on February 4; on the 7th January comes back."""
    office.pay(201701, date(2017, 1, 20))
    died(office, "2017-01-28", date(2017, 2, 4))
    office.receive("DISBURSEMENT", BASIC + ACCOUNT, "TP1", date(2017, 2, 6))


CAME_BACK = {"person": WANG, "reference": "TP1", "reason": "销户"}


def test_what_comes_back_after_the_settlement_is_owed_to_whoever_the_settlement_pays() -> None:
    """385.00 came back: they go to the heir of the settlement, and are booked as the pension they are when paid."""
    office = opened()
    ended_and_returned(office)
    office.carry("payment.returned_late", CAME_BACK, on=date(2017, 2, 7))
    office.verify()
    owed = Payout.objects.get(kind="RETURNED")
    assert (owed.payee_name, owed.payee_account, owed.amount_fen) == ("王子", "7777777777", BASIC + ACCOUNT)
    assert not AccountBalance.objects.filter(person__resident_number=WANG, balance_fen__gt=0).exists()
    paid = office.carry("payout.collect", {"through": "2017-02-08"}, on=date(2017, 2, 8))
    office.settle(paid, date(2017, 2, 9))
    office.verify()
    # 385.00 paid in February instead of January; the account without January's 300.00, with its interest of 12.50
    assert received() == (0, BASIC + ACCOUNT + HELD - ACCOUNT + 1_250)
    spent = balances("FUND")
    assert (spent["BASIC_PENSION_CENTRAL"], spent["ACCOUNT_PENSION"]) == (2 * 7_000, ACCOUNT), (
        "Wang's January and Sun's"
    )
    assert spent.get("RETURNED_PAYMENTS", 0) == 0


def test_another_heir_is_paid_on_evidence_only() -> None:
    office = opened()
    ended_and_returned(office)
    other = CAME_BACK | {"payee_name": "王女", "payee_account": "8888888888"}
    with pytest.raises(Refused, match="付给继承人须有继承关系证明"):
        office.carry("payment.returned_late", other, on=date(2017, 2, 7))
    office.carry("payment.returned_late", other | {"heir_evidence": "公证书 2017-3"}, on=date(2017, 2, 7))
    assert Payout.objects.get(kind="RETURNED").payee_account == "8888888888"
    office.verify()


def test_an_ending_that_was_none_takes_back_what_was_owed_on_afterwards() -> None:
    """Alive after all: the heir is owed nothing, the account is whole, and February's run pays January and February."""
    office = opened()
    ended_and_returned(office)
    office.carry("payment.returned_late", CAME_BACK, on=date(2017, 2, 7))
    office.carry(
        "award.reinstate", {"person": WANG, "evidence": "本人到场", "evidence_date": "2017-02-08"}, on=date(2017, 2, 9)
    )
    assert set(Payout.objects.values_list("state", flat=True)) == {"VOID"}
    held = AccountBalance.objects.get(person__resident_number=WANG, source="PERSONAL")
    assert held.balance_fen == HELD + 1_250
    office.verify()
    office.pay(201702, date(2017, 2, 20))
    office.verify()
    assert received() == (2 * (BASIC + ACCOUNT), 0)


def test_the_account_of_somebody_settled_as_dead_is_not_changed() -> None:
    office = opened()
    died(office, "2017-01-02", date(2017, 1, 4))
    new = {"person": WANG, "bank": "农业银行", "bank_account": "6228480099999999"}
    with pytest.raises(Refused, match="已按死亡终止结算，不再变更本人账户"):
        office.carry("account.rebind", new, on=date(2017, 1, 5))


def test_a_month_a_settlement_lists_without_being_due_is_found() -> None:
    """January was paid, and somebody lists it once more, past the program."""
    office = opened()
    office.pay(201701, date(2017, 1, 20))
    settlement = died(office, "2017-01-28", date(2017, 2, 4))
    wrong = {"month": 201701, "item": "001001", "amount_fen": 7_001}
    BackpayMonth.objects.create(act=AuditEvent.objects.latest("id"), settlement=settlement, **wrong)
    told = [violation.text for finding in verify(["I-24"]) for violation in finding.violations]
    assert "201701 月 001001 应发 7000 分，已发 7000 分，结算列补发 7001 分" in told
