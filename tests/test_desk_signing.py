"""Signing at the desk: who sees what waits, ticks and reasons, the second factor, what moved meanwhile, and what came of it."""

import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse

from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.deciding import Decision, Undecided, decide
from jubao.operations.envelope.declaration import approve, check
from jubao.operations.envelope.hands import NotProven
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.seen.inbox import inbox
from jubao.operations.envelope.seen.moved import what_moved
from jubao.operations.envelope.seen.proposals import Wanted, proposals
from jubao.operations.envelope.seen.review import Typed, review
from jubao.records.models import AuditEvent, Proposal, Signature, Target
from jubao.reports.viewers import viewer_of
from jubao.vocabulary.viewer import MayNotLook, Viewer
from tests.acts import any_act, insured, pensioners, write
from tests.desk import browse, text_of
from tests.office import Office, number

pytestmark = pytest.mark.django_db

CLOCK = ZoneInfo("Asia/Shanghai")
ON = date(2017, 3, 1)
AT = datetime(2017, 3, 1, 9, tzinfo=CLOCK)
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 900_000_000, "source": "局发任务"}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What the desk's clock shows: ten on the day of these tests, or what a test puts in its place."""
    shows = [AT + timedelta(hours=1)]
    monkeypatch.setattr("jubao.desk.frame.seat.now", lambda: shows[-1])
    return shows


@pytest.fixture
def office() -> Office:
    return Office()


def as_seen_by(staff: str, on: date = ON) -> Viewer:
    return viewer_of(staff, on=on, lifted=(), witness=None)


def target(key: str = "k1", by: str = "L4", **said: Any) -> str:
    return propose("target.set", [TARGET | said], key=key, by=by, on=ON, at=AT).hash


def waits_for(staff: str) -> list[str]:
    return [row.key for row in inbox(viewer=as_seen_by(staff)).rows]


def seen(staff: str, address: str) -> str:
    answer = browse(staff).get(address)
    assert answer.status_code == 200, (answer.status_code, answer.get("Location"), answer.content.decode()[:2000])
    return text_of(answer)


def decided(staff: str, key: str, decision: str = "agree", **fields: Any) -> HttpResponse:
    row = Proposal.objects.get(key=key)
    said = {"decision": decision, "hash": row.hash, "step": str(row.next_step)} | fields
    return browse(staff).post(f"/proposals/{quote(key)}/sign", said)


def plan(changes: Changes, *, people: int = 0, notices: tuple[str, ...] = ()) -> None:
    pensioners(people, changes)
    for notice in notices:
        changes.notice(notice)


def pending(key: str, *, people: int = 2, notices: tuple[str, ...] = ()) -> str:
    """Propose the act of the tests by L4; its plan brings in some people, and says what must be looked at."""
    return write(lambda changes: plan(changes, people=people, notices=notices), key, at=AT).hash


@pytest.fixture
def chain_of_two(office: Office) -> Iterator[Office]:
    with any_act(chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)]):
        yield office


# ── What waits for whom ──


def test_what_waits_is_shown_to_whoever_may_sign_it_now_and_to_nobody_else(office: Office) -> None:
    target()
    assert {staff: waits_for(staff) for staff in ("L1", "L2", "L4", "D2", "C2")} == {
        "L1": ["k1"],
        "L2": [],  # stands in for the director only when the director cannot
        "L4": [],  # proposed it
        "D2": [],
        "C2": [],
    }
    page = seen("L1", "/inbox")
    assert "下达任务登记" in page
    assert "collection.bureau" in page
    assert "没有等您签的申请" in seen("L2", "/inbox")


def test_a_stand_in_finds_it_while_the_director_is_away(office: Office) -> None:
    office.carry("staff.absent", {"staff": "L1", "from_day": "2017-03-01", "to_day": "2017-03-03"}, on=ON)
    target()
    assert (waits_for("L1"), waits_for("L2")) == ([], ["k1"])
    assert "您以 主任 的身份签署" in seen("L2", "/proposals/k1")


def test_each_step_waits_for_its_own_people_and_not_for_who_took_part(office: Office) -> None:
    """G1 and D1 hold or cover both posts of the chain; whoever takes the first step is out of the second."""
    with any_act(chain=[check(Post.BENEFITS), check(Post.ACCOUNTS)]):
        hash_ = pending("二步")
        assert [waits_for(staff) for staff in ("D1", "G1", "J1", "L4")] == [["二步"], ["二步"], [], []]
        sign("二步", by="G1", on=ON, at=AT, shown_hash=hash_)
        assert [waits_for(staff) for staff in ("D1", "G1", "J1", "L4")] == [["二步"], [], ["二步"], []]
        assert "您已经签过本件" in seen("G1", "/proposals/二步")


