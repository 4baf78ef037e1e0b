"""Exports of many people (批量导出): leave for one person to write one list once, with a purpose and until a day."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Unit, act, approve
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Count, Deadline, StaffRef, Text, ask
from jubao.operations.envelope.posts import AnyPost, Post
from jubao.operations.envelope.view import View
from jubao.records.models import ExportApproval, Staff
from jubao.vocabulary.viewer import LIFTING

People = Annotated[Count, Field(ge=1)]
MAKERS = AnyPost(
    tuple(post for post in Post if post in LIFTING and post not in {Post.DEPUTY_BUSINESS, Post.DEPUTY_AUDIT})
)


class ApproveExport(Arguments):
    """Whole numbers of more people than one person may take out alone."""

    staff: StaffRef = ask("导出人", "Staff", hint="由谁导出，限本人使用")
    subject: Text = ask(
        "名单", "List", hint="jubao list 的名单名，如 roll", column=(ExportApproval, "subject"), shortest=1
    )
    conditions: Text = ask(
        "条件",
        "Conditions",
        hint="与导出时一致：先运行一次导出，提示中会写明",
        column=(ExportApproval, "conditions"),
        shortest=1,
    )
    most_people: People = ask("人数上限", "People at most")
    purpose: Text = ask("用途", "Purpose", hint="用在何处、交给谁", column=(ExportApproval, "purpose"), shortest=2)
    until: Deadline = ask("有效期至", "Valid until", not_before="today")


@act(
    "export.approve",
    title="批量导出审批",
    asks=ApproveExport,
    maker=MAKERS,
    chain=[approve(Post.DEPUTY_AUDIT)],
    about=About.OFFICE,
    undone_by=Final("只供一次、到期自行失效；未用的不必撤销"),
    gives=[Given("approvals", "批准件数", "approvals", Unit.ROWS)],
    most_cases=ONE,
)
class ExportPermission:
    """Let one person write one list with whole numbers once (controls e.2, row 35).

    Source: 个人信息保护法第五十一条；社会保险经办条例第四十九条.
    """

    def check(self, cases: Sequence[ApproveExport], view: View) -> Faults:
        """It is asked for by whoever will export, and its day has not passed."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if case.staff not in view.persons:
                faults.add(
                    number, "staff", f"批量导出由导出人本人申请，{case.staff} 不是经办人", next_step="请由本人提出"
                )
        return faults

    def plan(self, cases: Sequence[ApproveExport], view: View) -> Changes:
        """One row."""
        changes = Changes(view)
        staff = {one.code: one for one in Staff.objects.order_by("pk")}
        changes.add_all(ExportApproval(staff=staff[case.staff], **case.model_dump(exclude={"staff"})) for case in cases)
        return changes.giving(approvals=len(cases))
