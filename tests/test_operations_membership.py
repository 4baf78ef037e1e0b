"""Who comes into the register and who leaves it: one rule of admission, proven years, proven deaths, proven heirs."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.records.models import (
    AccountBalance,
    AccountEntry,
    BankAccount,
    Certification,
    Enrolment,
    Payout,
    Person,
    Settlement,
    Transfer,
)
from tests.office import VILLAGE, Office, insured, number

pytestmark = pytest.mark.django_db

ON = date(2017, 3, 22)
WANG, LI = number("19700101", 1), number("19700101", 2)
ACCOUNT_OF_WANG, STRANGERS = "62284800" + f"{1:011d}", "6228480099999999999"
MOVER = number("19800101", 61)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.open_fund()
    made.register(
        {"name": "王甲", "resident_number": WANG, "personal": 100_000, "county": 5_000},
        {"name": "李乙", "resident_number": LI},
    )
    return made


def refusal(office: Office, code: str, *cases: dict[str, Any], on: date = ON) -> list[str]:
    with pytest.raises(Refused) as refused:
        office.carry(code, *cases, on=on)
    assert refused.value.faults
    return refused.value.faults


# ── Coming in ──


def transfer(**said: Any) -> dict[str, Any]:
    return {
        "person": MOVER,
        "name": "吴己",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "某县居保中心",
        "division": VILLAGE,
        "years": 5,
        "sheet": "（2017）转字第15号",
        "personal_fen": 50_000,
        "reference": "ZR1",
        "bank": "农业银行",
        "bank_account": "6228480012345679",
    } | said


def test_a_relation_moves_in_with_its_sheet_and_its_money(office: Office) -> None:
    office.receive("COLLECTION", 50_000, "ZR1", ON)
    office.carry("transfer.receive", transfer(), on=ON)
    moved = Transfer.objects.get()
    assert (moved.amount_fen, moved.years, moved.statement_line.reference) == (50_000, 5, "ZR1")
    assert Enrolment.objects.get(person__resident_number=MOVER).earlier_years == 5
    office.verify()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"person": number("19510301", 61)}, "66 周岁"),
        ({"person": number("20140101", 61)}, "3 周岁"),
        ({"person": number("20140101", 61), "kind": "FROM_EMPLOYEES"}, "3 周岁"),
        ({"person": MOVER[:-1] + ("0" if MOVER[-1] != "0" else "1")}, "校验码不符"),
        ({"person": WANG}, "已在参保登记中"),
        ({"name": "吴 己7"}, "姓名书写不合规"),
        ({"division": "430602999999"}, "不在区划登记中"),
        ({"tier": 150}, "不是现行缴费档次"),
        ({"bank_account": "=1+1"}, "8 至 32 位数字"),
        ({"years": 8}, "至多 7 年"),
        ({"years": 99}, "至多 7 年"),
        ({"years": 99, "kind": "FROM_EMPLOYEES"}, "至多 22 年"),
        ({"sheet": None}, "须以转移接续信息表为据"),
        ({"personal_fen": 0, "reference": ""}, "没有随转资金"),
        ({"reference": ""}, "没有银行流水号"),
        ({"reference": "ZR9"}, "款未到账"),
    ],
)
def test_nobody_moves_in_whom_the_law_or_the_papers_do_not_know(
    office: Office, said: dict[str, Any], told: str
) -> None:
    office.receive("COLLECTION", 50_000, "ZR1", ON)
    assert any(told in fault for fault in refusal(office, "transfer.receive", transfer(**said)))
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("said", [{"category": "ZZZ"}, {"tier": -5}, {"years": -1}, {"kind": "SIDEWAYS"}])
def test_codes_and_numbers_of_a_transfer_are_real(office: Office, said: dict[str, Any]) -> None:
    assert refusal(office, "transfer.receive", transfer(**said))


def test_a_relation_of_sixty_comes_only_from_the_employees_scheme(office: Office) -> None:
    """人社部发〔2014〕17号第三条: whoever has reached retirement there with too few years moves here."""
    person = number("19560101", 61)
    office.receive("COLLECTION", 50_000, "ZR1", ON)
    assert "原参保地" in refusal(office, "transfer.receive", transfer(person=person))[0]
    answer = office.carry("transfer.receive", transfer(person=person, kind="FROM_EMPLOYEES"), on=ON)
    assert "61 周岁" in answer.preview["notices"][0]
    assert AccountBalance.objects.get(person__resident_number=person, balance_fen__gt=0).source == "TRANSFER"


def test_who_was_old_at_the_launch_may_bring_fifteen_years_made_up(office: Office) -> None:
    """国发〔2014〕8号第七条: forty-five at the launch of 2011-07, so years may have been made up to fifteen."""
    person = number("19600101", 61)
    office.receive("COLLECTION", 200_000, "ZR1", ON)
    assert (
        "至多 15 年" in refusal(office, "transfer.receive", transfer(person=person, years=16, personal_fen=200_000))[0]
    )
    office.carry("transfer.receive", transfer(person=person, years=15, personal_fen=200_000), on=ON)
    assert Transfer.objects.get().years == 15


def test_one_bank_line_brings_one_relation(office: Office) -> None:
    office.receive("COLLECTION", 50_000, "ZR1", ON)
    other = transfer(person=number("19810101", 61), name="冯庚")
    assert any("用了两次" in fault for fault in refusal(office, "transfer.receive", transfer(), other))


def test_little_money_for_many_years_is_shown_to_the_approvers(office: Office) -> None:
    office.receive("COLLECTION", 30_000, "ZR1", ON)
    answer = office.carry("transfer.receive", transfer(personal_fen=30_000), on=ON)
    assert any("请核对信息表的年限与金额" in notice for notice in answer.preview["notices"])


def test_transferred_money_earns_from_the_month_the_bank_had_it(office: Office) -> None:
    office.receive("COLLECTION", 50_000, "ZR1", date(2017, 3, 22))
    office.carry("transfer.receive", transfer(), on=date(2017, 5, 8))
    entry = AccountEntry.objects.get(kind="TRANSFER_IN")
    assert (entry.value_month, entry.amount_fen) == (201703, 50_000)


def enrolment_file(office: Office, *rows: dict[str, Any]) -> str:
    usual = {
        "name": "周戊",
        "household_type": "20",
        "category": "011",
        "division": VILLAGE,
        "address": "",
        "phone": "",
        "tier": 100,
        "bank": "农业银行",
        "bank_account": "6228480012345678",
        "card_number": "",
        "applied_date": ON,
    }
    full = [usual | row for row in rows]
    return office.file("登记.xlsx", "enrolment_batch", {name: [row[name] for row in full] for name in full[0]})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"category": "ZZZ"}, "参保身份编码 ZZZ 不在代码表内"),
        ({"tier": 105}, "不是现行缴费档次"),
        ({"tier": 0}, "不是现行缴费档次"),
        ({"bank_account": "12345"}, "8 至 32 位数字"),
        ({"division": "430602999999"}, "不在区划登记中"),
        ({"phone": "1" * 31}, "超过 30 个字"),
        ({"applied_date": date(2017, 3, 23)}, "晚于办理日期"),
        ({"resident_number": number("20010323", 3)}, "15 周岁"),
        ({"resident_number": number("19570322", 3)}, "60 周岁"),
    ],
)
def test_the_same_rule_of_admission_stands_at_the_door_of_enrolment(
    office: Office, said: dict[str, Any], told: str
) -> None:
    file = enrolment_file(
        office, {"resident_number": number("19900101", 3)}, {"resident_number": number("19900101", 4)} | said
    )
    faults = refusal(office, "enrolment.enrol", {"file": file})
    assert any("第3行" in fault and told in fault for fault in faults)
    assert Person.objects.count() == 2


def test_nobody_is_enrolled_twice_by_two_files_of_one_request(office: Office) -> None:
    one, other = (enrolment_file(office, {"resident_number": number("19900101", 3), "phone": str(n)}) for n in (1, 2))
    assert any("出现两次" in fault for fault in refusal(office, "enrolment.enrol", {"file": one}, {"file": other}))
    assert any("出现两次" in fault for fault in refusal(office, "enrolment.enrol", {"file": one}, {"file": one}))


def test_two_files_of_one_request_give_everybody_a_number_of_their_own(office: Office) -> None:
    files = [enrolment_file(office, {"resident_number": number("19900101", n)}) for n in (3, 4)]
    assert office.carry("enrolment.enrol", *({"file": file} for file in files), on=ON).result == {"enrolled": 2}
    assert Person.objects.values("personal_number").distinct().count() == 4
    office.verify()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"pension_start": 201101, "contribution_state": "1"}, "状态不是待遇领取或终止"),
        ({"ended_month": 201601}, "有终止年月，但状态不是终止"),
        ({"pension_start": 201601, "ended_month": 201501, "enrolment_state": "4"}, "早于待遇开始年月"),
        ({"category": "ZZZ"}, "不在代码表内"),
        ({"bank_account": "无"}, "8 至 32 位数字"),
        ({"resident_number": number("19700101", 1)}, "1"),
    ],
)
def test_a_register_that_contradicts_itself_or_the_codes_is_not_taken_over(said: dict[str, Any], told: str) -> None:
    fresh = Office()
    rows = [insured(1), insured(2, **said)]
    file = fresh.file("底册.xlsx", "opening_register", {name: [row[name] for row in rows] for name in rows[0]})
    with pytest.raises(Refused) as refused:
        fresh.carry("register.open", {"file": file, "as_of": "2016-12-31", "interest_through": 201612})
    assert any(told in fault for fault in refused.value.faults)
    assert not Person.objects.exists()


def test_odd_ages_and_years_of_a_register_taken_over_are_shown_to_the_approvers() -> None:
    fresh = Office()
    row = insured(1, resident_number=number("20011001", 8), contributed_years=5)
    file = fresh.file("底册.xlsx", "opening_register", {name: [value] for name, value in row.items()})
    case = {"file": file, "as_of": "2016-12-31", "interest_through": 201612}
    odd = [notice for notice in fresh.carry("register.open", case).preview["notices"] if notice.startswith("底册中有")]
    assert [notice.split("，")[0] for notice in odd] == [
        "底册中有 1 人在 2016-12-31 未到参保年龄",
        "底册中有 1 人累计缴费年限超过按年龄和制度启动日可能的年限",
    ]


# ── Leaving ──

DEATH = {"person": WANG, "reason": "6401", "event_date": "2017-03-01"}
PROVEN = DEATH | {"evidence": "死亡医学证明 2017-0312"}
HEIR = {"payee_name": "王小", "payee_account": STRANGERS}


def test_a_death_is_proven_before_a_relation_ends(office: Office) -> None:
    assert any("死亡须有证明" in fault for fault in refusal(office, "enrolment.end", DEATH))
    office.carry("enrolment.end", PROVEN, on=ON)
    settled = Settlement.objects.get()
    assert "死亡医学证明 2017-0312" in settled.memo
    office.verify()


def test_a_death_after_which_the_books_show_the_person_alive_is_refused(office: Office) -> None:
    certified = Certification(
        person=Person.objects.get(resident_number=WANG),
        certified_date=date(2017, 3, 5),
        method="01",
        checker="某",
        act_id=Settlement.objects.count() + 1,
    )
    certified.save()
    assert any("之后还有领取资格认证（2017-03-05）" in fault for fault in refusal(office, "enrolment.end", PROVEN))


def test_a_contribution_received_after_the_death_is_given_back_first(office: Office) -> None:
    office.contribute(WANG, "王甲", 10_000, date(2017, 3, 10))
    office.carry("contribution.credit", {"through": "2017-03-10"}, on=date(2017, 3, 10))
    assert any("之后还有缴费到账（2017-03-10）" in fault for fault in refusal(office, "enrolment.end", PROVEN))
    refund = {"person": WANG, "years": [2017], "reason": "身故后代扣"}
    office.carry("contribution.refund", refund, on=ON)
    office.carry("enrolment.end", PROVEN, on=ON)
    office.verify()


def test_an_heir_is_named_and_proven(office: Office) -> None:
    assert any("继承关系证明" in fault for fault in refusal(office, "enrolment.end", PROVEN | HEIR))
    nameless = PROVEN | {"payee_account": STRANGERS, "heir_evidence": "亲属关系证明 2017-08"}
    assert any("继承人姓名" in fault for fault in refusal(office, "enrolment.end", nameless))
    office.carry("enrolment.end", PROVEN | HEIR | {"heir_evidence": "亲属关系证明 2017-08"}, on=ON)
    owed = Payout.objects.get()
    assert (owed.payee_name, owed.payee_account) == ("王小", STRANGERS)


@pytest.mark.parametrize("account", ["=1+1", "123", "1" * 32 + "2"])
def test_an_heirs_account_is_an_account(office: Office, account: str) -> None:
    case = PROVEN | HEIR | {"heir_evidence": "亲属关系证明 2017-08", "payee_account": account}
    assert refusal(office, "enrolment.end", case)


@pytest.mark.parametrize("reason", ["6406", "6499"])
def test_the_living_are_paid_to_their_own_account_only(office: Office, reason: str) -> None:
    case = DEATH | {"reason": reason}
    assert any("只能退给本人" in fault for fault in refusal(office, "enrolment.end", case | HEIR))
    office.carry("enrolment.end", case | {"payee_account": ACCOUNT_OF_WANG}, on=ON)
    assert Payout.objects.get().payee_account == ACCOUNT_OF_WANG


def test_an_account_that_is_still_cooling_is_not_paid_by_naming_it(office: Office) -> None:
    rebind = {"person": WANG, "bank": "建设银行", "bank_account": STRANGERS}
    office.carry("account.rebind", rebind, on=date(2017, 3, 20))
    case = DEATH | {"reason": "6406", "payee_account": STRANGERS}
    assert any("冷静期" in fault for fault in refusal(office, "enrolment.end", case))


def test_who_leaves_in_january_takes_the_interest_of_the_year_along(office: Office) -> None:
    """1050.00 at 1.5 % for the twelve months of 2017, which nobody has settled yet: 15.75."""
    case = DEATH | {"reason": "6406", "event_date": "2018-01-02"}
    office.carry("enrolment.end", case, on=date(2018, 1, 5))
    assert Settlement.objects.get().refundable_fen == 105_000 + 1_575
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 9))
    assert not AccountBalance.objects.filter(person__resident_number=WANG, balance_fen__gt=0).exists()
    office.verify()


def test_who_leaves_before_last_years_settlement_earns_on_last_years_interest(office: Office) -> None:
    """15.75 for 2017; then 1065.75 for one month of 2018: 1.3322, 1.33."""
    case = {
        "person": WANG,
        "kind": "WITHIN_PROVINCE",
        "to_agency": "邻县中心",
        "to_account": "6228480096",
        "applied_date": "2018-02-01",
    }
    office.carry("transfer.send", case, on=date(2018, 2, 5))
    assert Transfer.objects.get().amount_fen == 105_000 + 1_575 + 133
    office.verify()


# ── Bank accounts ──


@pytest.mark.parametrize("account", ["", "1234567", "6" * 33, "=1+1", "62284800 0000"])
def test_a_bank_account_is_digits(office: Office, account: str) -> None:
    assert refusal(office, "account.rebind", {"person": WANG, "bank": "建设银行", "bank_account": account})


def test_the_account_somebody_has_is_not_bound_again(office: Office) -> None:
    case = {"person": WANG, "bank": "农业银行", "bank_account": ACCOUNT_OF_WANG}
    assert "与现用账户相同" in refusal(office, "account.rebind", case)[0]


def test_an_account_of_many_is_shown_to_the_approvers(office: Office) -> None:
    third = number("19900101", 3)
    office.carry("enrolment.enrol", {"file": enrolment_file(office, {"resident_number": third})}, on=ON)
    cases = [{"person": who, "bank": "建设银行", "bank_account": STRANGERS} for who in (WANG, LI, third)]
    answer = office.carry("account.rebind", *cases, on=ON)
    assert "尾号 9999 的账户将登记在 3 人名下，超过 2 人，请核对是否代领" in answer.preview["notices"]
    assert BankAccount.objects.filter(account=STRANGERS).count() == 3
