"""Enrolment of new people, and the end of a contributor's relation with its settlement."""

from collections.abc import Sequence

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import (
    About,
    Arguments,
    Given,
    Paper,
    Unit,
    act,
    approve,
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, Evidence, FileRef, PersonRef, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.admission import Newcomers, check_admission
from jubao.operations.membership.ending import check_contributors, end_contributors
from jubao.operations.membership.registration import add_people
from jubao.operations.membership.stated_end import LONGEST_PAPER, LONGEST_REMARK, EndOfRelation
from jubao.records.models import Payout
from jubao.vocabulary.codes import ContributorEndReason
from jubao.vocabulary.codes.membership import WayIn

LAYOUT = "enrolment_batch"


class Enrol(Arguments):
    """A batch of registrations in one file."""

    file: FileRef = ask("新参保登记", "Registrations", hint="按“新参保登记”模板的工作簿", layout=LAYOUT)


@act(
    "enrolment.enrol",
    title="参保登记",
    asks=Enrol,
    maker=Post.COLLECTION,
    chain=[check(Post.ACCOUNTS)],
    about=About.PERSON,
    undone_by="enrolment.end",
    gives=[Given("enrolled", "登记人数", "people enrolled", Unit.PEOPLE)],
    deadline="procedure.statutory_workdays:enrolment",
    papers=[Paper("参保登记表和居民身份证、户口簿", required=False)],
)
class Enrolling:
    """Register people of at least the joining age, each once. Source: 国发〔2014〕8号第三条."""

    def check(self, cases: Sequence[Enrol], view: View) -> Faults:
        """Each file comes once, and everybody in it may join."""
        faults = Faults()
        tables: list[Table] = []
        seen: set[str] = set()
        for number, case in enumerate(cases, start=1):
            if case.file in seen:
                faults.add(number, "file", "同一文件在本次申请中出现两次", next_step="请删去重复的一项")
                continue
            seen.add(case.file)
            if not check_fresh(case.file, LAYOUT, faults, case=number):
                continue
            table = read_inbound(case.file, LAYOUT, view, faults, case=number)
            if table is not None:
                tables.append(table)
                _check_table(table, number, view, faults)
        if not faults:
            check_admission(_joined(tables), view, faults)
        return faults

    def plan(self, cases: Sequence[Enrol], view: View) -> Changes:
        """People with all that belongs to a registration, in the order of the files."""
        changes = Changes(view)
        tables = [table_of(case.file, LAYOUT, view) for case in cases]
        for case, table in zip(cases, tables, strict=True):
            take_in(case.file, LAYOUT, rows=table.rows, changes=changes)
        everybody = _joined(tables)
        count = len(everybody.way)
        add_people(everybody.columns, count, on=view.on, changes=changes)
        return changes.giving(enrolled=count)


def _check_table(table: Table, number: int, view: View, faults: Faults) -> None:
    """A file names people, and nobody applies in days to come."""
    if not table.rows:
        faults.add(number, "file", f"文件《{table.filename}》没有一行人员", next_step="请核对是否报错文件")
    for row, day in zip(table.row_numbers, table.columns["applied_date"], strict=True):
        if day > view.on:
            faults.add(number, "file", f"申请日期 {day} 晚于办理日期 {view.on}", next_step="请核对", place=f"第{row}行")


def _joined(tables: Sequence[Table]) -> Newcomers:
    """The rows of all files, one after the other, each with its case and row."""
    names = list(tables[0].columns) if tables else []
    columns = {name: [value for table in tables for value in table.columns[name]] for name in names}
    case = [number for number, table in enumerate(tables, start=1) for _ in range(table.rows)]
    row = [row for table in tables for row in table.row_numbers]
    return Newcomers(columns, [WayIn.NEW] * len(row), case, row)


class EndEnrolment(Arguments):
    """A contributor whose relation ends: why, when, on what paper, and to whom the account is paid."""

    person: PersonRef = ask("参保人", "Person", hint="公民身份号码或个人编号")
    reason: ContributorEndReason = ask("终止原因", "Reason")
    event_date: Day = ask("发生日期", "Day of the event", hint="死亡日期、出国（境）定居日期等", not_after="today")
    evidence: Evidence | None = ask(
        "证明材料", "Evidence", hint="死亡必填，如“死亡医学证明 2017-0312”", default=None, longest=LONGEST_PAPER
    )
    memo: Text = ask("备注", "Memo", default="", longest=LONGEST_REMARK)
    payee_name: Text = ask(
        "收款人姓名", "Payee", hint="付给继承人时填写；不填为本人", default="", column=(Payout, "payee_name")
    )
    payee_account: Text = ask(
        "收款账号", "Payee's account", hint="付给继承人时填写；不填为本人已登记的账户", default="", longest=32
    )
    heir_evidence: Evidence | None = ask(
        "继承关系证明",
        "Evidence of the heir",
        hint="付给继承人必填，如“亲属关系证明 2017-08”",
        default=None,
        longest=LONGEST_PAPER,
    )

    @property
    def ending(self) -> EndOfRelation:
        """The same, as every way to end a contributor's relation states it."""
        said = self.model_dump() | {"evidence": self.evidence or "", "heir_evidence": self.heir_evidence or ""}
        return EndOfRelation(**said)


@act(
    "enrolment.end",
    title="参保关系终止（缴费人员）",
    asks=EndEnrolment,
    maker=Post.ACCOUNTS,
    chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)],
    about=About.PERSON,
    undone_by="enrolment.restore",
    gives=[
        Given("ended", "终止人数", "relations ended", Unit.PEOPLE),
        Given("refund_fen", "应退合计", "refunds owed", Unit.FEN),
    ],
    deadline="procedure.statutory_workdays:cancellation",
    papers=[Paper("注销登记表；死亡的附死亡证明，付给继承人的附继承关系证明")],
)
class Ending:
    """End contributors' relations and settle their accounts. Source: 社会保险经办条例第十条."""

    def check(self, cases: Sequence[EndEnrolment], view: View) -> Faults:
        """Only a contributor's relation ends here; a death is proven, and paid is the person or a proven heir."""
        faults = Faults()
        check_contributors([case.ending for case in cases], view, faults)
        return faults

    def plan(self, cases: Sequence[EndEnrolment], view: View) -> Changes:
        """Settlements, cleared accounts, payouts owed and ended relations."""
        changes = Changes(view)
        return changes.giving(**end_contributors([case.ending for case in cases], changes))
