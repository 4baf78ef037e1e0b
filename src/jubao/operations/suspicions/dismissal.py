"""Rows of a list that wait for a number and are about nobody of ours."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Count, ListRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.registers.candidate_store import RowState, move_rows
from jubao.records.models import RegisterRow, RegisterRowEvent

Place = tuple[str, int]


class DismissRow(Arguments):
    """A waiting row about nobody of ours, with what was done to find out."""

    list_number: ListRef = ask("名单号", "Number of the list", hint="已导入的名单，如 GA-201703")
    row: Count = ask("文件行号", "Row of the file", hint="来文中的行号，表头也算一行")
    reason: Text = ask("查找经过", "What was done", column=(RegisterRowEvent, "reason"), hint="如 派出所查无此人")


@act(
    "match.dismiss",
    title="查无此人",
    asks=DismissRow,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.LIST,
    undone_by=Final("查无此人的行不再比对；来源单位补来号码的，按新名单导入"),
    papers=[Paper("查找经过（派出所、村社区的答复）", required=False)],
    gives=[Given("dismissed", "查无此人的行", "rows closed", Unit.ROWS)],
)
class Dismissal:
    """Close rows that wait for a number and belong to nobody in the register. Source: 社会保险经办条例第二十六条."""

    def check(self, cases: Sequence[DismissRow], view: View) -> Faults:
        """Only a row that still waits is closed, once, and not without saying how somebody looked."""
        faults, waiting, seen = Faults(), _waiting(cases, view), set[Place]()
        for number, case in enumerate(cases, start=1):
            place = f"名单 {case.list_number} 第{case.row}行"
            if (case.list_number, case.row) not in waiting:
                faults.add(number, "row", "不是待核号的行", next_step="请核对名单号和行号", place=place)
            if (case.list_number, case.row) in seen:
                faults.add(number, "row", "在同一申请中出现两次", next_step="请删去重复的一项", place=place)
            if not case.reason:
                faults.add(number, "reason", "没有写明查找经过", next_step="请写明怎样查找", place=place)
            seen.add((case.list_number, case.row))
        return faults

    def plan(self, cases: Sequence[DismissRow], view: View) -> Changes:
        """The closed rows."""
        changes, waiting = Changes(view), _waiting(cases, view)
        keys = [waiting[case.list_number, case.row] for case in cases]
        move_rows(keys, str(RowState.DISMISSED), [case.reason for case in cases], changes)
        return changes.giving(dismissed=len(cases))


def _waiting(cases: Sequence[DismissRow], view: View) -> dict[Place, int]:
    """Key of every waiting row of the lists named, by list and row; read once for check and plan."""
    numbers = sorted({case.list_number for case in cases})

    def read() -> dict[Place, int]:
        rows = RegisterRow.objects.filter(match_list__number__in=numbers, state=RowState.WAITING).order_by("id")
        return {(number, row): key for key, number, row in rows.values_list("id", "match_list__number", "row")}

    return view.once(("waiting rows", tuple(numbers)), read)
