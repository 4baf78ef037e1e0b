"""Changing a row of the law changes what an act does: one test for each rule about money, expected values worked by hand."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.operations.law import law
from jubao.policy import CannotReadPolicy, Policy
from jubao.records.models import (
    AccountBalance,
    Award,
    AwardComponent,
    MatchCandidate,
    Payout,
    PayrollLine,
    Proposal,
    Settlement,
    Transfer,
)
from jubao.reports.catalogue.reading import Reading
from jubao.reports.explanation.award import award_tree
from tests.office import Office, number
from tests.test_operations_registers import map_register, take

pytestmark = pytest.mark.django_db

WANG, ZHAO, LI = number("19500315", 1), number("19571210", 3), number("19700101", 5)
START = date(2009, 9, 1)
Ruled = Callable[[str, Any], None]


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    return office


def pensioner(**said: Any) -> dict[str, Any]:
    return {"name": "王甲", "resident_number": WANG, "pension_start": 201108, "contributed_years": 0} | said


def payer(**said: Any) -> dict[str, Any]:
    return {"name": "李乙", "resident_number": LI} | said


def award(office: Office, *, years: int = 7, personal: int = 139_000) -> dict[str, int]:
    """Somebody of sixty in December 2017 is awarded on the 20th; the parts by item."""
    office.register({"name": "赵乙", "resident_number": ZHAO, "contributed_years": years, "personal": personal})
    office.carry("award.grant", {"person": ZHAO, "applied_date": "2017-12-15"}, on=date(2017, 12, 20))
    return dict(AwardComponent.objects.order_by("item").values_list("item", "amount_fen"))


def paid(month: int) -> int:
    return sum(line.amount_fen for line in PayrollLine.objects.filter(month=month, state="PAID"))


def held(resident: str = LI) -> dict[str, int]:
    rows = AccountBalance.objects.filter(person__resident_number=resident, balance_fen__gt=0)
    return dict(rows.values_list("source", "balance_fen"))


def dead(office: Office, on: date, **said: Any) -> Settlement:
    case = {
        "person": WANG,
        "reason": "1401",
        "event_date": "2017-03-12",
        "reported_date": "2017-03-20",
        "burial": "火化",
    }
    office.carry("award.terminate", case | {"heir_name": "王小", "heir_account": "6228480012345678901"} | said, on=on)
    return Settlement.objects.get(person__resident_number=WANG)


# ── The pension ──


def test_the_account_pension_is_raised_to_the_jiao_where_the_law_says_so(office: Office, ruled: Ruled) -> None:
    """1 000.00 earns twelve months at 1.5 %: 15.00; 1 015.00 / 139 = 7.302…, so 7.30, or 7.40 up to the jiao."""
    ruled("benefit.account_rounding", "UP_TO_JIAO")
    assert award(office, personal=100_000)["002001"] == 740
    assert Award.objects.get().balance_fen == 101_500
    office.verify()


def test_half_of_the_national_minimum_is_the_provinces_where_the_law_says_so(office: Office, ruled: Ruled) -> None:
    """70 and 15: 35 from the centre, 35 and 15 from the province."""
    ruled("benefit.national_base_shares", [{"level": "CENTRAL", "ppm": 500_000}, {"level": "PROVINCE", "ppm": 500_000}])
    parts = award(office)
    assert (parts["001001"], parts["001002"]) == (3_500, 5_000)
    office.verify()


@pytest.mark.parametrize(
    ("bands", "fen"),
    [
        ([{"beyond_years": 15, "per_year_fen": 200}], 600),  # 3 years x 2
        (
            [{"beyond_years": 0, "per_year_fen": 100}, {"beyond_years": 15, "per_year_fen": 200}],
            2_100,
        ),  # 15 x 1 + 3 x 2
        ([{"beyond_years": 15, "per_year_ppm": 10_000}], 255),  # 3 years x 1 % of 85.00
    ],
)
def test_years_add_by_their_bands(office: Office, ruled: Ruled, bands: list[dict[str, int]], fen: int) -> None:
    """湖北's shape counts from the first year, 江苏's in millionths of the basic pension."""
    ruled("benefit.years_increment", bands)
    assert award(office, years=18)["001005"] == fen
    office.verify()


@pytest.mark.parametrize(("offset", "raised"), [(0, 201712), (1, 201801), (2, 201802)])
def test_the_addition_of_an_age_begins_by_its_rule(office: Office, ruled: Ruled, offset: int, raised: int) -> None:
    """Born in December 1957, awarded at sixty with a band at sixty."""
    ruled("benefit.age_addon", [{"from_age": 60, "amount_fen": 300}])
    ruled("benefit.age_addon_month_offset", offset)
    office.register({"name": "赵乙", "resident_number": ZHAO, "contributed_years": 7, "personal": 139_000})
    office.carry("award.grant", {"person": ZHAO, "applied_date": "2018-02-05"}, on=date(2018, 2, 6))
    assert AwardComponent.objects.get(item="001005").from_month == max(raised, 201801)
    office.verify()


@pytest.mark.parametrize(("offset", "start"), [(0, 201712), (1, 201801), (2, 201802)])
def test_a_pension_starts_by_its_rule(office: Office, ruled: Ruled, offset: int, start: int) -> None:
    ruled("scheme.start_month_offset", offset)
    award(office)
    assert Award.objects.get().start_month == start
    office.verify()


@pytest.mark.parametrize(("offset", "overpaid"), [(0, 3), (1, 2), (2, 1)])
def test_a_pension_stops_by_its_rule(office: Office, ruled: Ruled, offset: int, overpaid: int) -> None:
    """Dead in March, paid until May: from March, April or May on the months are not due."""
    ruled("scheme.stop_month_offset", offset)
    office.register(pensioner())
    for month in range(201701, 201706):
        office.pay(month, date(2017, month % 100, 5))
    assert dead(office, date(2017, 5, 20)).overpaid_fen == overpaid * 8_500


def test_a_part_that_a_city_begins_to_pay_reaches_everybody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """No part of the city so far: two yuan from February, three from March, announced in April; each month its own."""
    known = date(2017, 4, 1)
    rows = [
        {"from": START, "value": 0, "source": "house-defaults"},
        {"from": date(2017, 2, 1), "value": 200, "source": "house-defaults", "announced": known},
        {"from": date(2017, 3, 1), "value": 300, "source": "house-defaults", "announced": known},
    ]
    changed = Policy.load().with_rows("benefit.base_city", rows)
    monkeypatch.setattr(Policy, "load", lambda: changed)
    office.register(pensioner())
    for month in (201701, 201702, 201703):
        office.pay(month, date(2017, month % 100, 5))
    office.carry("award.adjust", {"month": 201702, "notice": "市政府文件"}, on=date(2017, 4, 3))
    office.pay(201704, date(2017, 4, 5))
    assert [paid(month) for month in (201701, 201702, 201703, 201704)] == [8_500, 8_700, 8_800, 8_800]
    office.verify()


# ── What was not known yet ──


def test_every_act_reads_the_law_as_it_was_known_on_its_day(office: Office) -> None:
    """88.00 from 2018-01 was announced on 2018-05-10: before that day no act hears of it, by whatever way it asks."""
    assert law(date(2018, 3, 1)).basic_parts()["001001"] == 7_000
    assert law(date(2018, 5, 10)).basic_parts()["001001"] == 8_800
    office.started = date(2018, 1, 2)
    office.register(pensioner(), as_of=date(2017, 12, 31))
    office.pay(201801, date(2018, 1, 5))
    with pytest.raises(Refused, match="没有需要调整"):
        office.carry("award.adjust", {"month": 201801, "notice": "传闻"}, on=date(2018, 5, 9))
    office.carry("award.adjust", {"month": 201801, "notice": "人社部规〔2018〕3号"}, on=date(2018, 5, 10))
    office.verify()


def test_an_explanation_names_the_row_that_was_known_when_the_part_was_awarded(office: Office) -> None:
    """An award of December 2017 carries 70.00 for January 2018; what was announced in May explains nothing of it."""
    award(office)
    parts = award_tree(Award.objects.get(), 201801)["parts"]
    assert next(part["law"]["value"] for part in parts if part["item"] == "001001") == 7_000


def test_a_rate_announced_after_the_years_settlement_does_not_contradict_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settled at 1.5 % in January 2018; 2.4 % is announced in March: what was posted stays right as known then."""
    rows = [
        {"from": START, "value": 15_000, "source": "house-defaults"},
        {"from": date(2017, 1, 1), "value": 24_000, "source": "house-defaults", "announced": date(2018, 3, 1)},
    ]
    changed = Policy.load().with_rows("interest.account_rate", rows)
    monkeypatch.setattr(Policy, "load", lambda: changed)
    office.register(payer(personal=100_000))
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 10))
    assert held()["PERSONAL"] == 101_500
    office.verify()


