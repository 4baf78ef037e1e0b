"""What governments pay for hard-up people: by group and day, once a year, counted, subsidised once, owed by its level."""

import importlib.util
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from jubao.ledger.balances import balances
from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AccountBalance,
    AccountEntry,
    AccountPosting,
    AuditEvent,
    Award,
    CategoryPeriod,
    Person,
    Transfer,
)
from jubao.reports.catalogue.reading import Reading
from jubao.reports.explanation.award import award_tree
from jubao.reports.export.book_of_record import export_tables
from jubao.reports.figures.window import Window
from jubao.reports.invariants.verification import verify
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.printing import sheet_of
from tests.office import READER, Office, number, years_of

pytestmark = pytest.mark.django_db

DISABLED, POOR, ORDINARY = number("19700101", 1), number("19800606", 2), number("19700101", 3)
DAY, ON = date(2017, 9, 30), date(2017, 10, 11)
LOWEST, SUBSIDY = 10_000, 3_000  # 100 yuan, and 30 yuan on it: 15 from the province, 15 from the county (2017 rows)
PAID = {"people": 2, "amount_fen": 2 * LOWEST, "subsidy_fen": 2 * SUBSIDY}
NOTHING = {"people": 0, "amount_fen": 0, "subsidy_fen": 0}


@pytest.fixture
def office() -> Office:
    """A disabled and a poor contributor, and six people governments do not pay for, each for a reason of its own."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "王甲", "resident_number": DISABLED, "category": "021"},
        {"name": "赵乙", "resident_number": POOR, "category": "051"},
        {"name": "钱丙", "resident_number": ORDINARY},
        {"name": "孙丁", "resident_number": number("19700101", 4), "category": "023"},  # third degree: pays himself
        {"name": "李戊", "resident_number": number("19570930", 5), "category": "021"},  # sixty on the day
        {"name": "周己", "resident_number": number("19500101", 6), "category": "021", "pension_start": 201301},
        {
            "name": "吴庚",
            "resident_number": number("19800101", 7),
            "category": "021",
            "enrolment_state": "2",
            "contribution_state": "2",
        },
        {"name": "郑辛", "resident_number": number("20011001", 8), "category": "021"},  # sixteen the day after
    )
    return office


def pay(office: Office, *, year: int = 2017, as_of: date = DAY, on: date = ON) -> Any:
    return office.carry("contribution.government_pay", {"year": year, "as_of": as_of.isoformat()}, on=on).result


def held(resident: str) -> dict[str, int]:
    rows = AccountBalance.objects.filter(person__resident_number=resident, balance_fen__gt=0)
    return dict(rows.values_list("source", "balance_fen"))


def counted(resident: str) -> int:
    person = Person.objects.get(resident_number=resident)
    return years_of(person)


def credit(office: Office, on: date) -> Any:
    return office.carry("contribution.credit", {"through": on.isoformat()}, on=on).result


def test_everybody_in_a_group_and_nobody_else_is_credited_the_lowest_tier_with_its_subsidy(office: Office) -> None:
    """By hand: two people, 100.00 each, and 15.00 from the province and 15.00 from the county each."""
    assert pay(office) == PAID
    for resident in (DISABLED, POOR):
        assert held(resident) == {"GOVERNMENT_PAID": LOWEST, "PROVINCE": 1_500, "COUNTY": 1_500}
        assert counted(resident) == 6
    assert AccountEntry.objects.values("person").distinct().count() == 2
    book = balances("ACCOUNTS")
    assert {key: abs(fen) for key, fen in book.items() if fen} == {
        "ACCOUNT_CONTROL": 26_000,
        "ACCOUNT_GOVERNMENT_PAID": 20_000,
        "ACCOUNT_PROVINCE": 3_000,
        "ACCOUNT_COUNTY": 3_000,
    }
    office.verify()


def test_nobody_is_paid_for_twice_in_a_year_and_again_in_the_next(office: Office) -> None:
    pay(office)
    assert pay(office, on=date(2017, 10, 12)) == NOTHING
    later = date(2018, 3, 1)
    assert pay(office, year=2018, as_of=later, on=later) == {"people": 3, "amount_fen": 30_000, "subsidy_fen": 9_000}
    assert counted(DISABLED) == 7  # the third is sixteen by then
    office.verify()


def test_a_later_run_takes_in_who_came_into_a_group_since(office: Office) -> None:
    pay(office)
    act = AuditEvent.objects.get(code="register.open", kind="EXECUTED")
    person = Person.objects.get(resident_number=ORDINARY)
    CategoryPeriod.objects.create(person=person, category="061", valid_from=date(2017, 11, 1), act=act)
    assert pay(office, on=date(2017, 11, 8)) == NOTHING
    assert pay(office, as_of=date(2017, 11, 1), on=date(2017, 11, 9))["people"] == 2  # the other has become sixteen
    assert held(ORDINARY)["GOVERNMENT_PAID"] == LOWEST


@pytest.mark.parametrize("own_first", [True, False])
def test_an_own_contribution_beside_it_counts_no_second_year_and_earns_the_higher_subsidy(
    office: Office, *, own_first: bool
) -> None:
    """300 yuan of her own earn 25.00 + 25.00; the 15.00 + 15.00 of the lowest tier are part of that, not beside it."""
    office.contribute(DISABLED, "王甲", 30_000, date(2017, 10, 9))
    steps = [lambda on: credit(office, on), lambda on: pay(office, on=on)]
    for step, on in zip(steps if own_first else reversed(steps), (date(2017, 10, 10), ON), strict=True):
        step(on)
    assert held(DISABLED) == {"PERSONAL": 30_000, "GOVERNMENT_PAID": LOWEST, "PROVINCE": 2_500, "COUNTY": 2_500}
    assert counted(DISABLED) == 6
    office.verify()


def test_after_a_refund_the_year_still_counts_and_the_next_run_restores_its_subsidy(office: Office) -> None:
    office.contribute(DISABLED, "王甲", 30_000, date(2017, 10, 9))
    credit(office, date(2017, 10, 10))
    pay(office)
    case = {"person": DISABLED, "years": [2017], "reason": "重复缴费"}
    office.carry("contribution.refund", case, on=date(2017, 10, 20))
    assert (held(DISABLED), counted(DISABLED)) == ({"GOVERNMENT_PAID": LOWEST}, 6)
    assert pay(office, on=date(2017, 10, 23)) == NOTHING | {"subsidy_fen": SUBSIDY}
    assert held(DISABLED) == {"GOVERNMENT_PAID": LOWEST, "PROVINCE": 1_500, "COUNTY": 1_500}
    office.verify()


def test_only_the_running_year_on_a_day_that_has_come_is_paid_for(office: Office) -> None:
    with pytest.raises(Refused, match="政府代缴记账未办理") as refused:
        pay(office, year=2016, as_of=date(2017, 12, 31))
    assert [fault.split("，")[0] for fault in refused.value.faults] == [
        "第1项：2016年度不是办理当年（2017）",
        "第1项：身份认定日 2017-12-31 不在2016年度内",
        "第1项：身份认定日 2017-12-31 晚于办理日期 2017-10-11",
    ]
    assert not AccountEntry.objects.exists()


def test_interest_of_the_year_runs_from_the_month_of_the_act(office: Office) -> None:
    """130.00 from October at 1.5 %, the month of the credit not counted: 130.00 × 1.5 % × 2 / 12 = 0.325."""
    pay(office)
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 5))
    earned = AccountEntry.objects.filter(person__resident_number=DISABLED, kind="INTEREST").values_list(
        "amount_fen", flat=True
    )
    assert sum(earned) == 33
    office.verify()


def one_year_short(resident: str) -> Office:
    """Six years due, five paid before the takeover."""
    office = Office()
    office.open_fund()
    office.register({"name": "钱丙", "resident_number": resident, "category": "021", "contributed_years": 5})
    return office


def awarded() -> tuple[Office, Award]:
    """Born 1957-12: the government pays the missing year, and the pension follows the sixtieth birthday."""
    qian = number("19571205", 5)
    office, case = one_year_short(qian), {"person": qian, "applied_date": "2017-12-20"}
    with pytest.raises(Refused, match="应缴 6 年，实缴 5 年"):
        office.carry("award.grant", case, on=date(2017, 12, 20))
    pay(office, on=date(2017, 12, 21))
    office.carry("award.grant", case, on=date(2018, 1, 3))
    return office, Award.objects.get()


def test_an_award_afterwards_counts_the_year_and_spreads_the_money() -> None:
    """Of age in 2017-12, so the pension starts in 2018-01; 100.00 / 139 = 0.7194 a month, 130.00 / 139 = 0.935 in all."""
    office, award = awarded()
    assert (award.start_month, award.required_years, award.contributed_years) == (201801, 6, 6)
    parts = dict(award.components.filter(item__startswith="002").values_list("item", "amount_fen"))
    assert (parts["002007"], sum(parts.values())) == (72, 94)
    assert "政府代缴" in json.dumps(award_tree(award, 201801), ensure_ascii=False, default=str)
    office.verify()


def test_a_pension_begins_the_month_after_the_missing_year_was_paid() -> None:
    """Born 1957-05, fifty-nine on the day that counts, sixty before the money is credited in October."""
    zhao = number("19570510", 3)
    office = one_year_short(zhao)
    pay(office, as_of=date(2017, 4, 30))
    office.carry("award.grant", {"person": zhao, "applied_date": "2017-10-20"}, on=date(2017, 11, 1))
    assert Award.objects.get().start_month == 201711
    office.verify()


def test_who_moves_out_takes_along_every_year_that_was_paid(office: Office) -> None:
    """Five years before the takeover, and the one governments paid."""
    pay(office)
    case = {
        "person": DISABLED,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县中心",
        "to_account": "6228480096",
        "applied_date": "2017-11-01",
    }
    office.carry("transfer.send", case, on=date(2017, 11, 3))
    assert (Transfer.objects.get().years, held(DISABLED)) == (6, {})
    office.verify()


def test_a_stranger_counts_the_year_from_the_export(tmp_path: Path) -> None:
    office, _ = awarded()
    office.verify()
    with override_settings(JUBAO_HOME=tmp_path):
        export_tables(tmp_path / "csv", "csv", viewer=READER)
    path = Path(__file__).parent / "independent_check.py"
    spec = importlib.util.spec_from_file_location("stranger", path)
    assert spec is not None
    assert spec.loader is not None
    stranger = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(stranger)
    assert stranger.main(tmp_path / "csv") == 0
    entries = tmp_path / "csv" / "records_accountentry.csv"
    lines = entries.read_text(encoding="utf-8").splitlines(keepends=True)
    entries.write_text(
        "".join(line for line in lines if "CONTRIBUTION,GOV" not in line and "GOVERNMENT_PAID,CON" not in line),
        encoding="utf-8",
    )
    assert any("6 years, 5 recomputed" in fault for fault in stranger.check_refunds(tmp_path / "csv"))


def test_figures_show_who_was_paid_for_and_the_county_owes_it(office: Office) -> None:
    pay(office)
    reading = Reading(2017, date(2017, 12, 31))
    wanted = {
        "collection.government_paid": 20_000,
        "collection.government_paid_people": 2,
        "collection.subsidies": 6_000,
        "fiscal.expected.government_paid.county": 20_000,
        "fiscal.expected.government_paid.province": 0,
        "fiscal.expected.subsidy.province": 3_000,
        "fiscal.expected.subsidy.county": 3_000,
        "register.unpaid": 4,  # contributors: two paid for; 钱丙, 孙丁, 李戊 and 郑辛 have paid nothing
    }
    assert {key: reading.value(key).value for key in wanted} == wanted
    assert len(list(reading.behind("collection.government_paid", viewer=READER))) == 2
    before = Reading(2017, date(2017, 10, 10))
    assert [before.value(key).value for key in ("collection.government_paid", "register.unpaid")] == [0, 6]


def test_the_lists_show_the_year_and_what_was_paid(office: Office) -> None:
    pay(office)
    window = Window(2017, date(2017, 12, 31))
    rows = [row for row in sheet_of(find_list("contribution-years"), window, viewer=READER).rows if row[4] == DISABLED]
    assert [row[5:] for row in rows] == [(2017, 0, 1_500, 0, 1_500, LOWEST, 0, 13_000, ON)]
    [insured] = [row for row in sheet_of(find_list("insured"), window, viewer=READER).rows if row[4] == DISABLED]
    assert insured[-2:] == (6, 13_000)


def write_past_the_program(code: str, year: int) -> None:
    act = AuditEvent.objects.get(code=code, kind="EXECUTED")
    person = Person.objects.get(resident_number=DISABLED)
    AccountPosting.objects.create(
        act=act, person=person, kind="CONTRIBUTION", government_paid_fen=LOWEST, year=year, value_month=201711
    )


def test_the_database_keeps_a_second_payment_of_a_year_out(office: Office) -> None:
    pay(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        write_past_the_program("contribution.government_pay", 2017)


def test_a_payment_no_act_stands_for_is_found(office: Office) -> None:
    pay(office)
    write_past_the_program("register.open", 2016)
    assert any("没有对应的到账缴费" in v.text for finding in verify(["I-07"]) for v in finding.violations)


def test_a_subsidy_of_nobody_paid_for_is_found(office: Office) -> None:
    pay(office)
    act = AuditEvent.objects.get(code="contribution.government_pay", kind="EXECUTED")
    person = Person.objects.get(resident_number=ORDINARY)
    AccountPosting.objects.create(
        act=act, person=person, kind="SUBSIDY", county_fen=1_500, year=2017, value_month=201710
    )
    told = [v.text for finding in verify(["I-07"]) for v in finding.violations]
    assert "没有缴费也没有当年政府代缴的补贴" in told
