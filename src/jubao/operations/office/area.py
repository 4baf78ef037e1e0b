"""The area the office serves: divisions and outlets, each under one code."""

from collections.abc import Sequence

from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act, approve
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Day, DivisionRef, Name, Text, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import Division, Office, Outlet
from jubao.vocabulary.codes.office import DivisionLevel

YEARS_AHEAD = 3


class DivisionRow(Arguments):
    """A township or village with its statistical code."""

    code: DivisionRef = ask("区划代码", "Code", hint="乡镇九位，村社区十二位，如 430602001001")
    name: Text = ask("区划名称", "Name", column=(Division, "name"), shortest=1)
    level: DivisionLevel = ask("级别", "Level")
    parent: DivisionRef = ask("上级区划", "Parent", hint="乡镇填区县代码，村社区填乡镇代码")


class OutletRow(Arguments):
    """A community outlet with its terminal."""

    code: Name = ask("网点编码", "Code", column=(Outlet, "code"))
    name: Text = ask("网点名称", "Name", column=(Outlet, "name"), shortest=1)
    division: DivisionRef = ask("所在村社区", "Division", hint="已登记或本次登记的区划代码")
    terminal: Text = ask("终端号", "Terminal", column=(Outlet, "terminal"), shortest=1)
    started_date: Day = ask("启动日期", "Started on")


class RecordArea(Arguments):
    """The divisions and outlets the centre serves."""

    divisions: tuple[DivisionRow, ...] = ask("区划", "Divisions", default=(), longest=5_000)
    outlets: tuple[OutletRow, ...] = ask("服务网点", "Outlets", default=(), longest=5_000)


@act(
    "area.record",
    title="区划与网点登记",
    asks=RecordArea,
    maker=Post.OFFICE,
    chain=[approve(Post.DIRECTOR)],
    about=About.OFFICE,
    undone_by=Final("区划和网点编码只增不改，停用的不再登记业务即可"),
    gives=[
        Given("divisions", "登记区划数", "divisions", Unit.ROWS),
        Given("outlets", "登记网点数", "outlets", Unit.ROWS),
    ],
    papers=[Paper("统计用区划代码和网点设置文件", required=False)],
)
class Area:
    """Record divisions and outlets; a code is recorded once. Source: GB/T 2260 与统计用区划代码."""

    def check(self, cases: Sequence[RecordArea], view: View) -> Faults:
        """Every code once; townships belong to the district, villages to a township, outlets to a division."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if not case.divisions and not case.outlets:
                faults.add(number, "divisions", "没有填写区划，也没有填写网点", next_step="请至少填写一项")
        _check_divisions(cases, faults)
        _check_outlets(cases, view, faults)
        return faults

    def plan(self, cases: Sequence[RecordArea], view: View) -> Changes:
        """The divisions and outlets."""
        changes = Changes(view)
        divisions = changes.add_all(Division(**row.model_dump(mode="json")) for case in cases for row in case.divisions)
        outlets = changes.add_all(Outlet(**row.model_dump()) for case in cases for row in case.outlets)
        return changes.giving(divisions=len(divisions), outlets=len(outlets))


def _townships(cases: Sequence[RecordArea]) -> set[str]:
    """Codes of the townships that are known or recorded together with what belongs to them."""
    known = Division.objects.filter(level=DivisionLevel.TOWNSHIP).order_by("code").values_list("code", flat=True)
    asked = {row.code for case in cases for row in case.divisions if row.level is DivisionLevel.TOWNSHIP}
    return {*known, *asked}


def _check_divisions(cases: Sequence[RecordArea], faults: Faults) -> None:
    districts = set(Office.objects.order_by("pk").values_list("district_code", flat=True))
    above = {DivisionLevel.TOWNSHIP: districts, DivisionLevel.VILLAGE: _townships(cases)}
    seen = set(Division.objects.order_by("code").values_list("code", flat=True))
    for number, case in enumerate(cases, start=1):
        for row in case.divisions:
            place = f"{row.code} {row.name}"
            if row.code in seen:
                faults.add(number, "divisions", "区划代码已登记", next_step="请删去重复的一项", place=place)
            if row.parent not in above[row.level]:
                rule = f"上级区划 {row.parent} 未登记，或级别不符"
                faults.add(number, "divisions", rule, next_step="请先登记上级区划", place=place)
            seen.add(row.code)


def _check_outlets(cases: Sequence[RecordArea], view: View, faults: Faults) -> None:
    seen = set(Outlet.objects.order_by("code").values_list("code", flat=True))
    divisions = set(Division.objects.order_by("code").values_list("code", flat=True))
    divisions |= {row.code for case in cases for row in case.divisions}
    for number, case in enumerate(cases, start=1):
        for row in case.outlets:
            place = f"{row.code} {row.name}"
            if row.code in seen:
                faults.add(number, "outlets", "网点编码已登记", next_step="请删去重复的一项", place=place)
            if row.division not in divisions:
                rule = f"所在村社区 {row.division} 未登记"
                faults.add(number, "outlets", rule, next_step="请先登记区划", place=place)
            if row.started_date.year > view.on.year + YEARS_AHEAD:
                rule = f"启动日期 {row.started_date} 晚于办理日期 {view.on} 三年以上"
                faults.add(number, "outlets", rule, next_step="请核对日期", place=place)
            seen.add(row.code)
