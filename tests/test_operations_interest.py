"""Interest of years: settled when the year is complete, on every fen from the month the bank had it, late or not."""

from datetime import date
from typing import Any

import pytest

from jubao.operations.envelope.fault import Refused
from jubao.policy.store import Policy
from jubao.records.models import AccountBalance, AccountEntry, Contribution, Enrolment
from tests.office import VILLAGE, Office, insured, number

pytestmark = pytest.mark.django_db

WANG, LI, ZHAO = number("19700101", 1), number("19700101", 2), number("19500315", 2)
SETTLED = date(2018, 1, 9)


@pytest.fixture
def office() -> Office:
    made = Office()
    made.open_fund()
    return made


def contributor(office: Office, **said: Any) -> None:
    office.register({"name": "王甲", "resident_number": WANG} | said)


def settle(office: Office, year: int = 2017, *, on: date = SETTLED) -> Any:
    return office.carry("account.settle_year", {"year": year}, on=on)


def credit(office: Office, on: date) -> Any:
    return office.carry("contribution.credit", {"through": on.isoformat()}, on=on)


def refusal(office: Office, year: int = 2017, *, on: date = SETTLED) -> list[str]:
    with pytest.raises(Refused) as refused:
        settle(office, year, on=on)
    return refused.value.faults


def held(year: int | None = None, who: str = WANG) -> int:
    """All a person's money, or the interest of one year."""
    if year is None:
        return sum(AccountBalance.objects.filter(person__resident_number=who).values_list("balance_fen", flat=True))
    kinds = ("INTEREST", "SETTLED_INTEREST")
    rows = AccountEntry.objects.filter(person__resident_number=who, year=year, kind__in=kinds)
    return sum(rows.values_list("amount_fen", flat=True))


def file_of(
    office: Office, reference: str, fen: int, *, year: int, kind: str, day: date, who: str = WANG, name: str = "王甲"
) -> str:
    columns = {
        "seq": [1],
        "resident_number": [who],
        "name": [name],
        "contribution_year": [year],
        "kind": [kind],
        "amount": [fen],
    }
    header = {"bank": "农业银行", "batch_no": f"P{reference}", "date": day, "receipt_reference": reference}
    return office.file("代收.txt", "bank_collection", columns, header)


# ── The day the bank received the money ──


def test_the_day_of_receipt_decides_the_year_never_the_day_of_entry(office: Office) -> None:
    """500.00 at the bank on 12-31, its file on 01-02: a contribution of 2017, with the subsidy of its tier, 60.00."""
    contributor(office)
    office.receive("COLLECTION", 50_000, "HD1", date(2017, 12, 31))
    file = file_of(office, "HD1", 50_000, year=2017, kind="10", day=date(2018, 1, 2))
    office.carry("contribution.bank", {"file": file}, on=date(2018, 1, 2))
    made = Contribution.objects.get()
    assert (made.year, made.kind, made.received_date) == (2017, "10", date(2017, 12, 31))
    assert credit(office, date(2018, 1, 3)).result["subsidy_fen"] == 6_000
    assert set(AccountEntry.objects.values_list("year", "value_month")) == {(2017, 201712)}
    office.verify()


@pytest.mark.parametrize(
    ("year", "kind", "told"),
    [
        (2018, "10", "当年为正常应缴"),
        (2017, "31", "当年为正常应缴"),
        (2050, "31", "当年为正常应缴"),
        (2010, "31", "早于制度启动"),
    ],
)
def test_a_year_the_money_cannot_be_for_is_refused(office: Office, year: int, kind: str, told: str) -> None:
    contributor(office)
    office.receive("COLLECTION", 50_000, "HD1", date(2017, 12, 31))
    file = file_of(office, "HD1", 50_000, year=year, kind=kind, day=date(2017, 12, 31))
    with pytest.raises(Refused, match=told):
        office.carry("contribution.bank", {"file": file}, on=date(2018, 1, 2))


def test_nobody_pays_for_a_year_before_he_was_sixteen(office: Office) -> None:
    young = number("20000601", 1)
    office.register({"name": "王甲", "resident_number": young, "contributed_years": 0})
    with pytest.raises(Refused, match="未满参保年龄"):
        office.contribute(young, "王甲", 10_000, date(2017, 3, 1), year=2015)
    office.contribute(young, "王甲", 10_000, date(2017, 3, 2), year=2016)


