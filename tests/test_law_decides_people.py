"""Changing a row of the law changes who may join, draw and be paid for: ages, years, tiers, grants; each worked by hand."""

import json
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import AwardComponent, DelegatedPayee, Proposal
from tests.office import Office, number
from tests.test_law_decides import LI, Ruled, award, dead, held, payer, pensioner
from tests.test_operations_membership import enrolment_file, transfer
from tests.test_operations_payments import calculate, paid, roster

pytestmark = pytest.mark.django_db

SPRING = date(2017, 3, 22)
SEVENTEEN, SEASONED = number("20000101", 9), number("19650101", 9)


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    return office


def refusal(office: Office, code: str, case: dict[str, Any], *, on: date) -> str:
    with pytest.raises(Refused) as refused:
        office.carry(code, case, on=on)
    return "\n".join(refused.value.faults)


# ── Who may draw, and what ──


@pytest.mark.parametrize(
    ("key", "fen", "item"),
    [
        ("benefit.base_national", 9_000, "001001"),
        ("benefit.base_province", 2_000, "001002"),
        ("benefit.base_county", 700, "001004"),
    ],
)
def test_each_level_pays_the_part_its_row_says(office: Office, ruled: Ruled, key: str, fen: int, item: str) -> None:
    ruled(key, fen)
    assert award(office)[item] == fen
    office.verify()


def test_the_balance_is_spread_over_the_months_of_its_row(office: Office, ruled: Ruled) -> None:
    """1 390.00 earn 20.85 in the twelve months of 2017; 1 410.85 over 100 months are 14.11, over 139 they were 10.15."""
    ruled("benefit.annuity_divisor", 100)
    assert award(office)["002001"] == 1_411
    office.verify()


@pytest.mark.parametrize(
    ("key", "value"),
    [("scheme.required_years", 5), ("scheme.launch_date", date(2012, 7, 1))],
)
def test_the_years_somebody_owes_follow_their_rows(office: Office, ruled: Ruled, key: str, value: Any) -> None:
    """Born in December 1957: 2017 - 2011 = 6 years are owed and five paid; where five are enough, or 2017 - 2012, it is."""
    with pytest.raises(Refused):
        award(office, years=5)
    ruled(key, value)
    office.carry("award.grant", {"person": number("19571210", 3), "applied_date": "2017-12-15"}, on=date(2017, 12, 20))
    assert AwardComponent.objects.exists()


def test_nobody_draws_before_the_age_of_its_row(office: Office, ruled: Ruled) -> None:
    """Sixty in December 2017, when the age is sixty-one."""
    ruled("scheme.pension_age", 61)
    with pytest.raises(Refused) as refused:
        award(office)
    assert any("尚未到龄" in fault for fault in refused.value.faults)


# ── Who may join, and with how many years ──


@pytest.mark.parametrize(("age", "joins"), [(16, True), (18, False)])
def test_nobody_joins_before_the_age_of_its_row(office: Office, ruled: Ruled, age: int, joins: bool) -> None:  # noqa: FBT001
    ruled("scheme.min_age", age)
    case = {"file": enrolment_file(office, {"resident_number": SEVENTEEN})}
    if joins:
        assert office.carry("enrolment.enrol", case, on=SPRING)
    else:
        assert "17 周岁" in refusal(office, "enrolment.enrol", case, on=SPRING)


@pytest.mark.parametrize(
    ("key", "value", "most"),
    [("scheme.transitional_age", 47, 7), ("scheme.transitional_years_cap", 9, 9)],
)
def test_who_was_of_a_certain_age_at_the_launch_may_have_made_years_up(
    office: Office, ruled: Ruled, key: str, value: int, most: int
) -> None:
    """Born in 1965, 46 in July 2011: at 45 and with 15 years ten are possible; at 47 only 2011 to 2017 count, seven."""
    case = transfer(person=SEASONED, years=10)
    office.receive("COLLECTION", 50_000, "ZR1", SPRING)
    ruled(key, value)
    assert f"至多 {most} 年" in refusal(office, "transfer.receive", case, on=SPRING)


def test_ten_years_of_somebody_of_46_at_the_launch_are_possible(office: Office) -> None:
    office.receive("COLLECTION", 50_000, "ZR1", SPRING)
    assert office.carry("transfer.receive", transfer(person=SEASONED, years=10), on=SPRING)


# ── Tiers and who pays ──


def test_only_tiers_of_the_row_are_taken_in(office: Office, ruled: Ruled) -> None:
    office.register(payer())
    ruled("contribution.tier_list", [10_000, 25_000])
    with pytest.raises(Refused) as refused:
        office.contribute(LI, "李乙", 20_000, date(2017, 3, 1))
    assert any("不是现行缴费档次" in fault for fault in refused.value.faults)
    office.contribute(LI, "李乙", 25_000, date(2017, 3, 1))


def test_a_subsidy_is_what_the_collection_rules_say(office: Office, ruled: Ruled) -> None:
    """15.00 from the province with the tier of 100.00; here 41.00."""
    line = {
        "name": "个人缴费",
        "categories": ["*"],
        "household": "*",
        "tiers": [10_000],
        "lines": [{"item": "1", "amount": "tier", "subsidy": False}, {"item": "3", "amount": 4_100, "subsidy": True}],
    }
    ruled("contribution.collection_rules", [line])
    office.register(payer())
    office.contribute(LI, "李乙", 10_000, date(2017, 3, 1))
    office.carry("contribution.credit", {"through": "2017-03-01"}, on=date(2017, 3, 2))
    assert held() == {"PERSONAL": 10_000, "PROVINCE": 4_100}
    office.verify()


