"""A payroll month beside the one before: every difference under its cause, adding up to the fen; what the bank did not pay."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.operations.payments.payroll_cause import payroll_cause
from jubao.operations.payments.payroll_changes import CAUSES, Cause, Happened, Paid, changes_between
from jubao.operations.payments.payroll_months import payroll_months
from jubao.operations.payments.payroll_seen import PayrollMonth, payroll_month
from jubao.operations.payments.payroll_steps import Stands
from jubao.records.keyed_numbers import keyed
from jubao.records.models import PayrollLine, Person
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import MayNotLook, Recused, Viewer
from tests.desk import browse, text_of
from tests.office import DEATH_PAPER, MASKED, Office, number

BASIC = 8_500  # the basic pension of 2017 in fen a month
WANG, LI, SUN, QIAN = (number("19500315", place) for place in range(1, 5))
ZHOU, FENG, ZHAO = number("19500315", 5), number("19500315", 6), number("19570115", 7)
NAMES = {WANG: "王甲", LI: "李乙", SUN: "孙丙", QIAN: "钱丁", ZHOU: "周戊", FENG: "冯己"}
JANUARY, FEBRUARY, MARCH = date(2017, 1, 5), date(2017, 2, 6), date(2017, 3, 6)
FENGS_ACCOUNT = "62284800" + f"{6:011d}"
BY_ONE_CAUSE = (Cause.NEW, Cause.RESUMED, Cause.REISSUED, Cause.SUSPENDED, Cause.DIED, Cause.ENDED)


def on(day: date, *posts: Post) -> Viewer:
    """Who looks on a day, by default an auditor."""
    return replace(MASKED, day=day, posts=frozenset(posts) or MASKED.posts)


def causes(month: PayrollMonth) -> dict[str, tuple[int, int, int]]:
    """People, heads and fen by cause."""
    return {one.cause: (one.people, one.head, one.fen) for one in month.causes}


def add_up(month: PayrollMonth) -> bool:
    """Whether the causes lead from the month before to this one, in people and in fen."""
    people = month.was_people + sum(one.head for one in month.causes)
    return people == month.people and month.was_fen + sum(one.fen for one in month.causes) == month.fen


@pytest.fixture
def office() -> Office:
    """Six draw and one turns sixty in January; in between one rests, one comes back, one dies, one leaves, one bank fails."""
    office = Office()
    office.open_fund()
    drawing = ({"name": name, "resident_number": who, "pension_start": 201201} for who, name in NAMES.items())
    office.register(*drawing, {"name": "赵庚", "resident_number": ZHAO, "contributed_years": 15, "personal": 150_000})
    held = {"person": LI, "reason": "1201", "from_month": 201701, "due": "2017-12-31"}
    office.carry("award.suspend", held, on=date(2017, 1, 4))
    office.pay(201701, JANUARY, failing={FENGS_ACCOUNT: "211"})
    office.carry("award.grant", {"person": ZHAO, "applied_date": "2017-01-20"}, on=date(2017, 1, 20))
    seen = {"person": LI, "evidence": "上门核实", "evidence_date": "2017-01-20"}
    office.carry("award.resume", seen, on=date(2017, 1, 20))
    office.carry("award.suspend", held | {"person": SUN, "from_month": 201702}, on=date(2017, 1, 20))
    died = {"person": QIAN, "reason": "1401", "event_date": "2017-01-18", "reported_date": "2017-01-20"}
    died |= {"burial": "火化", "evidence": DEATH_PAPER, "heir_name": "钱子", "heir_account": "6222000011112222"}
    office.carry("award.terminate", died, on=date(2017, 1, 20))
    left = {"person": ZHOU, "reason": "1407", "event_date": "2017-02-01", "evidence": "对方证明 1"}
    office.carry("award.terminate", left, on=date(2017, 2, 3))
    return office


def paid_to(who: str, month: int) -> int:
    """What a month's batch pays somebody, as the lines say."""
    lines = PayrollLine.objects.filter(person__resident_number=who, batch__month=month)
    return sum(lines.order_by("pk").values_list("amount_fen", flat=True))


