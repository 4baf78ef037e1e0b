"""One person read tab by tab: the sentence, balances on any day, payments and their sheet, scope, distance and masks."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, Sum

from jubao.operations.person import pages
from jubao.operations.person.head import Head, seen
from jubao.records.facts import fact_models
from jubao.records.keyed_numbers import keyed
from jubao.records.models import AccountPosting, LineReturn, Look, PayrollLine, Person
from jubao.reports.explanation.pension import explain
from jubao.reports.person.account import account_of
from jubao.reports.person.search import meant_by
from jubao.reports.person.trail import DONE
from jubao.vocabulary.both import Language, speaking
from jubao.vocabulary.codes import Source
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import MayNotLook, Recused, Viewer
from tests.office import MASKED, READER, VILLAGE, Office, number, years_of

pytestmark = pytest.mark.django_db
WANG = number("19500315", 1)  # past 60 at the launch of the scheme: 70.00 national and 15.00 of the province
LI = number("19800320", 2)  # contributes
QIAN = number("19570110", 3)  # of age since January 2017, with years missing
SUN = number("19510101", 4)  # draws as well
ACCOUNT_OF_WANG = "62284800" + f"{1:011d}"
SUSPENDED = {
    "reason": "1299",
    "from_month": 201702,
    "due": "2017-06-30",
    "memo": "来信 1",
    "next_step_post": "BENEFITS",
}


@pytest.fixture
def office() -> Office:
    """A pensioner and somebody who pays."""
    office = Office()
    office.open_fund()
    office.register(
        {
            "name": "王甲",
            "resident_number": WANG,
            "pension_start": 201108,
            "contributed_years": 0,
            "phone": "13800001111",
        },
        {"name": "李乙", "resident_number": LI, "personal": 30_000, "province": 3_000, "contributed_years": 5},
        {"name": "钱丙", "resident_number": QIAN, "contributed_years": 4},
        {"name": "孙丁", "resident_number": SUN, "pension_start": 201108, "contributed_years": 0},
    )
    return office


def viewer(day: date, *posts: Post) -> Viewer:
    """Somebody in these posts, on a day; an auditor without any."""
    return replace(MASKED, day=day, posts=frozenset(posts) or MASKED.posts)


def key(resident_number: str) -> int:
    return Person.objects.get(resident_number=resident_number).pk


def head(resident_number: str, day: date) -> Head:
    found = seen(key(resident_number), "overview", viewer=viewer(day))
    assert found is not None
    return found.head


def told(resident_number: str, day: date) -> tuple[str, str]:
    """What is so, and what happens next."""
    standing = head(resident_number, day).standing
    return str(standing.told), str(standing.then or "")


# ── The one sentence ──


def test_a_paid_month_is_told_with_sum_and_day(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    assert told(WANG, date(2017, 1, 20)) == ("2017年1月养老金 85.00 元已于2017年1月5日到账", "")
    standing = head(WANG, date(2017, 1, 20)).standing
    assert (standing.is_paid, standing.tone, str(standing.state)) == (True, "ok", "正常待遇")


def test_before_the_first_payroll_it_is_said_who_runs_it(office: Office) -> None:
    assert told(WANG, date(2017, 1, 20)) == ("2017年1月尚未发放（已发放到无）", "由待遇经办岗办理月度发放")


def test_a_suspension_is_told_with_its_reason_and_the_next_step(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    office.carry("award.suspend", {"person": WANG, **SUSPENDED}, on=date(2017, 1, 20))
    assert told(WANG, date(2017, 2, 20)) == (
        "待遇自2017年2月起暂停：其他原因暂停",
        "下一步由待遇经办岗于2017年6月30日前办理",
    )
    assert told(WANG, date(2017, 7, 1))[1] == "下一步由待遇经办岗于2017年6月30日前办理，已经逾期"
    standing = head(WANG, date(2017, 2, 20)).standing
    assert (standing.tone, str(standing.state), str(standing.question)) == (
        "hold",
        "待遇暂停 2017年2月起",
        "为什么没有发",
    )
    with speaking(Language.ENGLISH):
        assert str(standing.told).startswith("Suspended from 2017-02")


def test_a_contributor_is_told_when_a_pension_can_start(office: Office) -> None:
    """Born in March 1980, 60 in March 2040, paid from the month after."""
    standing = head(LI, date(2017, 2, 1)).standing
    assert str(standing.told) == "正在缴费，2040年3月满 60 周岁，2040年4月起才能领取"
    assert str(standing.question) == "现在"


def test_who_is_of_age_and_never_applied_is_told_so(office: Office) -> None:
    assert told(QIAN, date(2017, 3, 1)) == (
        "2017年1月已满 60 周岁，但尚未核定待遇",
        "由待遇经办岗核对缴费年限是否足够，本人申请后核定",
    )


def test_a_death_is_told_with_its_day_and_the_money_that_is_left(office: Office) -> None:
    for month in (1, 2, 3):
        office.pay(201700 + month, date(2017, month, 5))
    case = {
        "person": WANG,
        "reason": "1401",
        "event_date": "2017-01-12",
        "reported_date": "2017-03-06",
        "burial": "土葬",
        "heir_name": "王小",
        "heir_account": "6228480012345678901",
    }
    office.carry("award.terminate", case, on=date(2017, 3, 10))
    said, then = told(WANG, date(2017, 3, 20))
    assert said == "待遇自2017年2月起终止：死亡，发生日期2017年1月12日，不应发放"
    assert then == "尚有多发 170.00 元待追回，由待遇经办岗办理"  # February and March, 85.00 each
    standing = head(WANG, date(2017, 3, 20)).standing
    assert (str(standing.state), standing.is_paid) == ("参保终止", False)


def test_a_failed_payment_is_told_with_the_bank_s_reason_and_who_mends_it(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5), failing={ACCOUNT_OF_WANG: "211"})
    said, then = told(WANG, date(2017, 1, 20))
    batch = PayrollLine.objects.filter(month=201701).values_list("batch__number", flat=True).first()
    assert said == (f"2017年1月养老金：批次 {batch} 发放失败：211 收款账户已销户、挂失、未绑定或不适用")
    assert then == "由个人账户岗更正银行账户，下次发放自动重发"
    assert head(WANG, date(2017, 1, 20)).standing.tone == "stop"


def test_an_earlier_month_that_did_not_arrive_is_told_beside_the_paid_one(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    answer = office.carry("payroll.calculate", {"month": 201702}, on=date(2017, 2, 5))
    office.carry(
        "payment.hold", {"batch": answer.result["batch"], "person": WANG, "reason": "公安名单"}, on=date(2017, 2, 5)
    )
    said, _ = told(WANG, date(2017, 2, 6))
    assert said == f"2017年2月养老金：批次 {answer.result['batch']} 锁定后扣留：公安名单"


def test_money_at_the_bank_waits_for_its_answer(office: Office) -> None:
    answer = office.carry("payroll.calculate", {"month": 201701}, on=date(2017, 1, 5))
    said, then = told(WANG, date(2017, 1, 6))
    assert said == f"2017年1月养老金：已列入批次 {answer.result['batch']}，银行尚未回盘"
    assert then == "由会计岗导入银行回盘"


def test_who_moved_away_is_told_so(office: Office) -> None:
    send = {
        "person": LI,
        "kind": "CROSS_PROVINCE",
        "to_agency": "某县居保中心",
        "to_account": "6228480099999999999",
        "applied_date": "2017-01-05",
    }
    office.carry("transfer.send", send, on=date(2017, 1, 9))
    said, then = told(LI, date(2017, 2, 1))
    assert said.startswith("参保关系已经终止：关系转出统筹地区")
    assert then == "尚有 330.00 元待支付，由个人账户岗列入一次性支付"
    found = pages.cases(key(LI), viewer=viewer(date(2017, 2, 1)))
    assert found is not None
    [move] = found.cases.moves
    assert (move.direction, move.agency, move.fen) == ("转出", "某县居保中心", 33_000)


def test_the_command_says_the_same(office: Office) -> None:
    office.carry("award.suspend", {"person": WANG, **SUSPENDED}, on=date(2017, 1, 20))
    tree = explain(WANG, 201702, viewer=READER)
    assert tree["why_not"] == ["待遇自2017年2月起暂停：其他原因暂停；下一步由待遇经办岗于2017年6月30日前办理"]


# ── The account on any day ──


def independent_sum(resident_number: str, day: date) -> dict[str, int]:
    """What postings of a day or earlier add up to by source, straight from the columns."""
    rows = AccountPosting.objects.filter(person__resident_number=resident_number, act__business_date__lte=day)
    found = rows.aggregate(**{str(source): Sum(F(f"{source.name.lower()}_fen")) for source in Source})
    return {source: fen for source, fen in found.items() if fen}


def test_balances_on_past_days_are_what_was_posted_by_then(office: Office) -> None:
    office.contribute(LI, "李乙", 20_000, date(2017, 4, 10))
    office.carry("contribution.credit", {"through": "2017-04-30"}, on=date(2017, 5, 2))
    office.carry("account.settle_year", {"year": 2017}, on=date(2018, 1, 10))
    person = Person.objects.get(resident_number=LI)
    held = {}
    for day in (
        date(2016, 12, 31),
        date(2017, 1, 3),
        date(2017, 5, 1),
        date(2017, 5, 2),
        date(2018, 1, 9),
        date(2018, 1, 10),
    ):
        account = account_of(person, day)
        assert {one.source: one.fen for one in account.balances if one.fen} == independent_sum(LI, day), day
        assert account.fen == sum(one.fen for one in account.balances) == sum(one.fen for one in account.entries)
        held[day] = account.fen
    assert held[date(2016, 12, 31)] == 0
    assert held[date(2017, 1, 3)] == held[date(2017, 5, 1)] == 33_000
    assert held[date(2017, 5, 2)] >= 53_000
    assert held[date(2018, 1, 10)] > held[date(2018, 1, 9)]
    newest = account_of(person, date(2018, 1, 10)).entries[0]
    assert newest.balance_fen == held[date(2018, 1, 10)]


def test_a_day_that_is_none_or_still_to_come_shows_today_and_says_so(office: Office) -> None:
    day = date(2017, 2, 1)
    for asked, misread in (
        ("2017-01-05", False),
        ("2017.01.05", False),
        ("20170105", False),
        ("", False),
        ("2017-13-01", True),
        ("2030-01-01", True),
    ):
        found = pages.account(key(LI), viewer=viewer(day), as_of=asked)
        assert found is not None
        assert found.misread is misread, asked
        assert found.account.as_of == (date(2017, 1, 5) if asked and not misread else day)


def test_entries_open_the_case_that_made_them_where_he_may_see_it(office: Office) -> None:
    for posts, opens in ((Post.ACCOUNTS, True), (Post.CASHIER, False)):
        found = pages.account(key(LI), viewer=viewer(date(2017, 2, 1), posts), as_of="")
        assert found is not None
        cases = {row.case.title: bool(row.case.key) for row in found.rows if row.case}
        assert cases == {"参保底册接入": opens}


# ── Payments and the sheet ──


def test_payments_by_payer_are_the_lines_of_the_payroll(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5), failing={ACCOUNT_OF_WANG: "103"})
    office.pay(201702, date(2017, 2, 6))
    found = pages.payments(key(WANG), viewer=viewer(date(2017, 2, 20)))
    assert found is not None
    months = [(one.month, one.paid_in, one.by_payer, str(one.state)) for one in found.paid.months]
    by_payer = (7000, 1500, 0, 0, 0)
    assert months == [
        (201702, 201702, by_payer, "已到账"),
        (201701, 201702, by_payer, "重发到账"),
        (201701, 201701, by_payer, "失败已重发"),
    ]
    paid = PayrollLine.objects.filter(person__resident_number=WANG, state="PAID")
    assert found.paid.arrived_fen == sum(line.amount_fen for line in paid) == 17_000
    assert found.paid.arrived_months == 2
    answered = LineReturn.objects.filter(result="PAID", bank_line__person__resident_number=WANG).values_list(
        "act__business_date", flat=True
    )
    assert {one.on for one in found.paid.months if str(one.state) != "失败已重发"} == set(answered)


def test_a_suspended_month_stands_among_the_others(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    office.carry("award.suspend", {"person": WANG, **SUSPENDED}, on=date(2017, 1, 20))
    office.pay(201702, date(2017, 2, 6))
    found = pages.payments(key(WANG), viewer=viewer(date(2017, 2, 20)))
    assert found is not None
    assert [(one.month, one.paid_in, str(one.state)) for one in found.paid.months] == [
        (201702, None, "暂停未发"),
        (201701, 201701, "已到账"),
    ]
    resumed = {"person": WANG, "evidence": "入户核实 1", "evidence_date": "2017-02-20", "pay_back": True}
    office.carry("award.resume", resumed, on=date(2017, 2, 21))
    found = pages.payments(key(WANG), viewer=viewer(date(2017, 2, 22)))
    assert found is not None
    assert (found.paid.owed_fen, found.paid.owed_months) == (8500, 1)
    assert str(found.paid.months[0].state) == "未发，待补"


def test_what_was_paid_before_these_books_stands_below_and_is_no_arrival_of_ours(office: Office) -> None:
    columns = {
        "resident_number": [WANG] * 3,
        "name": ["王甲"] * 3,
        "month": [201611, 201612, 201612],
        "item": ["001001", "001001", "001002"],
        "amount": [7_000, 7_000, 1_500],
    }
    office.carry(
        "register.payments", {"file": office.file("已发.xlsx", "earlier_payments", columns)}, on=date(2017, 1, 4)
    )
    office.pay(201701, date(2017, 1, 5))
    found = pages.payments(key(WANG), viewer=viewer(date(2017, 1, 20)))
    assert found is not None
    assert [(one.month, one.total_fen, str(one.state)) for one in found.paid.months] == [
        (201701, 8500, "已到账"),
        (201612, 8500, "接入前已发"),
        (201611, 7000, "接入前已发"),
    ]
    assert (found.paid.arrived_fen, found.paid.arrived_months) == (8500, 1)


def test_a_suspicion_that_waits_stands_beside_the_sentence(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    assert told(WANG, date(2017, 1, 20))[1] == ""
    columns = {
        "record_number": ["GA-1-0"],
        "name": ["王甲"],
        "resident_number": [WANG],
        "death_date": [date(2017, 1, 2)],
        "origin": ["某派出所"],
    }
    case = {"list_kind": "POLICE_DEATH", "list_number": "GA-1", "received_from": "公安"}
    office.carry("match.import", case | {"file": office.file("名单.xlsx", "death_list", columns)}, on=date(2017, 1, 20))
    assert told(WANG, date(2017, 1, 21))[1] == "另有 1 条疑点待核实，见“事项”"
    found = pages.cases(key(WANG), viewer=viewer(date(2017, 1, 21)))
    assert found is not None
    [one] = found.cases.suspicions
    assert (one.number, one.list_title, one.elsewhere, one.state) == (
        "GA-1",
        "公安死亡（注销）名单",
        "某派出所",
        "待核实",
    )


def test_the_sheet_has_the_law_behind_each_part_and_adds_up_to_what_is_paid(office: Office) -> None:
    office.pay(201701, date(2017, 1, 5))
    found = pages.award(key(WANG), viewer=viewer(date(2017, 1, 20)), month="")
    assert found is not None
    assert found.pension is not None
    sheet = found.pension.sheet
    assert (found.month, sheet.total_fen, sheet.silent) == (201701, 8500, "")
    parts = {part.item: part for branch in sheet.branches for part in branch.parts}
    assert {item: part.fen for item, part in parts.items()} == {"001001": 7000, "001002": 1500}
    assert parts["001001"].law is not None
    assert parts["001001"].law.fen == 7000
    assert "人社部发〔2015〕5号" in parts["001001"].law.source


def test_years_are_counted_as_everywhere_and_listed_by_payer(office: Office) -> None:
    office.contribute(LI, "李乙", 20_000, date(2017, 4, 10))
    found = pages.contributions(key(LI), viewer=viewer(date(2017, 4, 20)))
    assert found is not None
    [year] = found.paid.years
    assert (year.year, year.total_fen, str(year.state), year.counts) == (2017, 20_000, "待记账", False)
    assert found.paid.counted == years_of(Person.objects.get(resident_number=LI)) == 5
    office.carry("contribution.credit", {"through": "2017-04-30"}, on=date(2017, 5, 2))
    found = pages.contributions(key(LI), viewer=viewer(date(2017, 5, 3)))
    assert found is not None
    [year] = found.paid.years
    assert (str(year.state), year.counts, year.by_payer[0]) == ("已计", True, 20_000)
    assert found.paid.counted == years_of(Person.objects.get(resident_number=LI)) == 6
    entered = AccountPosting.objects.get(person__resident_number=LI, contribution__isnull=False)
    assert year.total_fen == sum(getattr(entered, f"{source.name.lower()}_fen") for source in Source)


# ── Who sees whom ──


EVERY: dict[str, Any] = {
    "overview": pages.overview,
    "contributions": pages.contributions,
    "account": lambda person, viewer: pages.account(person, viewer=viewer, as_of=""),
    "award": lambda person, viewer: pages.award(person, viewer=viewer, month=""),
    "payments": pages.payments,
    "certification": pages.certification,
    "cards": pages.cards,
    "cases": pages.cases,
    "papers": pages.papers,
    "trail": pages.trail,
    "history": pages.history,
}


@pytest.mark.parametrize("tab", EVERY)
def test_a_person_of_other_divisions_is_as_absent_as_nobody(office: Office, tab: str) -> None:
    elsewhere = replace(viewer(date(2017, 2, 1)), scope=frozenset({"430602009"}))
    assert EVERY[tab](key(WANG), viewer=elsewhere) is None
    assert EVERY[tab](10**6, viewer=elsewhere) is None
    assert EVERY[tab](key(WANG), viewer=replace(elsewhere, scope=frozenset({VILLAGE}))) is not None


@pytest.mark.parametrize("tab", EVERY)
def test_nothing_of_a_relative_is_read_but_his_number(office: Office, tab: str) -> None:
    near = replace(viewer(date(2017, 2, 1)), recused=Recused(frozenset({keyed(WANG)}), keyed))
    wang, asked = key(WANG), list[str]()

    def noted(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(noted), pytest.raises(MayNotLook, match="回避"):
        EVERY[tab](wang, viewer=near)
    assert len(asked) == 1
    assert '"records_person"."name"' not in asked[0]
    assert EVERY[tab](key(LI), viewer=near) is not None


def test_numbers_are_masked_unless_the_task_lifts_them(office: Office) -> None:
    masked = head(WANG, date(2017, 2, 1)).who
    assert (masked.resident_number, masked.born, masked.phone) == ("430602********0011", "1950年", "138****1111")
    whole = seen(key(WANG), "overview", viewer=replace(READER, day=date(2017, 2, 1)))
    assert whole is not None
    assert (whole.head.who.resident_number, whole.head.who.born) == (WANG, "1950-03-15")
    assert not Look.objects.exists()  # the witness of tests writes nothing down


def test_the_search_finds_nobody_of_other_divisions(office: Office) -> None:
    elsewhere = replace(viewer(date(2017, 2, 1)), scope=frozenset({"430602009"}))
    assert meant_by(WANG, viewer=elsewhere).person is None
    found = meant_by(WANG, viewer=elsewhere).found
    assert found is not None
    assert (found.hits, WANG in found.text) == ((), False)
    assert meant_by(WANG, viewer=viewer(date(2017, 2, 1))).person == key(WANG)


def test_the_trail_asks_every_table_that_says_something_of_one_person() -> None:
    """What is done to everybody at once, and looks, are told elsewhere."""
    told_elsewhere = {"accountposting", "bankline", "look", "pensionmonth", "remittanceshare"}
    of_one = {
        model._meta.model_name
        for model in fact_models()
        for field in model._meta.concrete_fields
        if field.related_model is Person and field.name == "person"
    }
    asked = set(re.findall(r"FROM records_(\w+)", DONE))
    assert of_one - told_elsewhere <= asked
    assert not told_elsewhere & asked
    assert told_elsewhere <= of_one