@pytest.mark.parametrize(("tier", "paid_fen"), [(10_000, 10_000), (20_000, 0)])
def test_governments_pay_the_lowest_tier_of_its_row(office: Office, ruled: Ruled, tier: int, paid_fen: int) -> None:
    """100.00 of the hard-up are paid for in 2017; at a lowest tier of 200.00 no rule says who pays."""
    office.register(payer(category="021"))
    ruled("contribution.poor_min_tier", tier)
    office.carry("contribution.government_pay", {"year": 2017, "as_of": "2017-03-01"}, on=date(2017, 3, 1))
    assert held().get("GOVERNMENT_PAID", 0) == paid_fen


def test_a_programme_pays_up_to_the_total_of_its_row(office: Office, ruled: Ruled) -> None:
    """150.00 a month, and 200.00 in all: 150.00 in January, what is left of it in February, nothing in March."""
    programme = {
        "code": "801",
        "pay_type": "DF0001",
        "name": "独生子女父母奖励",
        "payer": "卫生健康部门",
        "ends": "DEATH",
        "formula": "FIXED_MONTHLY",
        "monthly_fen": 8_000,
        "one_off_total_fen": 20_000,
        "start_age": 60,
    }
    ruled("delegated.programmes", [programme])
    roster(office, {"monthly_amount": 15_000})
    for month, on in ((201701, date(2017, 1, 20)), (201702, date(2017, 2, 20))):
        office.settle(calculate(office, month, on), on)
    assert [fen for _, fen, _ in paid()] == [15_000, 5_000]
    with pytest.raises(Refused) as refused:
        calculate(office, 201703, date(2017, 3, 20))
    assert any("没有应代发的月份" in fault for fault in refused.value.faults)


def test_a_programme_by_years_of_service_tells_whose_standard_does_not_fit(office: Office, ruled: Ruled) -> None:
    """10.00 for each year: 300.00 are right for thirty years and wrong for 25; without years nobody can say."""
    programme = {
        "code": "802",
        "pay_type": "DF0002",
        "name": "乡村教师生活补助",
        "payer": "教育部门",
        "ends": "DEATH",
        "formula": "PER_SERVICE_YEAR",
        "monthly_fen": None,
        "per_year_fen": 1_000,
        "one_off_total_fen": None,
        "start_age": 60,
    }
    ruled("delegated.programmes", [programme])
    of_teachers = {"programme": "802", "monthly_amount": 30_000}
    years = (30, 25, None)
    roster(
        office,
        *(
            of_teachers | {"resident_number": number("19500101", 50 + place), "service_years": one}
            for place, one in enumerate(years)
        ),
    )
    notices = json.loads(Proposal.objects.filter(code="delegated.enrol").latest("id").preview)["notices"]
    assert [notice for notice in notices if "1 人的月标准与项目标准不同" in notice]
    assert [notice for notice in notices if "1 人的项目按服务年限计发而没有服务年限" in notice]
    kept = DelegatedPayee.objects.order_by("id").values_list("service_years", flat=True)
    assert tuple(kept)[-3:] == years


# ── Interest ──


@pytest.mark.parametrize(("counts", "fen"), [(False, 146), (True, 163)])
def test_the_month_money_comes_in_earns_where_the_row_says_so(
    office: Office,
    ruled: Ruled,
    counts: bool,  # noqa: FBT001
    fen: int,
) -> None:
    """130.00 (100 and 30 of subsidy) come in March: nine months at 1.5 % are 1.4625, ten are 1.625."""
    ruled("interest.credit_month_counts", counts)
    office.register(payer())
    office.contribute(LI, "李乙", 10_000, date(2017, 3, 1))
    office.carry("contribution.credit", {"through": "2017-03-01"}, on=date(2017, 3, 2))
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 10))
    assert sum(held().values()) == 13_000 + fen
    office.verify()


@pytest.mark.parametrize(("status", "told"), [("FINAL", False), ("PROVISIONAL", True)])
def test_a_provisional_rate_is_told_to_whoever_approves_it(
    office: Office,
    ruled: Ruled,
    status: str,
    told: bool,  # noqa: FBT001
) -> None:
    ruled("interest.account_rate_status", status)
    office.register(payer(personal=100_000))
    answer = office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 10))
    assert any("为暂定" in notice for notice in answer.preview["notices"]) is told


# ── The funeral grant ──


@pytest.mark.parametrize(
    ("key", "value", "how", "fen"),
    [
        ("funeral.report_within_days", 8, {}, 100_000),  # dead on the 12th, reported on the 20th
        ("funeral.report_within_days", 7, {}, 0),
        ("funeral.requires_cremation", True, {"burial": "土葬"}, 0),
        ("funeral.requires_cremation", False, {"burial": "土葬"}, 100_000),
        ("funeral.rule_start", date(2017, 3, 12), {}, 100_000),
        ("funeral.rule_start", date(2017, 3, 13), {}, 0),
        ("funeral.requires_contributions", True, {}, 0),  # nothing was ever paid
        ("funeral.requires_contributions", False, {}, 100_000),
    ],
)
def test_a_grant_asks_for_what_its_rows_ask(
    office: Office, ruled: Ruled, key: str, value: Any, how: dict[str, str], fen: int
) -> None:
    ruled(key, value)
    office.register(pensioner())
    assert dead(office, date(2017, 3, 25), **how).funeral_fen == fen


@pytest.mark.parametrize(("asked", "fen"), [(True, 0), (False, 100_000)])
def test_a_grant_for_somebody_whose_pension_rests(office: Office, ruled: Ruled, asked: bool, fen: int) -> None:  # noqa: FBT001
    ruled("funeral.requires_in_payment", asked)
    office.register(pensioner(suspended_from=201701, suspension_reason="1202", enrolment_state="2"))
    assert dead(office, date(2017, 3, 25)).funeral_fen == fen
