"""How a sender's lists are read (名册格式), registered once by two people and kept in versions."""

import json
from collections.abc import Sequence
from typing import Any

from jubao.exchange.register_mapping import MappingInvalid, RegisterMapping, read_mapping
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Given, Paper, Unit, act, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Name, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records import models
from jubao.vocabulary.codes.suspicion import ListKind

_COLUMNS = '本系统项目对应来文列名，如 {"name": "死者姓名", "resident_number": "身份证号", "death_date": "火化日期"}'
_OPTIONS = '可不填；如 {"sheet": "名单", "header_row": 3, "delimiter": "|", "encoding": "gb18030"}'


class MapRegister(Arguments):
    """A way of reading a sender's lists: our fields to its headers, and how its bytes become rows."""

    name: Name = ask("格式名称", "Name of the mapping", hint="如 区殡仪馆")
    list_kind: ListKind = ask("名单种类", "Kind of list")
    columns: dict[str, str] = ask("列对应", "Columns", hint=_COLUMNS)
    options: dict[str, Any] = ask("读取方式", "Reading options", hint=_OPTIONS, default={})


@act(
    "register.map",
    title="名册格式登记",
    asks=MapRegister,
    maker=Post.BENEFITS,
    chain=[check(Post.AUDIT)],
    about=About.LIST,
    undone_by="register.map",
    papers=[Paper("来文样表", required=False)],
    gives=[Given("versions", "各格式的版本", "version of each mapping", Unit.TEXT)],
)
class RegisterOfMappings:
    """Keep a mapping as the next version of its name; lists imported before keep theirs.

    Source: 社会保险经办条例第八条.
    """

    def check(self, cases: Sequence[MapRegister], view: View) -> Faults:
        """Each mapping says what its columns mean, and is stated once."""
        faults, seen = Faults(), set[str]()
        for number, case in enumerate(cases, start=1):
            try:
                read_mapping(case.columns, case.options)
            except MappingInvalid as invalid:
                for fault in invalid.faults:
                    faults.add(number, "columns", fault, next_step="请改正后重新提出", place=case.name)
            if case.name in seen:
                rule = "同一申请中登记了两次"
                faults.add(number, "name", rule, next_step="请删去重复的一项", place=case.name)
            seen.add(case.name)
        return faults

    def plan(self, cases: Sequence[MapRegister], view: View) -> Changes:
        """The next version of each mapping."""
        changes, versions = Changes(view), {}
        for case in cases:
            versions[case.name] = 1 + models.RegisterMapping.objects.filter(name=case.name).count()
            changes.add(
                models.RegisterMapping(
                    name=case.name,
                    version=versions[case.name],
                    kind=str(case.list_kind),
                    columns=_stored(case.columns),
                    options=_stored(case.options),
                )
            )
        return changes.giving(versions=versions)


def find_mapping(name: str, kind: ListKind, faults: Faults, *, field: str = "mapping") -> models.RegisterMapping | None:
    """The latest version of a mapping; a fault when there is none of that name, or it is for another kind of list."""
    row = models.RegisterMapping.objects.filter(name=name).order_by("-version").first()
    if row is None:
        step = "请先办理名册格式登记（register.map）"
        faults.add(1, field, f"没有名为“{name}”的名册格式", next_step=step)
    elif row.kind != str(kind):
        rule = f"名册格式“{name}”登记的种类是{ListKind(row.kind).label}，与本名单的{kind.label}不同"
        faults.add(1, field, rule, next_step="请核对名单种类")
        return None
    return row


def stored_mapping(row: models.RegisterMapping) -> RegisterMapping:
    """A stored mapping as reading wants it."""
    return read_mapping(json.loads(row.columns), json.loads(row.options))


def _stored(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
