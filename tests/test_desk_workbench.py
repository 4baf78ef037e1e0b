"""The workbench: what stands on it for whom, what is late, alerts and files that wait; a few statements however much it is."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import check
from jubao.operations.envelope.posts import Post
from jubao.operations.workbench.alerts import open_alerts
from jubao.operations.workbench.matters import FIRST, QUESTIONS, Subject, matters
from jubao.operations.workbench.morning import Panel, morning
from jubao.records.keyed_numbers import keyed
from jubao.records.models import Alert, Award, AwardEvent, Draft, OutboxItem, Overpayment, Person, Proposal, ReportDuty
from jubao.reports.lists.every_list import lists
from jubao.reports.viewers import viewer_of
from jubao.vocabulary.codes import AlertKind
from jubao.vocabulary.viewer import Recused, Viewer
from tests.acts import any_act, pensioners, write
from tests.desk import browse, text_of
from tests.house import ROOMS
from tests.office import Office, number

pytestmark = pytest.mark.django_db

CLOCK = ZoneInfo("Asia/Shanghai")
ON = date(2017, 3, 1)
AT = datetime(2017, 3, 1, 9, tzinfo=CLOCK)
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 900_000_000, "source": "局发任务"}


@pytest.fixture(autouse=True)
def _ten_on_the_first_of_march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.desk.frame.seat.now", lambda: AT + timedelta(hours=1))


@pytest.fixture
def office() -> Iterator[Office]:
    with any_act():
        yield Office()


def as_seen_by(staff: str, on: date = ON) -> Viewer:
    return viewer_of(staff, on=on, lifted=(), witness=None)


def seen(staff: str, address: str = "/") -> str:
    answer = browse(staff).get(address)
    assert answer.status_code == 200
    return text_of(answer)


def target(key: str = "k1", **said: Any) -> str:
    return propose("target.set", [TARGET | said], key=key, by="L4", on=ON, at=AT).hash


def raised(*alerts: dict[str, Any], key: str = "预警") -> None:
    """Alerts in the books, raised by the act of the tests; what is not said is ordinary."""

    def plan(changes: Changes) -> None:
        for place, said in enumerate(alerts):
            ordinary: dict[str, Any] = {
                "kind": AlertKind.SHARED_PHONE,
                "subject": f"尾号{place:04}",
                "month": 201702,
                "text": f"第 {place} 条",
                "details": '{"people": []}',
                "owner_post": Post.AUDIT,
                "due_date": ON + timedelta(days=7),
            }
            changes.add(Alert(**(ordinary | said)))

    write(plan, key, at=AT)


# ── Greeting and days ──


def test_the_day_is_counted_in_working_days(office: Office) -> None:
    """1 March 2017 is a Wednesday and the month's first working day; the 20th, payday, is the 14th, a Monday."""
    page = seen("D1")
    assert "您好，" in page
    assert "职工D1" in page
    assert "2017-03-01 星期三" in page
    assert "本月第1个工作日" in page
    assert "发放日还有13个工作日" in page


def test_after_payday_the_next_one_is_told(office: Office) -> None:
    told = morning(viewer=as_seen_by("D1", on=date(2017, 3, 21)))
    assert told.payday is not None
    assert told.payday.day == date(2017, 4, 20)


# ── What waits, and what is one's own ──


def test_the_payroll_month_is_opened_once_it_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.desk.frame.seat.now", lambda: datetime(2017, 1, 20, 9, tzinfo=CLOCK))
    office = Office()
    office.open_fund()
    born = number("19500315")
    office.register({"name": "王甲", "resident_number": born, "pension_start": 201108, "contributed_years": 0})
    before = seen("L2")
    assert 'href="/payroll"><span class="l">2017年1月发放' in before
    assert "/payroll/201701" not in before
    office.pay(201701, date(2017, 1, 16))
    assert 'href="/payroll/201701"><span class="l">2017年1月发放' in seen("L2")
    assert browse("L2").get("/payroll/201701").status_code == 200


