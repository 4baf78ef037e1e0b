"""Tasks handed down by a higher level, and what the office sent out."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AmountOrZero, Count, Day, Evidence, Text, Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.office.founding import check_year
from jubao.records.models import Submission, Target


class SetTarget(Arguments):
    """A task figure handed down by a higher level."""

    name: Text = ask("任务", "Task", hint="如 collection.bureau（局下达征缴任务）", column=(Target, "name"), shortest=1)
    year: Year = ask("年度", "Year")
    amount_fen: AmountOrZero | None = ask("任务金额", "Amount", default=None)
    count: Count | None = ask("任务数", "Count", default=None)
    source: Evidence = ask("下达文件", "Source", hint="文件名或文号", column=(Target, "source"))


@act(
    "target.set",
    title="下达任务登记",
    asks=SetTarget,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.OFFICE,
    undone_by="target.set",
    gives=[Given("targets", "登记任务数", "targets", Unit.ROWS)],
    papers=[Paper("上级下达任务文件")],
)
class TargetSetting:
    """Record tasks; the latest one of a name and year counts. Source: 上级下达任务文件."""

    def check(self, cases: Sequence[SetTarget], view: View) -> Faults:
        """A task says how much or how many, for a year the office works in or the coming one."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            check_year(number, case.year, view, faults, what="登记任务", ahead=1)
            if case.amount_fen is None and case.count is None:
                faults.add(number, "amount_fen", "任务金额和任务数都没有填写", next_step="请至少填写一项")
        return faults

    def plan(self, cases: Sequence[SetTarget], view: View) -> Changes:
        """One row for each task."""
        changes = Changes(view)
        changes.add_all(Target(**case.model_dump()) for case in cases)
        return changes.giving(targets=len(cases))


class RecordSubmission(Arguments):
    """A report or piece of information that was sent out."""

    title: Text = ask("标题", "Title", column=(Submission, "title"), shortest=1)
    kind: Text = ask("种类", "Kind", hint="如 工作简报、统计报表", column=(Submission, "kind"), shortest=1)
    sent_date: Day = ask("报送日期", "Sent on", not_after="today")
    receiver: Text = ask("报送单位", "Receiver", column=(Submission, "receiver"), shortest=1)


@act(
    "submission.record",
    title="信息报送登记",
    asks=RecordSubmission,
    maker=Post.OFFICE,
    about=About.REPORT,
    undone_by=Final("报出的信息已经发生，只能另行报送更正"),
    gives=[Given("submissions", "登记报送数", "submissions", Unit.ROWS)],
    papers=[Paper("报出的信息或报表", required=False)],
    days_back=31,
)
class SubmissionRecord:
    """Record what was sent out; nothing is sent twice. Source: 信息报送工作要求."""

    def check(self, cases: Sequence[RecordSubmission], view: View) -> Faults:
        """The same title goes to a receiver once a day."""
        faults = Faults()
        seen = set(Submission.objects.order_by("pk").values_list("title", "sent_date", "receiver"))
        for number, case in enumerate(cases, start=1):
            sent = (case.title, case.sent_date, case.receiver)
            if sent in seen:
                rule = f"{case.sent_date} 报{case.receiver}的《{case.title}》已经登记"
                faults.add(number, "title", rule, next_step="请删去重复的一项")
            seen.add(sent)
        return faults

    def plan(self, cases: Sequence[RecordSubmission], view: View) -> Changes:
        """One row for each submission."""
        changes = Changes(view)
        changes.add_all(Submission(**case.model_dump()) for case in cases)
        return changes.giving(submissions=len(cases))
