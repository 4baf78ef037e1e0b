"""Staff over time: who joins, moves, leaves, is away and comes back; rights begin the next day and end at once."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jubao.operations.envelope import posts
from jubao.operations.envelope.acting import propose, sign
from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.posts import Post, holders
from jubao.operations.office.coverage import every_case
from jubao.records.models import AbsenceEnd, AuditEvent, PostEnd, PostHolding, Proposal, Signature, SigningKey
from jubao.records.models import Staff as StaffRow
from jubao.reports.invariants import verification
from tests.acts import CODE, PLANS, any_act
from tests.office import READER, Office
from tests.test_operations_trust import drop_guards

pytestmark = pytest.mark.django_db
CHINA = ZoneInfo("Asia/Shanghai")
ON, NEXT = date(2017, 3, 1), date(2017, 3, 2)
PAPER = "局任免〔2017〕3号"
JOINER = {
    "staff": "J2",
    "name": "职工J2",
    "title": "科员",
    "section": "征缴扩面股",
    "posts": ["COLLECTION"],
    "from_day": "2017-03-01",
    "evidence": PAPER,
}
TARGET = {"name": "collection.bureau", "year": 2017, "amount_fen": 100, "source": "局发任务"}


@pytest.fixture
def office() -> Office:
    return Office()


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CHINA)


def refused(office: Office, code: str, *cases: dict[str, Any], on: date = ON) -> str:
    with pytest.raises(Refused) as told:
        office.carry(code, *cases, on=on)
    return str(told.value)


def by(person: str, code: str, case: dict[str, Any], key: str, on: date = ON, hour: int = 10) -> Any:
    return propose(code, [case], key=key, by=person, on=on, at=at(on, hour))


def leave(person: str, who: str, key: str = "leave", on: date = ON, hour: int = 11) -> Any:
    return by(person, "staff.leave", {"staff": who, "reason": "调离"}, key, on, hour)


def broken(code: str = "I-33") -> list[str]:
    return [violation.text for finding in verification.verify([code]) for violation in finding.violations]


# ── Joining ──


def test_who_joins_acts_from_the_next_day_on_and_four_people_decided(office: Office) -> None:
    answer = office.carry("staff.join", JOINER, on=ON)
    assert answer.result == {"joined": 1}
    assert (holders(Post.COLLECTION, on=ON), holders(Post.COLLECTION, on=NEXT)) == (["J1", "G1"], ["J1", "J2", "G1"])
    steps = Signature.objects.filter(proposal__key=answer.proposal).order_by("step")
    taken = list(steps.values_list("role", "post", "person"))
    assert [role for role, _, _ in taken] == ["MAKE", "AUDIT", "APPROVE", "CONFIGURE"]
    assert [post for _, post, _ in taken[1:]] == ["AUDIT", "DIRECTOR", "PERMISSION"]
    assert len({person for _, _, person in taken}) == 4
    office.verify()


@pytest.mark.parametrize("district", ["430602", "220203"])
def test_a_right_begins_the_day_after_the_last_signature_however_long_that_took(district: str) -> None:
    office = Office(district)
    asked = by("L2", "staff.join", JOINER, "join")
    for day, person in ((ON, "D2"), (NEXT, "L1"), (date(2017, 3, 6), "P1")):
        sign("join", by=person, on=day, at=at(day, 14), shown_hash=asked.hash)
    assert "J2" not in holders(Post.COLLECTION, on=date(2017, 3, 6))
    assert "J2" in holders(Post.COLLECTION, on=date(2017, 3, 7))
    office.verify()


def test_who_joins_brings_a_key_that_nobody_had_and_signs_with_it(office: Office) -> None:
    answer = office.carry("staff.join", JOINER, on=ON)
    [notice] = answer.preview["notices"]
    assert notice.startswith("登记 J2 职工J2 的签名公钥")
    taken = SigningKey.objects.get(staff__code="J1").public
    again = JOINER | {"staff": "J3", "key": taken, "from_day": "2017-03-03"}
    assert "签名公钥" in refused(office, "staff.join", again, on=NEXT)
    asked = by("J2", "staff.absent", {"staff": "J2", "from_day": "2017-03-09", "to_day": "2017-03-10"}, "own", NEXT)
    assert asked.state == "PENDING"
    office.verify()


def test_who_joins_later_acts_from_the_stated_day_on(office: Office) -> None:
    office.carry("staff.join", JOINER | {"from_day": "2017-04-05"}, on=ON)
    assert "J2" not in holders(Post.COLLECTION, on=date(2017, 4, 4))
    assert "J2" in holders(Post.COLLECTION, on=date(2017, 4, 5))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"staff": "J1"}, "工号 J1 已经使用"),
        ({"posts": ["COLLECTION", "CASHIER"]}, "业务、财务不得由一人兼任"),
        ({"posts": ["ACCOUNTANT"], "cover": ["CASHIER"]}, "会计岗与出纳岗不得由一人兼任"),
        ({"posts": ["AUDIT"], "cover": ["PERMISSION"]}, "不得由一人兼任"),
        ({"posts": []}, "没有任何岗位"),
        ({"posts": ["AUDIT"], "cover": ["AUDIT"]}, "稽核内控岗重复设置"),
        ({"from_day": "2017-02-28"}, "早于业务日期"),
        ({"from_day": "2018-06-01"}, "过远"),
    ],
)
def test_who_may_not_join_is_told_why(office: Office, said: dict[str, Any], why: str) -> None:
    assert why in refused(office, "staff.join", JOINER | said)
    assert not StaffRow.objects.filter(code="J2").exists()


def test_whoever_joined_leaves_again(office: Office) -> None:
    office.carry("staff.join", JOINER, on=ON)
    leave("L4", "J2", on=NEXT)
    assert "J2" not in holders(Post.COLLECTION, on=NEXT)


# ── Leaving, and posts taken back ──


def test_leaving_holds_at_once_also_for_what_is_on_its_way(office: Office) -> None:
    asked = by("L4", "target.set", TARGET, "t1")
    answer = leave("J1", "L1")
    assert (answer.state, answer.result) == ("EXECUTED", {"ended": 1})
    with pytest.raises(Refused, match="L1 在 2017-03-01 不在主任"):
        sign("t1", by="L1", on=ON, at=at(ON, 12), shown_hash=asked.hash)
    assert sign("t1", by="L2", on=ON, at=at(ON, 13), shown_hash=asked.hash).state == "EXECUTED"
    office.verify()


def test_what_somebody_did_before_leaving_stands(office: Office) -> None:
    asked = by("L4", "target.set", TARGET, "t1")
    assert sign("t1", by="L1", on=ON, at=at(ON, 10, 30), shown_hash=asked.hash).state == "EXECUTED"
    leave("J1", "L1")
    assert holders(Post.DIRECTOR, on=ON) == ["L2"]
    office.verify()


def test_anybody_takes_a_right_back_in_the_first_post_they_hold(office: Office) -> None:
    leave("C2", "D1")
    taken = Signature.objects.get(proposal__key="leave")
    assert (taken.role, taken.post, taken.person) == ("MAKE", "CASHIER", "C2")
    office.verify()


def test_who_holds_no_post_takes_nothing_back(office: Office) -> None:
    leave("C2", "D1")
    with pytest.raises(Refused, match="D1 在 2017-03-01 不在任一岗位"):
        leave("D1", "C2", "again", hour=12)


def test_whoever_left_comes_back_by_a_decision_of_four(office: Office) -> None:
    leave("L2", "J1")
    back = {"staff": "J1", "posts": ["COLLECTION"], "cover": ["ACCOUNTS"], "from_day": "2017-03-01", "evidence": PAPER}
    office.carry("staff.move", back, on=ON)
    assert (holders(Post.COLLECTION, on=ON), holders(Post.COLLECTION, on=NEXT)) == (["G1"], ["J1", "G1"])
    office.verify()


def test_an_approver_sees_first_what_a_leave_makes_impossible(office: Office) -> None:
    leave("L4", "C2")
    [finance] = leave("L4", "L3", "second", hour=12).preview["notices"]
    assert "2017-03-01 起" in finance
    assert "《月度发放核算》" in finance
    assert "其中涉及资金 3 项" in finance, (
        "payroll, single payments and delegated programmes cannot be handed to the bank"
    )
    assert "staff.stand_in" in finance


def test_the_last_one_who_grants_rights_stays(office: Office) -> None:
    with pytest.raises(Refused, match="最后一名权限管理人员"):
        leave("L1", "P1")
    office.carry("staff.join", JOINER | {"staff": "P2", "posts": ["PERMISSION"], "external": True}, on=ON)
    leave("L1", "P1", "later", on=NEXT)
    assert holders(Post.PERMISSION, on=NEXT) == ["P2"]
    with pytest.raises(Refused, match="最后一名权限管理人员"):
        by("L1", "staff.revoke_post", {"staff": "P2", "post": "PERMISSION", "reason": "x"}, "revoke", NEXT)


def test_one_post_is_taken_back_at_once_by_somebody_of_another(office: Office) -> None:
    case = {"staff": "G1", "post": "BENEFITS", "reason": "不再代岗"}
    with pytest.raises(Refused, match="D1 自己在待遇经办岗"):
        by("D1", "staff.revoke_post", case, "own")
    assert by("C1", "staff.revoke_post", case, "other").result == {"ended": 1}
    assert holders(Post.BENEFITS, on=ON) == ["D1"]
    assert holders(Post.ACCOUNTS, on=ON) == ["G1", "D1", "J1"], "the other posts stay"
    with pytest.raises(Refused, match="G1 没有待遇经办岗"):
        by("C1", "staff.revoke_post", case, "twice", hour=12)
    office.verify()


def test_a_post_taken_back_is_given_again_by_moving(office: Office) -> None:
    by("C1", "staff.revoke_post", {"staff": "G1", "post": "BENEFITS", "reason": "不再代岗"}, "revoke")
    own = {
        "staff": "G1",
        "posts": ["ACCOUNTS"],
        "cover": ["COLLECTION", "BENEFITS"],
        "from_day": "2017-03-01",
        "evidence": PAPER,
    }
    office.carry("staff.move", own, on=ON)
    assert holders(Post.BENEFITS, on=NEXT) == ["D1", "G1"]
    office.verify()


# ── Moving ──


def swap(first: str, second: str) -> list[dict[str, Any]]:
    return [
        {"staff": first, "posts": ["CASHIER"], "from_day": "2017-03-10", "evidence": PAPER},
        {"staff": second, "posts": ["ACCOUNTANT"], "from_day": "2017-03-10", "evidence": PAPER},
    ]


def test_two_people_change_places_in_one_decision(office: Office) -> None:
    office.carry("staff.move", *swap("C1", "C2"), on=ON)
    assert [holders(post, on=date(2017, 3, 9))[0] for post in (Post.ACCOUNTANT, Post.CASHIER)] == ["C1", "C2"]
    assert [holders(post, on=date(2017, 3, 10))[0] for post in (Post.ACCOUNTANT, Post.CASHIER)] == ["C2", "C1"]
    office.verify()


def test_a_move_that_leaves_business_to_nobody_is_refused(office: Office) -> None:
    office.carry(
        "staff.move", {"staff": "L3", "posts": ["DEPUTY_FINANCE"], "from_day": "2017-03-01", "evidence": PAPER}, on=ON
    )
    told = refused(office, "staff.move", swap("C1", "C2")[0], on=NEXT)
    without = [case for case in every_case() if Post.ACCOUNTANT in case.steps]
    assert f"调整后 2017-03-10 起，{len(without)} 项业务无人可办" in told, "nobody keeps the books any more"
    assert "请一并安排接替的人" in told


def test_nobody_takes_part_in_granting_posts_to_oneself(office: Office) -> None:
    case = {"staff": "L2", "posts": ["DEPUTY_BUSINESS"], "from_day": "2017-03-01", "evidence": PAPER}
    with pytest.raises(Refused, match="L2 不得参与授予本人岗位的办理"):
        by("L2", "staff.move", case, "own")


def test_a_move_is_refused_when_the_posts_exclude_each_other_on_a_later_day(office: Office) -> None:
    sent = {
        "post": "CASHIER",
        "staff": "P2",
        "name": "援助",
        "title": "科长",
        "section": "市中心",
        "from_day": "2017-03-20",
        "to_day": "2017-03-27",
        "evidence": "市批〔2017〕1号",
    }
    office.carry("staff.stand_in", sent, on=ON)
    told = refused(
        office, "staff.move", {"staff": "P2", "posts": ["COLLECTION"], "from_day": "2017-03-05", "evidence": PAPER}
    )
    assert "自 2017-03-20 起业务、财务不得由一人兼任" in told


def test_leaving_also_ends_what_was_decided_and_has_not_begun(office: Office) -> None:
    office.carry("staff.move", *swap("C1", "C2"), on=ON)
    leave("L4", "C1", on=date(2017, 3, 6))
    assert "C1" not in holders(Post.CASHIER, on=date(2017, 3, 10))
    assert holders(Post.ACCOUNTANT, on=date(2017, 3, 10))[0] == "C2"
    office.verify()


# ── One month, one of two posts ──


def statement(office: Office, reference: str, on: date) -> None:
    office.receive("COLLECTION", 100, reference, on)


def test_who_kept_the_books_in_a_month_handles_no_cash_in_it(office: Office) -> None:
    office.carry("staff.absent", {"staff": "C1", "from_day": "2017-03-01", "to_day": "2017-03-03"}, on=ON)
    office.carry("staff.absent", {"staff": "C2", "from_day": "2017-03-06", "to_day": "2017-04-10"}, on=ON)
    statement(office, "R1", NEXT)
    assert Signature.objects.filter(person="L3", post="ACCOUNTANT").exists()
    assert holders(Post.CASHIER, on=date(2017, 3, 7)) == []
    assert holders(Post.CASHIER, on=date(2017, 4, 3)) == ["L3"], "another month"
    with pytest.raises(Refused, match="L3 在 2017-03-07 当月已在会计岗办理业务，同一月份内不得又在出纳岗办理") as told:
        by("L3", "payment.transmit", {"batch": "X"}, "pay", date(2017, 3, 7))
    assert "staff.stand_in" in str(told.value), "the higher level is asked; no rule is relaxed"
    office.verify()


def test_the_verifier_finds_who_did_both_in_one_month(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.carry("staff.absent", {"staff": "C1", "from_day": "2017-03-01", "to_day": "2017-03-31"}, on=ON)
    office.carry("staff.absent", {"staff": "C2", "from_day": "2017-03-01", "to_day": "2017-03-31"}, on=ON)
    statement(office, "R1", NEXT)
    assert broken() == []
    monkeypatch.setattr(posts, "acted_in", lambda post, *, on: [])
    with any_act():
        ACTS[CODE] = replace(ACTS[CODE], maker=Post.CASHIER)
        PLANS.append(lambda changes: None)
        propose(CODE, [{}], key="cash", by="L3", on=NEXT, at=at(NEXT, 15))
    assert broken() == ["L3 当日不在岗位 CASHIER，也不应代行"]


# ── Absence ──


def test_whoever_is_away_does_not_act_and_comes_back_early(office: Office) -> None:
    office.carry("staff.absent", {"staff": "J1", "from_day": "2017-03-02", "to_day": "2017-03-09"}, on=ON)
    assert [holders(Post.COLLECTION, on=date(2017, 3, day)) for day in (1, 2, 8, 9)] == [
        ["J1", "G1"],
        ["G1"],
        ["G1"],
        ["J1", "G1"],
    ]
    office.carry("staff.return", {"staff": "J1", "on_day": "2017-03-06", "reason": "提前返岗"}, on=date(2017, 3, 3))
    assert [holders(Post.COLLECTION, on=date(2017, 3, day)) for day in (3, 6, 8)] == [
        ["G1"],
        ["J1", "G1"],
        ["J1", "G1"],
    ]
    office.verify()


def test_whoever_came_back_may_go_again(office: Office) -> None:
    away = {"staff": "J1", "from_day": "2017-03-02", "to_day": "2017-03-09"}
    office.carry("staff.absent", away, on=ON)
    assert "已经请假" in refused(office, "staff.absent", away | {"from_day": "2017-03-08", "to_day": "2017-03-12"})
    office.carry("staff.return", {"staff": "J1", "on_day": "2017-03-06", "reason": "提前返岗"}, on=ON)
    office.carry("staff.absent", away | {"from_day": "2017-03-07", "to_day": "2017-03-12"}, on=ON)
    assert [bool("J1" in holders(Post.COLLECTION, on=date(2017, 3, day))) for day in (5, 6, 7, 11, 12)] == [
        False,
        True,
        False,
        False,
        True,
    ]
    assert "没有请假" in refused(office, "staff.return", {"staff": "D2", "on_day": "2017-03-06", "reason": "x"})


def test_an_absence_alone_breaks_nothing_and_the_second_says_what_it_breaks(office: Office) -> None:
    first = {"staff": "C1", "from_day": "2017-03-06", "to_day": "2017-03-13"}
    second = {"staff": "C2", "from_day": "2017-03-09", "to_day": "2017-03-20"}
    assert office.carry("staff.absent", first, on=ON).preview["notices"] == []
    [notice] = office.carry("staff.absent", second, on=ON).preview["notices"]
    assert notice.startswith("请假期间：2017-03-09 至 2017-03-12，3 项业务无人可办（其中涉及资金 3 项）：")


def test_a_director_does_not_grant_his_own_leave(office: Office) -> None:
    case = {"staff": "L1", "from_day": "2017-03-02", "to_day": "2017-03-09"}
    asked = by("L1", "staff.absent", case, "own")
    with pytest.raises(Refused, match="同一案件须由不同的人办理"):
        sign("own", by="L1", on=ON, at=at(ON, 11), shown_hash=asked.hash)
    assert sign("own", by="L2", on=ON, at=at(ON, 12), shown_hash=asked.hash).state == "EXECUTED"
    office.verify()


@pytest.mark.parametrize("to_day", ["2017-03-02", "2018-04-01"])
def test_an_absence_lasts_from_one_day_to_a_year(office: Office, to_day: str) -> None:
    case = {"staff": "J1", "from_day": "2017-03-02", "to_day": to_day}
    assert "不是一天到一年" in refused(office, "staff.absent", case)


# ── Who pays when the cashier is away ──


def test_the_director_releases_when_the_deputy_of_finance_handles_the_cash(office: Office) -> None:
    """With the cashier away L3 hands over, so that L1 releases; nobody is asked to do both."""
    office.carry("staff.absent", {"staff": "C2", "from_day": "2017-03-02", "to_day": "2017-03-09"}, on=ON)
    assert holders(Post.DEPUTY_FINANCE, on=ON) == ["L3"]
    assert holders(Post.DEPUTY_FINANCE, on=NEXT) == ["L1", "L3"]
    assert holders(Post.CASHIER, on=NEXT) == ["L3"]


# ── Stand-ins ──


SENT = {
    "post": "DIRECTOR",
    "staff": "P2",
    "name": "援助",
    "title": "副科长",
    "section": "市居保中心",
    "from_day": "2017-03-01",
    "to_day": "2017-03-08",
    "evidence": "主任、副主任同时外出；市批〔2017〕1号",
}


@pytest.fixture
def leaderless(office: Office) -> Office:
    """An office whose director and deputy of business are away for a week: nothing can be approved."""
    away = [{"staff": code, "from_day": "2017-03-01", "to_day": "2017-03-08"} for code in ("L1", "L2")]
    office.carry("staff.absent", *away, on=ON)
    return office


def test_the_higher_level_sends_somebody_where_nobody_is_left(leaderless: Office) -> None:
    asked = by("L4", "target.set", TARGET, "t1")
    assert holders(Post.DIRECTOR, on=ON) == []
    answer = leaderless.carry("staff.stand_in", SENT, on=ON)
    assert answer.result == {"days": 7}
    assert [notice for notice in answer.preview["notices"] if "公钥" not in notice] == []
    assert sign("t1", by="P2", on=ON, at=at(ON, 16), shown_hash=asked.hash).state == "EXECUTED"
    assert holders(Post.DIRECTOR, on=date(2017, 3, 8)) == ["L1"]
    leaderless.verify()


def test_a_stand_in_is_taken_back_at_once(leaderless: Office) -> None:
    leaderless.carry("staff.stand_in", SENT, on=ON)
    by("L3", "staff.revoke_post", {"staff": "P2", "post": "DIRECTOR", "reason": "不再需要"}, "revoke", hour=15)
    assert holders(Post.DIRECTOR, on=NEXT) == []


def test_an_approver_sees_that_nobody_is_missing(office: Office) -> None:
    key, needless = office.carry("staff.stand_in", SENT, on=ON).preview["notices"]
    assert "登记 P2" in key
    assert "没有业务因缺人而无人可办" in needless


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"staff": "L3", "name": "职工L3"}, "只能由上级人员代办"),
        ({"staff": "P1"}, "P1 是上级"),
        ({"staff": "P1", "name": "上级"}, "不得"),
        ({"post": "PERMISSION"}, "权限管理岗不能代办"),
        ({"to_day": "2017-03-01"}, "应为 1 至 31 天"),
        ({"to_day": "2017-04-02"}, "应为 1 至 31 天"),
    ],
)
def test_who_may_not_stand_in_is_told_why(office: Office, said: dict[str, Any], why: str) -> None:
    assert why in refused(office, "staff.stand_in", SENT | said)


def test_a_stand_in_holds_no_post_that_excludes_the_other_on_any_day(office: Office) -> None:
    office.carry("staff.stand_in", SENT | {"post": "ACCOUNTANT"}, on=ON)
    told = refused(
        office, "staff.stand_in", SENT | {"post": "CASHIER", "from_day": "2017-03-07", "to_day": "2017-03-09"}
    )
    assert "自 2017-03-07 起会计岗与出纳岗不得由一人兼任" in told
    office.carry("staff.stand_in", SENT | {"post": "CASHIER", "from_day": "2017-03-08", "to_day": "2017-03-09"}, on=ON)


def test_how_long_a_stand_in_stays_is_a_rule_of_the_house(office: Office, ruled: Any) -> None:
    ruled("procedure.stand_in_longest_days", 3)
    assert "应为 1 至 3 天" in refused(office, "staff.stand_in", SENT)


# ── Terms ──


def test_posts_run_out_unless_they_are_renewed_and_leaders_stay(ruled: Any) -> None:
    ruled("procedure.post_months", 12)
    office = Office()
    last, after = date(2018, 1, 2), date(2018, 1, 3)
    assert (holders(Post.BENEFITS, on=last), holders(Post.BENEFITS, on=after)) == (["D1", "G1"], [])
    assert holders(Post.DEPUTY_AUDIT, on=after) == ["L4"]
    office.carry("staff.renew", {"staff": "D1", "evidence": "年度权限核对表"}, on=date(2017, 12, 1))
    assert (holders(Post.BENEFITS, on=after), holders(Post.BENEFITS, on=date(2018, 12, 2))) == (["D1"], [])
    office.verify()


def test_posts_that_ran_out_are_renewed_by_leaders_alone(ruled: Any) -> None:
    ruled("procedure.post_months", 12)
    office, late = Office(), date(2018, 2, 1)
    everybody = [{"staff": code, "evidence": "年度权限核对表"} for code in ("J1", "G1", "D1", "D2", "C1", "C2", "L3")]
    office.carry("staff.renew", *everybody, on=late)
    assert (holders(Post.CASHIER, on=late), holders(Post.CASHIER, on=late + timedelta(days=1))) == ([], ["C2", "L3"])
    assert "L4 不得参与授予本人岗位的办理" in refused(office, "staff.renew", {"staff": "L4", "evidence": "x"}, on=late)
    own = {
        "staff": "L4",
        "posts": ["DEPUTY_AUDIT", "OFFICE"],
        "cover": ["AUDIT"],
        "from_day": "2018-02-02",
        "evidence": PAPER,
    }
    office.carry("staff.move", own, on=late + timedelta(days=1))
    assert "L4" in holders(Post.AUDIT, on=late + timedelta(days=2)), (
        "who audits renewals is given posts like anybody else"
    )
    office.verify()


def test_what_was_taken_back_is_not_renewed(ruled: Any) -> None:
    ruled("procedure.post_months", 12)
    office = Office()
    by("C1", "staff.revoke_post", {"staff": "G1", "post": "BENEFITS", "reason": "不再代岗"}, "revoke")
    office.carry("staff.renew", {"staff": "G1", "evidence": "年度权限核对表"}, on=date(2018, 2, 1))
    assert "G1" not in holders(Post.BENEFITS, on=date(2018, 2, 2))
    assert "G1" in holders(Post.ACCOUNTS, on=date(2018, 2, 2))
    by("L3", "staff.revoke_post", {"staff": "G1", "post": "ACCOUNTS", "reason": "调离"}, "renewed", date(2018, 2, 3))
    assert "G1" not in holders(Post.ACCOUNTS, on=date(2018, 2, 3))


def test_where_no_term_is_set_nothing_is_renewed(office: Office) -> None:
    assert "没有期限" in refused(office, "staff.renew", {"staff": "D1", "evidence": "x"})
    assert holders(Post.BENEFITS, on=date(2030, 1, 1)) == ["D1", "G1"]


def test_an_office_of_2022_has_terms_of_twelve_months() -> None:
    Office(started=date(2022, 3, 1))
    assert (holders(Post.CASHIER, on=date(2023, 2, 28)), holders(Post.CASHIER, on=date(2023, 3, 1))) == (
        ["C2", "L3"],
        [],
    )


# ── What the approver reads ──


def test_a_proposal_names_who_may_ask_and_who_asked(office: Office) -> None:
    from jubao.operations.envelope.seen.description import describe
    from jubao.operations.envelope.seen.proposal import shown

    told = describe(ACTS["staff.leave"], on=ON)
    assert told["steps"] == [{"role": "经办", "post": "任一岗位"}]
    asked = describe(ACTS["staff.join"], on=ON)
    assert asked["steps"][0]["post"] == "副主任（业务）、副主任（财务）、副主任（稽核）之一"
    by("L2", "staff.join", JOINER, "join")
    steps = shown("join", viewer=READER).steps
    assert [step.post for step in steps] == ["副主任（业务）", "稽核内控岗", "主任", "权限管理（上级）"]
    assert Proposal.objects.get(key="join").state == "PENDING"


# ── What the verifier finds ──


def test_posts_that_exclude_each_other_are_found_however_they_came_about(office: Office) -> None:
    event = AuditEvent.objects.latest("id")
    staff = StaffRow.objects.get(code="D2")
    PostHolding.objects.create(act=event, staff=staff, post="CASHIER", capacity="B", valid_from=NEXT, granted_from=NEXT)
    assert "D2 自 2017-03-02 起稽核、财务不得由一人兼任" in broken("H-10")


def test_a_right_that_was_made_to_begin_at_once_is_found(office: Office) -> None:
    office.carry("staff.join", JOINER, on=ON)
    drop_guards("records_postholding")
    PostHolding.objects.filter(staff__code="J2").update(granted_from=ON)
    assert broken("H-10") == ["岗位自 2017-03-01 生效，最后一签在 2017-03-01"]


def test_days_taken_back_afterwards_are_found(office: Office) -> None:
    leave("C1", "J1", on=NEXT)
    office.carry("staff.absent", {"staff": "D1", "from_day": "2017-03-02", "to_day": "2017-03-09"}, on=NEXT)
    office.carry("staff.return", {"staff": "D1", "on_day": "2017-03-04", "reason": "x"}, on=NEXT)
    for table in ("records_postend", "records_absenceend"):
        drop_guards(table)
    PostEnd.objects.update(granted_from=ON)
    AbsenceEnd.objects.update(returned_on=ON)
    assert set(broken("H-10")) == {
        "岗位自 2017-03-01 收回，办理在 2017-03-02",
        "返岗记为 2017-03-01，提出在 2017-03-02",
    }


def test_a_signature_in_another_post_than_was_shown_is_found(office: Office) -> None:
    """L4 holds both posts, so that only what the proposal showed tells them apart."""
    by("L4", "target.set", TARGET, "t1")
    drop_guards("records_signature")
    Signature.objects.filter(proposal__key="t1").update(post="DEPUTY_AUDIT")
    assert "申请 t1 第 0 环节的种类或岗位不是所示的" in broken("I-32")
    Signature.objects.filter(proposal__key="t1").update(post="OFFICE", role="AUDIT")
    assert "申请 t1 第 0 环节的种类或岗位不是所示的" in broken("I-32")
