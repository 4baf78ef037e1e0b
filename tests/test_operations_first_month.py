"""Which month is paid first, that none is passed over, and that a pension rests from a month somebody looks at."""

from datetime import date

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import Award, AwardComponent, OverpaidMonth, PayrollRun
from jubao.reports.invariants.verification import verify
from jubao.vocabulary.resident_number import check_digit
from tests.office import Office
from tests.test_operations_trust import drop_guards, run

pytestmark = pytest.mark.django_db
PENSION = {
    "pension_start": 201108,
    "contributed_years": 3,
    "pension_personal": 800,
    "personal": 90_000,
    "certified_month": 201410,
}


def number(district: str, birth: str, sequence: int = 1) -> str:
    body = f"{district}{birth}{sequence:03d}"
    return body + check_digit(body)


def founded(district: str, year: int, *more: dict) -> Office:
    """An office of a district whose register stands for the last day of a year."""
    office = Office(district, date(year + 1, 1, 5))
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": number(district, "19500310")} | PENSION, *more, as_of=date(year, 12, 31)
    )
    return office


def refused(office: Office, code: str, case: dict, on: date) -> str:
    with pytest.raises(Refused) as refusal:
        office.carry(code, case, on=on)
    return str(refusal.value)


def broken(code: str, title: str) -> list[str]:
    return [v.text for finding in verify([code]) if title in finding.title for v in finding.violations]


# ── The first month ──


@pytest.mark.parametrize(("district", "year"), [("370202", 2025), ("430602", 2018)])
def test_no_month_before_the_register_was_taken_over_is_paid(district, year):
    office = founded(district, year)
    for month in (201504, 100 * year + 12):
        said = refused(office, "payroll.calculate", {"month": month, "reason": "无"}, date(year + 1, 1, 20))
        assert f"本机构自 {year + 1}01 起发放" in said
        assert f"请先办理 {year + 1}01" in said


@pytest.mark.parametrize(("district", "year"), [("370202", 2025), ("430602", 2018)])
def test_the_first_months_are_not_passed_over(district, year):
    """January and February are due when March is asked for."""
    office = founded(district, year)
    said = refused(office, "payroll.calculate", {"month": 100 * (year + 1) + 3, "reason": "无"}, date(year + 1, 3, 20))
    assert f"应接着发放 {year + 1}01" in said
    office.carry("payroll.calculate", {"month": 100 * (year + 1) + 1, "reason": "无"}, on=date(year + 1, 3, 20))


def test_a_month_in_which_nobody_is_due_is_passed_over():
    """The register's only pension rests; another starts in March: no run waits for January and February for ever."""
    office = Office("430602", date(2019, 1, 5))
    office.open_fund()
    held = PENSION | {"enrolment_state": "2", "suspended_from": 201810, "suspension_reason": "1299"}
    sixty = number("430602", "19590210", 2)
    office.register(
        {"name": "王甲", "resident_number": number("430602", "19500310")} | held,
        {"name": "张丙", "resident_number": sixty, "contributed_years": 15, "personal": 750_000},
        as_of=date(2018, 12, 31),
    )
    assert "没有应发放" in refused(office, "payroll.calculate", {"month": 201901, "reason": "无"}, date(2019, 1, 20))
    office.carry("award.grant", {"person": sixty, "applied_date": "2019-02-11"}, on=date(2019, 2, 11))
    office.carry("payroll.calculate", {"month": 201903, "reason": "无"}, on=date(2019, 3, 20))
    office.verify()


def test_a_death_before_any_payroll_claims_what_was_paid_before_the_takeover():
    """Dead on 10 November 2018, register of December, told in January: December was paid by the office before.

    Of a month 8.00 of the account (pension_personal) and the basic parts; one month, so one row for each part.
    """
    office = founded("430602", 2018)
    ending = {
        "person": number("430602", "19500310"),
        "reason": "1401",
        "event_date": "2018-11-10",
        "reported_date": "2019-01-07",
        "burial": "火化",
        "heir_name": "李乙",
        "heir_account": "6222000011112222",
    }
    office.carry("award.terminate", ending, on=date(2019, 1, 7))
    assert set(OverpaidMonth.objects.values_list("month", flat=True)) == {201812}
    assert OverpaidMonth.objects.get(item="002001").amount_fen == 800


@pytest.mark.parametrize(("month", "told"), [(201504, "应自 201901 起发放"), (201903, "201901 应发的待遇没有发放")])
def test_verify_finds_a_first_payroll_of_another_month(month, told):
    office = founded("430602", 2018)
    office.carry("payroll.calculate", {"month": 201901, "reason": "无"}, on=date(2019, 1, 20))
    assert broken("I-18", "逐月发放") == []
    drop_guards("records_payrollrun")
    run("UPDATE records_payrollrun SET month = %s", [month])
    assert PayrollRun.objects.get().month == month
    assert any(told in text for text in broken("I-18", "逐月发放"))


# ── The law known at the takeover ──


@pytest.mark.parametrize("district", ["370202", "430602"])
@pytest.mark.parametrize("year", [2014, 2017])
def test_a_register_is_judged_by_the_law_known_when_it_was_taken_over(district, year):
    """A rise announced later and reaching back to January 2018 (or to July 2014) was not known on 5 January.

    The nation's base was 55.00 on 5 January 2015 and 70.00 on 5 January 2018.
    """
    founded(district, year).verify()
    known = {2014: 5_500, 2017: 7_000}[year]
    assert AwardComponent.objects.get(item="001001").amount_fen == known


# ── Suspensions of months to come ──


def suspension(month: int) -> dict:
    return {
        "person": number("370202", "19500310"),
        "reason": "1299",
        "from_month": month,
        "memo": "线索",
        "due": "2026-06-01",
    }


@pytest.mark.parametrize("month", [202603, 202604, 209912])
def test_a_pension_rests_from_the_coming_month_at_the_latest(month):
    office = founded("370202", 2025)
    assert "晚于下月 202602" in refused(office, "award.suspend", suspension(month), date(2026, 1, 6))


def test_a_pension_may_rest_from_the_coming_month():
    office = founded("370202", 2025)
    office.carry("award.suspend", suspension(202602), on=date(2026, 1, 6))
    assert Award.objects.get().suspended_from == 202602
    office.verify()


def test_verify_finds_a_suspension_from_a_month_far_away():
    office = founded("370202", 2025)
    office.carry("award.suspend", suspension(202602), on=date(2026, 1, 6))
    assert broken("I-21", "暂停") == []
    drop_guards("records_awardevent")
    run("UPDATE records_awardevent SET month = 209912 WHERE kind = 'SUSPENDED'")
    assert any("209912" in text and "并未暂停" in text for text in broken("I-21", "暂停"))
