"""Days somebody is away, and coming back before they are over; what cannot be done meanwhile is said beforehand."""

from collections.abc import Sequence
from datetime import date, timedelta

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, approve
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, StaffRef, Text, ask
from jubao.operations.envelope.posts import AnyPost, Post
from jubao.operations.envelope.view import View
from jubao.operations.office.coverage import acted_in_month, newly_broken, notice_gaps
from jubao.operations.office.posts_held import find_staff, people_now, staff_of
from jubao.records.models import Absence, AbsenceEnd
from jubao.vocabulary.roster import Away, Roster

LONGEST = timedelta(days=366)


class BeAbsent(Arguments):
    """Days somebody is away, the last one not included."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    from_day: Day = ask("起始日", "From day", not_before="today")
    to_day: Day = ask("返岗日", "First day back", hint="返岗的第一天，当天不算缺勤", not_before="from_day")


@act(
    "staff.absent",
    title="工作人员请假",
    asks=BeAbsent,
    maker=AnyPost(),
    chain=[approve(Post.DIRECTOR)],
    about=About.STAFF,
    undone_by="staff.return",
    gives=[Given("absences", "请假人次", "absences", Unit.ROWS)],
    most_cases=50,
    papers=[Paper("请假条或派出文件", required=False)],
)
class Absent:
    """Write down when somebody is away; the B岗 acts meanwhile, and the approver sees first what nobody could do.

    Source: 社会保险经办条例第三十六、三十七条（内部控制；岗位不相容在请假期间同样适用）.
    """

    def check(self, cases: Sequence[BeAbsent], view: View) -> Faults:
        """A period of some days, of somebody who is not away then already."""
        faults = Faults()
        find_staff([case.staff for case in cases], view, faults)
        for number, case in enumerate(cases, start=1):
            if case.to_day == case.from_day or case.to_day > case.from_day + LONGEST:
                rule = f"{case.from_day} 至 {case.to_day} 不是一天到一年"
                faults.add(number, "to_day", rule, next_step="返岗日是缺勤后的第一天", place=case.staff)
            for one in people_now(view).absences:
                if one.code == case.staff and one.start < case.to_day and case.from_day < one.end:
                    rule = f"{case.staff} 在 {one.start} 至 {one.end} 已经请假"
                    faults.add(number, "from_day", rule, next_step="请核对日期", place=case.staff)
        return faults

    def plan(self, cases: Sequence[BeAbsent], view: View) -> Changes:
        """The absences; what they break is a notice on top of everything."""
        changes, people = Changes(view), staff_of([case.staff for case in cases], view)
        changes.add_all(
            Absence(staff=people[case.staff], valid_from=case.from_day, valid_to=case.to_day) for case in cases
        )
        after = gone([(case.staff, case.from_day, case.to_day) for case in cases], people_now(view))
        first, last = min(case.from_day for case in cases), max(case.to_day for case in cases)
        notice_gaps(changes, "请假期间", newly_broken(people_now(view), after, first, last, acted_in_month))
        return changes.giving(absences=len(cases))


def gone(absences: Sequence[tuple[str, date, date]], people: Roster) -> Roster:
    """The same people with somebody away on further days."""
    return people.plus(absences=[Away(*one) for one in absences])


class ReturnToOffice(Arguments):
    """Somebody who comes back before the absence is over, or does not go at all."""

    staff: StaffRef = ask("工作人员", "Staff", hint="工号")
    on_day: Day = ask("返岗日", "First day back", not_before="today")
    reason: Text = ask("理由", "Reason", column=(AbsenceEnd, "reason"), shortest=1)


@act(
    "staff.return",
    title="工作人员销假",
    asks=ReturnToOffice,
    maker=AnyPost(),
    chain=[approve(Post.DIRECTOR)],
    about=About.STAFF,
    undone_by="staff.absent",
    gives=[Given("ended", "销假人次", "absences ended", Unit.ROWS)],
    most_cases=50,
)
class Returning:
    """End an absence early; from that day on the person acts again, and what was done by others meanwhile stands.

    Source: 社会保险经办条例第三十六、三十七条（内部控制）.
    """

    def check(self, cases: Sequence[ReturnToOffice], view: View) -> Faults:
        """There is an absence that lasts beyond the day."""
        faults = Faults()
        people = find_staff([case.staff for case in cases], view, faults)
        for number, case in enumerate(cases, start=1):
            if case.staff in people and _absence(case) is None:
                rule = f"{case.staff} 在 {case.on_day} 没有请假"
                faults.add(number, "on_day", rule, next_step="请核对日期", place=case.staff)
        return faults

    def plan(self, cases: Sequence[ReturnToOffice], view: View) -> Changes:
        """The day each came back."""
        changes = Changes(view)
        changes.add_all(
            AbsenceEnd(absence=absence, returned_on=case.on_day, reason=case.reason)
            for case in cases
            if (absence := _absence(case)) is not None
        )
        return changes.giving(ended=len(cases))


def _absence(case: ReturnToOffice) -> Absence | None:
    """The absence that runs on the day, or else the next one; none that was ended before."""
    open_ones = Absence.objects.filter(staff__code=case.staff, end__isnull=True, valid_to__gt=case.on_day)
    return open_ones.order_by("valid_from", "id").first()
