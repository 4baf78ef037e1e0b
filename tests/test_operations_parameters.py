"""Every parameter of procedure decides: another row, another outcome, worked out by hand."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.acting import declaration_of
from jubao.operations.envelope.fault import Refused
from jubao.policy import CannotReadPolicy
from jubao.policy.store import Policy
from jubao.records.models import Alert, Award, Contribution, InstalmentPlan, LineHold, PayrollLine
from jubao.vocabulary.posts import Post
from tests.office import Office, number

pytestmark = pytest.mark.django_db

QIAN = number("19571205", 5)
FROM = date(2009, 9, 1)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    return office


def shortfall_paid_in_february(office: Office) -> int:
    """Born 1957-12, sixty in 2017-12, six years due, four paid; the two missing ones in 2018-02, asked for in 2018-04."""
    office.register({"name": "钱丙", "resident_number": QIAN, "contributed_years": 4, "personal": 40_000})
    for year in (2016, 2017):
        office.contribute(QIAN, "钱丙", 10_000, date(2018, 2, 10), year=year)
    office.carry("contribution.credit", {"through": "2018-02-28"}, on=date(2018, 2, 28))
    office.carry("award.grant", {"person": QIAN, "applied_date": "2018-04-10"}, on=date(2018, 4, 11))
    return Award.objects.get().start_month


# ── From when a pension is paid ──


@pytest.mark.parametrize(
    ("shortfall", "late", "start"),
    [
        ("AFTER_PAYMENT", "AFTER_CONDITIONS", 201803),  # the month after the last missing year was paid
        ("AFTER_AGE", "AFTER_CONDITIONS", 201801),  # the month after the sixtieth birthday
        ("AFTER_PAYMENT", "AFTER_APPLICATION", 201805),  # the month after the application
        ("AFTER_AGE", "AFTER_APPLICATION", 201805),
    ],
)
def test_a_pension_starts_by_the_rules_of_the_place(office, ruled, shortfall, late, start):
    ruled("procedure.shortfall_start_rule", shortfall)
    ruled("procedure.late_award_rule", late)
    assert shortfall_paid_in_february(office) == start
    office.verify()


def test_a_rule_nobody_knows_stops_the_program():
    with pytest.raises(CannotReadPolicy, match="late_award_rule 不合规则"):
        Policy.load().with_rows(
            "procedure.late_award_rule", [{"from": FROM, "value": "NEVER", "source": "house-defaults"}]
        )


@pytest.mark.parametrize(
    ("birth", "joined", "start"),
    [("19490315", 201107, 201107), ("19400101", 201107, 201107), ("19400101", 201201, 201202)],
    ids=["sixty-two", "seventy-one", "joined later"],
)
def test_who_was_past_sixty_before_the_scheme_draws_from_its_first_month(birth, joined, start):
    """国发〔2014〕8号, part 7: no years asked, from the month in which the scheme began there (2011-07), however old.

    Who joined only later draws from the month after that.
    """
    office = Office(started=date(2026, 3, 2))
    old = number(birth)
    person = {"name": "孙丁", "resident_number": old, "contributed_years": 0, "enrolled_month": joined}
    office.register(person, as_of=date(2025, 12, 31))
    office.carry("award.grant", {"person": old, "applied_date": "2026-03-02"}, on=date(2026, 3, 3))
    award = Award.objects.get()
    assert (award.start_month, award.required_years) == (start, 0)
    office.verify()


# ── How missing years are paid past the pension age ──


@pytest.mark.parametrize(
    ("policy", "make_up", "current"),
    [("BOTH", True, True), ("LUMP_SUM", True, False), ("CONTINUE_YEARLY", False, True)],
)
def test_missing_years_are_paid_as_the_place_allows(office, ruled, policy, make_up, current):
    """Sixty in 2017, paying in 2018: an earlier year is made up in a sum, the running year is going on yearly."""
    ruled("procedure.shortfall_policy", policy)
    office.register({"name": "钱丙", "resident_number": QIAN, "contributed_years": 4, "personal": 40_000})
    for year, allowed in ((2016, make_up), (2018, current)):
        if allowed:
            office.contribute(QIAN, "钱丙", 10_000, date(2018, 2, 10), year=year)
        else:
            with pytest.raises(Refused, match="本人已过到龄年度，当地规定到龄缴费不足的只能"):
                office.contribute(QIAN, "钱丙", 10_000, date(2018, 2, 10), year=year)
    assert Contribution.objects.count() == make_up + current


def test_the_year_of_the_pension_age_is_paid_like_any_other(office, ruled):
    ruled("procedure.shortfall_policy", "LUMP_SUM")
    office.register({"name": "钱丙", "resident_number": QIAN, "contributed_years": 4, "personal": 40_000})
    office.contribute(QIAN, "钱丙", 10_000, date(2017, 12, 20))
    assert Contribution.objects.get().kind == "10"


# ── What stops a pension, and who must agree ──

WANG, LI = number("19500315", 1), number("19490820", 2)


@pytest.fixture
def pensioners(office: Office) -> Office:
    """Two pensioners whose last certification is of 2016-01: overdue from 2017-01 on."""
    drawing = {"pension_start": 201108, "contributed_years": 0, "certified_month": 201601}
    office.register(
        {"name": "王甲", "resident_number": WANG} | drawing, {"name": "李乙", "resident_number": LI} | drawing
    )
    return office


def overdue(*people: str, from_month: int = 201703) -> list[dict[str, Any]]:
    return [{"person": one, "reason": "1201", "from_month": from_month, "due": "2018-12-31"} for one in people]


def test_above_the_limit_a_deputy_must_approve_a_suspension(pensioners, ruled):
    ruled("procedure.bulk_suspension_limit", 1)
    day = date(2017, 2, 13)
    with pytest.raises(Refused, match=r"一次暂停 2 人，超过 1 人，请改办批量待遇暂停（award\.suspend_many）"):
        pensioners.carry("award.suspend", *overdue(WANG, LI), on=day)
    with pytest.raises(Refused, match=r"一次暂停 1 人，未超过 1 人，请改办待遇暂停（award\.suspend）"):
        pensioners.carry("award.suspend_many", *overdue(WANG), on=day)
    assert pensioners.carry("award.suspend_many", *overdue(WANG, LI), on=day).result["suspended"] == 2
    steps = [step.post for step in declaration_of("award.suspend_many").chain]
    assert steps == [Post.ACCOUNTS, Post.DEPUTY_BUSINESS]
    pensioners.verify()


def test_up_to_the_limit_a_checker_is_enough(pensioners, ruled):
    ruled("procedure.bulk_suspension_limit", 2)
    answer = pensioners.carry("award.suspend", *overdue(WANG, LI), on=date(2017, 2, 13))
    assert answer.result["suspended"] == 2


@pytest.mark.parametrize(("limit", "alerts"), [(6, 0), (4, 1)])
def test_a_suspension_that_rests_long_is_told_however_distant_its_next_step(pensioners, ruled, limit, alerts):
    """Held from 2017-03, watched at the end of August: five months; the next step was set for the end of 2018."""
    ruled("suspension.silent_after_months", limit)
    pensioners.carry("award.suspend", *overdue(WANG), on=date(2017, 2, 13))
    pensioners.carry("watch.run", {"month": 201708}, on=date(2017, 8, 31))
    rests = Alert.objects.filter(kind="SUSPENSION_OVERDUE")
    assert rests.count() == alerts
    assert all("自 201703 起暂停，至 2017-08-31 仍未了结" in alert.text for alert in rests.order_by("id"))


@pytest.mark.parametrize(("payday", "alerts"), [(20, 1), (25, 0)])
def test_pensions_handed_to_the_bank_after_payday_are_an_alert(pensioners, ruled, payday, alerts):
    ruled("procedure.payday", payday)
    pensioners.pay(201701, date(2017, 1, 23))
    pensioners.carry("watch.run", {"month": 201701}, on=date(2017, 1, 31))
    late = Alert.objects.filter(kind="PAID_LATE")
    assert [alert.text for alert in late.order_by("id")] == [
        "201701 待遇应于 2017-01-20 发放，2017-01-23 才报送银行"
    ] * alerts


def test_before_payday_nobody_is_late(pensioners):
    pensioners.carry("watch.run", {"month": 201701}, on=date(2017, 1, 20))
    assert not Alert.objects.filter(kind="PAID_LATE").exists()
    pensioners.carry("watch.run", {"month": 201701}, on=date(2017, 1, 22))
    assert Alert.objects.get(kind="PAID_LATE").text == "201701 待遇应于 2017-01-20 发放，尚未报送银行"


@pytest.mark.parametrize(("holds", "held"), [(True, 1), (False, 0)])
def test_an_open_suspicion_holds_the_line_where_the_office_says_so(pensioners, ruled, holds, held):
    ruled("suspension.suspicion_suspends", holds)
    columns = {
        "record_number": ["1"],
        "name": ["王甲"],
        "resident_number": [WANG],
        "death_date": [date(2017, 1, 3)],
        "origin": ["户籍注销"],
    }
    name = pensioners.file("死亡.xlsx", "death_list", columns)
    case = {
        "file": name,
        "list_kind": "POLICE_DEATH",
        "list_number": "GA-1",
        "received_from": "区公安分局",
        "region": "本区",
    }
    pensioners.carry("match.import", case, on=date(2017, 1, 4))
    pensioners.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    assert LineHold.objects.count() == held
    assert PayrollLine.objects.filter(state="HELD").values("person").distinct().count() == held


# ── Certification and recovery ──


def certify(office: Office, method: str, on: date) -> None:
    columns = {
        "resident_number": [WANG],
        "name": ["王甲"],
        "certified_date": [on],
        "method": [method],
        "checker": ["协办员"],
    }
    office.carry("certification.record", {"file": office.file("花名册.xlsx", "certification_roll", columns)}, on=on)


def test_a_weak_method_certifies_nobody_twice_in_a_row(pensioners, ruled):
    certify(pensioners, "05", date(2017, 1, 10))
    with pytest.raises(Refused, match="上一次认证没有见到本人，不能连续以“其他方式认证”认证"):
        certify(pensioners, "05", date(2017, 12, 10))
    certify(pensioners, "01", date(2017, 12, 11))
    certify(pensioners, "05", date(2018, 11, 10))
    ruled("certification.weak_methods", ["01", "02"])
    certify(pensioners, "05", date(2018, 12, 10))
    certify(pensioners, "02", date(2019, 1, 10))
    with pytest.raises(Refused, match="手机认证"):
        certify(pensioners, "02", date(2019, 2, 10))


@pytest.mark.parametrize("notice_first", [True, False])
def test_instalments_follow_a_notice_where_that_is_the_order(pensioners, ruled, notice_first):
    """社会保险经办条例第四十六条: return first; instalments where it cannot be returned at once."""
    order = ["OFFSET_IN_SETTLEMENT", "NOTICE", "INSTALMENTS", "OFFSET_LATER_BENEFITS", "ENFORCEMENT"]
    if not notice_first:
        order[1:3] = ["INSTALMENTS", "NOTICE"]
    ruled("procedure.recovery_order", order)
    pensioners.pay(201701, date(2017, 1, 5))
    pensioners.pay(201702, date(2017, 2, 6))
    pensioners.carry("award.suspend", *overdue(WANG, from_month=201702), on=date(2017, 2, 13))
    part = {"due_date": "2017-05-31", "amount_fen": 8_500}  # one month at 70 + 15
    case = {"person": WANG, "debtor": "王甲", "agreed_date": "2017-03-01", "parts": [part]}
    if notice_first:
        with pytest.raises(Refused, match="尚未发出追回通知，请先通知还款"):
            pensioners.carry("recovery.instalments", case, on=date(2017, 3, 1))
        pensioners.carry("recovery.demand", {"person": WANG, "number": "追1"}, on=date(2017, 3, 1))
    pensioners.carry("recovery.instalments", case, on=date(2017, 3, 1))
    assert InstalmentPlan.objects.get().amount_fen == 8_500


def test_instalments_end_within_the_longest_time(pensioners, ruled):
    """An agreement that ends in another century is a write-off, which only the director decides."""
    pensioners.pay(201701, date(2017, 1, 5))
    pensioners.pay(201702, date(2017, 2, 6))
    pensioners.carry("award.suspend", *overdue(WANG, from_month=201702), on=date(2017, 2, 13))
    pensioners.carry("recovery.demand", {"person": WANG, "number": "追1"}, on=date(2017, 3, 1))

    def agree(due: str, agreed: str = "2017-03-01") -> None:
        part = {"due_date": due, "amount_fen": 8_500}  # one month at 70 + 15
        case = {"person": WANG, "debtor": "王甲", "agreed_date": agreed, "parts": [part]}
        pensioners.carry("recovery.instalments", case, on=date(2017, 3, 1))

    with pytest.raises(Refused, match="末期应还日期 2099-01-01 超过分期还款最长 60 个月"):
        agree("2099-01-01")
    with pytest.raises(Refused, match="协议日期 2017-02-12 早于多发认定日期 2017-02-13"):
        agree("2017-05-31", agreed="2017-02-12")
    ruled("procedure.instalments_longest_months", 2)
    with pytest.raises(Refused, match="最长 2 个月"):
        agree("2017-06-01")
    agree("2017-05-31")
    assert InstalmentPlan.objects.get().amount_fen == 8_500
