"""Days and limits of the office decide: another row gives another day, another alert, another refusal."""

from datetime import date, timedelta
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    Alert,
    Arrears,
    AwardEvent,
    BankAccount,
    MatchCandidate,
    Overpayment,
    Proposal,
    RecoveryDemand,
)
from jubao.vocabulary.workdays import add_workdays
from tests.office import Office, number

pytestmark = pytest.mark.django_db

WANG, LI, PAYER = number("19500315", 1), number("19490820", 2), number("19700101", 3)
JANUARY, FEBRUARY, MARCH = date(2017, 1, 5), date(2017, 2, 13), date(2017, 3, 1)


@pytest.fixture
def office() -> Office:
    """Two pensioners of one village and one telephone, certified last in 2016-01, and somebody who pays."""
    office = Office()
    office.open_fund()
    drawing = {"pension_start": 201108, "contributed_years": 0, "certified_month": 201601, "phone": "13800000000"}
    office.register(
        {"name": "王甲", "resident_number": WANG} | drawing,
        {"name": "李乙", "resident_number": LI} | drawing,
        {"name": "赵丙", "resident_number": PAYER, "personal": 50_000},
    )
    return office


def suspend(office: Office, *people: str, reason: str = "1201", from_month: int = 201703, **said: Any) -> Any:
    case = {"reason": reason, "from_month": from_month, "due": "2017-03-31"} | said
    return office.carry("award.suspend", *({"person": one} | case for one in people), on=FEBRUARY)


def resume(office: Office, *people: str, day: str = "2017-04-10", on: date = date(2017, 4, 20)) -> Any:
    cases = [{"person": one, "evidence": "上门见到本人", "evidence_date": day} for one in people]
    return office.carry("award.resume", *cases, on=on)


def listed(office: Office, *people: str) -> Any:
    columns = {
        "record_number": [str(k) for k in range(len(people))],
        "resident_number": list(people),
        "name": [{WANG: "王甲", LI: "李乙"}[one] for one in people],
        "death_date": [date(2017, 1, 20)] * len(people),
        "origin": ["户籍注销"] * len(people),
    }
    case = {
        "file": office.file("名单.xlsx", "death_list", columns),
        "list_kind": "POLICE_DEATH",
        "list_number": "GA-1",
        "received_from": "公安",
    }
    return office.carry("match.import", case, on=FEBRUARY)


def alerts(office: Office, kind: str, on: date = date(2017, 4, 28)) -> int:
    office.carry("watch.run", {"month": on.year * 100 + on.month}, on=on)
    return Alert.objects.filter(kind=kind).count()


# ── Days ──


@pytest.mark.parametrize("days", [7, 15])
def test_a_changed_account_cools_for_the_days_of_the_rule(office, ruled, days):
    ruled("procedure.bank_account_cooling_days", days)
    case = {"person": WANG, "bank": "农业银行", "bank_account": "6228480099999999"}
    office.carry("account.rebind", case, on=MARCH)
    assert BankAccount.objects.get(account="6228480099999999").usable_from == MARCH + timedelta(days=days)


@pytest.mark.parametrize("days", [30, 60])
def test_a_claim_and_its_notice_are_due_after_the_days_of_the_rule(office, ruled, days):
    ruled("procedure.repayment_notice_days", days)
    office.pay(201701, JANUARY)
    office.pay(201702, date(2017, 2, 6))
    suspend(office, WANG, from_month=201702)
    assert Overpayment.objects.get().due_date == FEBRUARY + timedelta(days=days)
    office.carry("recovery.demand", {"person": WANG, "number": "追1"}, on=MARCH)
    assert RecoveryDemand.objects.get().due_date == MARCH + timedelta(days=days)


@pytest.mark.parametrize("days", [5, 15])
def test_a_transfer_is_due_after_the_workdays_of_a_step(office, ruled, days):
    ruled("procedure.transfer_step_workdays", days)
    case = {
        "person": PAYER,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县中心",
        "to_account": "6228480011112222",
        "applied_date": "2017-03-01",
    }
    office.carry("transfer.send", case, on=MARCH)
    assert Proposal.objects.get(code="transfer.send").due_date == add_workdays(MARCH, days)


@pytest.mark.parametrize("days", [10, 4])
def test_a_change_is_due_after_its_statutory_workdays(office, ruled, days):
    ruled("procedure.statutory_workdays", {"change": days})
    case = {"person": WANG, "bank": "农业银行", "bank_account": "6228480099999999"}
    office.carry("account.rebind", case, on=MARCH)
    assert Proposal.objects.get(code="account.rebind").due_date == add_workdays(MARCH, days)