def test_nobody_is_shown_what_concerns_their_own_family(office: Office) -> None:
    office.open_fund()
    parent = number("19500315")
    office.register({"name": "王甲", "resident_number": parent, "pension_start": 201108, "contributed_years": 0})
    card = {"person": parent, "card_number": "A12345678", "receipt": "签收表2017-03 第1页"}
    propose("card.issue", [card], key="发卡", by="J1", on=ON, at=AT)
    assert waits_for("D1") == ["发卡"]
    near = {"staff": "D1", "person": parent, "relation": "PARENT"}
    declared = propose("recusal.declare", [near], key="回避", by="D1", on=ON, at=AT)
    sign("回避", by="L4", on=ON, at=AT, shown_hash=declared.hash)
    assert (waits_for("D1"), waits_for("G1")) == ([], ["发卡"])
    refused = browse("D1").get("/proposals/%E5%8F%91%E5%8D%A1")
    assert refused.status_code == 403
    assert "应当回避" in text_of(refused)
    assert "王甲" not in text_of(refused)
    assert "发卡" not in [row.key for row in proposals(Wanted(), viewer=as_seen_by("D1")).rows]
    assert decided("D1", "发卡").status_code == 403
    assert Proposal.objects.get(key="发卡").state == "PENDING"


def test_the_earliest_due_comes_first_and_pages_meet_every_row_once(office: Office) -> None:
    target()
    days = {"b": date(2017, 3, 3), "a": None, "c": date(2017, 2, 27), "d": date(2017, 3, 1)}
    for key, due_date in days.items():
        planted(key, due_date=due_date)
    assert waits_for("L1") == ["c", "d", "b", "k1", "a"]  # what has no day comes last
    viewer, met, after = as_seen_by("L1"), [], None
    while True:
        page = inbox(viewer=viewer, after=after, limit=2)
        met += [row.key for row in page.rows]
        if (after := page.after) is None:
            break
    assert met == ["c", "d", "b", "k1", "a"]
    assert (page.count, page.due_today, page.late) == (5, 1, 1)
    lines = seen("L1", "/inbox")
    assert "逾期 2 天" in lines  # 27 and 28 February 2017 were a Monday and a Tuesday
    assert "今天到期" in lines
    assert "还剩 2 天" in lines


