"""Home checks (核查): rounds handed to the villages, and what the checkers saw, read back from their sheets."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from jubao.exchange.table import Table
from jubao.operations.envelope.declaration import ActReference, Arguments, Name, Refused, Result, act, check
from jubao.operations.envelope.posts import Post
from jubao.operations.inbound import read_inbound, take_in
from jubao.operations.law import law
from jubao.operations.people import in_slices, shown
from jubao.records import bulk
from jubao.records.models import (
    MatchCandidate,
    MatchList,
    Residence,
    VerificationFinding,
    VerificationItem,
    VerificationRound,
)
from jubao.vocabulary.workdays import add_workdays

ALIVE, DEAD, UNKNOWN = "1", "0", ""
NOTHING_ABNORMAL, OTHER_ABNORMAL = "0", "4"
WAITING = ("OPEN", "HELD")


class IssueRound(Arguments):
    """A round's number, the lists it is about (none means all), and its deadline if the list set one."""

    number: Name
    lists: tuple[str, ...] = ()
    due: date | None = None


@act("verification.issue", title="核查轮次下发", arguments=IssueRound, maker=Post.BENEFITS, chain=[check(Post.AUDIT)])
def issue_rounds(cases: Sequence[IssueRound], *, on: date, act: ActReference) -> Result:
    """Hand every open or held suspicion of some lists to the villages, with a day by which somebody must have looked.

    Source: 社会保险经办条例第二十六条（疑点应当核实）.
    """
    counts = [_issue(case, on, act) for case in cases]
    return {"rounds": len(counts), "items": sum(counts)}


