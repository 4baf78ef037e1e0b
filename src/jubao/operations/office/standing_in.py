"""A stand-in of the higher level for a post nobody can fill: the one way out when people are missing; no rule is relaxed."""

from collections.abc import Sequence
from datetime import date

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Given, Paper, Unit, act, configure
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Evidence, Name, PublicKey, Text, ask
from jubao.operations.envelope.posts import AnyPost, Post
from jubao.operations.envelope.view import View
from jubao.operations.identity.registering import check_key, keys_in_force, plan_key
from jubao.operations.office.coverage import acted_in_month, broken
from jubao.operations.office.posts_held import check_compatible, grant, people_now, staff_of
from jubao.records.models import Staff
from jubao.vocabulary.roster import SENT, Holding


class StandIn(Arguments):
    """Whom the higher level sends, for which post and which days."""

    post: Post = ask("代办岗位", "Post")
    staff: Name = ask(
        "代办人工号", "Staff code", hint="上级人员的工号；首次来本机构的给一个新工号", column=(Staff, "code")
    )
    name: Text = ask("代办人姓名", "Name", column=(Staff, "name"), shortest=1)
    title: Text = ask("代办人职务", "Title", column=(Staff, "title"), shortest=1)
    section: Text = ask("代办人单位", "Section", hint="如 市居保中心", column=(Staff, "section"), shortest=1)
    from_day: Day = ask("起始日", "From day", not_before="today")
    to_day: Day = ask("截止日（不含）", "Until before", not_before="from_day")
    key: PublicKey = ask(
        "签名公钥", "Public signing key", default="", hint="本人用 jubao key new 建立；已登记或已在本机建立的可不填"
    )
    evidence: Evidence = ask("申请事由和上级批复", "Evidence", hint="缺什么人、批复文号", longest=160)


@act(
    "staff.stand_in",
    title="上级派人代办",
    asks=StandIn,
    maker=AnyPost(),
    chain=[configure(Post.PERMISSION)],
    about=About.STAFF,
    undone_by="staff.revoke_post",
    gives=[Given("days", "代办天数", "days", Unit.ROWS)],
    most_cases=ONE,
    papers=[Paper("上级批复")],
    second_factor=True,
)
class StandingIn:
    """Ask the higher level for somebody who fills a post for some days: asked by anybody of the office, granted above.

    Source: 社会保险经办条例第三十七条；人社厅发〔2021〕64号（岗位不相容，人员不足时由上级派人，不放宽规则）.
    """

    def check(self, cases: Sequence[StandIn], view: View) -> Faults:
        """Somebody of the higher level, for a post of the office, for a while, without posts that exclude it."""
        faults = Faults()
        [case] = cases
        known = staff_of([case.staff], view).get(case.staff)
        if case.post == Post.PERMISSION:
            faults.add(1, "post", "权限管理岗不能代办", next_step="请由上级另派权限管理人员")
        if known is not None and not (known.external and known.name == case.name):
            rule = f"{case.staff} 是{known.name}，不是上级派来的{case.name}"
            faults.add(1, "staff", rule, next_step="请核对工号和姓名；只能由上级人员代办", place=case.staff)
        longest = int(view.law.value("procedure.stand_in_longest_days"))
        if not 0 < (case.to_day - case.from_day).days <= longest:
            rule = f"{case.from_day} 至 {case.to_day} 应为 1 至 {longest} 天"
            faults.add(
                1, "to_day", rule, next_step="期满仍需要的，请另行报请", source="procedure.stand_in_longest_days"
            )
        if case.staff in view.persons:
            faults.add(
                1, "staff", f"{case.staff} 不得参与派本人代办的办理", next_step="请由其他人办理", place=case.staff
            )
        if case.staff not in keys_in_force(view):
            check_key(case.staff, case.key, faults, case=1, field="key")
        check_compatible(1, case.staff, people_now(view).plus([_sent(case)]), faults, field="post")
        return faults

    def plan(self, cases: Sequence[StandIn], view: View) -> Changes:
        """The person, where new, and the post for these days; whether anything is missing without them is said."""
        [case] = cases
        changes = Changes(view)
        known = staff_of([case.staff], view).get(case.staff)
        staff = known or changes.add(
            Staff(code=case.staff, name=case.name, title=case.title, section=case.section, external=True)
        )
        if case.staff not in keys_in_force(view):
            plan_key(staff, case.key, changes)
        grant(changes, staff, [_sent(case)], stated=case.from_day, at_once=True)
        if not _missing(case, view):
            changes.notice(f"{case.from_day} 至 {case.to_day} 没有业务因缺人而无人可办，请核对是否需要派人代办")
        return changes.giving(days=(case.to_day - case.from_day).days)


def _sent(case: StandIn) -> Holding:
    return Holding(case.staff, case.post, SENT, case.from_day, case.to_day)


def _missing(case: StandIn, view: View) -> bool:
    """Whether on some day of the period the stand-in lets something be done that nobody could do."""
    before = people_now(view)
    after = before.plus([_sent(case)])
    days: set[date] = before.turns(case.from_day, case.to_day)
    return any(set(broken(before, day, acted_in_month)) - set(broken(after, day, acted_in_month)) for day in days)