def test_what_no_statute_limits_has_no_day(office, ruled):
    ruled("procedure.statutory_workdays", {})
    case = {"person": WANG, "bank": "农业银行", "bank_account": "6228480099999999"}
    office.carry("account.rebind", case, on=MARCH)
    assert Proposal.objects.get(code="account.rebind").due_date is None


@pytest.mark.parametrize("days", [20, 3])
def test_a_suspicion_is_due_after_the_workdays_of_a_verification(office, ruled, days):
    ruled("suspension.verification_workdays", days)
    listed(office, WANG)
    assert MatchCandidate.objects.get().due_date == add_workdays(FEBRUARY, days)


@pytest.mark.parametrize(("first", "above"), [(10, 10), (4, 2)])
def test_an_alert_is_due_and_moves_up_after_the_workdays_of_the_rules(office, ruled, first, above):
    ruled("watch.alert_workdays", first)
    ruled("watch.escalation_workdays", above)
    office.carry("watch.run", {"month": 201702}, on=date(2017, 2, 28))
    alert = Alert.objects.get(kind="NO_LIST")
    assert alert.due_date == add_workdays(date(2017, 2, 28), first)
    office.carry("watch.run", {"month": 201703}, on=date(2017, 3, 31))
    alert.refresh_from_db()
    assert (alert.state, alert.due_date) == ("ESCALATED", add_workdays(date(2017, 3, 31), above))


@pytest.mark.parametrize(("after", "owner"), [(12, "DEPUTY_BUSINESS"), (3, "DIRECTOR")])
def test_what_is_old_goes_to_the_director(office, ruled, after, owner):
    """Held from 2017-03, next step due by 2017-03-31, watched at the end of June: three months."""
    ruled("suspension.escalate_after_months", after)
    suspend(office, WANG)
    assert alerts(office, "SUSPENSION_OVERDUE", date(2017, 6, 30)) == 1
    assert Alert.objects.get(kind="SUSPENSION_OVERDUE").owner_post == owner


# ── What holds and what is paid back ──


@pytest.mark.parametrize(("cycle", "overdue"), [(12, True), (24, False)])
def test_a_certification_is_overdue_after_its_cycle(office, ruled, cycle, overdue):
    """Certified in 2016-01: due again in 2017-01, or in 2018-01."""
    ruled("certification.cycle_months", cycle)
    if overdue:
        assert suspend(office, WANG).result["suspended"] == 1
    else:
        with pytest.raises(Refused, match="资格认证未逾期：最近一次为 201601，应于 201801 再次认证"):
            suspend(office, WANG)


@pytest.mark.parametrize(("rule", "people"), [("FULL", 1), ("NONE", 0)])
def test_held_months_come_back_by_the_rule_of_their_reason(office, ruled, rule, people):
    """Held from March, resumed in April after March was paid to the other: the month of March, or nothing."""
    ruled("suspension.back_pay", {"1200": "DECISION", "1201": rule, "1202": "NONE", "1299": "DECISION"})
    for month, on in ((201701, JANUARY), (201702, date(2017, 2, 6))):
        office.pay(month, on)
    suspend(office, WANG)
    office.pay(201703, date(2017, 3, 6))
    assert resume(office, WANG, on=date(2017, 3, 20), day="2017-03-18").result["with_back_pay"] == people
    assert Arrears.objects.filter(from_month=201703).exists() == bool(people)


@pytest.mark.parametrize(("stop", "back", "first", "again"), [(1, 1, 201702, 201705), (0, 2, 201701, 201706)])
def test_custody_stops_and_resumes_by_its_offsets(office, ruled, stop, back, first, again):
    """Custody from 2017-01-09, released on 2017-04-10: the month after each, or as the offsets say."""
    ruled("suspension.custody_stop_offset", stop)
    ruled("suspension.custody_resume_offset", back)
    custody = {"reason": "1202", "memo": "法院文书", "custody_date": "2017-01-09"}
    with pytest.raises(Refused, match=f"应自 {first} 起停发"):
        suspend(office, WANG, from_month=201703, **custody)
    suspend(office, WANG, from_month=first, **custody)
    resume(office, WANG)
    assert AwardEvent.objects.get(kind="RESUMED").month == again


# ── Alerts by number ──


