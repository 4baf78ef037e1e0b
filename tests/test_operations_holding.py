"""Between lock and release: lines are held, the rest is paid, and held months come back or end with the person."""

import random
from datetime import date

import pytest

from jubao.exchange.payout import read_payout
from jubao.ledger.balances import balances
from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.fault import Refused
from jubao.operations.inbound import keep
from jubao.operations.payments.batch import outbound_file
from jubao.records.models import BankLine, BatchStep, LineHold, PaymentBatch, Payout, PayrollLine, Settlement
from tests.office import READER, Office, number

pytestmark = pytest.mark.django_db
WANG, LI, SUN = number("19500505", 11), number("19510606", 12), number("19520707", 13)
BASIC = 8_500  # the basic pension of 2017 in fen a month
LOCKED, RELEASED = date(2017, 2, 6), date(2017, 2, 8)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register(
        *(
            {"name": name, "resident_number": who, "pension_start": 201301}
            for name, who in (("王甲", WANG), ("李乙", LI), ("孙丙", SUN))
        )
    )
    office.pay(201701, date(2017, 1, 5))
    return office


def lock(office: Office, month: int = 201702, on: date = LOCKED) -> Answer:
    return office.carry("payroll.calculate", {"month": month}, on=on)


def hold(office: Office, answer: Answer, *people: str, on: date = LOCKED) -> Answer:
    cases = [{"batch": answer.result["batch"], "person": who, "reason": "公安名单"} for who in people]
    return office.carry("payment.hold", *cases, on=on)


def states(person: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    lines = PayrollLine.objects.filter(person__resident_number=person, item="001001").order_by("id")
    for month, state in lines.values_list("month", "state"):
        found.setdefault(month, []).append(state)
    return found


def test_a_held_line_is_not_sent_and_the_rest_is_paid(office: Office) -> None:
    answer = lock(office)
    assert hold(office, answer, WANG).result == {"held": 1, "held_fen": BASIC}
    office.verify()
    office.settle(answer, RELEASED)
    office.verify()
    batch = PaymentBatch.objects.get(number=answer.result["batch"])
    step = BatchStep.objects.get(batch=batch, state="RELEASED")
    assert (batch.count, batch.total_fen, batch.state) == (3, 3 * BASIC, "RETURNED")
    assert (step.count, step.total_fen) == (2, 2 * BASIC)
    assert step.file_sha256 != batch.file_sha256
    sent = read_payout(outbound_file(batch.number))
    assert sorted(sent.columns["name"]) == ["孙丙", "李乙"]
    assert balances("FUND").get("PAYMENTS_IN_TRANSIT", 0) == 0
    assert states(WANG)[201702] == ["HELD"]


def test_without_a_hold_the_released_file_is_the_locked_one(office: Office) -> None:
    answer = lock(office)
    office.settle(answer, RELEASED)
    step = BatchStep.objects.get(batch__number=answer.result["batch"], state="RELEASED")
    assert step.file_sha256 == answer.result["file_sha256"]
    assert (step.count, step.total_fen) == (3, 3 * BASIC)


def test_a_held_month_is_paid_by_the_next_run_when_nothing_stands_against_it(office: Office) -> None:
    answer = lock(office)
    hold(office, answer, WANG)
    office.settle(answer, RELEASED)
    office.pay(201703, date(2017, 3, 6))
    office.verify()
    assert states(WANG) == {201701: ["PAID"], 201702: ["HELD", "PAID"], 201703: ["PAID"]}


def test_a_suspension_after_the_lock_holds_the_line_and_resumption_pays_it_back_once(office: Office) -> None:
    answer = lock(office)
    office.carry(
        "award.suspend", {"person": WANG, "reason": "1201", "from_month": 201702, "due": "2017-12-31"}, on=LOCKED
    )
    assert LineHold.objects.get().reason == "待遇暂停"
    office.settle(answer, RELEASED)
    office.pay(201703, date(2017, 3, 6))
    office.carry(
        "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": "2017-03-10"}, on=date(2017, 3, 10)
    )
    office.pay(201704, date(2017, 4, 6))
    office.verify()
    assert states(WANG) == {201701: ["PAID"], 201702: ["HELD", "PAID"], 201703: ["PAID"], 201704: ["PAID"]}


