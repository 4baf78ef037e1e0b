"""An office in Changchun by Jilin's own rows: 长府发〔2014〕19号, 吉人社联字〔2018〕87号 and 88号, worked out by hand."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.law import law
from jubao.records.models import AccountBalance, Award, AwardComponent, PayrollLine
from jubao.reports.catalogue.reading import Reading
from tests.office import Office, number

pytestmark = pytest.mark.django_db

NANGUAN = "220102"  # a district of Changchun
NOTICE = "吉人社联字〔2018〕88号"
SEVENTY, EIGHTY, TURNING_65 = number("19440310", 1), number("19380105", 2), number("19540220", 3)


def office_of(year: int, *people: dict[str, Any]) -> Office:
    """Founded in the first days of a year, with the register of the year before."""
    office = Office(NANGUAN, date(year, 1, 3))
    office.open_fund()
    if people:
        office.register(*people, as_of=date(year - 1, 12, 31))
    return office


def drawing(resident: str, name: str, **said: Any) -> dict[str, Any]:
    return {"name": name, "resident_number": resident, "pension_start": 201108, "contributed_years": 0} | said


def paid(month: int, resident: str, batch: int | None = None) -> int:
    lines = PayrollLine.objects.filter(month=month, person__resident_number=resident, state="PAID")
    return sum(line.amount_fen for line in (lines if batch is None else lines.filter(batch__month=batch)))


def held(resident: str) -> dict[str, int]:
    rows = AccountBalance.objects.filter(person__resident_number=resident, balance_fen__gt=0)
    return dict(rows.values_list("source", "balance_fen"))


def credit(office: Office, on: date) -> None:
    office.carry("contribution.credit", {"through": on.isoformat()}, on=on)


# ── The basic pension of 2018: 80, then 98 from January and 103 from July in one notice of October ──


def test_two_rises_of_one_notice_are_made_up_each_from_its_month() -> None:
    """Nine months at 80; then (98 - 80) for six of them, (103 - 80) for three, and 103: 108 + 69 + 103 = 280."""
    office = office_of(2018, drawing(SEVENTY, "王一"))
    for month in range(201801, 201810):
        office.pay(month, date(2018, month % 100, 8))
    assert [paid(month, SEVENTY) for month in (201801, 201809)] == [8_000, 8_000]
    office.carry("award.adjust", {"month": 201801, "notice": NOTICE}, on=date(2018, 10, 15))
    office.pay(201810, date(2018, 10, 16))
    lines = PayrollLine.objects.filter(batch__month=201810)
    assert sum(line.amount_fen for line in lines) == 28_000
    assert [paid(month, SEVENTY) for month in (201806, 201807, 201810)] == [9_800, 10_300, 10_300]
    office.verify()


def test_the_nations_notice_is_payable_here_when_the_province_passes_it_on() -> None:
    """88 was announced to the nation in May 2018, to Jilin on 2018-10-11: an adjustment in June finds nothing."""
    office = office_of(2018, drawing(SEVENTY, "王一"))
    office.pay(201801, date(2018, 1, 8))
    assert paid(201801, SEVENTY) == 8_000
    with pytest.raises(Refused, match="没有需要调整"):
        office.carry("award.adjust", {"month": 201801, "notice": "人社部规〔2018〕3号"}, on=date(2018, 6, 4))


# ── Age bands: 65 +2, 70 +5, 80 +10, one of them, from 2019 ──


def test_each_age_has_its_band_and_bands_are_not_added_up() -> None:
    """In January 2019 the ages are 74, 80 turned on the 5th of January 2018, and 64: 108, 113 and 103."""
    office = office_of(
        2019, drawing(SEVENTY, "王一"), drawing(EIGHTY, "赵二"), drawing(TURNING_65, "钱三", pension_start=201403)
    )
    office.pay(201901, date(2019, 1, 8))
    assert [paid(201901, one) for one in (SEVENTY, EIGHTY, TURNING_65)] == [10_800, 11_300, 10_300]
    office.verify()


def test_who_turns_65_in_february_is_named_to_the_approver_in_march_and_raised_from_march() -> None:
    office = office_of(2019, drawing(SEVENTY, "王一"), drawing(TURNING_65, "钱三", pension_start=201403))
    for month in (201901, 201902):
        answer = office.pay(month, date(2019, month % 100, 18))
        assert not any("高龄" in one for one in answer.preview["notices"])
    answer = office.pay(201903, date(2019, 3, 8))
    assert any(one.startswith("1 人的待遇低于 201903") for one in answer.preview["notices"])
    office.carry("award.adjust", {"month": 201903, "notice": NOTICE}, on=date(2019, 3, 11))
    office.pay(201904, date(2019, 4, 8))
    assert [paid(month, TURNING_65) for month in (201902, 201903, 201904)] == [10_300, 10_500, 10_500]
    assert PayrollLine.objects.get(kind="13").amount_fen == 200
    office.verify()


# ── An award: 103, five yuan for each year above fifteen, the account over 139 ──


def test_an_award_of_eighteen_years_is_worked_out_to_the_fen() -> None:
    """Sixty in January 2019, from February: 88 + 15, 3 years x 5, and 13 900.00 / 139.

    13 882.65 earns a month's interest at 1.5 %: 17.353 → 17.35; together 13 900.00, so 100.00 a month and 218.00 in all.
    """
    zhou = number("19590115", 5)
    office = office_of(2019, {"name": "周四", "resident_number": zhou, "contributed_years": 18, "personal": 1_388_265})
    office.carry("award.grant", {"person": zhou, "applied_date": "2019-01-20"}, on=date(2019, 2, 1))
    award = Award.objects.get()
    assert (award.start_month, award.balance_fen) == (201902, 1_390_000)
    parts = dict(AwardComponent.objects.order_by("item").values_list("item", "amount_fen"))
    assert parts == {"001001": 8_800, "001002": 1_500, "001005": 1_500, "002001": 10_000}
    office.pay(201902, date(2019, 2, 18))
    assert paid(201902, zhou) == 21_800
    office.verify()
    # 长府发〔2014〕19号: the addition is paid by province, city and district at 6 : 2 : 2.
    due = Reading(2019, date(2019, 12, 31))
    levels = {
        level: due.number(f"fiscal.expected.basic.{level}") for level in ("central", "province", "city", "county")
    }
    assert levels == {"central": 8_800, "province": 1_500 + 900, "city": 300, "county": 300}


def test_exactly_fifteen_years_add_nothing() -> None:
    zhou = number("19590115", 5)
    office = office_of(2019, {"name": "周四", "resident_number": zhou, "contributed_years": 15, "personal": 139_000})
    office.carry("award.grant", {"person": zhou, "applied_date": "2019-01-20"}, on=date(2019, 2, 1))
    assert not AwardComponent.objects.filter(item="001005").exists()


def test_a_pension_taken_over_bears_what_long_contribution_and_age_add() -> None:
    """88 + 15 + 3 x 5 + 5 for somebody of 74 with eighteen years: 123."""
    office = office_of(2019, drawing(SEVENTY, "王一", contributed_years=18))
    office.pay(201901, date(2019, 1, 8))
    assert paid(201901, SEVENTY) == 12_300
    office.verify()


# ── Tiers and subsidies: 500 yuan bring 70, 2000 bring 170, at 6 : 2 : 2 ──


@pytest.mark.parametrize(
    ("fen", "province", "city", "county"),
    [
        (20_000, 2_400, 800, 800),
        (50_000, 4_200, 1_400, 1_400),
        (100_000, 7_200, 2_400, 2_400),
        (200_000, 10_200, 3_400, 3_400),
    ],
)
def test_a_contribution_brings_its_subsidy_by_level(fen: int, province: int, city: int, county: int) -> None:
    wu = number("19800101", 7)
    office = office_of(2019, {"name": "吴五", "resident_number": wu})
    office.contribute(wu, "吴五", fen, date(2019, 3, 1))
    credit(office, date(2019, 3, 4))
    assert held(wu) == {"PERSONAL": fen, "PROVINCE": province, "CITY": city, "COUNTY": county}
    office.verify()


def test_a_hundred_yuan_are_no_tier_any_more_but_for_the_hard_up() -> None:
    """88号: 100 yuan from 2019 for the severely disabled, 特困 and 低保 only, and the district pays it for them."""
    wu, disabled = number("19800101", 7), number("19800101", 9)
    office = office_of(
        2019, {"name": "吴五", "resident_number": wu}, {"name": "郑六", "resident_number": disabled, "category": "021"}
    )
    with pytest.raises(Refused) as refused:
        office.contribute(wu, "吴五", 10_000, date(2019, 3, 1))
    assert any("缴费金额不是现行缴费档次" in fault for fault in refused.value.faults)
    result = office.carry(
        "contribution.government_pay", {"year": 2019, "as_of": "2019-03-01"}, on=date(2019, 3, 4)
    ).result
    assert result == {"people": 1, "amount_fen": 10_000, "subsidy_fen": 3_000}
    assert held(disabled) == {"GOVERNMENT_PAID": 10_000, "PROVINCE": 1_800, "CITY": 600, "COUNTY": 600}


def test_a_hundred_yuan_are_chosen_by_the_hard_up_only() -> None:
    office = office_of(2019)
    for place, (category, told) in enumerate([("011", "只留给困难群体"), ("061", "")]):
        columns = {
            "name": ["冯七"],
            "resident_number": [number("19900505", 11 + place)],
            "household_type": ["20"],
            "category": [category],
            "division": [office.village],
            "address": ["甲街道乙社区"],
            "phone": [None],
            "tier": [100],
            "bank": ["农业银行"],
            "bank_account": [f"622848009999999999{place}"],
            "card_number": [None],
            "applied_date": [date(2019, 1, 5)],
        }
        case = {"file": office.file("参保.xlsx", "enrolment_batch", columns)}
        if not told:
            assert office.carry("enrolment.enrol", case, on=date(2019, 1, 7)).result == {"enrolled": 1}
            continue
        with pytest.raises(Refused) as refused:
            office.carry("enrolment.enrol", case, on=date(2019, 1, 7))
        assert any(told in fault for fault in refused.value.faults)


@pytest.mark.parametrize(
    ("birth", "joined", "year", "subsidised"),
    [
        ("19620301", 201803, 2013, True),  # 49 at the launch of July 2011, before 60, a year before joining
        ("19620301", 201201, 2016, False),  # a year missed since
        ("19850301", 201803, 2013, False),  # 26 at the launch
    ],
)
def test_made_up_years_earn_the_subsidy_by_their_kind(birth: str, joined: int, year: int, subsidised: bool) -> None:  # noqa: FBT001
    """长府发〔2014〕19号 part 7: who was within fifteen years of sixty at the launch earns it, an interruption does not."""
    wu = number(birth, 7)
    office = office_of(2019, {"name": "吴五", "resident_number": wu, "enrolled_month": joined})
    office.contribute(wu, "吴五", 50_000, date(2019, 3, 1), year=year)
    credit(office, date(2019, 3, 4))
    bonus = {"PROVINCE": 4_200, "CITY": 1_400, "COUNTY": 1_400} if subsidised else {}
    assert held(wu) == {"PERSONAL": 50_000} | bonus
    office.verify()


# ── The funeral grant: four months of the provincial minimum at the end of the year before ──


def test_the_grant_of_2025_is_four_months_of_the_minimum_of_december_2024() -> None:
    """By the rows held here 123 + 15 = 138 in December 2024, so 552.00 all through 2025, whatever the rise of January."""
    office_of(2019)
    assert law(date(2025, 3, 12)).funeral_rule().amount_fen == 4 * 13_800
    assert law(date(2025, 12, 30)).funeral_rule().amount_fen == 4 * 13_800