def _issue(case: IssueRound, on: date, act: ActReference) -> int:
    faults = [f"没有编号为 {number} 的比对名单" for number in case.lists
              if not MatchList.objects.filter(number=number).exists()]  # fmt: skip
    if VerificationRound.objects.filter(number=case.number).exists():
        faults.append("此轮次编号已经用过，请换用新的编号")
    due = case.due or add_workdays(on, int(law(on).value("suspension.verification_workdays")))
    if due <= on:
        faults.append(f"核查期限 {due} 应在下发日期 {on} 之后")
    waiting = MatchCandidate.objects.filter(state__in=WAITING).order_by("match_list__number", "id")
    rows = list(waiting.filter(match_list__number__in=case.lists) if case.lists else waiting)
    if not rows and not faults:
        faults.append("没有待核实或已暂停的疑点，不必下发")
    if faults:
        raise Refused(f"核查轮次 {case.number} 未下发：共 {len(faults)} 处不符", faults=faults)
    issued = VerificationRound.objects.create(
        act_id=act.id, number=case.number, issued_date=on, due_date=due, count=len(rows)
    )
    homes = _homes([row.person_id for row in rows], on)
    bulk.insert(
        VerificationItem,
        {
            "round_id": issued.pk, "candidate_id": np.array([row.pk for row in rows], dtype=np.int64),
            "division": [homes.get(row.person_id, "") for row in rows], "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip
    return len(rows)


def _homes(people: Sequence[int], on: date) -> dict[int, str]:
    """Village of each person by the latest residence that has begun."""
    rows = Residence.objects.filter(valid_from__lte=on).order_by("valid_from", "id")
    return {person: division for part in in_slices(sorted(set(people)))
            for person, division in rows.filter(person__in=part).values_list("person_id", "division")}  # fmt: skip


class ReceiveFindings(Arguments):
    """A village's sheet as it came back, and the round it answers."""

    round: str
    file: str


@act("verification.receive", title="核查结果回收", arguments=ReceiveFindings, maker=Post.BENEFITS,
     chain=[check(Post.AUDIT)])  # fmt: skip
def receive_findings(cases: Sequence[ReceiveFindings], *, on: date, act: ActReference) -> Result:
    """Take in what was seen at the door: every row of a sheet or none; a later finding counts before an earlier one.

    Source: 社会保险经办条例第二十六条；疑似死亡“回头看”核查表填表规则.
    """
    counts = {ALIVE: 0, DEAD: 0, UNKNOWN: 0}
    for case in cases:
        issued = VerificationRound.objects.filter(number=case.round).first()
        if issued is None:
            raise Refused(f"没有编号为 {case.round} 的核查轮次，请核对轮次编号")
        table = read_inbound(case.file, "verification_result")
        rows = _checked(table, issued, on)
        inbound = take_in(case.file, "verification_result", rows=table.rows, act=act)
        _record(rows, inbound.pk, act)
        for _, record in rows:
            counts[record["alive"] or UNKNOWN] += 1
    return {"alive": counts[ALIVE], "dead": counts[DEAD], "unknown": counts[UNKNOWN]}


Row = tuple[int, dict[str, Any]]


def _checked(table: Table, issued: VerificationRound, on: date) -> list[Row]:
    """Item and record of every row. Raises Refused with every fault of the sheet."""
    items: dict[tuple[str, str], list[int]] = {}
    births, names = {}, {}
    for item in issued.items.select_related("candidate__person", "candidate__match_list").order_by("id"):
        person = item.candidate.person
        key = (item.candidate.match_list.number, person.resident_number)
        items.setdefault(key, []).append(item.pk)
        births[key], names[key] = person.birth_date, person.name
    faults: list[str] = []
    rows: list[Row] = []
    for number, record in zip(table.row_numbers, table.records(), strict=True):
        key = (record["list_number"], record["resident_number"])
        where = f"第{number}行 {shown(record['resident_number'])}"
        if key not in items:
            faults.append(f"{where}：不在核查轮次 {issued.number} 的名单 {record['list_number']} 上，请核对名单号和号码")
            continue
        if record["name"] != names[key]:
            faults.append(f"{where}：姓名与登记不一致，请核对是否填错了行")
        found = [*_rule_faults(record), *_day_faults(record, births[key], issued.issued_date, on)]
        faults += [f"{where}：{fault}" for fault in found]
        rows += [(item, record) for item in items[key]]
    if faults:
        raise Refused(f"核查表《{table.filename}》未回收：共 {len(faults)} 处错误", faults=faults)
    return rows


def _rule_faults(record: dict[str, Any]) -> list[str]:
    """The form's rules: alive, dead, or unknown with the reason why nobody could tell."""
    abnormal, died = record["abnormal"] or NOTHING_ABNORMAL, record["death_date"]
    faults = []
    if record["alive"] == ALIVE and died:
        faults.append("健在的不填死亡日期")
    if record["alive"] == DEAD and not died:
        faults.append("已去世的须填死亡日期")
    if record["alive"] and abnormal != NOTHING_ABNORMAL:
        faults.append("健在或已去世的，异常类型应为0")
    if not record["alive"] and died:
        faults.append("是否健在不明的不填死亡日期")
    if not record["alive"] and abnormal == NOTHING_ABNORMAL:
        faults.append("是否健在不明的须填异常类型（1至4），没有见到人也要填")
    if abnormal == OTHER_ABNORMAL and not record["remark"]:
        faults.append("异常类型为4（其他）的须在备注中说明")
    if record["alive"] != DEAD and (record["burial"] or record["heir_name"] or record["heir_account"]):
        faults.append("只有已去世的才填安葬方式和继承人")
    return faults


def _day_faults(record: dict[str, Any], born: date, issued: date, on: date) -> list[str]:
    """A check lies between the round's issue and today, a death between the birth and the check."""
    faults = []
    if not issued <= record["checked_date"] <= on:
        faults.append(f"核查日期 {record['checked_date']} 不在下发日期 {issued} 与今天 {on} 之间")
    if record["death_date"] and not born < record["death_date"] <= record["checked_date"]:
        faults.append(f"死亡日期 {record['death_date']} 不在出生之后、核查之前")
    return faults


def _record(rows: Sequence[Row], inbound: int, act: ActReference) -> None:
    told = [record for _, record in rows]
    held = {"是": True, "否": False}
    bulk.insert(
        VerificationFinding,
        {
            "item_id": np.array([item for item, _ in rows], dtype=np.int64), "inbound_file_id": inbound,
            "alive": [r["alive"] or UNKNOWN for r in told], "death_date": [r["death_date"] for r in told],
            "abnormal": [r["abnormal"] or NOTHING_ABNORMAL for r in told],
            "card_held": [held.get(r["card_held"]) for r in told],
            "burial": [r["burial"] or "" for r in told], "heir_name": [r["heir_name"] or "" for r in told],
            "heir_account": [r["heir_account"] or "" for r in told], "method": [r["method"] for r in told],
            "checker": [" ".join(filter(None, (r["checker"], r["checker_phone"])))[:60] for r in told],
            "checked_date": [r["checked_date"] for r in told], "remark": [(r["remark"] or "")[:200] for r in told],
            "act_id": act.id,
        },
        count=len(rows),
    )  # fmt: skip