# ── The funeral grant ──


def test_a_grant_of_months_is_counted_in_the_basic_pension_of_the_day(office: Office, ruled: Ruled) -> None:
    """湖北's shape: ten times 85.00 in the month of death."""
    ruled("funeral.standard", {"months": 10, "base": "PAID", "at": "DEATH", "least_fen": 50_000})
    office.register(pensioner())
    office.pay(201701, date(2017, 1, 5))
    assert dead(office, date(2017, 3, 25)).funeral_fen == 85_000


def test_a_grant_is_never_below_its_floor(office: Office, ruled: Ruled) -> None:
    ruled("funeral.standard", {"months": 4, "base": "PROVINCE", "at": "LAST_YEAR_END", "least_fen": 60_000})
    office.register(pensioner())
    assert dead(office, date(2017, 3, 25)).funeral_fen == 60_000  # 4 x 85.00 is 340.00


@pytest.mark.parametrize(("died", "fen"), [("2016-12-30", 0), ("2017-03-12", 100_000), ("2017-03-15", 200_000)])
def test_a_grant_follows_the_day_of_death_not_the_day_of_the_act(
    office: Office, monkeypatch: pytest.MonkeyPatch, died: str, fen: int
) -> None:
    """1 000 yuan from 2017-01-01, 2 000 from 2017-03-15; all settled on the 25th of March."""
    rows = [
        {"from": date(2017, 1, 1), "value": {"fixed_fen": 100_000}, "source": "house-defaults"},
        {"from": date(2017, 3, 15), "value": {"fixed_fen": 200_000}, "source": "house-defaults"},
    ]
    changed = Policy.load().with_rows("funeral.standard", rows)
    monkeypatch.setattr(Policy, "load", lambda: changed)
    office.register(pensioner())
    assert dead(office, date(2017, 3, 25), event_date=died, reported_date=died).funeral_fen == fen