def test_two_files_of_one_request_share_neither_money_nor_year(office: Office) -> None:
    contributor(office)
    on = date(2017, 3, 1)
    for reference in ("HD1", "HD2"):
        office.receive("COLLECTION", 10_000, reference, on)
    one, same_year = (file_of(office, name, 10_000, year=2017, kind="10", day=on) for name in ("HD1", "HD2"))
    for files, told in (((one, same_year), "缴了两次"), ((one, one), "出现两次")):
        with pytest.raises(Refused, match=told):
            office.carry("contribution.bank", *({"file": file} for file in files), on=on)
    assert not Contribution.objects.exists()


# ── What is dated before a settled year ──


def test_money_that_comes_into_the_books_after_the_years_settlement_still_earns_for_it(office: Office) -> None:
    """500.00 in June 2017 at 1.5 % for six months: 3.75; the subsidy of 60.00 earns 0.45 beside it."""
    contributor(office, personal=100_000)
    office.receive("COLLECTION", 50_000, "HD1", date(2017, 6, 15))
    settle(office)
    file = file_of(office, "HD1", 50_000, year=2017, kind="10", day=date(2017, 6, 15))
    office.carry("contribution.bank", {"file": file}, on=date(2018, 1, 15))
    answer = credit(office, date(2018, 1, 16))
    assert held(2017) == 1_500 + 375 + 45
    assert any("补计利息 4.20 元" in notice for notice in answer.preview["notices"])
    office.verify()


@pytest.mark.parametrize("years", [1, 2])
@pytest.mark.parametrize(("personal", "fen"), [(0, 10_000), (3_333, 30_000), (100_001, 300_000)])
def test_credited_late_is_worth_what_credited_in_time_is(office: Office, personal: int, fen: int, years: int) -> None:
    """Two people with the same sums, one credited in the year, one after one or two years were settled."""
    office.register(
        *(
            {"name": name, "resident_number": who, "personal": personal, "county": 777}
            for who, name in ((WANG, "王甲"), (LI, "李乙"))
        )
    )
    for reference in ("HD1", "HD2"):
        office.receive("COLLECTION", fen, reference, date(2017, 6, 15))
    take(office, WANG, fen, "HD1", on=date(2017, 6, 20))
    for year in range(2017, 2017 + years):
        settle(office, year, on=date(year + 1, 1, 9))
    take(office, LI, fen, "HD2", on=date(2017 + years, 2, 1))
    for year in range(2017, 2017 + years):
        assert held(year, LI) == held(year, WANG) > 0
    assert held(None, LI) == held(None, WANG)
    settle(office, 2017 + years, on=date(2018 + years, 1, 9))
    assert held(None, LI) == held(None, WANG)
    office.verify()


def take(office: Office, who: str, fen: int, reference: str, *, on: date) -> None:
    name = {WANG: "王甲", LI: "李乙"}[who]
    file = file_of(office, reference, fen, year=2017, kind="10", day=date(2017, 6, 15), who=who, name=name)
    office.carry("contribution.bank", {"file": file}, on=on)
    credit(office, on)


def test_a_relation_received_late_earns_for_the_settled_year_too(office: Office) -> None:
    """500.00 at the bank in March 2017, registered in January 2018: nine months of 1.5 %, 5.625, 5.63."""
    contributor(office, personal=100_000)
    office.receive("COLLECTION", 50_000, "ZR1", date(2017, 3, 22))
    settle(office)
    case = {
        "person": LI,
        "name": "吴己",
        "kind": "WITHIN_PROVINCE",
        "from_agency": "某县",
        "division": VILLAGE,
        "years": 5,
        "sheet": "转字第15号",
        "personal_fen": 50_000,
        "reference": "ZR1",
    }
    office.carry("transfer.receive", case, on=date(2018, 1, 15))
    assert held(2017, LI) == 563
    office.verify()


def test_verify_finds_money_dated_into_a_settled_year_that_earned_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    contributor(office, personal=100_000)
    office.receive("COLLECTION", 50_000, "HD1", date(2017, 6, 15))
    settle(office)
    monkeypatch.setattr("jubao.operations.contributions.contribution.settle_backdated", lambda _: 0)
    file = file_of(office, "HD1", 50_000, year=2017, kind="10", day=date(2017, 6, 15))
    office.carry("contribution.bank", {"file": file}, on=date(2018, 1, 15))
    credit(office, date(2018, 1, 16))
    with pytest.raises(AssertionError, match=r"迟到款项应补计息 4\.20 元，已记 0\.00 元"):
        office.verify()


