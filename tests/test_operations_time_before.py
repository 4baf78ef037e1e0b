"""What was told of the time before these books: interest of balances, years paid, months paid, years of transfers."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AwardEvent,
    EarlierPayment,
    EarlierYear,
    OverpaidMonth,
    Payout,
    Person,
    RegisterOpening,
    Settlement,
    Transfer,
)
from tests.office import Office, insured, number

pytestmark = pytest.mark.django_db

LI, WANG, MOVER = number("19700101", 2), number("19500315", 1), number("19800101", 61)
ON = date(2017, 2, 6)


@pytest.fixture
def office() -> Office:
    """Li brought two years and 265.00, his interest among them; Wang draws 85.00 and 15.00 since August 2011."""
    office = Office()
    office.open_fund()
    office.register(
        {"name": "李乙", "resident_number": LI, "contributed_years": 2, "personal": 20_500, "province": 6_000},
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "personal": 42_000,
            "pension_personal": 1_500,
        },
    )
    return office


def years(office: Office, *rows: dict[str, Any], on: date = ON) -> Any:
    """Take in years before the takeover: 100.00 with 30.00 of subsidy each, unless said otherwise."""
    ordinary = {
        "resident_number": LI,
        "name": "李乙",
        "tier": 100,
        "personal": 10_000,
        "province": 3_000,
        "interest": None,
    }
    columns = {name: [(ordinary | row)[name] for row in rows] for name in ordinary | rows[0]}
    return office.carry("register.years", {"file": office.file("年度.xlsx", "earlier_years", columns)}, on=on)


def payments(office: Office, *rows: tuple[int, str, int], person: str = WANG, name: str = "王甲") -> Any:
    """Take in months paid before the takeover: month, item, fen."""
    month, item, amount = (list(column) for column in zip(*rows, strict=True))
    columns = {
        "resident_number": [person] * len(rows),
        "name": [name] * len(rows),
        "month": month,
        "item": item,
        "amount": amount,
    }
    return office.carry("register.payments", {"file": office.file("已发.xlsx", "earlier_payments", columns)}, on=ON)


def refusal(run: Any) -> str:
    with pytest.raises(Refused) as refused:
        run()
    return "\n".join(map(str, refused.value.faults))


# ── The register ──


def test_the_books_say_to_which_month_the_balances_taken_over_hold_interest(office: Office) -> None:
    opening = RegisterOpening.objects.get()
    assert (opening.as_of, opening.interest_through) == (date(2016, 12, 31), 201612)


def test_balances_without_the_interest_of_the_last_months_are_not_taken_over() -> None:
    """Nobody would ever post the interest between the two months."""
    office, row = Office(), insured(1)
    file = office.file("底册.xlsx", "opening_register", {name: [value] for name, value in row.items()})
    told = refusal(
        lambda: office.carry("register.open", {"file": file, "as_of": "2016-12-31", "interest_through": 201512})
    )
    assert "余额计息至 201512，底册截止 201612" in told


def test_a_register_tells_of_custody_what_it_knows() -> None:
    office = Office()
    held = {"enrolment_state": "2", "pension_start": 201108, "suspended_from": 201610, "suspension_reason": "1202"}
    rows = [insured(1, resident_number=WANG, **held) | {"custody_date": date(2016, 9, 8), "judgment": "刑初12号"}]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    case = {"as_of": "2016-12-31", "interest_through": 201612}
    wrong = columns | {"suspension_reason": ["1201"]}
    told = refusal(
        lambda: office.carry("register.open", case | {"file": office.file("错.xlsx", "opening_register", wrong)})
    )
    assert "暂停原因不是服刑收监" in told
    office.carry("register.open", case | {"file": office.file("底册.xlsx", "opening_register", columns)})
    event = AwardEvent.objects.get(kind="SUSPENDED")
    assert (event.custody_date, event.judgment) == (date(2016, 9, 8), "刑初12号")


# ── Years ──


def test_years_of_the_time_before_keep_tier_money_and_interest(office: Office) -> None:
    answer = years(office, {"year": 2015, "interest": 500}, {"year": 2016})
    assert answer.result == {"people": 1, "years": 2}
    kept = EarlierYear.objects.order_by("year").values_list(
        "year", "tier_fen", "personal_fen", "province_fen", "interest_fen"
    )
    assert list(kept) == [(2015, 10_000, 10_000, 3_000, 500), (2016, 10_000, 10_000, 3_000, 0)]
    office.verify()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([{"year": 2016, "personal": 20_500, "province": 6_000}], "明细共 1 个年度，底册累计缴费年限为 2 年"),
        ([{"year": 2015}, {"year": 2016}], "明细本息合计 260.00 元，底册余额 265.00 元"),
        ([{"year": 2013}, {"year": 2017, "interest": 500}], "缴费年度 2017 不在"),
        ([{"year": 2015, "personal": None}, {"year": 2016}], "不计缴费年度"),
        ([{"year": 2015, "name": "李丙"}, {"year": 2016}], "姓名与参保登记不一致"),
        ([{"year": 2015, "resident_number": MOVER}, {"year": 2016}], "不在参保登记中"),
    ],
    ids=str,
)
def test_years_that_do_not_fit_the_register_are_refused(office: Office, rows: list[dict[str, Any]], told: str) -> None:
    assert told in refusal(lambda: years(office, *rows))
    assert not EarlierYear.objects.exists()


def test_a_year_paid_before_the_takeover_is_not_paid_again(office: Office) -> None:
    years(office, {"year": 2015, "interest": 500}, {"year": 2016})
    assert "2016年度接入前已缴费" in refusal(lambda: office.contribute(LI, "李乙", 20_000, ON, year=2016))
    office.contribute(LI, "李乙", 20_000, ON, year=2014)


def test_a_year_is_told_once(office: Office) -> None:
    years(office, {"year": 2015, "interest": 500}, {"year": 2016})
    again = refusal(lambda: years(office, {"year": 2015, "interest": 500, "tier": 200}, {"year": 2016}))
    assert "2015 年度已在账上" in again


# ── Months ──


def test_months_before_the_takeover_are_claimed_back_as_they_were_paid(office: Office) -> None:
    """Dead since mid-October: the register would say 85.00 and 15.00 for November; 80.00 was paid, and in December nothing."""
    payments(office, (201610, "001001", 7_000), (201611, "001001", 7_000), (201611, "001002", 1_000))
    office.carry(
        "award.terminate",
        {"person": WANG, "reason": "1401", "event_date": "2016-10-15", "reported_date": "2017-02-01", "burial": "火化"},
        on=ON,
    )
    claimed = list(OverpaidMonth.objects.order_by("month", "item").values_list("month", "item", "amount_fen"))
    assert claimed == [(201611, "001001", 7_000), (201611, "001002", 1_000)]
    office.verify()


def test_months_not_listed_before_the_first_listed_one_follow_the_register(office: Office) -> None:
    """Dead since mid-September: October by the register (70.00, 15.00 and 15.00), November and December as listed."""
    payments(office, (201611, "001001", 7_000), (201612, "001001", 7_000))
    case = {
        "person": WANG,
        "reason": "1401",
        "event_date": "2016-09-15",
        "reported_date": "2017-02-01",
        "burial": "火化",
    }
    office.carry("award.terminate", case, on=ON)
    months = OverpaidMonth.objects.order_by("month").values_list("month", flat=True)
    assert list(months.distinct()) == [201610, 201611, 201612]
    assert sum(OverpaidMonth.objects.filter(month__gt=201610).values_list("amount_fen", flat=True)) == 14_000


@pytest.mark.parametrize(
    ("row", "person", "told"),
    [
        ((201107, "001001", 5_500), (WANG, "王甲"), "不在待遇开始的 201108"),
        ((201701, "001001", 5_500), (WANG, "王甲"), "本机构首发的 201701"),
        ((201612, "001001", 0), (WANG, "王甲"), "金额须大于零"),
        ((201612, "001001", 7_000), (LI, "李乙"), "没有随参保底册接入的待遇"),
    ],
)
def test_months_nobody_can_have_paid_are_refused(
    office: Office, row: tuple[int, str, int], person: tuple[str, str], told: str
) -> None:
    assert told in refusal(lambda: payments(office, row, person=person[0], name=person[1]))
    assert not EarlierPayment.objects.exists()


# ── Transfers ──


def moved(office: Office, *listed: dict[str, Any], **said: Any) -> Any:
    case = {
        "person": MOVER,
        "name": "转入",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "邻县居保中心",
        "sheet": "转字第 15 号",
        "division": office.village,
        "years": 2,
        "personal_fen": 20_500,
        "province_fen": 6_000,
        "reference": "HD1",
        "bank_account": "62284811111111",
        "years_paid": list(listed),
    }
    return office.carry("transfer.receive", case | said, on=ON)


BROUGHT = (
    {"year": 2015, "tier": 100, "personal_fen": 10_000, "province_fen": 3_000, "interest_fen": 500},
    {"year": 2016, "tier": 100, "personal_fen": 10_000, "province_fen": 3_000},
)


def test_years_that_move_in_are_kept_one_by_one_and_not_paid_again(office: Office) -> None:
    office.receive("COLLECTION", 26_500, "HD1", ON)
    moved(office, *BROUGHT)
    kept = EarlierYear.objects.filter(transfer=Transfer.objects.get()).order_by("year")
    assert list(kept.values_list("person__resident_number", "year", "interest_fen")) == [
        (MOVER, 2015, 500),
        (MOVER, 2016, 0),
    ]
    assert "2015年度接入前已缴费" in refusal(lambda: office.contribute(MOVER, "转入", 20_000, ON, year=2015))
    office.verify()


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        (BROUGHT[:1], "共列 1 年，随转缴费年限为 2 年"),
        ((BROUGHT[0], BROUGHT[0] | {"interest_fen": 0}), "有的年度列了两次"),
        ((BROUGHT[0], BROUGHT[1] | {"year": 2018}), "有 2017 年以后的年度"),
        ((BROUGHT[0], BROUGHT[1] | {"interest_fen": 1}), "本息合计 265.01 元，随转资金为 265.00 元"),
        ((BROUGHT[0], BROUGHT[1] | {"personal_fen": 0, "province_fen": 13_000}), "没有个人缴费"),
    ],
)
def test_years_that_do_not_fit_the_sheet_are_refused(
    office: Office, listed: tuple[dict[str, Any], ...], told: str
) -> None:
    office.receive("COLLECTION", 26_500, "HD1", ON)
    assert told in refusal(lambda: moved(office, *listed))


def test_a_transfer_sent_names_the_agencys_bank(office: Office) -> None:
    case = {
        "person": LI,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县居保中心",
        "to_account": "43001111222233",
        "to_bank": "邻县农商行",
        "applied_date": "2017-02-01",
    }
    office.carry("transfer.send", case, on=ON)
    assert Payout.objects.get().payee_bank == "邻县农商行"


# ── Ends ──


def test_a_contributors_end_keeps_the_day_it_was_reported_and_the_heirs_bank(office: Office) -> None:
    case = {
        "person": LI,
        "reason": "6401",
        "event_date": "2017-01-05",
        "evidence": "死亡医学证明 2017-1",
        "payee_name": "李子",
        "payee_account": "62220000111122",
        "payee_bank": "邮储银行",
        "heir_evidence": "亲属关系证明 1",
    }
    early = refusal(lambda: office.carry("enrolment.end", case | {"reported_date": "2017-01-04"}, on=ON))
    assert "报告日期 2017-01-04 不在发生日期 2017-01-05 和办理日期 2017-02-06 之间" in early
    office.carry("enrolment.end", case | {"reported_date": "2017-01-20"}, on=ON)
    assert Settlement.objects.get().reported_date == date(2017, 1, 20)
    assert Payout.objects.get().payee_bank == "邮储银行"


def test_the_database_keeps_no_report_before_the_event(office: Office) -> None:
    case = {"person": LI, "reason": "6499", "event_date": "2017-01-05", "reported_date": "2017-01-20"}
    office.carry("enrolment.end", case, on=ON)
    ended = Settlement.objects.get()
    ended.pk, ended.person, ended.reported_date = None, Person.objects.get(resident_number=WANG), date(2017, 1, 4)
    with pytest.raises(IntegrityError, match="settlement_reported_after_event"), transaction.atomic():
        ended.save()
