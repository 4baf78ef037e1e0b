"""Money out: suspicions held before the lock, rosters that end, payments that come back, and one batch at a time."""

from datetime import date, timedelta
from typing import Any

import pytest

from jubao.exchange.payout import read_payout
from jubao.ledger.balances import balances
from jubao.ledger.models import Voucher
from jubao.operations.envelope.acting import Answer
from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.declaration import ACTS, ONE
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.view import View
from jubao.operations.payments.batch import outbound_file
from jubao.policy.store import Policy
from jubao.records.models import (
    AccountBalance,
    BankLine,
    DelegatedLine,
    DelegatedPayee,
    LineHold,
    PaymentBatch,
    PayrollLine,
    PayrollRun,
)
from jubao.records.programmes import DelegatedPayeeEvent, DelegatedReturn, LateReturn
from tests.office import Office, number

pytestmark = pytest.mark.django_db
WANG, LI, SUN = number("19500505", 11), number("19510606", 12), number("19520707", 13)
ZHENG, FENG = number("19500909", 5), number("19501010", 6)
BASIC = 8_500  # the basic pension of 2017 in fen a month
LOCKED, RELEASED = date(2017, 2, 6), date(2017, 2, 8)


@pytest.fixture
def office() -> Office:
    """Three pensioners, one with an account part, and money."""
    office = Office()
    office.open_fund()
    people = (("王甲", WANG, {"personal": 50_000, "pension_personal": 300}), ("李乙", LI, {}), ("孙丙", SUN, {}))
    office.register(
        *({"name": name, "resident_number": who, "pension_start": 201301, **more} for name, who, more in people)
    )
    return office


def refuse(office: Office, code: str, *cases: dict[str, Any], on: date = LOCKED, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on, **more)
    return refused.value


def states(person: str, item: str = "001001") -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    lines = PayrollLine.objects.filter(person__resident_number=person, item=item).order_by("id")
    for month, state in lines.values_list("month", "state"):
        found.setdefault(month, []).append(state)
    return found


def import_deaths(office: Office, name: str, who: str, on: date, list_number: str = "GA-1") -> None:
    columns = {
        "record_number": ["1"],
        "name": [name],
        "resident_number": [who],
        "death_date": [on - timedelta(days=1)],
        "origin": ["户籍注销"],
    }
    file = office.file("名单.xlsx", "death_list", columns)
    case = {"file": file, "list_kind": "POLICE_DEATH", "list_number": list_number, "received_from": "公安"}
    office.carry("match.import", case, on=on)


# ── Payroll: a fresh hit holds the line ──


