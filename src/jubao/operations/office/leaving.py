"""Leaving the office, and one post taken back: any one person may do it, and it holds at once."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Unit, act
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import StaffRef, Text, ask
from jubao.operations.envelope.posts import AnyPost, Post
from jubao.operations.envelope.view import View
from jubao.operations.office.coverage import acted_in_month, newly_broken, notice_gaps
from jubao.operations.office.posts_held import check_permission_stays, end, find_staff, people_now, staff_of, standing
from jubao.records.models import PostEnd
from jubao.vocabulary.roster import Roster


class LeaveOffice(Arguments):
    """Somebody who does not work here any more."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    reason: Text = ask("理由", "Reason", hint="如 调离、退休、停职", column=(PostEnd, "reason"), shortest=1)


@act(
    "staff.leave",
    title="工作人员离岗",
    asks=LeaveOffice,
    maker=AnyPost(),
    about=About.STAFF,
    undone_by="staff.move",
    gives=[Given("ended", "免去岗位数", "posts ended", Unit.ROWS)],
    most_cases=50,
)
class Leaving:
    """End every post of somebody at once, also for proposals on their way: taking rights back is easier than granting them.

    Source: 人社厅发〔2021〕64号（人员离岗即时收回权限）；社会保险经办条例第三十七条.
    """

    def check(self, cases: Sequence[LeaveOffice], view: View) -> Faults:
        """Known people with something to end; the last one who can grant rights stays until another is there."""
        faults = Faults()
        people = find_staff([case.staff for case in cases], view, faults)
        after = _left(cases, view)
        for number, case in enumerate(cases, start=1):
            if case.staff in people and not standing([people[case.staff]], view.on):
                faults.add(number, "staff", f"{case.staff} 没有任何岗位", next_step="无需再办", place=case.staff)
            check_permission_stays(number, after, view, faults)
        return faults

    def plan(self, cases: Sequence[LeaveOffice], view: View) -> Changes:
        """Every post ended from this day on; what nobody can do then is said."""
        changes, people = Changes(view), staff_of([case.staff for case in cases], view)
        ended = 0
        for case in cases:
            own = standing([people[case.staff]], view.on)
            ended += len(end(changes, own, case.reason, stated=view.on, at_once=True))
        gaps = newly_broken(people_now(view), _left(cases, view), view.on, None, acted_in_month)
        notice_gaps(changes, "离岗后", gaps)
        return changes.giving(ended=ended)


def _left(cases: Sequence[LeaveOffice], view: View) -> Roster:
    after = people_now(view)
    for case in cases:
        after = after.without(case.staff, since=view.on)
    return after


class RevokePost(Arguments):
    """One post that somebody is to hold, cover or fill no longer."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    post: Post = ask("岗位", "Post")
    reason: Text = ask("理由", "Reason", column=(PostEnd, "reason"), shortest=1)


@act(
    "staff.revoke_post",
    title="岗位权限收回",
    asks=RevokePost,
    maker=AnyPost(),
    about=About.STAFF,
    undone_by="staff.move",
    gives=[Given("ended", "收回岗位数", "posts ended", Unit.ROWS)],
    most_cases=50,
)
class Revoking:
    """Take one post back at once; anybody may who does not hold or cover that post.

    Source: 人社厅发〔2021〕64号（权限收回）；社会保险经办条例第三十七条.
    """

    def check(self, cases: Sequence[RevokePost], view: View) -> Faults:
        """The person has the post, whoever acts does not, and somebody can still grant rights."""
        faults = Faults()
        known, after = staff_of([case.staff for case in cases], view), _revoked(cases, view)
        for number, case in enumerate(cases, start=1):
            if case.staff not in known:
                faults.add(number, "staff", f"没有工号 {case.staff}", next_step="请核对工号", place=case.staff)
            elif not any(one.post == case.post for one in standing([known[case.staff]], view.on)):
                rule = f"{case.staff} 没有{case.post.label}"
                faults.add(number, "post", rule, next_step="请核对岗位", place=case.staff)
            check_permission_stays(number, after, view, faults)
            for person in sorted(view.persons & _with_post(case.post, view)):
                rule = f"{person} 自己在{case.post.label}，不能收回这个岗位的权限"
                then = "请由其他岗位的人办理"
                faults.add(number, "post", rule, next_step=then, source="不相容岗位相互分离", place=case.staff)
        return faults

    def plan(self, cases: Sequence[RevokePost], view: View) -> Changes:
        """The post ended from this day on; what nobody can do then is said."""
        changes, people = Changes(view), staff_of([case.staff for case in cases], view)
        ended = 0
        for case in cases:
            own = [one for one in standing([people[case.staff]], view.on) if one.post == case.post]
            ended += len(end(changes, own, case.reason, stated=view.on, at_once=True))
        gaps = newly_broken(people_now(view), _revoked(cases, view), view.on, None, acted_in_month)
        notice_gaps(changes, "收回后", gaps)
        return changes.giving(ended=ended)


def _revoked(cases: Sequence[RevokePost], view: View) -> Roster:
    after = people_now(view)
    for case in cases:
        after = after.without(case.staff, since=view.on, posts=[case.post])
    return after


def _with_post(post: Post, view: View) -> set[str]:
    return {one.code for one in people_now(view).holdings if one.post == post and one.runs(view.on)}