@pytest.mark.django_db
def test_every_difference_stands_under_its_cause_and_they_add_up(office: Office) -> None:
    """Of six one was not paid in January: five. In February one is new, one back with a month owed, three are gone."""
    office.pay(201702, FEBRUARY)
    month = payroll_month(201702, viewer=on(FEBRUARY))
    assert month is not None
    assert month.is_locked
    assert (month.was_people, month.was_fen, month.people) == (5, 5 * BASIC, 4)
    assert causes(month) == {
        "new": (1, 1, paid_to(ZHAO, 201702)),
        "resumed": (1, 1, 2 * BASIC),
        "reissued": (1, 0, BASIC),
        "suspended": (1, -1, -BASIC),
        "died": (1, -1, -BASIC),
        "ended": (1, -1, -BASIC),
    }
    assert add_up(month)
    assert month.looked_at == 5, "everybody but who was suspended"
    assert (month.arrears_people, month.arrears_fen) == (2, 2 * BASIC), "the month LI was owed, and FENG's again"


@pytest.mark.django_db
def test_back_pay_of_last_month_is_over_in_the_next(office: Office) -> None:
    office.pay(201702, FEBRUARY)
    office.pay(201703, MARCH)
    month = payroll_month(201703, viewer=on(MARCH))
    assert month is not None
    assert causes(month) == {"arrears-over": (2, 0, -2 * BASIC)}
    assert add_up(month)


@pytest.mark.django_db
def test_the_first_month_is_the_register_taken_over(office: Office) -> None:
    month = payroll_month(201701, viewer=on(JANUARY))
    assert month is not None
    assert (month.before, month.was_fen, causes(month)) == (None, 0, {"taken-over": (5, 5, 5 * BASIC)})


@pytest.mark.django_db
def test_a_month_nobody_locked_yet_says_what_it_would_pay(office: Office) -> None:
    """The same causes as once it is locked: whoever approves looks at them before."""
    before = payroll_month(201702, viewer=on(FEBRUARY))
    assert before is not None
    assert not before.is_locked
    assert before.batch == ""
    assert before.banks == ()
    assert [step.state for step in before.steps] == [Stands.NOW] + [Stands.LATER] * 7
    office.pay(201702, FEBRUARY)
    after = payroll_month(201702, viewer=on(FEBRUARY))
    assert after is not None
    assert (before.causes, before.fen, before.payers) == (after.causes, after.fen, after.payers)
    assert payroll_month(201704, viewer=on(MARCH)) is None, "not before its time"
    assert payroll_month(201612, viewer=on(MARCH)) is None, "paid before the takeover"