def test_a_month_held_for_custody_is_never_paid(office: Office) -> None:
    """Reason 1202 pays nothing back (domain 3.8): neither the held month nor those after it."""
    answer = lock(office)
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1202", "from_month": 201702, "due": "2017-12-31", "memo": "法院刑事判决书"},
        on=LOCKED,
    )
    office.settle(answer, RELEASED)
    office.pay(201703, date(2017, 3, 6))
    office.carry(
        "award.resume", {"person": WANG, "evidence": "刑满释放", "evidence_date": "2017-03-10"}, on=date(2017, 3, 10)
    )
    office.pay(201704, date(2017, 4, 6))
    office.verify()
    assert states(WANG) == {201701: ["PAID"], 201702: ["HELD"], 201704: ["PAID"]}


def test_a_back_payment_the_bank_refused_is_sent_again_although_its_months_were_suspended(office: Office) -> None:
    office.carry(
        "award.suspend", {"person": WANG, "reason": "1201", "from_month": 201702, "due": "2017-12-31"}, on=LOCKED
    )
    office.pay(201702, RELEASED)
    office.carry(
        "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": "2017-02-20"}, on=date(2017, 2, 20)
    )
    account = BankLine.objects.filter(person__resident_number=WANG).latest("id").account
    office.pay(201703, date(2017, 3, 6), failing={account: "211"})
    office.pay(201704, date(2017, 4, 6))
    office.verify()
    assert states(WANG)[201702] == ["FAILED", "PAID"]


def test_a_death_after_the_lock_holds_the_month_and_the_settlement_never_pays_it(office: Office) -> None:
    """Dead in January: February was locked, is held, and is neither paid nor claimed back."""
    answer = lock(office)
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-01-20", "reported_date": "2017-02-06", "burial": "土葬"},
        on=LOCKED,
    )
    office.settle(answer, RELEASED)
    office.pay(201703, date(2017, 3, 6))
    office.verify()
    settlement = Settlement.objects.get()
    assert (settlement.backpay_fen, settlement.overpaid_fen) == (0, 0)
    assert states(WANG) == {201701: ["PAID"], 201702: ["HELD"]}


def test_the_month_of_a_death_known_after_the_lock_is_paid_to_the_heirs(office: Office) -> None:
    """The month of death is due (domain 3.9): held in the batch, it goes to the heirs with the settlement."""
    answer = lock(office)
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-02-03", "reported_date": "2017-02-06", "burial": "土葬"},
        on=LOCKED,
    )
    office.settle(answer, RELEASED)
    office.verify()
    assert Settlement.objects.get().backpay_fen == BASIC
    assert Payout.objects.get(kind="BACKPAY").amount_fen == BASIC


def test_a_suspicion_held_after_the_lock_holds_the_line_with_its_reason(office: Office) -> None:
    columns = {
        "record_number": ["1"],
        "name": ["王甲"],
        "resident_number": [WANG],
        "death_date": [date(2017, 1, 20)],
        "origin": ["户籍注销"],
    }
    answer = lock(office)
    office.carry(
        "match.import",
        {
            "file": office.file("名单.xlsx", "death_list", columns),
            "list_kind": "POLICE_DEATH",
            "list_number": "GA-1",
            "received_from": "公安",
        },
        on=LOCKED,
    )
    office.carry(
        "match.hold", {"list_number": "GA-1", "person": WANG, "from_month": 201702, "due": "2017-03-31"}, on=LOCKED
    )
    assert LineHold.objects.get().candidate.match_list.number == "GA-1"
    office.settle(answer, RELEASED)
    office.carry(
        "match.clear",
        {"list_number": "GA-1", "person": WANG, "evidence": "本人到场", "evidence_date": "2017-02-20"},
        on=date(2017, 2, 20),
    )
    office.pay(201703, date(2017, 3, 6))
    office.verify()
    assert states(WANG)[201702] == ["HELD", "PAID"]


