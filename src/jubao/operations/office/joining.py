"""Joining the office, changing posts, and renewing them: four people decide, and it holds from the next day on."""

from collections.abc import Sequence
from datetime import date

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve, audit, configure
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Evidence, KeyedNumber, Name, PublicKey, StaffRef, Text, ask
from jubao.operations.envelope.posts import AnyPost, Post
from jubao.operations.envelope.view import View
from jubao.operations.identity.registering import check_key, plan_key
from jubao.operations.office.coverage import acted_in_month, newly_broken, told
from jubao.operations.office.posts_held import (
    A_NIGHT,
    GRANTED_BY,
    SECTION_LEADS,
    check_compatible,
    check_nobody_decides_own_rights,
    check_permission_stays,
    check_start,
    end,
    expiry,
    find_staff,
    first_day,
    grant,
    holdings,
    layout_faults,
    people_now,
    staff_of,
    standing,
)
from jubao.operations.office.recusal import NOT_KEPT, OWN_NUMBER, own_record
from jubao.records.models import PostHolding, Staff
from jubao.vocabulary.roster import COVERED, SENT, Holding, Roster

ASSIGNMENT = "任免或分工文件"


class JoinOffice(Arguments):
    """Somebody who begins to work here, with the posts held and covered."""

    staff: Name = ask("工号", "Staff code", hint="本机构内不重复，如 J2", column=(Staff, "code"))
    name: Text = ask("姓名", "Name", column=(Staff, "name"), shortest=1)
    title: Text = ask("职务", "Title", hint="如 科员", column=(Staff, "title"), shortest=1)
    section: Text = ask("科室", "Section", hint="如 征缴扩面股", column=(Staff, "section"), shortest=1)
    posts: tuple[Post, ...] = ask("主岗（A岗）", "Posts held", default=(), longest=len(Post))
    cover: tuple[Post, ...] = ask("代岗（B岗）", "Posts covered", default=(), longest=len(Post))
    external: bool = ask("上级人员", "Of the higher level", default=False)
    from_day: Day = ask("起始日", "From day", hint="最早自最后一签的次日起生效", not_before="today")
    evidence: Evidence = ask("依据", "Evidence", hint="任免或分工文件名称和编号", longest=160)
    key: PublicKey = ask(
        "签名公钥", "Public signing key", default="", hint="本人用 jubao key new 建立；已在本机建立的可不填"
    )
    own_number: KeyedNumber | None = ask(OWN_NUMBER, "Own resident number", hint=NOT_KEPT, default=None)


@act(
    "staff.join",
    title="工作人员入职",
    asks=JoinOffice,
    maker=SECTION_LEADS,
    chain=GRANTED_BY,
    about=About.STAFF,
    undone_by="staff.leave",
    gives=[Given("joined", "入职人数", "people who joined", Unit.PEOPLE)],
    most_cases=50,
    papers=[Paper(ASSIGNMENT)],
    second_factor=True,
)
class Joining:
    """Let somebody work here, in posts one person may hold together, from the day after the last signature at the earliest.

    Source: 人社厅发〔2021〕64号（岗位和权限管理：科室申请、内控审核、领导批准、上级配置）；社会保险经办条例第三十七条.
    """

    def check(self, cases: Sequence[JoinOffice], view: View) -> Faults:
        """A code of its own, at least one post, none that exclude each other."""
        faults, known = Faults(), set(staff_of([case.staff for case in cases], view))
        for number, case in enumerate(cases, start=1):
            place = f"{case.staff} {case.name}"
            if case.staff in known:
                then = "请换用新的工号；本人曾在职的，请办理岗位调整"
                faults.add(number, "staff", f"工号 {case.staff} 已经使用", next_step=then, place=place)
            known.add(case.staff)
            if not case.posts and not case.cover:
                faults.add(number, "posts", "没有任何岗位", next_step="请填写主岗或代岗", place=place)
            for rule in layout_faults(case.posts, case.cover):
                faults.add(number, "posts", rule, next_step="请调整岗位设置", place=place)
            check_start(number, case.from_day, view, faults)
            check_key(case.staff, case.key, faults, case=number, field="key")
        check_nobody_decides_own_rights([case.staff for case in cases], view, faults)
        return faults

    def plan(self, cases: Sequence[JoinOffice], view: View) -> Changes:
        """The people, and their posts."""
        changes = Changes(view)
        people = changes.add_all(map(_person, cases))
        for staff, case in zip(people, cases, strict=True):
            plan_key(staff, case.key, changes)
            if case.own_number is not None:
                changes.add(own_record(staff, case.own_number))
            grant(changes, staff, _asked(case, view), stated=case.from_day)
        return changes.giving(joined=len(cases))