def planted(key: str, **said: Any) -> Proposal:
    """Another proposal like the first one, for the readers alone: nobody ever signs it."""
    row = Proposal.objects.get(key="k1")
    row.pk = None
    for name, value in ({"key": key, "case_ref": key} | said).items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def test_five_hundred_that_wait_cost_no_more_statements_than_one(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    target()
    for place in range(500):
        planted(f"m{place:03}", due_date=ON + timedelta(days=place % 30))
    viewer = as_seen_by("L1")
    with django_assert_max_num_queries(6):
        page = inbox(viewer=viewer)
    assert (page.count, len(page.rows)) == (501, 50)
    with django_assert_max_num_queries(12):
        assert review("m499", viewer=viewer).place.of == 501
    with django_assert_max_num_queries(9):
        assert len(proposals(Wanted(state="PENDING"), viewer=viewer).rows) == 50


# ── Signing ──


def test_agreeing_signs_and_leads_to_the_next_one(office: Office) -> None:
    target("k1")
    target("k2", name="campaign.city")
    answer = decided("L1", "k1")
    assert (answer.status_code, answer["Location"]) == (302, "/proposals/k2")
    assert Proposal.objects.get(key="k1").state == "EXECUTED"
    last = decided("L1", "k2")
    assert last["Location"] == "/inbox"
    browser = browse("L1")
    browser.cookies.update(last.cookies)
    assert "已同意“下达任务登记”，签齐办结。" in text_of(browser.get("/inbox"))


def test_nobody_signs_what_they_proposed(office: Office) -> None:
    target()
    page = seen("L4", "/proposals/k1")
    assert "这是您提出的，由主任签署。" in page
    assert 'name="decision"' not in page
    refused = decided("L4", "k1")
    assert refused.status_code == 422
    assert "同一案件须由不同的人办理" in text_of(refused)
    assert Proposal.objects.get(key="k1").state == "PENDING"
    assert AuditEvent.objects.order_by("-id").first().kind == "REFUSED"


def test_nothing_is_signed_from_a_list(office: Office) -> None:
    target()
    for address in ("/", "/inbox", "/proposals", "/proposals?mine=1"):
        page = seen("L1", address)
        assert 'name="decision"' not in page
        assert 'value="agree"' not in page


def test_every_exception_is_ticked_before_agreeing_and_nothing_typed_is_lost(chain_of_two: Office) -> None:
    pending("三处", notices=("本月第三次变更", "金额与上月相差很大", "经办人昨天改过账户"))
    page = seen("D1", "/proposals/三处")
    assert "先看这 3 处例外" in page
    assert page.count('name="tick"') == page.count('form="signing"') == 3
    answer = decided("D1", "三处", tick=["1", "3"], reason="第二处还在查")
    again = text_of(answer)
    assert answer.status_code == 422
    assert "还有 1 处例外没有逐条看过。请先看第 2 处并勾选，再同意。" in again
    assert 'href="#tick-2"' in again
    assert [f'value="{one}" form="signing" checked' in again for one in (1, 2, 3)] == [True, False, True]
    assert "第二处还在查</textarea>" in again
    assert "有误：" in again
    assert Signature.objects.filter(proposal__key="三处").count() == 1, "the maker's own step"
    assert decided("D1", "三处", tick=["1", "2", "3"]).status_code == 302
    assert Proposal.objects.get(key="三处").next_step == 2


def test_sending_back_needs_a_reason_but_no_ticks(chain_of_two: Office) -> None:
    pending("退", notices=("请核对",))
    without = decided("D1", "退", "reject", reason="   ")
    assert without.status_code == 422
    assert '<a href="#reason">退回须写明理由，经办人要据此改正。</a>' in text_of(without)
    assert AuditEvent.objects.order_by("-id").first().kind == "PROPOSED", "the form itself said no"
    assert Proposal.objects.get(key="退").state == "PENDING"
    assert decided("D1", "退", "reject", reason="账号写错了").status_code == 302
    assert Proposal.objects.get(key="退").state == "REJECTED"
    page = seen("L4", "/proposals?mine=1")
    assert "职工D1 03-01 10:00 退回" in page
    assert "账号写错了" in page
    assert "账号写错了" in seen("L4", "/proposals/退")


def test_a_form_that_decides_nothing_is_told_so(office: Office) -> None:
    target()
    answer = decided("L1", "k1", "")
    assert (answer.status_code, Proposal.objects.get(key="k1").state) == (422, "PENDING")
    assert "请选同意或退回" in text_of(answer)


def test_a_wrong_code_signs_nothing_and_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the session does with a code is tested where sessions are; here, what the page does with its answer."""
    from contextlib import contextmanager

    @contextmanager
    def proven(seat: Any, code: str | None) -> Iterator[None]:
        if code != "123456":
            raise NotProven("动态码不对或已用过，请等下一个再输入")
        yield

    monkeypatch.setattr("jubao.desk.frame.seat.Seat.proven", proven)
    with any_act(chain=[approve(Post.DIRECTOR)], second_factor=True):
        pending("码", notices=("请核对",))
        assert 'name="otp"' in seen("L1", "/proposals/码")
        wrong = decided("L1", "码", tick="1", otp="987654", reason="已核对")
        again = text_of(wrong)
        assert wrong.status_code == 422
        assert "动态码不对或已用过，请等下一个再输入。" in again
        assert 'value="1" form="signing" checked' in again
        assert "已核对</textarea>" in again
        assert "987654" not in again
        missing = text_of(decided("L1", "码", tick="1"))
        assert "请输入验证器上现在的六位动态码" in missing
        assert Proposal.objects.get(key="码").state == "PENDING"
        assert decided("L1", "码", tick="1", otp="123456").status_code == 302
        assert Proposal.objects.get(key="码").state == "EXECUTED"


def test_no_code_is_used_up_by_a_form_that_lacks_a_tick(office: Office) -> None:
    asked: list[str] = []

    def proven() -> Any:
        asked.append("code")
        raise AssertionError("the code was taken")

    with any_act(chain=[approve(Post.DIRECTOR)], second_factor=True):
        hash_ = pending("码", notices=("请核对",))
        unticked = Decision(agree=True, typed=Typed(), code="123456", shown_hash=hash_, step=1)
        told = decide("码", unticked, viewer=as_seen_by("L1"), on=ON, at=AT, proven=proven)
    assert isinstance(told, Undecided)
    assert not asked


# ── Somebody else, or the facts, came first ──


def test_signing_twice_changes_nothing(office: Office) -> None:
    target()
    first, second = decided("L1", "k1"), None
    row = Proposal.objects.get(key="k1")
    second = browse("L1").post("/proposals/k1/sign", {"decision": "agree", "hash": row.hash, "step": "1"})
    assert (first.status_code, second.status_code) == (302, 409)
    assert "您 10:00 已签过，没有重复签。" in text_of(second)
    assert Signature.objects.filter(proposal__key="k1").count() == 2
    assert Target.objects.count() == 1


def test_whoever_comes_second_is_told_who_signed_and_when(chain_of_two: Office, clock: list[datetime]) -> None:
    hash_ = pending("抢签")
    sign("抢签", by="D1", on=ON, at=AT + timedelta(minutes=21), shown_hash=hash_)
    late = browse("G1").post(f"/proposals/{quote('抢签')}/sign", {"decision": "agree", "hash": hash_, "step": "1"})
    assert late.status_code == 409
    assert "职工D1 9:21 已签。您没有重复签。" in text_of(late)
    assert Signature.objects.filter(proposal__key="抢签").count() == 2


def test_a_proposal_withdrawn_meanwhile_is_not_signed(office: Office) -> None:
    target()
    hash_ = Proposal.objects.get(key="k1").hash
    browse("L4").post("/proposals/k1/withdraw", {"why": "任务数报错了"})
    late = browse("L1").post("/proposals/k1/sign", {"decision": "agree", "hash": hash_, "step": "1"})
    assert late.status_code == 409
    assert "已撤回或作废。您没有签。" in text_of(late)
    assert not Target.objects.exists()


def test_a_preview_that_moved_says_what_moved_and_offers_to_propose_anew(office: Office, clock: list[datetime]) -> None:
    """One payment of 100 yuan was to be credited; a second one of 200 came in before the last signature."""
    office.open_fund()
    office.register({"name": "王甲", "resident_number": number("19700101")})
    office.contribute(number("19700101"), "王甲", 10_000, date(2017, 2, 1))
    credit = propose("contribution.credit", [{"through": "2017-12-31"}], key="c1", by="G1", on=ON, at=AT)
    office.contribute(number("19700101"), "王甲", 20_000, date(2017, 3, 2), year=2016)
    clock.append(datetime(2017, 3, 3, 10, tzinfo=CLOCK))
    answer = browse("J1").post("/proposals/c1/sign", {"decision": "agree", "hash": credit.hash, "step": "1"})
    page = text_of(answer)
    assert answer.status_code == 409
    assert Proposal.objects.get(key="c1").state == "VOID"
    assert "审批后事实已变化" in page
    assert "哪里变了" in page
    assert "重新提出" in page
    moved = page[page.index("哪里变了") : page.index("chain panel")]
    assert "100.00" in moved
    assert "300.00" in moved
    assert "王甲" in moved
    sums = [(one.then, one.now) for one in what_moved(Proposal.objects.get(key="c1"), on=date(2017, 3, 3)).sums]
    assert sums.count(("100.00 元", "300.00 元")) >= 2, "the result, and the sum of money, apart from the people"
    assert 'href="/acts/contribution.credit?again=c1"' in page
    assert 'name="decision"' not in page
    later = seen("G1", "/proposals/c1")
    assert "已作废" in later
    assert "审批后事实已变化" in later


# ── Withdrawing, and what came of it ──


def test_a_maker_withdraws_with_a_reason_that_signers_read(chain_of_two: Office) -> None:
    hash_ = pending("撤")
    sign("撤", by="D1", on=ON, at=AT, shown_hash=hash_)
    assert "撤回这件申请" in seen("L4", "/proposals/撤")
    assert "撤回这件申请" not in seen("L2", "/proposals/撤")
    nothing = browse("L4").post(f"/proposals/{quote('撤')}/withdraw", {"why": ""})
    assert nothing.status_code == 422
    assert "撤回须写明理由" in text_of(nothing)
    done = browse("L4").post(f"/proposals/{quote('撤')}/withdraw", {"why": "人填错了"})
    assert done.status_code == 302
    page = seen("D1", "/proposals/撤")
    assert "已撤回" in page
    assert "人填错了" in page
    assert waits_for("L2") == []
    others = browse("D1").post(f"/proposals/{quote('撤')}/withdraw", {"why": "不是我的"})
    assert others.status_code == 422


def test_what_came_of_it_is_told_in_words_with_the_act_that_undoes_it(office: Office) -> None:
    target()
    decided("L1", "k1")
    page = seen("L1", "/proposals/k1")
    assert "办理结果" in page
    assert "登记任务数" in page
    assert "用下面这项业务撤销" in page
    assert "由综合办公室办理" in page  # the director cannot propose it, and reads who can
    assert 'href="/acts/target.set"' in seen("L4", "/proposals/k1")


def test_vouchers_are_linked_for_who_may_see_the_books_alone(office: Office) -> None:
    office.open_fund()
    row = Proposal.objects.get(code="fund.open")
    assert "/vouchers/FUND-201701-" in seen("L1", f"/proposals/{row.key}")
    told = review(row.key, viewer=replace(as_seen_by("L1"), posts=frozenset({Post.DEPUTY_BUSINESS, Post.DIRECTOR})))
    assert told.outcome is not None
    assert told.outcome.voucher_count >= 1
    hidden = review(row.key, viewer=replace(as_seen_by("L1"), posts=frozenset({Post.DEPUTY_BUSINESS})))
    assert hidden.outcome is not None
    assert not hidden.outcome.vouchers


# ── One proposal in full ──


def test_people_stand_before_and_after_with_their_tails_page_by_page(
    chain_of_two: Office, django_assert_max_num_queries: Any
) -> None:
    pending("多人", people=45)
    page = seen("D1", "/proposals/多人")
    assert "涉及 45 人" in page
    assert "第 1–10 人，共 45 人" in page
    assert ("居民10" in page, "居民11" in page) == (True, False)
    assert insured(1).resident_number[-4:] in page
    assert "1950年1月1日" not in page, "with area and tail it would be the whole number"
    assert "出生日期 1950年" in page
    last = seen("D1", "/proposals/多人?people=40")
    assert "第 41–45 人，共 45 人" in last
    assert "下一页" not in last[last.index('id="people"') : last.index('id="stated"')]
    part = browse("D1", HX_Request="true", HX_Target="people").get(f"/proposals/{quote('多人')}?people=20")
    text = text_of(part)
    assert text.startswith('<section class="panel" id="people"')
    assert "第 21–30 人，共 45 人" in text
    with django_assert_max_num_queries(12):
        review("多人", viewer=as_seen_by("D1"))


def test_those_beyond_the_stored_preview_are_read_from_the_plan(chain_of_two: Office) -> None:
    pending("很多", people=205)
    told = review("很多", viewer=as_seen_by("D1"), people_from=200).people
    assert (told.first, told.last, told.count, told.after) == (201, 205, 205, None)
    assert [who.name for who in told.rows] == [f"居民{place}" for place in range(201, 206)]


def test_only_the_posts_of_an_act_see_its_proposals(office: Office) -> None:
    target()
    assert browse("C2").get("/proposals/k1").status_code == 403
    with pytest.raises(MayNotLook):
        review("k1", viewer=as_seen_by("C2"))
    assert [row.key for row in proposals(Wanted(), viewer=as_seen_by("C2")).rows if row.key == "k1"] == []
    assert "k1" in [row.key for row in proposals(Wanted(), viewer=as_seen_by("D2")).rows]


def test_a_state_nobody_knows_shows_nobody(office: Office) -> None:
    target()
    page = seen("L1", "/proposals?state=OPEN")
    assert "不认识的状态 OPEN" in page
    assert "下达任务登记" not in page
    assert proposals(Wanted(code="no.such"), viewer=as_seen_by("L1")).rows == ()


def test_the_same_page_speaks_english(office: Office) -> None:
    target()
    browser = browse("L1")
    browser.cookies["language"] = "en"
    page = html.unescape(text_of(browser.get("/proposals/k1")))
    assert "What would change" in page
    assert "You are the last: once you agree it is done, all at once." in page
    assert "Send back" in page


def test_an_unknown_proposal_is_refused_with_a_sentence(office: Office) -> None:
    answer = browse("L1").get("/proposals/nobody")
    assert answer.status_code == 422
    assert "没有编号为 nobody 的申请" in text_of(answer)


def test_a_file_that_nobody_took_in_yet_opens_for_whoever_must_sign(office: Office) -> None:
    """The second signer of a bank statement reads the file itself; who has nothing to do with it does not."""
    columns = {
        "account": ["收入户"],
        "date": [ON],
        "reference": ["HD000001"],
        "counterparty": ["对方"],
        "debit": [None],
        "credit": [30_000],
        "balance": [30_000],
        "memo": ["进账"],
    }
    sha256 = office.file("对账单.csv", "bank_statement", columns)
    answer = office.staff.begin("bank.statement", [{"file": sha256}], on=ON, signed=0)
    [signer] = [code for code in ("D2", "C1", "L4") if answer.proposal in waits_for(code)][:1]
    page = text_of(browse(signer).get(f"/proposals/{quote(answer.proposal)}"))
    assert f'href="/files/{sha256}"' in page
    assert "HD000001" in text_of(browse(signer).get(f"/files/{sha256}"))
    assert browse("D1").get(f"/files/{sha256}").status_code == 403