@pytest.mark.parametrize(("limit", "found"), [(2, 1), (3, 0)])
def test_resumptions_are_alerts_from_their_numbers_on(office, ruled, limit, found):
    """Two people of one village, resumed on one day by one maker."""
    ruled("watch.resumed_by_one", limit)
    ruled("watch.resumed_in_village", limit)
    suspend(office, WANG, LI)
    resume(office, WANG, LI)
    assert alerts(office, "RESUMED_BY_ONE") == found
    assert Alert.objects.filter(kind="RESUMED_IN_VILLAGE").count() == found


@pytest.mark.parametrize(("limit", "found"), [(2, 1), (3, 0)])
def test_a_shared_telephone_and_account_are_alerts_from_their_numbers_on(office, ruled, limit, found):
    ruled("watch.people_on_phone", limit)
    ruled("watch.people_on_account", limit)
    same = {"bank": "农业银行", "bank_account": "6228480099999999"}
    for one, day in ((WANG, 1), (LI, 2)):
        office.carry("account.rebind", same | {"person": one}, on=date(2017, 3, day))
    assert alerts(office, "SHARED_PHONE") == found
    assert Alert.objects.filter(kind="SHARED_ACCOUNT").count() == found


@pytest.mark.parametrize(("limit", "told"), [(1, True), (2, False)])
def test_approvers_are_told_of_an_account_above_the_limit(office, ruled, limit, told):
    ruled("procedure.same_account_limit", limit)
    same = {"bank": "农业银行", "bank_account": "6228480099999999"}
    office.carry("account.rebind", same | {"person": WANG}, on=MARCH)
    answer = office.carry("account.rebind", same | {"person": LI}, on=date(2017, 3, 2))
    assert any("将登记在 2 人名下，超过 1 人" in notice for notice in answer.preview["notices"]) == told


@pytest.mark.parametrize(("limit", "found"), [(1, 1), (2, 0)])
def test_first_payments_to_accounts_one_maker_changed_are_an_alert(office, ruled, limit, found):
    ruled("watch.changed_then_paid", limit)
    case = {"person": WANG, "bank": "农业银行", "bank_account": "6228480099999999"}
    office.carry("account.rebind", case, on=date(2017, 1, 10))
    office.pay(201701, date(2017, 1, 20))
    assert alerts(office, "CHANGED_THEN_PAID", date(2017, 1, 31)) == found


@pytest.mark.parametrize(("limit", "found"), [(2, 1), (3, 0)])
def test_suspicions_cleared_by_one_hand_are_an_alert(office, ruled, limit, found):
    ruled("watch.cleared_by_one", limit)
    listed(office, WANG, LI)
    cases = [
        {"list_number": "GA-1", "person": one, "evidence": "本人到场", "evidence_date": "2017-02-20"}
        for one in (WANG, LI)
    ]
    office.carry("match.clear", *cases, on=date(2017, 2, 21))
    assert alerts(office, "CLEARED_BY_ONE", date(2017, 2, 28)) == found


# ── Lists ──


@pytest.mark.parametrize("required", [True, False])
def test_a_payroll_waits_for_lists_where_the_rule_says_so(office, ruled, required):
    ruled("watch.payroll_requires_lists", required)
    if required:
        with pytest.raises(Refused, match="没有比对死亡名单"):
            office.carry("payroll.calculate", {"month": 201701}, on=JANUARY)
    else:
        assert office.carry("payroll.calculate", {"month": 201701}, on=JANUARY).result["missing_lists"] == ["死亡名单"]


@pytest.mark.parametrize(("lists", "missing"), [({}, []), ({"服刑名单": ["PRISON"]}, ["服刑名单"])])
def test_the_lists_a_payroll_wants_are_those_of_the_rule(office, ruled, lists, missing):
    ruled("watch.required_lists", lists)
    assert office.carry("payroll.calculate", {"month": 201701}, on=JANUARY).result["missing_lists"] == missing


@pytest.mark.parametrize(("rows", "refused"), [(100, False), (1, True)])
def test_a_death_list_beyond_its_bounds_wants_a_word(office, ruled, rows, refused):
    """Two of three insured on a death list; lists below the small number of rows are not measured."""
    bounds = {"small_list_rows": rows, "death_rows_ppm": 300_000, "suspicions_ppm": 300_000, "unread_ppm": 200_000}
    ruled("registers.list_bounds", bounds)
    if refused:
        with pytest.raises(Refused, match="死亡名单 2 行，参保 3 人，超过每百万人 300000 行"):
            listed(office, WANG, LI)
    else:
        listed(office, WANG, LI)
        assert MatchCandidate.objects.count() == 2
