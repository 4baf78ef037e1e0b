"""Surplus sent up, person by person: shares add up, nobody sends more than he has, and everything is refused in words."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.operations.envelope.fault import Refused
from jubao.records.models import FundMovement, Person, RemittanceShare
from jubao.reports.fiscal.remittance import account_money, remittance_sheets, remitted_years, year_of_money
from jubao.reports.invariants.verification import verify
from jubao.vocabulary.fen import allocate
from tests.office import Office, number

MARCH = date(2017, 3, 20)
A, B, C, D = (number("19700101", place) for place in (1, 2, 3, 4))
OLD = number("19500101", 5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    """甲 holds 115.00 (15.00 of it the province's), 乙 200.00; 丙 nothing; 丁 draws; 戊 left before the takeover."""
    made = Office()
    made.open_fund()
    made.register(
        {"name": "甲", "resident_number": A, "personal": 10_000, "province": 1_500},
        {"name": "乙", "resident_number": B, "personal": 20_000},
        {"name": "丙", "resident_number": C},
        {"name": "丁", "resident_number": OLD, "personal": 50_000, "pension_start": 201501, "pension_personal": 400},
        {
            "name": "戊",
            "resident_number": D,
            "enrolment_state": "4",
            "contribution_state": "3",
            "ended_month": 201506,
            "end_reason": "6407",
        },
    )
    return made


def remit(office: Office, fen: int, year: int, reference: str, on: date = MARCH) -> Any:
    return office.carry("fund.remit", {"amount_fen": fen, "year_of_surplus": year, "reference": reference}, on=on)


def shares(reference: str) -> dict[str, int]:
    rows = RemittanceShare.objects.filter(movement__reference=reference)
    return dict(rows.values_list("person__name", "amount_fen"))


def refused(office: Office, fen: int, year: int, on: date = MARCH) -> str:
    with pytest.raises(Refused) as told:
        remit(office, fen, year, "SJ9", on)
    return str(told.value)


def test_a_remittance_is_shared_to_the_fen_over_those_who_neither_draw_nor_left(office: Office) -> None:
    """100.00 over 115.00 and 200.00 is 36.507.. and 63.492..; the odd fen goes to the larger remainder."""
    remit(office, 10_000, 2016, "SJ1")
    assert shares("SJ1") == {"甲": 3_651, "乙": 6_349}
    office.verify()


def test_the_rest_goes_up_to_the_last_fen_and_no_further(office: Office) -> None:
    remit(office, 10_000, 2016, "SJ1")
    remit(office, 21_500, 2016, "SJ2")
    assert {name: shares("SJ1")[name] + shares("SJ2")[name] for name in ("甲", "乙")} == {"甲": 11_500, "乙": 20_000}
    assert "尚可上解的 0.00 元" in refused(office, 1, 2016)
    assert not FundMovement.objects.filter(reference="SJ9").exists()
    office.verify()


def test_years_before_the_takeover_are_one_sum_under_the_year_of_the_takeover(office: Office) -> None:
    remit(office, 5_000, 2013, "SJ1")
    assert set(RemittanceShare.objects.values_list("year", flat=True)) == {2016} == {year_of_money(2013)}
    assert "315.00" not in refused(office, 26_501, 2016)
    assert "265.00" in refused(office, 26_501, 2016)


def test_money_goes_up_only_after_it_was_credited_with_its_subsidy(office: Office) -> None:
    office.contribute(C, "丙", 30_000, date(2017, 3, 2))
    assert "2017年度" in refused(office, 1, 2017, date(2017, 3, 2))
    office.carry("contribution.credit", {"through": "2017-03-10"}, on=date(2017, 3, 10))
    remit(office, 35_000, 2017, "SJ1")  # 300.00 paid, 25.00 from province and district each
    assert shares("SJ1") == {"丙": 35_000}
    office.verify()


def test_several_remittances_of_one_request_see_each_other(office: Office) -> None:
    cases = [{"amount_fen": fen, "year_of_surplus": 2016, "reference": f"SJ{fen}"} for fen in (31_000, 500)]
    office.carry("fund.remit", *cases, on=MARCH)
    assert sum(RemittanceShare.objects.values_list("amount_fen", flat=True)) == 31_500
    too_much = [case | {"reference": f"{case['reference']}B", "amount_fen": 1} for case in cases]
    with pytest.raises(Refused):
        office.carry("fund.remit", *too_much, on=MARCH)
    office.verify()


def test_remittances_of_several_years_in_one_request_see_each_others_accounts(office: Office) -> None:
    """甲 holds 115.00 of 2016; of 130.00 more of 2017 no more than the account holds goes up with it."""
    office.contribute(A, "甲", 10_000, date(2017, 3, 2))
    office.carry("contribution.credit", {"through": "2017-03-10"}, on=date(2017, 3, 10))
    cases = [
        {"amount_fen": fen, "year_of_surplus": year, "reference": f"SJ{year}"}
        for fen, year in ((31_500, 2016), (13_000, 2017))
    ]
    office.carry("fund.remit", *cases, on=MARCH)
    assert shares("SJ2017") == {"甲": 13_000}
    assert account_money(2017, as_of=MARCH).left.sum() == account_money(2016, as_of=MARCH).left.sum() == 0
    office.verify()


def test_money_of_somebody_who_leaves_later_stays_sent_and_no_more_of_it_goes(office: Office) -> None:
    remit(office, 10_000, 2016, "SJ1")
    sent = {
        "person": B,
        "kind": "TO_EMPLOYEES",
        "to_agency": "市职保中心",
        "to_account": "6228480096",
        "applied_date": "2017-03-20",
    }
    office.carry("transfer.send", sent, on=date(2017, 3, 22))
    assert "78.49" in refused(office, 7_850, 2016, date(2017, 3, 22))  # what is left is 甲's 115.00 less 36.51
    remit(office, 7_849, 2016, "SJ2", on=date(2017, 3, 23))
    assert shares("SJ2") == {"甲": 7_849}
    office.verify()


def test_a_contribution_given_back_after_it_went_up_is_to_come_back_from_the_province(office: Office) -> None:
    office.contribute(A, "甲", 10_000, date(2017, 3, 2))
    office.contribute(C, "丙", 30_000, date(2017, 3, 3))
    office.carry("contribution.credit", {"through": "2017-03-10"}, on=date(2017, 3, 10))
    remit(office, 48_000, 2017, "SJ1")  # 130.00 of 甲 and 350.00 of 丙
    given_back = {"person": A, "years": [2017], "reason": "同年度已参加职保缴费"}
    office.carry("contribution.refund", given_back, on=date(2017, 3, 22))
    money = account_money(2017, as_of=date(2017, 3, 22))
    assert (money.credited.tolist(), money.sent.tolist()) == ([0, 35_000], [13_000, 35_000])
    assert (money.kept.tolist(), money.left.tolist()) == ([-13_000, 0], [0, 0])
    assert "尚可上解的 0.00 元" in refused(office, 1, 2017, date(2017, 3, 22))
    office.verify()


def test_the_statement_by_year_adds_up_and_lists_every_share(office: Office) -> None:
    remit(office, 10_000, 2016, "SJ1")
    (year,) = remitted_years(as_of=MARCH)
    assert (year.year, year.people, year.credited_fen) == (2016, 3, 81_500)
    assert (year.kept_fen, year.due_fen, year.sent_fen, year.left_fen) == (50_000, 31_500, 10_000, 21_500)
    summary, listed = remittance_sheets(as_of=MARCH)
    assert [row[-1] for row in listed.rows] == [3_651, 6_349]
    assert summary.rows[0][5] == sum(int(str(row[-1])) for row in listed.rows)
    assert remitted_years(as_of=date(2017, 3, 19))[0].sent_fen == 0


def test_what_is_sent_kept_and_left_is_what_was_credited(office: Office) -> None:
    remit(office, 4_321, 2016, "SJ1")
    money = account_money(2016, as_of=MARCH)
    assert (money.sent + money.kept + money.left == money.credited).all()
    assert (money.left >= 0).all()
    assert money.person.tolist() == sorted(Person.objects.filter(name__in="甲乙丁").values_list("pk", flat=True))


def test_a_share_too_many_or_too_large_is_found(office: Office) -> None:
    remit(office, 10_000, 2016, "SJ1")
    movement = FundMovement.objects.get(reference="SJ1")
    poor = Person.objects.get(name="丙")
    RemittanceShare.objects.create(movement=movement, person=poor, year=2016, amount_fen=7, act_id=movement.act_id)
    texts = [violation.text for finding in verify(["I-12"]) for violation in finding.violations]
    assert any("各人明细合计 100.07 元" in text for text in texts)
    assert any("已上解 0.07 元，超过记入账户的 0.00 元" in text for text in texts)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.integers(0, 10**6))
def test_a_share_of_no_more_than_everything_is_nobodys_more_than_his_own(left: list[int], ppm: int) -> None:
    """The allocation behind a remittance: it adds up, and stays within what each account has left."""
    total = sum(left) * ppm // 10**6
    share = allocate(total, left)
    assert int(share.sum()) == total
    assert (share <= np.array(left)).all()