@pytest.mark.django_db
def test_the_steps_are_those_the_acts_declare_with_who_took_them(office: Office) -> None:
    office.carry("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    month = payroll_month(201702, viewer=on(FEBRUARY))
    assert month is not None
    assert [(step.act, step.role.chinese, step.who, step.state) for step in month.steps] == [
        ("payroll.calculate", "月度发放核算", "职工D1", Stands.DONE),
        ("payroll.calculate", "复核", "职工G1", Stands.DONE),
        ("payroll.calculate", "审批", "职工L2", Stands.DONE),
        ("payment.release", "支付放行", "职工C1", Stands.NOW),
        ("payment.release", "放行", "职工L3", Stands.LATER),
        ("payment.transmit", "报盘交行", "职工C2", Stands.LATER),
        ("payment.return", "银行回盘导入", "职工C1", Stands.LATER),
        ("payment.return", "复核", "职工D1", Stands.LATER),
    ]
    assert month.exceptions
    assert month.proposal
    settled = payroll_month(201701, viewer=on(FEBRUARY))
    assert settled is not None
    assert {step.state for step in settled.steps} == {Stands.DONE}


@pytest.mark.django_db
def test_a_returned_line_says_why_and_what_to_do_until_it_is_paid_again(office: Office) -> None:
    month = payroll_month(201701, viewer=on(JANUARY))
    assert month is not None
    [bank] = month.banks
    assert (bank.lines, bank.paid, bank.failed, bank.held, bank.waiting) == (5, 4, 1, 0, 0)
    assert (bank.paid_fen, bank.failed_fen) == (4 * BASIC, BASIC)
    [line] = month.troubles
    assert line.who is not None
    assert (line.who.name, line.fen, line.why) == ("冯己", BASIC, "收款账户已销户、挂失、未绑定或不适用")
    assert "变更收款账户" in line.next_step.chinese
    assert not line.is_settled
    office.pay(201702, FEBRUARY)
    [line] = payroll_month(201701, viewer=on(FEBRUARY)).troubles
    assert line.is_settled
    assert "201702" in line.next_step.chinese


@pytest.mark.django_db
def test_the_people_of_a_cause_come_page_by_page_and_nobody_sees_his_own(office: Office) -> None:
    office.pay(201702, FEBRUARY)
    found = payroll_cause(201702, "resumed", viewer=on(FEBRUARY))
    assert found is not None
    [line] = found.lines
    assert (line.who.name, line.who.tail, line.was_fen, line.now_fen) == ("李乙", LI[-4:], 0, 2 * BASIC)
    assert line.reason == "原为未通过领取资格认证"
    assert [(one.name, one.people, one.fen) for one in found.townships] == [("甲街道", 1, 2 * BASIC)]
    assert payroll_cause(201702, "resumed", viewer=on(FEBRUARY), township=office.township).people == 1
    assert payroll_cause(201702, "resumed", viewer=on(FEBRUARY), township="430602999") is None
    assert payroll_cause(201702, "nonsense", viewer=on(FEBRUARY)) is None
    own = replace(on(FEBRUARY), recused=Recused(frozenset({keyed(LI)}), keyed))
    hidden = payroll_cause(201702, "resumed", viewer=own)
    assert hidden is not None
    assert (hidden.lines, hidden.left_out, hidden.people) == ((), 1, 1)
    first = found.lines[0].who.key
    beyond = payroll_cause(201702, "resumed", viewer=on(FEBRUARY), after=str(first))
    assert beyond is not None
    assert (beyond.lines, beyond.after) == ((), None)
    assert payroll_cause(201702, "resumed", viewer=on(FEBRUARY), after="1 OR 1") is None


@pytest.mark.django_db
def test_a_rise_with_months_owed_stands_under_two_causes() -> None:
    """103 instead of 85 yuan from January, told in February: 18 more, and 18 for January."""
    office = Office(started=date(2018, 1, 2))
    office.open_fund()
    office.register({"name": "王甲", "resident_number": WANG, "pension_start": 201201}, as_of=date(2017, 12, 31))
    for month in range(201801, 201806):
        office.pay(month, date(2018, month % 100, 5))
    office.carry("award.adjust", {"month": 201801, "notice": "人社部规〔2018〕3号"}, on=date(2018, 6, 1))
    month = payroll_month(201806, viewer=on(date(2018, 6, 5)))
    assert month is not None
    assert causes(month) == {"changed": (1, 0, 1_800), "adjustment-arrears": (1, 0, 5 * 1_800)}
    assert add_up(month)


@pytest.mark.django_db
def test_the_months_are_listed_with_what_was_not_paid(office: Office) -> None:
    found = payroll_months(viewer=on(FEBRUARY))
    assert [(one.month, one.people, one.fen, one.unpaid) for one in found.months] == [(201701, 5, 5 * BASIC, 1)]
    assert (found.turn, found.has_come, found.waiting) == (201702, True, "")
    assert not payroll_months(viewer=on(date(2017, 1, 31))).has_come
    assert payroll_month(201701, viewer=on(date(2017, 1, 31))).next is None
    assert payroll_month(201701, viewer=on(FEBRUARY)).next == 201702


@pytest.mark.django_db
def test_who_has_no_part_in_payment_sees_nothing_and_the_cashier_no_answer(office: Office) -> None:
    with pytest.raises(MayNotLook, match="月度发放"):
        payroll_month(201701, viewer=on(JANUARY, Post.OFFICE))
    with pytest.raises(MayNotLook, match="汇总全区"):
        payroll_month(201701, viewer=replace(on(JANUARY), scope=frozenset({office.village})))
    month = payroll_month(201701, viewer=on(JANUARY, Post.CASHIER))
    assert month is not None
    assert not month.sees_answers
    assert month.troubles == ()


@pytest.mark.django_db
def test_a_month_asks_twelve_queries_however_many_people(office: Office) -> None:
    office.pay(201702, FEBRUARY)
    with CaptureQueriesContext(connection) as asked:
        payroll_month(201702, viewer=on(FEBRUARY))
    assert len(asked) <= 12, [one["sql"][:90] for one in asked]
    assert Person.objects.count() == 7


def test_an_ending_taken_back_is_no_resumption() -> None:
    """Both were not paid; one had ended for a death that was none, the other had rested for want of a proof of life."""
    what = Happened(np.array([1, 2]), np.array(["RESUMED", "RESUMED"]), np.array(["1401", "1201"]))
    after = Paid(np.array([1, 2]), np.array(["", ""]), np.array([85, 85]))
    found = changes_between(Paid.nothing(), after, what, is_first=False)
    assert [CAUSES[cause] for cause in found.cause] == [Cause.REINSTATED, Cause.RESUMED]


def test_who_comes_or_goes_without_a_decision_is_told_apart() -> None:
    """Nothing explains the first, who was not paid, nor the second, who is no longer; a third gets less than before."""
    nothing = Happened(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.str_), np.zeros(0, dtype=np.str_))

    def paid(*rows: tuple[int, str, int]) -> Paid:
        person, kind, fen = zip(*rows, strict=True)
        return Paid(np.array(person), np.array(kind, dtype=np.str_), np.array(fen))

    before, after = paid((2, "", 100), (3, "", 300)), paid((1, "", 50), (3, "", 250), (3, "15", 7))
    found = changes_between(before, after, nothing, is_first=False)
    told = {
        (int(who), CAUSES[cause]): int(fen)
        for who, cause, fen in zip(found.person, found.cause, found.fen, strict=True)
    }
    assert told == {
        (1, Cause.APPEARED): 50,
        (2, Cause.VANISHED): -100,
        (3, Cause.CHANGED): -50,
        (3, Cause.OTHER_ARREARS): 7,
    }


