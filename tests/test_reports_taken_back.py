"""What the bank gave back, and an ending that was none: figures, lists and explanations as known on each day."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from jubao.records.models import BankLine, Overpayment
from jubao.reports.catalogue.reading import Reading
from jubao.reports.explanation.pension import explain
from jubao.reports.figures.measure import Value
from jubao.reports.figures.window import Window
from jubao.reports.lists.every_list import find_list
from jubao.reports.lists.printing import sheet_of
from jubao.reports.statements.recovery_notice import recovery_notice
from tests.office import READER, Office, number

pytestmark = pytest.mark.django_db

WANG, SUN, ZHENG = number("19500315", 1), number("19490101", 7), number("19500909", 5)
MONTHLY, BASIC, ACCOUNT = 10_000, 8_500, 1_500  # Wang's pension a month: 85.00 of the governments, 15.00 of his own
PAID, BACK, AGAIN = date(2017, 2, 6), date(2017, 2, 20), date(2017, 3, 6)
ENDED, ALIVE = date(2017, 5, 4), date(2017, 6, 20)


@pytest.fixture(scope="module")
def office(django_db_setup: None, django_db_blocker: Any) -> Iterator[Office]:
    """Wang's February comes back and is paid again; in May a list says he died in February; in June he comes himself."""
    with django_db_blocker.unblock(), transaction.atomic():
        office = Office()
        office.open_fund()
        office.register(
            {
                "name": "王甲",
                "resident_number": WANG,
                "pension_start": 201108,
                "contributed_years": 0,
                "personal": 42_000,
                "pension_personal": ACCOUNT,
            },
            {"name": "孙丁", "resident_number": SUN, "pension_start": 201108, "contributed_years": 0},
        )
        _delegate(office)
        office.pay(201701, date(2017, 1, 5))
        office.pay(201702, PAID)
        _come_back(office)
        office.pay(201703, AGAIN)
        office.pay(201704, date(2017, 4, 5))
        _list(office)
        died = {
            "list_number": "BW-1",
            "person": WANG,
            "reason": "1401",
            "event_date": "2017-02-12",
            "reported_date": "2017-02-20",
            "burial": "火化",
        }
        office.carry("match.confirm", died, on=ENDED)
        alive = {"person": WANG, "evidence": "本人到场", "evidence_date": "2017-06-15"}
        office.carry("award.reinstate", alive, on=ALIVE)
        yield office
        transaction.set_rollback(True)


def _delegate(office: Office) -> None:
    """Somebody on a roster, paid for January."""
    roster = {
        "programme": ["801"],
        "resident_number": [ZHENG],
        "name": ["郑庚"],
        "division": [""],
        "bank": ["农业银行"],
        "bank_account": ["6228480012345678"],
        "monthly_amount": [8_000],
        "start_month": [201701],
    }
    office.carry("delegated.enrol", {"file": office.file("名册.xlsx", "delegated_roster", roster)}, on=date(2017, 1, 3))
    answer = office.carry("delegated.calculate", {"programme": "801", "month": 201701}, on=date(2017, 1, 4))
    office.settle(answer, date(2017, 1, 4))


def _come_back(office: Office) -> None:
    """Wang's February."""
    line = BankLine.objects.get(person__resident_number=WANG, batch__month=201702)
    office.receive("DISBURSEMENT", MONTHLY, "TP1", BACK)
    case = {"person": WANG, "batch": line.batch.number, "reference": "TP1", "reason": "账户已销户"}
    office.carry("payment.returned_late", case, on=BACK)


def _list(office: Office) -> None:
    """A ministry's list with Wang on it."""
    columns = {
        "record_number": ["1"],
        "name": ["王甲"],
        "resident_number": [WANG],
        "death_date": [None],
        "origin": ["户籍注销"],
    }
    case = {
        "file": office.file("名单.xlsx", "death_list", columns),
        "list_kind": "MINISTRY_DEATH",
        "list_number": "BW-1",
        "received_from": "上级",
    }
    office.carry("match.import", case, on=date(2017, 5, 2))