def _person(case: JoinOffice) -> Staff:
    return Staff(code=case.staff, name=case.name, title=case.title, section=case.section, external=case.external)


class MovePosts(Arguments):
    """Everything somebody is to hold and cover from a day on; what is not named here ends."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    posts: tuple[Post, ...] = ask("主岗（A岗）", "Posts held", default=(), longest=len(Post))
    cover: tuple[Post, ...] = ask("代岗（B岗）", "Posts covered", default=(), longest=len(Post))
    from_day: Day = ask("起始日", "From day", hint="最早自最后一签的次日起生效", not_before="today")
    evidence: Evidence = ask("依据", "Evidence", hint="任免或分工文件名称和编号", longest=160)


@act(
    "staff.move",
    title="工作人员岗位调整",
    asks=MovePosts,
    maker=SECTION_LEADS,
    chain=GRANTED_BY,
    about=About.STAFF,
    undone_by="staff.move",
    gives=[Given("moved", "调整人数", "people moved", Unit.PEOPLE)],
    most_cases=50,
    papers=[Paper(ASSIGNMENT)],
    second_factor=True,
)
class Moving:
    """Give people other posts, all together, so that two may change places; nothing may be left that nobody can do.

    Source: 人社厅发〔2021〕64号（岗位和权限管理：权限变更逐级审批）；社会保险经办条例第三十七条.
    """

    def check(self, cases: Sequence[MovePosts], view: View) -> Faults:
        """Known people, posts that go together on every day to come, and still somebody for every step of every act."""
        faults = Faults()
        find_staff([case.staff for case in cases], view, faults)
        check_nobody_decides_own_rights([case.staff for case in cases], view, faults)
        for number, case in enumerate(cases, start=1):
            if not case.posts and not case.cover:
                faults.add(number, "posts", "没有任何岗位", next_step="离岗的请办理工作人员离岗", place=case.staff)
            for rule in layout_faults(case.posts, case.cover):
                faults.add(number, "posts", rule, next_step="请调整岗位设置", place=case.staff)
            check_start(number, case.from_day, view, faults)
        if faults:
            return faults
        before, after = people_now(view), _moved(cases, view)
        for number, case in enumerate(cases, start=1):
            check_compatible(number, case.staff, after, faults, field="posts")
            check_permission_stays(number, after, view, faults)
        first = min(first_day(case.from_day, view.on) for case in cases)
        for gap in newly_broken(before, after, first, None, acted_in_month):
            faults.add(0, "", f"调整后 {told(gap)}", next_step="请一并安排接替的人")
        return faults

    def plan(self, cases: Sequence[MovePosts], view: View) -> Changes:
        """What they held ends, what they are to hold begins."""
        changes, people = Changes(view), staff_of([case.staff for case in cases], view)
        for case in cases:
            staff = people[case.staff]
            since = first_day(case.from_day, view.on)
            ended = [one for one in standing([staff], since) if one.capacity != SENT]
            end(changes, ended, case.evidence, stated=case.from_day)
            grant(changes, staff, _asked(case, view), stated=case.from_day)
        return changes.giving(moved=len(cases))


def _moved(cases: Sequence[MovePosts], view: View) -> Roster:
    after = people_now(view)
    for case in cases:
        since = first_day(case.from_day, view.on)
        after = after.without(case.staff, since=since, sent=False).plus(_asked(case, view))
    return after


def _asked(case: JoinOffice | MovePosts, view: View) -> list[Holding]:
    since = first_day(case.from_day, view.on)
    return holdings(case.staff, case.posts, case.cover, since=since, granted=view.on, area=view.law.area)


class RenewPosts(Arguments):
    """Somebody whose posts run out and who is to keep them."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    evidence: Evidence = ask("依据", "Evidence", hint="年度权限核对记录名称和编号", longest=160)