def test_whoever_is_on_a_death_list_is_held_by_the_payroll_itself_until_somebody_decides(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    import_deaths(office, "王甲", WANG, LOCKED)
    answer = office.carry("payroll.calculate", {"month": 201702}, on=LOCKED)
    assert (answer.result["people"], answer.result["held"], answer.result["held_fen"]) == (3, 1, BASIC + 300)
    assert any("未了结的疑点" in notice for notice in answer.preview["notices"])
    assert LineHold.objects.get().candidate.match_list.number == "GA-1"
    office.settle(answer, RELEASED)
    assert sorted(read_payout(outbound_file(answer.result["batch"])).columns["name"]) == ["孙丙", "李乙"]
    evidence = {"evidence": "本人到场", "evidence_date": "2017-02-20"}
    office.carry("match.clear", {"list_number": "GA-1", "person": WANG, **evidence}, on=date(2017, 2, 20))
    office.pay(201703, date(2017, 3, 6))
    office.verify()
    assert states(WANG) == {201701: ["PAID"], 201702: ["HELD", "PAID"], 201703: ["PAID"]}


def test_a_suspicion_nobody_decides_holds_month_after_month_and_loses_none(office: Office) -> None:
    import_deaths(office, "王甲", WANG, date(2017, 1, 4))
    for month, on in ((201701, date(2017, 1, 5)), (201702, LOCKED)):
        office.pay(month, on)
    assert states(WANG) == {201701: ["HELD", "HELD"], 201702: ["HELD"]}
    evidence = {"evidence": "本人到场", "evidence_date": "2017-02-20"}
    office.carry("match.clear", {"list_number": "GA-1", "person": WANG, **evidence}, on=date(2017, 2, 20))
    office.pay(201703, date(2017, 3, 6))
    office.verify()
    assert {month: some[-1] for month, some in states(WANG).items()} == dict.fromkeys([201701, 201702, 201703], "PAID")


def test_everybody_without_an_account_is_named_before_the_lock() -> None:
    bare = Office()
    bare.register(
        *(
            {"name": name, "resident_number": who, "pension_start": 201301, "bank_account": ""}
            for name, who in (("王甲", WANG), ("李乙", LI))
        )
    )
    refusal = refuse(bare, "payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    assert ["没有可用的银行账户" in fault for fault in refusal.faults] == [True, True]
    assert not PaymentBatch.objects.exists()


def test_months_are_paid_in_their_turn_and_never_ahead(office: Office) -> None:
    assert "201703 尚未到来" in str(refuse(office, "payroll.calculate", {"month": 201703}, on=date(2017, 1, 5)))
    office.pay(201701, date(2017, 1, 5))
    assert "应接着发放 201702" in str(refuse(office, "payroll.calculate", {"month": 201703}, on=date(2017, 3, 6)))


def test_the_payroll_is_the_same_plan_twice_and_binds_only_the_law_it_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = ACTS["payroll.calculate"]
    cases = [declared.arguments.model_validate({"month": 201701})]

    def planned() -> dict[str, Any]:
        view = View(date(2017, 1, 5), office.staff._now(date(2017, 1, 5)), "x")
        with view.open():
            assert not declared.act.check(cases, view)
            return essence(declared.act.plan(cases, view))

    first = planned()
    assert planned() == first
    row = {"from": date(2009, 9, 1), "value": 4, "source": "house-defaults"}
    changed = Policy.load().with_rows("books.collection_zero_days", [row])
    monkeypatch.setattr(Policy, "load", classmethod(lambda cls: changed))
    assert planned() == first
    lists = Policy.load().with_rows("watch.list_fresh_days", [row])
    monkeypatch.setattr(Policy, "load", classmethod(lambda cls: lists))
    assert planned() != first


# ── One at a time ──


@pytest.mark.parametrize(
    "code",
    [
        "payroll.calculate",
        "payout.collect",
        "delegated.calculate",
        "payment.release",
        "payment.transmit",
        "payment.return",
    ],
)
def test_an_act_that_does_one_thing_takes_one_case(code: str) -> None:
    assert ACTS[code].most_cases == ONE


def test_two_months_in_one_request_are_refused_and_neither_is_run(office: Office) -> None:
    refusal = refuse(office, "payroll.calculate", {"month": 201701}, {"month": 201702})
    assert "一次只能填报一项" in str(refusal)
    assert not PayrollRun.objects.exists()


# ── Release and file ──


def test_a_batch_goes_on_only_in_its_own_case(office: Office) -> None:
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    case = {"batch": answer.result["batch"]}
    assert f"须接续案件 {answer.proposal}" in str(refuse(office, "payment.release", case))
    assert "没有编号为" in str(refuse(office, "payment.release", {"batch": "Y99"}))
    office.carry("payment.release", case, on=LOCKED, case_ref=answer.proposal)
    other = office.carry("payroll.calculate", {"month": 201702}, on=LOCKED)
    assert "须接续案件" in str(refuse(office, "payment.transmit", case, case_ref=other.proposal))


def test_the_file_for_the_bank_is_offered_again_when_it_is_gone_or_changed(office: Office) -> None:
    answer = office.pay(201701, date(2017, 1, 5))
    path = outbound_file(answer.result["batch"])
    content = path.read_bytes()
    path.unlink()
    assert outbound_file(answer.result["batch"]).read_bytes() == content
    path.write_bytes(b"another")
    assert outbound_file(answer.result["batch"]).read_bytes() == content
    with pytest.raises(Refused, match="尚未交行"):
        outbound_file("Y20170299")


# ── A payment that comes back weeks later ──


def returned(office: Office, fen: int, on: date, reference: str = "TP1") -> None:
    office.receive("DISBURSEMENT", fen, reference, on)


def test_a_confirmed_payment_that_comes_back_is_paid_again_by_the_next_payroll(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    held = balances("FUND")
    account = AccountBalance.objects.get(person__resident_number=WANG, source="PERSONAL").balance_fen
    returned(office, BASIC + 300, date(2017, 1, 25))
    case = {"person": WANG, "reference": "TP1", "reason": "账户已销户"}
    answer = office.carry("payment.returned_late", case, on=date(2017, 1, 26))
    assert answer.result == {"lines": 1, "amount_fen": BASIC + 300, "account_fen": 300}
    assert states(WANG) == {201701: ["FAILED"]}
    assert LateReturn.objects.get().bank_line.result == "FAILED"
    now = balances("FUND")
    assert now["DISBURSEMENT_ACCOUNT"] == held["DISBURSEMENT_ACCOUNT"] + BASIC + 300
    assert now["RETURNED_PAYMENTS"] == 0
    assert now["ACCOUNT_PENSION"] == held["ACCOUNT_PENSION"] - 300
    assert Voucher.objects.get(event="payment_returned").date == date(2017, 1, 25)
    there = AccountBalance.objects.get(person__resident_number=WANG, source="PERSONAL").balance_fen
    assert there == account + 300
    office.pay(201702, LOCKED)
    assert states(WANG) == {201701: ["FAILED", "PAID"], 201702: ["PAID"]}
    assert balances("FUND")["ACCOUNT_PENSION"] == 600
    office.verify()


def test_what_came_back_needs_its_bank_line_and_is_taken_back_once(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    case = {"person": LI, "reference": "TP1", "reason": "账户已销户"}
    on = date(2017, 1, 26)
    assert "款未到账" in str(refuse(office, "payment.returned_late", case, on=on))
    assert "没有此人" in str(refuse(office, "payment.returned_late", case | {"person": ZHENG}, on=on))
    returned(office, BASIC, on)
    assert "不符" in str(refuse(office, "payment.returned_late", case | {"person": WANG}, on=on))
    twice = refuse(office, "payment.returned_late", case, case | {"person": SUN}, on=on)
    assert "出现 2 次" in str(twice)
    office.carry("payment.returned_late", case, on=on)
    assert "没有此人" in str(refuse(office, "payment.returned_late", case, on=on))
    assert "已经入账" in str(refuse(office, "payment.returned_late", case | {"person": SUN}, on=on))


def test_of_several_equal_payments_the_batch_must_be_named(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    office.pay(201702, LOCKED)
    returned(office, BASIC, date(2017, 2, 20))
    case, on = {"person": LI, "reference": "TP1", "reason": "账户已销户"}, date(2017, 2, 21)
    assert "请填写退回的是哪一批" in str(refuse(office, "payment.returned_late", case, on=on))
    batch = PaymentBatch.objects.get(month=201702).number
    office.carry("payment.returned_late", case | {"batch": batch}, on=on)
    assert states(LI) == {201701: ["PAID"], 201702: ["FAILED"]}


def test_a_single_sum_that_comes_back_is_collected_again(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-01-20", "burial": "火化", "reported_date": "2017-01-25"},
        on=date(2017, 1, 26),
    )
    answer = office.carry("payout.collect", {"through": "2017-01-31"}, on=date(2017, 1, 31))
    office.settle(answer, date(2017, 2, 2))
    line = BankLine.objects.filter(batch__number=answer.result["batch"]).order_by("seq").first()
    assert line
    returned(office, line.amount_fen, date(2017, 2, 15))
    case = {"person": WANG, "reference": "TP1", "batch": answer.result["batch"], "reason": "继承人账户有误"}
    office.carry("payment.returned_late", case, on=date(2017, 2, 16))
    again = office.carry("payout.collect", {"through": "2017-02-16"}, on=date(2017, 2, 16))
    assert again.result["total_fen"] == line.amount_fen
    office.settle(again, date(2017, 2, 17))
    assert balances("FUND")["RETURNED_PAYMENTS"] == 0
    office.verify()


def test_a_delegated_payment_that_comes_back_is_paid_with_the_next_month(office: Office) -> None:
    roster(office, {})
    answer = calculate(office, 201701, date(2017, 1, 20))
    office.settle(answer, date(2017, 1, 21))
    before = balances("DELEGATED")
    office.receive("DELEGATED", 8_000, "TP1", date(2017, 2, 3))
    payee = BankLine.objects.get(batch__number=answer.result["batch"]).payee_number
    case = {"person": payee, "reference": "TP1", "reason": "账户已销户"}
    office.carry("payment.returned_late", case, on=date(2017, 2, 3))
    assert balances("DELEGATED")["DELEGATED_BANK"] == before["DELEGATED_BANK"] + 8_000
    again = calculate(office, 201702, date(2017, 2, 20))
    assert again.result["total_fen"] == 16_000
    office.settle(again, date(2017, 2, 21))
    assert paid() == [(201701, 8_000, "FAILED"), (201701, 8_000, "PAID"), (201702, 8_000, "PAID")]
    office.verify()


def test_a_month_claimed_back_is_not_paid_again_when_its_money_returns(office: Office) -> None:
    """Dead in December, January paid and claimed: the money that comes back belongs to the claim."""
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.terminate",
        {"person": LI, "reason": "1401", "event_date": "2016-12-20", "burial": "土葬", "reported_date": "2017-01-25"},
        on=date(2017, 1, 26),
    )
    returned(office, BASIC, date(2017, 1, 27))
    case = {"person": LI, "reference": "TP1", "reason": "账户已销户"}
    assert "已认定多发" in str(refuse(office, "payment.returned_late", case, on=date(2017, 1, 27)))


def test_a_settled_relation_is_not_opened_again_by_money_that_returns(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    office.carry(
        "award.terminate",
        {"person": LI, "reason": "1401", "event_date": "2017-01-20", "burial": "土葬", "reported_date": "2017-01-25"},
        on=date(2017, 1, 26),
    )
    returned(office, BASIC, date(2017, 1, 27))
    case = {"person": LI, "reference": "TP1", "reason": "账户已销户"}
    assert "已终止结算" in str(refuse(office, "payment.returned_late", case, on=date(2017, 1, 27)))


# ── Rosters of other departments ──


def roster(office: Office, *people: dict[str, Any]) -> None:
    """Enrol people; what is not said is an ordinary only-child parent."""
    rows = [
        {
            "programme": "801",
            "resident_number": ZHENG,
            "name": "郑庚",
            "division": "",
            "bank": "农业银行",
            "bank_account": f"622848001234567{place}",
            "monthly_amount": 8_000,
            "start_month": 201701,
        }
        | person
        for place, person in enumerate(people)
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    office.carry(
        "delegated.enrol", {"file": office.file("代发.xlsx", "delegated_roster", columns)}, on=date(2017, 1, 10)
    )


def calculate(office: Office, month: int, on: date, programme: str = "801") -> Answer:
    return office.carry("delegated.calculate", {"programme": programme, "month": month}, on=on)


def stated(person: str = ZHENG, **more: Any) -> dict[str, Any]:
    return {
        "programme": "801",
        "person": person,
        "from_month": 201702,
        "reason": "DEPARTMENT",
        "evidence": "主管部门来函",
    } | more


def paid(person: str = ZHENG) -> list[tuple[int, int, str]]:
    lines = DelegatedLine.objects.filter(payee__resident_number=person).order_by("id")
    return list(lines.values_list("month", "amount_fen", "state"))


def test_somebody_who_is_stopped_is_not_paid_and_a_resumption_begins_where_it_says(office: Office) -> None:
    roster(office, {}, {"resident_number": FENG, "name": "冯辛"})
    office.settle(calculate(office, 201701, date(2017, 1, 20)), date(2017, 1, 23))
    office.carry("delegated.stop", stated(), on=date(2017, 2, 10))
    answer = calculate(office, 201702, date(2017, 2, 20))
    assert answer.result["total_fen"] == 8_000
    office.settle(answer, date(2017, 2, 21))
    case = {"programme": "801", "person": ZHENG, "from_month": 201703, "evidence": "本人健在"}
    office.carry("delegated.resume", case, on=date(2017, 3, 10))
    office.settle(calculate(office, 201703, date(2017, 3, 20)), date(2017, 3, 21))
    assert paid() == [(201701, 8_000, "PAID"), (201703, 8_000, "PAID")]
    assert [month for month, _, _ in paid(FENG)] == [201701, 201702, 201703]
    assert DelegatedPayee.objects.get(resident_number=ZHENG).stopped_from is None
    office.verify()


def test_a_stop_found_to_be_wrong_loses_no_month(office: Office) -> None:
    roster(office, {})
    office.carry("delegated.stop", stated(from_month=201701), on=date(2017, 1, 15))
    assert "没有应代发的月份" in str(refuse(office, "delegated.calculate", {"programme": "801", "month": 201701}))
    case = {"programme": "801", "person": ZHENG, "from_month": 201701, "evidence": "停发有误"}
    office.carry("delegated.resume", case, on=date(2017, 2, 10))
    assert calculate(office, 201702, date(2017, 2, 20)).result["total_fen"] == 16_000


def test_the_end_of_somebody_holds_the_locked_month_and_tells_what_was_paid_too_much(office: Office) -> None:
    roster(office, {}, {"resident_number": FENG, "name": "冯辛"})
    office.settle(calculate(office, 201701, date(2017, 1, 20)), date(2017, 1, 23))
    locked = calculate(office, 201702, date(2017, 2, 20))
    answer = office.carry("delegated.end", stated(from_month=201701, reason="DEATH"), on=date(2017, 2, 20))
    assert answer.result == {"payees": 1, "held": 1, "overpaid_fen": 8_000}
    assert any("已代发 1 个月" in notice for notice in answer.preview["notices"])
    office.settle(locked, date(2017, 2, 21))
    office.verify()
    assert paid() == [(201701, 8_000, "PAID"), (201702, 8_000, "HELD")]
    assert calculate(office, 201703, date(2017, 3, 20)).result["people"] == 1
    assert DelegatedPayeeEvent.objects.get().kind == "ENDED"
    assert "已自 201701 起终止" in str(refuse(office, "delegated.end", stated(), on=date(2017, 3, 21)))
    assert "不必停发" in str(refuse(office, "delegated.stop", stated(), on=date(2017, 3, 21)))


def test_changes_of_a_roster_name_everybody_who_is_not_there(office: Office) -> None:
    roster(office, {})
    refusal = refuse(
        office, "delegated.stop", stated(FENG), stated(), stated(f"D{DelegatedPayee.objects.get().pk:08d}")
    )
    assert [fault.case for fault in refusal.found] == [1, 3]
    assert "没有停发或终止" in str(
        refuse(office, "delegated.resume", {k: v for k, v in stated().items() if k != "reason"})
    )


def test_the_dead_on_a_roster_are_not_paid(office: Office) -> None:
    """Those the register knows as dead, and those on a list until it is cleared."""
    roster(office, {"resident_number": WANG, "name": "王甲"}, {"resident_number": LI, "name": "李乙"}, {})
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2017-01-02", "burial": "火化", "reported_date": "2017-01-12"},
        on=date(2017, 1, 12),
    )
    import_deaths(office, "李乙", LI, date(2017, 1, 13))
    answer = calculate(office, 201701, date(2017, 1, 20))
    assert (answer.result["people"], answer.result["dead"]) == (1, 2)
    assert any("请办理代发终止" in notice for notice in answer.preview["notices"])
    evidence = {"evidence": "本人到场", "evidence_date": "2017-02-10"}
    office.carry("match.clear", {"list_number": "GA-1", "person": LI, **evidence}, on=date(2017, 2, 10))
    again = calculate(office, 201702, date(2017, 2, 20))
    assert (again.result["people"], again.result["total_fen"]) == (2, 3 * 8_000)
    assert paid(WANG) == []
    case = {"programme": "801", "person": WANG, "from_month": 201702, "evidence": "x"}
    assert "已登记死亡" in str(refuse(office, "delegated.resume", case, on=date(2017, 2, 21)))


def test_a_case_without_the_monthly_standard_is_finished_at_the_one_off_total(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"from": date(2009, 9, 1), "area": "43", "value": 20_000, "source": "hunan-practice"}
    lower = Policy.load().with_rows("delegated.one_off_cap", [row])
    monkeypatch.setattr(Policy, "load", classmethod(lambda cls: lower))
    roster(office, {"monthly_amount": 15_000}, {"resident_number": FENG, "name": "冯辛"})
    for month, on in ((201701, date(2017, 1, 20)), (201702, date(2017, 2, 20)), (201703, date(2017, 3, 20))):
        answer = calculate(office, month, on)
        office.settle(answer, on)
    assert [fen for _, fen, _ in paid()] == [15_000, 5_000]
    assert [fen for _, fen, _ in paid(FENG)] == [8_000] * 3
    assert answer.result["capped"] == 1


def test_unused_money_goes_back_to_its_department_and_never_more(office: Office) -> None:
    roster(office, {})
    office.receive("DELEGATED", 30_000, "DF1", date(2017, 1, 12))
    office.carry("delegated.fund", {"programme": "801", "amount_fen": 30_000, "reference": "DF1"}, on=date(2017, 1, 12))
    office.receive("DELEGATED", 50_000, "DF2", date(2017, 1, 12))
    office.carry("delegated.fund", {"programme": "802", "amount_fen": 50_000, "reference": "DF2"}, on=date(2017, 1, 12))
    locked = calculate(office, 201701, date(2017, 1, 20))
    opening = 10_000_000
    case = {"programme": "801", "evidence": "主管部门来函"}
    most = opening + 30_000 - 8_000
    refusal = refuse(office, "delegated.return_fund", case | {"amount_fen": most + 1}, on=date(2017, 1, 21))
    assert "未使用的" in str(refusal)
    both = [case | {"amount_fen": most}, {"programme": "802", "evidence": "x", "amount_fen": 50_001}]
    assert len(refuse(office, "delegated.return_fund", *both, on=date(2017, 1, 21)).found) == 1
    answer = office.carry("delegated.return_fund", case | {"amount_fen": 22_000}, on=date(2017, 1, 21))
    assert answer.result == {"amount_fen": 22_000, "references": ["DT80120170101"]}
    assert DelegatedReturn.objects.get().amount_fen == 22_000
    office.settle(locked, date(2017, 1, 23))
    assert balances("DELEGATED")["DELEGATED_BANK"] == opening + 80_000 - 22_000 - 8_000
    office.verify()


def test_a_roster_names_every_row_that_cannot_stand(office: Office) -> None:
    roster(office, {})
    rows: dict[str, list[Any]] = {
        "programme": ["801", "801", "802"],
        "resident_number": [ZHENG, FENG, FENG],
        "name": ["郑庚", "冯辛", "冯辛"],
        "division": [""] * 3,
        "bank": [""] * 3,
        "bank_account": ["6228480012345670", "", "=1+1"],
        "monthly_amount": [8_000] * 3,
        "start_month": [201701] * 3,
    }
    file = office.file("代发二.xlsx", "delegated_roster", rows)
    faults = refuse(office, "delegated.enrol", {"file": file}).faults
    assert [rule in fault for rule, fault in zip(("已在代发项目", "没有银行账号", "位数字"), faults, strict=True)] == [
        True
    ] * 3


def test_nobody_is_paid_twice_for_one_arrival_of_money(office: Office) -> None:
    office.receive("DELEGATED", 30_000, "DF1", date(2017, 1, 12))
    case = {"programme": "801", "amount_fen": 30_000, "reference": "DF1"}
    assert "一笔进账只能入账一次" in str(refuse(office, "delegated.fund", case, case))
    office.carry("delegated.fund", case, on=LOCKED)
    assert "已经入账" in str(refuse(office, "delegated.fund", case))