def test_a_batch_whose_lines_are_all_held_is_not_released(office: Office) -> None:
    answer = lock(office)
    hold(office, answer, WANG, LI, SUN)
    with pytest.raises(Refused, match="全部扣留"):
        office.settle(answer, RELEASED)
    office.verify()
    office.pay(201703, date(2017, 3, 6))
    office.verify()
    assert states(LI) == {201701: ["PAID"], 201702: ["HELD", "PAID"], 201703: ["PAID"]}


def test_after_release_and_for_strangers_nothing_can_be_held(office: Office) -> None:
    answer = lock(office)
    stranger = number("19400101", 99)
    with pytest.raises(Refused) as refused:
        hold(office, answer, stranger, "430602X")
    assert len(refused.value.faults) == 2
    hold(office, answer, WANG)
    with pytest.raises(Refused, match="已经扣留"):
        hold(office, answer, WANG)
    office.carry("payment.release", {"batch": answer.result["batch"]}, on=RELEASED, case_ref=answer.proposal)
    with pytest.raises(Refused, match="已放行"):
        hold(office, answer, LI, on=RELEASED)


def test_an_answer_of_the_bank_about_a_held_line_refuses_the_whole_file(office: Office) -> None:
    from jubao.exchange.payout import write_return

    answer = lock(office)
    hold(office, answer, WANG)
    case = {"batch": answer.result["batch"]}
    office.carry("payment.release", case, on=RELEASED, case_ref=answer.proposal)
    office.carry("payment.transmit", case, on=RELEASED, case_ref=answer.proposal)
    rows = BankLine.objects.filter(batch__number=case["batch"]).order_by("seq")
    columns = {
        "seq": [r.seq for r in rows],
        "personal_number": [r.payee_number for r in rows],
        "bank": [r.bank for r in rows],
        "name": [r.payee_name for r in rows],
        "account": [r.account for r in rows],
        "amount": [r.amount_fen for r in rows],
        "flag": ["1"] * 3,
        "code": [None] * 3,
    }
    path = office.folder / "回盘.txt"
    write_return(path, {"bank": "代发银行", "batch_no": case["batch"], "month": 201702}, columns)
    with pytest.raises(Refused, match="已扣留"):
        office.carry("payment.return", {"file": keep(path)}, on=RELEASED)


def test_a_held_single_sum_waits_for_the_next_collection(office: Office) -> None:
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-01-20", "burial": "火化", "reported_date": "2017-01-25"},
        on=date(2017, 1, 26),
    )
    answer = office.carry("payout.collect", {"through": "2017-02-10"}, on=date(2017, 2, 10))
    hold(office, answer, WANG, on=date(2017, 2, 10))
    office.verify()
    assert set(Payout.objects.values_list("state", flat=True)) == {"DUE"}
    again = office.carry("payout.collect", {"through": "2017-02-20"}, on=date(2017, 2, 20))
    office.settle(again, date(2017, 2, 21))
    office.verify()
    assert set(Payout.objects.values_list("state", flat=True)) == {"PAID"}


def test_a_held_delegated_month_is_paid_with_the_next(office: Office) -> None:
    columns = {
        "programme": ["801"],
        "resident_number": [number("19500909", 5)],
        "name": ["郑庚"],
        "division": [""],
        "bank": ["农业银行"],
        "bank_account": ["6228480012345670"],
        "monthly_amount": [8_000],
        "start_month": [201701],
    }
    office.carry(
        "delegated.enrol", {"file": office.file("代发.xlsx", "delegated_roster", columns)}, on=date(2017, 1, 10)
    )
    answer = office.carry("delegated.calculate", {"programme": "801", "month": 201701}, on=date(2017, 1, 20))
    payee = BankLine.objects.get(batch__number=answer.result["batch"]).payee_number
    hold(office, answer, payee, on=date(2017, 1, 20))
    office.verify()
    again = office.carry("delegated.calculate", {"programme": "801", "month": 201702}, on=date(2017, 2, 20))
    assert again.result["total_fen"] == 16_000
    office.settle(again, date(2017, 2, 21))
    office.verify()