def test_what_waits_for_me_and_what_i_proposed_stand_beside_each_other(office: Office) -> None:
    target("k1")
    target("k2", name="campaign.city")
    sign("k2", by="L1", on=ON, at=AT, shown_hash=Proposal.objects.get(key="k2").hash, agree=False, reason="年度不对")
    signer = morning(viewer=as_seen_by("L1"))
    assert ([row.key for row in signer.inbox.rows], signer.own) == (["k1"], ())
    maker = morning(viewer=as_seen_by("L4"))
    assert maker.inbox.count == 0
    assert [(row.key, row.stands.state) for row in maker.own] == [("k2", "REJECTED"), ("k1", "PENDING")]
    page = seen("L4")
    assert "等主任审批（职工L1）" in page
    assert "年度不对" in page
    assert 'href="/proposals/k1"' in page


def test_what_came_back_long_ago_is_not_brought_up_again(office: Office) -> None:
    target()
    sign("k1", by="L1", on=ON, at=AT, shown_hash=Proposal.objects.get(key="k1").hash, agree=False, reason="年度不对")
    assert [row.key for row in morning(viewer=as_seen_by("L4", on=date(2017, 4, 1))).own] == ["k1"]
    assert not morning(viewer=as_seen_by("L4", on=date(2017, 4, 2))).own


def test_exceptions_are_counted_on_the_row() -> None:
    def plan(changes: Changes) -> None:
        pensioners(2, changes)
        changes.notice("请核对第一处")
        changes.notice("请核对第二处")

    Office()
    with any_act(chain=[check(Post.BENEFITS)]):
        write(plan, "两处", at=AT)
        page = seen("D1")
    assert "2 处例外" in page
    assert "居民1等 2 人" in page
    assert "第 2 步，共 2 步" in page


@pytest.mark.parametrize(
    ("staff", "first"), [("L1", Panel.INBOX), ("D1", Panel.OWN), ("G1", Panel.INBOX), ("L4", Panel.ALERTS)]
)
def test_what_stands_first_depends_on_the_post(office: Office, staff: str, first: Panel) -> None:
    told = morning(viewer=as_seen_by(staff))  # G1 covers the post of benefits, and is none of it
    assert told.panels[0] is first
    assert sorted(told.panels) == sorted(Panel)


# ── What a post looks at first ──


def test_every_post_has_its_matters_and_every_question_a_post() -> None:
    assert set(FIRST) == set(Post)
    assert {subject for subjects in FIRST.values() for subject in subjects} == set(QUESTIONS) == set(Subject)


def counted(staff: str, on: date = ON) -> dict[str, int]:
    return {str(matter.subject): matter.count for matter in matters(viewer=as_seen_by(staff, on=on))}


def test_a_suspension_is_late_after_its_day_and_not_on_it(office: Office) -> None:
    rest = {"kind": "SUSPENDED", "month": 201703, "reason": "1201", "next_step_post": "BENEFITS"}

    def plan(changes: Changes) -> None:
        people = pensioners(3, changes)
        awards = changes.add_all(
            Award(
                person=one,
                start_month=201203,
                contributed_years=5,
                required_years=15,
                balance_fen=0,
                ended_month=201612,
            )
            for one in people[:1]
        )
        changes.add_all(
            AwardEvent(award=one, due_date=date(2017, 2, 1), **rest) for one in awards
        )  # ended: not counted

    write(plan, "people", at=AT)
    running = list(Award.objects.filter(ended_month=None).order_by("id"))

    def suspend(changes: Changes) -> None:
        changes.update(Award, [one.pk for one in running], suspended_from=201703)
        changes.add(AwardEvent(award=running[0], due_date=date(2017, 2, 28), **rest))
        changes.add(AwardEvent(award=running[1], due_date=ON, **rest))
        changes.add(AwardEvent(award=running[2], due_date=date(2017, 1, 5), **rest))
        changes.add(AwardEvent(award=running[2], due_date=date(2017, 6, 30), **rest))  # the later one counts

    write(suspend, "suspended", at=AT)
    assert counted("D1")["resting"] == 1
    assert counted("D1", on=date(2017, 3, 2))["resting"] == 2
    [late] = morning(viewer=as_seen_by("D1")).late
    assert (late.subject, late.first.day if late.first else None) == (Subject.RESTING, date(2017, 2, 28))
    page = seen("D1")
    assert "暂停已过期限" in page
    assert "逾期 1 天" in page
    assert 'href="/lists/resting"' in page