def test_a_grant_may_ask_for_contributions(office: Office, ruled: Ruled) -> None:
    ruled("funeral.requires_contributions", value=True)
    office.register(pensioner())
    assert dead(office, date(2017, 3, 25)).funeral_fen == 0


# ── Contributions and subsidies ──


def test_nothing_is_credited_below_the_nations_floor(office: Office, ruled: Ruled) -> None:
    """30 yuan go with 100 here; where the nation asks for 40, crediting stops and names the rule."""
    ruled("contribution.subsidy_floor", [{"tier_fen": 10_000, "subsidy_fen": 4_000}])
    office.register(payer(), payer(name="孙丙", resident_number=number("19700101", 7), category="021"))
    office.contribute(LI, "李乙", 10_000, date(2017, 3, 1))
    with pytest.raises(Refused) as refused:
        office.carry("contribution.credit", {"through": "2017-03-01"}, on=date(2017, 3, 2))
    assert "100.00 元档补贴合计低于国家下限" in refused.value.faults[0]
    with pytest.raises(Refused, match="未办理") as refused:
        office.carry("contribution.government_pay", {"year": 2017, "as_of": "2017-03-01"}, on=date(2017, 3, 2))
    assert "最低档的政府补贴合计低于国家下限" in refused.value.faults[0]


