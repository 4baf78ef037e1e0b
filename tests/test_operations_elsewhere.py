"""An office of another province and year, founded by hand: its acts walk on the nation's rows, and its books decide."""

from datetime import date

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import AccountBalance, Award, PayrollLine, Person, Proposal
from jubao.vocabulary.workdays import last_year_known
from tests.office import Office, number

pytestmark = pytest.mark.django_db

STARTED = date(2021, 1, 5)
PAYER, PENSIONER, SIXTY = number("19800101", 1), number("19500110", 3), number("19610215", 5)


@pytest.fixture
def office() -> Office:
    """A district of Qingdao that takes its register over at the end of 2020."""
    office = Office("370202", STARTED)
    office.open_fund()
    office.register(
        {"name": "周一", "resident_number": PAYER, "personal": 100_000},
        {
            "name": "吴二",
            "resident_number": PENSIONER,
            "pension_start": 201108,
            "contributed_years": 0,
            "certified_month": 202012,
        },
        {"name": "郑三", "resident_number": SIXTY, "contributed_years": 15, "personal": 278_000},
        as_of=date(2020, 12, 31),
    )
    return office


def suspended(office: Office, reason: str, on: date, **said: object) -> object:
    case = {"person": PENSIONER, "reason": reason, "from_month": 202104, "due": "2021-12-31"} | said
    return office.carry("award.suspend", case, on=on)


def test_a_year_of_acts_walks_and_every_invariant_holds(office: Office) -> None:
    office.pay(202101, date(2021, 1, 12))
    office.contribute(PAYER, "周一", 30_000, date(2021, 2, 1))
    office.carry("contribution.credit", {"through": "2021-02-01"}, on=date(2021, 2, 2))
    office.pay(202102, date(2021, 2, 18))
    granted = office.carry("award.grant", {"person": SIXTY, "applied_date": "2021-02-20"}, on=date(2021, 2, 22))
    assert granted.result == {"awarded": 1}
    assert Award.objects.get(person__resident_number=SIXTY).start_month == 202103
    office.pay(202103, date(2021, 3, 16))
    office.verify()
    # 93 yuan a month from 2020-07-01 for everybody: 88 and the five announced for those months.
    basic = PayrollLine.objects.filter(item="001001", month=202103, state="PAID").order_by("id")
    assert {line.amount_fen for line in basic} == {9_300}
    assert AccountBalance.objects.get(person__resident_number=PAYER, source="PERSONAL").balance_fen == 130_000


def test_new_people_are_numbered_for_the_district(office: Office) -> None:
    columns = {
        "name": ["冯四"],
        "resident_number": [number("19900505", 7)],
        "household_type": ["20"],
        "category": ["011"],
        "division": [office.village],
        "address": ["甲街道乙社区"],
        "phone": [None],
        "tier": [100],
        "bank": ["农业银行"],
        "bank_account": ["6228480099999999999"],
        "card_number": [None],
        "applied_date": [date(2021, 1, 5)],
    }
    office.carry("enrolment.enrol", {"file": office.file("参保.xlsx", "enrolment_batch", columns)}, on=date(2021, 1, 6))
    assert Person.objects.get(name="冯四").personal_number > max(
        Person.objects.exclude(name="冯四").order_by("id").values_list("personal_number", flat=True)
    )
    office.verify()


@pytest.mark.parametrize(
    ("code", "case", "told"),
    [
        (
            "award.suspend",
            {"person": PENSIONER, "reason": "1201", "from_month": 202103, "due": "2021-12-31"},
            "认证未逾期",
        ),
        (
            "award.suspend",
            {"person": PAYER, "reason": "1299", "from_month": 202103, "memo": "线索", "due": "2021-12-31"},
            "没有正在领取的待遇",
        ),
        ("award.grant", {"person": PAYER, "applied_date": "2021-02-20"}, "尚未到龄"),
        (
            "award.terminate",
            {
                "person": PENSIONER,
                "reason": "1401",
                "event_date": "2020-11-30",
                "burial": "火化",
                "heir_name": "某人",
                "heir_account": "6228480012345678",
            },
            "认证",
        ),
        ("enrolment.end", {"person": PAYER, "reason": "6401", "event_date": "2021-02-01"}, "证明|依据"),
        (
            "transfer.receive",
            {
                "person": number("19700707", 9),
                "name": "陈五",
                "kind": "WITHIN_PROVINCE",
                "from_agency": "某县",
                "division": "370202001001",
                "years": 40,
                "sheet": "转字第1号",
                "reference": "X",
            },
            "年限|流水号",
        ),
        ("account.rebind", {"person": PENSIONER, "bank": "农业银行", "bank_account": "=1+1"}, "格式不对|数字"),
        ("fund.sweep", {"month": 202113}, "月"),
        ("performance.declare", {"year": 2020, "objectives": [{"text": "x"}], "indicators": []}, "2020"),
    ],
)
def test_a_claim_the_books_contradict_is_refused(office: Office, code: str, case: dict[str, object], told: str) -> None:
    with pytest.raises(Refused, match=told) as refused:
        office.carry(code, case, on=date(2021, 2, 22))
    assert refused.value.found, "a fault names its field, so that a form can mark it"


def test_a_deadline_beyond_the_announced_holidays_is_told_to_who_approves(office: Office) -> None:
    """Statutory working days run into a year whose holidays nobody announced: no day is guessed."""
    known = last_year_known()
    on = date(known, 12, 30)
    case = {"person": PENSIONER, "bank": "农业银行", "bank_account": "6228480099999999999"}
    answer = office.carry("account.rebind", case, on=on)
    assert Proposal.objects.get(key=answer.proposal).due_date is None
    assert any("办结期限未能推算" in notice for notice in answer.preview["notices"])