def test_a_refund_leaves_the_interest_of_settled_years(office: Office) -> None:
    contributor(office, personal=100_000)
    office.contribute(WANG, "王甲", 30_000, date(2017, 6, 15))
    credit(office, date(2017, 6, 20))
    settle(office)
    before = held(2017)
    case = {"person": WANG, "years": [2017], "reason": "重复缴费"}
    office.carry("contribution.refund", case, on=date(2018, 1, 16))
    assert held(2017) == before


def test_a_register_taken_over_in_the_year_leaves_that_year_to_be_settled(office: Office) -> None:
    """1000.00 taken over at the end of June: six months of 1.5 %, 7.50."""
    row = insured(1, name="王甲", resident_number=WANG, personal=100_000)
    file = office.file("底册.xlsx", "opening_register", {name: [value] for name, value in row.items()})
    office.carry(
        "register.open", {"file": file, "as_of": "2017-06-30", "interest_through": 201706}, on=date(2017, 7, 3)
    )
    settle(office)
    assert held(2017) == 750


# ── What must stand before a year is settled ──


def test_a_year_is_settled_when_it_is_over_in_its_order_and_once(office: Office) -> None:
    contributor(office, personal=100_000)
    assert "尚未结束" in refusal(office, on=date(2017, 12, 31))[0]
    assert "应接着结2017年度" in refusal(office, 2016)[0]
    settle(office)
    assert "应接着结2018年度" in refusal(office)[0]
    office.verify()


def test_a_year_with_money_not_credited_is_not_settled(office: Office) -> None:
    contributor(office, personal=100_000)
    office.contribute(WANG, "王甲", 30_000, date(2017, 6, 15))
    assert "1 笔缴费已到账未记账" in refusal(office)[0]


def test_a_year_with_payrolls_missing_is_not_settled(office: Office) -> None:
    office.register(
        {"name": "王甲", "resident_number": WANG, "personal": 100_000},
        {"name": "赵乙", "resident_number": ZHAO, "pension_start": 201108, "personal": 60_000, "pension_personal": 500},
    )
    office.pay(201701, date(2017, 1, 5))
    assert "还有 11 个月的待遇没有发放" in refusal(office)[0]


def test_a_year_whose_december_the_bank_has_not_answered_is_not_settled(office: Office) -> None:
    office.register(
        {"name": "赵乙", "resident_number": ZHAO, "pension_start": 201108, "personal": 60_000, "pension_personal": 500}
    )
    for month in range(201701, 201712):
        office.pay(month, date(2017, month % 100, 5))
    answer = office.carry("payroll.calculate", {"month": 201712}, on=date(2017, 12, 5))
    assert "没有银行回盘" in refusal(office)[0]
    office.settle(answer, SETTLED)
    settle(office)
    office.verify()


def test_an_unverified_rate_is_shown_to_who_approves_it(office: Office) -> None:
    contributor(office, personal=100_000)
    answer = settle(office)
    [told] = answer.preview["notices"]
    assert "2017年记账利率按 1.50% 计" in told
    assert "尚未核实" in told
    provisional = settle(office, 2018, on=date(2019, 1, 9)).preview["notices"]
    assert any("为暂定" in notice for notice in provisional)


def test_a_rate_of_the_law_is_the_rate_posted(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """1000.00 at 2.40 %: 24.00."""
    rows = [{"from": date(2009, 1, 1), "value": 24_000, "source": "house-defaults"}]
    changed = Policy.load().with_rows("interest.account_rate", rows)
    contributor(office, personal=100_000)
    monkeypatch.setattr(Policy, "load", lambda: changed)
    settle(office)
    assert held(2017) == 2_400


def test_ended_relations_earn_no_more(office: Office) -> None:
    contributor(office, personal=100_000)
    case = {"person": WANG, "reason": "6406", "event_date": "2017-05-02"}
    office.carry("enrolment.end", case, on=date(2017, 5, 10))
    assert Enrolment.objects.get().enrolment_state == "4"
    assert settle(office).result == {"accounts": 0, "entries": 0, "interest_fen": 0}
    assert held(2017) == 500