def test_the_list_held_names_the_line_and_its_reason(office: Office) -> None:
    from jubao.reports.figures.window import Window
    from jubao.reports.lists.every_list import find_list
    from jubao.reports.lists.printing import sheet_of

    hold(office, lock(office), WANG)
    (row,) = sheet_of(find_list("held"), Window(2017, date(2017, 12, 31)), viewer=READER).rows
    assert row[3:5] == ("王甲", WANG)
    assert row[7:] == (BASIC, LOCKED, "公安名单", "")


def test_why_a_held_month_was_not_paid_is_explained(office: Office) -> None:
    from jubao.reports.explanation.pension import explain

    hold(office, lock(office), WANG)
    told = explain(WANG, 201702, viewer=READER)
    assert told["paid_fen"] == 0
    assert "锁定后扣留：公安名单" in told["why_not"][-1]


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_every_invariant_holds_whatever_happens_between_lock_and_release(seed: int) -> None:
    from jubao.simulation.bank import Bank
    from tests import test_operations_random as random_life

    life = random_life.Life(seed)
    dice = random.Random(seed)

    def anything(*acts: object, times: int) -> None:
        for _ in range(times):
            try:
                dice.choice(acts)(life)  # type: ignore[operator]
            except Refused:
                continue
            finally:
                life.office.verify()

    def keep_back(life: random_life.Life) -> None:
        waiting = list(BankLine.objects.filter(batch__state="LOCKED", result="").order_by("id"))
        line = dice.choice(waiting) if waiting else None
        number_ = line.payee_number if line else "0"
        case = {"batch": line.batch.number if line else "无", "person": number_, "reason": "试验"}
        life.office.carry("payment.hold", case, on=life.on)

    for _ in range(4):
        anything(random_life.suspect, random_life.suspend, random_life.resume, random_life.decide, times=2)
        try:
            answer = life.office.carry("payroll.calculate", {"month": life.month}, on=life.on)
        except Refused:  # nobody is left to be paid
            break
        life.day += 1
        anything(
            keep_back, random_life.suspend, random_life.terminate, random_life.suspect, random_life.decide, times=3
        )
        life.day += 1
        case = {"batch": answer.result["batch"]}
        if not BankLine.objects.filter(batch__number=case["batch"], result="").exists():
            with pytest.raises(Refused, match="全部扣留"):
                life.office.carry("payment.release", case, on=life.on, case_ref=answer.proposal)
        else:
            life.office.carry("payment.release", case, on=life.on, case_ref=answer.proposal)
            life.office.carry("payment.transmit", case, on=life.on, case_ref=answer.proposal)
            sent = outbound_file(case["batch"])
            anything(random_life.suspend, random_life.terminate, random_life.decide, times=1)
            failing = {f"62284800{place:011d}": "211" for place in range(1, 13) if dice.random() < 0.2}
            path = Bank(life.office.folder, "试验区").answer(sent, failing, account="DISBURSEMENT", on=life.on)
            life.office.carry("payment.return", {"file": keep(path)}, on=life.on)
        life.office.verify()
        life.month, life.day = (life.month + 1, 6)
    assert LineHold.objects.exists()
    assert PayrollLine.objects.filter(state="HELD").exists()


def test_a_suspension_dated_back_is_resumed_without_paying_a_month_twice(office: Office) -> None:
    office.pay(201702, RELEASED)
    office.carry(
        "award.suspend",
        {"person": WANG, "reason": "1201", "from_month": 201702, "due": "2017-12-31"},
        on=date(2017, 2, 20),
    )
    office.pay(201703, date(2017, 3, 6))
    office.carry(
        "award.resume", {"person": WANG, "evidence": "上门核实", "evidence_date": "2017-03-10"}, on=date(2017, 3, 10)
    )
    office.pay(201704, date(2017, 4, 6))
    office.verify()
    assert states(WANG) == {month: ["PAID"] for month in range(201701, 201705)}