def test_claims_and_reports_past_their_day_are_counted_for_who_answers_for_them(office: Office) -> None:
    def plan(changes: Changes) -> None:
        one, two = pensioners(2, changes)
        claim = {
            "reason": "1401",
            "from_month": 201601,
            "to_month": 201603,
            "owner_post": "BENEFITS",
            "amount_fen": 500,
        }
        changes.add(Overpayment(person=one, due_date=date(2017, 2, 1), open_fen=500, **claim))
        changes.add(Overpayment(person=two, due_date=date(2017, 2, 1), open_fen=0, **claim))  # all came back
        changes.add(
            ReportDuty(name="季报", title="一季度报表", period=201703, due_date=date(2017, 4, 10), receiver="市局")
        )

    write(plan, "people", at=AT)
    assert counted("D1")["recoveries"] == counted("L3")["recoveries"] == 1
    assert counted("L4")["duties"] == 1  # the deputy of audit also holds the general office here
    assert "duties" not in counted("D1")
    assert not [matter for matter in morning(viewer=as_seen_by("L4")).late if matter.subject is Subject.DUTIES]


def test_the_lists_that_matters_open_exist() -> None:
    text = (ROOMS / "desk" / "workbench" / "opens.html").read_text(encoding="utf-8")
    named = {part.partition('"')[0] for part in text.split('name="')[1:]}
    assert named
    assert named <= set(lists())


def test_the_cashier_counts_no_books_and_the_configurer_nothing(office: Office) -> None:
    assert set(counted("C2")) == {"released"}
    assert matters(viewer=as_seen_by("P1")) == ()
    page = seen("P1")
    assert "轮到我签" in page
    assert 'href="/alerts"' not in page, "who configures rights sees nobody"
    assert browse("P1").get("/alerts").status_code == 403


# ── Alerts ──


def test_alerts_are_seen_by_who_oversees_and_by_who_must_answer(office: Office) -> None:
    raised(
        {"text": "稽核岗的"},
        {"text": "待遇岗的", "owner_post": Post.BENEFITS, "kind": AlertKind.SUSPENSION_OVERDUE},
        {"text": "答复过的", "state": "CLOSED", "owner_post": "", "due_date": None},
    )
    assert [row.text for row in open_alerts(viewer=as_seen_by("D2")).rows] == ["稽核岗的", "待遇岗的"]
    assert [row.text for row in open_alerts(viewer=as_seen_by("D1")).rows] == ["待遇岗的"]
    assert open_alerts(viewer=as_seen_by("C1")).rows == ()
    own = open_alerts(viewer=as_seen_by("D2"))
    assert (own.count, own.mine, own.may_answer) == (2, 1, True)
    page = seen("D2", "/alerts")
    assert "稽核岗的" in page
    assert "稽核内控岗" in page
    assert "/acts/watch.close?kind=SHARED_PHONE&amp;month=201702&amp;subject=" in page
    assert "由稽核内控岗办理" in seen("L1", "/alerts"), "who cannot answer reads who can"


def test_alerts_come_by_their_day_and_say_how_late_they_are(office: Office) -> None:
    raised(
        {"text": "还早", "due_date": date(2017, 3, 10)},
        {"text": "晚了", "due_date": date(2017, 2, 24)},
        {"text": "今天", "due_date": ON},
    )
    told = open_alerts(viewer=as_seen_by("D2"))
    assert [row.text for row in told.rows] == ["晚了", "今天", "还早"]
    assert (told.late, told.count) == (1, 3)
    assert "逾期 3 天" in seen("D2", "/alerts")  # Friday 24 February; 27 and 28 February and 1 March are working days
    first = open_alerts(viewer=as_seen_by("D2"), limit=2)
    rest = open_alerts(viewer=as_seen_by("D2"), limit=2, after=first.after)
    assert [row.text for row in (*first.rows, *rest.rows)] == ["晚了", "今天", "还早"]
    assert rest.after is None