@pytest.mark.parametrize(("most", "province"), [(1, 2_000), (2, 3_500)])
def test_a_year_brings_as_many_subsidies_as_the_law_grants(
    office: Office, ruled: Ruled, most: int, province: int
) -> None:
    """Paid for with 100 (15 from the province), then 200 of one's own (20): the higher alone, or both."""
    ruled("contribution.subsidies_per_year", most)
    office.register(payer(category="021"))
    office.carry("contribution.government_pay", {"year": 2017, "as_of": "2017-03-01"}, on=date(2017, 3, 1))
    office.contribute(LI, "李乙", 20_000, date(2017, 4, 1))
    office.carry("contribution.credit", {"through": "2017-04-01"}, on=date(2017, 4, 2))
    assert held()["PROVINCE"] == province


@pytest.mark.parametrize(("rule", "accepted"), [("YEAR_OF_PAYMENT", True), ("YEAR_OWED", False)])
def test_a_year_made_up_is_paid_by_the_tiers_its_rule_names(
    office: Office,
    ruled: Ruled,
    rule: str,
    accepted: bool,  # noqa: FBT001
) -> None:
    """3 000 yuan are a tier since July 2014, not in 2012."""
    ruled("contribution.make_up_tier_rule", rule)
    office.register(payer(enrolled_month=201612))
    if accepted:
        office.contribute(LI, "李乙", 300_000, date(2017, 3, 1), year=2012)
        return
    with pytest.raises(Refused) as refused:
        office.contribute(LI, "李乙", 300_000, date(2017, 3, 1), year=2012)
    assert any("不是现行缴费档次" in fault for fault in refused.value.faults)


def test_what_the_office_takes_in_after_the_tax_authority_took_over_is_shown(office: Office, ruled: Ruled) -> None:
    office.register(payer(), payer(name="孙丙", resident_number=number("19700101", 7)))
    office.contribute(LI, "李乙", 10_000, date(2017, 3, 1))
    told = [json.loads(p.preview)["notices"] for p in Proposal.objects.filter(code="contribution.bank").order_by("id")]
    assert told == [[]]
    ruled("contribution.collector", "TAX")
    office.contribute(number("19700101", 7), "孙丙", 10_000, date(2017, 3, 6))
    last = Proposal.objects.filter(code="contribution.bank").order_by("id").last()
    assert last is not None
    assert any("税务部门" in notice for notice in json.loads(last.preview)["notices"])


# ── What becomes of the account ──


def left(office: Office, reason: str) -> Settlement:
    """Somebody with 100.00 of one's own and 20.00 of the province leaves in January."""
    office.register(payer(personal=10_000, province=2_000))
    office.carry("enrolment.end", {"person": LI, "reason": reason, "event_date": "2017-01-05"}, on=date(2017, 1, 9))
    return Settlement.objects.get()


@pytest.mark.parametrize(
    ("reason", "account", "paid_out"),
    [("6406", "PAID", 12_000), ("6499", "PAID_WITHOUT_SUBSIDY", 10_000), ("6407", "KEPT", 0)],
)
def test_an_account_ends_by_the_table_of_reasons(office: Office, reason: str, account: str, paid_out: int) -> None:
    settlement = left(office, reason)
    assert (settlement.account, settlement.refundable_fen) == (account, paid_out)
    assert sum(Payout.objects.values_list("amount_fen", flat=True)) == paid_out
    assert sum(held().values()) == (12_000 if account == "KEPT" else 0)
    office.verify()


def test_another_row_of_the_table_settles_otherwise(office: Office, ruled: Ruled) -> None:
    ruled("scheme.settlement_by_reason", [{"reason": "6406", "account": "PAID_WITHOUT_SUBSIDY"}])
    assert left(office, "6406").refundable_fen == 10_000
    office.verify()


def test_who_died_before_the_subsidy_was_inheritable_leaves_it_to_the_fund(office: Office) -> None:
    """国发〔2014〕8号 of 2014-02-21 made the whole balance inheritable; the day of death decides."""
    office.register(payer(personal=10_000, province=2_000))
    case = {"person": LI, "reason": "6401", "event_date": "2014-02-20", "evidence": "死亡医学证明 2014-1"}
    heir = {"payee_name": "李小", "payee_account": "6228480012345678901", "heir_evidence": "亲属关系证明 2017-1"}
    office.carry("enrolment.end", case | heir, on=date(2017, 1, 9))
    assert Settlement.objects.get().refundable_fen == 10_000
    office.verify()


