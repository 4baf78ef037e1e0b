"""Contributions given back as duplicates: mirrored in the account, paid by the batch chain, no longer counted."""

import csv
import importlib.util
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from jubao.ledger.balances import balances
from jubao.operations.contributions import taking
from jubao.operations.envelope.fault import Refused
from jubao.policy.store import Policy
from jubao.records.models import (
    AccountBalance,
    AccountEntry,
    AuditEvent,
    BankLine,
    Contribution,
    ContributionRefund,
    Payout,
    Person,
)
from jubao.reports.catalogue.reading import Reading
from jubao.reports.export.book_of_record import export_tables
from jubao.reports.figures.window import Window
from jubao.reports.invariants.verification import verify
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.printing import sheet_of
from tests.office import READER, Office, number, years_of

pytestmark = pytest.mark.django_db

WANG = number("19700101", 1)
ACCOUNT_OF_WANG = "62284800" + f"{1:011d}"
PAID, CREDITED, REFUNDED = date(2017, 3, 1), date(2017, 3, 31), date(2017, 9, 5)
TIER = 30_000  # 300 yuan; its subsidy in 2017 is 50 yuan, half from the province, half from the county


@pytest.fixture
def office() -> Office:
    office = Office()
    office.open_fund()
    office.register({"name": "王甲", "resident_number": WANG, "personal": 100_000, "contributed_years": 5})
    office.contribute(WANG, "王甲", TIER, PAID)
    return office


def credit(office: Office) -> None:
    office.carry("contribution.credit", {"through": "2017-03-31"}, on=CREDITED)


def refund(office: Office, *years: int, on: date = REFUNDED) -> object:
    return office.carry(
        "contribution.refund", {"person": WANG, "years": list(years), "reason": "同年度已参加职保缴费"}, on=on
    )


def balance() -> int:
    return sum(AccountBalance.objects.filter(person__resident_number=WANG).values_list("balance_fen", flat=True))


def test_a_refund_takes_out_what_the_contribution_brought_and_owes_the_personal_part(office: Office) -> None:
    credit(office)
    assert balance() == 100_000 + TIER + 5_000
    answer = refund(office, 2017)
    assert answer.result == {"people": 1, "refunded": 1, "amount_fen": TIER, "subsidy_fen": 5_000}
    assert balance() == 100_000
    payout = Payout.objects.get()
    assert (payout.kind, payout.amount_fen, payout.payee_account) == ("DUPLICATE", TIER, ACCOUNT_OF_WANG)
    mirrored = AccountEntry.objects.filter(kind="REVERSAL")
    assert all(e.amount_fen == -e.reversal_of.amount_fen and e.source == e.reversal_of.source for e in mirrored)
    assert mirrored.count() == AccountEntry.objects.filter(kind__in=["CONTRIBUTION", "SUBSIDY"]).count()
    office.verify()


def test_the_year_no_longer_counts(office: Office) -> None:
    credit(office)
    person = Person.objects.get(resident_number=WANG)
    assert years_of(person) == 6
    refund(office, 2017)
    assert years_of(person) == 5


def test_a_refund_is_paid_through_the_batch_and_lowers_the_income(office: Office) -> None:
    credit(office)
    refund(office, 2017)
    income = balances("FUND")["PERSONAL_CONTRIBUTION_INCOME"]
    answer = office.carry("payout.collect", {"through": "2017-09-06"}, on=date(2017, 9, 6))
    office.settle(answer, date(2017, 9, 6))
    assert (BankLine.objects.get().account, BankLine.objects.get().amount_fen) == (ACCOUNT_OF_WANG, TIER)
    assert Payout.objects.get().state == "PAID"
    assert balances("FUND")["PERSONAL_CONTRIBUTION_INCOME"] == income + TIER  # a credit balance comes nearer to zero
    assert balances("FUND").get("PAYMENTS_IN_TRANSIT", 0) == 0
    office.verify()


def test_a_refund_the_bank_rejects_is_owed_on_and_booked_nowhere(office: Office) -> None:
    credit(office)
    refund(office, 2017)
    income = balances("FUND")["PERSONAL_CONTRIBUTION_INCOME"]
    answer = office.carry("payout.collect", {"through": "2017-09-06"}, on=date(2017, 9, 6))
    office.settle(answer, date(2017, 9, 6), failing={ACCOUNT_OF_WANG: "211"})
    assert Payout.objects.get().state == "FAILED"
    assert balances("FUND")["PERSONAL_CONTRIBUTION_INCOME"] == income
    again = office.carry("payout.collect", {"through": "2017-10-06"}, on=date(2017, 10, 6))
    office.settle(again, date(2017, 10, 6))
    assert Payout.objects.get().state == "PAID"
    office.verify()


