"""A pension starts when everything it is reckoned from was there: age, scheme, relation, years and money."""

from datetime import date

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import Award, AwardComponent, PayrollLine
from tests.office import Office, number

pytestmark = pytest.mark.django_db


def opened(day: date, district: str = "430602", **said: object) -> tuple[Office, str]:
    """An office of some district and day, and somebody on its register who has paid every year and draws nothing."""
    office = Office(district, day)
    office.open_fund()
    person = str(said["resident_number"])
    office.register({"name": "张丙", "tier": 500} | said, as_of=date(day.year - 1, 12, 31))
    return office, person


def account_parts() -> list[tuple[int, int | None, int]]:
    parts = AwardComponent.objects.filter(item="002001").order_by("from_month")
    return list(parts.values_list("from_month", "to_month", "amount_fen"))


def test_january_awards_carry_last_years_interest() -> None:
    """Born 1962-12, awarded on 2023-01-05 before the year's interest is posted: 12000.00 and 1.5 % make 12180.00.

    12180.00 / 139 = 87.625… → 87.63, as a neighbour has it who comes a month later; not 12000.00 / 139 = 86.33.
    """
    office, zhang = opened(
        date(2022, 1, 10), resident_number=number("19621210", 3), personal=1_200_000, contributed_years=11
    )
    office.carry("award.grant", {"person": zhang, "applied_date": "2023-01-04"}, on=date(2023, 1, 5))
    assert Award.objects.values_list("start_month", "balance_fen").get() == (202301, 1_218_000)
    assert account_parts() == [(202301, None, 8_763)]
    office.carry("account.settle_year", {"year": 2022}, on=date(2023, 1, 6))
    office.verify()


def test_money_that_came_after_the_start_is_not_spread_over_earlier_months() -> None:
    """Sixty on 2017-06-10, six years due and paid before; 300.00 and 30.00 of subsidies for 2017 come in October.

    Awarded in November: from July what was there then, 13900.00 and interest through June: 13900 × 1.5 % / 2 = 104.25;
    14004.25 / 139 = 100.75. From November the money of October counts, too; it is a matter of the sources.
    """
    office, zhang = opened(
        date(2017, 1, 5), resident_number=number("19570610", 3), personal=1_390_000, contributed_years=6
    )
    office.contribute(zhang, "张丙", 30_000, date(2017, 10, 10))
    office.carry("contribution.credit", {"through": "2017-10-31"}, on=date(2017, 10, 31))
    office.carry("award.grant", {"person": zhang, "applied_date": "2017-11-02"}, on=date(2017, 11, 3))
    # 14004.25 + 300.00 = 14304.25 of the person's own, / 139 = 102.908… → 102.91 (or a fen by the shares of subsidies)
    assert Award.objects.get().start_month == 201707
    first, then = account_parts()
    assert first == (201707, 201711, 10_075)
    assert then[:2] == (201711, None)
    assert then[2] in {10_290, 10_291}
    office.verify()


def test_who_moves_in_at_an_age_draws_from_the_month_after_and_not_from_sixty() -> None:
    """Aged 65, in from the employees' scheme on 2026-02-03 with 300.00 and fifteen years: from March 2026."""
    office = Office("370202", date(2026, 1, 5))
    office.open_fund()
    office.register({"name": "孙丁", "resident_number": number("19800101", 7)}, as_of=date(2025, 12, 31))
    moved = number("19610110", 9)
    office.receive("COLLECTION", 30_000, "ZR1", date(2026, 2, 2))
    office.carry(
        "transfer.receive",
        {
            "person": moved,
            "name": "钱乙",
            "kind": "FROM_EMPLOYEES",
            "from_agency": "某市社保中心",
            "division": office.village,
            "years": 15,
            "sheet": "转字第15号",
            "personal_fen": 30_000,
            "reference": "ZR1",
            "bank": "农业银行",
            "bank_account": "62284800000000000099",
        },
        on=date(2026, 2, 3),
    )
    office.carry("award.grant", {"person": moved, "applied_date": "2026-03-05"}, on=date(2026, 3, 5))
    assert Award.objects.get().start_month == 202603
    office.verify()


def test_nobody_is_paid_for_months_before_the_scheme() -> None:
    """Past sixty when the scheme began on 2011-07-01, on its register from that month: from July 2011."""
    office, li = opened(
        date(2017, 1, 5), resident_number=number("19480310", 5), enrolled_month=201107, contributed_years=0
    )
    office.carry("award.grant", {"person": li, "applied_date": "2017-01-05"}, on=date(2017, 1, 5))
    assert Award.objects.get().start_month == 201107
    office.pay(201701, date(2017, 1, 20))
    assert min(PayrollLine.objects.values_list("month", flat=True)) == 201107
    office.verify()


# ── Years that cannot be paid ──


def test_who_is_past_sixty_with_every_year_paid_pays_no_more() -> None:
    """Born 1950-03, fifteen years: top-tier years made up in March 2026 would be drawn back-pay for; none is taken."""
    office, old = opened(
        date(2026, 1, 5), "370202", resident_number=number("19500310", 5), personal=300_000, contributed_years=15
    )
    for year, fen in ((2015, 200_000), (2026, 200_000)):
        with pytest.raises(Refused, match="已到龄且应缴年限已缴满，不再缴费"):
            office.contribute(old, "张丙", fen, date(2026, 3, 2), year=year)


def test_who_lacks_years_past_sixty_pays_those_and_no_more() -> None:
    """Born 1957-12, six years due, four paid: two may be made up in 2018, not three; draws from the month after."""
    office, qian = opened(date(2018, 1, 5), resident_number=number("19571205", 5), contributed_years=4, personal=40_000)
    for year in (2015, 2016):
        office.contribute(qian, "张丙", 10_000, date(2018, 2, 10), year=year)
    with pytest.raises(Refused, match="已到龄且应缴年限已缴满"):
        office.contribute(qian, "张丙", 10_000, date(2018, 3, 10), year=2017)
    office.carry("contribution.credit", {"through": "2018-03-10"}, on=date(2018, 3, 10))
    office.carry("award.grant", {"person": qian, "applied_date": "2018-03-11"}, on=date(2018, 3, 12))
    assert Award.objects.get().start_month == 201803


def test_years_paid_before_the_takeover_are_not_paid_again() -> None:
    """Aged 45, thirteen years at the takeover of 2025-12-31; 2011 to 2026 are sixteen years, so three more at most."""
    office, li = opened(date(2026, 1, 5), "370202", resident_number=number("19800315", 2), contributed_years=13)
    for year in (2011, 2012, 2013):
        office.contribute(li, "张丙", 200_000, date(2026, 3, 2), year=year)
    with pytest.raises(Refused, match="累计缴费年限将达 17 年，按年龄和制度启动日至多 16 年"):
        office.contribute(li, "张丙", 200_000, date(2026, 3, 3), year=2014)