def test_who_moved_away_takes_the_account_along_and_is_paid_nothing_here(office: Office) -> None:
    office.register(payer(personal=10_000, province=2_000))
    with pytest.raises(Refused) as refused:
        office.carry("enrolment.end", {"person": LI, "reason": "6404", "event_date": "2017-01-05"}, on=date(2017, 1, 9))
    assert "账户随关系转移，不在本地支付" in refused.value.faults[0]
    send = {
        "person": LI,
        "kind": "CROSS_PROVINCE",
        "to_agency": "某县居保中心",
        "to_account": "6228480099999999999",
        "applied_date": "2017-01-05",
    }
    office.carry("transfer.send", send, on=date(2017, 1, 9))
    assert Transfer.objects.get().amount_fen == 12_000
    office.verify()


def test_an_account_kept_for_the_linkage_earns_until_it_goes_to_the_employees_scheme(office: Office) -> None:
    """120.00 at 1.5 % for 2017: 1.80; in January 2018 the whole account goes."""
    left(office, "6407")
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 10))
    assert sum(held().values()) == 12_180
    send = {
        "person": LI,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "职保经办机构",
        "to_account": "6228480099999999999",
        "applied_date": "2018-01-05",
    }
    with pytest.raises(Refused) as refused:
        office.carry("transfer.send", send, on=date(2018, 1, 11))
    assert "不能转出" in refused.value.faults[0]
    office.carry("transfer.send", send | {"kind": "TO_EMPLOYEES"}, on=date(2018, 1, 11))
    assert Transfer.objects.get().amount_fen == 12_180
    office.verify()
    with pytest.raises(Refused, match="未办理"):
        office.carry("transfer.send", send | {"kind": "TO_EMPLOYEES"}, on=date(2018, 1, 12))


def test_who_dies_with_a_kept_account_leaves_it_to_the_heirs(office: Office) -> None:
    left(office, "6407")
    case = {"person": LI, "reason": "6401", "event_date": "2017-01-10", "evidence": "死亡医学证明 2017-1"}
    heir = {"payee_name": "李小", "payee_account": "6228480012345678901", "heir_evidence": "亲属关系证明 2017-1"}
    office.carry("enrolment.end", case | heir, on=date(2017, 1, 12))
    assert Payout.objects.get().amount_fen == 12_000
    assert not held()
    office.verify()


# ── Who pays ──


@pytest.mark.parametrize(
    ("key", "figure"),
    [
        ("fiscal.government_paid_shares", "government_paid"),
        ("fiscal.funeral_shares", "funeral"),
        ("fiscal.increment_shares", "basic"),
    ],
)
def test_levels_owe_their_shares_of_every_row_to_the_fen(office: Office, ruled: Ruled, key: str, figure: str) -> None:
    """At 40 : 33 : 27 five yuan and a fen are 2.00, 1.65 and 1.36: whole fen, and together the row."""
    shares = [
        {"level": "PROVINCE", "ppm": 400_000},
        {"level": "CITY", "ppm": 330_000},
        {"level": "COUNTY", "ppm": 270_000},
    ]
    ruled(key, shares)
    whole, other = _owed(office, ruled, figure)
    due = Reading(2017, date(2017, 12, 31))
    levels = [due.number(f"fiscal.expected.{figure}.{level}") or 0 for level in ("province", "city", "county")]
    assert [fen - more for fen, more in zip(levels, other, strict=True)] == [
        whole * 40 // 100,
        whole * 73 // 100 - whole * 40 // 100,
        whole - whole * 73 // 100,
    ]


