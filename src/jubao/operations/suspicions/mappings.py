"""How a sender's lists are read (名册格式), registered once by two people and kept in versions."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import Field

from jubao.exchange.register_mapping import MappingInvalid, RegisterMapping, read_mapping
from jubao.operations.envelope.declaration import ActReference, Arguments, Name, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.suspicions.kinds import ListKind
from jubao.records import models


class MapRegister(Arguments):
    """A way of reading a sender's lists: our fields to its headers, and how its bytes become rows."""

    name: Name
    list_kind: ListKind
    columns: dict[str, str]
    options: dict[str, Any] = Field(default_factory=dict)


@act("register.map", title="名册格式登记", arguments=MapRegister, maker=Post.BENEFITS, chain=[check(Post.AUDIT)])
def map_registers(cases: Sequence[MapRegister], *, on: date, act: ActReference) -> Result:
    """Keep a mapping as the next version of its name; lists imported before keep theirs.

    Source: 社会保险经办条例第八条.
    """
    faults, versions = [], {}
    for index, case in enumerate(cases, start=1):
        try:
            read_mapping(case.columns, case.options)
        except MappingInvalid as invalid:
            faults += [f"第{index}项 {case.name}：{fault}" for fault in invalid.faults]
        if case.name in versions:
            faults.append(f"第{index}项 {case.name}：同一申请中登记了两次")
        versions[case.name] = 1 + models.RegisterMapping.objects.filter(name=case.name).count()
    if faults:
        raise Refused(f"名册格式未登记：共 {len(faults)} 处不符，请改正后重新提出", faults=faults)
    for case in cases:
        models.RegisterMapping.objects.create(
            act_id=act.id, name=case.name, version=versions[case.name], kind=case.list_kind,
            columns=_stored(case.columns), options=_stored(case.options),
        )  # fmt: skip
    return {"versions": versions}


def find_mapping(name: str, kind: ListKind) -> models.RegisterMapping:
    """The latest version of a mapping.

    Raises:
        Refused: no mapping of that name, or it is for another kind of list.
    """
    row = models.RegisterMapping.objects.filter(name=name).order_by("-version").first()
    if row is None:
        raise Refused(f"没有名为“{name}”的名册格式，请先办理名册格式登记（register.map）")
    if row.kind != kind:
        raise Refused(f"名册格式“{name}”登记的种类是 {row.kind}，与本名单的 {kind} 不同")
    return row


def stored_mapping(row: models.RegisterMapping) -> RegisterMapping:
    """A stored mapping as reading wants it."""
    return read_mapping(json.loads(row.columns), json.loads(row.options))


def _stored(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