def told(figure: str) -> Callable[[date], Value]:
    return lambda day: Reading(2017, day).value(figure).value


def column(name: str, title: str, day: date) -> list[Any]:
    sheet = sheet_of(find_list(name), Window(2017, day), viewer=READER)
    place = [one.title for one in sheet.columns].index(title)
    return [row[place] for row in sheet.rows]


# ── A payment that came back ──


@pytest.mark.parametrize(
    ("figure", "paid", "back", "again"),
    [
        ("payment.beneficiaries", 2, 1, 2),
        ("payment.failed", 0, 1, 0),
        ("payment.pensions", 2 * (MONTHLY + BASIC), 2 * (MONTHLY + BASIC) - MONTHLY, 3 * (MONTHLY + BASIC)),
        ("benefits.basic_paid", 4 * BASIC, 3 * BASIC, 6 * BASIC),
        ("benefits.account_paid", 2 * ACCOUNT, ACCOUNT, 3 * ACCOUNT),
        ("benefits.regular", 2, 1, 2),
    ],
)
def test_what_the_bank_gave_back_counts_until_then_and_when_it_is_paid_again(
    office: Office, figure: str, paid: int, back: int, again: int
) -> None:
    assert [told(figure)(day) for day in (PAID, BACK, AGAIN)] == [paid, back, again]
    for day in (PAID, BACK, AGAIN):
        reading = Reading(2017, day)
        assert reading.add_up(figure, reading.behind(figure, viewer=READER)) == reading.value(figure).value


def test_the_central_share_due_is_of_what_was_paid(office: Office) -> None:
    due = told("fiscal.expected.basic.central")
    assert due(PAID) - due(BACK) == 7_000


def test_lists_show_what_came_back_as_a_failure_with_its_reason(office: Office) -> None:
    assert sum(column("payments", "发放金额", BACK)) == told("payment.pensions")(BACK)
    assert column("failures", "失败原因", PAID) == []
    assert column("failures", "失败原因", BACK) == ["成功后退回：账户已销户"]


def test_the_explanation_of_the_month_tells_both_payments(office: Office) -> None:
    tree = explain(WANG, 201702, viewer=READER)
    assert {line["bank"] for line in tree["lines"]} == {"成功后退回：账户已销户", "成功"}
    assert tree["paid_fen"] == MONTHLY


# ── A death that was none ──


@pytest.mark.parametrize(
    "figure",
    [
        "matching.beneficiaries_terminated",
        "matching.beneficiaries_died",
        "funeral.people",
        "register.ended",
        "audit.dead",
    ],
)
def test_an_ending_counts_until_it_is_taken_back(office: Office, figure: str) -> None:
    assert [told(figure)(day) for day in (AGAIN, ENDED, ALIVE)] == [0, 1, 0]
    assert not list(Reading(2017, ALIVE).behind(figure, viewer=READER))


def test_nobody_who_lives_counts_for_how_late_deaths_are_known(office: Office) -> None:
    """Listed on 2 May, dead since 12 February: 79 days, until it turned out to be none."""
    assert [told("watch.delay_to_list.max")(day) for day in (ENDED, ALIVE)] == [79, None]


def test_money_set_off_and_claims_go_with_the_ending(office: Office) -> None:
    """March and April were paid after the death, 200.00, all set off against account and grant."""
    claim = Overpayment.objects.get()
    assert (claim.amount_fen, claim.open_fen) == (2 * MONTHLY, 0)
    for figure in ("audit.recovered", "recovery.returned_account"):
        assert told(figure)(ENDED) == (2 * MONTHLY if figure.startswith("audit") else 2 * ACCOUNT)
        assert told(figure)(ALIVE) == 0
    assert [told("audit.open")(day) for day in (ENDED, ALIVE)] == [0, 0]
    assert told("recovery.written_off")(ALIVE) == 0


