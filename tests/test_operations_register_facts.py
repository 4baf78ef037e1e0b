"""A register taken over is looked at: what cannot be is refused by row, what is odd is named to the approvers."""

import json
from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import Person, Proposal
from jubao.vocabulary.resident_number import check_digit
from tests.office import Office

pytestmark = pytest.mark.django_db


def number(birth: str, sequence: int = 1, district: str = "370202") -> str:
    body = f"{district}{birth}{sequence:03d}"
    return body + check_digit(body)


OLD, YOUNG = number("19500310"), number("19960310")
DRAWING = {
    "resident_number": OLD,
    "pension_start": 201504,
    "pension_personal": 800,
    "personal": 90_000,
    "contributed_years": 3,
    "certified_month": 202512,
}
PAYING = {"resident_number": number("19800310")}


def taken_over(*people: dict[str, Any], day: date = date(2025, 12, 31), district: str = "370202") -> list[str]:
    """Take over a register of a few people; what its approvers are told."""
    office = Office(district, date(day.year + 1, 1, 5))
    office.open_fund()
    office.register(*people, as_of=day)
    said = json.loads(Proposal.objects.get(code="register.open").preview)["notices"]
    return [notice for notice in said if notice.startswith("底册中有")]


IMPOSSIBLE = [
    (
        "a pension of somebody aged 29",
        DRAWING | {"resident_number": YOUNG, "pension_start": 202501},
        "早于年满 60 周岁",
    ),
    (
        "a pension a month before sixty",
        DRAWING | {"resident_number": number("19600310"), "pension_start": 202002},
        "早于年满 60",
    ),
    ("a pension that begins in 2099", DRAWING | {"pension_start": 209901}, "待遇开始年月晚于底册截止日的次月 202601"),
    ("a certification of 2099", DRAWING | {"certified_month": 209901}, "最近认证年月晚于底册截止日"),
    ("a certification of the next month", DRAWING | {"certified_month": 202601}, "最近认证年月晚于底册截止日"),
    ("a certification before birth", DRAWING | {"certified_month": 194901}, "最近认证年月早于出生"),
    ("a joining in 2050", PAYING | {"enrolled_month": 205001}, "参保时间晚于底册截止日"),
    ("a joining before birth", PAYING | {"enrolled_month": 197912}, "参保时间早于出生"),
    ("a birth after the register's day", PAYING | {"resident_number": number("20260101")}, "出生日期晚于底册截止日"),
    (
        "a suspension of 2099",
        DRAWING | {"suspended_from": 209901, "suspension_reason": "1299", "enrolment_state": "2"},
        "暂停年月晚于",
    ),
    (
        "an ending of 2099",
        DRAWING | {"ended_month": 209901, "end_reason": "1499", "enrolment_state": "4"},
        "终止年月晚于",
    ),
    (
        "an ending before the joining",
        PAYING | {"ended_month": 200901, "end_reason": "6406", "enrolment_state": "4", "contribution_state": "3"},
        "终止年月早于参保时间",
    ),
    ("a balance below nought", PAYING | {"personal": -500}, "金额不能为负数"),
    ("an account pension of nobody", PAYING | {"pension_personal": 800}, "有账户养老金，但没有待遇开始年月"),
]


@pytest.mark.parametrize(
    ("row", "rule"), [(row, rule) for _, row, rule in IMPOSSIBLE], ids=[what for what, _, _ in IMPOSSIBLE]
)
def test_what_cannot_be_is_refused_with_its_row(row, rule):
    with pytest.raises(Refused, match=rule) as refusal:
        taken_over(PAYING | {"resident_number": number("19820310")}, row)
    assert len(refusal.value.faults) == 1
    assert "第3行" in str(refusal.value)  # header, first person, this one
    assert "更正" in str(refusal.value) or "改正" in str(refusal.value)
    assert not Person.objects.exists()


def test_a_pension_may_begin_the_month_after_the_register():
    """Awarded in December for January; 60 on 10 December 2025."""
    assert (
        taken_over(DRAWING | {"resident_number": number("19651210"), "pension_start": 202601, "personal": 139 * 800})
        == []
    )


@pytest.mark.parametrize(("district", "year"), [("370202", 2025), ("430602", 2018)])
def test_every_impossible_row_is_told_at_once(district, year):
    ghost = number("19960310", 1, district)
    with pytest.raises(Refused) as refusal:
        taken_over(
            {"resident_number": ghost, "pension_start": 201701, "certified_month": 209901},
            {"resident_number": number("19800310", 2, district), "enrolled_month": 205001},
            day=date(year, 12, 31),
            district=district,
        )
    assert len(refusal.value.faults) == 3


# ── What is odd ──


def test_an_account_pension_without_an_account_is_named():
    """8.00 a month since January 2025: twelve of 139 months are paid, 127 × 8.00 = 1,016.00 should still be there."""
    since = DRAWING | {"resident_number": number("19641210"), "pension_start": 202501}
    [told] = taken_over(PAYING, since | {"personal": 0})
    assert "1 人个人账户余额不够" in told
    assert "第3行" in told


@pytest.mark.parametrize(("balance", "odd"), [(127 * 799 - 1, True), (127 * 799, False), (127 * 800, False)])
def test_an_account_must_hold_what_the_rest_of_the_divisor_takes(balance, odd):
    """Half a fen of rounding a month is let pass: a fen less a month is the bound."""
    since = DRAWING | {"resident_number": number("19641210"), "pension_start": 202501, "personal": balance}
    assert bool(taken_over(since)) is odd


def test_an_account_that_was_paid_out_in_139_months_is_nothing_odd():
    """From May 2014 to December 2025 are 140 months; the pension goes on for life."""
    assert taken_over(DRAWING | {"pension_start": 201405, "personal": 0}) == []


def test_who_is_too_young_has_too_many_years_or_drew_before_the_scheme_is_named_with_the_row():
    told = taken_over(
        {"resident_number": number("20150310"), "enrolled_month": 202001, "contributed_years": 0},
        {"resident_number": number("19800310", 2), "contributed_years": 95},
        DRAWING | {"pension_start": 201006},
        DRAWING | {"resident_number": number("19651210", 3), "pension_start": 202512, "personal": 200_000},
    )
    for what, row in (("未到参保年龄", 2), ("累计缴费年限超过", 3), ("当月开始", 5), ("早于制度启动", 4)):
        assert [one for one in told if what in one and one.endswith(f"：第{row}行")], what
    assert len(told) == 4