def test_a_refunded_contribution_earns_nothing_in_the_running_year(office: Office) -> None:
    """1000.00 for twelve months at 1.5 %: 15.00; what came in March and left in September earns nothing."""
    credit(office)
    refund(office, 2017)
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 5))
    assert balance() == 100_000 + 1_500
    office.verify()


def test_interest_of_a_closed_year_stays_and_the_next_earns_on_it(office: Office) -> None:
    """Refunded in 2018: 2017 earned 15.00 and 350.00 × 1.5 % × 9 / 12 = 3.9375, together 18.94 (18.9375).

    2018 earns on 1018.94 only: 15.2841, 15.28.
    """
    credit(office)
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 5))
    refund(office, 2017, on=date(2018, 3, 6))
    assert balance() == 100_000 + 1_894
    office.carry("account.settle_year", {"year": 2018}, on=date(2019, 1, 7))
    assert balance() == 100_000 + 1_894 + 1_528
    office.verify()


def test_where_the_policy_says_so_the_money_earns_until_it_leaves(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In March, out in September: 350.00 × 1.5 % × (9 − 3) / 12 = 2.625, with 15.00 together 17.63 (17.625)."""
    rows = [{"from": date(2009, 9, 1), "value": "REFUND", "source": "house-defaults"}]
    changed = Policy.load().with_rows("contribution.refund_value_month", rows)
    credit(office)
    monkeypatch.setattr(Policy, "load", lambda: changed)
    refund(office, 2017)
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 5))
    assert balance() == 100_000 + 1_763
    office.verify()


def test_only_a_credited_year_can_be_refunded(office: Office) -> None:
    with pytest.raises(Refused, match="请先办理缴费记账划拨"):
        refund(office, 2017)
    with pytest.raises(Refused) as refused:
        refund(office, 2015, 2016, 2016)
    assert len(refused.value.faults) == 3  # two unknown years, one of them stated twice
    assert not ContributionRefund.objects.exists()


def test_a_year_is_refunded_once(office: Office) -> None:
    credit(office)
    refund(office, 2017)
    with pytest.raises(Refused, match="已经退款"):
        refund(office, 2017, on=date(2017, 9, 6))


def test_two_years_are_one_payout(office: Office) -> None:
    office.contribute(WANG, "王甲", 10_000, PAID, year=2016)
    credit(office)
    refund(office, 2016, 2017)
    assert Payout.objects.get().amount_fen == TIER + 10_000
    assert sorted(ContributionRefund.objects.values_list("contribution__year", "amount_fen")) == [
        (2016, 10_000),
        (2017, TIER),
    ]
    office.verify()


def test_nobody_who_draws_a_pension_is_refunded() -> None:
    """Born 1957-05, six years due, seven paid, the last of them here: the pension is spread from it."""
    office, zhao = Office(), number("19570510", 3)
    office.open_fund()
    office.register({"name": "赵乙", "resident_number": zhao, "contributed_years": 6, "personal": 600_000})
    office.contribute(zhao, "赵乙", TIER, PAID)
    credit(office)
    office.carry("award.grant", {"person": zhao, "applied_date": "2017-05-20"}, on=date(2017, 6, 1))
    with pytest.raises(Refused, match="已计入正在领取的待遇"):
        office.carry("contribution.refund", {"person": zhao, "years": [2017], "reason": "重复"}, on=REFUNDED)


def test_an_award_after_a_refund_counts_the_years_that_stayed() -> None:
    office, zhao = Office(), number("19570510", 3)
    office.open_fund()
    office.register({"name": "赵乙", "resident_number": zhao, "contributed_years": 5, "personal": 500_000})
    office.contribute(zhao, "赵乙", TIER, PAID)
    credit(office)
    office.carry("contribution.refund", {"person": zhao, "years": [2017], "reason": "重复"}, on=date(2017, 4, 5))
    with pytest.raises(Refused) as refused:
        office.carry("award.grant", {"person": zhao, "applied_date": "2017-05-20"}, on=date(2017, 6, 1))
    assert "应缴 6 年，实缴 5 年，欠费 1 年" in refused.value.faults[0]
    office.verify()


def test_an_ended_relation_is_refunded_by_its_settlement_only(office: Office) -> None:
    credit(office)
    office.carry(
        "transfer.send",
        {
            "person": WANG,
            "kind": "TO_EMPLOYEES",
            "to_agency": "某市职保",
            "applied_date": "2017-08-01",
            "to_account": "6228480099999999999",
        },
        on=date(2017, 8, 2),
    )
    with pytest.raises(Refused, match="参保关系已终止或转出"):
        refund(office, 2017)


def test_figures_and_the_list_show_what_was_given_back(office: Office) -> None:
    credit(office)
    refund(office, 2017)
    reading = Reading(2017, date(2017, 9, 30))
    wanted = (
        "collection.refunded",
        "collection.refunded_people",
        "register.unpaid",
        "collection.received",
        "collection.subsidies",
    )
    assert [reading.value(one).value for one in wanted] == [TIER, 1, 1, TIER, 0]
    [row] = sheet_of(find_list("contribution-refunds"), Window(2017, date(2017, 9, 30)), viewer=READER).rows
    assert row[5:] == (2017, TIER, 5_000, "同年度已参加职保缴费", ACCOUNT_OF_WANG, REFUNDED, "待支付")
    before = Reading(2017, date(2017, 9, 4))
    assert [before.value(one).value for one in wanted] == [0, 0, 0, TIER, 5_000]


def test_a_refund_without_its_reversals_is_found(office: Office) -> None:
    """Written past the program: the payout and the refund are there, the account still holds the money."""
    credit(office)
    one, act = Contribution.objects.get(), AuditEvent.objects.latest("id")
    owed = {"kind": "DUPLICATE", "amount_fen": TIER, "payee_name": "王甲", "payee_account": "6228480000000000000"}
    payout = Payout.objects.create(act=act, person=one.person, case_ref="x", **owed)
    ContributionRefund.objects.create(act=act, contribution=one, payout=payout, amount_fen=TIER, reason="重复")
    told = [v.text for finding in verify(["I-07", "I-16"]) for v in finding.violations]
    assert any("没有随退款红冲" in text for text in told)
    assert any("不是付到缴费人本人账户" in text for text in told)


def test_a_stranger_can_follow_a_refund_from_the_export(office: Office, tmp_path: Path) -> None:
    """tests/independent_check.py agrees, and sees a mirrored entry that is missing."""
    credit(office)
    refund(office, 2017)
    with override_settings(JUBAO_HOME=tmp_path):
        export_tables(tmp_path / "csv", "csv", viewer=READER)
    stranger = independent_check()
    assert stranger.main(tmp_path / "csv") == 0
    path = tmp_path / "csv" / "records_accountentry.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if not (row["kind"] == "REVERSAL" and row["source"] == "COUNTY"))
    assert any("COUNTY left" in fault for fault in stranger.check_refunds(tmp_path / "csv"))


def test_a_year_given_back_can_be_paid_again_with_its_subsidy_and_counts_once(office: Office) -> None:
    """What was given back was never there (decision 9): the year is free, in the same year and later as a make-up."""
    credit(office)
    with pytest.raises(Refused, match="年度已缴费"):
        office.contribute(WANG, "王甲", TIER, date(2017, 4, 5))
    refund(office, 2017)
    office.contribute(WANG, "王甲", TIER, date(2017, 10, 9))
    office.carry("contribution.credit", {"through": "2017-10-31"}, on=date(2017, 10, 31))
    assert balance() == 100_000 + TIER + 5_000  # 300.00 with its subsidy of 50.00, as the first time
    assert years_of(Person.objects.get(resident_number=WANG)) == 5 + 1
    assert list(Contribution.objects.order_by("id").values_list("year", "refunds_before")) == [(2017, 0), (2017, 1)]
    with pytest.raises(Refused, match="年度已缴费"):
        office.contribute(WANG, "王甲", TIER, date(2017, 11, 6))
    office.verify()
    refund(office, 2017, on=date(2017, 11, 7))
    office.contribute(WANG, "王甲", TIER, date(2018, 2, 5), year=2017)
    assert Contribution.objects.latest("id").refunds_before == 2
    office.verify()


def test_a_year_paid_twice_without_a_refund_is_found(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    credit(office)
    monkeypatch.setattr(taking, "FAULTY", taking.FAULTY.replace("c.year = s.year", "c.year = 0"))
    monkeypatch.setattr(taking, "PAYERS", taking.PAYERS.replace("(SELECT count(*)", "1 + (SELECT count(*)"))
    office.contribute(WANG, "王甲", TIER, date(2017, 4, 5))
    [finding] = [one for one in verify(["I-07"]) if one.broken]
    assert "2017年度在前一笔缴费未退时又缴了一次" in finding.violations[0].text


def independent_check() -> Any:
    """The script of the stranger, loaded as a program of its own."""
    path = Path(__file__).parent / "independent_check.py"
    spec = importlib.util.spec_from_file_location("stranger", path)
    assert spec is not None
    assert spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    return program