@act(
    "staff.renew",
    title="岗位授权续期",
    asks=RenewPosts,
    maker=AnyPost((Post.DEPUTY_BUSINESS, Post.DEPUTY_FINANCE)),
    chain=[audit(Post.DEPUTY_AUDIT), approve(Post.DIRECTOR), configure(Post.PERMISSION)],
    about=About.STAFF,
    undone_by="staff.revoke_post",
    gives=[Given("renewed", "续期岗位数", "posts renewed", Unit.ROWS)],
    papers=[Paper("年度权限核对记录")],
    second_factor=True,
)
class Renewing:
    """Let people keep posts that run out, or ran out, for another term; asked of leaders only, whose own posts do not.

    Source: 人社厅发〔2021〕64号（权限台账每年核对）；期限见 procedure.post_months.
    """

    def check(self, cases: Sequence[RenewPosts], view: View) -> Faults:
        """There is something that runs out, a term is set, and no post was taken meanwhile that excludes it."""
        faults = Faults()
        people = find_staff([case.staff for case in cases], view, faults)
        check_nobody_decides_own_rights([case.staff for case in cases], view, faults)
        last = _term(view)
        if last is None:
            faults.add(0, "", "岗位授权没有期限，不需续期", source="procedure.post_months")
        if faults:
            return faults
        for number, case in enumerate(cases, start=1):
            running_out = _running_out(people[case.staff], view)
            if not running_out:
                then = "已免去的岗位请办理岗位调整"
                faults.add(number, "staff", "没有到期的岗位", next_step=then, place=case.staff)
            after = people_now(view).plus(_renewed(case.staff, running_out, view))
            check_compatible(number, case.staff, after, faults, field="staff")
        return faults

    def plan(self, cases: Sequence[RenewPosts], view: View) -> Changes:
        """The same posts for another term, beside what is left of the present one."""
        changes, people = Changes(view), staff_of([case.staff for case in cases], view)
        for case in cases:
            staff = people[case.staff]
            grant(changes, staff, _renewed(case.staff, _running_out(staff, view), view), stated=view.on)
        return changes.giving(renewed=changes.count(PostHolding))


def _term(view: View) -> date | None:
    return expiry(view.on + A_NIGHT, view.on, view.law.area)


def _renewed(code: str, posts: Sequence[tuple[Post, str]], view: View) -> list[Holding]:
    last = _term(view)
    return [Holding(code, post, capacity, view.on + A_NIGHT, last) for post, capacity in posts]


def _running_out(staff: Staff, view: View) -> list[tuple[Post, str]]:
    """Posts with a term that somebody holds or covers; where none is left, those that ran out last."""
    own = [one for one in people_now(view).of(staff.code) if one.capacity != SENT and one.end is not None]
    running = [one for one in own if not one.over(view.on)]
    never_ended = PostHolding.objects.filter(staff=staff, ends__isnull=True, valid_to__lte=view.on)
    lapsed = list(never_ended.exclude(capacity=SENT).order_by("id"))
    if running:
        found = {(one.post, one.capacity) for one in running}
    else:
        latest = max((one.valid_to for one in lapsed if one.valid_to), default=None)
        found = {(Post(one.post), one.capacity) for one in lapsed if one.valid_to == latest}
    return sorted(found, key=lambda one: (one[1] == COVERED, one[0]))