def _owed(office: Office, ruled: Ruled, figure: str) -> tuple[int, list[int]]:
    """One sum of each kind in the books: its fen, and what province, city and county owe beside it."""
    if figure == "government_paid":
        office.register(payer(category="021"))
        office.carry("contribution.government_pay", {"year": 2017, "as_of": "2017-03-01"}, on=date(2017, 3, 1))
        return 10_000, [0, 0, 0]
    if figure == "basic":
        ruled("benefit.years_increment", [{"beyond_years": 0, "per_year_fen": 501}])
        office.register(pensioner(contributed_years=1))
        office.pay(201701, date(2017, 1, 5))
        return 501, [1_500, 0, 0]
    office.register(pensioner())
    dead(office, date(2017, 3, 25))
    answer = office.carry("payout.collect", {"through": "2017-03-25"}, on=date(2017, 3, 25))
    office.settle(answer, date(2017, 3, 27))
    return 100_000, [0, 0, 0]


# ── The law of the place ──


def test_an_act_that_goes_by_the_nations_row_where_the_law_asks_for_a_local_one_says_so() -> None:
    """In Qingdao nobody wrote down the province's part, the launch or the grant: the approver reads which, and of where."""
    office = Office("370202", date(2021, 1, 5))
    office.open_fund()
    office.register(pensioner(certified_month=202012), as_of=date(2020, 12, 31))
    case = {
        "person": WANG,
        "reason": "1401",
        "event_date": "2021-01-04",
        "reported_date": "2021-01-05",
        "burial": "火化",
        "heir_name": "王小",
        "heir_account": "6228480012345678901",
    }
    answer = office.carry("award.terminate", case, on=date(2021, 1, 6))
    for key in ("funeral.standard", "funeral.requires_cremation"):
        assert any(f"参数 {key} 没有区划 370202 的当地规定" in one for one in answer.preview["uncertain"]), key


def test_a_row_of_the_place_is_no_stand_in() -> None:
    row = Policy.load().row("funeral.standard", on=date(2017, 6, 1), area="430602")
    assert (row.uncertain, row.verified) == (None, True)
    other = Policy.load().row("funeral.standard", on=date(2017, 6, 1), area="430603")
    assert "没有区划 430603 的当地规定" in str(other.uncertain)
    assert not other.verified


# ── Groups ──


@pytest.mark.parametrize(("order", "raised"), [(["051", "061", "062", "063", "011"], 0), ([], 1)])
def test_a_list_of_a_later_group_raises_nothing_where_the_order_is_known(
    office: Office, ruled: Ruled, order: list[str], raised: int
) -> None:
    """A registered poor person found on a list of 低保: poverty went first; where no order is known it is looked at."""
    ruled("scheme.category_precedence", order)
    office.register(payer(category="051"))
    columns = {"name": "姓名", "resident_number": "身份证号", "category": "类别"}
    mapping = map_register(office, "HARDSHIP", columns)
    take(office, "HARDSHIP", [["李乙", LI, "低保"]], mapping=mapping, header=list(columns.values()))
    assert MatchCandidate.objects.count() == raised


# ── Tables that contradict themselves ──


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        (
            "fiscal.increment_shares",
            [{"level": "PROVINCE", "ppm": 600_000}, {"level": "CITY", "ppm": 300_000}],
            "900000",
        ),
        ("fiscal.funeral_shares", [{"level": "CITY", "ppm": 500_000}, {"level": "CITY", "ppm": 500_000}], "两次"),
        ("benefit.age_addon", [{"from_age": 70, "amount_fen": 500}, {"from_age": 65, "amount_fen": 200}], "由低到高"),
        ("benefit.years_increment", [{"beyond_years": 15, "per_year_fen": 1, "per_year_ppm": 1}], "之一"),
        ("funeral.standard", {"fixed_fen": 1, "months": 1}, "之一"),
        (
            "scheme.settlement_by_reason",
            [{"reason": "6401", "account": "PAID"}, {"reason": "6401", "account": "KEPT"}],
            "两次",
        ),
        ("contribution.subsidy_on_make_up", ["SOMETIMES"], "subsidy_on_make_up"),
    ],
)
def test_a_table_that_contradicts_itself_is_not_read(key: str, value: Any, told: str) -> None:
    rows = [{"from": START, "value": value, "source": "house-defaults"}]
    with pytest.raises(CannotReadPolicy, match=told):
        Policy.load().with_rows(key, rows)