# ── Pages ──


@pytest.mark.django_db
def test_the_page_of_a_month_shows_the_sum_and_hides_every_number(office: Office) -> None:
    office.pay(201702, FEBRUARY)
    page = browse("L2").get("/payroll/201702")
    assert page.status_code == 200
    text = text_of(page)
    assert "相加一致" in text
    assert "死亡终止" in text
    assert "冯己" in text
    assert "/payroll/201702/resumed" in text
    assert browse("L2").get("/payroll/201702/resumed").status_code == 200
    assert browse("L2").get("/payroll/209901").status_code == 404
    assert browse("L4").get("/payroll").status_code == 200


@pytest.mark.django_db
def test_only_what_the_state_of_a_batch_allows_is_offered(office: Office) -> None:
    def offered(post: Post) -> list[str]:
        month = payroll_month(201702, viewer=on(FEBRUARY, post))
        return [act.code for act in month.acts if act.may]

    assert offered(Post.BENEFITS) == ["payroll.calculate"]
    locked = office.carry("payroll.calculate", {"month": 201702}, on=FEBRUARY)
    assert (offered(Post.BENEFITS), offered(Post.ACCOUNTANT)) == (["payment.hold"], ["payment.release"])
    batch, case = locked.result["batch"], locked.proposal
    office.carry("payment.release", {"batch": batch}, on=FEBRUARY, case_ref=case)
    assert (offered(Post.BENEFITS), offered(Post.CASHIER)) == ([], ["payment.transmit"])
    office.carry("payment.transmit", {"batch": batch}, on=FEBRUARY, case_ref=case)
    assert "payment.return" in offered(Post.ACCOUNTANT)