def test_an_alert_about_ones_own_family_is_left_out_and_said_so(office: Office) -> None:
    write(lambda changes: pensioners(2, changes) and None, "people", at=AT)
    one = Person.objects.order_by("id")[0]
    raised(
        {
            "text": f"{one.personal_number} 死亡之后认证",
            "subject": one.personal_number,
            "details": json.dumps({"people": [one.personal_number]}),
        },
        {"text": "别人的"},
    )
    near = replace(as_seen_by("D2"), recused=Recused(frozenset({keyed(one.resident_number)}), keyed))
    told = open_alerts(viewer=near)
    assert ([row.text for row in told.rows], told.left_out) == (["别人的"], 1)
    assert ("subject", one.personal_number) not in open_alerts(viewer=as_seen_by("D2")).rows[0].case


# ── Files, drafts ──


def test_a_file_that_waits_says_why_and_is_written_again(office: Office) -> None:
    content = b"a file of the office"

    def plan(changes: Changes) -> None:
        changes.hand_over("reports", "waiting.txt", content)

    blocked = Path(settings.JUBAO_HOME) / "reports"
    assert not blocked.exists() or blocked.is_dir()
    moved_away = blocked.with_name("reports-away")
    if blocked.exists():
        blocked.rename(moved_away)
    blocked.write_text("a file where a folder should be")
    try:
        write(plan, "file", at=AT)
        assert OutboxItem.objects.get().state == "WAITING"
        page = seen("L1", "/outbox")
        assert "waiting.txt" in page
        assert hashlib.sha256(content).hexdigest()[:16] in page
        assert "没有写出的文件" in seen("L1")
        again = browse("L1").post("/outbox/again")
        assert again["Location"] == "/outbox"
        assert OutboxItem.objects.get().state == "WAITING"
    finally:
        blocked.unlink()
        if moved_away.exists():
            moved_away.rename(blocked)
    browse("L1").post("/outbox/again")
    assert OutboxItem.objects.get().state == "DELIVERED"
    assert "没有待写出的文件" in seen("L1", "/outbox")


def test_only_ones_own_drafts_are_counted(office: Office) -> None:
    for staff, key in (("D1", "a"), ("D1", "b"), ("G1", "c")):
        Draft.objects.create(staff=staff, key=key, code="card.issue", typed={}, saved_at=AT)
    assert morning(viewer=as_seen_by("D1")).drafts == 2
    assert morning(viewer=as_seen_by("L1")).drafts == 0


# ── How much it costs ──


@pytest.mark.parametrize("staff", ["L1", "L3", "L4", "D1", "D2", "C2"])
def test_a_full_morning_costs_a_dozen_statements(
    office: Office, staff: str, django_assert_max_num_queries: Any
) -> None:
    target()
    first = Proposal.objects.get(key="k1")
    for place in range(500):
        first.pk, first.key, first.case_ref = None, f"m{place:03}", f"m{place:03}"
        first.maker = "L4" if place % 2 else "D1"
        first.save(force_insert=True)
    raised(*({"due_date": ON + timedelta(days=place)} for place in range(60)))
    target("back", name="x")
    sign("back", by="L1", on=ON, at=AT, shown_hash=Proposal.objects.get(key="back").hash, agree=False, reason="错")
    viewer = as_seen_by(staff)
    with django_assert_max_num_queries(12):
        told = morning(viewer=viewer)
    assert told.inbox.count == (501 if staff == "L1" else 0)
    browser = browse(staff)
    with django_assert_max_num_queries(12 + 10):
        assert browser.get("/").status_code == 200
