"""Enrolment of new people, from the files in which they register."""

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
    check,
)
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.membership.admission import check_admission
from jubao.operations.membership.newcomers import Newcomers
from jubao.operations.membership.registration import add_people
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