def test_the_list_of_claims_adds_up_with_what_was_withdrawn(office: Office) -> None:
    titles = ("多发金额", "已追回", "已核销", "已撤销", "待追回")
    assert [column("audit", title, ENDED) for title in titles] == [[20_000], [20_000], [0], [0], [0]]
    assert [column("audit", title, ALIVE) for title in titles] == [[20_000], [0], [0], [20_000], [0]]
    assert column("returned-by-level", "追回金额", ALIVE) == []


def test_what_heirs_were_owed_is_on_no_list_any_more(office: Office) -> None:
    assert set(column("refunds", "类别", ENDED)) == {"个人账户返还", "丧葬补助金"}
    assert column("refunds", "类别", ALIVE) == []


# ── Rosters of other departments ──


def test_a_month_on_behalf_that_came_back_is_not_paid(office: Office) -> None:
    point = transaction.savepoint()
    line = BankLine.objects.get(batch__kind="DELEGATED")
    july = date(2017, 7, 3)
    office.receive("DELEGATED", line.amount_fen, "TP9", july)
    case = {"person": line.payee_number, "reference": "TP9", "reason": "查无此户"}
    office.carry("payment.returned_late", case, on=july)
    stopped = {
        "programme": "801",
        "person": ZHENG,
        "from_month": 201708,
        "reason": "UNDER_REVIEW",
        "evidence": "待核实",
    }
    office.carry("delegated.stop", stopped, on=july)
    figures = ("delegated.only_child", "delegated.only_child_amount", "delegated.amount")
    found = {day: [told(figure)(day) for figure in figures] for day in (ALIVE, july)}
    results = [column("delegated-payments", "支付结果", day) for day in (ALIVE, july)]
    states = [column("delegated", "状态", day) for day in (ALIVE, july)]
    transaction.savepoint_rollback(point)
    assert found == {ALIVE: [1, 8_000, 8_000], july: [0, 0, 0]}
    assert results == [["成功"], ["成功后退回"]]
    assert states == [["正常"], ["201708起停发"]]


# ── A claim that was partly wrong ──


def test_months_claimed_no_longer_are_neither_recovered_nor_open(office: Office) -> None:
    """Custody from March, found in July: 170.00 claimed, 30.00 paid back; released in March, so April was due."""
    point = transaction.savepoint()
    found, released = date(2017, 7, 3), date(2017, 7, 10)
    held = {"person": SUN, "reason": "1202", "from_month": 201703, "memo": "判决书", "due": "2017-12-31"}
    office.carry("award.suspend", held, on=found)
    demand = {"person": SUN, "number": "追2017-1", "reason": "1202", "receiver": "本人"}
    office.carry("recovery.demand", demand, on=found)
    office.receive("COLLECTION", 3_000, "TH1", found)
    office.carry(
        "recovery.receive", {"person": SUN, "amount_fen": 3_000, "reference": "TH1", "reason": "1202"}, on=found
    )
    resumed = {"person": SUN, "evidence": "释放证明", "evidence_date": "2017-03-20"}
    office.carry("award.resume", resumed, on=released)
    titles = ("多发金额", "已追回", "已核销", "已撤销", "待追回")
    listed = [column("audit", title, released)[-1] for title in titles]
    aged = [column("recovery-ageing", title, released)[-1] for title in ("已撤销", "未追回")]
    figures = [told(name)(released) for name in ("audit.recovered", "recovery.returned_central", "audit.open")]
    notice = recovery_notice("追2017-1", viewer=READER)
    transaction.savepoint_rollback(point)
    assert listed == [2 * BASIC, 3_000, 0, BASIC, 5_500]
    assert aged == [BASIC, 5_500]
    assert figures == [3_000, 3_000, 5_500]
    assert "因“服刑收监”" in notice.paragraphs[0]
